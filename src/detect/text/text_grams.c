#include "detect/text/text_grams.h"

#include <math.h>

#include "base/fmath.h"
#include "detect/text/gram_hash.h"

enum { BUCKET_BITS = 18, BUCKETS = 1 << BUCKET_BITS };

typedef struct grams {
  uint32_t *character; /* [DW_GRAMS_LONGEST + 2] of the text at hand */
  uint32_t *place;     /* [BUCKETS] place of the bucket's cell in the text at hand, if it lies there */
  uint32_t *texts;     /* [BUCKETS] df */
  size_t *start;
  uint32_t *bucket; /* cells: bucket and tf, text by text */
  uint32_t *times;
  size_t rows, cells, capacity, times_capacity;
} grams;

size_t dw_grams_affordable(const dw_passages *passages)
{
  size_t count = 0;
  for (uint64_t read = 0; count < passages->count; count++) {
    uint32_t characters = passages->item[count].characters;
    read += characters < DW_GRAMS_LONGEST ? characters : DW_GRAMS_LONGEST;
    if (read > DW_GRAMS_MOST && count > 1) break;
  }
  return count;
}

static void add_term(grams *g, uint32_t bucket, size_t first)
{
  uint32_t place = g->place[bucket];
  if (place >= first && place < g->cells && g->bucket[place] == bucket) {
    g->times[place]++;
    return;
  }
  g->bucket = dw_grow(g->bucket, &g->capacity, g->cells + 1, sizeof *g->bucket);
  g->times = dw_grow(g->times, &g->times_capacity, g->cells + 1, sizeof *g->times);
  g->place[bucket] = (uint32_t)g->cells;
  g->bucket[g->cells] = bucket;
  g->times[g->cells++] = 1;
  g->texts[bucket]++;
}

static void add_text(grams *g, const char *text, size_t length)
{
  size_t first = g->cells, count = dw_gram_characters(text, length, DW_GRAMS_LONGEST, g->character);
  for (size_t i = 0; i + DW_GRAM_SHORTEST <= count; i++) {
    uint64_t hash = 0;
    for (size_t k = 0; k < DW_GRAM_LONGEST && i + k < count; k++) {
      hash = dw_gram_grow(hash, g->character[i + k]);
      if (k + 1 >= DW_GRAM_SHORTEST) add_term(g, (uint32_t)(dw_gram_spread(hash) >> (64 - BUCKET_BITS)), first);
    }
  }
  g->start[++g->rows] = g->cells;
}

/* Buckets that may tell texts apart become columns, in order; `place` says which. */
static size_t number_columns(grams *g)
{
  size_t width = 0;
  for (size_t i = 0; i < BUCKETS; i++) g->place[i] = g->texts[i] > 1 && g->texts[i] < g->rows ? (uint32_t)width++ : UINT32_MAX;
  return width;
}

/* Cells move to the front as others fall out; the row gets length 1. */
static size_t weigh_row(const grams *g, const double *idf, size_t row, size_t to, float *value)
{
  double square = 0;
  size_t first = to;
  for (size_t i = g->start[row]; i < g->start[row + 1]; i++) {
    uint32_t column = g->place[g->bucket[i]];
    if (column == UINT32_MAX) continue;
    double weight = (g->times[i] > 1 ? 1 + dw_log(g->times[i]) : 1) * idf[column];
    square += weight * weight;
    g->bucket[to] = column;
    value[to++] = (float)weight;
  }
  double scale = square > 0 ? 1 / sqrt(square) : 0;
  for (size_t i = first; i < to; i++) value[i] = (float)(value[i] * scale);
  return to;
}

void dw_grams_make(dw_rows *rows, const dw_passages *reference, size_t reference_count, const dw_passages *current, size_t current_count)
{
  size_t count = reference_count + current_count;
  grams g = {.character = dw_alloc_array(DW_GRAMS_LONGEST + 2, sizeof(uint32_t)),
             .place = dw_alloc_zero(BUCKETS, sizeof(uint32_t)),
             .texts = dw_alloc_zero(BUCKETS, sizeof(uint32_t)),
             .start = dw_alloc_zero(count + 1, sizeof(size_t))};
  for (size_t i = 0; i < reference_count; i++) add_text(&g, dw_passage_text(reference, i), reference->item[i].length);
  for (size_t i = 0; i < current_count; i++) add_text(&g, dw_passage_text(current, i), current->item[i].length);
  size_t width = number_columns(&g);
  double *idf = dw_alloc_array(width, sizeof *idf);
  for (size_t i = 0; i < BUCKETS; i++)
    if (g.place[i] != UINT32_MAX) idf[g.place[i]] = 1 + dw_log((1 + (double)count) / (1 + (double)g.texts[i]));
  float *value = dw_alloc_array(g.cells, sizeof *value);
  size_t to = 0;
  for (size_t i = 0; i < count; i++) {
    size_t from = to;
    to = weigh_row(&g, idf, i, to, value);
    g.start[i] = from; /* row i is done with: only the next one's start is still asked for */
  }
  g.start[count] = to;
  dw_free(g.character);
  dw_free(g.place);
  dw_free(g.texts);
  dw_free(g.times);
  dw_free(idf);
  *rows = (dw_rows){.count = count, .width = width, .start = g.start, .column = g.bucket, .value = value};
}

void dw_grams_free(dw_rows *rows)
{
  dw_free((void *)rows->start);
  dw_free((void *)rows->column);
  dw_free((void *)rows->value);
  *rows = (dw_rows){0};
}
