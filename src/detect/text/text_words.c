#include "detect/text/text_words.h"

#include <math.h>
#include <stdlib.h>

#include "base/fmath.h"
#include "base/map.h"
#include "data/columns/words.h"

#define PRIOR_TEXTS 10.0 /* the prior weighs as much as so many texts */

typedef struct tally {
  dw_map words;
  uint32_t *texts[2]; /* with the word, a side */
  uint32_t *last;     /* text that was counted last, from 1 */
  size_t capacity[3];
} tally;

typedef struct ranked {
  uint32_t word;
  double z;
} ranked;

static void count_text(tally *t, const char *text, size_t length, int side, uint32_t number)
{
  size_t at = 0;
  dw_word word;
  while (dw_words_next(text, length, &at, &word)) {
    size_t before = t->words.count;
    uint32_t index = dw_map_intern(&t->words, word.text, word.length);
    if (index == before) {
      for (int k = 0; k < 2; k++) t->texts[k] = dw_grow(t->texts[k], &t->capacity[k], before + 1, sizeof(uint32_t));
      t->last = dw_grow(t->last, &t->capacity[2], before + 1, sizeof(uint32_t));
      t->texts[0][index] = t->texts[1][index] = t->last[index] = 0;
    }
    if (t->last[index] == number) continue;
    t->last[index] = number;
    t->texts[side][index]++;
  }
}

/* Clearest first; equal ones in the order of first sight. */
static int by_z(const void *left, const void *right)
{
  const ranked *a = left, *b = right;
  double x = fabs(a->z), y = fabs(b->z);
  if (x != y) return x > y ? -1 : 1;
  return a->word < b->word ? -1 : a->word > b->word;
}

static double word_z(double with_r, double n, double with_c, double m)
{
  double share = (with_r + with_c) / (n + m), prior = PRIOR_TEXTS * share;
  double odds_c = (with_c + prior) / (m - with_c + PRIOR_TEXTS - prior + 0.5),
         odds_r = (with_r + prior) / (n - with_r + PRIOR_TEXTS - prior + 0.5);
  return (dw_log(odds_c) - dw_log(odds_r)) / sqrt(1 / (with_c + prior) + 1 / (with_r + prior));
}

static void keep(dw_text_words *out, const tally *t, const ranked *rank, double n, double m)
{
  int side = rank->z > 0;
  if (out->count[side] == DW_TEXT_WORDS) return;
  const dw_map_key *key = &t->words.keys[rank->word];
  out->side[side][out->count[side]++] = (dw_text_word){.text = dw_arena_strndup(&out->arena, key->text, key->length),
                                                       .length = key->length,
                                                       .reference = t->texts[0][rank->word] / n,
                                                       .current = t->texts[1][rank->word] / m,
                                                       .z = rank->z};
}

void dw_text_words_find(dw_text_words *words, const dw_passages *reference, size_t reference_count, const dw_passages *current,
                        size_t current_count)
{
  *words = (dw_text_words){0};
  dw_arena_init(&words->arena);
  tally t = {0};
  dw_map_init(&t.words);
  for (size_t i = 0; i < reference_count; i++) count_text(&t, dw_passage_text(reference, i), reference->item[i].length, 0, (uint32_t)i + 1);
  for (size_t i = 0; i < current_count; i++)
    count_text(&t, dw_passage_text(current, i), current->item[i].length, 1, (uint32_t)(reference_count + i) + 1);
  words->vocabulary = t.words.count;
  double n = (double)reference_count, m = (double)current_count;
  ranked *rank = dw_alloc_array(t.words.count, sizeof *rank);
  double noise = sqrt(2 * dw_log(fmax((double)t.words.count, 8))); /* at least 2 */
  size_t clear = 0;
  for (uint32_t i = 0; i < t.words.count; i++) {
    double z = word_z(t.texts[0][i], n, t.texts[1][i], m);
    if (fabs(z) > noise) rank[clear++] = (ranked){i, z};
  }
  qsort(rank, clear, sizeof *rank, by_z);
  for (size_t i = 0; i < clear; i++) keep(words, &t, &rank[i], n, m);
  dw_free(rank);
  dw_map_free(&t.words);
  for (int k = 0; k < 2; k++) dw_free(t.texts[k]);
  dw_free(t.last);
}

void dw_text_words_free(dw_text_words *words)
{
  dw_arena_free(&words->arena);
  *words = (dw_text_words){0};
}
