#include "data/frames/scored.h"

#include <math.h>
#include <string.h>

void dw_scored_init(dw_scored *scored)
{
  *scored = (dw_scored){0};
  dw_labels_init(&scored->labels);
}

void dw_scored_free(dw_scored *scored)
{
  if (!scored->lent) {
    dw_free(scored->score);
    dw_free(scored->label);
  }
  dw_labels_free(&scored->labels);
  *scored = (dw_scored){0};
}

static void make_room(dw_scored *scored, size_t count)
{
  if (scored->capacity >= count) return;
  size_t capacity = scored->capacity;
  scored->score = dw_grow(scored->score, &capacity, count, sizeof *scored->score);
  scored->label = dw_grow(scored->label, &scored->capacity, count, sizeof *scored->label);
}

void dw_scored_add(dw_scored *scored, const dw_reader *reader, const dw_batch *batch, const uint8_t *take, const char *label_name,
                   const char *score_name)
{
  const dw_batch_column *label = dw_reader_find(reader, batch, label_name), *score = dw_reader_find(reader, batch, score_name);
  if (!label || !score) return;
  make_room(scored, scored->count + batch->rows);
  dw_buf scratch = {0};
  for (size_t row = 0; row < batch->rows; row++) {
    if (take && !take[row]) continue;
    dw_tag tag = score->tags[row];
    if ((tag != DW_INTEGER && tag != DW_REAL) || !isfinite(score->cells[row].number)) continue;
    bool named = scored->labels.named;
    double value = dw_labels_read(&scored->labels, batch, label->tags[row], label->cells[row], &scratch);
    if (named && !scored->labels.named) dw_labels_renumber(&scored->labels, scored->label, scored->count);
    if (isnan(value)) continue;
    scored->score[scored->count] = score->cells[row].number;
    scored->label[scored->count++] = value;
  }
  dw_buf_free(&scratch);
}

const double *dw_scored_labels(const dw_scored *scored, size_t *count)
{
  bool few = scored->looked.known && scored->looked.named == scored->labels.named && scored->looked.distinct <= 2;
  *count = few ? (size_t)scored->looked.distinct : scored->count;
  return few ? scored->looked.seen : scored->label;
}

/* --- two sides --- */

static dw_status cannot_meet(const dw_scored *reference, const dw_scored *current, const char *label, const char *why, dw_err *err)
{
  dw_buf before = {0}, after = {0};
  dw_labels_describe(&reference->labels, &before);
  dw_labels_describe(&current->labels, &after);
  dw_err_set(err, DW_EDATA, "the label \"%s\" is %s in the reference and %s in the current data: %s; write it alike on both sides", label,
             dw_buf_cstr(&before), dw_buf_cstr(&after), why);
  dw_buf_free(&before);
  dw_buf_free(&after);
  return DW_EDATA;
}

static dw_status check_clash(const dw_scored *side, const char *which, const char *label, dw_err *err)
{
  if (!side->labels.clash) return DW_OK;
  dw_buf kinds = {0};
  dw_labels_describe(&side->labels, &kinds);
  dw_err_set(err, DW_EDATA, "the label \"%s\" of the %s is %s: nothing tells which of them are the same class; write them alike", label,
             which, dw_buf_cstr(&kinds));
  dw_buf_free(&kinds);
  return DW_EDATA;
}

static bool to_numbers(dw_scored *side)
{
  bool named = side->labels.named;
  if (!dw_labels_to_numbers(&side->labels)) return false;
  if (named) dw_labels_renumber(&side->labels, side->label, side->count);
  return true;
}

/* Which numbers occur among the labels of a side. */
typedef struct numbers {
  bool zero, one, more; /* more: any other */
  bool fraction;
} numbers;

static numbers look(const dw_scored *side)
{
  numbers seen = {0};
  size_t count;
  const double *label = dw_scored_labels(side, &count);
  for (size_t i = 0; i < count; i++) {
    double x = label[i];
    if (x == 0) seen.zero = true;
    else if (x == 1) seen.one = true;
    else seen.more = true;
    seen.fraction |= x != floor(x);
  }
  return seen;
}

static bool is_flag(const numbers *side) { return side->zero && side->one && !side->more; }

static dw_status match_numbers(const dw_scored *reference, const dw_scored *current, const char *label, dw_err *err)
{
  numbers before = look(reference), after = look(current);
  if ((before.more || after.more) && (reference->labels.first_boolean || current->labels.first_boolean))
    return cannot_meet(reference, current, label, "booleans are 0 and 1, and there are other numbers", err);
  if ((is_flag(&before) && after.fraction) || (is_flag(&after) && before.fraction))
    return cannot_meet(reference, current, label,
                       is_flag(&before) ? "the reference has the two classes 0 and 1, the current data fractions"
                                        : "the current data have the two classes 0 and 1, the reference fractions",
                       err);
  return DW_OK;
}

/* "0" and "1" against "true" and "false" are what CSV reads as numbers and booleans. */
static dw_status match_texts(dw_scored *reference, dw_scored *current, const char *label, dw_err *err)
{
  const dw_map *before = &reference->labels.classes, *after = &current->labels.classes;
  if (before->count + after->count <= 2) return DW_OK; /* one class a side may be the two of one label */
  for (size_t i = 0; i < after->count; i++)
    if (dw_map_find(before, after->keys[i].text, after->keys[i].length) != DW_MAP_NONE) return DW_OK;
  if (to_numbers(reference) && to_numbers(current)) return match_numbers(reference, current, label, err);
  return cannot_meet(reference, current, label, "they have no class in common", err);
}

dw_status dw_scored_match(dw_scored *reference, dw_scored *current, const char *label, dw_err *err)
{
  dw_status status = check_clash(reference, "reference", label, err);
  if (status == DW_OK) status = check_clash(current, "current data", label, err);
  if (status != DW_OK || reference->count == 0 || current->count == 0) return status;
  if (reference->labels.named != current->labels.named && !to_numbers(reference->labels.named ? reference : current))
    return cannot_meet(reference, current, label, "nothing tells which of them are the same class", err);
  return reference->labels.named ? match_texts(reference, current, label, err) : match_numbers(reference, current, label, err);
}

void dw_scored_follow(dw_scored *part, const dw_scored *whole)
{
  if (part->labels.named && !whole->labels.named && part->count) to_numbers(part);
}
