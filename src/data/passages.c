#include "data/passages.h"

#include <stdlib.h>

#include "base/rng.h"

void dw_passages_init(dw_passages *passages, size_t bytes)
{
  *passages = (dw_passages){.bar = UINT64_MAX, .most = DW_PASSAGES_MOST, .bytes = bytes};
}

void dw_passages_free(dw_passages *passages)
{
  dw_free(passages->item);
  dw_buf_free(&passages->text);
  *passages = (dw_passages){0};
}

size_t dw_passages_memory(const dw_passages *passages) { return passages->capacity * sizeof *passages->item + passages->text.capacity; }

static int by_rank(const void *left, const void *right)
{
  const dw_passage *a = left, *b = right;
  if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
  return a->number < b->number ? -1 : a->number > b->number;
}

/* Down to the texts of smallest rank that are allowed: at most `most`, and no more of them than fit in `bytes`. */
static void passages_trim(dw_passages *passages)
{
  qsort(passages->item, passages->count, sizeof *passages->item, by_rank);
  size_t kept = 0, bytes = 0;
  while (kept < passages->count && kept < passages->most) {
    bytes += passages->item[kept].length;
    if (bytes > passages->bytes && kept > 0) break;
    kept++;
  }
  if (kept == passages->count) return;
  passages->bar = passages->item[kept].rank;
  passages->count = kept;
  dw_buf texts = {0};
  for (size_t i = 0; i < kept; i++) {
    dw_passage *item = &passages->item[i];
    const char *text = passages->text.data + item->offset;
    item->offset = texts.length;
    dw_buf_add(&texts, text, item->length);
  }
  dw_buf_free(&passages->text);
  passages->text = texts;
}

/* Philox gives two ranks a block: those of an even number and of the odd one behind it. */
static uint64_t passage_rank(uint64_t number)
{
  static const dw_rng_key key = {{0x64772d74, 0x65787473}}; /* "dw-texts": the sample knows no seed */
  uint32_t word[4];
  dw_rng_block(key, number / 2, 0, 0, word);
  const uint32_t *half = word + 2 * (number % 2);
  return (uint64_t)half[0] << 32 | half[1];
}

static uint32_t count_characters(const char *text, size_t length)
{
  size_t count = 0;
  for (size_t at = 0; at < length; count++) {
    size_t bytes = dw_utf8_length(text + at, length - at);
    at += bytes ? bytes : 1;
  }
  return count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
}

static size_t cut_length(const char *text, size_t length)
{
  if (length <= DW_PASSAGE_LONGEST) return length;
  size_t cut = DW_PASSAGE_LONGEST;
  while (cut > DW_PASSAGE_LONGEST - 4 && ((unsigned char)text[cut] & 0xc0) == 0x80) cut--;
  return cut;
}

void dw_passages_add(dw_passages *passages, const char *text, size_t length, uint64_t times)
{
  for (uint64_t i = 0; i < times; i++) {
    uint64_t number = passages->seen++, rank = passage_rank(number);
    if (rank >= passages->bar) continue;
    size_t kept = cut_length(text, length);
    passages->item = dw_grow(passages->item, &passages->capacity, passages->count + 1, sizeof *passages->item);
    passages->item[passages->count++] = (dw_passage){rank, number, passages->text.length, (uint32_t)kept, count_characters(text, length)};
    dw_buf_add(&passages->text, text, kept);
    if (passages->count >= 2 * passages->most || passages->text.length >= 2 * passages->bytes) passages_trim(passages);
  }
}

void dw_passages_shrink(dw_passages *passages)
{
  if (passages->most > 1) passages->most /= 2;
  passages->bytes /= 2;
  passages_trim(passages);
  passages->item = dw_realloc_array(passages->item, passages->count ? passages->count : 1, sizeof *passages->item);
  passages->capacity = passages->count ? passages->count : 1;
}

void dw_passages_finish(dw_passages *passages) { passages_trim(passages); }
