/* alert: what becomes of an alert, check by check: state and event in, state and news out. Nothing is read, written or sent here.
 *
 * It opens after so many failing checks in a row, and closes after so many passing ones. A check that was not judged is neither: it opens
 * nothing and resolves nothing. Severity is that of the last failing check. An acknowledgement stops repeats until state or severity
 * change.
 *
 * What receivers know (told) is kept apart from what is: news are the difference. So an alert that opened and closed while it was silenced
 * is never told, and one that is still open when the silence ends is told then.
 */
#ifndef DW_SERVE_ALERT_H
#define DW_SERVE_ALERT_H

#include "serve/watch/look.h"

enum { DW_ALERT_WHO = 100, DW_ALERT_WHY = 400 }; /* bytes of texts, with the NUL; longer ones are cut */

typedef struct dw_alert {
  bool open;
  dw_severity severity;            /* NONE while it is closed */
  uint64_t failing, passing;       /* in a row; one of them is 0 */
  int64_t since, until;            /* from the first window of those that failed, to the end of the last one; 0: none yet */
  int64_t opened, closed, checked; /* 0: never */
  struct {
    int64_t time; /* 0: nobody did */
    char who[DW_ALERT_WHO], why[DW_ALERT_WHY];
  } acknowledged;
  struct {
    bool open;
    dw_severity severity;
    int64_t time; /* 0: never */
  } told;
} dw_alert;

typedef struct dw_alert_rule {
  uint64_t open_after, close_after; /* at least 1 */
  int64_t repeat;                   /* microseconds between what is told of an open alert that stays as it is; 0: never again */
} dw_alert_rule;

/* A check's answer. Checks come in the order of time: one that is not later than the last changes nothing. true: it opened, closed, or
 * changed its severity. */
bool dw_alert_check(dw_alert *alert, const dw_alert_rule *rule, const dw_look_answer *answer, dw_period window, int64_t now);

/* false: it is not open. */
bool dw_alert_acknowledge(dw_alert *alert, const char *who, const char *why, int64_t now);

void dw_alert_undo(dw_alert *alert); /* the acknowledgement, if there is one */

typedef enum dw_alert_news { DW_NEWS_NONE, DW_NEWS_OPENED, DW_NEWS_SEVERITY, DW_NEWS_REPEATED, DW_NEWS_RESOLVED } dw_alert_news;
const char *dw_alert_news_word(dw_alert_news news); /* "none", "opened", "severity", "repeated", "resolved" */

dw_alert_news dw_alert_news_of(const dw_alert *alert, const dw_alert_rule *rule, bool silenced, int64_t now);
void dw_alert_tell(dw_alert *alert, int64_t now); /* receivers will know how it is now */

/* As a member of a run, and back: *alert is what the object says; what it does not say is 0. */
void dw_alert_write(const dw_alert *alert, dw_json *json, const char *key);
void dw_alert_read(dw_alert *alert, const dw_value *object);

/* --- silences --- */

typedef struct dw_silence {
  char id[DW_ALERT_WHO], model[DW_ALERT_WHO], check[DW_ALERT_WHO]; /* model and check: patterns, * and ? match */
  int64_t from, to;
  char who[DW_ALERT_WHO], why[DW_ALERT_WHY];
} dw_silence;

bool dw_silence_holds(const dw_silence *silences, size_t count, const char *model, const char *check, int64_t now);

#endif
