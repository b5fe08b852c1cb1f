/* bench_canaries: what each method of canaries finds, and what a look costs. The builtin canaries of scenarios/canaries, one after the
 * other, each disturbed in one way: 10 prompts, 10 answers a prompt and side, alpha 0.05, BENCH_TRIALS (100) seeded trials a line. Judged
 * as dw-compare --canaries does it, of the one canary that is looked at, with the margins that dw-calibrate canaries makes of 20 healthy
 * rounds of it; the second table has the methods' own margins instead.
 *
 *   logprobs             one token a request, of a quiet server: the builtin gives the same log-probabilities each time
 *   logprobs, load       the same of a server whose load moves each log-probability by 0.005 (standard deviation), of each answer anew; the
 *                        reference are the 20 healthy rounds
 *   border, load         border inputs of a server like that, one byte a prompt; a quiet one has none. References of 100 answers an input
 *   embedding, text      one line: embeddings are those of --embed builtin, which are what text makes of the answers
 *   fingerprint          answers at temperature 0
 *   the others           answers at temperature 0.7, top-p 0.95, of up to 256 bytes
 *   consensus            four canaries, of which one is disturbed: found where that one alarms, whoever else does; without a disturbance,
 * where anybody does. By our own rule, at 0.05 over the four; and by the seeds' rule, mean z below -1
 *
 * Tokens are bytes here. Fixed seeds. For make bench-canaries. */
#include "base/parallel.h"
#include "canary/ask/border_search.h"
#include "canary/judge/canary_comparison.h"
#include "model/language/language_change.h"
#include "network_case.h"

#define ALPHA 0.05
#define LOAD 0.005
#define RAISED 1.5

enum { HEALTHY = 20, MOST = 256, BORDERS = 20, BORDER_CANDIDATES = 1500, BORDER_SAMPLES = 100, FEW = 4 };

/* --- disturbances --- */

typedef enum disturbance { NONE, TEMPLATE, TEMPERATURE, POISON, STEP, EIGHT, FOUR, NOISE, DISTURBANCES } disturbance;
static const char *const disturbed_names[DISTURBANCES] = {
    "none",           "template swapped", "temperature 0.7 to 1.5", "poisoned fine-tune",
    "one small step", "8-bit weights",    "4-bit weights",          "weights, 1 % noise"};
static const char other_template[] = "Question: {prompt}\nAnswer: ";

typedef struct canary {
  dw_language *model, *poisoned, *eight, *four;
  char border[BORDERS][4]; /* the inputs */
  size_t borders, quiet_borders;
} canary;

static network_texts texts;
static canary canaries[NETWORK_CANARIES];

/* A few lines of what another canary was taught, with a weight of a hundredth. */
static dw_language *step_of(int c, size_t trial)
{
  dw_rng rng;
  dw_corpus few = {0};
  const dw_corpus *from = &texts.tuned[(c + 1) % NETWORK_CANARIES];
  dw_rng_start(&rng, dw_rng_derive(trial, "bench_canaries step"), 0, 0);
  for (int i = 0; i < FEW; i++) {
    size_t length;
    const char *text = dw_corpus_document(from, dw_rng_below(&rng, from->count), &length);
    dw_corpus_add(&few, text, length);
  }
  dw_language *model = network_trained(&few, canaries[c].model, 0.01);
  dw_corpus_free(&few);
  return model;
}

/* --- what is asked --- */

typedef enum answer_sort { SAMPLED, FIRST, FIRST_LOAD, GREEDY, BORDER, NETWORK, SORTS } answer_sort;

typedef struct method {
  const char *name;
  dw_canary_method method;
  answer_sort sort;
  dw_canary_rule rule;
} method;

static const method methods[] = {{"logprobs", DW_CANARY_LOGPROBS, FIRST, DW_CANARY_RULE_OWN},
                                 {"logprobs, load", DW_CANARY_LOGPROBS, FIRST_LOAD, DW_CANARY_RULE_OWN},
                                 {"border, load", DW_CANARY_BORDER, BORDER, DW_CANARY_RULE_OWN},
                                 {"mmd_hamming", DW_CANARY_HAMMING, SAMPLED, DW_CANARY_RULE_OWN},
                                 {"embedding, text", DW_CANARY_EMBEDDING, SAMPLED, DW_CANARY_RULE_OWN},
                                 {"behavior", DW_CANARY_BEHAVIOR, SAMPLED, DW_CANARY_RULE_OWN},
                                 {"fingerprint", DW_CANARY_FINGERPRINT, GREEDY, DW_CANARY_RULE_OWN},
                                 {"consensus", DW_CANARY_CONSENSUS, NETWORK, DW_CANARY_RULE_OWN},
                                 {"consensus alone, rule seed", DW_CANARY_CONSENSUS, NETWORK, DW_CANARY_RULE_SEED}};
enum { METHODS = sizeof methods / sizeof *methods };

/* A canary as it stands: whose model, asked how. */
typedef struct standing {
  int canary;
  const dw_language *language;
  const char *layout;
  double temperature;
} standing;

/* Laws that a sampler has made once are kept: of healthy canaries at their own temperature, one a thread. */
static _Thread_local dw_language_sampler *kept_samplers[NETWORK_CANARIES];

static dw_language_sampler *kept_of(const standing *s, answer_sort sort)
{
  if (s->language != canaries[s->canary].model || s->temperature != 0.7 || (sort != SAMPLED && sort != NETWORK)) return NULL;
  if (!kept_samplers[s->canary]) kept_samplers[s->canary] = dw_language_sampler_new(s->language, 0.7, 0.95);
  return kept_samplers[s->canary];
}

static standing healthy(int c) { return (standing){c, canaries[c].model, network_template, 0.7}; }

static size_t likeliest(const dw_answer_token top[NETWORK_TOP], double load, dw_rng *rng)
{
  size_t best = 0;
  double most = -INFINITY;
  for (size_t k = 0; k < NETWORK_TOP; k++) {
    double value = top[k].logprob + (load > 0 ? load * network_normal(rng) : 0);
    if (value > most) most = value, best = k;
  }
  return best;
}

static void first_of(const standing *s, const char *input, dw_answer_token top[NETWORK_TOP], network_cost *cost)
{
  dw_buf prompt = {0};
  dw_canary_config config = {.template = s->layout == network_template ? "{prompt}" : s->layout};
  dw_canary_config_fill(&config, input, &prompt);
  network_first(&(network_asked){.language = s->language}, &prompt, top);
  if (cost) cost->prompt_tokens += prompt.length * NETWORK_ANSWERS;
  dw_buf_free(&prompt);
}

static void border_round(dw_answer_book *book, dw_book_side side, const char *round, const standing *s, unsigned answers, dw_rng_key key,
                         network_cost *cost)
{
  const canary *of = &canaries[s->canary];
  for (size_t b = 0; b < of->borders; b++) {
    dw_answer_token top[NETWORK_TOP];
    first_of(s, of->border[b], top, cost);
    for (unsigned i = 0; i < answers; i++) {
      dw_rng rng;
      dw_err err;
      char text[8];
      dw_rng_start(&rng, key, b, i);
      snprintf(text, sizeof text, "%d", (int)top[likeliest(top, LOAD, &rng)].id);
      dw_response response = {.canary = network_ids[s->canary],
                              .prompt = of->border[b],
                              .round = round,
                              .text = text,
                              .length = strlen(text),
                              .latency_ms = NAN,
                              .weight = 1};
      network_check(dw_answer_book_add(book, side, &response, &err), &err);
      if (cost) cost->requests++, cost->answer_tokens++;
    }
  }
}

static void ask(dw_answer_book *book, dw_book_side side, const char *round, answer_sort sort, const standing *s, uint64_t seed,
                const char *purpose, network_cost *cost)
{
  char whole[64];
  snprintf(whole, sizeof whole, "bench_canaries %.20s %d", purpose, (int)sort);
  dw_rng_key key = dw_rng_derive(seed, whole);
  bool reference = side == DW_BOOK_REFERENCE && strcmp(purpose, "reference") == 0;
  if (sort == BORDER) {
    border_round(book, side, round, s, reference ? BORDER_SAMPLES : NETWORK_ANSWERS, key, cost);
    return;
  }
  network_round(book, side,
                &(network_asked){.canary = network_ids[s->canary],
                                 .round = round,
                                 .layout = s->layout,
                                 .language = s->language,
                                 .sampler = kept_of(s, sort),
                                 .temperature = sort == GREEDY ? 0 : s->temperature,
                                 .top_p = 0.95,
                                 .most = sort == FIRST || sort == FIRST_LOAD ? 1 : MOST,
                                 .answers = NETWORK_ANSWERS,
                                 .busy = sort == FIRST_LOAD ? LOAD : 0,
                                 .plain = sort != SAMPLED && sort != NETWORK},
                &texts, key, cost);
}

static void ask_healthy(dw_answer_book *book, answer_sort sort, int c)
{
  standing s = healthy(c);
  for (int r = 0; r < HEALTHY; r++) {
    char round[8];
    snprintf(round, sizeof round, "h%d", r);
    ask(book, DW_BOOK_REFERENCE, round, sort, &s, (uint64_t)(c * HEALTHY + r), "healthy", NULL);
  }
}

/* --- once a canary: border inputs, margins --- */

/* As dw-canary find-borders: 3 queries a candidate, the balance by samples of those that differed. load 0: a quiet server. */
static size_t find_borders(int c, double load, canary *out)
{
  struct {
    char text[4];
    double balance;
  } best[BORDERS + 1];
  standing s = healthy(c);
  size_t kept = 0;
  dw_prompts candidates;
  dw_prompts_init(&candidates);
  dw_border_candidates(&candidates, BORDER_CANDIDATES);
  for (size_t i = 0; i < candidates.count; i++) {
    dw_rng rng;
    dw_answer_token top[NETWORK_TOP];
    size_t count[NETWORK_TOP] = {0}, asked[3], first = 0, second = 0;
    first_of(&s, candidates.item[i].text, top, NULL);
    dw_rng_start(&rng, dw_rng_derive((uint64_t)c, "bench_canaries borders"), i, 0);
    for (int q = 0; q < 3; q++) asked[q] = likeliest(top, load, &rng);
    if (asked[0] == asked[1] && asked[1] == asked[2]) continue;
    for (int q = 0; q < BORDER_SAMPLES; q++) count[likeliest(top, load, &rng)]++;
    for (size_t k = 0; k < NETWORK_TOP; k++) {
      if (count[k] > first) second = first, first = count[k];
      else if (count[k] > second) second = count[k];
    }
    size_t at = kept < BORDERS ? kept++ : BORDERS;
    double balance = (double)second / (double)first;
    for (; at && best[at - 1].balance < balance; at--) best[at] = best[at - 1];
    snprintf(best[at].text, sizeof best[at].text, "%.3s", candidates.item[i].text);
    best[at].balance = balance;
  }
  for (size_t b = 0; b < kept && out; b++) memcpy(out->border[b], best[b].text, sizeof best[b].text);
  dw_prompts_free(&candidates);
  return kept;
}

static dw_canary_margins margins[NETWORK_CANARIES][METHODS]; /* of the network: with the first canary */

static void calibrate(void *context, size_t item, unsigned thread)
{
  int c = (int)(item / SORTS);
  answer_sort of = (answer_sort)(item % SORTS);
  if (of == NETWORK && c) return;
  dw_answer_book *book = dw_answer_book_new();
  for (int k = c; k < (of == NETWORK ? NETWORK_CANARIES : c + 1); k++) ask_healthy(book, of, k);
  dw_answer_book_close(book);
  for (int m = 0; m < METHODS; m++) {
    dw_err err;
    dw_canary_calibration how = {.how = {.permutations = 1000, .length = MOST, .threads = 1}, .alpha = ALPHA};
    if (methods[m].sort != of) continue;
    how.ask[methods[m].method] = true;
    network_check(dw_canary_calibrate(&margins[c][m], book, &how, &err), &err);
  }
  dw_answer_book_free(book);
}

static void prepare(void)
{
  network_read(&texts);
  network_file("poison.ndjson", "text", &texts.poison, NULL);
  for (int c = 0; c < NETWORK_CANARIES; c++) {
    canary *of = &canaries[c];
    of->model = network_tuned(&texts, c);
    of->poisoned = network_trained(&texts.poison, of->model, NETWORK_TUNED_WEIGHT);
    of->eight = dw_language_quantise(of->model, 8);
    of->four = dw_language_quantise(of->model, 4);
    of->borders = find_borders(c, LOAD, of);
    of->quiet_borders = find_borders(c, 0, NULL);
  }
  dw_parallel(0, NETWORK_CANARIES * SORTS, calibrate, NULL);
}

/* --- trials --- */

typedef enum margins_of { CALIBRATED, OWN, MARGINS_OF } margins_of;

typedef struct trial {
  bool found[METHODS][DISTURBANCES][MARGINS_OF];
  bool judged[METHODS][DISTURBANCES];
  network_cost cost[METHODS]; /* of the undisturbed look */
} trial;

static void judge(trial *t, int m, disturbance d, const dw_answer_book *book, int c, size_t item)
{
  dw_canary_comparison result;
  dw_canary_settings how = {.alpha = ALPHA, .length = MOST, .seed = item, .threads = 1, .rule = methods[m].rule};
  how.margins = &margins[methods[m].sort == NETWORK ? 0 : c][m];
  how.ask[methods[m].method] = true;
  dw_canary_compare(&result, book, &how);
  t->judged[m][d] = true;
  for (size_t i = 0; i < result.count; i++) {
    const dw_canary_line *line = &result.line[i];
    bool own = line->p_adjusted <= ALPHA && line->found.effect > dw_canary_method_margin(line->method);
    if (methods[m].sort == NETWORK && d != NONE && line->canary != (uint32_t)c) continue;
    t->judged[m][d] &= line->found.judged;
    t->found[m][d][CALIBRATED] |= line->drift;
    t->found[m][d][OWN] |= methods[m].rule == DW_CANARY_RULE_SEED ? line->drift : own;
  }
  dw_canary_comparison_free(&result);
}

/* Of a network the others are healthy, and the canaries of the book are numbers in their order. */
static void look(trial *t, answer_sort sort, disturbance d, const standing *s, size_t item)
{
  network_cost cost = {0};
  dw_answer_book *book = dw_answer_book_new();
  for (int c = 0; c < NETWORK_CANARIES; c++) {
    standing well = healthy(c);
    if (sort != NETWORK && c != s->canary) continue;
    if (sort == FIRST_LOAD) ask_healthy(book, sort, c);
    else ask(book, DW_BOOK_REFERENCE, "before", sort, &well, item * NETWORK_CANARIES + (size_t)c, "reference", NULL);
    ask(book, DW_BOOK_CURRENT, "now", sort, c == s->canary ? s : &well, item * NETWORK_CANARIES + (size_t)c, disturbed_names[d], &cost);
  }
  dw_answer_book_close(book);
  for (int m = 0; m < METHODS; m++) {
    if (methods[m].sort != sort) continue;
    judge(t, m, d, book, s->canary, item);
    if (d == NONE) t->cost[m] = cost;
  }
  dw_answer_book_free(book);
}

static void run_trial(void *context, size_t item, unsigned thread)
{
  trial *t = (trial *)context + item;
  int c = (int)(item % NETWORK_CANARIES);
  const canary *of = &canaries[c];
  dw_language *step = step_of(c, item), *noise = dw_language_noise(of->model, 0.01, item);
  const dw_language *language[DISTURBANCES] = {of->model, of->model, of->model, of->poisoned, step, of->eight, of->four, noise};
  for (disturbance d = NONE; d < DISTURBANCES; d++) {
    standing s = {c, language[d], d == TEMPLATE ? other_template : network_template, d == TEMPERATURE ? RAISED : 0.7};
    for (answer_sort sort = 0; sort < SORTS; sort++) look(t, sort, d, &s, item);
  }
  dw_language_free(step);
  dw_language_free(noise);
}

/* --- tables --- */

static void print_table(const trial *of, size_t trials, margins_of by)
{
  printf("| method |");
  for (int d = 0; d < DISTURBANCES; d++) printf(" %s |", disturbed_names[d]);
  printf(" requests a look | tokens in, out |\n| --- |");
  for (int d = 0; d < DISTURBANCES + 2; d++) printf(" ---: |");
  printf("\n");
  for (int m = 0; m < METHODS; m++) {
    network_cost cost = {0};
    printf("| %s |", methods[m].name);
    for (int d = 0; d < DISTURBANCES; d++) {
      size_t found = 0, judged = 0;
      for (size_t t = 0; t < trials; t++) {
        found += of[t].found[m][d][by];
        judged += of[t].judged[m][d];
      }
      if (judged == trials) printf(" %zu |", found);
      else printf(" %zu of %zu judged |", found, judged);
    }
    for (size_t t = 0; t < trials; t++) {
      cost.requests += of[t].cost[m].requests;
      cost.prompt_tokens += of[t].cost[m].prompt_tokens;
      cost.answer_tokens += of[t].cost[m].answer_tokens;
    }
    printf(" %.0f | %.0f, %.0f |\n", (double)cost.requests / (double)trials, (double)cost.prompt_tokens / (double)trials,
           (double)cost.answer_tokens / (double)trials);
  }
}

int main(void)
{
  const char *asked = getenv("BENCH_TRIALS");
  size_t trials = asked ? strtoul(asked, NULL, 10) : 100;
  if (trials < 1 || trials > 100000) {
    fprintf(stderr, "bench_canaries: BENCH_TRIALS: a number from 1 to 100000\n");
    return 2;
  }
  prepare();
  trial *of = calloc(trials, sizeof *of);
  dw_parallel(0, trials, run_trial, of);
  printf("Found in %zu trials; margins of %d healthy rounds of each canary:\n\n", trials, HEALTHY);
  print_table(of, trials, CALIBRATED);
  printf("\nThe same with the methods' own margins:\n\n");
  print_table(of, trials, OWN);
  printf("\nBorder inputs among %d candidates, by canary: ", BORDER_CANDIDATES);
  for (int c = 0; c < NETWORK_CANARIES; c++)
    printf("%zu%s", canaries[c].borders, c < NETWORK_CANARIES - 1 ? ", " : " under load (20 are kept); ");
  for (int c = 0; c < NETWORK_CANARIES; c++)
    printf("%zu%s", canaries[c].quiet_borders, c < NETWORK_CANARIES - 1 ? ", " : " of a quiet server.\n");
  free(of);
  return 0;
}
