#include "report/words/wording.h"

#include <string.h>

#include "report/words/wording_parts.h"

void dw_wording_unjudged_name(dw_buf *out, const dw_report_unjudged *unjudged)
{
  dw_wording_value(out, unjudged->column);
  if (*unjudged->column && *unjudged->method) dw_buf_text(out, ", ");
  dw_wording_short(out, unjudged->method);
}

void dw_wording_unjudged_why(dw_buf *out, const dw_report_unjudged *unjudged)
{
  dw_buf_text(out, unjudged->reason);
  if (*unjudged->option) dw_buf_format(out, "; settled by %s", unjudged->option);
}

/* Says the names behind the one at index for which alike holds; of very many the first. */
static size_t others(dw_buf *out, const dw_report_summary *summary, size_t index, size_t count,
                     bool (*alike)(const dw_report_summary *, size_t, size_t), void (*say)(dw_buf *, const dw_report_summary *, size_t))
{
  enum { SAID = 100 };
  size_t all = 1;
  for (size_t i = index + 1; i < count; i++) {
    if (!alike(summary, index, i) || all++ >= SAID) continue;
    dw_buf_text(out, ", ");
    say(out, summary, i);
  }
  if (all > SAID) dw_buf_format(out, " … and %zu more", all - SAID);
  return all;
}

static bool unjudged_alike(const dw_report_summary *summary, size_t a, size_t b)
{
  const dw_report_unjudged *x = &summary->unjudged[a], *y = &summary->unjudged[b];
  return !strcmp(x->reason, y->reason) && !strcmp(x->method, y->method) && !*x->option == !*y->option;
}

static void unjudged_name(dw_buf *out, const dw_report_summary *summary, size_t index)
{
  dw_wording_value(out, summary->unjudged[index].column);
}

size_t dw_wording_unjudged(dw_buf *out, const dw_report_summary *summary, size_t index)
{
  const dw_report_unjudged *unjudged = &summary->unjudged[index];
  for (size_t i = 0; i < index; i++)
    if (unjudged_alike(summary, i, index)) return 0;
  dw_wording_value(out, unjudged->column);
  size_t all = others(out, summary, index, summary->unjudged_count, unjudged_alike, unjudged_name);
  if (*unjudged->column && *unjudged->method) dw_buf_text(out, ", ");
  dw_wording_short(out, unjudged->method);
  dw_buf_text(out, ": ");
  dw_wording_unjudged_why(out, unjudged);
  if (all > 1 && *unjudged->option) dw_buf_text(out, ", likewise the others");
  return all;
}

static bool uncompared_alike(const dw_report_summary *summary, size_t a, size_t b)
{
  return !strcmp(summary->uncompared[a].reason, summary->uncompared[b].reason);
}

static void uncompared_name(dw_buf *out, const dw_report_summary *summary, size_t index)
{
  const dw_report_uncompared *u = &summary->uncompared[index];
  dw_wording_value(out, u->column);
  if (*u->type) dw_buf_format(out, " (%s)", u->type);
}

bool dw_wording_uncompared(dw_buf *out, const dw_report_summary *summary, size_t index)
{
  for (size_t i = 0; i < index; i++)
    if (uncompared_alike(summary, i, index)) return false;
  uncompared_name(out, summary, index);
  others(out, summary, index, summary->uncompared_count, uncompared_alike, uncompared_name);
  const char *reason = summary->uncompared[index].reason;
  if (*reason) dw_buf_format(out, ": %s", reason);
  return true;
}
