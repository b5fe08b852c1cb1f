/* receiver: who is told, in which form, and over HTTP.
 *
 * A file of receivers (YAML):
 *
 *   receivers:
 *     - name: ops
 *       type: slack              webhook slack pagerduty alertmanager teams discord cloudevents
 *       url_env: SLACK_URL       the URL; or url: https://…
 *       models: ["fraud*"]       patterns; without them all models
 *       secret_env: HOOK_SECRET  webhook: "whsec_" and base64, to sign with; pagerduty: the routing key. Or secret_file: PATH
 *       allow_private: true      addresses of private networks, and of this machine
 *
 * What each takes for delivered, and what it never will take, stands in receiver.c. Redirects are not followed.
 */
#ifndef DW_SERVE_RECEIVER_H
#define DW_SERVE_RECEIVER_H

#include "base/text_list.h"
#include "io/text/yaml.h"
#include "serve/alerts/alert_book.h"
#include "serve/alerts/outbox.h"

#define DW_RECEIVER_ROWS(ROW)                                                                                                              \
  ROW(WEBHOOK, "webhook")                                                                                                                  \
  ROW(SLACK, "slack")                                                                                                                      \
  ROW(PAGERDUTY, "pagerduty")                                                                                                              \
  ROW(ALERTMANAGER, "alertmanager")                                                                                                        \
  ROW(TEAMS, "teams")                                                                                                                      \
  ROW(DISCORD, "discord")                                                                                                                  \
  ROW(CLOUDEVENTS, "cloudevents")

typedef enum dw_receiver_type {
#define DW_RECEIVER_ENTRY(type, word) DW_RECEIVER_##type,
  DW_RECEIVER_ROWS(DW_RECEIVER_ENTRY)
#undef DW_RECEIVER_ENTRY
      DW_RECEIVER_TYPES
} dw_receiver_type;

typedef struct dw_receiver {
  const char *name, *url, *secret; /* secret "": none */
  dw_receiver_type type;
  dw_text_list models;
  bool allow_private;
} dw_receiver;

typedef struct dw_receivers {
  dw_receiver *receiver;
  size_t count, capacity;
  dw_arena arena;
} dw_receivers;

/* DW_EUSAGE: with the file's line, what is wrong; DW_ESYSTEM: a file cannot be read. Free them also after a failure. */
dw_status dw_receivers_read(dw_receivers *out, const char *path, dw_err *err);
dw_status dw_receivers_parse(dw_receivers *out, const char *text, size_t length, const char *name, dw_err *err);
void dw_receivers_free(dw_receivers *receivers);

/* Names of those that hear of a model through the outbox (all but alertmanager), as dw_alert_book_enter takes them; the caller frees
 * list.text. */
dw_text_list dw_receivers_of(const dw_receivers *receivers, const char *model);

bool dw_receiver_hears(const dw_receiver *receiver, const char *model);

/* A dw_deliver (serve/alerts/outbox.h); context: dw_mail. */
typedef struct dw_mail {
  const dw_receivers *receivers;
  int64_t now;
  bool (*stop)(void *context); /* whether we are to end: a request is given up then (DW_DELIVER_LEFT); NULL: never */
  void *context;
  int64_t patience; /* with one request, microseconds; 0: 15 seconds */
} dw_mail;
void dw_receiver_deliver(void *mail, const dw_letter *letter, dw_delivery *out);

/* A body to a receiver as it is, and what is to be said when an Alertmanager did not take it. */
dw_delivery dw_receiver_send(const dw_receiver *receiver, const dw_buf *body, const dw_mail *mail);
void dw_receiver_warn(const dw_receiver *receiver, const dw_delivery *delivery, const dw_notices *notices);

/* Alertmanager forgets what it does not hear again: after each check all alerts that are told as open are sent, to last until `until`, and
 * those that closed in the last 5 minutes as over. Failures are the notices'; the next check sends them again. */
void dw_receivers_resend(const dw_receivers *receivers, const dw_alert_book *book, int64_t until, const dw_notices *notices);

/* Whether an answer means delivered. body: its first bytes. */
dw_delivery dw_receiver_answer(dw_receiver_type type, int code, const char *body, size_t length, int64_t retry_after);

#endif
