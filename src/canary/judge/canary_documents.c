#include "canary/judge/canary_documents.h"

#include <float.h>
#include <math.h>

#include "base/clock.h"
#include "base/fmath.h"
#include "base/mem.h"
#include "kinds/finding.h"

enum { SHOWN_TEXT = 500 }; /* bytes of an answer that is shown */

/* An answer of this prompt by the canary, of a side and round, that no other one was shown instead of: the first. */
static const dw_book_answer *answer_to(const dw_answer_book *book, dw_book_side side, const dw_canary_line *line, uint32_t prompt)
{
  size_t count;
  const dw_book_answer *answer = dw_answer_book_of(book, side, line->canary, &count);
  for (size_t i = 0; i < count; i++) {
    if (answer[i].prompt != prompt || answer[i].failed) continue;
    if (side == DW_BOOK_REFERENCE || answer[i].round == line->round) return &answer[i];
  }
  return NULL;
}

static void put_answer(dw_json *json, const char *key, const dw_book_answer *answer)
{
  size_t length = answer ? answer->length : 0;
  if (!answer) {
    dw_json_null(json, key);
    return;
  }
  if (length > SHOWN_TEXT)
    for (length = SHOWN_TEXT; length && ((unsigned char)answer->text[length] & 0xc0) == 0x80;) length--;
  dw_json_bytes(json, key, answer->text, length);
}

static void put_shown(dw_json *json, const dw_answer_book *book, const dw_canary_line *line)
{
  if (!line->found.shown_count) return;
  dw_json_open(json, "shown", '[');
  for (size_t i = 0; i < line->found.shown_count; i++) {
    uint32_t prompt = line->found.shown[i];
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "prompt", dw_answer_book_prompts(book)->keys[prompt].text);
    dw_json_text(json, "prompt_text", dw_answer_book_prompt_text(book, prompt));
    put_answer(json, "reference", answer_to(book, DW_BOOK_REFERENCE, line, prompt));
    put_answer(json, "current", answer_to(book, DW_BOOK_CURRENT, line, prompt));
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
}

static void put_aspects(dw_json *json, const dw_canary_found *found)
{
  if (!found->aspect_count) return;
  dw_json_open(json, "aspects", '[');
  for (size_t i = 0; i < found->aspect_count; i++) {
    const dw_canary_aspect *aspect = &found->aspects[i];
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

/* What findings of columns that are watched say too, and the look by itself. */
static void put_standing(dw_json *json, const dw_canary_standing *at)
{
  char time[DW_TIME_TEXT + 1];
  if (!at->watched) return;
  if (!isnan(at->look_p)) dw_json_number(json, "look_p_value", at->look_p);
  if (at->deals_needed) dw_json_integer(json, "permutations_needed", (int64_t)at->deals_needed);
  dw_json_number(json, "e_value", fmin(dw_exp(at->capital), DBL_MAX));
  dw_json_number(json, "e_value_max", fmin(dw_exp(at->highest), DBL_MAX));
  dw_json_integer(json, "looks", (int64_t)at->looks);
  dw_json_integer(json, "observations", (int64_t)at->observations);
  if (!isnan(at->look_p)) dw_json_integer(json, "ranked", (int64_t)at->ranked);
  dw_json_integer(json, "streams", (int64_t)at->streams);
  if (at->alarm_look) {
    time[dw_time_print(time, at->alarm_time)] = '\0';
    dw_json_integer(json, "alarm_look", (int64_t)at->alarm_look);
    dw_json_text(json, "alarm_time", time);
    dw_json_text(json, "alarm_round", at->alarm_round);
  } else {
    dw_json_null(json, "alarm_look");
    dw_json_null(json, "alarm_time");
    dw_json_null(json, "alarm_round");
  }
}

/* What the published rule saw in the round. */
static void put_border(dw_json *json, const dw_border_round *round)
{
  dw_json_integer(json, "before", (int64_t)round->before);
  dw_json_number(json, "mean", round->mean);
  dw_json_number(json, "sd", round->sd);
  dw_json_bool(json, "deviates", round->deviates);
  dw_json_bool(json, "unstable", round->unstable);
}

static void write_detail(const dw_canary_line *line, const dw_answer_book *book, dw_canary_rule rule, dw_buf *out)
{
  static const char *const words[2][2] = {{"reference_answers", "current_answers"}, {"reference_failed", "current_failed"}};
  const dw_canary_found *found = &line->found;
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "round", dw_answer_book_rounds(book, DW_BOOK_CURRENT)->keys[line->round].text);
  dw_json_number(&json, "effect", found->effect);
  if (rule == DW_CANARY_RULE_OWN) dw_json_number(&json, "margin", line->margin);
  else dw_json_text(&json, "rule", dw_canary_rule_words[rule]);
  if (rule == DW_CANARY_RULE_PUBLISHED) put_border(&json, &line->border);
  dw_json_text(&json, "effect_is", dw_canary_method_effect(line->method));
  if (found->aspect) dw_json_text(&json, "aspect", found->aspect);
  put_aspects(&json, found);
  if (found->units) {
    dw_json_text(&json, "units", found->units);
    dw_json_integer(&json, "units_read", (int64_t)found->length);
  }
  dw_json_integer(&json, "prompts", (int64_t)found->prompts);
  if (line->otherwise) dw_json_bool(&json, "other_config", true);
  if (line->unpaired) dw_json_integer(&json, "unpaired_prompts", (int64_t)line->unpaired);
  for (int s = 0; s < 2; s++) dw_json_integer(&json, words[0][s], (int64_t)line->answers[s]);
  for (int s = 0; s < 2; s++) dw_json_integer(&json, words[1][s], (int64_t)line->failed[s]);
  if (line->standing.watched ? line->standing.deals : found->made)
    dw_json_integer(&json, "permutations", (int64_t)(line->standing.watched ? line->standing.deals : found->made));
  if (line->chosen) dw_json_text(&json, "chosen", line->chosen);
  put_standing(&json, &line->standing);
  put_shown(&json, book, line);
  dw_json_close(&json, '}');
}

/* No p-value; of the published rule, which looks at three rounds, no threshold either. */
static void judge_by_rule(dw_finding *finding, const dw_canary_line *line, dw_canary_rule rule)
{
  finding->statistic = finding->score = line->found.statistic;
  finding->effect_size = line->found.effect;
  if (rule != DW_CANARY_RULE_SEED) return;
  finding->rule = DW_RULE_BELOW;
  finding->threshold = DW_CONSENSUS_FAR;
}

static void write_finding(const dw_canary_line *line, const dw_answer_book *book, const dw_canary_settings *settings, dw_buf *out)
{
  const dw_canary_found *found = &line->found;
  dw_finding finding;
  dw_finding_init(&finding, DW_CHECK_CANARY, dw_answer_book_canaries(book)->keys[line->canary].text, DW_TYPE_TEXT);
  finding.method = dw_canary_method_name(line->method);
  if (found->judged && settings->rule != DW_CANARY_RULE_OWN) {
    judge_by_rule(&finding, line, settings->rule);
  } else if (found->judged) {
    dw_finding_judge_p(&finding, finding.method, line->standing.watched ? line->standing.p_value : found->p_value, settings->alpha);
    finding.rule = DW_RULE_AT_MOST;
    finding.statistic = found->statistic;
    finding.p_adjusted = finding.score = line->p_adjusted;
    finding.effect_size = found->effect;
    finding.calibrated = line->calibrated;
    if (!line->calibrated) finding.warning = "the margin is not that of this endpoint: healthy rounds show it (dw-calibrate canaries)";
  } else {
    dw_finding_fail(&finding, found->why);
  }
  finding.drift = line->drift;
  finding.severity = line->severity;
  write_detail(line, book, settings->rule, &finding.detail);
  dw_finding_write(&finding, out);
  dw_finding_free(&finding);
}

void dw_canary_write_findings(const dw_canary_comparison *comparison, const dw_answer_book *book, const dw_canary_settings *settings,
                              dw_buf *out)
{
  for (size_t i = 0; i < comparison->count; i++) write_finding(&comparison->line[i], book, settings, out);
}

/* The worst line. */
static void say_severity(const dw_canary_comparison *comparison, const dw_map *canaries, dw_summary *summary)
{
  const dw_canary_line *worst = NULL;
  summary->severity = comparison->severity;
  for (size_t i = 0; i < comparison->count; i++) {
    const dw_canary_line *line = &comparison->line[i];
    if (!line->drift || line->quarantined || line->idle) continue;
    if (!worst || line->severity > worst->severity) worst = line;
  }
  if (!worst || worst->severity != comparison->severity) return;
  summary->severity_by = (dw_summary_severity){.rule = DW_SEVERITY_BY_WORST,
                                               .grading = worst->grading,
                                               .check = dw_check_of(DW_CHECK_CANARY)->name,
                                               .column = canaries->keys[worst->canary].text,
                                               .method = dw_canary_method_name(worst->method)};
}

void dw_canary_write_summary(const dw_canary_comparison *comparison, const dw_answer_book *book, const dw_buf *stages, dw_buf *out)
{
  const dw_map *canaries = dw_answer_book_canaries(book);
  const char **drifted = dw_alloc_array(canaries->count, sizeof *drifted), **quarantined = dw_alloc_array(canaries->count, sizeof *drifted);
  dw_summary_left_out *unjudged = dw_alloc_array(comparison->count, sizeof *unjudged);
  dw_summary summary;
  dw_summary_init(&summary);
  summary.answer = comparison->answer;
  say_severity(comparison, canaries, &summary);
  summary.columns = (double)canaries->count;
  summary.drifted = 0;
  for (size_t c = 0; c < canaries->count; c++) {
    if (comparison->canary[c].answer == DW_ANSWER_DRIFT) drifted[summary.drifted_column_count++] = canaries->keys[c].text;
    if (comparison->canary[c].quarantined) quarantined[summary.quarantined_count++] = canaries->keys[c].text;
    if (comparison->canary[c].answer == DW_ANSWER_UNSAID && comparison->canary[c].quarantined) summary.columns--; /* never asked */
  }
  summary.quarantined = quarantined;
  summary.drifted = (double)summary.drifted_column_count;
  summary.drifted_columns = drifted;
  summary.drift_share = summary.columns > 0 ? summary.drifted / summary.columns : 0;
  double rows[2] = {0, 0};
  for (size_t i = 0; i < comparison->count; i++) {
    const dw_canary_line *line = &comparison->line[i];
    if (!line->found.judged && !line->quarantined)
      unjudged[summary.not_judged_count++] = (dw_summary_left_out){.column = canaries->keys[line->canary].text,
                                                                   .method = dw_canary_method_name(line->method),
                                                                   .reason = line->found.why};
  }
  for (uint32_t c = 0; c < canaries->count; c++) {
    for (int s = 0; s < 2; s++) {
      size_t count;
      dw_answer_book_of(book, (dw_book_side)s, c, &count);
      rows[s] += (double)count;
    }
  }
  summary.not_judged = unjudged;
  summary.reference_rows = rows[DW_BOOK_REFERENCE];
  summary.current_rows = rows[DW_BOOK_CURRENT];
  summary.made_by = stages;
  dw_summary_write(&summary, out);
  dw_free(drifted);
  dw_free(quarantined);
  dw_free(unjudged);
}
