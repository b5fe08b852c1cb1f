#include "canary/judge/round_identity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

/* Two words of a digest. Those of parts that come in any order are added up. */
typedef struct words {
  uint64_t high, low;
} words;

static words words_of(const dw_digest *digest)
{
  char text[33], half[17] = {0};
  words out;
  dw_digest_text(digest, text);
  memcpy(half, text, 16);
  out.high = strtoull(half, NULL, 16);
  out.low = strtoull(text + 16, NULL, 16);
  return out;
}

static void add_words(words *sum, words more)
{
  sum->low += more.low;
  sum->high += more.high + (sum->low < more.low);
}

/* With its length, so that neighbours cannot trade letters. */
static void put_bytes(dw_digest *digest, const char *text, size_t length)
{
  uint64_t size = length;
  dw_digest_add_words(digest, &size, 1);
  if (length) dw_digest_add(digest, text, length);
}

static void put_numbers(dw_digest *digest, const double *number, size_t count)
{
  uint64_t size = count * sizeof *number;
  dw_digest_add_words(digest, &size, 1);
  dw_digest_add_words(digest, number, count);
}

static void put_text(dw_digest *digest, const char *text) { put_bytes(digest, text, strlen(text)); }

static words digest_answer(const dw_answer_book *book, const dw_book_answer *a)
{
  dw_digest digest;
  size_t width = a->embedding ? dw_answer_book_width(book) : 0;
  dw_digest_init(&digest);
  put_text(&digest, dw_answer_book_canaries(book)->keys[a->canary].text);
  put_text(&digest, dw_answer_book_prompts(book)->keys[a->prompt].text);
  dw_digest_add_words(&digest, &a->instant, 1);
  if (a->failed) return words_of(&digest);
  put_bytes(&digest, a->text, a->length);
  put_text(&digest, a->finish == DW_MAP_NONE ? "" : dw_answer_book_finishes(book)->keys[a->finish].text);
  for (size_t i = 0; i < a->entries; i++) dw_digest_add_words(&digest, &a->entry[i].logprob, 1);
  put_numbers(&digest, a->embedding, width);
  if (!isnan(a->latency)) dw_digest_add_words(&digest, &a->latency, 1);
  return words_of(&digest);
}

static words digest_text(const char *text)
{
  dw_digest digest;
  dw_digest_init(&digest);
  put_text(&digest, text);
  return words_of(&digest);
}

static words digest_asked(const dw_answer_book *book, uint32_t prompt, uint64_t times)
{
  dw_digest digest;
  dw_digest_init(&digest);
  put_text(&digest, dw_answer_book_prompts(book)->keys[prompt].text);
  dw_digest_add_words(&digest, &times, 1);
  return words_of(&digest);
}

void dw_round_identity_of(dw_round_identity *out, const dw_answer_book *book, uint32_t canary, uint32_t round)
{
  size_t count;
  words content = {0}, design = {0};
  const dw_book_answer *answer = dw_answer_book_of(book, DW_BOOK_CURRENT, canary, &count);
  const char *name = dw_answer_book_rounds(book, DW_BOOK_CURRENT)->keys[round].text;
  *out = (dw_round_identity){.timed = true};
  for (size_t i = 0, next; i < count; i = next) { /* prompt by prompt */
    uint64_t times = 0;
    for (next = i; next < count && answer[next].prompt == answer[i].prompt; next++) {
      const dw_book_answer *a = &answer[next];
      if (a->round != round) continue;
      add_words(&content, digest_answer(book, a));
      if (!out->answers || a->instant < out->first) out->first = a->instant;
      if (!out->answers || a->instant > out->last) out->last = a->instant;
      out->timed = out->timed && a->instant != 0;
      out->answers++;
      times++;
    }
    if (times) add_words(&design, digest_asked(book, answer[i].prompt, times));
  }
  if (*name) out->name = digest_text(name).high;
  if (!out->timed) add_words(&content, digest_text(name));
  out->content = content.high;
  out->design = design.high;
}

void dw_round_reference_digest(const dw_answer_book *book, char out[33])
{
  words sum = {0};
  dw_digest digest;
  for (uint32_t c = 0; c < dw_answer_book_canaries(book)->count; c++) {
    size_t count;
    const dw_book_answer *answer = dw_answer_book_of(book, DW_BOOK_REFERENCE, c, &count);
    for (size_t i = 0; i < count; i++) {
      words of_answer = digest_answer(book, &answer[i]);
      dw_digest_init(&digest);
      put_text(&digest, dw_answer_book_rounds(book, DW_BOOK_REFERENCE)->keys[answer[i].round].text);
      dw_digest_add_words(&digest, &of_answer, sizeof of_answer / sizeof(uint64_t));
      add_words(&sum, words_of(&digest));
    }
  }
  dw_digest_init(&digest);
  dw_digest_add_words(&digest, &sum, sizeof sum / sizeof(uint64_t));
  dw_digest_text(&digest, out);
}
