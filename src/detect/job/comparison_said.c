/* The verdict in one line, for whoever started the comparison by hand. */
#include <math.h>

#include "base/num.h"
#include "detect/compare/verdict.h"
#include "detect/job/comparison_parts.h"

enum { NAMED = 5 };

static void say_number(dw_buf *out, double value, int decimals)
{
  char text[400];
  dw_buf_add(out, text, dw_num_print_fixed(text, value, decimals));
}

static void say_columns(dw_buf *out, const dw_comparison *comparison)
{
  dw_buf_format(out, "%zu of %zu column%s (", comparison->drifted, comparison->columns, comparison->columns == 1 ? "" : "s");
  for (size_t i = 0; i < comparison->drifted && i < NAMED; i++) dw_buf_format(out, "%s%s", i ? ", " : "", comparison->drifted_column[i]);
  if (comparison->drifted > NAMED) dw_buf_format(out, " and %zu more", comparison->drifted - NAMED);
  dw_buf_text(out, ")");
}

/* Checks besides those of a column's values, where no column drifted by these: "missing_values of amount, duplicate records". */
static void say_checks(dw_buf *out, const dw_comparison *comparison)
{
  size_t said = 0, all = 0;
  for (size_t i = 0; i < comparison->finding_count; i++) {
    const dw_finding *finding = &comparison->finding[i];
    if (!finding->drift || all++ >= NAMED) continue;
    dw_buf_format(out, "%s%s%s%s", said++ ? ", " : "", dw_check_of(finding->check)->name, finding->column ? " of " : "",
                  finding->column ? finding->column : "");
  }
  if (all > said) dw_buf_format(out, " and %zu more", all - said);
  if (all == 0) dw_buf_text(out, "inside segments alone");
}

static void say_quiet(dw_buf *out, const dw_comparison *comparison, double detectable)
{
  if (comparison->drifted) say_columns(out, comparison);
  else dw_buf_format(out, "none of %zu column%s", comparison->columns, comparison->columns == 1 ? "" : "s");
  if (comparison->drifted) dw_buf_text(out, ", which is not what --fail-on asks");
  if (isnan(detectable)) return;
  if (detectable >= DW_SHIFT_NONE) {
    dw_buf_text(out, "; no change of a single column would have been found");
    return;
  }
  dw_buf_text(out, "; a change of h ");
  say_number(out, detectable, 2);
  dw_buf_text(out, " or more would have been found");
}

void dw_comparison_job_say(const dw_comparison_job *job, dw_buf *out)
{
  dw_arena arena;
  dw_summary summary;
  const dw_comparison *comparison = &job->comparison;
  dw_arena_init(&arena);
  dw_verdict_summary(comparison, &job->limits, &arena, &summary);
  dw_buf_text(out, dw_answer_words(summary.answer));
  if (comparison->severity != DW_SEVERITY_NONE) dw_buf_format(out, ", severity %s", dw_severity_word(comparison->severity));
  dw_buf_text(out, ": ");
  if (!comparison->drift) say_quiet(out, comparison, summary.detectable);
  else if (comparison->drifted) say_columns(out, comparison);
  else say_checks(out, comparison);
  size_t unjudged = summary.not_judged_count;
  if (unjudged) dw_buf_format(out, "; %zu not judged", unjudged);
  dw_arena_free(&arena);
}
