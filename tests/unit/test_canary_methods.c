/* The statistics have tables of their own (tests/unit/test_hamming_mmd.c and its neighbours); here is what they are given, and how often
 * the methods alarm on answers that are drawn alike, and on those that are not. */
#include "canary/judge/canary_methods.h"

#include "answers_case.h"
#include "canary/judge/behavior_tests.h"

enum { PROMPTS = 4, ANSWERS = 8, LENGTH = 12, RUNS = 300 };

static dw_canary_found judged(dw_answer_book *book, dw_canary_method method, uint64_t seed)
{
  dw_canary_found found;
  dw_pairing pairing = paired(book);
  dw_canary_how how = {.permutations = 199, .length = 20, .key = dw_rng_derive(seed, "canary"), .threads = 1};
  dw_canary_judge(method, &pairing, &how, &found);
  dw_pairing_free(&pairing);
  dw_answer_book_free(book);
  return found;
}

/* Each prompt has its own letters; the current side's answers are drawn out of fewer ones where something changed. */
static dw_answer_book *drawn(uint64_t seed, bool changed)
{
  static const char *const prompts[PROMPTS] = {"p", "q", "r", "s"};
  static const char *const finishes[] = {"stop", "length"};
  dw_answer_book *book = dw_answer_book_new();
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(11, "answers"), seed, changed);
  for (int p = 0; p < PROMPTS; p++) {
    for (int i = 0; i < 2 * ANSWERS; i++) {
      bool other = changed && i >= ANSWERS;
      char text[LENGTH + 1];
      dw_answer_token token[2] = {
          {.text = "x", .id = 1, .has_logprob = true, .logprob = -1 - 0.1 * dw_rng_uniform(&rng) - (other ? 0.1 : 0)},
          {.text = "y", .id = 2, .has_logprob = true, .logprob = -2 - 0.1 * dw_rng_uniform(&rng)}};
      dw_answer_position position = {.top = token, .top_count = 2};
      double vector[3] = {1 + dw_rng_uniform(&rng), dw_rng_uniform(&rng) + (other ? 1 : 0), dw_rng_uniform(&rng)};
      dw_response response =
          answer_of(prompts[p], "r", random_text(text, LENGTH - (other ? 5 : dw_rng_below(&rng, 4)), other ? 2 : (unsigned)(4 + p), &rng));
      response.logprobs = &position;
      response.position_count = 1;
      response.embedding = vector;
      response.dimensions = 3;
      response.finish_reason = finishes[other || dw_rng_below(&rng, 4) == 0];
      CHECK(dw_answer_book_add(book, i < ANSWERS ? DW_BOOK_REFERENCE : DW_BOOK_CURRENT, &response, NULL) == DW_OK);
    }
  }
  return book;
}

TEST(each_method_alarms_at_its_level_and_finds_a_change)
{
  static const dw_canary_method methods[] = {
      DW_CANARY_LOGPROBS, DW_CANARY_BORDER,        DW_CANARY_HAMMING,          DW_CANARY_EMBEDDING,          DW_CANARY_TEXT,
      DW_CANARY_BEHAVIOR, DW_CANARY_EMBEDDING_MMD, DW_CANARY_EMBEDDING_ENERGY, DW_CANARY_EMBEDDING_CENTROID, DW_CANARY_TEXT_ENERGY};
  for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
    int alarms = 0, found = 0;
    bool text = methods[m] == DW_CANARY_TEXT || methods[m] == DW_CANARY_TEXT_ENERGY; /* 384 numbers an answer: fewer runs */
    int runs = text ? RUNS / 3 : RUNS;
    for (int run = 0; run < runs; run++) {
      dw_canary_found null = judged(drawn((uint64_t)run, false), methods[m], (uint64_t)run);
      dw_canary_found change = judged(drawn((uint64_t)run, true), methods[m], (uint64_t)run);
      CHECK(null.judged && change.judged && null.prompts == PROMPTS);
      alarms += null.p_value <= 0.05;
      found += change.p_value <= 0.05;
    }
    const char *name = dw_canary_method_name(methods[m]);
    CHECK_MSG(alarms <= 0.05 * runs + 4 * sqrt(0.05 * 0.95 * runs), "%s: %d of %d alarm without a change", name, alarms, runs);
    if (methods[m] != DW_CANARY_BORDER) /* whole answers are no border inputs: each is another one */
      CHECK_MSG(found >= 0.95 * runs, "%s: %d of %d found", name, found, runs);
  }
}

/* One answer of the reference to each prompt: its effect is that of the pairs that there are, and no change is about 0. */
TEST(one_answer_on_a_side)
{
  static const dw_canary_method methods[] = {DW_CANARY_HAMMING, DW_CANARY_TEXT, DW_CANARY_TEXT_MMD, DW_CANARY_TEXT_ENERGY};
  for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
    for (int changed = 0; changed < 2; changed++) {
      static const char *const prompts[] = {"1", "2", "3", "4", "5", "6"};
      dw_answer_book *book = dw_answer_book_new();
      for (int p = 0; p < 6; p++) {
        add_answer(book, DW_BOOK_REFERENCE, prompts[p], changed ? "another answer" : "ab cd ef gh ij");
        for (int i = 0; i < 5; i++) add_answer(book, DW_BOOK_CURRENT, prompts[p], "ab cd ef gh ij");
      }
      dw_canary_found found = judged(book, methods[m], 1);
      CHECK(found.judged && (found.effect > 0.5) == (changed == 1) && (changed || fabs(found.effect) < 1e-12));
      CHECK((found.p_value < 0.05) == (changed == 1)); /* in one of 6^6 deals it is another answer everywhere */
    }
  }
}

TEST(units_are_characters)
{
  dw_answer_book *book = dw_answer_book_new();
  for (int i = 0; i < 4; i++) {
    add_answer(book, DW_BOOK_REFERENCE, "p", "é€𝄞a");
    add_answer(book, DW_BOOK_CURRENT, "p", "é€𝄞b");
  }
  dw_canary_found found = judged(book, DW_CANARY_HAMMING, 1);
  /* one of 20 places differs between the sides: within 1, between 19/20 */
  CHECK_CLOSE(found.statistic, 2 - 2 * 19.0 / 20, 1e-12);
}

TEST(units_are_tokens_where_all_answers_give_them)
{
  for (int form = 0; form < 4; form++) { /* ids; log-probabilities of all positions, of too few of them; ids on one side alone */
    dw_answer_book *book = dw_answer_book_new();
    dw_answer_book_keep_tokens(book, 5);
    for (int i = 0; i < 6; i++) {
      static const double ids[2][4] = {{7, 1, 1, 9}, {7, 1, 2, 9}};
      bool current = i >= 3;
      dw_answer_position position[4] = {{.chosen = {.id = 7}}};
      dw_response response = answer_of("p", "r", "abcd");
      for (int k = 0; k < 4; k++) position[k].chosen = (dw_answer_token){.text = "x", .id = (int64_t)ids[current][k]};
      response.completion_tokens = form == 2 ? 9 : 5; /* the last one ends it, and has no position */
      if (form == 0 || (form == 3 && !current)) response.token_ids = ids[current], response.token_id_count = 4;
      else if (form != 3) response.logprobs = position, response.position_count = 4;
      CHECK(dw_answer_book_add(book, current ? DW_BOOK_CURRENT : DW_BOOK_REFERENCE, &response, NULL) == DW_OK);
    }
    dw_pairing pairing = paired(book);
    for (int units = DW_CANARY_UNITS_AUTO; units <= DW_CANARY_TOKENS; units++) {
      dw_canary_found found;
      dw_canary_how how = {.permutations = 9, .length = 10, .tokens = 5, .units = (dw_canary_units)units, .threads = 1};
      dw_canary_judge(DW_CANARY_HAMMING, &pairing, &how, &found);
      bool tokens = form < 2 && units != DW_CANARY_CHARACTERS;
      CHECK(found.judged == (form < 2 || units != DW_CANARY_TOKENS));
      if (!found.judged) CHECK(strstr(found.why, "token_ids"));
      else CHECK_TEXT(found.units, tokens ? "tokens" : "characters");
      if (found.judged) CHECK_CLOSE(found.statistic, tokens ? 2 - 2 * 4.0 / 5 : 0, 1e-12); /* one of five places differs */
    }
    dw_pairing_free(&pairing);
    dw_answer_book_free(book);
  }
}

/* Of seven prompts that were always answered the same, three are now answered otherwise; one was never steady. */
TEST(fingerprints)
{
  static const char *const prompts[] = {"1", "2", "3", "4", "5", "6", "7"};
  dw_answer_book *book = dw_answer_book_new();
  for (int p = 0; p < 7; p++) {
    for (int i = 0; i < 4; i++) {
      add_answer(book, DW_BOOK_REFERENCE, prompts[p], "same");
      add_answer(book, DW_BOOK_CURRENT, prompts[p], p < 3 ? "other" : "same");
    }
  }
  for (int i = 0; i < 4; i++) add_answer(book, DW_BOOK_REFERENCE, "moody", i % 2 ? "x" : "y");
  add_answer(book, DW_BOOK_CURRENT, "moody", "z");
  dw_canary_found found = judged(book, DW_CANARY_FINGERPRINT, 1);
  CHECK(found.judged && found.prompts == 7 && found.shown_count == 3 && found.made == 0);
  CHECK_CLOSE(found.effect, 3.0 / 7, 1e-15);
  /* four of eight, all the same: 2 of 70 each; "moody" cannot be steady. All three of three: (2/70)^3 */
  CHECK_CLOSE(found.p_value, 8.0 / 343000, 1e-12);

  book = dw_answer_book_new();
  add_answer(book, DW_BOOK_REFERENCE, "p", "x");
  add_answer(book, DW_BOOK_CURRENT, "p", "y");
  found = judged(book, DW_CANARY_FINGERPRINT, 1);
  CHECK(!found.judged && strstr(found.why, "twice or more"));
}

/* Texts are the same everywhere; log-probabilities changed at "moved", are never the same at "noisy", and are not given at "bare". */
TEST(fingerprints_of_log_probabilities)
{
  static const char *const prompts[] = {"moved", "noisy", "bare", "still"};
  dw_answer_book *book = dw_answer_book_new();
  for (int p = 0; p < 4; p++)
    for (int side = 0; side < 2; side++)
      for (int i = 0; i < 3; i++) {
        dw_answer_token token[2] = {{.text = "a", .id = 1, .has_logprob = true, .logprob = -0.5},
                                    {.text = "b", .id = 2, .has_logprob = true, .logprob = -1}};
        if (p == 0) token[0].logprob -= side * 1e-12;
        if (p == 1) token[0].logprob -= (side * 3 + i) * 1e-3;
        dw_answer_position position = {.top = token, .top_count = 2};
        dw_response response = answer_of(prompts[p], "r", "same");
        response.logprobs = p == 2 ? NULL : &position;
        response.position_count = p != 2;
        CHECK(dw_answer_book_add(book, side ? DW_BOOK_CURRENT : DW_BOOK_REFERENCE, &response, NULL) == DW_OK);
      }
  dw_canary_found found = judged(book, DW_CANARY_FINGERPRINT, 1);
  CHECK(found.judged && found.prompts == 4 && found.shown_count == 1);
  CHECK_CLOSE(found.effect, 1.0 / 4, 1e-15);
  /* three of six, all the same, 2 of 20; of six that all differ none can be */
  CHECK_CLOSE(found.p_value, 2.0 / 20, 1e-12);
}

/* Fisher's exact test is what rates of one prompt come to. */
TEST(rates_of_failures_and_refusals)
{
  dw_answer_book *book = dw_answer_book_new();
  dw_response_error error = {.status = 503, .message = "busy"};
  dw_response failure = answer_of("p", "r", NULL);
  failure.error = &error;
  for (int i = 0; i < 20; i++) {
    add_answer(book, DW_BOOK_REFERENCE, "p", "All is well.");
    if (i < 10) add_answer(book, DW_BOOK_CURRENT, "p", "I'm sorry, but I cannot help with that.");
    else CHECK(dw_answer_book_add(book, DW_BOOK_CURRENT, &failure, NULL) == DW_OK);
  }
  dw_canary_aspect test[DW_BEHAVIOR_ASPECTS];
  dw_canary_how how = {.key = dw_rng_derive(1, "x")};
  dw_pairing pairing = paired(book);
  dw_behavior_test_all(&pairing, &how, test);
  CHECK(test[DW_BEHAVIOR_ERRORS].judged && test[DW_BEHAVIOR_ERRORS].reference == 0 && test[DW_BEHAVIOR_ERRORS].current == 0.5);
  CHECK(test[DW_BEHAVIOR_REFUSALS].reference == 0 && test[DW_BEHAVIOR_REFUSALS].current == 1);
  CHECK(test[DW_BEHAVIOR_ERRORS].p_value < 0.005 && test[DW_BEHAVIOR_REFUSALS].p_value < 0.005);
  CHECK(test[DW_BEHAVIOR_FINISH].p_value == 1); /* none is given: all are alike */
  CHECK(test[DW_BEHAVIOR_LENGTH].reference == 12 && test[DW_BEHAVIOR_LENGTH].p_value < 0.005);
  CHECK_CLOSE(test[DW_BEHAVIOR_REFUSALS].effect, 3.14159265358979, 1e-12);
  dw_pairing_free(&pairing);
  dw_answer_book_free(book);
}

TEST(the_cheapest_method_that_the_answers_allow)
{
  const char *why;
  dw_answer_book *book = drawn(1, false);
  dw_pairing pairing = paired(book);
  CHECK(dw_canary_method_for(&pairing, &why) == DW_CANARY_LOGPROBS && strstr(why, "log-probabilities"));
  dw_pairing_free(&pairing);
  dw_answer_book_free(book);

  book = dw_answer_book_new();
  for (int i = 0; i < 10; i++) add_answer(book, DW_BOOK_REFERENCE, "p", i % 3 ? " Her" : " He");
  add_answer(book, DW_BOOK_CURRENT, "p", " Her");
  pairing = paired(book);
  CHECK(dw_canary_method_for(&pairing, &why) == DW_CANARY_BORDER);
  dw_pairing_free(&pairing);
  dw_answer_book_free(book);

  book = dw_answer_book_new();
  add_answer(book, DW_BOOK_REFERENCE, "p", "An answer");
  add_answer(book, DW_BOOK_CURRENT, "p", "Another one");
  pairing = paired(book);
  CHECK(dw_canary_method_for(&pairing, &why) == DW_CANARY_HAMMING);
  dw_pairing_free(&pairing);
  dw_answer_book_free(book);
  for (int m = 0; m < DW_CANARY_METHODS; m++)
    CHECK(dw_canary_method_named(dw_canary_method_name((dw_canary_method)m)) == (dw_canary_method)m);
  CHECK(dw_canary_method_named("ks") == DW_CANARY_METHODS);
}
