#include "canary/judge/canary_comparison.h"

#include "answers_case.h"

static dw_canary_settings plain(void) { return (dw_canary_settings){.alpha = 0.05, .length = 20, .seed = 1, .threads = 1}; }

static void add(dw_answer_book *book, dw_book_side side, const char *canary, const char *round, const char *text, int64_t instant)
{
  dw_response response = answer_of("p", round, text);
  dw_response_error error = {.message = "no"};
  response.canary = canary;
  response.time = "…";
  response.instant = instant;
  if (!text) response.error = &error;
  CHECK(dw_answer_book_add(book, side, &response, NULL) == DW_OK);
}

/* Of three canaries over three rounds one answers otherwise from the second round on; rounds come in any order. */
TEST(who_departed_since_when)
{
  static const char *const canaries[] = {"a", "b", "c"};
  dw_answer_book *book = dw_answer_book_new();
  for (int c = 0; c < 3; c++) {
    for (int i = 0; i < 12; i++) {
      const char *usual = i % 2 ? "yes" : "no";
      add(book, DW_BOOK_REFERENCE, canaries[c], "healthy", usual, i);
      add(book, DW_BOOK_CURRENT, canaries[c], "third", c == 1 ? "maybe" : usual, 300 + i);
      add(book, DW_BOOK_CURRENT, canaries[c], "second", c == 1 ? "maybe" : usual, 200 + i);
      add(book, DW_BOOK_CURRENT, canaries[c], "first", usual, 100 + i);
    }
  }
  dw_answer_book_close(book);
  dw_canary_settings settings = plain();
  dw_canary_comparison got;
  dw_canary_compare(&got, book, &settings);
  const dw_map *rounds = dw_answer_book_rounds(book, DW_BOOK_CURRENT);
  CHECK(got.rounds == 3 && strcmp(rounds->keys[got.round[0]].text, "first") == 0 && strcmp(rounds->keys[got.round[2]].text, "third") == 0);
  CHECK(got.count == 9 && got.permutations == 1000 && got.line[0].chosen && got.line[0].method == DW_CANARY_BORDER);
  CHECK(got.answer == DW_ANSWER_DRIFT && got.severity == DW_SEVERITY_HIGH);
  CHECK(got.canary[0].answer == DW_ANSWER_NO_DRIFT && got.canary[2].since == DW_MAP_NONE && got.canary[0].rounds == 3);
  CHECK(got.canary[1].answer == DW_ANSWER_DRIFT && got.canary[1].drifted == 2 && got.canary[1].since == got.round[1]);
  for (size_t i = 0; i < got.count; i++) CHECK(got.line[i].p_adjusted >= got.line[i].found.p_value);
  dw_canary_comparison_free(&got);

  /* an effect within the margin is none */
  dw_canary_margin wide = {.canary = "b", .method = "border", .margin = 0.99};
  settings.margins = &(dw_canary_margins){.margin = &wide, .count = 1};
  dw_canary_compare(&got, book, &settings);
  CHECK(got.answer == DW_ANSWER_NO_DRIFT && got.severity == DW_SEVERITY_NONE && got.line[1].calibrated && !got.line[0].calibrated);
  dw_canary_comparison_free(&got);
  dw_answer_book_free(book);
}

TEST(what_was_not_judged_does_not_pass)
{
  dw_answer_book *book = dw_answer_book_new();
  for (int i = 0; i < 12; i++) {
    const char *usual = i % 2 ? "yes" : "no";
    add(book, DW_BOOK_REFERENCE, "well", "healthy", usual, i);
    add(book, DW_BOOK_REFERENCE, "fails", "healthy", usual, i);
    add(book, DW_BOOK_REFERENCE, "gone", "healthy", usual, i);
    add(book, DW_BOOK_CURRENT, "well", "now", usual, i);
    add(book, DW_BOOK_CURRENT, "fails", "now", NULL, i);
    add(book, DW_BOOK_CURRENT, "new", "now", usual, i);
  }
  dw_answer_book_close(book);
  dw_canary_settings settings = plain();
  dw_canary_comparison got;
  dw_canary_compare(&got, book, &settings);
  CHECK(got.answer == DW_ANSWER_NOT_JUDGED && got.count == 4);
  CHECK(got.canary[0].answer == DW_ANSWER_NO_DRIFT);
  CHECK(got.canary[1].answer == DW_ANSWER_NOT_JUDGED && strstr(got.line[1].found.why, "failed") && got.line[1].failed[1] == 12);
  CHECK(strstr(got.line[2].found.why, "not asked") && strstr(got.line[3].found.why, "reference"));
  dw_canary_comparison_free(&got);

  settings.ask[DW_CANARY_BEHAVIOR] = true; /* which judges failures */
  dw_canary_compare(&got, book, &settings);
  CHECK(got.canary[1].answer == DW_ANSWER_DRIFT && got.line[1].found.aspect && strcmp(got.line[1].found.aspect, "error_rate") == 0);
  dw_canary_comparison_free(&got);
  dw_answer_book_free(book);

  book = dw_answer_book_new();
  dw_answer_book_close(book);
  dw_canary_compare(&got, book, &settings);
  CHECK(got.answer == DW_ANSWER_NOT_JUDGED && got.count == 0);
  dw_canary_comparison_free(&got);
  dw_answer_book_free(book);
}

static void leave_out(dw_answer_book *book, dw_book_side side, const char *canary, const char *round)
{
  dw_response response = dw_response_unknown;
  response.canary = canary;
  response.round = round;
  response.prompt = "";
  response.quarantined = true;
  CHECK(dw_answer_book_add(book, side, &response, NULL) == DW_OK);
}

/* The others decide; where there are none, or one was left out by nobody's wish, nothing was judged. */
TEST(quarantined_on_purpose)
{
  static const struct {
    const char *absent, *out, *of_round; /* who has no answers in the round, and who was left out of which one */
    dw_answer answer, first;
  } cases[] = {{"b", "b", "now", DW_ANSWER_NO_DRIFT, DW_ANSWER_NO_DRIFT},
               {"b", "b", "", DW_ANSWER_NO_DRIFT, DW_ANSWER_NO_DRIFT},
               {"b", "b", "another", DW_ANSWER_NOT_JUDGED, DW_ANSWER_NOT_JUDGED}, /* in which nobody answered */
               {"b", "a", "now", DW_ANSWER_NOT_JUDGED, DW_ANSWER_NO_DRIFT},       /* who answered is judged */
               {"ab", "ab", "now", DW_ANSWER_NOT_JUDGED, DW_ANSWER_UNSAID}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    dw_answer_book *book = dw_answer_book_new();
    for (int c = 0; c < 2; c++) {
      const char *canary = c ? "b" : "a";
      for (int i = 0; i < 12; i++) {
        add(book, DW_BOOK_REFERENCE, canary, "healthy", i % 2 ? "yes" : "no", i);
        if (!strstr(cases[k].absent, canary)) add(book, DW_BOOK_CURRENT, canary, "now", i % 2 ? "yes" : "no", 100 + i);
      }
      if (strstr(cases[k].out, canary)) leave_out(book, DW_BOOK_CURRENT, canary, cases[k].of_round);
      leave_out(book, DW_BOOK_REFERENCE, canary, "healthy"); /* says nothing of the rounds to be judged */
    }
    dw_answer_book_close(book);
    dw_canary_settings settings = plain();
    dw_canary_comparison got;
    dw_canary_compare(&got, book, &settings);
    CHECK_MSG(got.answer == cases[k].answer, "case %zu: %d", k, (int)got.answer);
    CHECK_MSG(got.canary[0].answer == cases[k].first, "case %zu: %d", k, (int)got.canary[0].answer);
    if (k < 2) CHECK(got.canary[1].answer == DW_ANSWER_UNSAID && got.canary[1].quarantined == 1 && !got.line[1].found.judged);
    if (k < 2) CHECK(got.line[1].quarantined && strstr(got.line[1].found.why, "quarantined") && got.line[1].unpaired == 0);
    dw_canary_comparison_free(&got);
    dw_answer_book_free(book);
  }
}

TEST(more_tests_more_deals)
{
  dw_answer_book *book = dw_answer_book_new();
  for (int i = 0; i < 4; i++) {
    add(book, DW_BOOK_REFERENCE, "a", "healthy", "x", i);
    add(book, DW_BOOK_CURRENT, "a", "now", "y", i);
  }
  dw_answer_book_close(book);
  dw_canary_settings settings = plain();
  dw_canary_comparison got;
  settings.ask[DW_CANARY_FINGERPRINT] = settings.ask[DW_CANARY_HAMMING] = true;
  settings.alpha = 0.001;
  dw_canary_compare(&got, book, &settings);
  CHECK(got.count == 2 && got.permutations == 4000);
  dw_canary_comparison_free(&got);
  settings.permutations = 77;
  dw_canary_compare(&got, book, &settings);
  CHECK(got.permutations == 77 && got.line[0].found.made == 77);
  dw_canary_comparison_free(&got);
  dw_answer_book_free(book);
}
