#include "model/language/language_sampler.h"

#include "language_case.h"
#include "stats/distributions/special.h"

static dw_language_context behind(const char *text)
{
  dw_language_context context;
  dw_language_begin(&context);
  dw_language_read(&context, text, strlen(text));
  return context;
}

/* p^(1/T) and the nucleus, once more and by libm. */
static void expected_law(const dw_language *model, const dw_language_context *context, double temperature, double top_p, double *p)
{
  uint16_t order[DW_LANGUAGE_SYMBOLS];
  double sum = 0, held = 0;
  dw_language_next(model, context, p);
  dw_language_top(p, DW_LANGUAGE_SYMBOLS, order);
  for (int s = 0; s < DW_LANGUAGE_SYMBOLS; s++) sum += p[s] = pow(p[s], 1 / temperature);
  for (int i = 0; i < DW_LANGUAGE_SYMBOLS; i++) {
    double share = p[order[i]] / sum;
    if (held >= top_p) p[order[i]] = 0;
    held += share;
  }
  sum = 0;
  for (int s = 0; s < DW_LANGUAGE_SYMBOLS; s++) sum += p[s];
  for (int s = 0; s < DW_LANGUAGE_SYMBOLS; s++) p[s] /= sum;
}

static const struct {
  const char *prompt;
  double temperature, top_p;
} settings[] = {{"", 1, 1},      {"A pass", 1, 1},  {"The ", 0.7, 1}, {"The ", 1.5, 1},
                {"is ", 1, 0.9}, {"be ", 0.5, 0.5}, {"xyz", 2, 0.99}, {"an", 1, 0.01}};
enum { SETTINGS = sizeof settings / sizeof *settings };

TEST(law)
{
  dw_language *model = language_of_english(4);
  for (size_t i = 0; i < SETTINGS; i++) {
    double want[DW_LANGUAGE_SYMBOLS], got[DW_LANGUAGE_SYMBOLS];
    dw_language_context context = behind(settings[i].prompt);
    dw_language_sampler *sampler = dw_language_sampler_new(model, settings[i].temperature, settings[i].top_p);
    dw_language_law(sampler, &context, got);
    expected_law(model, &context, settings[i].temperature, settings[i].top_p, want);
    for (int s = 0; s < DW_LANGUAGE_SYMBOLS; s++) CHECK_MSG(fabs(got[s] - want[s]) <= 1e-13, "%zu, %d: %g, %g", i, s, got[s], want[s]);
    dw_language_sampler_free(sampler);
  }
  dw_language_free(model);
}

/* Draws against the exact probabilities: chi-square, symbols expected fewer than 5 times together. */
TEST(draws_follow_the_law)
{
  enum { DRAWS = 100000 };
  dw_language *model = language_of_english(4);
  for (size_t i = 0; i < SETTINGS; i++) {
    double p[DW_LANGUAGE_SYMBOLS], chi = 0, rest = 0, rest_seen = 0;
    int seen[DW_LANGUAGE_SYMBOLS] = {0}, cells = 0;
    dw_language_context context = behind(settings[i].prompt);
    dw_language_sampler *sampler = dw_language_sampler_new(model, settings[i].temperature, settings[i].top_p);
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(5, "draws"), i, 0);
    for (int n = 0; n < DRAWS; n++) seen[dw_language_draw(sampler, &context, &rng)]++;
    expected_law(model, &context, settings[i].temperature, settings[i].top_p, p);
    for (int s = 0; s < DW_LANGUAGE_SYMBOLS; s++) {
      double want = DRAWS * p[s];
      if (want < 5) {
        rest += want;
        rest_seen += seen[s];
        if (want == 0) CHECK_MSG(seen[s] == 0, "%zu: symbol %d is beyond top-p", i, s);
        continue;
      }
      chi += (seen[s] - want) * (seen[s] - want) / want;
      cells++;
    }
    if (rest >= 5) chi += (rest_seen - rest) * (rest_seen - rest) / rest, cells++;
    else CHECK(rest_seen <= 25);
    double tail = cells > 1 ? dw_chi2_sf(chi, cells - 1) : 1;
    CHECK_MSG(tail > 1e-4, "%zu: chi-square %g in %d cells, p %g", i, chi, cells, tail);
    dw_language_sampler_free(sampler);
  }
  dw_language_free(model);
}

/* The chain too: whole answers end as often as the model says. */
TEST(answers_have_their_probability)
{
  enum { ANSWERS = 20000 };
  dw_corpus corpus = {0};
  for (int i = 0; i < 7; i++) dw_corpus_add(&corpus, "yes", 3);
  for (int i = 0; i < 3; i++) dw_corpus_add(&corpus, "no", 2);
  dw_language *model = language_trained(&corpus, 4, NULL, 0);
  static const char *const answer[] = {"yes", "no", ""};
  double want[3], seen[3] = {0};
  for (int i = 0; i < 3; i++) want[i] = ANSWERS * exp(-dw_language_loss(model, answer[i], strlen(answer[i])));
  dw_language_sampler *sampler = dw_language_sampler_new(model, 1, 1);
  dw_buf out = {0};
  for (uint64_t n = 0; n < ANSWERS; n++) {
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(6, "answers"), n, 0);
    out.length = 0;
    dw_language_answer(sampler, &(dw_language_asked){.prompt = "", .most = 10}, &rng, &out);
    for (int i = 0; i < 3; i++) seen[i] += strcmp(dw_buf_cstr(&out), answer[i]) == 0;
  }
  for (int i = 0; i < 3; i++)
    CHECK_MSG(fabs(seen[i] - want[i]) <= 5 * sqrt(want[i] + 1), "\"%s\": %g, want %g", answer[i], seen[i], want[i]);
  CHECK(want[0] > 1000 && want[1] > 1000);
  dw_buf_free(&out);
  dw_language_sampler_free(sampler);
  dw_language_free(model);
  dw_corpus_free(&corpus);
}

TEST(temperature_0_is_the_most_probable)
{
  dw_language *model = language_of_english(6);
  for (int top = 0; top < 2; top++) {
    dw_language_sampler *sampler = dw_language_sampler_new(model, 0, top ? 0.3 : 1);
    dw_language_context context = behind("The ");
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(1, "x"), 0, 0);
    dw_rng untouched = rng;
    for (int i = 0; i < 500; i++) {
      double p[DW_LANGUAGE_SYMBOLS];
      uint16_t first;
      dw_language_next(model, &context, p);
      dw_language_top(p, 1, &first);
      unsigned drawn = dw_language_draw(sampler, &context, &rng);
      CHECK(drawn == first);
      dw_language_pass(&context, i % 7 ? drawn : 'a' + (unsigned)i % 26);
    }
    CHECK(memcmp(&rng, &untouched, sizeof rng) == 0);
    dw_language_sampler_free(sampler);
  }
  dw_language_free(model);
  dw_corpus corpus = {0}; /* a tie: both as often */
  dw_corpus_add(&corpus, "b", 1);
  dw_corpus_add(&corpus, "a", 1);
  model = language_trained(&corpus, 2, NULL, 0);
  dw_language_sampler *sampler = dw_language_sampler_new(model, 0, 1);
  dw_language_context context = behind("");
  CHECK(dw_language_draw(sampler, &context, NULL) == 'a');
  dw_language_sampler_free(sampler);
  dw_language_free(model);
  dw_corpus_free(&corpus);
}

/* Also when the cache has other contexts in the same places: a fresh sampler says the same. */
TEST(the_same_again)
{
  dw_language *model = language_of_english(6);
  dw_language_sampler *kept = dw_language_sampler_new(model, 1.3, 0.97);
  for (uint64_t n = 0; n < 50; n++) {
    dw_buf one = {0}, other = {0};
    dw_rng a, b;
    dw_rng_start(&a, dw_rng_derive(4, "answers"), n, 0);
    b = a;
    dw_language_sampler *fresh = dw_language_sampler_new(model, 1.3, 0.97);
    dw_language_asked asked = {.prompt = "An up", .length = 5, .most = 300};
    dw_language_ending why = dw_language_answer(kept, &asked, &a, &one);
    CHECK(dw_language_answer(fresh, &asked, &b, &other) == why);
    CHECK(one.length == other.length && (!one.length || memcmp(one.data, other.data, one.length) == 0));
    dw_language_sampler_free(fresh);
    dw_buf_free(&one);
    dw_buf_free(&other);
  }
  dw_language_sampler_free(kept);
  dw_language_free(model);
}

/* The same bytes on every machine, for ever: this text was written down once. */
TEST(a_text_that_was_written_down)
{
  dw_language *model = language_of_english(6);
  dw_language_sampler *sampler = dw_language_sampler_new(model, 0.8, 0.95);
  dw_buf out = {0};
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(7, "answers"), 0, 0);
  dw_language_answer(sampler, &(dw_language_asked){.prompt = "The backup ", .length = 11, .most = 100}, &rng, &out);
  CHECK_TEXT(dw_buf_cstr(&out), "is never sent before you trust it. The backup is kept by people who know. ");
  dw_buf_free(&out);
  dw_language_sampler_free(sampler);
  dw_language_free(model);
}

TEST(how_answers_end)
{
  dw_language *model = language_of_english(6);
  dw_language_sampler *sampler = dw_language_sampler_new(model, 0, 1);
  dw_buf out = {0};
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(1, "x"), 0, 0);
  dw_language_asked asked = {.prompt = "A password ", .length = 11, .most = 4000};
  dw_language_ending why = dw_language_answer(sampler, &asked, &rng, &out);
  size_t whole = out.length;
  CHECK(why == DW_LANGUAGE_ENDED || why == DW_LANGUAGE_CUT);
  CHECK(whole > 8);
  asked.most = 5;
  out.length = 0;
  CHECK(dw_language_answer(sampler, &asked, &rng, &out) == DW_LANGUAGE_CUT && out.length == 5);
  asked.most = 0;
  CHECK(dw_language_answer(sampler, &asked, &rng, &out) == DW_LANGUAGE_CUT && out.length == 5);
  out.length = 0;
  dw_buf_text(&out, "said: ");
  const char *stop[] = {"ever", "", " "};
  asked = (dw_language_asked){.prompt = "A password ", .length = 11, .most = 4000, .stop = stop, .stops = 3};
  CHECK(dw_language_answer(sampler, &asked, &rng, &out) == DW_LANGUAGE_STOPPED);
  CHECK(memchr(out.data + 6, ' ', out.length - 6) == NULL && out.length > 6);
  dw_buf_free(&out);
  dw_language_sampler_free(sampler);
  dw_language_free(model);
}
