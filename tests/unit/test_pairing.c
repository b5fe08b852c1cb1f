#include "canary/judge/pairing.h"

#include "answers_case.h"

TEST(answers_stand_by_prompt_and_time)
{
  dw_answer_book *book = dw_answer_book_new();
  dw_response late = answer_of("p", "r1", "late"), early = answer_of("p", "r2", "early"), other = answer_of("q", "r1", "q's");
  dw_response failure = answer_of("p", "r1", NULL), now = answer_of("p", "now", "now"), extra = answer_of("z", "now", "z's");
  dw_response_error error = {.status = 500, .message = "no"};
  late.time = early.time = "…";
  late.instant = 2;
  early.instant = 1;
  failure.error = &error;
  other.prompt_text = "What is q?";
  CHECK(dw_answer_book_add(book, DW_BOOK_REFERENCE, &late, NULL) == DW_OK &&
        dw_answer_book_add(book, DW_BOOK_REFERENCE, &early, NULL) == DW_OK);
  CHECK(dw_answer_book_add(book, DW_BOOK_REFERENCE, &other, NULL) == DW_OK &&
        dw_answer_book_add(book, DW_BOOK_REFERENCE, &failure, NULL) == DW_OK);
  CHECK(dw_answer_book_add(book, DW_BOOK_CURRENT, &now, NULL) == DW_OK && dw_answer_book_add(book, DW_BOOK_CURRENT, &extra, NULL) == DW_OK);
  dw_pairing p = paired(book);
  CHECK(p.count == 3 && p.shared == 1);
  CHECK(p.prompt[0].reference == 2 && p.prompt[0].current == 1 && p.prompt[0].failed[0] == 1 && !p.prompt[0].failed[1]);
  CHECK(strcmp(p.prompt[0].answer[0]->text, "early") == 0 && strcmp(p.prompt[0].answer[2]->text, "now") == 0);
  CHECK(p.prompt[1].reference == 1 && p.prompt[1].current == 0 && p.prompt[2].current == 1);
  CHECK(p.answers[0] == 3 && p.answers[1] == 2 && p.failed[0] == 1 && !p.prompt[0].block);
  CHECK(strcmp(dw_answer_book_prompt_text(book, 1), "What is q?") == 0 && strcmp(dw_answer_book_prompt_text(book, 0), "p") == 0);
  dw_pairing_free(&p);

  /* one round against the others of its own side */
  dw_pairing_choice choice = {.reference = {DW_BOOK_REFERENCE, 0, true}, .current = {DW_BOOK_REFERENCE, 0, false}};
  dw_pairing_make(&p, book, &choice);
  CHECK(p.answers[0] == 1 && p.answers[1] == 2 && p.shared == 1);
  CHECK(strcmp(p.prompt[0].answer[0]->text, "early") == 0 && strcmp(p.prompt[0].answer[1]->text, "late") == 0);
  dw_pairing_free(&p);
  choice.canary = 7;
  dw_pairing_make(&p, book, &choice);
  CHECK(p.count == 0);
  dw_pairing_free(&p);
  dw_answer_book_free(book);
}

TEST(blocks_are_of_one_side)
{
  dw_answer_book *book = dw_answer_book_new();
  for (int i = 0; i < 5; i++) add_answer(book, DW_BOOK_REFERENCE, "p", "x");
  for (int i = 0; i < 3; i++) add_answer(book, DW_BOOK_CURRENT, "p", "x");
  dw_answer_book_close(book);
  dw_pairing p;
  dw_pairing_make(&p, book,
                  &(dw_pairing_choice){.reference = {DW_BOOK_REFERENCE, DW_MAP_NONE, false},
                                       .current = {DW_BOOK_CURRENT, DW_MAP_NONE, false},
                                       .block = 2});
  static const uint32_t want[] = {0, 0, 1, 1, 2, 3, 3, 4};
  CHECK(memcmp(p.prompt[0].block, want, sizeof want) == 0);
  dw_pairing_free(&p);
  dw_answer_book_free(book);
}

TEST(embeddings_have_one_length)
{
  dw_answer_book *book = dw_answer_book_new();
  dw_response response = answer_of("p", "r1", "x");
  dw_err err;
  response.embedding = (double[]){0, 0, 0};
  response.dimensions = 3;
  CHECK(dw_answer_book_add(book, DW_BOOK_REFERENCE, &response, &err) == DW_OK && dw_answer_book_width(book) == 0); /* points nowhere */
  response.embedding = (double[]){1, 0};
  response.dimensions = 2;
  CHECK(dw_answer_book_add(book, DW_BOOK_REFERENCE, &response, &err) == DW_OK && dw_answer_book_width(book) == 2);
  response.embedding = (double[]){1, NAN};
  CHECK(dw_answer_book_add(book, DW_BOOK_REFERENCE, &response, &err) == DW_EDATA && strstr(err.message, "number 2"));
  response.dimensions = 1;
  CHECK(dw_answer_book_add(book, DW_BOOK_REFERENCE, &response, &err) == DW_EDATA && strstr(err.message, "expected 2"));
  dw_answer_book_close(book);
  CHECK(dw_answer_book_bytes(book) > 0);
  dw_answer_book_free(book);
}
