#include "canary/judge/canary_comparison.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/tests/multiple.h"

/* --- rounds in order --- */

typedef struct begun {
  uint32_t round;
  bool any;
  int64_t first; /* the earliest time of its answers */
  size_t sequence;
} begun;

static int by_beginning(const void *a, const void *b)
{
  const begun *x = a, *y = b;
  if (x->first != y->first) return x->first < y->first ? -1 : 1;
  return x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

static void order_rounds(dw_canary_comparison *out, const dw_answer_book *book)
{
  out->rounds = dw_answer_book_rounds(book, DW_BOOK_CURRENT)->count;
  out->round = dw_alloc_array(out->rounds, sizeof *out->round);
  begun *round = dw_alloc_zero(out->rounds, sizeof *round);
  for (uint32_t r = 0; r < out->rounds; r++) round[r].round = r;
  for (uint32_t c = 0; c < dw_answer_book_canaries(book)->count; c++) {
    size_t count;
    const dw_book_answer *answer = dw_answer_book_of(book, DW_BOOK_CURRENT, c, &count);
    for (size_t i = 0; i < count; i++) {
      begun *r = &round[answer[i].round];
      if (!r->any || answer[i].instant < r->first) r->first = answer[i].instant;
      if (!r->any || answer[i].sequence < r->sequence) r->sequence = answer[i].sequence;
      r->any = true;
    }
  }
  if (out->rounds) qsort(round, out->rounds, sizeof *round, by_beginning);
  out->began = dw_alloc_array(out->rounds, sizeof *out->began);
  for (size_t r = 0; r < out->rounds; r++) {
    out->round[r] = round[r].round;
    out->began[r] = round[r].first;
  }
  dw_free(round);
}

/* --- lines --- */

static size_t asked(const dw_canary_settings *settings)
{
  size_t count = 0;
  for (int m = 0; m < DW_CANARY_METHODS; m++) count += settings->ask[m];
  return count ? count : 1;
}

static dw_pairing_choice choice_of(const dw_canary_settings *settings, uint32_t canary, uint32_t round)
{
  return (dw_pairing_choice){.canary = canary,
                             .reference = {DW_BOOK_REFERENCE, DW_MAP_NONE, false},
                             .current = {DW_BOOK_CURRENT, round, false},
                             .block = settings->block};
}

/* Left out of the round on purpose. */
static bool quarantined(const dw_pairing *pairing, const dw_canary_line *line)
{
  return !pairing->answers[1] && !pairing->failed[1] && dw_answer_book_quarantined(pairing->book, line->canary, line->round);
}

/* Why a canary's round has no answer whatever the method; false: there may be one. Failures alone are judged, by behavior. */
static bool nothing_there(const dw_pairing *pairing, dw_canary_method method, dw_canary_found *found)
{
  const char *why = NULL;
  bool behavior = method == DW_CANARY_BEHAVIOR;
  if (!pairing->answers[0] && !pairing->failed[0]) why = "the reference has no answers of this canary";
  else if (!pairing->answers[1] && !pairing->failed[1]) why = "it was not asked in this round";
  else if (!pairing->answers[1] && !behavior) why = "all of its requests failed";
  if (why) snprintf(found->why, sizeof found->why, "%s", why);
  return why != NULL;
}

static void set_margin(dw_canary_line *line, const dw_answer_book *book, const dw_canary_settings *settings)
{
  const dw_canary_margin *margin = NULL;
  if (settings->margins)
    margin = dw_canary_margins_find(settings->margins, dw_answer_book_canaries(book)->keys[line->canary].text,
                                    dw_canary_method_name(line->method));
  line->calibrated = margin != NULL;
  line->margin = margin ? margin->margin : dw_canary_method_margin(line->method);
  line->margin_took = margin ? margin->answers : 0;
}

static dw_canary_look look_of(const dw_canary_line *line)
{
  return (dw_canary_look){line->canary, line->round, line->method, line->margin, line->answers[0] + line->answers[1]};
}

/* A look of many that may alarm is dealt out again, more often. */
static void judge_line(const dw_canary_comparison *out, const dw_pairing *pairing, const dw_canary_settings *settings,
                       dw_consensus_network *network, dw_canary_line *line)
{
  dw_canary_how how = {.permutations = settings->rule == DW_CANARY_RULE_SEED ? 1 : out->permutations,
                       .length = settings->length,
                       .units = settings->units,
                       .tokens = settings->tokens,
                       .memory = settings->memory,
                       .latency = settings->latency,
                       .words = {settings->words[0], settings->words[1]},
                       .margin = line->margin,
                       .key = dw_rng_derive(settings->seed, dw_canary_method_name(line->method)),
                       .threads = settings->threads,
                       .network = network};
  dw_canary_judge(line->method, pairing, &how, &line->found);
  bool dealt = line->found.made > 0;
  line->least_p = fmax(dw_pairing_least_p(pairing, !dealt), dealt ? 1 / (1 + (double)line->found.made) : 0);
  if (!settings->watch) return;
  dw_canary_look look = look_of(line);
  dw_canary_found closer;
  double first_p = line->found.p_value;
  how.permutations = dw_canary_watch_closer(settings->watch, &look, &line->found);
  if (how.permutations) dw_canary_judge(line->method, pairing, &how, &closer);
  if (how.permutations && closer.judged) { /* all else stays what it is: looks are ranked by it */
    line->found.p_value = closer.p_value;
    line->found.made = closer.made;
  }
  dw_canary_watch_take(settings->watch, &look, &line->found, first_p);
}

static void add_line(dw_canary_comparison *out, const dw_pairing *pairing, const dw_canary_settings *settings,
                     dw_consensus_network *network, dw_canary_line line)
{
  line.found = (dw_canary_found){.statistic = NAN, .p_value = NAN, .effect = NAN};
  line.quarantined = quarantined(pairing, &line);
  set_margin(&line, pairing->book, settings);
  line.unpaired = line.quarantined ? 0 : pairing->count - pairing->shared;
  line.otherwise = dw_paired_otherwise(pairing);
  for (int s = 0; s < 2; s++) {
    line.answers[s] = pairing->answers[s];
    line.failed[s] = pairing->failed[s];
  }
  if (line.quarantined) snprintf(line.found.why, sizeof line.found.why, "quarantined: it was not asked in this round");
  else if (!nothing_there(pairing, line.method, &line.found)) judge_line(out, pairing, settings, network, &line);
  out->line[out->count++] = line;
}

static void judge_round(dw_canary_comparison *out, const dw_answer_book *book, const dw_canary_settings *settings,
                        dw_consensus_network *network, uint32_t canary, uint32_t round)
{
  dw_pairing pairing;
  dw_pairing_choice choice = choice_of(settings, canary, round);
  dw_pairing_make(&pairing, book, &choice);
  bool any = false;
  for (int m = 0; m < DW_CANARY_METHODS; m++) {
    if (!settings->ask[m]) continue;
    any = true;
    add_line(out, &pairing, settings, network, (dw_canary_line){.canary = canary, .round = round, .method = (dw_canary_method)m});
  }
  if (!any) {
    dw_canary_line line = {.canary = canary, .round = round};
    line.method = settings->watch ? dw_canary_watch_method(settings->watch, canary, &pairing, &line.chosen)
                                  : dw_canary_method_for(&pairing, &line.chosen);
    add_line(out, &pairing, settings, network, line);
  }
  dw_pairing_free(&pairing);
}

/* --- what they come to --- */

static void grade(dw_canary_line *line)
{
  double severe = dw_canary_method_severe(line->method);
  line->grading = (dw_grading){DW_SCALE_EFFECT, line->found.effect, severe / 2, severe};
  line->severity = line->drift ? dw_grading_severity(&line->grading) : DW_SEVERITY_NONE;
}

/* Lines of which none can be drift by itself were not judged, as small as an effect may be: the least p-value that they could have had does
 * not reach the limit. */
static void leave_out_of_reach(dw_canary_comparison *out, double limit, size_t lines)
{
  for (size_t i = 0; i < out->count; i++) {
    dw_canary_line *line = &out->line[i];
    if (!line->found.judged || line->least_p <= limit) continue;
    line->found.judged = false;
    snprintf(
        line->found.why, sizeof line->found.why,
        "no p-value of so few answers%s can be below %.2g, and %s%zu finding%s takes %.2g: more answers a prompt, more permutations, or "
        "fewer findings",
        line->found.made ? ", or permutations," : "", line->least_p, lines > 1 ? "one of " : "", lines, lines > 1 ? "s" : "", limit);
  }
}

static void judge_what_can_be_seen(dw_canary_comparison *out, double alpha)
{
  size_t judged = 0;
  double least = 1;
  leave_out_of_reach(out, alpha, 1);
  for (size_t i = 0; i < out->count; i++) {
    if (!out->line[i].found.judged) continue;
    judged++;
    least = fmin(least, out->line[i].least_p);
  }
  if (judged && least > alpha / (double)judged) leave_out_of_reach(out, alpha / (double)judged, judged);
}

static void correct(dw_canary_comparison *out, double alpha)
{
  judge_what_can_be_seen(out, alpha);
  double *p = dw_alloc_array(out->count, sizeof *p);
  for (size_t i = 0; i < out->count; i++) p[i] = out->line[i].found.judged ? out->line[i].found.p_value : NAN;
  dw_holm(p, NULL, out->count, p);
  for (size_t i = 0; i < out->count; i++) {
    dw_canary_line *line = &out->line[i];
    line->p_adjusted = p[i];
    line->drift = p[i] <= alpha && line->found.effect > line->margin; /* false for NaN */
    grade(line);
  }
  dw_free(p);
}

/* A round of a watch: its lines are the last ones. */
static void look_at_round(dw_canary_comparison *out, const dw_canary_settings *settings, size_t from)
{
  for (size_t i = from; i < out->count; i++) {
    dw_canary_line *line = &out->line[i];
    dw_canary_look look = look_of(line);
    dw_canary_watch_judge(settings->watch, &look, &line->found, &line->standing);
    line->p_adjusted = line->found.judged ? line->standing.p_adjusted : NAN;
    line->drift = line->standing.drift;
    grade(line);
  }
}

static dw_answer worse(dw_answer a, dw_answer b)
{
  if (a == DW_ANSWER_DRIFT || b == DW_ANSWER_DRIFT) return DW_ANSWER_DRIFT;
  if (a == DW_ANSWER_NOT_JUDGED || b == DW_ANSWER_NOT_JUDGED) return DW_ANSWER_NOT_JUDGED;
  return DW_ANSWER_NO_DRIFT;
}

static void take_line(dw_canary_state *state, const dw_canary_line *line)
{
  if (line->quarantined || line->idle) return;
  dw_answer answer = line->drift ? DW_ANSWER_DRIFT : line->found.judged ? DW_ANSWER_NO_DRIFT : DW_ANSWER_NOT_JUDGED;
  state->answer = state->answer == DW_ANSWER_UNSAID ? answer : worse(state->answer, answer);
  if (line->severity > state->severity) state->severity = line->severity;
  if (line->drift && state->since == DW_MAP_NONE) state->since = line->round;
}

/* Lines of one canary and round stand together. */
static void sum_up(dw_canary_comparison *out, size_t canaries)
{
  for (size_t c = 0; c < canaries; c++) out->canary[c].since = DW_MAP_NONE;
  for (size_t i = 0, next; i < out->count; i = next) {
    dw_canary_state *state = &out->canary[out->line[i].canary];
    bool drift = false;
    for (next = i; next < out->count && out->line[next].canary == out->line[i].canary && out->line[next].round == out->line[i].round;
         next++) {
      take_line(state, &out->line[next]);
      drift = drift || out->line[next].drift;
    }
    state->rounds++;
    state->drifted += drift;
    state->quarantined += out->line[i].quarantined;
  }
  bool any = false;
  for (size_t c = 0; c < canaries; c++) any = any || out->canary[c].answer != DW_ANSWER_UNSAID;
  out->answer = any ? DW_ANSWER_NO_DRIFT : DW_ANSWER_NOT_JUDGED;
  for (size_t c = 0; c < canaries; c++) {
    out->answer = worse(out->answer, out->canary[c].answer);
    if (out->canary[c].severity > out->severity) out->severity = out->canary[c].severity;
  }
}

/* With fewer, no single p-value could be at most alpha once it is corrected for its number. */
static unsigned permutations_for(const dw_canary_settings *settings, size_t lines)
{
  if (settings->watch) return dw_canary_watch_deals(settings->watch);
  if (settings->permutations) return settings->permutations;
  double need = ceil(2 * (double)lines / settings->alpha);
  return need < 1000 ? 1000 : need > DW_CANARY_PERMUTATIONS_MOST ? DW_CANARY_PERMUTATIONS_MOST : (unsigned)need;
}

void dw_canary_compare(dw_canary_comparison *out, const dw_answer_book *book, const dw_canary_settings *settings)
{
  size_t canaries = dw_answer_book_canaries(book)->count;
  *out = (dw_canary_comparison){.canary = dw_alloc_zero(canaries, sizeof *out->canary)};
  order_rounds(out, book);
  size_t lines = out->rounds * canaries * asked(settings);
  out->line = dw_alloc_array(lines, sizeof *out->line);
  out->permutations = permutations_for(settings, lines);
  dw_consensus_network *network = settings->ask[DW_CANARY_CONSENSUS] ? dw_consensus_network_new(book) : NULL;
  if (network) out->sight = dw_alloc_zero(out->rounds, sizeof *out->sight);
  for (size_t r = 0; r < out->rounds; r++) {
    size_t from = out->count;
    if (network) dw_consensus_network_look(network, &(dw_pairing_side){DW_BOOK_CURRENT, out->round[r], false});
    if (network) out->sight[out->round[r]] = dw_consensus_network_sight(network);
    if (settings->watch) dw_canary_watch_begin(settings->watch, out->round[r]);
    for (uint32_t c = 0; c < canaries; c++) judge_round(out, book, settings, network, c, out->round[r]);
    if (settings->watch) look_at_round(out, settings, from);
  }
  dw_consensus_network_free(network);
  if (settings->rule != DW_CANARY_RULE_OWN) dw_canary_rules_decide(out, settings->rule);
  else if (!settings->watch) correct(out, settings->alpha);
  sum_up(out, canaries);
}

void dw_canary_comparison_free(dw_canary_comparison *comparison)
{
  dw_free(comparison->line);
  dw_free(comparison->canary);
  dw_free(comparison->round);
  dw_free(comparison->began);
  for (size_t r = 0; comparison->sight && r < comparison->rounds; r++) dw_consensus_sight_free(comparison->sight[r]);
  dw_free(comparison->sight);
}
