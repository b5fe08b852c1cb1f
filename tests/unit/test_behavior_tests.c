/* Figures by hand; p-values by enumeration. */
#include "canary/judge/behavior_tests.h"

#include "answers_case.h"

static dw_canary_aspect aspect[DW_BEHAVIOR_ASPECTS];
static dw_canary_found found;

/* All of both sides; the book is freed. */
static void look(dw_answer_book *book, dw_canary_how how)
{
  dw_pairing pairing = paired(book);
  how.key = dw_rng_derive(5, "behavior");
  dw_behavior_test_all(&pairing, &how, aspect);
  found = (dw_canary_found){0};
  dw_behavior_judge(&pairing, &how, &found);
  dw_pairing_free(&pairing);
  dw_answer_book_free(book);
}

static void add(dw_answer_book *book, dw_book_side side, const char *prompt, const char *text, const char *expected, double latency)
{
  dw_response response = answer_of(prompt, "r", text);
  response.expected = expected;
  response.latency_ms = latency;
  CHECK(dw_answer_book_add(book, side, &response, NULL) == DW_OK);
}

TEST(toxic_words_and_matches)
{
  dw_answer_book *book = dw_answer_book_new();
  for (int i = 0; i < 4; i++) {
    add(book, DW_BOOK_REFERENCE, "p", "The answer is 42.", NULL, NAN);
    add(book, DW_BOOK_CURRENT, "p", "You are such an idiot.", NULL, NAN);
    add(book, DW_BOOK_REFERENCE, "q", i ? " 42\n" : "43", "41", NAN);
    add(book, DW_BOOK_CURRENT, "q", i ? "43" : "42", "42", NAN); /* the last one that is given holds for both sides */
  }
  look(book, (dw_canary_how){.margin = NAN});
  const dw_canary_aspect *toxic = &aspect[DW_BEHAVIOR_TOXICITY], *match = &aspect[DW_BEHAVIOR_MATCH];
  CHECK(toxic->judged && toxic->reference == 0 && toxic->current == 0.5 && toxic->varies);
  CHECK_CLOSE(toxic->effect, 2 * asin(sqrt(0.5)), 1e-12);
  CHECK_CLOSE(toxic->p_value, 2.0 / 70, 1e-10); /* of the 70 deals of four among eight, two are as far apart; q's are all alike */
  CHECK(match->judged && match->reference == 0.75 && match->current == 0.25); /* of q alone: nobody says what p's answer is */
  CHECK_CLOSE(match->p_value, 2.0 * (16 + 1) / 70, 1e-10);
  CHECK(!aspect[DW_BEHAVIOR_REFUSALS].varies && aspect[DW_BEHAVIOR_REFUSALS].p_value == 1);
  CHECK(isnan(aspect[DW_BEHAVIOR_LATENCY].reference) && !aspect[DW_BEHAVIOR_LATENCY].judged);

  dw_err err;
  dw_word_list *own;
  static const char words[] = "@list toxicity\nanswer\n";
  CHECK(dw_word_list_parse(&own, words, sizeof words - 1, "own", &err) == DW_OK);
  book = dw_answer_book_new();
  add(book, DW_BOOK_REFERENCE, "p", "The answer is 42.", NULL, NAN);
  add(book, DW_BOOK_CURRENT, "p", "You are such an idiot.", NULL, NAN);
  look(book, (dw_canary_how){.margin = NAN, .words[DW_WORDS_TOXICITY] = own});
  CHECK(toxic->reference == 1 && toxic->current == 0 && toxic->p_value == 1);
  dw_word_list_free(own);
}

/* Another mixture of prompts is no change: figures of the reference are those of the current side's mixture. */
TEST(figures_are_of_one_mixture)
{
  dw_answer_book *book = dw_answer_book_new();
  for (int i = 0; i < 8; i++) {
    add(book, DW_BOOK_REFERENCE, "p", i < 4 ? "I cannot." : "ok", NULL, i);
    add(book, i < 4 ? DW_BOOK_REFERENCE : DW_BOOK_CURRENT, "q", "okay", NULL, 100 + i);
    add(book, DW_BOOK_REFERENCE, "z", "I cannot.", NULL, 1000); /* nobody asks it any more */
  }
  for (int i = 0; i < 2; i++) add(book, DW_BOOK_CURRENT, "p", i ? "I cannot." : "ok", NULL, 50);
  look(book, (dw_canary_how){.margin = NAN});
  /* current: two of p, four of q; p's refusal rate was 1/2 and q's none */
  CHECK_CLOSE(aspect[DW_BEHAVIOR_REFUSALS].reference, 1.0 / 6, 1e-15);
  CHECK_CLOSE(aspect[DW_BEHAVIOR_REFUSALS].current, 1.0 / 6, 1e-15);
  /* p's lengths are 9 and 2, 5.5 on average, q's 4 */
  CHECK_CLOSE(aspect[DW_BEHAVIOR_LENGTH].reference, 5.5 / 3 + 8.0 / 3, 1e-12);
  CHECK_CLOSE(aspect[DW_BEHAVIOR_LENGTH].current, 5.5 / 3 + 8.0 / 3, 1e-12);
  /* the reference's first most frequent answer of p is half of it */
  CHECK_CLOSE(aspect[DW_BEHAVIOR_SAME].reference, 0.5 / 3 + 2.0 / 3, 1e-12);
  CHECK_CLOSE(aspect[DW_BEHAVIOR_SAME].current, 5.0 / 6, 1e-12);
  CHECK_CLOSE(aspect[DW_BEHAVIOR_LATENCY].reference, 5.5, 1e-12); /* of 0 … 7 and 100 … 103, the median */
  CHECK_CLOSE(aspect[DW_BEHAVIOR_LATENCY].current, 104.5, 1e-12);
}

TEST(latency_is_judged_only_when_asked_for)
{
  for (int judged = 0; judged < 2; judged++) {
    dw_answer_book *book = dw_answer_book_new();
    for (int i = 0; i < 10; i++) {
      add(book, DW_BOOK_REFERENCE, "p", "same", NULL, 10 + i);
      add(book, DW_BOOK_CURRENT, "p", "same", NULL, 30 + i);
    }
    look(book, (dw_canary_how){.margin = NAN, .latency = judged});
    const dw_canary_aspect *latency = &aspect[DW_BEHAVIOR_LATENCY];
    CHECK(latency->judged == (judged == 1) && latency->reference == 14.5 && latency->current == 34.5);
    CHECK(found.judged && found.aspect_count == DW_BEHAVIOR_ASPECTS && (found.p_value < 0.001) == (judged == 1));
    if (judged) CHECK(strcmp(found.aspect, "latency") == 0 && found.p_value == latency->p_value); /* nothing else varies: no correction */
    else CHECK(found.p_value == 1);
  }
}

/* A small change that is certain must not stand before a large one that is almost as certain: the margin would hide it. */
TEST(aspects_above_the_margin_come_first)
{
  static const char *const finishes[] = {"stop", "length"};
  for (int margin = 0; margin < 2; margin++) {
    dw_answer_book *book = dw_answer_book_new();
    for (int i = 0; i < 4000; i++) {
      dw_response response = answer_of("p", "r", "well");
      bool current = i >= 2000;
      response.finish_reason = finishes[i % 10 < (current ? 6 : 5)]; /* 50 to 60 % */
      CHECK(dw_answer_book_add(book, current ? DW_BOOK_CURRENT : DW_BOOK_REFERENCE, &response, NULL) == DW_OK);
    }
    for (int i = 0; i < 20; i++) {
      add(book, DW_BOOK_REFERENCE, "q", "yes", "yes", NAN);
      add(book, DW_BOOK_CURRENT, "q", i < 10 ? "not" : "yes", "yes", NAN);
    }
    look(book, (dw_canary_how){.permutations = 2000, .margin = margin ? 0.25 : 10});
    const dw_canary_aspect *finish = &aspect[DW_BEHAVIOR_FINISH], *match = &aspect[DW_BEHAVIOR_MATCH];
    CHECK(finish->p_value < match->p_value && match->p_value < 0.002 && finish->effect < 0.25 && match->effect > 1);
    CHECK(finish->value && match->reference == 1 && fabs(match->current - 0.5) < 1e-12);
    CHECK(strcmp(found.aspect, margin ? "exact_match" : "finish_reason") == 0);
    /* three aspects vary: match, finish reasons, same answers */
    CHECK_CLOSE(found.p_value, 3 * (margin ? match : finish)->p_value, 1e-12);
    CHECK_CLOSE(found.effect, (margin ? match : finish)->effect, 0);
  }
}
