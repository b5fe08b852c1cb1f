#include "canary/judge/canary_margins.h"

#include "answers_case.h"

enum { ROUNDS = 6, ANSWERS = 12 };

/* Rounds of a busy endpoint: log-probabilities lie a little elsewhere in each, equal within it. */
static dw_answer_book *healthy(double spread)
{
  static const char *const rounds[ROUNDS] = {"1", "2", "3", "4", "5", "6"};
  dw_answer_book *book = dw_answer_book_new();
  for (int r = 0; r < ROUNDS; r++) {
    for (int i = 0; i < ANSWERS; i++) {
      dw_answer_token token = {.text = "x", .id = 1, .has_logprob = true, .logprob = -1 - spread * r};
      dw_answer_position position = {.top = &token, .top_count = 1};
      dw_response response = answer_of("p", rounds[r], "x");
      response.logprobs = &position;
      response.position_count = 1;
      CHECK(dw_answer_book_add(book, DW_BOOK_REFERENCE, &response, NULL) == DW_OK);
    }
  }
  dw_answer_book_close(book);
  return book;
}

static dw_canary_calibration plain(void)
{
  return (dw_canary_calibration){.how = {.permutations = 199, .length = 10, .key = dw_rng_derive(1, "x"), .threads = 1}, .alpha = 0.05};
}

TEST(the_margin_is_the_furthest_healthy_round)
{
  dw_answer_book *book = healthy(1e-3);
  dw_canary_calibration calibration = plain();
  dw_canary_margins margins;
  CHECK(dw_canary_calibrate(&margins, book, &calibration, NULL) == DW_OK && margins.count == 1);
  const dw_canary_margin *m = &margins.margin[0];
  CHECK(strcmp(m->canary, "a") == 0 && strcmp(m->method, "logprobs") == 0 && m->rounds == ROUNDS);
  CHECK_CLOSE(m->margin, 3e-3, 1e-9); /* the first and the last: their distance from the mean of the other five */
  CHECK_CLOSE(m->median, 1.8e-3, 1e-9);
  CHECK(m->alarms > 0); /* p alone would alarm: its answers are not independent */
  CHECK(m->answers == (ROUNDS - 1) * ANSWERS);
  CHECK(dw_canary_margins_find(&margins, "a", "logprobs") == m && !dw_canary_margins_find(&margins, "a", "border"));

  dw_buf text = {0};
  dw_canary_margins_write(&margins, &text);
  dw_canary_margins back;
  CHECK(dw_canary_margins_parse(&back, text.data, text.length, "m", NULL) == DW_OK && back.count == 1);
  CHECK(back.margin[0].margin == m->margin && back.margin[0].rounds == ROUNDS && back.margin[0].alarms == m->alarms &&
        back.margin[0].alpha == 0.05 && back.margin[0].answers == m->answers);
  dw_canary_margins_free(&back);
  dw_err err;
  dw_buf twice = {0};
  dw_buf_add(&twice, text.data, text.length);
  dw_buf_add(&twice, text.data, text.length);
  CHECK(dw_canary_margins_parse(&back, twice.data, twice.length, "m", &err) == DW_EDATA && strstr(err.message, "m:2") &&
        strstr(err.message, "second"));
  dw_canary_margins_free(&back);
  dw_canary_margins_free(&margins);
  dw_buf_free(&text);
  dw_buf_free(&twice);
  dw_answer_book_free(book);
}

TEST(what_cannot_be_calibrated)
{
  dw_answer_book *book = dw_answer_book_new();
  add_answer(book, DW_BOOK_REFERENCE, "p", "x");
  dw_answer_book_close(book);
  dw_canary_calibration calibration = plain();
  dw_canary_margins margins;
  dw_err err;
  CHECK(dw_canary_calibrate(&margins, book, &calibration, &err) == DW_ENODATA && strstr(err.message, "1 healthy round:"));
  dw_canary_margins_free(&margins);
  dw_answer_book_free(book);

  book = healthy(0);
  calibration.ask[DW_CANARY_EMBEDDING] = true;
  CHECK(dw_canary_calibrate(&margins, book, &calibration, &err) == DW_ENODATA && strstr(err.message, "embedding"));
  dw_canary_margins_free(&margins);
  dw_answer_book_free(book);

  static const char *const wrong[] = {"{\"kind\":\"canary_margin\",\"canary\":\"a\",\"method\":\"ks\",\"margin\":1}\n",
                                      "{\"kind\":\"canary_margin\",\"canary\":\"a\",\"method\":\"border\",\"margin\":-1}\n",
                                      "{\"kind\":\"canary_margin\",\"method\":\"border\",\"margin\":1}\n", "{\"kind\":\"finding\"}\n",
                                      "{\n"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    CHECK_MSG(dw_canary_margins_parse(&margins, wrong[i], strlen(wrong[i]), "m", &err) == DW_EDATA, "%s", wrong[i]);
    dw_canary_margins_free(&margins);
  }
}
