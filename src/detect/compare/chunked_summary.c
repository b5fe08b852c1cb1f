#include "detect/compare/chunked_summary.h"

#include "base/mem.h"

void dw_chunked_summary(const dw_chunked *chunked, dw_arena *arena, dw_summary *out)
{
  dw_summary_alerts *alerts = dw_arena_alloc(arena, (chunked->alert_count + 1) * sizeof *alerts);
  for (size_t i = 0; i < chunked->alert_count; i++)
    alerts[i] = (dw_summary_alerts){chunked->alerts[i].column, (double)chunked->alerts[i].count};
  out->chunked = true;
  out->reference_chunks = (double)chunked->reference;
  out->current_chunks = (double)chunked->current;
  out->alerts = alerts;
  out->alert_count = chunked->alert_count;
  out->warnings = (const char *const *)chunked->warning;
  out->warning_count = chunked->warnings;
}

void dw_chunked_free(dw_chunked *chunked)
{
  if (!chunked) return;
  for (size_t i = 0; i < chunked->warnings; i++) dw_free(chunked->warning[i]);
  dw_free(chunked->alerts);
  dw_free(chunked);
}
