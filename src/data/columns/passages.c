#include "data/columns/passages.h"

#include <stdbool.h>
#include <stdlib.h>

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
  return a->rank < b->rank ? -1 : a->rank > b->rank;
}

/* Puts the item of rank order k in its place, smaller ones before it, larger ones behind (Hoare's FIND, CACM 4, 1961, in Wirth's form; the
 * ranks are random, so any pivot is a good one). k < count. */
static void select_rank(dw_passage *item, size_t count, size_t k)
{
  ptrdiff_t low = 0, high = (ptrdiff_t)count - 1, place = (ptrdiff_t)k;
  while (low < high) {
    uint64_t pivot = item[place].rank;
    ptrdiff_t left = low, right = high;
    do {
      while (item[left].rank < pivot) left++;
      while (item[right].rank > pivot) right--;
      if (left > right) break;
      dw_passage swap = item[left];
      item[left++] = item[right];
      item[right--] = swap;
    } while (left <= right);
    if (right < place) low = left;
    if (place < left) high = right;
  }
}

/* Down to the texts of smallest rank that are allowed: at most `most`, and no more of them than fit in `bytes`. */
static void passages_trim(dw_passages *passages, bool sort)
{
  if (passages->count == 0) return;
  dw_passage *item = passages->item;
  size_t kept = passages->count, bytes = 0;
  if (kept > passages->most) {
    kept = passages->most;
    select_rank(item, passages->count, kept);
    passages->bar = item[kept].rank;
  }
  for (size_t i = 0; i < kept; i++) bytes += item[i].length;
  if (kept && (sort || bytes > passages->bytes)) qsort(item, kept, sizeof *item, by_rank);
  while (kept > 1 && bytes > passages->bytes) {
    bytes -= item[--kept].length;
    passages->bar = item[kept].rank;
  }
  if (kept == passages->count) return;
  passages->count = kept;
  dw_buf texts = {0};
  for (size_t i = 0; i < kept; i++) {
    const char *text = passages->text.data + item[i].offset;
    item[i].offset = texts.length;
    dw_buf_add(&texts, text, item[i].length);
  }
  dw_buf_free(&passages->text);
  passages->text = texts;
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

void dw_passages_take(dw_passages *passages, uint64_t rank, uint64_t number, const char *text, size_t length)
{
  size_t kept = cut_length(text, length);
  passages->item = dw_grow(passages->item, &passages->capacity, passages->count + 1, sizeof *passages->item);
  passages->item[passages->count++] = (dw_passage){rank, number, passages->text.length, (uint32_t)kept, count_characters(text, length)};
  dw_buf_add(&passages->text, text, kept);
  if (passages->count >= 2 * passages->most || passages->text.length >= 2 * passages->bytes) passages_trim(passages, false);
}

void dw_passages_shrink(dw_passages *passages)
{
  if (passages->most > 1) passages->most /= 2;
  passages->bytes /= 2;
  passages_trim(passages, false);
  passages->item = dw_realloc_array(passages->item, passages->count ? passages->count : 1, sizeof *passages->item);
  passages->capacity = passages->count ? passages->count : 1;
}

void dw_passages_finish(dw_passages *passages) { passages_trim(passages, true); }
