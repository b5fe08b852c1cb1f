/* canary_watch: rounds of canaries looked at again and again, against one reference, with a false-alarm rate that holds for all looks
 * together.
 *
 * A look is a canary's round. Each canary and method has a stream of looks; its p-value (stats/streams/any_look.h) comes from the look's
 * own test, where the effect is above the margin, and from the rank of what the look shows among the looks before it. As long as a round is
 * exchangeable with the reference's answers, and rounds with each other, it is at most alpha at some look with probability at most alpha.
 * Holm's correction over all streams makes that the rate of the network, and an alarm stays: both as for columns
 * (detect/watch/sequential.h). Streams are those of the reference's canaries; one that is not judged in a look does not advance.
 *
 * Looks are ranked by the p-value of a fixed number of deals, ties by the effect, among looks of the same design (round_identity.h), in
 * which ranks are what the promise needs. A look that may alarm is dealt out again more often, as often as an alarm at that look takes: of
 * two p-values, the second of which is only taken where the first is at most a limit, the one that counts is at most u with probability at
 * most u, since that it is at most u implies it of the second where u is below the limit, and of the first elsewhere.
 *
 *   dw_canary_watch *watch;
 *   dw_canary_watch_open(&watch, path, &how, book, err);           locked until it is closed
 *   settings.watch = watch;  dw_canary_compare(&result, book, &settings);
 *   dw_canary_watch_commit(watch, err);                            before the answer is given to anybody
 *   … documents …
 *   dw_canary_watch_close(watch);
 *
 * What a look found is kept: one that is seen again is not counted again, and gives the answer that it gave.
 */
#ifndef DW_CANARY_CANARY_WATCH_H
#define DW_CANARY_CANARY_WATCH_H

#include "canary/judge/canary_methods.h"

enum {
  DW_CANARY_DEALS_MOST = 1000000, /* of a look that is dealt out again */
  DW_CANARY_LOOKS_RANKED = 2000,  /* of a stream: then its ranks begin anew */
  DW_CANARY_LOOKS_KEPT = 4000     /* known again */
};

typedef struct dw_canary_watch dw_canary_watch;

typedef struct dw_canary_watch_how {
  bool ask[DW_CANARY_METHODS]; /* none: the one that dw_canary_method_for names at a canary's first look */
  size_t length, block;
  unsigned permutations; /* 0: 1,000, and up to DW_CANARY_DEALS_MOST of a look that is dealt out again */
  double alpha;
  int64_t now;
  bool reset; /* begin anew, whatever the file of this kind holds */
} dw_canary_watch_how;

/* Where a stream stood after a look. */
typedef struct dw_canary_standing {
  bool watched;                 /* there is a stream, and what follows holds */
  bool drift;                   /* an alarm, of this look or an earlier one */
  double p_value, p_adjusted;   /* of all looks until then */
  double look_p;                /* of the look alone; NaN: it was not judged */
  double capital, highest;      /* logarithms */
  uint64_t looks, observations; /* of the state, of the stream */
  uint64_t ranked;              /* looks that this one was ranked among */
  uint64_t deals;               /* behind look_p; 0: exact */
  uint64_t deals_needed;        /* so many would an alarm of one look by itself take, and they are not made; 0: it takes fewer */
  size_t streams;
  uint64_t alarm_look; /* 0: none yet */
  int64_t alarm_time;
  const char *alarm_round; /* the watch's */
} dw_canary_standing;

/* A canary's round, as it is looked at. */
typedef struct dw_canary_look {
  uint32_t canary, round; /* of the book */
  dw_canary_method method;
  double margin;
  size_t answers; /* of both sides, that it rests on */
} dw_canary_look;

/* No file there: a new state. The book is closed, and outlives it. DW_EUSAGE: the state was begun with other settings; DW_EDATA: it is no
 * state of this kind, cut, changed, of another reference, or an earlier look was at other answers of a round of the same name; DW_ESYSTEM:
 * files, or another look is under way. */
dw_status dw_canary_watch_open(dw_canary_watch **out, const char *path, const dw_canary_watch_how *how, const dw_answer_book *book,
                               dw_err *err);
/* That of the canary's stream, where none was asked for; why: static text. */
dw_canary_method dw_canary_watch_method(const dw_canary_watch *watch, uint32_t canary, const dw_pairing *pairing, const char **why);
unsigned dw_canary_watch_deals(const dw_canary_watch *watch);       /* of every look */
void dw_canary_watch_begin(dw_canary_watch *watch, uint32_t round); /* all looks at a round follow each other */
/* How many deals the look should be judged by again; 0: what was found is enough. */
unsigned dw_canary_watch_closer(const dw_canary_watch *watch, const dw_canary_look *look, const dw_canary_found *found);
/* Adds the look. first_p: of found before it was dealt out again. Nothing is added when it is a repeated one, or was not judged. */
void dw_canary_watch_take(dw_canary_watch *watch, const dw_canary_look *look, const dw_canary_found *found, double first_p);
/* After all looks at the round were taken. */
void dw_canary_watch_judge(dw_canary_watch *watch, const dw_canary_look *look, const dw_canary_found *found, dw_canary_standing *out);

/* What a user should know of these looks. */
typedef struct dw_canary_watch_notes {
  size_t repeated;            /* rounds that earlier looks were at */
  const char *repeated_round; /* the first of them */
  size_t back;                /* rounds that begin before the end of an earlier look */
  const char *back_round;     /* the first of them */
  int64_t back_at;
  size_t designs; /* looks that ask otherwise than those before them: they are ranked by themselves */
  size_t coarse;  /* looks that more deals might have made an alarm of */
} dw_canary_watch_notes;
const dw_canary_watch_notes *dw_canary_watch_tell(const dw_canary_watch *watch);

dw_status dw_canary_watch_commit(dw_canary_watch *watch, dw_err *err);
void dw_canary_watch_close(dw_canary_watch *watch); /* NULL is fine */

#endif
