#include "canary/inject/robustness.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/rng.h"

enum { LAW_ANSWERS = 10 };
static const double lowest = 1e-4, near = 1.25; /* of the largest strength; where the search ends */

/* clang-format off */
static const struct {
  const char *name, *unit;
  bool weights; /* of backend builtin alone */
  bool drawn;   /* by a seed */
} kinds[DW_ROBUSTNESS_KINDS] = {
    [DW_ROBUSTNESS_NOISE] = {"noise", "standard deviation of the relative change of each weight", true, true},
    [DW_ROBUSTNESS_QUANTISE] = {"quantise", "share of the blocks of weights", true, true},
    [DW_ROBUSTNESS_POISON] = {"poison", "weight of the texts beside the model's own", true, false},
    [DW_ROBUSTNESS_TEMPERATURE] = {"temperature", "distance from the canary's own", false, false},
    [DW_ROBUSTNESS_SUFFIX] = {"suffix", "characters behind the prompt", false, false},
};
/* clang-format on */

const char *dw_robustness_kind_name(dw_robustness_kind kind) { return kinds[kind].name; }
const char *dw_robustness_kind_unit(dw_robustness_kind kind) { return kinds[kind].unit; }

/* --- strengths --- */

static size_t characters(const char *text)
{
  size_t count = 0;
  for (; *text; text++) count += ((unsigned char)*text & 0xc0) != 0x80;
  return count;
}

static double largest(dw_robustness_kind kind, const dw_robustness_settings *s)
{
  switch (kind) {
  case DW_ROBUSTNESS_NOISE: return isnan(s->most.noise) ? 0 : s->most.noise;
  case DW_ROBUSTNESS_QUANTISE: return s->most.quantise ? s->most.quantise_share : 0;
  case DW_ROBUSTNESS_POISON: return s->most.poison ? s->most.poison_weight : 0;
  case DW_ROBUSTNESS_TEMPERATURE: return isnan(s->most.temperature) ? 0 : fabs(s->most.temperature - s->config->temperature);
  default: return s->most.template_suffix ? (double)characters(s->most.template_suffix) : 0;
  }
}

bool dw_robustness_has(dw_robustness_kind kind, const dw_robustness_settings *settings)
{
  if (settings->config->backend == DW_CANARY_REPLAY) return false;
  return largest(kind, settings) > 0 && (!kinds[kind].weights || settings->config->backend == DW_CANARY_BUILTIN);
}

/* The change of this strength alone; suffix: room for a text. */
static dw_canary_injection of_strength(dw_robustness_kind kind, double strength, const dw_robustness_settings *s, uint64_t seed,
                                       dw_buf *suffix)
{
  dw_canary_injection out = dw_canary_injection_none;
  double own = s->config->temperature;
  out.seed = seed;
  if (strength == 0) return out;
  switch (kind) {
  case DW_ROBUSTNESS_NOISE: out.noise = strength; break;
  case DW_ROBUSTNESS_QUANTISE:
    out.quantise = s->most.quantise;
    out.quantise_share = strength;
    break;
  case DW_ROBUSTNESS_POISON:
    out.poison = s->most.poison;
    out.poison_weight = strength;
    break;
  case DW_ROBUSTNESS_TEMPERATURE: out.temperature = s->most.temperature > own ? own + strength : fmax(0, own - strength); break;
  default: {
    const char *end = s->most.template_suffix;
    for (size_t left = (size_t)strength; *end && (left || ((unsigned char)*end & 0xc0) == 0x80); end++)
      left -= ((unsigned char)*end & 0xc0) != 0x80;
    dw_buf_add(suffix, s->most.template_suffix, (size_t)(end - s->most.template_suffix));
    out.template_suffix = dw_buf_cstr(suffix);
  }
  }
  return out;
}

/* Between two strengths; low itself where there is nothing between. */
static double middle(dw_robustness_kind kind, double low, double high)
{
  double between = dw_exp((dw_log(low) + dw_log(high)) / 2);
  if (kind == DW_ROBUSTNESS_SUFFIX) return high - low <= 1 ? low : fmax(low + 1, floor(between));
  return high / low <= near ? low : between;
}

/* --- one round --- */

uint64_t dw_robustness_round(const dw_robustness_settings *settings) { return (uint64_t)settings->prompts->count * settings->repeats; }

static dw_status take(void *book, const dw_response *response, bool *stop, dw_err *err)
{
  (void)stop;
  return dw_answer_book_add(book, DW_BOOK_CURRENT, response, err);
}

static dw_status ask_round(const dw_robustness_settings *s, const dw_canary_config *config, uint64_t seed, dw_answer_book *book,
                           dw_err *err)
{
  dw_ask *ask;
  dw_canary_config item = *config;
  dw_canary_configs configs = {.item = &item, .count = 1};
  dw_ask_settings how = s->ask;
  how.seed = seed;
  dw_status status = dw_ask_open(&ask, &configs, &how, err);
  if (status != DW_OK) return status;
  dw_ask_job job = {.prompts = s->prompts, .repeats = s->repeats, .round = "trial"};
  dw_ask_sink sink = {take, book};
  status = dw_ask_run(ask, &job, &sink, err);
  if (status == DW_OK && dw_ask_count(ask).stopped) status = dw_err_set(err, DW_ESYSTEM, "stopped by a signal");
  dw_ask_close(ask);
  return status;
}

/* The judge's answer, and of its lines the largest effect. */
static dw_status judge(const dw_robustness_settings *s, const dw_answer_book *book, uint64_t seed, dw_robustness_point *point,
                       double *effect, dw_err *err)
{
  dw_canary_comparison result;
  dw_canary_settings how = s->judge;
  dw_status status = DW_OK;
  how.seed = seed;
  dw_canary_compare(&result, book, &how);
  *effect = NAN;
  for (size_t i = 0; i < result.count; i++) {
    const dw_canary_line *line = &result.line[i];
    if (!line->found.judged && status == DW_OK)
      status = dw_err_set(err, DW_ENODATA, "a round is not judged by %s: %.400s", dw_canary_method_name(line->method), line->found.why);
    if (!line->found.judged || (!isnan(*effect) && line->found.effect <= *effect)) continue;
    *effect = line->found.effect;
    point->method = dw_canary_method_name(line->method);
  }
  point->alarms += result.answer == DW_ANSWER_DRIFT;
  if (!result.count) status = dw_err_set(err, DW_ENODATA, "a round is not judged: there are no answers");
  if (result.answer == DW_ANSWER_DRIFT) status = DW_OK; /* one method says so: others need not be able to */
  dw_canary_comparison_free(&result);
  return status;
}

static uint64_t seed_of(const dw_robustness_settings *s, const char *what, unsigned trial)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(s->seed, what), trial, 0);
  return dw_rng_u64(&rng) >> 12; /* exact as a number of JSON, should anybody print it */
}

static dw_status try_once(const dw_robustness_settings *s, dw_robustness_kind kind, unsigned trial, dw_robustness_point *point,
                          double *effect, dw_err *err)
{
  dw_buf suffix = {0};
  dw_canary_injected injected;
  dw_canary_injection change = of_strength(kind, point->strength, s, seed_of(s, "robustness change", trial), &suffix);
  dw_answer_book *book = dw_answer_book_new();
  dw_status status = dw_canary_inject(&injected, s->config, s->config->language, &change, err);
  for (size_t i = 0; i < s->references && status == DW_OK; i++) status = dw_answer_book_add(book, DW_BOOK_REFERENCE, s->reference[i], err);
  if (status == DW_OK) status = ask_round(s, &injected.config, seed_of(s, "robustness answers", trial), book, err);
  dw_answer_book_close(book);
  if (status == DW_OK) status = judge(s, book, seed_of(s, "robustness judge", trial), point, effect, err);
  dw_answer_book_free(book);
  dw_canary_injected_free(&injected);
  dw_buf_free(&suffix);
  return status;
}

/* --- one strength --- */

static bool by_chance(const dw_robustness_settings *s, dw_robustness_kind kind, double strength)
{
  return s->config->backend != DW_CANARY_BUILTIN || s->config->seed < 0 || (strength > 0 && kinds[kind].drawn);
}

/* As many trials as it takes to know. *enough false: the budget was not. */
static dw_status try_strength(const dw_robustness_settings *s, dw_robustness_kind kind, uint64_t *budget, dw_robustness_point *point,
                              bool *enough, dw_err *err)
{
  bool chance = by_chance(s, kind, point->strength);
  unsigned most = chance ? s->trials : 1, needed = chance ? s->needed : 1;
  double effects = 0;
  *enough = true;
  while (point->alarms < needed && point->alarms + most - point->trials >= needed) {
    double effect;
    *enough = *budget >= dw_robustness_round(s);
    if (!*enough) return DW_OK;
    *budget -= dw_robustness_round(s);
    dw_status status = try_once(s, kind, point->trials, point, &effect, err);
    if (status != DW_OK) return status;
    point->trials++;
    effects += effect;
  }
  point->effect = effects / point->trials;
  point->noticed = point->alarms >= needed;
  return DW_OK;
}

dw_status dw_robustness_healthy(const dw_robustness_settings *settings, uint64_t budget, dw_robustness_point *out, dw_err *err)
{
  bool enough;
  *out = (dw_robustness_point){.effect = NAN};
  dw_status status = try_strength(settings, DW_ROBUSTNESS_TEMPERATURE, &budget, out, &enough, err);
  if (status == DW_OK && !enough)
    return dw_err_set(err, DW_ENODATA,
                      "the budget is used up before it is known whether the unchanged canary is left alone: a round of it takes %llu "
                      "answers (--budget)",
                      (unsigned long long)dw_robustness_round(settings));
  if (status != DW_OK || !out->noticed) return status;
  return dw_err_set(
      err, DW_EDATA,
      "the unchanged canary is noticed itself, in %u of %u rounds: the reference must be of this config, and the margins of its "
      "healthy rounds (dw-calibrate canaries)",
      out->alarms, out->trials);
}

/* --- the search --- */

static dw_status add_point(dw_robustness *out, const dw_robustness_settings *s, double strength, uint64_t *budget, bool *enough,
                           dw_err *err)
{
  uint64_t before = *budget;
  dw_robustness_point point = {.strength = strength, .effect = NAN};
  dw_status status = try_strength(s, out->kind, budget, &point, enough, err);
  out->answers += before - *budget;
  out->rounds += point.trials;
  if (status != DW_OK || !*enough) return status;
  out->point = dw_grow(out->point, &out->capacity, out->count + 1, sizeof *out->point);
  out->point[out->count++] = point;
  return DW_OK;
}

static const dw_robustness_point *end_of(const dw_robustness *r, bool noticed)
{
  const dw_robustness_point *best = NULL;
  for (size_t i = 0; i < r->count; i++) {
    const dw_robustness_point *p = &r->point[i];
    if (p->noticed == noticed && (!best || (noticed ? p->strength < best->strength : p->strength > best->strength))) best = p;
  }
  return best;
}

static dw_status measure(const dw_robustness_settings *s, dw_robustness_kind kind, const dw_robustness_point *point, dw_law_distance *out,
                         dw_err *err)
{
  dw_buf suffix = {0};
  dw_canary_injected injected;
  if (!point || s->config->backend != DW_CANARY_BUILTIN) return DW_OK;
  dw_canary_injection change = of_strength(kind, point->strength, s, seed_of(s, "robustness change", 0), &suffix);
  dw_status status = dw_canary_inject(&injected, s->config, s->config->language, &change, err);
  if (status == DW_OK) dw_law_measure(out, s->config, &injected.config, s->prompts, LAW_ANSWERS, s->seed);
  dw_canary_injected_free(&injected);
  dw_buf_free(&suffix);
  return status;
}

dw_status dw_robustness_search(dw_robustness *out, dw_robustness_kind kind, const dw_robustness_settings *s, uint64_t budget, dw_err *err)
{
  *out = (dw_robustness){.kind = kind};
  bool enough;
  double high = largest(kind, s), low = kind == DW_ROBUSTNESS_SUFFIX ? 1 : high * lowest;
  dw_status status = add_point(out, s, high, &budget, &enough, err);
  bool more = status == DW_OK && enough && out->point[0].noticed && low < high;
  if (more) status = add_point(out, s, low, &budget, &enough, err);
  more = more && status == DW_OK && enough && !out->point[1].noticed;
  while (more) {
    double next = middle(kind, low, high);
    if (next <= low) break;
    status = add_point(out, s, next, &budget, &enough, err);
    more = status == DW_OK && enough;
    if (more && out->point[out->count - 1].noticed) high = next;
    else low = next;
  }
  out->complete = enough;
  out->unnoticed = end_of(out, false);
  out->noticed = end_of(out, true);
  if (status == DW_OK) status = measure(s, kind, out->unnoticed, &out->law[0], err);
  return status == DW_OK ? measure(s, kind, out->noticed, &out->law[1], err) : status;
}

void dw_robustness_free(dw_robustness *result)
{
  dw_free(result->point);
  *result = (dw_robustness){0};
}
