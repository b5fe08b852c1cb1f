/* fuzz_responses: documents "response", whole and damaged: what is read is written and read again as the same, copies are equal, and a
 * book of answers takes or refuses it; nothing else happens.
 *
 * tests/unit/test_fuzz_responses.c includes this file and runs random documents.
 */
#include "base/rng.h"
#include "canary/answers/responses.h"
#include "canary/judge/answer_book.h"
#include "io/formats/formats.h"
#include "target.h"

/* All responses of a text written again, behind out, and into a book where there is one; false: the input is refused. */
static bool fuzz_again(const char *text, size_t length, dw_answer_book *book, dw_buf *out, const char **problem)
{
  dw_err err;
  dw_reader *reader;
  const dw_batch *batch;
  const dw_response *items;
  size_t count;
  dw_arena arena;
  dw_buf copy = {0};
  dw_responses *responses = dw_responses_new();
  dw_reader_options how = {.format = &dw_ndjson_format, .spans = true, .want = dw_responses_wants, .threads = 1, .at_once = true};
  dw_arena_init(&arena);
  dw_status status = dw_reader_open_input(&reader, dw_input_of_memory("fuzz", text, length), &how, &err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) {
    status = dw_responses_take(responses, reader, batch, &items, &count, &err);
    for (size_t i = 0; i < count && status == DW_OK; i++) {
      size_t before = out->length;
      dw_response_write(&items[i], out);
      copy.length = 0;
      dw_response_write(dw_response_keep(&items[i], &arena), &copy);
      if (copy.length != out->length - before || memcmp(copy.data, out->data + before, copy.length) != 0) *problem = "a copy differs";
      if (book) dw_answer_book_add(book, i % 2 ? DW_BOOK_CURRENT : DW_BOOK_REFERENCE, &items[i], &err);
    }
  }
  dw_reader_close(reader);
  dw_responses_free(responses);
  dw_arena_free(&arena);
  dw_buf_free(&copy);
  return status == DW_OK;
}

/* NULL: as it should be. *accepted: some response was read. */
static const char *fuzz_document(const char *text, size_t length, bool *accepted)
{
  const char *problem = NULL;
  dw_buf once = {0}, twice = {0};
  dw_answer_book *book = dw_answer_book_new();
  dw_answer_book_keep_tokens(book, 3);
  *accepted = fuzz_again(text, length, book, &once, &problem) && once.length;
  dw_answer_book_close(book);
  dw_answer_book_free(book);
  if (*accepted && !problem) {
    if (!fuzz_again(once.data, once.length, NULL, &twice, &problem)) problem = "what was written is refused";
    else if (once.length != twice.length || memcmp(once.data, twice.data, once.length) != 0) problem = "read again, it is another one";
  }
  dw_buf_free(&once);
  dw_buf_free(&twice);
  return problem;
}

/* --- random documents --- */

static void random_member(dw_buf *out, dw_rng *rng)
{
  static const char *const names[] = {"canary", "prompt",   "round",         "prompt_text", "expected",   "repeat",       "time",
                                      "text",   "model",    "finish_reason", "tokens",      "latency_ms", "seed",         "config",
                                      "kind",   "logprobs", "error",         "embedding",   "token_ids",  "error.status", "other"};
  static const char *const values[] = {
      "\"a\"",
      "\"\"",
      "\"\\u00e9\\n\\\"\"",
      "\"a\\u0000b\"",
      "0",
      "1",
      "-1",
      "1.5",
      "4294967294",
      "1e300",
      "null",
      "true",
      "[]",
      "[1,2,3]",
      "[0.5,-1e-9]",
      "[1e15]",
      "\"2026-01-15T21:08:21Z\"",
      "\"response\"",
      "{}",
      "{\"prompt\":3,\"completion\":2}",
      "{\"status\":503,\"message\":\"busy\"}",
      "[{\"token\":\"a\",\"id\":7,\"bytes\":[97],\"logprob\":-0.5,\"top\":[{\"token\":\"a\",\"logprob\":null}]}]",
      "{\"tokens\":[\"a\"],\"token_logprobs\":[-1.5],\"top_logprobs\":[{\"a\":-1.5}]}"};
  dw_buf_format(out, ",\"%s\":%s", names[dw_rng_below(rng, sizeof names / sizeof *names)],
                values[dw_rng_below(rng, sizeof values / sizeof *values)]);
}

static void random_document(dw_buf *out, dw_rng *rng)
{
  dw_buf_format(out, "{\"kind\":\"response\",\"canary\":\"c%d\",\"prompt\":\"p\"", (int)dw_rng_below(rng, 2));
  if (dw_rng_below(rng, 4)) dw_buf_text(out, dw_rng_below(rng, 4) ? ",\"text\":\"t\"" : ",\"error\":{\"message\":\"m\"}");
  for (uint64_t n = dw_rng_below(rng, 3); n; n--) random_member(out, rng);
  dw_buf_text(out, "}\n");
}

static void random_damage(dw_buf *text, dw_rng *rng)
{
  size_t at = dw_rng_below(rng, text->length), rest = text->length - at;
  switch (dw_rng_below(rng, 4)) {
  case 0: text->data[at] = (char)dw_rng_below(rng, 256); break;
  case 1: text->length = at; break;
  case 2: text->data[at] = "{}[]\",:\\0-9e"[dw_rng_below(rng, 12)]; break;
  default:
    memmove(text->data + at, text->data + at + 1, rest - 1);
    text->length--;
    break;
  }
}

/* NULL: nothing is wrong with any of so many; else what, of document. *accepted counts those that were read. */
FUZZ_UNIT const char *fuzz_random(uint64_t count, uint64_t seed, dw_buf *document, uint64_t *accepted)
{
  const char *problem = NULL;
  *accepted = 0;
  for (uint64_t i = 0; i < count && !problem; i++) {
    bool read;
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(seed, "fuzz_responses"), i, 0);
    document->length = 0;
    for (uint64_t n = 1 + dw_rng_below(&rng, 2); n; n--) random_document(document, &rng);
    for (uint64_t n = dw_rng_below(&rng, 3); n > 1 && document->length; n--) random_damage(document, &rng);
    problem = fuzz_document(document->data, document->length, &read);
    *accepted += read;
  }
  return problem;
}

#if !defined(FUZZ_NO_MAIN)
static const char *fuzz_one(const char *bytes, size_t length)
{
  bool accepted;
  return fuzz_document(bytes, length, &accepted);
}

static void fuzz_change(dw_buf *input, dw_rng *rng)
{
  if (input->length && dw_rng_below(rng, 4)) random_damage(input, rng);
  else random_document(input, rng);
}

FUZZ_TARGET("responses", fuzz_one, fuzz_change);
#endif
