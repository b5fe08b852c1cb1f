#include "serve/remedy/remedies.h"

#include "base/clock.h"
#include "base/mem.h"
#include "serve/alerts/turns.h"

/* How often the outbox is looked at. */
#define LOOK (5 * DW_SECOND)

struct dw_remedies {
  dw_swap *remedy;
  dw_records *records;
  const dw_notices *notices;
  dw_turns *turns;
  bool failed; /* the last turn */
};

static int64_t act(void *context, dw_turns *turns)
{
  dw_remedies *r = context;
  dw_err err;
  int64_t now;
  dw_outbox_counts counts;
  dw_remedy *remedy = dw_swap_take(r->remedy);
  dw_status status = dw_time_now(&now, &err);
  if (status == DW_OK) status = dw_remedy_act(remedy, r->records, now, dw_turns_ending, turns, &counts, &err);
  dw_swap_give(r->remedy, remedy);
  if (status != DW_OK && !r->failed) dw_notices_warn(r->notices, "actions: %s", err.message); /* a database that is away: once */
  r->failed = status != DW_OK;
  return LOOK;
}

dw_status dw_remedies_start(dw_remedies **out, dw_swap *remedy, dw_records *records, const dw_notices *notices, dw_err *err)
{
  dw_remedies *r = dw_alloc_zero(1, sizeof *r);
  r->remedy = remedy;
  r->records = records;
  r->notices = notices;
  dw_status status = dw_turns_start(&r->turns, "the actions", act, r, err);
  if (status != DW_OK) dw_free(r);
  *out = status == DW_OK ? r : NULL;
  return status;
}

void dw_remedies_stop(dw_remedies *r)
{
  if (!r) return;
  dw_turns_stop(r->turns);
  dw_free(r);
}
