#include "report/words/network_wording.h"

#include <math.h>
#include <string.h>

#include "report/model/figures.h"
#include "report/words/wording.h"

/* --- the whole --- */

static void canaries(dw_buf *out, size_t count)
{
  dw_figure_count(out, (double)count);
  dw_buf_text(out, count == 1 ? " canary" : " canaries");
}

void dw_network_counts(dw_buf *out, const dw_network *network)
{
  size_t departed = dw_network_count(network, DW_NETWORK_DEPARTED), unjudged = dw_network_count(network, DW_NETWORK_UNJUDGED);
  size_t back = dw_network_count(network, DW_NETWORK_RETURNED), aside = dw_network_count(network, DW_NETWORK_QUARANTINED);
  if (departed) dw_figure_count(out, (double)departed);
  else dw_buf_text(out, "none");
  dw_buf_text(out, " of ");
  canaries(out, network->canary_count);
  dw_buf_text(out, departed > 1 ? " depart" : " departs");
  if (back) {
    dw_buf_text(out, ", ");
    dw_figure_count(out, (double)back);
    dw_buf_text(out, back == 1 ? " is back" : " are back");
  }
  if (aside) {
    dw_buf_text(out, ", ");
    dw_figure_count(out, (double)aside);
    dw_buf_text(out, aside == 1 ? " is quarantined" : " are quarantined");
  }
  if (!unjudged) return;
  dw_buf_text(out, ", ");
  dw_figure_count(out, (double)unjudged);
  dw_buf_text(out, unjudged == 1 ? " is not judged" : " are not judged");
}

static const dw_network_canary *worst_of(const dw_network *network)
{
  const dw_network_canary *worst = NULL;
  for (size_t i = 0; i < network->canary_count; i++) {
    const dw_network_canary *canary = &network->canary[i];
    if (canary->state == DW_NETWORK_DEPARTED && (!worst || canary->severity > worst->severity)) worst = canary;
  }
  return worst;
}

dw_severity dw_network_severity(const dw_network *network)
{
  const dw_network_canary *worst = worst_of(network);
  return worst ? worst->severity : DW_SEVERITY_NONE;
}

void dw_network_severity_rule(dw_buf *out, const dw_network *network)
{
  const dw_network_canary *worst = worst_of(network);
  if (!worst || worst->severity == DW_SEVERITY_NONE) return;
  dw_buf_text(out, "Severity as of the worst canary: ");
  dw_wording_value(out, worst->name);
  dw_buf_char(out, '.');
}

void dw_network_verdict(dw_buf *out, const dw_network *network)
{
  dw_severity severity = dw_network_severity(network);
  if (dw_network_count(network, DW_NETWORK_DEPARTED)) {
    dw_buf_text(out, "DRIFT");
    if (severity) dw_buf_format(out, ", severity %s", dw_severity_word(severity));
  } else {
    dw_buf_text(out, dw_network_count(network, DW_NETWORK_UNJUDGED) ? "NOT JUDGED" : "No drift");
  }
  dw_buf_text(out, ": ");
  dw_network_counts(out, network);
}

static void rounds(dw_buf *out, double count)
{
  dw_figure_count(out, count);
  dw_buf_text(out, count == 1 ? " round" : " rounds");
}

void dw_network_span(dw_buf *out, const dw_network *network)
{
  if (network->round_count == 0) return;
  rounds(out, (double)network->round_count);
  dw_buf_text(out, ", ");
  dw_wording_value(out, network->round[0]);
  if (network->round_count == 1) return;
  dw_buf_text(out, " to ");
  dw_wording_value(out, network->round[network->round_count - 1]);
}

/* --- a canary --- */

const char *dw_network_state_word(dw_network_state state)
{
  static const char *const words[] = {"departed", "not judged", "quarantined", "back", "as before"};
  return words[state];
}

/* By which methods: of those that depart now, or that did. */
static void methods(dw_buf *out, const dw_network_canary *canary)
{
  size_t count = 0, said = 0;
  bool departs = canary->state == DW_NETWORK_DEPARTED;
  for (size_t i = 0; i < canary->line_count; i++) count += departs ? canary->line[i].departs : canary->line[i].departed;
  for (size_t i = 0; i < canary->line_count; i++) {
    const dw_network_line *line = &canary->line[i];
    if (!(departs ? line->departs : line->departed)) continue;
    dw_buf_text(out, said == 0 ? ", by " : said + 1 == count ? " and " : ", ");
    dw_buf_text(out, *line->series.method ? line->series.method : "a method without a name");
    said++;
  }
}

static void prompts(dw_buf *out, const dw_report_finding *finding)
{
  for (size_t i = 0; i < finding->shown_count; i++) {
    dw_buf_text(out, i == 0 ? "; most on " : i + 1 == finding->shown_count ? " and " : ", ");
    dw_wording_value(out, *finding->shown[i].prompt ? finding->shown[i].prompt : "a prompt without a name");
  }
}

/* "logprobs effect 0.973 (…), margin 0.001, p 0.012 ≤ 0.05; most on p08" */
static void evidence(dw_buf *out, const dw_report_finding *finding, bool name)
{
  dw_buf_text(out, ": ");
  if (name) dw_wording_short(out, finding->method);
  if (name) dw_buf_char(out, ' ');
  if (!isnan(finding->effect)) {
    dw_buf_text(out, "effect ");
    dw_figure(out, finding->effect, 3);
    if (*finding->effect_is) dw_buf_format(out, " (%s)", finding->effect_is);
    if (!isnan(finding->margin)) dw_buf_text(out, ", margin ");
    if (!isnan(finding->margin)) dw_figure(out, finding->margin, 3);
    dw_buf_text(out, ", ");
  }
  if (*finding->aspect) dw_buf_format(out, "%s, ", finding->aspect);
  size_t start = out->length;
  dw_wording_decision(out, finding);
  if (out->length == start) {
    out->length -= 2; /* nothing follows */
  }
  prompts(out, finding);
}

static void departure(dw_buf *out, const dw_network *network, const dw_network_canary *canary)
{
  if (canary->state == DW_NETWORK_DEPARTED) {
    dw_buf_text(out, "since round ");
    dw_wording_value(out, canary->before ? canary->before : network->round[canary->since]);
    if (canary->until + 1 < network->round_count) { /* later rounds have other methods, or none */
      dw_buf_text(out, " to ");
      dw_wording_value(out, network->round[canary->until]);
      dw_buf_text(out, ", the newest that was judged so");
    }
  } else {
    dw_buf_text(out, canary->since == canary->until ? "departed in round " : "departed in rounds ");
    dw_wording_value(out, network->round[canary->since]);
    if (canary->since != canary->until) {
      dw_buf_text(out, " to ");
      dw_wording_value(out, network->round[canary->until]);
    }
  }
  dw_buf_text(out, ", in ");
  dw_figure_count(out, (double)canary->departed);
  dw_buf_text(out, " of ");
  rounds(out, (double)canary->judged);
  methods(out, canary);
}

void dw_network_canary_words(dw_buf *out, const dw_network *network, const dw_network_canary *canary)
{
  switch (canary->state) {
  case DW_NETWORK_HEALTHY:
    dw_buf_text(out, "as before in ");
    rounds(out, (double)canary->judged);
    break;
  case DW_NETWORK_QUARANTINED:
    dw_buf_text(out, "quarantined: it is not asked");
    if (canary->departed) dw_buf_text(out, "; ");
    if (canary->departed) departure(out, network, canary);
    break;
  case DW_NETWORK_UNJUDGED:
    if (network->round_count) {
      dw_buf_text(out, "round ");
      dw_wording_value(out, network->round[network->round_count - 1]);
      dw_buf_text(out, canary->why ? ": " : " does not tell of it");
    }
    if (canary->why) dw_buf_text(out, canary->why);
    if (canary->departed) dw_buf_text(out, "; ");
    if (canary->departed) departure(out, network, canary);
    break;
  case DW_NETWORK_RETURNED:
    departure(out, network, canary);
    if (canary->until + 1 < network->round_count) {
      dw_buf_text(out, "; as before since ");
      dw_wording_value(out, network->round[canary->until + 1]);
    }
    break;
  case DW_NETWORK_DEPARTED:
    departure(out, network, canary);
    evidence(out, canary->lead, canary->line_count > 1);
    break;
  }
}

void dw_network_healthy(dw_buf *out, const dw_network *network, size_t most)
{
  size_t count = dw_network_count(network, DW_NETWORK_HEALTHY), shown = count < most ? count : most, said = 0;
  for (size_t i = 0; i < network->canary_count && said < shown; i++) {
    if (network->canary[i].state != DW_NETWORK_HEALTHY) continue;
    dw_buf_text(out, said == 0 ? "As before: " : said + 1 == count ? " and " : ", ");
    dw_wording_value(out, network->canary[i].name);
    said++;
  }
  if (count == shown) return;
  dw_buf_text(out, " and ");
  dw_figure_count(out, (double)(count - shown));
  dw_buf_text(out, " more");
}

void dw_network_aspect_words(dw_buf *out, const dw_report_aspect *aspect)
{
  dw_figure(out, aspect->reference, 3);
  dw_buf_text(out, " before, ");
  dw_figure(out, aspect->current, 3);
  dw_buf_text(out, " now; ");
  if (isnan(aspect->p_value)) {
    dw_buf_text(out, "not judged");
    return;
  }
  dw_buf_text(out, "effect ");
  dw_figure(out, aspect->effect, 3);
  dw_buf_text(out, ", p ");
  dw_figure(out, aspect->p_value, 2);
}

/* --- over the rounds --- */

static void values(dw_buf *out, const dw_report_series *series)
{
  double low = NAN, high = NAN;
  for (size_t i = 0; i < series->count; i++) {
    low = fmin(low, series->point[i].value);
    high = fmax(high, series->point[i].value);
  }
  dw_figure(out, low, 3);
  if (low == high || isnan(low)) return;
  dw_buf_text(out, " to ");
  dw_figure(out, high, 3);
}

void dw_network_series_words(dw_buf *out, const dw_report_series *series, const char *what)
{
  size_t judged = 0, drift = 0;
  const dw_report_point *first = NULL;
  double margin = NAN;
  for (size_t i = 0; i < series->count; i++) {
    const dw_report_point *point = &series->point[i];
    judged += !point->error || point->drift;
    drift += point->drift;
    if (point->drift && !first) first = point;
    if (!isnan(point->upper)) margin = point->upper;
  }
  if (judged == 0 && series->count) {
    dw_buf_text(out, "not judged in ");
    rounds(out, (double)series->count);
    dw_buf_format(out, ": %s", series->point[series->count - 1].error);
    return;
  }
  dw_buf_text(out, drift ? "drift in " : "no drift in ");
  if (drift) {
    dw_figure_count(out, (double)drift);
    dw_buf_text(out, " of ");
  }
  rounds(out, (double)judged);
  if (first) {
    dw_buf_text(out, ", the first ");
    dw_wording_value(out, first->start);
  }
  if (judged < series->count) {
    dw_buf_text(out, ", not judged in ");
    dw_figure_count(out, (double)(series->count - judged));
  }
  dw_buf_format(out, "; %s ", what);
  values(out, series);
  if (isnan(margin)) return;
  dw_buf_text(out, ", margin ");
  dw_figure(out, margin, 3);
}

void dw_network_line_words(dw_buf *out, const dw_network_line *line) { dw_network_series_words(out, &line->series, "effect"); }

void dw_network_voice_words(dw_buf *out, const dw_network_voice *voice)
{
  if (!voice->judged) {
    dw_buf_format(out, "not judged%s%s", voice->why ? ": " : "", voice->why ? voice->why : "");
    return;
  }
  dw_figure(out, voice->similarity, 3);
  dw_buf_text(out, " like the others");
  if (!isnan(voice->reference)) {
    dw_buf_text(out, ", ");
    dw_figure(out, voice->reference, 3);
    dw_buf_text(out, " in the reference");
  }
  if (!isnan(voice->mean_z)) {
    dw_buf_text(out, "; mean z ");
    dw_figure(out, voice->mean_z, 2);
  }
  if (!isnan(voice->p_adjusted)) {
    dw_buf_text(out, ", p ");
    dw_figure(out, voice->p_adjusted, 2);
  }
  if (!isnan(voice->weight) && voice->weight != 1) {
    dw_buf_text(out, "; weight ");
    dw_figure(out, voice->weight, 2);
  }
}

/* --- costs --- */

static void cost(dw_buf *out, size_t start, double value, const char *one, const char *many)
{
  if (isnan(value)) return;
  if (out->length > start) dw_buf_text(out, ", ");
  dw_figure_count(out, value);
  dw_buf_text(out, value == 1 ? one : many);
}

void dw_network_cost_words(dw_buf *out, const dw_network_cost *c)
{
  size_t start = out->length;
  cost(out, start, c->answers, " answer", " answers");
  cost(out, start, c->errors, " error", " errors");
  if (c->unasked > 0) cost(out, start, c->unasked, " not asked for", " not asked for");
  cost(out, start, c->requests, " request", " requests");
  cost(out, start, c->prompt_tokens, " token of prompts", " tokens of prompts");
  cost(out, start, c->completion_tokens, " token of answers", " tokens of answers");
}
