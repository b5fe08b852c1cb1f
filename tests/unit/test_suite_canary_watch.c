/* The statistics suite of dw-compare --canaries --sequential: how often a watch of rounds that do not change ever alarms, and how soon it
 * alarms when they do. Odds: a share leaves its interval by chance once in a million runs. DW_SUITE=full is as long as the manual's figures
 * took, and prints them. */
#include <math.h>
#include <unistd.h>

#include "canary/judge/canary_comparison.h"

#include "answers_case.h"
#include "stats/distributions/special.h"
#include "stats/streams/any_look.h"
#include "suite_case.h"

/* --- the p-value of all looks, of normal means against one reference --- */

/* What the reference happens to be, all looks have in common; so do their p-values, which are only right over references. */
static double watch_means(dw_rng *rng, int looks, double answers, double from, double shift, int *alarm)
{
  double p[1000], reference = dw_normal_quantile(dw_rng_uniform(rng)) / sqrt(4 * answers);
  dw_any_look watch;
  dw_any_look_init(&watch);
  *alarm = 0;
  for (int t = 0; t < looks; t++) {
    double mean = dw_normal_quantile(dw_rng_uniform(rng)) / sqrt(answers), less = 0;
    if (t >= from) mean += shift;
    p[t] = fmax(2 * dw_normal_sf(fabs(mean - reference) / sqrt(1 / answers + 1 / (4 * answers))), 1e-300);
    for (int k = 0; k < t; k++) less += p[k] > p[t];
    dw_any_look_add(&watch, p[t], less / (t + 1), (less + 1) / (t + 1));
    if (!*alarm && dw_any_look_p(&watch) <= 0.05) *alarm = t + 1;
  }
  return dw_any_look_p(&watch);
}

TEST(looks_at_one_reference_ever_alarm_at_most_at_alpha)
{
  dw_rng rng;
  int trials = full() ? 20000 : 500, looks = full() ? 300 : 100, alarms = 0, at;
  dw_rng_start(&rng, dw_rng_derive(12, "any look"), 0, 0);
  for (int i = 0; i < trials; i++) alarms += watch_means(&rng, looks, 20, 1e9, 0, &at) <= 0.05;
  if (full()) printf("%d looks at one reference, nothing changes: %d of %d ever alarm at 0.05\n", looks, alarms, trials);
  CHECK_MSG(alarms <= most_of(0.05, trials) * trials, "%d of %d", alarms, trials);
  CHECK(alarms > 0);
}

TEST(a_change_that_is_not_plain_is_found_by_ranks)
{
  dw_rng rng;
  int trials = full() ? 1000 : 30;
  dw_rng_start(&rng, dw_rng_derive(12, "any look later"), 0, 0);
  for (int plain = 0; plain < 2; plain++) {
    int found = 0, first = 0, early = 0, at, change = 60;
    double shift = plain ? 2.5 : 0.7, delay = 0;
    for (int i = 0; i < trials; i++) {
      watch_means(&rng, 100, 20, change, shift, &at);
      early += at && at <= change;
      found += at > change;
      first += at == change + 1;
      if (at > change) delay += at - change;
    }
    if (full())
      printf("a shift of %g standard errors after %d looks: %d of %d within 40 looks, %d in the first, %.1f looks in the mean; %d before\n",
             shift * sqrt(16), change, found, trials, first, delay / found, early);
    CHECK_MSG(found >= 0.9 * trials, "shift %g: %d of %d", shift, found, trials);
    CHECK_MSG(!plain || first >= 0.9 * trials, "%d of %d in the first look", first, trials);
  }
}

/* --- networks, through answers and the state --- */

typedef struct course {
  int canaries, rounds, answers; /* per prompt */
  double margin, alpha;
  int change;         /* from this round on … */
  double share, step; /* … a share of the last canary's answers are another model's, and so much more of them in each round */
} course;

enum { PROMPTS = 4 };

static void answer(dw_answer_book *book, dw_book_side side, int canary, int prompt, const char *round, int64_t instant, double share,
                   dw_rng *rng)
{
  char text[8], id[8], name[8];
  bool other = dw_rng_uniform(rng) < share;
  snprintf(text, sizeof text, "%c%u", other ? 'x' : 'a', (unsigned)dw_rng_below(rng, 3));
  snprintf(id, sizeof id, "p%d", prompt % 10);
  snprintf(name, sizeof name, "c%d", canary % 10);
  dw_response response = answer_of(id, round, text);
  response.canary = name;
  response.time = "…";
  response.instant = instant;
  CHECK(dw_answer_book_add(book, side, &response, NULL) == DW_OK);
}

static dw_answer_book *answers_of(const course *c, dw_rng *rng)
{
  dw_answer_book *book = dw_answer_book_new();
  for (int r = -1; r < c->rounds; r++) {
    char round[16];
    snprintf(round, sizeof round, "r%d", r);
    double share = r >= c->change ? c->share + c->step * (r - c->change) : 0;
    for (int k = 0; k < c->canaries; k++)
      for (int i = 0; i < PROMPTS * c->answers * (r < 0 ? 4 : 1); i++)
        answer(book, r < 0 ? DW_BOOK_REFERENCE : DW_BOOK_CURRENT, k, i % PROMPTS, round, 1000 * (r + 2) + i,
               k == c->canaries - 1 ? share : 0, rng);
  }
  dw_answer_book_close(book);
  return book;
}

/* The round of the first alarm, from 0 on; -1: none. who: the canary. */
static int watch_network(const course *c, dw_rng *rng, uint32_t *who)
{
  static int number;
  char path[64], lock[80];
  dw_err err;
  snprintf(path, sizeof path, "dw-suite-canaries-%d-%d", (int)getpid(), number++);
  snprintf(lock, sizeof lock, "%s.lock", path);
  dw_answer_book *book = answers_of(c, rng);
  dw_canary_margin margin[10];
  static const char *const names[] = {"c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9"};
  for (int k = 0; k < 10; k++) margin[k] = (dw_canary_margin){.canary = names[k], .method = "border", .margin = c->margin};
  dw_canary_margins margins = {.margin = margin, .count = 10};
  dw_canary_settings settings = {.alpha = c->alpha, .length = 10, .seed = dw_rng_below(rng, 1 << 30), .threads = 1, .margins = &margins};
  dw_canary_watch_how how = {.length = 10, .alpha = c->alpha};
  settings.ask[DW_CANARY_BORDER] = how.ask[DW_CANARY_BORDER] = true;
  dw_canary_comparison got;
  CHECK(dw_canary_watch_open(&settings.watch, path, &how, book, &err) == DW_OK);
  dw_canary_compare(&got, book, &settings);
  CHECK(dw_canary_watch_commit(settings.watch, &err) == DW_OK && got.count == (size_t)(c->canaries * c->rounds));
  int first = -1;
  for (size_t i = 0; i < got.count && first < 0; i++) {
    if (!got.line[i].drift) continue;
    first = (int)(i / (size_t)c->canaries);
    *who = got.line[i].canary;
  }
  dw_canary_comparison_free(&got);
  dw_canary_watch_close(settings.watch);
  dw_answer_book_free(book);
  unlink(path);
  unlink(lock);
  return first;
}

/* Margins below all effects, so that p-values alone decide; and as many looks as an alpha that is large lets alarm in few trials. */
TEST(healthy_networks_ever_alarm_at_most_at_alpha)
{
  dw_rng rng;
  course c = {.canaries = 2, .rounds = full() ? 100 : 20, .answers = 5, .margin = -1, .alpha = full() ? 0.05 : 0.2, .change = 1 << 20};
  int trials = full() ? 1000 : 20, alarms = 0;
  uint32_t who;
  dw_rng_start(&rng, dw_rng_derive(12, "healthy networks"), 0, 0);
  for (int i = 0; i < trials; i++) alarms += watch_network(&c, &rng, &who) >= 0;
  if (full()) printf("networks of two healthy canaries, %d rounds: %d of %d ever alarm at %g\n", c.rounds, alarms, trials, c.alpha);
  CHECK_MSG(alarms <= most_of(c.alpha, trials) * trials, "%d of %d", alarms, trials);
}

TEST(a_swap_is_found_in_its_first_round_and_a_slow_change_later)
{
  dw_rng rng;
  int trials = full() ? 200 : 2;
  for (int k = 0; k < 3; k++) {
    course c = {.canaries = 4, .answers = 5, .margin = 0.2, .alpha = 0.05, .change = k == 2 ? 20 : k ? 100 : 20, .share = k == 2 ? 0 : 1};
    int found = 0, first = 0, right = 0, before = 0;
    double delay = 0;
    c.rounds = c.change + (k == 2 ? 30 : 3);
    c.step = k == 2 ? 0.05 : 0;
    if (k == 1 && !full()) continue;
    dw_rng_start(&rng, dw_rng_derive(12, "changed networks"), (uint64_t)k, 0);
    for (int i = 0; i < trials; i++) {
      uint32_t who = DW_MAP_NONE;
      int at = watch_network(&c, &rng, &who);
      before += at >= 0 && at < c.change;
      found += at >= c.change;
      first += at == c.change;
      right += who == 3;
      if (at >= c.change) delay += at - c.change + 1;
    }
    if (full())
      printf("%s of one of four canaries after %d rounds: found in %d of %d, in its first round in %d, after %.1f rounds in the mean\n",
             k == 2 ? "a change by 5 answers in 100 a round" : "a swap", c.change, found, trials, first, found ? delay / found : NAN);
    CHECK_MSG(found + before == trials && right + before >= trials && before <= most_of(0.05, trials) * trials, "%d, %d, %d", found, right,
              before);
    CHECK_MSG(k == 2 || first >= (full() ? 0.95 : 0.75) * trials, "%d of %d in the first round", first, trials);
  }
}
