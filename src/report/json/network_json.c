#include "report/json/network_json.h"

#include "report/model/findings.h"
#include "report/words/network_wording.h"

static const char *or_null(const char *text) { return text && *text ? text : NULL; }

static void put_shown(dw_json *json, const dw_report_finding *finding)
{
  dw_json_open(json, "shown", '[');
  for (size_t i = 0; i < finding->shown_count; i++) {
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "prompt", finding->shown[i].prompt);
    dw_json_text(json, "prompt_text", finding->shown[i].prompt_text);
    dw_json_text(json, "reference", finding->shown[i].reference);
    dw_json_text(json, "current", finding->shown[i].current);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
}

static void put_aspects(dw_json *json, const dw_report_finding *finding)
{
  if (!finding) return;
  dw_json_open(json, "aspects", '[');
  for (size_t i = 0; i < finding->aspect_count; i++) {
    const dw_report_aspect *aspect = &finding->aspects[i];
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "aspect", aspect->name);
    if (aspect->value) dw_json_text(json, "value", aspect->value);
    dw_json_number(json, "reference", aspect->reference);
    dw_json_number(json, "current", aspect->current);
    dw_json_number(json, "p_value", aspect->p_value);
    dw_json_number(json, "effect", aspect->effect);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
}

/* The departure: the one that lasts, or the last one. */
static void put_departure(dw_json *json, const dw_network *network, const dw_network_canary *canary)
{
  const dw_report_finding *lead = canary->lead;
  dw_json_text(json, "since", canary->before ? canary->before : network->round[canary->since]);
  dw_json_text(json, "until", network->round[canary->until]);
  dw_json_open(json, "methods", '[');
  for (size_t i = 0; i < canary->line_count; i++)
    if (canary->state == DW_NETWORK_DEPARTED ? canary->line[i].departs : canary->line[i].departed)
      dw_json_text(json, NULL, canary->line[i].series.method);
  dw_json_close(json, ']');
  dw_json_text(json, "method", or_null(lead->method));
  dw_json_text(json, "round", lead->round);
  dw_json_number(json, "effect", lead->effect);
  dw_json_number(json, "margin", lead->margin);
  dw_json_text(json, "effect_is", or_null(lead->effect_is));
  dw_json_number(json, "p_adjusted", lead->p_adjusted);
  put_shown(json, lead);
  put_aspects(json, dw_network_aspects(canary));
}

static void put_line(dw_json *json, const dw_network_line *line)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "method", or_null(line->series.method));
  dw_json_open(json, "values", '[');
  for (size_t i = 0; i < line->series.count; i++) {
    const dw_report_point *point = &line->series.point[i];
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "round", point->start);
    dw_json_number(json, "effect", point->value);
    dw_json_number(json, "margin", point->upper);
    if (point->error && !point->drift) dw_json_null(json, "drift"); /* nothing may be read as "no" */
    else dw_json_bool(json, "drift", point->drift);
    if (point->error) dw_json_text(json, "error", point->error);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}

static void put_canary(dw_json *json, const dw_network *network, const dw_network_canary *canary)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "canary", canary->name);
  dw_json_text(json, "state", dw_network_state_word(canary->state));
  dw_json_text(json, "severity", dw_severity_word(canary->severity));
  dw_json_integer(json, "rounds", (int64_t)canary->judged);
  dw_json_integer(json, "rounds_departed", (int64_t)canary->departed);
  if (canary->state == DW_NETWORK_UNJUDGED) dw_json_text(json, "why", canary->why);
  if (canary->departed) put_departure(json, network, canary);
  dw_json_open(json, "effects", '[');
  for (size_t i = 0; i < canary->line_count; i++) put_line(json, &canary->line[i]);
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}

static void put_voice(dw_json *json, const dw_network_voice *voice)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "canary", voice->canary);
  dw_json_bool(json, "judged", voice->judged);
  if (voice->why) dw_json_text(json, "why", voice->why);
  dw_json_number(json, "weight", voice->weight);
  dw_json_number(json, "similarity", voice->similarity);
  dw_json_number(json, "reference", voice->reference);
  dw_json_number(json, "mean_z", voice->mean_z);
  dw_json_number(json, "p_adjusted", voice->p_adjusted);
  if (voice->judged) dw_json_bool(json, "anomalous", voice->anomalous);
  else dw_json_null(json, "anomalous");
  dw_json_close(json, '}');
}

/* Of the newest round; the matrix is of the canaries in front, as many as it has rows. */
static void put_consensus(dw_json *json, const dw_network_consensus *consensus)
{
  dw_json_open(json, "consensus", '{');
  dw_json_text(json, "round", consensus->round);
  dw_json_text(json, "rule", or_null(consensus->rule));
  dw_json_text(json, "embedding", or_null(consensus->embedding));
  dw_json_bool(json, "drift", consensus->drift);
  dw_json_open(json, "canaries", '[');
  for (size_t i = 0; i < consensus->count; i++) put_voice(json, &consensus->voice[i]);
  dw_json_close(json, ']');
  if (consensus->matrix) {
    dw_json_open(json, "matrix", '[');
    for (size_t i = 0; i < consensus->kept; i++) {
      dw_json_open(json, NULL, '[');
      for (size_t k = 0; k < consensus->kept; k++) dw_json_number(json, NULL, consensus->matrix[i * consensus->kept + k]);
      dw_json_close(json, ']');
    }
    dw_json_close(json, ']');
  }
  dw_json_close(json, '}');
}

static void put_similarity(dw_json *json, const dw_report_series *series)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "canary", series->column);
  dw_json_open(json, "values", '[');
  for (size_t i = 0; i < series->count; i++) {
    const dw_report_point *point = &series->point[i];
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "round", point->start);
    dw_json_number(json, "similarity", point->value);
    dw_json_number(json, "reference", point->lower);
    if (point->error) dw_json_null(json, "anomalous");
    else dw_json_bool(json, "anomalous", point->drift);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}

static void put_cost(dw_json *json, const dw_network_cost *cost)
{
  dw_json_number(json, "rounds", cost->rounds);
  dw_json_number(json, "requests", cost->requests);
  dw_json_number(json, "answers", cost->answers);
  dw_json_number(json, "errors", cost->errors);
  dw_json_number(json, "not_asked", cost->unasked);
  dw_json_open(json, "tokens", '{');
  dw_json_number(json, "prompt", cost->prompt_tokens);
  dw_json_number(json, "completion", cost->completion_tokens);
  dw_json_close(json, '}');
}

static void put_costs(dw_json *json, const dw_network *network)
{
  dw_json_open(json, "cost", '{');
  put_cost(json, &network->cost);
  dw_json_open(json, "each", '[');
  for (size_t i = 0; i < network->spender_count; i++) {
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "canary", network->spender[i].canary);
    put_cost(json, &network->spender[i].cost);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}

void dw_network_json_write(dw_json *json, const dw_network *network)
{
  if (!dw_network_any(network)) return;
  dw_json_open(json, "network", '{');
  if (network->canary_count) {
    size_t departed = dw_network_count(network, DW_NETWORK_DEPARTED), unjudged = dw_network_count(network, DW_NETWORK_UNJUDGED);
    dw_json_text(json, "verdict", departed ? "drift" : unjudged ? "not judged" : "no drift");
    dw_json_text(json, "severity", dw_severity_word(dw_network_severity(network)));
    dw_json_text(json, "round", network->round_count ? network->round[network->round_count - 1] : NULL);
  }
  dw_json_open(json, "rounds", '[');
  for (size_t i = 0; i < network->round_count; i++) dw_json_text(json, NULL, network->round[i]);
  dw_json_close(json, ']');
  dw_json_open(json, "canaries", '[');
  for (size_t i = 0; i < network->canary_count; i++) put_canary(json, network, &network->canary[i]);
  dw_json_close(json, ']');
  if (dw_network_newest(network)) {
    put_consensus(json, dw_network_newest(network));
    dw_json_open(json, "similarity", '[');
    for (size_t i = 0; i < network->similarity_count; i++) put_similarity(json, &network->similarity[i]);
    dw_json_close(json, ']');
  }
  if (network->asked) put_costs(json, network);
  dw_json_close(json, '}');
}
