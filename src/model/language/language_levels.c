#include "model/language/language_levels.h"

#include <string.h>

#include "base/mem.h"
#include "model/language/language_parts.h"

enum { BITS = 9, MASK = (1 << BITS) - 1 };

/* --- words in order --- */

/* Least significant digit first; digits that all words share are passed over. */
static void sort_words(dw_language_word **words, dw_language_word **scratch, size_t n)
{
  enum { DIGIT = 11, SIZE = 1 << DIGIT };
  dw_language_word differ = 0;
  for (size_t i = 1; i < n; i++) differ |= (*words)[i] ^ (*words)[0];
  for (unsigned shift = 0; shift < 128; shift += DIGIT) {
    if (!(differ >> shift & (SIZE - 1))) continue;
    size_t place[SIZE] = {0}, sum = 0;
    dw_language_word *from = *words, *to = *scratch;
    for (size_t i = 0; i < n; i++) place[from[i] >> shift & (SIZE - 1)]++;
    for (size_t d = 0; d < SIZE; d++) {
      size_t count = place[d];
      place[d] = sum;
      sum += count;
    }
    for (size_t i = 0; i < n; i++) to[place[from[i] >> shift & (SIZE - 1)]++] = from[i];
    *words = to;
    *scratch = from;
  }
}

/* --- counts --- */

static unsigned symbol_at(const unsigned char *text, size_t length, size_t i) { return i < length ? text[i] : (unsigned)DW_LANGUAGE_END; }

/* The gram of position i of a document, with so many symbols before it, the beginning among them. */
static dw_language_word gram_at(const unsigned char *text, size_t length, size_t i, unsigned depth, unsigned topic)
{
  dw_language_word gram = 0;
  for (unsigned back = 1; back <= depth; back++) gram = gram << BITS | (back <= i ? text[i - back] : (unsigned)DW_LANGUAGE_END);
  if (topic < DW_LANGUAGE_SYMBOLS) gram = gram << BITS | topic;
  return gram << BITS | symbol_at(text, length, i);
}

/* The grams of the uppermost level: of all positions with order - 1 bytes before them. Returns how many. */
static size_t grams_with_topics(const dw_corpus *corpus, unsigned order, dw_language_word *out)
{
  size_t count = 0;
  for (size_t d = 0; d < corpus->count; d++) {
    size_t length;
    dw_language_topic topic = {0};
    const unsigned char *text = (const unsigned char *)dw_corpus_document(corpus, d, &length);
    for (size_t i = 0; i <= length; i++) {
      if (i + 1 >= order) out[count++] = gram_at(text, length, i, order - 1, topic.now);
      if (i < length) dw_language_topic_pass(&topic, text[i]);
    }
  }
  return count;
}

/* The grams of a level below whose context begins a document. */
static size_t grams_that_begin(const dw_corpus *corpus, unsigned depth, dw_language_word *out)
{
  size_t count = 0;
  for (size_t d = 0; d < corpus->count; d++) {
    size_t length;
    const unsigned char *text = (const unsigned char *)dw_corpus_document(corpus, d, &length);
    if (depth <= length + 1) out[count++] = gram_at(text, length, depth - 1, depth, DW_LANGUAGE_SYMBOLS);
  }
  return count;
}

void dw_language_discounts(const uint64_t with[5], double discount[4])
{
  double n1 = (double)with[1], n2 = (double)with[2], n3 = (double)with[3], n4 = (double)with[4], y = n1 / (n1 + 2 * n2);
  bool sense = n1 > 0 && n2 > 0 && n3 > 0 && n4 > 0;
  discount[0] = 0;
  if (sense) {
    discount[1] = 1 - 2 * y * n2 / n1;
    discount[2] = 2 - 3 * y * n3 / n2;
    discount[3] = 3 - 4 * y * n4 / n3;
  }
  for (int i = 1; i <= 3; i++) sense &= discount[i] > 0 && discount[i] < i;
  for (int i = 1; i <= 3 && !sense; i++) discount[i] = i / 2.0;
}

enum { GRAM = sizeof(dw_language_word) + sizeof(double), CONTEXT = GRAM, MODEL_GRAM = 6, MODEL_CONTEXT = 22 }; /* bytes */

/* Sorted words with their counts, as weights; contexts with none. false: that is more than *room bytes, which it takes from there. */
static bool level_of_words(dw_language_level *level, const dw_language_word *word, size_t n, size_t *room)
{
  size_t grams = 0, contexts = 0;
  for (size_t i = 0; i < n; i++) {
    grams += i == 0 || word[i] != word[i - 1];
    contexts += i == 0 || word[i] >> BITS != word[i - 1] >> BITS;
  }
  size_t need = grams * (GRAM + MODEL_GRAM) + contexts * (CONTEXT + MODEL_CONTEXT);
  if (need > *room) return false;
  *room -= need;
  *level = (dw_language_level){.gram = dw_alloc_array(grams, sizeof *level->gram),
                               .weight = dw_alloc_array(grams, sizeof *level->weight),
                               .context = dw_alloc_array(contexts, sizeof *level->context),
                               .backoff = dw_alloc_zero(contexts, sizeof *level->backoff)};
  for (size_t i = 0; i < n; i++) {
    if (i && word[i] == word[i - 1]) {
      level->weight[level->grams - 1]++;
      continue;
    }
    if (i == 0 || word[i] >> BITS != word[i - 1] >> BITS) level->context[level->contexts++] = word[i] >> BITS;
    level->gram[level->grams] = word[i];
    level->weight[level->grams++] = 1;
  }
  return true;
}

static void discount_level(dw_language_level *level)
{
  uint64_t with[5] = {0};
  double discount[4];
  for (size_t g = 0; g < level->grams; g++)
    if (level->weight[g] <= 4) with[(int)level->weight[g]]++;
  dw_language_discounts(with, discount);
  for (size_t g = 0, c = 0; g < level->grams; g++) {
    double less = discount[level->weight[g] < 3 ? (int)level->weight[g] : 3];
    if (level->gram[g] >> BITS != level->context[c]) c++;
    level->weight[g] -= less;
    level->backoff[c] += less;
  }
}

/* The uppermost level has the counts of the text, all others how many symbols (below it: topics) stood before them: the distinct grams one
 * level up, each of which is one. What begins with a document has nothing before it, and keeps its count. */
bool dw_language_levels_count(dw_language_levels *out, const dw_corpus *corpus, unsigned order, size_t memory)
{
  size_t symbols = corpus->text.length + corpus->count, words = symbols * 2 * sizeof(dw_language_word);
  if (memory && memory < words) return false;
  size_t room = memory ? memory - words : SIZE_MAX;
  dw_language_word *word = dw_alloc_array(symbols, sizeof *word), *scratch = dw_alloc_array(symbols, sizeof *scratch);
  *out = (dw_language_levels){.order = order};
  size_t n = grams_with_topics(corpus, order, word);
  sort_words(&word, &scratch, n);
  bool fits = level_of_words(&out->level[order], word, n, &room);
  for (unsigned depth = order; fits && depth-- > 0;) {
    const dw_language_level *above = &out->level[depth + 1];
    for (n = 0; n < above->grams; n++) word[n] = above->gram[n] >> 2 * BITS << BITS | (above->gram[n] & MASK);
    if (depth) n += grams_that_begin(corpus, depth, word + n);
    sort_words(&word, &scratch, n);
    fits = level_of_words(&out->level[depth], word, n, &room);
  }
  for (unsigned depth = 0; depth <= order && fits; depth++) discount_level(&out->level[depth]);
  if (!fits) dw_language_levels_free(out);
  dw_free(word);
  dw_free(scratch);
  return fits;
}

/* --- models as levels, and back --- */

void dw_language_levels_of(dw_language_levels *out, const dw_language *l)
{
  dw_language_word *key = dw_alloc_zero(l->contexts, sizeof *key);
  uint32_t from = 0, end = 1;
  *out = (dw_language_levels){.order = l->order};
  for (unsigned depth = 0; depth <= l->order; depth++) {
    dw_language_level *level = &out->level[depth];
    level->contexts = end - from;
    level->grams = l->first[end] - l->first[from];
    level->context = dw_alloc_array(level->contexts, sizeof *level->context);
    level->backoff = dw_alloc_array(level->contexts, sizeof *level->backoff);
    level->gram = dw_alloc_array(level->grams, sizeof *level->gram);
    level->weight = dw_alloc_array(level->grams, sizeof *level->weight);
    size_t at = 0;
    for (uint32_t c = from; c < end; c++) {
      for (uint32_t i = l->child[c]; i < l->child[c + 1]; i++) key[i] = key[c] << BITS | l->oldest[i];
      level->context[c - from] = key[c];
      level->backoff[c - from] = l->backoff[c];
      for (uint32_t g = l->first[c]; g < l->first[c + 1]; g++, at++) {
        level->gram[at] = key[c] << BITS | l->symbol[g];
        level->weight[at] = l->weight[g];
      }
    }
    uint32_t next = from < end ? l->child[end] : end;
    from = end;
    end = next;
  }
  dw_free(key);
}

/* Two sorted lists as one; of words that both have, a + share * b. What only b has begins with `absent`. */
static size_t add_lists(dw_language_word **word, double **value, size_t n, const dw_language_word *b_word, const double *b_value, size_t m,
                        double share, double absent)
{
  dw_language_word *out = dw_alloc_array(n + m, sizeof *out);
  double *sum = dw_alloc_array(n + m, sizeof *sum);
  size_t i = 0, j = 0, count = 0;
  for (; i < n || j < m; count++) {
    bool a = i < n && (j == m || (*word)[i] <= b_word[j]), b = j < m && (i == n || b_word[j] <= (*word)[i]);
    out[count] = a ? (*word)[i] : b_word[j];
    sum[count] = (a ? (*value)[i] : absent) + (b ? share * b_value[j] : 0);
    i += a;
    j += b;
  }
  dw_free(*word);
  dw_free(*value);
  *word = out;
  *value = sum;
  return count;
}

void dw_language_levels_add(dw_language_levels *to, const dw_language_levels *more, double weight)
{
  for (unsigned depth = 0; depth <= to->order; depth++) {
    dw_language_level *a = &to->level[depth];
    const dw_language_level *b = &more->level[depth];
    a->grams = add_lists(&a->gram, &a->weight, a->grams, b->gram, b->weight, b->grams, weight, 0);
    a->contexts = add_lists(&a->context, &a->backoff, a->contexts, b->context, b->backoff, b->contexts, weight, 1);
  }
}

size_t dw_language_levels_sizes(const dw_language_levels *levels, size_t *contexts, size_t *grams)
{
  *contexts = *grams = 0;
  for (unsigned depth = 0; depth <= levels->order; depth++) {
    *contexts += levels->level[depth].contexts;
    *grams += levels->level[depth].grams;
  }
  return *contexts * 10 + *grams * 6;
}

size_t dw_language_levels_memory(const dw_language_levels *levels)
{
  size_t contexts, grams;
  dw_language_levels_sizes(levels, &contexts, &grams);
  return grams * (GRAM + MODEL_GRAM) + contexts * (CONTEXT + MODEL_CONTEXT);
}

dw_language *dw_language_levels_model(const dw_language_levels *levels)
{
  size_t contexts, grams;
  dw_language_levels_sizes(levels, &contexts, &grams);
  dw_language *l = dw_language_new(levels->order, (uint32_t)contexts, (uint32_t)grams);
  uint32_t c = 0, g = 0, child = 1;
  for (unsigned depth = 0; depth <= levels->order; depth++) {
    const dw_language_level *level = &levels->level[depth], *deeper = depth < levels->order ? level + 1 : NULL;
    size_t at = 0, below = 0;
    for (size_t i = 0; i < level->contexts; i++, c++) {
      l->oldest[c] = (uint16_t)(depth ? level->context[i] & MASK : 0);
      l->backoff[c] = (float)level->backoff[i];
      l->child[c] = child;
      for (; deeper && below < deeper->contexts && deeper->context[below] >> BITS == level->context[i]; below++) child++;
      l->first[c] = g;
      for (; at < level->grams && level->gram[at] >> BITS == level->context[i]; at++, g++) {
        l->symbol[g] = (uint16_t)(level->gram[at] & MASK);
        l->weight[g] = (float)level->weight[at];
      }
    }
  }
  l->child[c] = child;
  l->first[c] = g;
  dw_language_settle(l);
  return l;
}

void dw_language_levels_free(dw_language_levels *levels)
{
  for (unsigned depth = 0; depth <= levels->order; depth++) {
    dw_language_level *level = &levels->level[depth];
    dw_free(level->gram);
    dw_free(level->weight);
    dw_free(level->context);
    dw_free(level->backoff);
  }
}
