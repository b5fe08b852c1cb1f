/* ask_parts: what the parts of ask share. ask.c: the loop; ask_slot.c: what becomes of one ask; ask_send.c: an ask on its way;
 * ask_receive.c: what comes back; ask_embed.c: embeddings of endpoints; ask_builtin.c: the model in the process. */
#ifndef DW_CANARY_ASK_PARTS_H
#define DW_CANARY_ASK_PARTS_H

#include "base/rng.h"
#include "canary/ask/answerer.h"
#include "canary/ask/ask.h"
#include "canary/ask/recording.h"
#include "canary/ask/schedule.h"
#include "canary/ask/secrets.h"
#include "io/bytes/http_pool.h"
#include "io/text/json.h"

enum { DW_ASK_REFUSALS = 2, DW_ASK_DOWN = 3, DW_ASK_REPLY = 16 << 20 /* bytes of an answer */ };

typedef enum dw_ask_state { DW_ASK_WAITING, DW_ASK_BUSY, DW_ASK_DONE, DW_ASK_SKIPPED } dw_ask_state;

struct dw_ask_member;
typedef struct dw_ask_language dw_ask_language;

/* One ask, from its turn until its response is written. */
typedef struct dw_ask_slot {
  dw_ask_state state;
  dw_turn turn;
  struct dw_ask_member *of; /* whom it is with now: its canary, or who makes embeddings */
  bool embedding;           /* the answer is there */
  struct dw_ask_slot *lead; /* embedding: whose request it rides with, as input `place`; NULL: its own */
  size_t place, riders;     /* riders: that ride with this one's request */
  bool alone;               /* it does not ride, and leads nobody */
  unsigned attempts;
  uint64_t signature;    /* of the last failure */
  uint64_t due, started; /* monotonic ns */
  dw_arena arena;
  dw_response response;
  dw_response_error error;
} dw_ask_slot;

/* A canary at work, or who makes embeddings (config NULL). */
typedef struct dw_ask_member {
  const dw_canary_config *config;
  char *url;
  const char *key;
  const char *key_missing; /* the variable that it is not in; NULL: there is one, or none is needed */
  dw_answerer *answerer;
  dw_ask_slot *asking; /* the answerer's, and the question's number */
  uint64_t asking_id;
  dw_recording *recording;
  dw_ask_language *language;
  uint64_t paused; /* until, ns: it said so, or could not be reached */
  unsigned down;   /* failures in a row that no prompt can change */
  uint64_t down_signature;
  dw_response_error down_error;
  dw_ask_counts counts; /* its part */
} dw_ask_member;

/* A canary and a prompt. */
typedef struct dw_ask_pair {
  uint64_t sent; /* ns; the last repeat of them */
  size_t sent_repeats;
  unsigned refusals; /* in a row, for good */
  uint64_t signature;
  dw_response_error error;
} dw_ask_pair;

struct dw_ask {
  const dw_canary_configs *configs;
  const dw_ask_settings *settings;
  dw_secrets secrets;
  dw_http_pool *pool;
  dw_ask_member *member; /* [configs->count] */
  dw_ask_member embedder;
  dw_rng jitter;
  dw_arena arena; /* of errors that are said again */
  dw_ask_counts counts;
  uint64_t stop_at; /* ns; when told to stop */

  /* the run at hand */
  const dw_ask_job *job;
  const char **round; /* names */
  dw_schedule schedule;
  dw_ask_slot *slot; /* [window]: ask i at i % window */
  size_t window, head, next;
  size_t busy; /* requests under way */
  dw_ask_pair *pair;
};

static inline dw_ask_slot *dw_ask_slot_at(dw_ask *ask, size_t index) { return &ask->slot[index % ask->window]; }
static inline dw_ask_pair *dw_ask_pair_of(dw_ask *ask, const dw_ask_slot *slot)
{
  return &ask->pair[slot->turn.prompt * ask->schedule.canaries + slot->turn.canary];
}

/* What went wrong with an attempt. */
typedef struct dw_ask_failure {
  dw_retry_kind kind;
  int status;
  const char *type, *message;
  bool hopeless; /* no prompt can change it */
  int64_t retry_after;
} dw_ask_failure;

/* --- ask_slot.c --- */
void dw_ask_slot_begin(dw_ask *ask, dw_ask_slot *slot, size_t index); /* a turn: waiting, or done at once */
void dw_ask_slot_fail(dw_ask *ask, dw_ask_slot *slot, const dw_ask_failure *failure);
void dw_ask_slot_known(dw_ask *ask, dw_ask_slot *slot, const dw_response_error *error); /* it fails as others did: it is not asked */
void dw_ask_slot_answered(dw_ask *ask, dw_ask_slot *slot);                              /* the response has its text */
void dw_ask_slot_embedded(dw_ask *ask, dw_ask_slot *slot);                              /* and its embedding */
void dw_ask_slot_give_up(dw_ask *ask, dw_ask_slot *slot);                               /* waiting: no more attempts; busy: interrupted */
int64_t dw_ask_slot_seed(const dw_ask *ask, const dw_ask_slot *slot);
void dw_ask_slot_time(dw_ask_slot *slot); /* it is asked now */

/* --- ask_send.c --- */
void dw_ask_send_due(dw_ask *ask);

/* --- ask_receive.c --- */
size_t dw_ask_polls(dw_ask *ask, struct pollfd *out); /* of answerers; at most DW_ANSWERER_POLLS a member, and as many for embeddings */
void dw_ask_receive(dw_ask *ask);                     /* what has come */

/* --- ask_embed.c --- */
void dw_ask_embed_body(dw_ask *ask, dw_ask_slot *lead, uint64_t now, dw_buf *body);   /* of it and of those that ride with it from now on */
const char *dw_ask_embed_vector(dw_ask_slot *slot, const dw_value *list);             /* NULL, or what is wrong with the list */
const char *dw_ask_embed_list(dw_ask *ask, dw_ask_slot *lead, const dw_value *reply); /* the same of all of them, which are done then */
bool dw_ask_embed_failed(dw_ask *ask, dw_ask_slot *lead,
                         const dw_ask_failure *failure); /* true: all of them are asked alone; else the lead fails */

/* --- ask_builtin.c --- */
dw_status dw_ask_language_open(dw_ask_language **out, const dw_canary_config *config, dw_err *err);
void dw_ask_language_close(dw_ask_language *language);       /* NULL is fine */
void dw_ask_language_answer(dw_ask *ask, dw_ask_slot *slot); /* at once */

#endif
