#include "data/columns/describe.h"

#include <math.h>

#include "base/letters.h"
#include "data/columns/words.h"

static const char *const suffix[DW_DESCRIPTIONS] = {"length", "words", "sentences", "non_letter_share", "refusal"};

/* --- one text --- */

/* Counts the words that dw_words_next would give, without making them. */
typedef struct word_count {
  size_t words;
  bool inside, joined; /* joined: the last character was an apostrophe or a hyphen behind a letter */
} word_count;

static void count_word(word_count *w, uint32_t c, bool letter_or_digit)
{
  if (letter_or_digit) {
    bool alone = dw_letters_is_ideograph(c);
    w->words += alone || !w->inside;
    w->inside = !alone;
    w->joined = false;
    return;
  }
  bool joins = c == '\'' || c == '-' || c == 0x2019;
  w->inside = w->inside && joins && !w->joined;
  w->joined = w->inside;
}

static bool ends_sentence(uint32_t c, const char *text, size_t length, size_t next)
{
  if (c == 0x3002 || c == 0xff01 || c == 0xff1f) return true;
  if (c != '.' && c != '!' && c != '?' && c != 0x2026) return false;
  return next >= length || text[next] == ' ' || text[next] == '\n' || text[next] == '\t' || text[next] == '\r';
}

static void describe_characters(const char *text, size_t length, double out[DW_DESCRIPTIONS])
{
  size_t characters = 0, others = 0, sentences = 0;
  bool open = false; /* a sentence has begun */
  word_count words = {0};
  for (size_t at = 0; at < length; characters++) {
    uint32_t c = dw_letters_next(text, length, &at);
    bool letter = dw_letters_is_letter(c), digit = dw_letters_is_digit(c);
    if (!letter && !dw_letters_is_space(c)) others++;
    count_word(&words, c, letter || digit);
    open |= letter || digit;
    if (open && (at >= length || ends_sentence(c, text, length, at))) {
      sentences++;
      open = false;
    }
  }
  out[DW_DESCRIBE_LENGTH] = (double)characters;
  out[DW_DESCRIBE_WORDS] = (double)words.words;
  out[DW_DESCRIBE_SENTENCES] = (double)sentences;
  out[DW_DESCRIBE_NON_LETTERS] = characters ? (double)others / (double)characters : NAN;
}

void dw_describe_text(const char *text, size_t length, const dw_word_list *refusals, dw_buf *scratch, double out[DW_DESCRIPTIONS])
{
  describe_characters(text, length, out);
  out[DW_DESCRIBE_REFUSAL] = dw_word_list_has(refusals, text, length, scratch);
}

/* --- a column --- */

static dw_column *new_column(const char *name, const dw_column *of)
{
  dw_buf full = {0};
  dw_column *column = dw_alloc(sizeof *column);
  dw_buf_format(&full, "%s.%s", of->name, name);
  dw_column_init(column, dw_buf_cstr(&full), false);
  column->describes = of;
  dw_buf_free(&full);
  return column;
}

void dw_described_init(dw_described *described, uint32_t id, const dw_column *of, bool by_pattern)
{
  *described = (dw_described){.id = id, .refusals = dw_word_list_shipped(DW_WORDS_REFUSAL)};
  for (int i = 0; i < DW_DESCRIPTIONS; i++) {
    described->column[i] = new_column(suffix[i], of);
    described->column[i]->describes_by_pattern = by_pattern;
  }
}

void dw_described_free(dw_described *described)
{
  for (int i = 0; i < DW_DESCRIPTIONS; i++) {
    if (!described->column[i]) continue;
    dw_column_free(described->column[i]);
    dw_free(described->column[i]);
  }
  dw_word_list_free(described->refusals);
  *described = (dw_described){0};
}

/* Counts and shares are quantities, however few values they take: as real numbers they make a numeric column. A refusal is yes or no. */
static dw_tag cell_of(double number, bool quantity, dw_cell *cell)
{
  cell->number = number;
  return isnan(number) ? DW_NULL : quantity ? DW_REAL : DW_INTEGER;
}

void dw_described_add(dw_described *described, const dw_batch *batch, const dw_batch_column *cells, const uint8_t *take)
{
  dw_cell *cell = dw_alloc_array(batch->rows * DW_DESCRIPTIONS, sizeof *cell);
  uint8_t *tag = dw_alloc_array(batch->rows, DW_DESCRIPTIONS);
  dw_buf decoded = {0}, scratch = {0};
  for (size_t row = 0; row < batch->rows; row++) {
    dw_tag is = cells->tags[row];
    double number[DW_DESCRIPTIONS];
    bool text = (is == DW_STRING || is == DW_STRING_ESCAPED) && (!take || take[row]);
    if (text) {
      size_t length;
      const char *bytes = dw_cell_text(batch, is, cells->cells[row], &decoded, &length);
      dw_describe_text(bytes, length, described->refusals, &scratch, number);
    }
    for (size_t i = 0; i < DW_DESCRIPTIONS; i++)
      tag[i * batch->rows + row] = (uint8_t)(text            ? cell_of(number[i], i != DW_DESCRIBE_REFUSAL, &cell[i * batch->rows + row])
                                             : is == DW_NULL ? DW_NULL
                                                             : DW_ABSENT);
  }
  for (size_t i = 0; i < DW_DESCRIPTIONS; i++)
    dw_column_add(described->column[i], batch, &(dw_batch_column){.tags = tag + i * batch->rows, .cells = cell + i * batch->rows}, take);
  dw_free(cell);
  dw_free(tag);
  dw_buf_free(&decoded);
  dw_buf_free(&scratch);
}

/* --- words not seen before --- */

static double unknown_share(const dw_map *vocabulary, const char *text, size_t length)
{
  size_t at = 0, count = 0, unknown = 0;
  dw_word word;
  for (; dw_words_next(text, length, &at, &word); count++) unknown += dw_map_find(vocabulary, word.text, word.length) == DW_MAP_NONE;
  return count ? (double)unknown / (double)count : NAN;
}

static dw_column *judge_unknown(const dw_column *of, const dw_map *vocabulary, const dw_passages *texts, size_t first)
{
  dw_column *column = new_column("oov_share", of);
  size_t rows = texts->count - first;
  dw_cell *cell = dw_alloc_array(rows, sizeof *cell);
  uint8_t *tag = dw_alloc_array(rows, 1);
  for (size_t i = 0; i < rows; i++) {
    double share = unknown_share(vocabulary, dw_passage_text(texts, first + i), texts->item[first + i].length);
    tag[i] = (uint8_t)cell_of(share, true, &cell[i]);
  }
  dw_column_add(column, &(dw_batch){.rows = rows}, &(dw_batch_column){.tags = tag, .cells = cell}, NULL);
  double *scratch = dw_alloc_array(rows, sizeof *scratch);
  dw_column_finish(column, rows, scratch);
  dw_free(scratch);
  dw_free(cell);
  dw_free(tag);
  return column;
}

void dw_describe_unknown(const dw_column *reference, const dw_column *current, dw_column *out[2])
{
  dw_passages own[2];
  const dw_passages *r = dw_column_passages(reference, &own[0]), *c = dw_column_passages(current, &own[1]);
  dw_map vocabulary;
  dw_map_init(&vocabulary);
  for (size_t i = 0; i < r->count / 2; i++) {
    size_t at = 0;
    dw_word word;
    while (dw_words_next(dw_passage_text(r, i), r->item[i].length, &at, &word)) dw_map_intern(&vocabulary, word.text, word.length);
  }
  out[0] = judge_unknown(reference, &vocabulary, r, r->count / 2);
  out[1] = judge_unknown(current, &vocabulary, c, 0);
  dw_map_free(&vocabulary);
  for (int i = 0; i < 2; i++) dw_passages_free(&own[i]);
}
