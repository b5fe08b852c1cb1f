#include "serve/watch/census.h"

#include <math.h>

#include "base/num.h"
#include "data/columns/word_list.h"
#include "io/reader/reader_run.h"

enum {
  CONFIDENCE,
  PREDICTION,
  SCORE,
  LABEL,
  FEEDBACK,
  REFUSAL,
  REFUSED,
  IS_REFUSAL,
  RESPONSE,
  TOXICITY,
  TOXICITY_SCORE,
  TOXIC,
  IS_TOXIC,
  EMBEDDING,
  MEMBERS
};
static const char *const members[MEMBERS] = {"confidence", "prediction", "score",    "label",          "feedback", "refusal",  "refused",
                                             "is_refusal", "response",   "toxicity", "toxicity_score", "toxic",    "is_toxic", "embedding"};

double dw_census_share(dw_census_rate rate) { return rate.known ? (double)rate.yes / (double)rate.known : NAN; }

/* Where it is read: the columns of one batch. */
typedef struct counting {
  dw_census *census;
  dw_word_list *refusals;
  const dw_batch *batch;
  const dw_batch_column *column[MEMBERS];
  dw_buf scratch[2];
} counting;

static dw_tag tag_of(const counting *c, int member, size_t row)
{
  return c->column[member] ? (dw_tag)c->column[member]->tags[row] : DW_ABSENT;
}

/* A number; true is 1 and false 0; NaN: anything else, or nothing. */
static double number_of(const counting *c, int member, size_t row)
{
  switch (tag_of(c, member, row)) {
  case DW_INTEGER:
  case DW_REAL: return c->column[member]->cells[row].number;
  case DW_TRUE: return 1;
  case DW_FALSE: return 0;
  default: return NAN;
  }
}

static bool is_text(dw_tag tag) { return tag == DW_STRING || tag == DW_STRING_ESCAPED; }

static const char *text_of(counting *c, int member, size_t row, int scratch, size_t *length)
{
  return dw_cell_text(c->batch, tag_of(c, member, row), c->column[member]->cells[row], &c->scratch[scratch], length);
}

/* A class as a number, also of a text that says one ("1", "true"); NaN: it is another text, or nothing. */
static double class_of(counting *c, int member, size_t row)
{
  if (!is_text(tag_of(c, member, row))) return number_of(c, member, row);
  size_t length;
  double value;
  bool integer;
  const char *text = text_of(c, member, row, 0, &length);
  if (dw_text_equal(text, length, "true") || dw_text_equal(text, length, "false")) return *text == 't';
  return dw_num_parse(text, length, &value, &integer) ? value : NAN;
}

static bool same_text(counting *c, int prediction, size_t row)
{
  size_t length[2];
  const char *text[2] = {text_of(c, prediction, row, 0, &length[0]), text_of(c, LABEL, row, 1, &length[1])};
  return length[0] == length[1] && memcmp(text[0], text[1], length[0]) == 0;
}

static bool is_whole(double value) { return value == rint(value); }

/* Two texts are compared as they are. What says numbers is compared as that: a class with a class, and a probability with a label of 0 or
 * 1, from one half on. A label that is no class, of a regression, says nothing of right and wrong. */
static void count_right(counting *c, size_t row)
{
  int member = tag_of(c, PREDICTION, row) > DW_NULL ? PREDICTION : SCORE;
  dw_tag prediction = tag_of(c, member, row), label = tag_of(c, LABEL, row);
  if (prediction <= DW_NULL || label <= DW_NULL || prediction == DW_VECTOR || label == DW_VECTOR) return;
  bool right = is_text(prediction) && is_text(label) && same_text(c, member, row);
  if (!right && !(is_text(prediction) && is_text(label))) {
    double said = class_of(c, member, row), is = class_of(c, LABEL, row);
    bool binary = is == 0 || is == 1;
    bool share = said >= 0 && said <= 1 && (member == SCORE || !is_whole(said));
    if (!isnan(is) && !is_whole(is)) return;
    if (!isnan(said) && !is_whole(said) && !(binary && share)) return;
    right = share && binary ? (said >= 0.5) == (is == 1) : said == is;
  }
  c->census->right.known++;
  c->census->right.yes += right;
}

static void count_rate(dw_census_rate *rate, double value)
{
  if (isnan(value)) return;
  rate->known++;
  rate->yes += value >= 0.5;
}

/* The first of some members that says a number. */
static double first_number(const counting *c, int from, int to, size_t row)
{
  double value = NAN;
  for (int m = from; m <= to && isnan(value); m++) value = number_of(c, m, row);
  return value;
}

static double refusal_of(counting *c, size_t row)
{
  double value = first_number(c, REFUSAL, IS_REFUSAL, row);
  size_t length;
  if (!isnan(value) || !is_text(tag_of(c, RESPONSE, row))) return value;
  const char *text = text_of(c, RESPONSE, row, 0, &length);
  return dw_word_list_has(c->refusals, text, length, &c->scratch[1]);
}

static void count_row(counting *c, size_t row)
{
  dw_census *census = c->census;
  double feedback = number_of(c, FEEDBACK, row);
  dw_seed_add(&census->confidence, number_of(c, CONFIDENCE, row));
  count_right(c, row);
  if (!isnan(feedback)) census->feedback++, census->feedback_sum += feedback;
  count_rate(&census->refused, refusal_of(c, row));
  count_rate(&census->toxic, first_number(c, TOXICITY, IS_TOXIC, row));
  census->embedding |= tag_of(c, EMBEDDING, row) == DW_VECTOR;
  census->label |= tag_of(c, LABEL, row) > DW_NULL;
}

static dw_status take(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *err)
{
  counting *c = context;
  c->batch = batch;
  for (int m = 0; m < MEMBERS; m++) c->column[m] = dw_reader_find(reader, batch, members[m]);
  for (size_t row = 0; row < batch->rows; row++) count_row(c, row);
  c->census->rows += batch->rows;
  return DW_OK;
}

static bool want(void *census, const char *name, size_t length)
{
  dw_roster_add(&((dw_census *)census)->names, name, length);
  for (int m = 0; m < MEMBERS; m++)
    if (dw_text_equal(name, length, members[m])) return true;
  return false;
}

dw_status dw_census_read(dw_census *census, dw_window_source *source, dw_err *err)
{
  dw_reader *reader;
  counting c = {.census = census, .refusals = dw_word_list_shipped(DW_WORDS_REFUSAL)};
  *census = (dw_census){0};
  dw_roster_init(&census->names);
  dw_status status = dw_window_source_open(source, &reader, &(dw_reader_options){.threads = 1, .want = want, .context = census}, err);
  if (status == DW_OK) {
    status = dw_reader_run(reader, &(dw_batch_sink){take, &c}, NULL, err);
    dw_reader_close(reader);
    census->strays = source->strays;
  }
  dw_word_list_free(c.refusals);
  for (int i = 0; i < 2; i++) dw_buf_free(&c.scratch[i]);
  return status;
}

void dw_census_free(dw_census *census) { dw_roster_free(&census->names); }
