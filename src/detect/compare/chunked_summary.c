#include "detect/compare/chunked_summary.h"

#include "base/mem.h"

void dw_chunked_summary(const dw_chunked *chunked, dw_summary *out)
{
  out->chunked = true;
  out->reference_chunks = (double)chunked->reference;
  out->current_chunks = (double)chunked->current;
  out->alerts = chunked->alerts;
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
