#include "detect/text/text_evidently.h"

#include <math.h>
#include <stdlib.h>

#include "base/fmath.h"
#include "base/letters.h"
#include "base/map.h"
#include "detect/text/text_stopwords.h"
#include "stats/samples/mersenne.h"
#include "stats/learners/sgd.h"
#include "stats/samples/sort.h"

enum { SEED = 42, GUESSES = 1000, GUESS_SEEDS = 10000 };

/* Word numbers of all texts, one text after the other, repeats included. */
typedef struct words {
  dw_map map; /* of the training texts */
  uint32_t *number;
  size_t count, capacity;
  size_t *start;   /* [texts + 1] */
  uint32_t *texts; /* [map.count] df over the training texts */
  uint32_t *last;  /* text counted last, from 1 */
  size_t texts_capacity, last_capacity;
  uint32_t *column; /* [map.count] place in the sorted vocabulary, or UINT32_MAX */
  dw_buf word;
} words;

static bool in_word(uint32_t c) { return dw_letters_is_letter(c) || dw_letters_is_digit(c) || c == '_'; }

/* A word of a training text is new or counted; of the others only known words matter. */
static void keep_word(words *w, size_t characters, uint32_t text, bool train)
{
  if (characters < 2 || dw_text_stopword(dw_buf_cstr(&w->word))) return;
  size_t known = w->map.count;
  uint32_t number = train ? dw_map_intern(&w->map, w->word.data, w->word.length) : dw_map_find(&w->map, w->word.data, w->word.length);
  if (number == DW_MAP_NONE) return;
  w->number = dw_grow(w->number, &w->capacity, w->count + 1, sizeof *w->number);
  w->number[w->count++] = number;
  if (!train) return;
  if (number == known) {
    w->texts = dw_grow(w->texts, &w->texts_capacity, known + 1, sizeof *w->texts);
    w->last = dw_grow(w->last, &w->last_capacity, known + 1, sizeof *w->last);
    w->texts[number] = w->last[number] = 0;
  }
  if (w->last[number] == text) return;
  w->last[number] = text;
  w->texts[number]++;
}

/* The tokens of the pattern \b\w\w+\b. */
static void read_text(words *w, const char *text, size_t length, uint32_t number, bool train)
{
  size_t characters = 0;
  w->word.length = 0;
  for (size_t at = 0; at < length;) {
    uint32_t c = dw_letters_lower(dw_letters_next(text, length, &at));
    if (in_word(c)) {
      char bytes[4];
      dw_buf_add(&w->word, bytes, dw_utf8_encode(bytes, c));
      characters++;
      continue;
    }
    keep_word(w, characters, number, train);
    characters = w->word.length = 0;
  }
  keep_word(w, characters, number, train);
}

typedef struct term {
  const dw_map_key *key;
  uint32_t number;
} term;

static int by_bytes(const void *left, const void *right)
{
  const dw_map_key *a = ((const term *)left)->key, *b = ((const term *)right)->key;
  int order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
  return order ? order : (a->length > b->length) - (a->length < b->length);
}

/* Columns are the words in sorted order, but those of more than half of the training texts. */
static size_t sort_vocabulary(words *w, size_t train)
{
  size_t count = w->map.count, width = 0;
  term *order = dw_alloc_array(count, sizeof *order);
  for (uint32_t i = 0; i < count; i++) order[i] = (term){&w->map.keys[i], i};
  qsort(order, count, sizeof *order, by_bytes);
  w->column = dw_alloc_array(count, sizeof *w->column);
  for (size_t i = 0; i < count; i++) w->column[order[i].number] = w->texts[order[i].number] * 2 <= train ? (uint32_t)width++ : UINT32_MAX;
  dw_free(order);
  return width;
}

static int by_column(const void *left, const void *right)
{
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  return (a > b) - (a < b);
}

/* --- rows --- */

typedef struct tfidf {
  dw_rows rows;
  size_t *start;
  uint32_t *column;
  double *value;
} tfidf;

/* Row i of the matrix is text i of w. Columns ascend, as in sklearn: sums are taken in that order. */
static void weigh(tfidf *m, words *w, size_t texts, size_t train, size_t width)
{
  double *idf = dw_alloc_array(width, sizeof *idf);
  for (size_t i = 0; i < w->map.count; i++)
    if (w->column[i] != UINT32_MAX) idf[w->column[i]] = dw_log(((double)train + 1) / ((double)w->texts[i] + 1)) + 1;
  *m = (tfidf){.start = dw_alloc_zero(texts + 1, sizeof(size_t)),
               .column = dw_alloc_array(w->count, sizeof(uint32_t)),
               .value = dw_alloc_array(w->count, sizeof(double))};
  size_t cells = 0;
  for (size_t text = 0; text < texts; text++) {
    size_t first = w->start[text], count = 0;
    for (size_t i = first; i < w->start[text + 1]; i++)
      if (w->column[w->number[i]] != UINT32_MAX) w->number[first + count++] = w->column[w->number[i]];
    qsort(w->number + first, count, sizeof *w->number, by_column);
    double square = 0;
    for (size_t i = 0, times; i < count; i += times) {
      uint32_t column = w->number[first + i];
      for (times = 1; i + times < count && w->number[first + i + times] == column;) times++;
      m->column[cells] = column;
      m->value[cells] = (dw_log((double)times) + 1) * idf[column];
      square += m->value[cells] * m->value[cells];
      cells++;
    }
    for (size_t i = m->start[text]; i < cells; i++) m->value[i] /= sqrt(square);
    m->start[text + 1] = cells;
  }
  m->rows = (dw_rows){.count = train, .width = width, .start = m->start, .column = m->column};
  dw_free(idf);
}

static void tfidf_free(tfidf *m)
{
  dw_free(m->start);
  dw_free(m->column);
  dw_free(m->value);
}

/* --- the classifier --- */

/* All texts in order of arrival, the reference first: side and place of each. */
typedef struct source {
  uint64_t number;
  uint32_t place;
  unsigned char side;
} source;

static int by_arrival(const void *left, const void *right)
{
  const source *a = left, *b = right;
  if (a->side != b->side) return a->side - b->side;
  return (a->number > b->number) - (a->number < b->number);
}

static source *sources(const dw_text_scored *scored, size_t *count)
{
  size_t all = scored->side[0]->count + scored->side[1]->count, i = 0;
  source *out = dw_alloc_array(all, sizeof *out);
  for (unsigned char side = 0; side < 2; side++)
    for (uint32_t k = 0; k < scored->side[side]->count; k++) out[i++] = (source){scored->side[side]->item[k].number, k, side};
  qsort(out, all, sizeof *out, by_arrival);
  *count = all;
  return out;
}

static void words_free(words *w)
{
  dw_map_free(&w->map);
  dw_free(w->number);
  dw_free(w->start);
  dw_free(w->texts);
  dw_free(w->last);
  dw_free(w->column);
  dw_buf_free(&w->word);
}

/* The training texts in the order of the permutation, then those of the test half. */
static void read_all(words *w, const dw_text_scored *scored, const source *from, const uint32_t *order, size_t count, size_t train)
{
  dw_map_init(&w->map);
  w->start = dw_alloc_zero(count + 1, sizeof(size_t));
  for (size_t i = 0; i < count; i++) {
    const source *s = &from[order[i < train ? count - train + i : i - train]];
    const dw_passages *passages = scored->side[s->side];
    read_text(w, dw_passage_text(passages, s->place), passages->item[s->place].length, (uint32_t)i + 1, i < train);
    w->start[i + 1] = w->count;
  }
}

/* The scores of the test half, by side, in the order of the permutation; the AUC. */
static dw_status judge(dw_text_scored *scored, const tfidf *m, const dw_logistic *model, const source *from, const uint32_t *order,
                       size_t test, size_t train, dw_err *err)
{
  double *score[2], *all = dw_alloc_array(test, sizeof *all);
  uint32_t *text[2];
  unsigned char *label = dw_alloc_array(test, 1);
  for (int side = 0; side < 2; side++) {
    score[side] = dw_alloc_array(test, sizeof(double));
    text[side] = dw_alloc_array(test, sizeof(uint32_t));
    scored->score[side] = score[side];
    scored->text[side] = text[side];
    scored->scored[side] = 0;
  }
  for (size_t i = 0; i < test; i++) {
    const source *s = &from[order[i]];
    size_t at = scored->scored[s->side]++;
    all[i] = dw_sgd_probability(dw_sgd_score(model, &m->rows, m->value, train + i));
    score[s->side][at] = all[i];
    text[s->side][at] = s->place;
    label[i] = s->side;
  }
  dw_status status = dw_auc_labels(all, label, test, &scored->auc, err);
  dw_free(all);
  dw_free(label);
  return status;
}

dw_status dw_text_evidently_classify(dw_text_scored *scored, dw_err *err)
{
  size_t count;
  source *from = sources(scored, &count);
  size_t test = (count + 1) / 2, train = count - test, train_current = 0;
  uint32_t *order = dw_alloc_array(count, sizeof *order);
  dw_mersenne twister;
  dw_mersenne_seed(&twister, SEED);
  dw_mersenne_permutation(&twister, order, (uint32_t)count);
  unsigned char *label = dw_alloc_array(train, 1);
  for (size_t i = 0; i < train; i++) train_current += label[i] = from[order[test + i]].side;
  words w = {0};
  dw_status status = DW_OK;
  read_all(&w, scored, from, order, count, train);
  size_t width = sort_vocabulary(&w, train);
  scored->count[0] = scored->side[0]->count;
  scored->count[1] = scored->side[1]->count;
  if (width == 0) {
    status = dw_err_set(err, DW_ENODATA, "no words are left without stop words and those in over half of the texts");
  } else if (train_current == 0 || train_current == train) {
    status = dw_err_set(err, DW_ENODATA, "the half that teaches has texts of one side only");
  } else {
    tfidf m;
    dw_logistic model;
    weigh(&m, &w, count, train, width);
    dw_sgd_fit(&model, &m.rows, m.value, label, &(dw_sgd_options){.alpha = 0.0001, .epochs = 50, .tolerance = 1e-3, .seed = SEED});
    status = judge(scored, &m, &model, from, order, test, train, err);
    dw_logistic_free(&model);
    tfidf_free(&m);
  }
  words_free(&w);
  dw_free(label);
  dw_free(order);
  dw_free(from);
  return status;
}

void dw_text_evidently_free(dw_text_scored *scored)
{
  for (int side = 0; side < 2; side++) {
    dw_free((void *)scored->score[side]);
    dw_free((void *)scored->text[side]);
  }
}

/* --- chance --- */

/* Guess i goes with label i of the test half. */
double dw_text_evidently_chance(const dw_text_scored *scored, double percentile)
{
  size_t count;
  source *from = sources(scored, &count);
  size_t test = (count + 1) / 2;
  uint32_t *order = dw_alloc_array(count, sizeof *order);
  unsigned char *label = dw_alloc_array(test, 1);
  double *guess = dw_alloc_array(test, sizeof *guess), *auc = dw_alloc_array(GUESSES, sizeof *auc),
         *scratch = dw_alloc_array(GUESSES, sizeof *scratch);
  dw_mersenne twister, guesser;
  dw_mersenne_seed(&twister, SEED);
  dw_mersenne_permutation(&twister, order, (uint32_t)count);
  for (size_t i = 0; i < test; i++) label[i] = from[order[i]].side;
  dw_mersenne_seed(&twister, SEED);
  size_t made = 0;
  for (int k = 0; k < GUESSES; k++) {
    dw_auc one;
    dw_mersenne_seed(&guesser, dw_mersenne_below(&twister, GUESS_SEEDS));
    for (size_t i = 0; i < test; i++) guess[i] = dw_mersenne_uniform(&guesser);
    if (dw_auc_labels(guess, label, test, &one, NULL) == DW_OK) auc[made++] = one.auc;
  }
  double chance = NAN;
  if (made) {
    dw_sort_doubles(auc, made, scratch);
    double at = percentile / 100 * (double)(made - 1), below = floor(at), part = at - below;
    double low = auc[(size_t)below], high = auc[(size_t)below + 1 < made ? (size_t)below + 1 : made - 1];
    chance = part >= 0.5 ? high - (high - low) * (1 - part) : low + (high - low) * part; /* numpy's _lerp */
  }
  dw_free(from);
  dw_free(order);
  dw_free(label);
  dw_free(guess);
  dw_free(auc);
  dw_free(scratch);
  return chance;
}
