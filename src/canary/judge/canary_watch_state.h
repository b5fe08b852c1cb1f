/* canary_watch_state: what a watch of canaries remembers, in memory and as a document (kind "canary_state"). Inside of
 * canary/judge/canary_watch only. */
#ifndef DW_CANARY_CANARY_WATCH_STATE_H
#define DW_CANARY_CANARY_WATCH_STATE_H

#include "canary/judge/canary_watch.h"
#include "canary/judge/round_identity.h"
#include "detect/watch/watch_file.h"
#include "stats/streams/any_look.h"

/* A look, and where the stream stood after it. */
typedef struct dw_canary_seen {
  uint64_t name, content, design; /* canary/judge/round_identity.h */
  uint64_t look;                  /* of the state, from 1 on */
  uint64_t ranked, deals;
  double p, effect; /* that it is ranked by */
  double look_p;
  double tested, highest, capital; /* stats/streams/any_look.h */
} dw_canary_seen;

typedef struct dw_canary_stream {
  const char *canary;
  uint32_t number;         /* of it in the book */
  dw_canary_method method; /* DW_CANARY_METHODS: not chosen yet */
  uint64_t observations;   /* looks of it */
  uint64_t alarm_look;     /* 0: none yet */
  int64_t alarm_time;
  const char *alarm_round;
  dw_any_look any;
  dw_canary_seen *seen; /* the last of them, by look */
  size_t count, capacity;
  size_t ranks_from; /* of them */
} dw_canary_stream;

struct dw_canary_watch {
  dw_watch_file file;
  dw_canary_watch_how how;
  const dw_answer_book *book;
  char *words; /* of how, as the state was begun: "auto --characters 1000 --block 1" */
  char reference_digest[33];
  uint64_t looks;
  bool timed; /* latest is known */
  int64_t latest;
  dw_canary_stream *stream;
  size_t count;
  dw_arena texts;
  bool changed;
  dw_round_identity *identity; /* [canaries of the book][rounds] */
  /* of the round that is looked at */
  uint32_t round;
  bool counted; /* a look at it was added */
  size_t again; /* looks that were repeated */
  bool back, timed_before;
  int64_t latest_before;
  dw_canary_watch_notes notes;
};

extern const dw_watch_kind dw_canary_watch_kind;

void dw_canary_watch_write(const dw_canary_watch *watch, dw_buf *out);
/* Into an empty watch; DW_EDATA with what is wrong. */
dw_status dw_canary_watch_read(dw_canary_watch *watch, const char *text, size_t length, dw_err *err);

#endif
