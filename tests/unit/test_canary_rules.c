/* The rules on lines and rounds; what they compute has tests of its own (tests/unit/test_consensus.c, tests/unit/test_border_rule.c). */
#include "canary/judge/canary_rules.h"

#include "answers_case.h"
#include "canary/judge/canary_comparison.h"

static void add(dw_answer_book *book, dw_book_side side, const char *canary, const char *round, const char *text, int64_t instant)
{
  dw_response response = answer_of("p", round, text);
  response.canary = canary;
  response.time = "…";
  response.instant = instant;
  CHECK(dw_answer_book_add(book, side, &response, NULL) == DW_OK);
}

static dw_canary_comparison compared(dw_answer_book *book, dw_canary_rule rule, dw_canary_method method)
{
  dw_canary_comparison got;
  dw_canary_settings settings = {.alpha = 0.05, .rule = rule, .length = 20, .seed = 1, .threads = 1};
  settings.ask[method] = true;
  dw_answer_book_close(book);
  dw_canary_compare(&got, book, &settings);
  return got;
}

/* b says something else than a, c and d: its similarity is 0, its z -sqrt(3). The rule asks for no past: d is new. */
TEST(seed)
{
  static const char *const canaries[] = {"a", "b", "c", "d"};
  dw_answer_book *book = dw_answer_book_new();
  for (int c = 0; c < 4; c++) {
    if (c < 3) add(book, DW_BOOK_REFERENCE, canaries[c], "healthy", "yes", 1);
    add(book, DW_BOOK_CURRENT, canaries[c], "now", c == 1 ? "0000" : "yes", 2);
  }
  dw_canary_comparison got = compared(book, DW_CANARY_RULE_SEED, DW_CANARY_CONSENSUS);
  CHECK(got.count == 4 && got.sight && got.sight[0]->compared == 4 && got.answer == DW_ANSWER_DRIFT && got.severity == DW_SEVERITY_MEDIUM);
  for (int c = 0; c < 4; c++) {
    const dw_canary_line *line = &got.line[c];
    CHECK(line->found.judged && line->drift == (c == 1) && isnan(line->found.p_value) && isnan(line->p_adjusted) && line->found.made == 0);
    CHECK_CLOSE(line->found.statistic, c == 1 ? -sqrt(3) : 1 / sqrt(3), 1e-9);
  }
  dw_canary_comparison_free(&got);
  dw_answer_book_free(book);

  book = dw_answer_book_new(); /* two canaries, and one that is gone */
  for (int c = 0; c < 3; c++) add(book, DW_BOOK_REFERENCE, canaries[c], "healthy", "yes", 1);
  for (int c = 0; c < 2; c++) add(book, DW_BOOK_CURRENT, canaries[c], "now", c ? "0000" : "yes", 2);
  got = compared(book, DW_CANARY_RULE_SEED, DW_CANARY_CONSENSUS);
  CHECK(got.answer == DW_ANSWER_NOT_JUDGED && !got.line[0].found.judged && strstr(got.line[0].found.why, "three canaries"));
  dw_canary_comparison_free(&got);
  dw_answer_book_free(book);
}

/* So many rounds of ten answers, of which `other[r]` are not as the reference's; in an order that is not that of time. */
static dw_answer_book *rounds_of(const int *other, int rounds)
{
  dw_answer_book *book = dw_answer_book_new();
  for (int i = 0; i < 20; i++) add(book, DW_BOOK_REFERENCE, "a", "healthy", "Her", i);
  for (int r = rounds - 1; r >= 0; r--) {
    char name[16];
    snprintf(name, sizeof name, "%02d", r);
    for (int i = 0; i < 10; i++) add(book, DW_BOOK_CURRENT, "a", name, i < other[r] ? "Him" : "Her", 1000 * (r + 1) + i);
  }
  return book;
}

TEST(published)
{
  static const int exchanged[] = {1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 9, 9, 9, 9}, slow[] = {6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6};
  dw_answer_book *book = rounds_of(exchanged, 14);
  dw_canary_comparison got = compared(book, DW_CANARY_RULE_PUBLISHED, DW_CANARY_BORDER);
  CHECK(got.count == 14 && got.answer == DW_ANSWER_DRIFT && got.severity == DW_SEVERITY_HIGH);
  for (int r = 0; r < 14; r++) {
    const dw_canary_line *line = &got.line[r];
    CHECK(line->drift == (r == 10) && line->found.judged && line->idle == (r < 8) && isnan(line->found.p_value) && isnan(line->p_adjusted));
    CHECK(line->border.deviates == (r >= 10) && line->border.before == (size_t)(r < 3 ? 0 : r - 3));
    CHECK_CLOSE(line->found.statistic, exchanged[r] / 10.0, 1e-12);
  }
  CHECK(got.canary[0].drifted == 1 && got.canary[0].since == got.round[10]);
  dw_canary_comparison_free(&got);
  dw_answer_book_free(book);

  book = rounds_of(exchanged, 10); /* the same, before: the first rounds have no answer, and the last one has */
  got = compared(book, DW_CANARY_RULE_PUBLISHED, DW_CANARY_BORDER);
  CHECK(got.answer == DW_ANSWER_NO_DRIFT && got.line[0].idle && !got.line[9].idle);
  dw_canary_comparison_free(&got);
  dw_answer_book_free(book);

  book = rounds_of(exchanged, 8);
  got = compared(book, DW_CANARY_RULE_PUBLISHED, DW_CANARY_BORDER);
  CHECK(got.answer == DW_ANSWER_NOT_JUDGED && !got.line[7].found.judged && strstr(got.line[7].found.why, "fewer than 5 rounds"));
  dw_canary_comparison_free(&got);
  dw_answer_book_free(book);

  book = rounds_of(slow, 12);
  got = compared(book, DW_CANARY_RULE_PUBLISHED, DW_CANARY_BORDER);
  CHECK(got.answer == DW_ANSWER_NOT_JUDGED && strstr(got.line[11].found.why, "unstable") && got.line[5].idle);
  dw_canary_comparison_free(&got);
  dw_answer_book_free(book);
}

TEST(words)
{
  CHECK_TEXT(dw_canary_rule_words[DW_CANARY_RULE_OWN], "own");
  CHECK_TEXT(dw_canary_rule_words[DW_CANARY_RULE_SEED], "seed");
  CHECK_TEXT(dw_canary_rule_words[DW_CANARY_RULE_PUBLISHED], "published");
  CHECK(!dw_canary_rule_words[DW_CANARY_RULE_PUBLISHED + 1]);
}
