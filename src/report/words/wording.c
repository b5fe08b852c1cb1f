#include "report/words/wording.h"

#include <math.h>
#include <string.h>

#include "kinds/check.h"
#include "kinds/titles.h"
#include "report/draw/bars.h"
#include "report/model/figures.h"
#include "report/words/wording_parts.h"

const char dw_wording_incomplete[] =
    "The input ended without a summary: the comparison did not finish, so this is not a verdict. What it found until then is below.";

const char *dw_wording_check(const char *check)
{
  dw_check known = dw_check_named(check);
  return known == DW_CHECK_UNKNOWN ? check : dw_check_of(known)->title;
}

const char *dw_wording_method(const char *method)
{
  const char *title = dw_title_of_method(method);
  return title ? title : method;
}

void dw_wording_short(dw_buf *out, const char *name)
{
  size_t start = out->length;
  dw_buf_text(out, name);
  if (!dw_title_of_method(name) && dw_check_named(name) == DW_CHECK_UNKNOWN) return;
  for (size_t i = start; i < out->length; i++)
    if (out->data[i] == '_') out->data[i] = ' ';
}

static void comma(dw_buf *out, size_t start)
{
  if (out->length > start) dw_buf_text(out, ", ");
}

/* A name or value from input. Isolates of its own would end ours. */
void dw_wording_value(dw_buf *out, const char *text)
{
  bool ascii = true;
  for (const char *c = text; *c; c++) ascii = ascii && (unsigned char)*c < 0x80;
  if (ascii) {
    dw_buf_text(out, text);
    return;
  }
  dw_buf_text(out, "\xe2\x81\xa8"); /* NOLINT(misc-misleading-bidirectional): the end of it is written below */
  for (; *text; text++) {
    bool isolate = !strncmp(text, "\xe2\x81", 2) && (unsigned char)text[2] >= 0xa6 && (unsigned char)text[2] <= 0xa9;
    if (isolate) {
      dw_buf_text(out, "\xef\xbf\xbd");
      text += 2;
    } else {
      dw_buf_char(out, *text);
    }
  }
  dw_buf_text(out, "\xe2\x81\xa9");
}

/* --- what changed --- */

void dw_wording_change_of(dw_buf *out, double from, double to, double spread)
{
  if (!isfinite(from) || !isfinite(to) || from == to) return;
  bool near_zero = spread > 0 && fabs(from) < 0.1 * spread;
  if (!near_zero && dw_figure_change(out, from, to)) return;
  if (!(spread > 0) || fabs(to - from) < 0.005 * spread) return;
  if (to > from) dw_buf_char(out, '+');
  dw_figure(out, (to - from) / spread, 2);
  dw_buf_text(out, " std");
}

static void bracket_change(dw_buf *out, double from, double to, double spread)
{
  dw_buf change = {0};
  dw_wording_change_of(&change, from, to, spread);
  if (change.length) {
    dw_buf_text(out, " (");
    dw_buf_add(out, change.data, change.length);
    dw_buf_char(out, ')');
  }
  dw_buf_free(&change);
}

static bool pair(dw_buf *out, size_t start, const char *what, double from, double to, double spread)
{
  if (isnan(from) || isnan(to)) return false;
  comma(out, start);
  dw_buf_text(out, what);
  dw_buf_char(out, ' ');
  if (from == to) {
    dw_figure(out, from, 3);
    dw_buf_text(out, " as before");
    return true;
  }
  dw_figure_pair(out, from, to);
  bracket_change(out, from, to, spread);
  return true;
}

/* The median position would be the distance of the centroids again, in a unit that nobody knows. */
static void change_vectors(dw_buf *out, const dw_report_finding *finding)
{
  size_t start = out->length;
  if (isfinite(finding->centroid_shift)) {
    dw_buf_text(out, "centroids ");
    dw_figure(out, finding->centroid_shift, 3);
    dw_buf_text(out, " spreads apart");
    if (isfinite(finding->centroid_cosine)) {
      dw_buf_text(out, " (cosine distance ");
      dw_figure(out, finding->centroid_cosine, 3);
      dw_buf_char(out, ')');
    }
  }
  if (!isfinite(finding->variance_ratio)) return;
  comma(out, start);
  dw_buf_text(out, "variance ");
  if (!dw_figure_change(out, 1, finding->variance_ratio)) dw_buf_text(out, "gone");
}

static double relative(double from, double to) { return isfinite(from) && isfinite(to) && from != 0 ? fabs((to - from) / from) : 0; }

static void change_numeric(dw_buf *out, const dw_report_side *reference, const dw_report_side *current)
{
  size_t start = out->length;
  double from = dw_report_quantile_of(reference, 0.5), to = dw_report_quantile_of(current, 0.5);
  bool median = pair(out, start, "median", from, to, reference->std);
  double shift = reference->std > 0 ? fabs(to - from) / reference->std : 0;
  /* the median moved little, or the mean tells another story: say it too */
  if (!median || (shift < 0.1 && relative(reference->mean, current->mean) >= 0.1))
    pair(out, start, "mean", reference->mean, current->mean, reference->std);
  if (relative(reference->std, current->std) >= 0.1 && (!median || relative(reference->std, current->std) > relative(from, to)))
    pair(out, start, "std", reference->std, current->std, 0);
}

static void change_categories(dw_buf *out, const dw_report_finding *finding)
{
  dw_bars bars;
  if (!dw_bars_layout(&bars, finding, DW_BARS_MOST)) return;
  size_t start = out->length;
  bool said[DW_BARS_MOST] = {false};
  for (int round = 0; round < 3; round++) {
    size_t best = bars.count;
    double most = 0;
    for (size_t i = 0; i < bars.count; i++) {
      const dw_bar *bar = &bars.bar[i];
      if (said[i] || !bar->label || isnan(bar->reference) || isnan(bar->current)) continue;
      double moved = fabs(sqrt(bar->current) - sqrt(bar->reference)); /* as h, which small shares move more easily */
      if (moved > most && fabs(bar->current - bar->reference) > 0.0005) {
        most = moved;
        best = i;
      }
    }
    if (best == bars.count) break;
    said[best] = true;
    comma(out, start);
    dw_wording_value(out, bars.bar[best].label);
    dw_buf_text(out, ": ");
    dw_figure_share_pair(out, bars.bar[best].reference, bars.bar[best].current);
  }
}

static void shift_behind(dw_buf *out, const dw_report_finding *finding)
{
  dw_buf shift = {0};
  dw_wording_shift(&shift, finding);
  if (shift.length && out->length) dw_buf_text(out, "; ");
  dw_buf_add(out, shift.data, shift.length);
  dw_buf_free(&shift);
}

/* An alarm stays, so that this look's own change may be small. */
static void alarm_behind(dw_buf *out, const dw_report_finding *finding)
{
  if (out->length) dw_buf_text(out, "; ");
  bool first = finding->alarm_look == finding->looks;
  dw_buf_text(out, first ? "the first alarm, at look " : "alarm since look ");
  dw_figure_count(out, finding->alarm_look);
  if (!first) dw_buf_text(out, " of ");
  if (!first) dw_figure_count(out, finding->looks);
  if (!first && finding->alarm_time) dw_buf_format(out, " (%s)", finding->alarm_time);
}

static void change_missing(dw_buf *out, const dw_report_side *reference, const dw_report_side *current)
{
  dw_buf_text(out, "missing ");
  dw_figure_share_pair(out, reference->share, current->share);
  if (isnan(reference->missing) || isnan(current->missing)) return;
  dw_buf_text(out, " (");
  dw_figure_count(out, reference->missing);
  dw_buf_text(out, " → ");
  dw_figure_count(out, current->missing);
  dw_buf_text(out, " rows)");
}

void dw_wording_lost(dw_buf *out, const dw_report_finding *finding)
{
  if (!strcmp(finding->change, "missing_column")) dw_buf_text(out, "gone");
  else if (!strcmp(finding->change, "emptied")) dw_buf_text(out, "empty now");
  else if (!strcmp(finding->change, "unusable")) dw_buf_text(out, "unusable now");
  else if (!strcmp(finding->change, "components_changed")) dw_buf_text(out, "other vectors now");
  else dw_buf_format(out, "%s now", !strcmp(finding->type_now, "string") ? "text" : finding->type_now);
}

static void change_schema(dw_buf *out, const dw_report_finding *finding)
{
  if (!strcmp(finding->change, "missing_column")) {
    dw_buf_text(out, "the column is gone from the current data");
    if (*finding->type_before) dw_buf_format(out, " (it was %s)", finding->type_before);
    if (finding->renamed && *finding->renamed) {
      dw_buf_text(out, "; renamed? the current data has a new column ");
      dw_wording_value(out, finding->renamed);
    }
  } else if (!strcmp(finding->change, "emptied")) {
    dw_buf_format(out, "every cell is missing in the current data (it was %s)", finding->type_before);
  } else if (!strcmp(finding->change, "unusable")) {
    dw_buf_format(out, "no value of the current data can be compared: infinite, or of a kind that the column is not (%s)",
                  finding->type_now);
  } else if (!strcmp(finding->change, "components_changed")) {
    if (finding->components_before == finding->components_now) {
      dw_buf_text(out, "their components are of other columns");
      return;
    }
    dw_figure_count(out, finding->components_before);
    dw_buf_text(out, " components → ");
    dw_figure_count(out, finding->components_now);
  } else if (!strcmp(finding->change, "new_column")) {
    dw_buf_text(out, "a column that the reference does not have");
    if (*finding->type_now) dw_buf_format(out, " (%s)", finding->type_now);
  } else if (!strcmp(finding->change, "type_changed")) {
    dw_buf_format(out, "type %s → %s", finding->type_before, finding->type_now);
  } else {
    dw_buf_text(out, finding->change);
  }
}

static void listing(dw_buf *out, const dw_report_category *list, size_t listed, double count, const char *what)
{
  enum { SHOWN = 5 };
  dw_figure_count(out, count);
  dw_buf_char(out, ' ');
  dw_buf_text(out, what);
  for (size_t i = 0; i < listed && i < SHOWN; i++) {
    dw_buf_text(out, i ? ", " : ": ");
    dw_wording_value(out, list[i].value);
    if (isnan(list[i].count)) continue;
    dw_buf_text(out, " (");
    dw_figure_count(out, list[i].count);
    dw_buf_char(out, ')');
  }
  if (listed && count > (double)(listed < SHOWN ? listed : SHOWN)) dw_buf_text(out, ", …");
}

static void change_new_categories(dw_buf *out, const dw_report_finding *finding)
{
  bool appeared = finding->appeared_count > 0, vanished = finding->vanished_count > 0;
  if (appeared) listing(out, finding->appeared, finding->appeared_listed, finding->appeared_count, "new");
  if (appeared && vanished) dw_buf_text(out, "; ");
  if (vanished) listing(out, finding->vanished, finding->vanished_listed, finding->vanished_count, "vanished");
  if (!appeared && !vanished) dw_buf_text(out, "no new category");
}

static void change_range(dw_buf *out, const dw_report_finding *finding)
{
  size_t start = out->length;
  if (finding->below > 0) {
    dw_figure_count(out, finding->below);
    dw_buf_text(out, " below ");
    dw_figure(out, finding->low, 6);
  }
  if (finding->above > 0) {
    comma(out, start);
    dw_figure_count(out, finding->above);
    dw_buf_text(out, " above ");
    dw_figure(out, finding->high, 6);
  }
  if (out->length == start) dw_buf_text(out, "all within the range of the reference");
}

void dw_wording_metric(dw_buf *out, const dw_report_side *side)
{
  dw_figure(out, side->value, 3);
  if (isnan(side->low) || isnan(side->high)) return;
  dw_buf_text(out, " [");
  dw_figure(out, side->low, 3);
  dw_buf_text(out, ", ");
  dw_figure(out, side->high, 3);
  dw_buf_char(out, ']');
}

static void change_canary(dw_buf *out, const dw_report_finding *finding)
{
  if (*finding->round) dw_buf_format(out, "round %s", finding->round);
  if (isnan(finding->effect)) return;
  dw_buf_format(out, "%s%s ", *finding->round ? ", " : "", *finding->effect_is ? finding->effect_is : "effect");
  dw_figure(out, finding->effect, 3);
  if (isnan(finding->margin)) return;
  dw_buf_text(out, ", margin ");
  dw_figure(out, finding->margin, 3);
}

void dw_wording_change(dw_buf *out, const dw_report_finding *finding)
{
  const dw_report_side *reference = &finding->reference, *current = &finding->current;
  dw_check check = dw_check_named(finding->check);
  bool watched = finding->alarm_look > 0;
  if (check == DW_CHECK_CANARY) {
    change_canary(out, finding);
  } else if (check == DW_CHECK_SCHEMA) {
    change_schema(out, finding);
  } else if (check == DW_CHECK_DATA_QUALITY) {
    dw_wording_quality(out, finding);
  } else if (check == DW_CHECK_MISSING) {
    change_missing(out, reference, current);
  } else if (check == DW_CHECK_CATEGORIES) {
    change_new_categories(out, finding);
  } else if (check == DW_CHECK_RANGE) {
    change_range(out, finding);
  } else if (dw_report_is_joint(finding)) {
    if (!isnan(finding->statistic)) dw_wording_joint(out, finding);
  } else if (!isnan(reference->value) && !isnan(current->value)) {
    dw_wording_short(out, finding->method);
    dw_buf_text(out, *finding->method ? " " : "");
    dw_wording_metric(out, reference);
    dw_buf_text(out, " → ");
    dw_wording_metric(out, current);
  } else if (!strcmp(finding->type, "vector")) {
    change_vectors(out, finding);
  } else if (!strcmp(finding->type, "text")) {
    dw_wording_texts(out, finding);
  } else if (reference->category_count && current->category_count) {
    change_categories(out, finding);
  } else if (reference->given && current->given) {
    change_numeric(out, reference, current);
    if (finding->drift && (watched || !isnan(finding->shift.min_effect))) shift_behind(out, finding);
  }
  if (finding->drift && watched) alarm_behind(out, finding);
}

/* --- decisions --- */

/* An AUC may come with a p-value that does not decide. */
static bool by_p_value(const dw_report_finding *finding) { return !isnan(finding->p_value) && finding->score != finding->statistic; }

void dw_wording_score(dw_buf *out, const dw_report_finding *finding)
{
  if (finding->error) {
    dw_buf_text(out, "error");
    return;
  }
  if (by_p_value(finding)) dw_buf_text(out, "p ");
  dw_figure(out, finding->score,
            !by_p_value(finding)    ? 3
            : finding->score < 1e-5 ? 1
                                    : 2); /* of so small a chance the power of ten tells */
}

static const char *sign(const char *rule, bool met)
{
  static const struct {
    const char *rule, *met, *unmet;
  } signs[] = {{">=", "≥", "<"}, {">", ">", "≤"}, {"<=", "≤", ">"}, {"<", "<", "≥"}};
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
    if (!strcmp(rule, signs[i].rule)) return met ? signs[i].met : signs[i].unmet;
  return "";
}

void dw_wording_limit(dw_buf *out, const dw_report_finding *finding)
{
  if (isnan(finding->threshold)) {
    dw_buf_text(out, "–");
    return;
  }
  dw_buf_text(out, sign(finding->rule, true));
  dw_buf_char(out, ' ');
  dw_figure(out, finding->threshold, 4);
}

void dw_wording_decision(dw_buf *out, const dw_report_finding *finding)
{
  if (finding->error) {
    dw_buf_text(out, finding->error);
    return;
  }
  if (isnan(finding->score)) return;
  dw_wording_score(out, finding);
  if (isnan(finding->threshold) || !*finding->rule) return;
  dw_buf_format(out, " %s ", sign(finding->rule, dw_wording_met(finding)));
  dw_figure(out, finding->threshold, 4);
  dw_wording_large(out, finding);
}

void dw_wording_effect(dw_buf *out, const dw_report_finding *finding)
{
  bool up = finding->direction && !strcmp(finding->direction, "up"), down = finding->direction && !strcmp(finding->direction, "down");
  if (up || down) dw_buf_text(out, up ? "↑ " : "↓ ");
  dw_figure(out, isnan(finding->shift.h) ? finding->effect_size : finding->shift.h, 2);
}

void dw_wording_judgement(dw_buf *out, const dw_report_finding *finding)
{
  dw_buf decision = {0};
  dw_wording_decision(&decision, finding);
  if (decision.length && *finding->method && isnan(finding->current.value)) {
    dw_wording_short(out, finding->method);
    dw_buf_text(out, finding->error ? ": " : " ");
  }
  dw_buf_add(out, decision.data, decision.length);
  dw_buf_free(&decision);
}

void dw_wording_line(dw_buf *out, const dw_report_finding *finding)
{
  dw_judgement judges = dw_check_of(dw_check_named(finding->check))->judges;
  size_t start = out->length;
  if (!finding->error) dw_wording_change(out, finding);
  bool changed = out->length > start;
  if (changed && (judges == DW_JUDGES_SCHEMA || judges == DW_JUDGES_QUALITY)) return;
  dw_buf verdict = {0};
  if (changed && dw_report_is_joint(finding)) /* which named the method */
    dw_wording_decision(&verdict, finding);
  else dw_wording_judgement(&verdict, finding);
  if (changed && verdict.length) dw_buf_text(out, "; ");
  dw_buf_add(out, verdict.data, verdict.length);
  dw_buf_free(&verdict);
}

/* --- the whole --- */

static void columns(dw_buf *out, const dw_report_section *section, const char *verb)
{
  const dw_report_summary *summary = &section->summary;
  bool canaries = dw_report_of_canaries(section);
  if (isnan(summary->columns)) return;
  if (summary->drifted == 0) dw_buf_text(out, "none");
  else dw_figure_count(out, summary->drifted);
  dw_buf_text(out, " of ");
  dw_figure_count(out, summary->columns);
  dw_buf_text(out, canaries ? " canar" : " column");
  if (canaries) dw_buf_text(out, summary->columns == 1 ? "y" : "ies");
  else if (summary->columns != 1) dw_buf_char(out, 's');
  dw_buf_text(out, verb);
  if (!(summary->drift_share > 0)) return;
  dw_buf_text(out, " (");
  dw_figure_share(out, summary->drift_share);
  dw_buf_char(out, ')');
}

void dw_wording_columns(dw_buf *out, const dw_report_section *section)
{
  columns(out, section, dw_report_of_canaries(section) ? " departed" : " drifted");
}

void dw_wording_reasons(dw_buf *out, const dw_report_section *section)
{
  size_t start = out->length, performance = 0, target = 0, prediction = 0, other = 0;
  for (size_t i = 0; i < section->count; i++) {
    const dw_report_finding *finding = &section->findings[i];
    dw_judgement judges = dw_check_of(dw_check_named(finding->check))->judges;
    if (!finding->drift || judges == DW_JUDGES_FEATURE || finding->lost) continue;
    if (judges == DW_JUDGES_MODEL) performance++;
    else if (judges == DW_JUDGES_TARGET) target++;
    else if (judges == DW_JUDGES_PREDICTION) prediction++;
    else other++;
  }
  if (performance) dw_buf_text(out, "performance");
  if (target) {
    comma(out, start);
    dw_buf_text(out, "target");
  }
  if (prediction) {
    comma(out, start);
    dw_buf_text(out, "predictions");
  }
  if (!isnan(section->summary.columns)) comma(out, start);
  bool canaries = other && dw_report_of_canaries(section);
  if (canaries) other = 0; /* they are its columns */
  if (performance + target + prediction + other) columns(out, section, "");
  else dw_wording_columns(out, section);
  size_t lost = dw_report_lost(section);
  if (lost) {
    comma(out, start);
    dw_figure_count(out, (double)lost);
    dw_buf_text(out, " lost");
  }
  if (other) {
    comma(out, start);
    dw_figure_count(out, (double)other);
    dw_buf_text(out, other == 1 ? " other check" : " other checks");
  }
  size_t segments = 0;
  for (size_t i = 0; i < section->summary.segment_count; i++) segments += section->summary.segments[i].severity != DW_SEVERITY_NONE;
  if (segments) {
    comma(out, start);
    dw_figure_count(out, (double)segments);
    dw_buf_text(out, segments == 1 ? " segment" : " segments");
  }
  if (section->summary.unjudged_count == 0) return;
  comma(out, start);
  dw_figure_count(out, (double)section->summary.unjudged_count);
  dw_buf_text(out, " not judged");
}

/* Canaries are not asked for by name: which they are is what counts. */
static void unjudged_canaries(dw_buf *out, const dw_report_section *section)
{
  const char *said[3];
  size_t count = 0, most = sizeof said / sizeof *said;
  for (size_t i = 0; i < section->count; i++) {
    bool known = !section->findings[i].error;
    for (size_t k = 0; k < count && !known; k++) known = strcmp(said[k], section->findings[i].column) == 0;
    if (known) continue;
    dw_buf_text(out, count == most ? " and others" : count ? ", " : "there is no answer about ");
    if (count == most) return;
    dw_wording_value(out, section->findings[i].column);
    said[count++] = section->findings[i].column;
  }
}

void dw_wording_not_judged(dw_buf *out, const dw_report_section *section)
{
  size_t start = out->length;
  if (dw_report_of_canaries(section)) unjudged_canaries(out, section);
  if (out->length > start) return;
  dw_buf_text(out, section->summary.columns > 0 ? "what was asked for by name has no answer" : "nothing could be compared");
}

void dw_wording_verdict(dw_buf *out, const dw_report_section *section)
{
  const dw_report_summary *summary = &section->summary;
  if (!summary->given) {
    dw_buf_text(out, "INCOMPLETE: the input ended without a summary");
    return;
  }
  if (summary->not_judged) {
    dw_buf_text(out, "NOT JUDGED: ");
    dw_wording_not_judged(out, section);
    return;
  }
  bool graded = summary->severity != DW_SEVERITY_NONE, uncounted = graded && !summary->drift;
  dw_buf_text(out, summary->drift ? "DRIFT" : uncounted ? "No drift that counts" : "No drift");
  if (graded && summary->drift) dw_buf_format(out, ", severity %s", dw_severity_word(summary->severity));
  size_t before = out->length;
  dw_buf_text(out, ": ");
  size_t start = out->length;
  dw_wording_reasons(out, section);
  if (out->length == start) out->length = before;
  if (uncounted) dw_buf_format(out, ", severity %s", dw_severity_word(summary->severity));
}

void dw_wording_share(dw_buf *out, const dw_report_summary *summary)
{
  if (isnan(summary->drift_share) || isnan(summary->drift_share_threshold) || summary->not_judged) return;
  dw_buf_format(out, "Data set drift: %s, ", summary->dataset_drift ? "yes" : "no");
  dw_figure_share(out, summary->drift_share);
  dw_buf_text(out, summary->dataset_drift ? " reaches the limit of " : " is below the limit of ");
  dw_figure_share(out, summary->drift_share_threshold);
  dw_buf_text(out, ". ");
}

static const double largest_h = 3.1415; /* from none to all: pi, as it is written or cut */

/* What was found does not speak of other columns, and of few rows they may have changed a lot. */
static bool few_rows(const dw_report_summary *summary) { return summary->reference_rows < 30 || summary->current_rows < 30; }

void dw_wording_detectable(dw_buf *out, const dw_report_summary *summary)
{
  if (summary->not_judged || isnan(summary->detectable) || (summary->drift && !few_rows(summary))) return;
  bool severe = summary->detectable >= dw_grading_of(DW_SCALE_H, NAN).high;
  if (summary->detectable >= largest_h) {
    dw_buf_text(out, " No change of a single column, however large,");
  } else {
    dw_buf_format(out, " %s of h ", severe ? "Only severe changes," : "A change");
    dw_figure(out, summary->detectable, 2);
    dw_buf_format(out, " or more%s", severe ? "," : "");
  }
  dw_buf_text(out, " would have been found in 8 of 10 cases.");
}

static void fail_on_part(dw_buf *out, const char *rule)
{
  if (!strcmp(rule, "any")) dw_buf_text(out, "any drifted check");
  else if (!strcmp(rule, "share")) dw_buf_text(out, "data set drift");
  else if (!strncmp(rule, "column:", 7)) dw_buf_format(out, "drift of %s", rule + 7);
  else if (!strncmp(rule, "severity:", 9)) dw_buf_format(out, "severity %s or higher", rule + 9);
  else dw_buf_text(out, rule);
}

void dw_wording_fail_on(dw_buf *out, const dw_report_summary *summary)
{
  if (summary->fail_on_count == 0) return;
  dw_buf_text(out, "What counts as drift: ");
  for (size_t i = 0; i < summary->fail_on_count; i++) {
    if (i) dw_buf_text(out, i + 1 < summary->fail_on_count ? ", " : " or ");
    fail_on_part(out, summary->fail_on[i]);
  }
  dw_buf_char(out, '.');
}

const char *dw_wording_action(dw_severity severity)
{
  static const char *const action[] = {"none", "monitor", "investigate", "retrain"};
  return action[severity];
}

const char *dw_wording_action_of(const dw_report_section *section)
{
  dw_severity severity = section->summary.severity;
  bool canaries = severity == DW_SEVERITY_HIGH && dw_report_of_canaries(section);
  return dw_wording_action(canaries ? DW_SEVERITY_MEDIUM : severity);
}

bool dw_wording_inputs(dw_buf *out, const dw_report_summary *summary)
{
  if (summary->stage_count == 0) return false;
  const dw_report_stage *stage = &summary->stages[summary->stage_count - 1];
  if (stage->input_count != 2 || !*stage->inputs[0].name || !*stage->inputs[1].name) return false;
  dw_buf_format(out, "%s → %s", stage->inputs[0].name, stage->inputs[1].name);
  return true;
}

static bool needs_quotes(const char *argument)
{
  if (!*argument) return true;
  for (const char *c = argument; *c; c++) {
    bool safe = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || strchr("-_=./:,@%+", *c) ||
                (unsigned char)*c >= 0x80;
    if (!safe) return true;
  }
  return false;
}

void dw_wording_stage(dw_buf *out, const dw_report_stage *stage)
{
  dw_buf_format(out, "%s %s", stage->command, stage->version);
  for (size_t i = 0; i < stage->argument_count; i++) {
    const char *argument = stage->arguments[i];
    dw_buf_char(out, ' ');
    if (!needs_quotes(argument)) {
      dw_buf_text(out, argument);
      continue;
    }
    dw_buf_char(out, '\'');
    for (; *argument; argument++) {
      if (*argument == '\'') dw_buf_text(out, "'\\''");
      else dw_buf_char(out, *argument);
    }
    dw_buf_char(out, '\'');
  }
}

void dw_wording_source(dw_buf *out, const dw_report_source *source)
{
  dw_buf_text(out, source->name);
  size_t start = 0;
  dw_buf facts = {0};
  if (!isnan(source->rows)) {
    dw_figure_count(&facts, source->rows);
    dw_buf_text(&facts, source->rows == 1 ? " row" : " rows");
  }
  if (!isnan(source->bytes)) {
    comma(&facts, start);
    dw_figure_bytes(&facts, source->bytes);
  }
  if (*source->digest) {
    comma(&facts, start);
    dw_buf_format(&facts, "digest %.12s", source->digest); /* enough to tell two apart; whole in JSON */
  }
  if (facts.length) {
    dw_buf_text(out, ": ");
    dw_buf_add(out, facts.data, facts.length);
  }
  dw_buf_free(&facts);
}
