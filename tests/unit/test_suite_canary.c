/* The statistics suite of canaries: healthy rounds alarm at most as often as alpha says, method by method, each round with a fresh
 * reference of its own size: 10 prompts, 10 answers a prompt and side, drawn from the builtin canaries. For the p-value alone, and for the
 * rule as it is used, which asks for an effect above a margin besides; and for networks, where the rate is that of the run. What an
 * endpoint under load does to that, and what is done about it, stands below. DW_SUITE=full has 500 rounds a case and prints the table.
 * Odds: a count leaves its bound by chance once in 10,000 checks. */
#include "base/parallel.h"
#include "canary/judge/canary_comparison.h"
#include "network_case.h"
#include "suite_case.h"

#define ALPHA 0.05

enum { ROUNDS = 500, SHORT_ROUNDS = 10 };

static size_t rounds_of(void) { return full() ? ROUNDS : SHORT_ROUNDS; }

/* The least k with P(X > k) <= 1e-4, X of the binomial law: 500 rounds at 0.05, 45. */
static size_t most_alarms(size_t rounds, double chance)
{
  double term = pow(1 - chance, (double)rounds), below = term;
  size_t k = 0;
  for (; 1 - below > 1e-4 && k < rounds; k++) {
    term *= (double)(rounds - k) / (double)(k + 1) * chance / (1 - chance);
    below += term;
  }
  return k;
}

static network_texts texts;
static dw_language *model[NETWORK_CANARIES];

static void prepare(void)
{
  if (model[0]) return;
  network_read(&texts);
  for (int c = 0; c < NETWORK_CANARIES; c++) model[c] = network_tuned(&texts, c);
}

/* Laws that a sampler has made once are kept: one a thread and canary. */
enum { THREADS = 64 };
typedef struct samplers {
  double temperature, top_p;
  dw_language_sampler *of[THREADS][NETWORK_CANARIES];
} samplers;

static dw_language_sampler *sampler_of(samplers *all, unsigned thread, size_t c)
{
  dw_language_sampler **own = &all->of[thread][c];
  if (!*own) *own = dw_language_sampler_new(model[c], all->temperature, all->top_p);
  return *own;
}

static void samplers_free(samplers *all)
{
  for (int t = 0; t < THREADS; t++)
    for (int c = 0; c < NETWORK_CANARIES; c++) dw_language_sampler_free(all->of[t][c]);
}

static unsigned threads(void) { return dw_cores() < THREADS ? dw_cores() : THREADS; }

static void check_alarms(const char *what, size_t alarms, size_t rounds)
{
  size_t most = most_alarms(rounds, ALPHA);
  CHECK_MSG(alarms <= most, "%s: %zu alarms in %zu healthy rounds, at most %zu by chance", what, alarms, rounds, most);
}

/* --- one canary, each method --- */

typedef struct setting {
  const char *name;
  double temperature, top_p;
  unsigned most;
  bool rare; /* steady prompts there are, for fingerprint */
} setting;

static const setting settings[] = {{"as in scenarios/canaries", 0.6, 0.95, 256, false},
                                   {"nearly steady answers", 0.1, 1, 16, true},
                                   {"single bytes", 1, 1, 1, false}};
enum { SETTINGS = sizeof settings / sizeof *settings };

typedef struct tally {
  bool judged, below, alarm; /* below: p <= alpha */
} tally;

typedef struct work {
  const setting *is;
  samplers *samplers;
  tally (*said)[DW_CANARY_METHODS]; /* [rounds] */
} work;

static void one_round(void *context, size_t item, unsigned thread)
{
  const work *w = context;
  size_t c = item % NETWORK_CANARIES;
  dw_answer_book *book = dw_answer_book_new();
  for (int side = 0; side < 2; side++)
    network_round(book, side ? DW_BOOK_CURRENT : DW_BOOK_REFERENCE,
                  &(network_asked){.canary = network_ids[c],
                                   .round = side ? "now" : "before",
                                   .language = model[c],
                                   .sampler = sampler_of(w->samplers, thread, c),
                                   .most = w->is->most,
                                   .answers = NETWORK_ANSWERS},
                  &texts, dw_rng_derive(2 * item + (size_t)side, w->is->name), NULL);
  dw_answer_book_close(book);
  for (int m = 0; m < DW_CANARY_METHODS; m++) {
    dw_canary_comparison result;
    if (m == DW_CANARY_CONSENSUS) continue; /* of networks, below */
    dw_canary_settings how = {.alpha = ALPHA, .length = w->is->most, .seed = item, .threads = 1};
    how.ask[m] = true;
    dw_canary_compare(&result, book, &how);
    const dw_canary_line *line = &result.line[0];
    w->said[item][m] = (tally){line->found.judged, line->found.p_value <= ALPHA, result.answer == DW_ANSWER_DRIFT};
    dw_canary_comparison_free(&result);
  }
  dw_answer_book_free(book);
}

TEST(healthy_rounds)
{
  prepare();
  size_t rounds = rounds_of();
  for (size_t s = 0; s < SETTINGS; s++) {
    samplers own = {settings[s].temperature, settings[s].top_p, {{NULL}}};
    work w = {&settings[s], &own, calloc(rounds, sizeof *w.said)};
    dw_parallel(threads(), rounds, one_round, &w);
    samplers_free(&own);
    for (int m = 0; m < DW_CANARY_METHODS; m++) {
      size_t judged = 0, below = 0, alarms = 0;
      char what[128];
      if (m == DW_CANARY_CONSENSUS) continue;
      const char *name = dw_canary_method_name((dw_canary_method)m);
      snprintf(what, sizeof what, "%s, %s", settings[s].name, name);
      for (size_t i = 0; i < rounds; i++) {
        judged += w.said[i][m].judged;
        below += w.said[i][m].below;
        alarms += w.said[i][m].alarm;
      }
      if (full())
        printf("# %-26s %-12s %4zu rounds judged: p <= 0.05 in %3zu, alarms %3zu\n", settings[s].name, name, judged, below, alarms);
      CHECK_MSG(judged == rounds || m == DW_CANARY_FINGERPRINT, "%s: %zu of %zu rounds judged", what, judged, rounds);
      CHECK_MSG(judged > 0 || !settings[s].rare, "%s: no round judged", what);
      check_alarms(what, below, rounds);
      check_alarms(what, alarms, rounds);
    }
    free(w.said);
  }
}

/* --- networks of four, and methods together: the run's rate --- */

typedef enum network_case { ONE_METHOD, CONSENSUS, FOUR_METHODS, NETWORK_CASES } network_case;
static const char *const network_names[NETWORK_CASES] = {"mmd_hamming", "consensus", "4 methods"};

typedef struct network_said {
  bool judged[NETWORK_CASES], below[NETWORK_CASES], alarm[NETWORK_CASES]; /* below: a p-value, corrected, of at most alpha */
  bool far[NETWORK_CANARIES];                                             /* the seeds' rule flags it */
} network_said;

typedef struct network_work {
  bool alike; /* four copies of one model; else the four of scenarios/canaries */
  unsigned answers;
  samplers *samplers;
  network_said *said;
} network_work;

static dw_canary_settings network_settings(network_case which, uint64_t seed)
{
  dw_canary_settings how = {.alpha = ALPHA, .length = 64, .seed = seed, .threads = 1};
  how.ask[DW_CANARY_HAMMING] = which != CONSENSUS;
  how.ask[DW_CANARY_CONSENSUS] = which != ONE_METHOD;
  how.ask[DW_CANARY_LOGPROBS] = how.ask[DW_CANARY_BEHAVIOR] = which == FOUR_METHODS;
  return how;
}

static void judge_network(network_said *said, const dw_answer_book *book, uint64_t seed)
{
  dw_canary_comparison result;
  for (network_case which = 0; which < NETWORK_CASES; which++) {
    dw_canary_settings how = network_settings(which, seed);
    dw_canary_compare(&result, book, &how);
    said->alarm[which] = result.answer == DW_ANSWER_DRIFT;
    said->judged[which] = true;
    for (size_t i = 0; i < result.count; i++) said->judged[which] = said->judged[which] && result.line[i].found.judged;
    for (size_t i = 0; i < result.count; i++) said->below[which] = said->below[which] || result.line[i].p_adjusted <= ALPHA;
    dw_canary_comparison_free(&result);
  }
  dw_canary_settings how = network_settings(CONSENSUS, seed);
  how.rule = DW_CANARY_RULE_SEED;
  dw_canary_compare(&result, book, &how);
  for (size_t i = 0; i < result.count; i++) said->far[result.line[i].canary] = result.line[i].drift;
  dw_canary_comparison_free(&result);
}

static void one_network(void *context, size_t item, unsigned thread)
{
  const network_work *w = context;
  dw_answer_book *book = dw_answer_book_new();
  for (size_t k = 0; k < 2 * NETWORK_CANARIES; k++) {
    size_t of = w->alike ? 0 : k / 2;
    network_round(book, k % 2 ? DW_BOOK_CURRENT : DW_BOOK_REFERENCE,
                  &(network_asked){.canary = network_ids[k / 2],
                                   .round = k % 2 ? "now" : "before",
                                   .language = model[of],
                                   .sampler = sampler_of(w->samplers, thread, of),
                                   .most = 256,
                                   .answers = w->answers},
                  &texts, dw_rng_derive(2 * NETWORK_CANARIES * item + k, w->alike ? "network alike" : "network"), NULL);
  }
  dw_answer_book_close(book);
  judge_network(&w->said[item], book, item);
  dw_answer_book_free(book);
}

static void check_network(const char *name, bool alike, unsigned answers)
{
  size_t rounds = rounds_of(), judged[NETWORK_CASES] = {0}, below[NETWORK_CASES] = {0}, alarms[NETWORK_CASES] = {0}, anyone = 0,
         far[NETWORK_CANARIES] = {0};
  samplers own = {0.6, 0.95, {{NULL}}};
  network_work w = {alike, answers, &own, calloc(rounds, sizeof *w.said)};
  dw_parallel(threads(), rounds, one_network, &w);
  samplers_free(&own);
  for (size_t i = 0; i < rounds; i++) {
    const network_said *said = &w.said[i];
    bool any = false;
    for (int k = 0; k < NETWORK_CASES; k++) {
      judged[k] += said->judged[k];
      below[k] += said->below[k];
      alarms[k] += said->alarm[k];
    }
    for (int c = 0; c < NETWORK_CANARIES; c++) {
      far[c] += said->far[c];
      any = any || said->far[c];
    }
    anyone += any;
  }
  free(w.said);
  for (int k = 0; k < NETWORK_CASES; k++) {
    char what[128];
    snprintf(what, sizeof what, "%s, %s", name, network_names[k]);
    if (answers == 1 && k != CONSENSUS) continue; /* mmd_hamming takes pairs of answers */
    CHECK_MSG(judged[k] == rounds, "%s: all canaries judged in %zu of %zu rounds", what, judged[k], rounds);
    if (full()) printf("# %-26s %-12s %4zu rounds: p <= 0.05 in %3zu, alarms %3zu\n", name, network_names[k], rounds, below[k], alarms[k]);
    check_alarms(what, below[k], rounds);
    check_alarms(what, alarms[k], rounds);
  }
  if (full())
    printf("# %-26s %-12s %4zu rounds: alarms %3zu; by canary %zu, %zu, %zu, %zu\n", name, "rule seed", rounds, anyone, far[0], far[1],
           far[2], far[3]);
}

TEST(healthy_networks)
{
  prepare();
  check_network("four models", false, NETWORK_ANSWERS);
  check_network("four models, one answer", false, 1);
  if (full()) check_network("four copies of one model", true, NETWORK_ANSWERS);
}

/* --- an endpoint under load, by logprobs --- */

/* Load moves log-probabilities by a hundredth: how requests happened to be computed together. Answers come in runs: of those to a prompt,
 * asked one behind the other, 57 % are equal to the last bit to the one before, and 33 % of pairs at random are (measured on a server). So
 * three ways to be computed, each as likely, and an answer keeps that of the one before with chance 0.355. */
enum { WAYS = 3, HEALTHY = 20 };
static const double keeps = 0.355, load = 0.005;

typedef struct server {
  double moved[WAYS][NETWORK_PROMPTS][NETWORK_TOP];
  size_t canary;
  bool runs; /* else each answer is moved anew, as where requests are spaced out */
} server;

static server started(size_t canary, bool runs, dw_rng *rng)
{
  server s = {.canary = canary, .runs = runs};
  for (int w = 0; w < WAYS; w++)
    for (int p = 0; p < NETWORK_PROMPTS; p++)
      for (int k = 0; k < NETWORK_TOP; k++) s.moved[w][p][k] = load * network_normal(rng);
  return s;
}

static void busy_round(dw_answer_book *book, dw_book_side side, const char *round, const server *s, dw_rng *rng)
{
  dw_err err;
  dw_canary_config config = {.template = network_template};
  for (int p = 0; p < NETWORK_PROMPTS; p++) {
    dw_buf prompt = {0};
    dw_answer_token first[NETWORK_TOP];
    size_t way = 0;
    dw_canary_config_fill(&config, texts.prompt[p], &prompt);
    network_first(&(network_asked){.language = model[s->canary]}, &prompt, first);
    for (int i = 0; i < NETWORK_ANSWERS; i++) {
      dw_answer_token top[NETWORK_TOP];
      if (!i || dw_rng_uniform(rng) >= keeps) way = dw_rng_below(rng, WAYS);
      memcpy(top, first, sizeof top);
      for (int k = 0; k < NETWORK_TOP; k++) top[k].logprob += s->runs ? s->moved[way][p][k] : load * network_normal(rng);
      dw_answer_position position = {.top = top, .top_count = NETWORK_TOP};
      dw_response response = {.canary = network_ids[s->canary],
                              .prompt = texts.prompt_id[p],
                              .round = round,
                              .text = "",
                              .latency_ms = NAN,
                              .weight = 1,
                              .logprobs = &position,
                              .position_count = 1};
      network_check(dw_answer_book_add(book, side, &response, &err), &err);
    }
    dw_buf_free(&prompt);
  }
}

enum {
  SPACED,    /* each answer by itself, 10 against 10: the published test */
  IN_RUNS,   /* the same test of answers in runs */
  IN_BLOCKS, /* 10 against 200, rounds as blocks */
  MARGINS,   /* 10 against 200, with the margins of those 20 rounds */
  BLOCKS_MARGINS,
  BUSY_CASES
};
static const char *const busy_names[BUSY_CASES] = {"spaced out", "in runs, as published", "in runs, blocks", "in runs, calibrated margin",
                                                   "in runs, blocks and margin"};

typedef struct busy_said {
  bool below[BUSY_CASES], alarm[BUSY_CASES];
} busy_said;

static void judge_busy(busy_said *said, int which, const dw_answer_book *book, const dw_canary_margins *margins, size_t block,
                       uint64_t seed)
{
  dw_canary_comparison result;
  dw_canary_settings how = {.alpha = ALPHA, .seed = seed, .threads = 1, .margins = margins, .block = block};
  how.ask[DW_CANARY_LOGPROBS] = true;
  dw_canary_compare(&result, book, &how);
  said->below[which] = result.line[0].found.p_value <= ALPHA;
  said->alarm[which] = result.answer == DW_ANSWER_DRIFT;
  dw_canary_comparison_free(&result);
}

enum { LOOKS = 10 }; /* of one server: it is calibrated once */

static void fresh_pair(busy_said *said, const server *s, int which, uint64_t seed, dw_rng *rng)
{
  dw_answer_book *book = dw_answer_book_new();
  busy_round(book, DW_BOOK_REFERENCE, "before", s, rng);
  busy_round(book, DW_BOOK_CURRENT, "now", s, rng);
  dw_answer_book_close(book);
  judge_busy(said, which, book, NULL, 1, seed);
  dw_answer_book_free(book);
}

static dw_answer_book *healthy_book(const server *s, dw_rng *rng)
{
  dw_answer_book *book = dw_answer_book_new();
  for (int r = 0; r < HEALTHY; r++) {
    char round[16];
    snprintf(round, sizeof round, "h%d", r);
    busy_round(book, DW_BOOK_REFERENCE, round, s, rng);
  }
  return book;
}

static void one_server(void *context, size_t item, unsigned thread)
{
  busy_said *said = (busy_said *)context + item * LOOKS;
  dw_err err;
  dw_rng rng, again;
  dw_canary_margins margins;
  dw_rng_start(&rng, dw_rng_derive(5, "busy"), item, 0);
  server runs = started(item % NETWORK_CANARIES, true, &rng), spaced = runs;
  spaced.runs = false;
  again = rng;
  dw_answer_book *book = healthy_book(&runs, &rng);
  dw_answer_book_close(book);
  dw_canary_calibration how = {.how = {.permutations = 1, .threads = 1}, .alpha = ALPHA};
  how.ask[DW_CANARY_LOGPROBS] = true;
  network_check(dw_canary_calibrate(&margins, book, &how, &err), &err);
  dw_answer_book_free(book);
  for (size_t look = 0; look < LOOKS; look++, said++) {
    dw_rng same = again;
    fresh_pair(said, &spaced, SPACED, look, &rng);
    fresh_pair(said, &runs, IN_RUNS, look, &rng);
    book = healthy_book(&runs, &same);
    busy_round(book, DW_BOOK_CURRENT, "now", &runs, &rng);
    dw_answer_book_close(book);
    judge_busy(said, IN_BLOCKS, book, NULL, NETWORK_ANSWERS, look);
    judge_busy(said, MARGINS, book, &margins, 1, look);
    judge_busy(said, BLOCKS_MARGINS, book, &margins, NETWORK_ANSWERS, look);
    dw_answer_book_free(book);
  }
  dw_canary_margins_free(&margins);
}

TEST(an_endpoint_under_load)
{
  prepare();
  size_t rounds = full() ? ROUNDS : 2 * LOOKS;
  busy_said *said = calloc(rounds, sizeof *said);
  size_t below[BUSY_CASES] = {0}, alarms[BUSY_CASES] = {0};
  dw_parallel(threads(), rounds / LOOKS, one_server, said);
  for (size_t i = 0; i < rounds; i++)
    for (int k = 0; k < BUSY_CASES; k++) {
      below[k] += said[i].below[k];
      alarms[k] += said[i].alarm[k];
    }
  free(said);
  for (int k = 0; k < BUSY_CASES && full(); k++)
    printf("# %-26s %-12s %4zu rounds: p <= 0.05 in %3zu, alarms %3zu\n", busy_names[k], "logprobs", rounds, below[k], alarms[k]);
  check_alarms("logprobs, spaced out, p-value", below[SPACED], rounds);
  check_alarms("logprobs in runs, rounds as blocks, p-value", below[IN_BLOCKS], rounds);
  check_alarms("logprobs in runs, rounds as blocks", alarms[IN_BLOCKS], rounds);
  check_alarms("logprobs in runs, calibrated margin", alarms[MARGINS], rounds);
  check_alarms("logprobs in runs, blocks and margin", alarms[BLOCKS_MARGINS], rounds);
  CHECK_MSG(below[IN_RUNS] > most_alarms(rounds, 0.15), "answers in runs: p <= 0.05 in %zu of %zu rounds, and that is what blocks are for",
            below[IN_RUNS], rounds);
}
