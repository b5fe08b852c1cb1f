#include "canary/judge/round_identity.h"

#include "answers_case.h"

typedef struct put {
  const char *prompt, *text; /* text NULL: a failure */
  int64_t instant;           /* 0: none */
} put;

static dw_round_identity identify(const char *round, const put *answers, size_t count, dw_book_side side, char digest[33])
{
  dw_round_identity out = {0};
  dw_answer_book *book = dw_answer_book_new();
  for (size_t i = 0; i < count; i++) {
    dw_response response = answer_of(answers[i].prompt, round, answers[i].text);
    dw_response_error error = {.message = "no"};
    if (!answers[i].text) response.error = &error;
    if (answers[i].instant) response.time = "…";
    response.instant = answers[i].instant;
    CHECK(dw_answer_book_add(book, side, &response, NULL) == DW_OK);
  }
  dw_answer_book_close(book);
  if (side == DW_BOOK_CURRENT) dw_round_identity_of(&out, book, 0, 0);
  dw_round_reference_digest(book, digest);
  dw_answer_book_free(book);
  return out;
}

static dw_round_identity current(const char *round, const put *answers, size_t count)
{
  char digest[33];
  return identify(round, answers, count, DW_BOOK_CURRENT, digest);
}

TEST(known_again_by_answers_and_times)
{
  static const put timed[] = {{"p", "yes", 5}, {"p", "no", 7}, {"q", "yes", 6}},
                   turned[] = {{"q", "yes", 6}, {"p", "no", 7}, {"p", "yes", 5}};
  static const put later[] = {{"p", "yes", 5}, {"p", "no", 8}, {"q", "yes", 6}},
                   other[] = {{"p", "yes", 5}, {"p", "yes", 7}, {"q", "yes", 6}};
  dw_round_identity a = current("r1", timed, 3), b = current("r1", turned, 3);
  CHECK(a.answers == 3 && a.timed && a.first == 5 && a.last == 7 && a.name != 0);
  CHECK(a.content == b.content && a.design == b.design && a.name == b.name);
  CHECK(current("r2", timed, 3).content == a.content && current("r2", timed, 3).name != a.name); /* the same under another name */
  CHECK(current("r1", later, 3).content != a.content && current("r1", later, 3).design == a.design);
  CHECK(current("r1", other, 3).content != a.content);
  CHECK(current("", timed, 3).name == 0);
}

TEST(without_times_the_name_tells)
{
  static const put plain[] = {{"p", "yes", 0}, {"q", "no", 0}}, longer[] = {{"p", "yes", 0}, {"q", "no", 0}, {"q", "no", 0}};
  dw_round_identity a = current("r1", plain, 2);
  CHECK(!a.timed && current("r1", plain, 2).content == a.content && current("r2", plain, 2).content != a.content);
  CHECK(current("r1", longer, 3).content != a.content && current("r1", longer, 3).design != a.design);
}

TEST(what_was_asked_whether_answered_or_not)
{
  static const put well[] = {{"p", "a", 1}, {"p", "b", 2}, {"q", "c", 3}}, failed[] = {{"p", NULL, 4}, {"p", "b", 5}, {"q", "d", 6}},
                   prompts[] = {{"p", "a", 1}, {"p", "b", 2}, {"r", "c", 3}}, repeats[] = {{"p", "a", 1}, {"q", "b", 2}, {"q", "c", 3}};
  uint64_t design = current("r", well, 3).design;
  CHECK(current("r", failed, 3).design == design && current("r", failed, 3).content != current("r", well, 3).content);
  CHECK(current("r", prompts, 3).design != design && current("r", repeats, 3).design != design);
}

TEST(the_reference_in_any_order)
{
  static const put one[] = {{"p", "yes", 5}, {"q", "no", 6}}, turned[] = {{"q", "no", 6}, {"p", "yes", 5}},
                   other[] = {{"p", "yes", 5}, {"q", "yes", 6}};
  char a[33], b[33], c[33], d[33], none[33];
  identify("h", one, 2, DW_BOOK_REFERENCE, a);
  identify("h", turned, 2, DW_BOOK_REFERENCE, b);
  identify("h", other, 2, DW_BOOK_REFERENCE, c);
  identify("g", one, 2, DW_BOOK_REFERENCE, d);
  identify("h", one, 2, DW_BOOK_CURRENT, none);
  CHECK(strlen(a) == 32 && strcmp(a, b) == 0 && strcmp(a, c) != 0 && strcmp(a, d) != 0 && strcmp(a, none) != 0);
}
