#include "canary/inject/robustness.h"

#include "base/clock.h"
#include "canary_case.h"

static dw_err err;

/* A canary, its prompts, and two healthy rounds as the reference. */
typedef struct world {
  dw_language *model;
  dw_canary_configs configs;
  dw_canary_config config;
  dw_prompts prompts;
  const dw_response *reference[64];
  dw_arena arena;
  dw_robustness_settings s;
} world;

static dw_status keep(void *context, const dw_response *response, bool *stop, dw_err *e)
{
  world *w = context;
  w->reference[w->s.references++] = dw_response_keep(response, &w->arena);
  return DW_OK;
}

static void begin(world *w, const char *lines)
{
  dw_ask *ask;
  *w = (world){.model = language_of_english(4)};
  w->config = canary_builtin(&w->configs, lines, w->model);
  dw_prompts_init(&w->prompts);
  dw_prompts_add(&w->prompts, "1", "What is a password?");
  dw_prompts_add(&w->prompts, "2", "Is it so?");
  w->s = (dw_robustness_settings){.config = &w->config,
                                  .prompts = &w->prompts,
                                  .reference = w->reference,
                                  .repeats = 8,
                                  .trials = 3,
                                  .needed = 2,
                                  .most = dw_canary_injection_none,
                                  .judge = {.alpha = 0.05, .permutations = 200, .length = 100, .threads = 1},
                                  .ask = {.parallel = 1, .timeout = DW_SECOND, .stop = -1},
                                  .seed = 1};
  dw_canary_configs one = {.item = &w->config, .count = 1};
  w->s.ask.seed = 77;
  CHECK(dw_ask_open(&ask, &one, &w->s.ask, &err) == DW_OK);
  dw_ask_job job = {.prompts = &w->prompts, .repeats = 16, .round = "healthy"};
  dw_ask_sink sink = {keep, w};
  CHECK(dw_ask_run(ask, &job, &sink, &err) == DW_OK && w->s.references == 32);
  dw_ask_close(ask);
}

static void end(world *w)
{
  dw_prompts_free(&w->prompts);
  dw_arena_free(&w->arena);
  dw_language_free(w->model);
  dw_canary_configs_free(&w->configs);
}

static const char with_logprobs[] = "id: a\nmax_new_tokens: 30\nlogprobs: 10\nseed: 5\n",
                  unseeded[] = "id: a\nmax_new_tokens: 30\nlogprobs: 10\n";

/* The margin of logprobs is a shift by 1e-3: that of noise grows with it, and lies between the ends. */
TEST(the_ends_lie_close_on_both_sides_of_the_margin)
{
  for (int seeded = 0; seeded < 2; seeded++) {
    world w;
    dw_robustness r;
    dw_robustness_point healthy;
    begin(&w, seeded ? with_logprobs : unseeded);
    w.s.most.noise = 1;
    CHECK(dw_robustness_healthy(&w.s, UINT64_MAX, &healthy, &err) == DW_OK && healthy.alarms == 0 && !healthy.noticed);
    CHECK(healthy.trials == (seeded ? 1 : 2)); /* two without an alarm are enough to know of three */
    CHECK(dw_robustness_search(&r, DW_ROBUSTNESS_NOISE, &w.s, 100000, &err) == DW_OK && r.complete);
    CHECK(r.unnoticed && r.noticed && r.unnoticed->strength < r.noticed->strength && r.noticed->strength <= 1.25 * r.unnoticed->strength);
    CHECK(r.unnoticed->effect < 2e-3 && r.noticed->effect > 5e-4 && strcmp(r.noticed->method, "logprobs") == 0);
    CHECK(r.law[0].changed == 2 && r.law[0].divergence > 0 && r.law[0].divergence < r.law[1].divergence && r.law[1].divergence < 1e-3);
    CHECK(r.point[0].strength == 1 && r.point[0].noticed && r.point[1].strength == 1e-4 && !r.point[1].noticed);
    uint64_t rounds = 0;
    for (size_t i = 0; i < r.count; i++) {
      rounds += r.point[i].trials;
      CHECK(r.point[i].noticed == (r.point[i].alarms >= 2) && r.point[i].trials >= 2 && r.point[i].trials <= 3);
    }
    CHECK(r.rounds == rounds && r.answers == rounds * 16);
    dw_robustness_free(&r);
    end(&w);
  }
}

TEST(what_a_method_cannot_see_is_not_noticed_at_all)
{
  world w;
  dw_robustness r;
  begin(&w, with_logprobs);
  w.s.most.temperature = 3; /* logprobs stand before it */
  CHECK(dw_robustness_search(&r, DW_ROBUSTNESS_TEMPERATURE, &w.s, 100000, &err) == DW_OK && r.complete && r.count == 1);
  CHECK(!r.noticed && r.unnoticed && r.unnoticed->strength == 2 && r.unnoticed->trials == 1 && r.law[0].total_variation > 0.05);
  dw_robustness_free(&r);
  w.s.most.template_suffix = " \xc3\xa4\xc3\xb6 the network";
  w.config.template = "{prompt}\n### Assistant: Now"; /* so far back only the longest word is seen, and "password" is longer */
  CHECK(dw_robustness_search(&r, DW_ROBUSTNESS_SUFFIX, &w.s, 100000, &err) == DW_OK && r.complete);
  CHECK(r.point[0].strength == 15); /* characters, not bytes */
  dw_robustness_free(&r);
  w.s.most = dw_canary_injection_none;
  for (int k = 0; k < DW_ROBUSTNESS_KINDS; k++) CHECK(!dw_robustness_has((dw_robustness_kind)k, &w.s));
  w.s.most.noise = 1;
  CHECK(dw_robustness_has(DW_ROBUSTNESS_NOISE, &w.s));
  w.config.backend = DW_CANARY_EXEC;
  CHECK(!dw_robustness_has(DW_ROBUSTNESS_NOISE, &w.s));
  end(&w);
}

TEST(a_budget_is_kept_and_said)
{
  world w;
  dw_robustness r;
  begin(&w, with_logprobs);
  w.s.most.quantise = 4;
  for (uint64_t budget = 0; budget < 200; budget += 40) {
    CHECK(dw_robustness_search(&r, DW_ROBUSTNESS_QUANTISE, &w.s, budget, &err) == DW_OK);
    CHECK_MSG(!r.complete && r.answers <= budget && r.answers + 16 > budget, "%d of %d", (int)r.answers, (int)budget);
    CHECK((r.count == 0) == (budget < 32) && (r.count == 0 || r.noticed == &r.point[0]));
    dw_robustness_free(&r);
  }
  end(&w);
}

TEST(nothing_is_said_on_the_wrong_reference)
{
  world w;
  dw_robustness_point healthy;
  begin(&w, with_logprobs);
  w.config.template = "{prompt} the net"; /* the reference was asked with another one */
  CHECK(dw_robustness_healthy(&w.s, UINT64_MAX, &healthy, &err) == DW_EDATA &&
        strstr(err.message, "the unchanged canary is noticed itself"));
  w.s.references = 0;
  CHECK(dw_robustness_healthy(&w.s, UINT64_MAX, &healthy, &err) == DW_ENODATA && strstr(err.message, "not judged"));
  end(&w);
}
