#include "data/columns/column.h"

#include <math.h>

#include "base/clock.h"
#include "base/num.h"
#include "data/columns/numeral.h"
#include "data/columns/column_summary.h"
#include "io/record/time_format.h"
#include "io/formats/csv.h"
#include "stats/samples/sort.h"

enum {
  /* so many different strings with hardly a repeat (nine in ten) are identifiers or instants: counting them would only fill memory */
  ENDLESS_DISTINCT = 9000,
  ENDLESS_ALWAYS = 1 << 20, /* however often they repeat, no column of categories has more values than this */
  /* of so many numbers it is told whether they are counted from there on, or kept one by one: more different ones among them (seven in
   * eight) come from more than can be counted */
  NUMBERS_TOLD = 8192,
  NUMBERS_TOLD_DIFFERENT = NUMBERS_TOLD / 8 * 7,
  AHEAD = 12 /* counted cells, as stats/streams/number_counts.c */
};

void dw_column_init(dw_column *column, const char *name, bool keep_texts)
{
  *column = (dw_column){.name = dw_strdup(name), .keep_texts = keep_texts, .instants = true};
  dw_map_init(&column->texts);
  dw_moments_init(&column->moments);
}

void dw_column_free(dw_column *column)
{
  dw_free((void *)column->name);
  if (!column->lent) dw_free(column->value);
  if (!column->lent) dw_free(column->weight);
  if (column->counts) dw_number_counts_free(column->counts);
  dw_free(column->counts);
  if (column->packed) dw_decimals_free(column->packed);
  dw_free(column->packed);
  if (column->sketch) dw_sketch_free(column->sketch);
  dw_free(column->sketch);
  dw_free(column->sketch_value);
  dw_free(column->sketch_weight);
  dw_column_summary_free(column->summary);
  dw_map_free(&column->texts);
  dw_free(column->text_count);
  if (column->passages) dw_passages_free(column->passages);
  dw_free(column->passages);
  if (column->spellings) dw_spellings_free(column->spellings);
  dw_free(column->spellings);
  if (column->vectors) dw_vectors_free(column->vectors);
  dw_free(column->vectors);
  dw_instants_free(column->times);
  dw_free((void *)column->timing);
  if (!column->lent) dw_free(column->order);
  for (size_t i = 0; i < column->first_count; i++) dw_free((void *)column->first[i].file);
  dw_free(column->first);
  dw_buf_free(&column->scratch);
}

static void *copy_of(const void *array, size_t count, size_t size)
{
  return count ? memcpy(dw_alloc_array(count, size), array, count * size) : NULL;
}

/* The numbers become an array; whose the packed ones are decides the caller. */
static void column_give(dw_column *column)
{
  column->value_count = column->value_capacity = column->packed->count;
  column->value = dw_alloc_array(column->value_count, sizeof *column->value);
  dw_decimals_give(column->packed, column->value);
}

static void column_unpack(dw_column *column)
{
  column_give(column);
  dw_decimals_free(column->packed);
  dw_free(column->packed);
  column->packed = NULL;
}

void dw_column_own(dw_column *column)
{
  if (column->packed) {
    column_unpack(column);
    column->sorted = dw_column_values(column);
  }
  if (!column->lent) return;
  column->lent = column->looked.known = false;
  column->value = copy_of(column->value, column->value_count, sizeof *column->value);
  column->weight = column->weight ? copy_of(column->weight, column->value_count, sizeof *column->weight) : NULL;
  column->value_capacity = column->value_count;
  column->order = copy_of(column->order, column->order_count, sizeof *column->order);
  column->order_capacity = column->order_count;
  if (!column->sketch) column->sorted = dw_column_values(column);
}

const dw_column *dw_column_open(const dw_column *column, dw_column *own)
{
  if (!column || !column->packed) return column;
  *own = *column;
  column_give(own);
  own->sorted = dw_column_values(own);
  return own;
}

void dw_column_close(const dw_column *opened, dw_column *own)
{
  if (opened == own) dw_free(own->value);
}

static void column_order(dw_column *column, double number, uint32_t text)
{
  column->order = dw_grow(column->order, &column->order_capacity, column->order_count + 1, sizeof *column->order);
  column->order[column->order_count++] = (dw_column_cell){number, text};
}

static void column_lose_order(dw_column *column)
{
  dw_free(column->order);
  column->order = NULL;
  column->order_count = column->order_capacity = 0;
  column->keep_order = false;
}

/* --- numbers: kept one by one, or counted ---
 *
 * The first NUMBERS_TOLD of a column tell which; they are the same ones in whatever parts its cells come. Past so many different ones that
 * counting them pays no more, all are kept after all, in ascending order, so that the order in which they came makes no difference. */

dw_sorted dw_column_values(const dw_column *column)
{
  return column->weight ? dw_sorted_make_weighted(column->value, column->weight, column->value_count)
                        : dw_sorted_make(column->value, column->value_count);
}

void dw_column_spell_out(dw_column *column)
{
  if (!column->weight) return;
  dw_sorted all = dw_column_values(column);
  double *value = dw_alloc_array((size_t)all.total, sizeof *value);
  size_t count = 0;
  for (size_t i = 0; i < all.count; i++)
    for (uint64_t k = 0; k < all.weight[i]; k++) value[count++] = all.value[i];
  dw_free(column->value);
  dw_free(column->weight);
  column->value = value;
  column->weight = NULL;
  column->value_count = column->value_capacity = count;
  column->sorted = dw_sorted_make(value, count);
}

/* Numbers that are counted become an array: each once, with its weight. */
static void column_uncount(dw_column *column)
{
  dw_free(column->value);
  dw_sorted all = dw_number_counts_sorted(column->counts, &column->value, &column->weight);
  column->value_count = column->value_capacity = all.count;
  dw_number_counts_free(column->counts);
  dw_free(column->counts);
  column->counts = NULL;
}

static void column_keep_all(dw_column *column)
{
  column_uncount(column);
  dw_column_spell_out(column);
  column->overflown = true;
}

static void column_drop_values(dw_column *column)
{
  dw_free(column->value);
  column->value = NULL;
  column->value_count = column->value_capacity = 0;
}

/* false: there are too many different ones. */
static bool column_count(dw_column *column)
{
  if (dw_number_counts_exceed(column->value, column->value_count, NUMBERS_TOLD_DIFFERENT)) return false;
  dw_number_counts counts = {0};
  dw_number_counts_add_array(&counts, column->value, column->value_count);
  if (counts.distinct > NUMBERS_TOLD_DIFFERENT) {
    dw_number_counts_free(&counts);
    return false;
  }
  column->counts = dw_alloc(sizeof *column->counts);
  *column->counts = counts;
  return true;
}

/* false: some have too many digits. */
static bool column_pack(dw_column *column)
{
  dw_decimals packed = {0};
  if (!dw_decimals_add(&packed, column->value, column->value_count)) {
    dw_decimals_free(&packed);
    return false;
  }
  column->packed = dw_alloc(sizeof *column->packed);
  *column->packed = packed;
  return true;
}

static void column_tell(dw_column *column)
{
  column->told = true;
  if (column_count(column) || (column->pack && column_pack(column))) column_drop_values(column);
}

static void column_sketch(dw_column *column, const double *x, size_t n)
{
  dw_sketch_add_array(column->sketch, x, n);
  dw_moments_add_array(&column->moments, x, n);
  if (column->summary_size) dw_column_summary_numbers(dw_column_summary_of(column), x, n);
}

/* Of a column for a profile, which keeps numbers in no other way once it does not count them. */
static void column_summarise(dw_column *column)
{
  if (column->summary_size && !column->counts && !column->sketch) dw_column_compress(column, column->summary_size);
}

/* Finite numbers. */
static void column_numbers(dw_column *column, const double *x, size_t n)
{
  while (n > 0) {
    size_t taken = n;
    if (column->packed && dw_decimals_add(column->packed, x, n)) return;
    if (column->packed) column_unpack(column);
    if (column->sketch) {
      column_sketch(column, x, n);
    } else if (column->counts) {
      taken = dw_number_counts_add_array(column->counts, x, n);
      if (taken < n) column_keep_all(column);
      if (taken < n) column_summarise(column);
    } else {
      if (!column->told && taken > NUMBERS_TOLD - column->value_count) taken = NUMBERS_TOLD - column->value_count;
      column->value = dw_grow(column->value, &column->value_capacity, column->value_count + taken, sizeof *column->value);
      memcpy(column->value + column->value_count, x, taken * sizeof *x);
      column->value_count += taken;
      if (column->value_count == NUMBERS_TOLD && !column->told) {
        column_tell(column);
        column_summarise(column);
      }
    }
    x += taken;
    n -= taken;
  }
}

/* Whether so many different ones of `total` numbers are kept each once with its weight. */
static bool counts_pay(size_t different, uint64_t total) { return different <= DW_NUMBER_COUNTS_MOST && 2 * (uint64_t)different <= total; }

void dw_column_arrange(dw_column *column)
{
  dw_sorted all = dw_column_values(column);
  size_t enough = all.total / 2 < DW_NUMBER_COUNTS_MOST ? (size_t)all.total / 2 + 1 : DW_NUMBER_COUNTS_MOST + 1; /* to be too many */
  size_t different = all.total < NUMBERS_TOLD ? SIZE_MAX : all.weight ? all.count : dw_sorted_distinct(all, enough);
  bool counted = counts_pay(different, all.total);
  if (!counted) {
    dw_column_spell_out(column);
  } else if (!all.weight) {
    column->weight = dw_alloc_array(different, sizeof *column->weight);
    for (size_t i = 0, k = 0; i < all.count; k++) {
      double number = all.value[i];
      column->weight[k] = dw_sorted_run(all, &i);
      column->value[k] = number;
    }
    column->value = dw_realloc_array(column->value, different, sizeof *column->value);
    column->value_count = column->value_capacity = different;
  }
  column->sorted = dw_column_values(column);
}

/* Numbers that came one by one. */
static void column_take_waiting(dw_column *column)
{
  dw_column_summary *summary = column->summary;
  size_t count = summary ? summary->waiting_count : 0;
  if (count) summary->waiting_count = 0;
  if (count) column_numbers(column, summary->waiting, count);
}

static void column_number(dw_column *column, double number)
{
  if (isinf(number)) {
    column->infinite++;
    return;
  }
  if (column->keep_order) column_order(column, number, DW_MAP_NONE);
  if (column->summary_size) {
    dw_column_summary *summary = dw_column_summary_of(column);
    summary->waiting[summary->waiting_count++] = number;
    if (summary->waiting_count == DW_SUMMARY_WAITING) column_take_waiting(column);
  } else if (column->sketch) {
    dw_sketch_add(column->sketch, number);
    dw_moments_add(&column->moments, number);
  } else {
    column_numbers(column, &number, 1);
  }
}

static void sample_texts(const dw_column *column, dw_passages *to)
{
  dw_passages_init(to, DW_PASSAGES_BYTES);
  for (size_t i = 0; i < column->texts.count; i++)
    for (uint64_t k = 0; k < column->text_count[i]; k++) dw_passages_add(to, column->texts.keys[i].text, column->texts.keys[i].length);
}

void dw_column_stop_texts(dw_column *column)
{
  if (column->endless) return;
  column->endless = true;
  column_lose_order(column);
  if (column->summary_size) {
    for (size_t i = 0; i < column->texts.count; i++)
      dw_column_summary_text(dw_column_summary_of(column), column->texts.keys[i].text, column->texts.keys[i].length, column->text_count[i]);
  } else if (!column->passages) {
    column->passages = dw_alloc(sizeof *column->passages);
    sample_texts(column, column->passages);
  }
  for (size_t i = 0; i < column->texts.count; i++)
    if (dw_csv_mark(column->texts.keys[i].text, column->texts.keys[i].length)) column->marks += column->text_count[i];
  dw_map_free(&column->texts);
  dw_free(column->text_count);
  column->text_count = NULL;
  column->text_capacity = 0;
}

void dw_column_sample_texts(dw_column *column)
{
  column->passages = dw_alloc(sizeof *column->passages);
  dw_passages_init(column->passages, DW_PASSAGES_BYTES);
}

/* Asked when a new distinct string was seen, not at the end of a batch: the answer depends on the strings alone. */
static bool hardly_repeat(const dw_column *column)
{
  uint64_t strings = column->tag[DW_STRING] + column->tag[DW_STRING_ESCAPED];
  size_t distinct = column->texts.count;
  if (column->amounts * 2 > column->distinct && distinct < ENDLESS_ALWAYS) return false;
  return distinct >= ENDLESS_DISTINCT && !column->keep_texts && (strings * 9 < (uint64_t)distinct * 10 || distinct >= ENDLESS_ALWAYS);
}

void dw_column_look(dw_column *column, const char *text, size_t length)
{
  column->distinct++;
  bool numeral = dw_numeral_like(text, length);
  column->numerals += numeral;
  column->amounts += numeral && dw_numeral_amount(text, length);
  int64_t instant;
  double number;
  char form[2][DW_TIME_FORMAT_TEXT];
  if (column->instants && !dw_time_parse(text, length, &instant) && !dw_instants_digits(column->name, text, length, &number)) {
    column->instants = dw_time_format_guess(text, length, form) > 0 || dw_time_format_yearless(text, length, &instant);
    column->dates = true;
  }
  for (size_t i = 0; i < length && !column->spaces; i++) column->spaces = text[i] == ' ' || text[i] == '\t' || text[i] == '\n';
}

/* Distinct strings are few, cells are many: what a string looks like is asked once for each distinct one. */
static void column_text(dw_column *column, const char *text, size_t length, bool string, uint64_t times)
{
  if (column->passages && string) dw_passages_add(column->passages, text, length);
  if (column->endless) {
    column->marks += string && dw_csv_mark(text, length);
    if (column->summary_size) dw_column_summary_text(dw_column_summary_of(column), text, length, times);
    return;
  }
  size_t before = column->texts.count;
  uint32_t index = dw_map_intern(&column->texts, text, length);
  if (column->keep_order) column_order(column, 0, index);
  if (index < before) {
    column->text_count[index] += times;
    return;
  }
  column->text_count = dw_grow(column->text_count, &column->text_capacity, column->texts.count, sizeof *column->text_count);
  column->text_count[index] = times;
  if (!string) return;
  dw_column_look(column, text, length);
  if (hardly_repeat(column)) dw_column_stop_texts(column);
}

/* A string without escapes of an endless column that goes into a profile. */
static void column_text_later(dw_column *column, const char *text, size_t length)
{
  dw_column_summary *summary = dw_column_summary_of(column);
  __builtin_prefetch(text);
  column->marks += dw_csv_mark(text, length);
  summary->later[summary->later_count].text = text;
  summary->later[summary->later_count++].length = length;
  if (summary->later_count == DW_SUMMARY_TEXTS) dw_column_summary_take_texts(summary);
}

dw_vectors *dw_column_vectors(dw_column *column)
{
  if (!column->vectors) {
    column->vectors = dw_alloc(sizeof *column->vectors);
    dw_vectors_init(column->vectors, DW_VECTORS_BYTES);
  }
  return column->vectors;
}

static dw_spellings *column_spellings(dw_column *column)
{
  if (!column->spellings) {
    column->spellings = dw_alloc(sizeof *column->spellings);
    dw_spellings_init(column->spellings);
  }
  return column->spellings;
}

void dw_column_spell(dw_column *column, const char *text, size_t length, double number, uint64_t times)
{
  dw_spellings_note(column_spellings(column), text, length, number, times);
}

_Static_assert(sizeof(dw_cell) == sizeof(double), "cells of numbers are an array of them");

/* A batch in which every cell is a finite number, the common case. */
static bool column_add_numbers(dw_column *column, const dw_batch *batch, const dw_batch_column *cells)
{
  size_t reals;
  if ((column->sketch && !column->summary_size) || column->keep_order || !batch->rows) return false;
  if (!dw_cells_all_numbers(cells->tags, batch->rows, &reals) || !dw_cells_all_finite(cells->cells, batch->rows)) return false;
  column_numbers(column, &cells->cells->number, batch->rows);
  column->tag[DW_INTEGER] += batch->rows - reals;
  column->tag[DW_REAL] += reals;
  return true;
}

/* Whether cells that come counted may be added so: where the order of single rows decides nothing (samples of texts, sketches, whether
 * numbers are counted at all, whether strings hardly repeat). */
static bool takes_counted(const dw_column *column, const dw_batch_column *cells)
{
  bool numbers = false;
  if (!cells->counted || column->sketch || column->keep_order || column->passages || column->endless) return false;
  if (!column->keep_texts && column->texts.count + cells->counted_count >= ENDLESS_DISTINCT) return false;
  for (size_t i = 0; i < cells->counted_count; i++) {
    dw_tag tag = (dw_tag)cells->counted[i].tag;
    if (tag >= DW_VECTOR) return false;
    numbers |= tag == DW_INTEGER || tag == DW_REAL;
  }
  return !numbers || column->counts;
}

static void column_add_counted(dw_column *column, const dw_batch *batch, const dw_batch_column *cells)
{
  for (size_t i = 0; i < cells->counted_count; i++) {
    const dw_counted_cell *c = &cells->counted[i], *ahead = &cells->counted[i + AHEAD < cells->counted_count ? i + AHEAD : i];
    if (column->counts && (ahead->tag == DW_INTEGER || ahead->tag == DW_REAL)) dw_number_counts_fetch(column->counts, ahead->cell.number);
    size_t length = c->tag == DW_TRUE ? 4 : 5;
    const char *text = c->tag == DW_TRUE ? "true" : "false";
    column->tag[c->tag] += c->times;
    switch (c->tag) {
    case DW_INTEGER:
    case DW_REAL:
      if (isinf(c->cell.number)) column->infinite += c->times;
      else if (!column->counts || !dw_number_counts_add(column->counts, c->cell.number, c->times))
        for (uint32_t k = 0; k < c->times; k++) column_numbers(column, &c->cell.number, 1);
      break;
    case DW_STRING:
    case DW_STRING_ESCAPED: text = dw_cell_text(batch, (dw_tag)c->tag, c->cell, &column->scratch, &length); /* fallthrough */
    case DW_FALSE:
    case DW_TRUE: column_text(column, text, length, c->tag >= DW_STRING, c->times); break;
    default: break;
    }
  }
  column->rows += batch->rows;
}

static void column_add_rows(dw_column *column, const dw_batch *batch, const dw_batch_column *cells, const uint8_t *take)
{
  for (size_t row = 0; row < batch->rows; row++) {
    if (take && !take[row]) continue;
    dw_tag tag = cells->tags[row];
    column->rows++;
    column->tag[tag]++;
    size_t length;
    switch (tag) {
    case DW_INTEGER:
    case DW_REAL: column_number(column, cells->cells[row].number); break;
    case DW_FALSE: column_text(column, "false", 5, false, 1); break;
    case DW_TRUE: column_text(column, "true", 4, false, 1); break;
    case DW_STRING:
      if (column->endless && column->summary_size) {
        column_text_later(column, batch->text + cells->cells[row].text.offset, cells->cells[row].text.length);
        break;
      } /* fallthrough */
    case DW_STRING_ESCAPED: {
      const char *text = dw_cell_text(batch, tag, cells->cells[row], &column->scratch, &length);
      column_text(column, text, length, true, 1);
      break;
    }
    case DW_VECTOR:
      length = cells->cells[row].text.length;
      dw_vectors_add(dw_column_vectors(column), length ? batch->pool + cells->cells[row].text.offset : NULL, length);
      break;
    case DW_NULL: column->null_codes += batch->null_texts && cells->cells[row].text.length == 2; break;
    default: break;
    }
  }
  column_take_waiting(column);
  if (column->summary) dw_column_summary_take_texts(column->summary);
}

/* Copies the first bytes of a text, without cutting a character. */
static void stray_text(dw_stray *stray, const char *text, size_t length)
{
  stray->cut = length > sizeof stray->text - 1;
  if (stray->cut)
    for (length = sizeof stray->text - 1; length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80;) length--;
  memcpy(stray->text, text, length);
  stray->length = (uint32_t)length;
}

/* A string that would not be a stray of this column: where there are numbers, one that is written like them; in a column of strings, a
 * number in any form (data/columns/numeral.h), since all of them may turn out to be. */
static bool no_stray(const dw_column *column, const char *text, size_t length)
{
  double number;
  return column->tag[DW_INTEGER] + column->tag[DW_REAL] ? dw_num_parse(text, length, &number, NULL) : dw_numeral_like(text, length);
}

static bool may_have_strays(const dw_column *column)
{
  uint64_t others = column->tag[DW_FALSE] + column->tag[DW_TRUE] + column->tag[DW_INTEGER] + column->tag[DW_REAL];
  return others > 0 || column->distinct > column->numerals;
}

/* Until enough are known: a column of strings knows them after its first batch, one of numbers looks only where a string came. */
static void column_note_first(dw_column *column, const dw_batch *batch, const dw_batch_column *cells, const uint8_t *take)
{
  if (!column->first) column->first = dw_alloc_array(DW_STRAYS_NAMED, sizeof *column->first);
  for (size_t row = 0; row < batch->rows && column->first_count < DW_STRAYS_NAMED; row++) {
    dw_tag tag = cells->tags[row];
    if ((take && !take[row]) || tag < DW_FALSE || tag > DW_STRING_ESCAPED) continue;
    size_t length = tag == DW_TRUE ? 4 : 5;
    const char *text = tag == DW_TRUE ? "true" : "false";
    if (tag >= DW_STRING) text = dw_cell_text(batch, tag, cells->cells[row], &column->scratch, &length);
    if (no_stray(column, text, length)) continue;
    dw_stray *stray = &column->first[column->first_count++];
    stray_text(stray, text, length);
    stray->file = batch->name ? dw_strdup(batch->name) : NULL;
    stray->line = dw_batch_line(batch, row, tag, cells->cells[row]);
  }
}

static void column_cells(dw_column *column, const dw_batch *batch, const dw_batch_column *cells, const uint8_t *take)
{
  uint64_t texts = dw_column_texts(column);
  if (cells->spelled) dw_spellings_add(column_spellings(column), batch, cells, take);
  if (!take && takes_counted(column, cells)) {
    column_add_counted(column, batch, cells);
  } else if (!take && column_add_numbers(column, batch, cells)) {
    column->rows += batch->rows;
    return;
  } else {
    column_add_rows(column, batch, cells, take);
  }
  bool fresh = column->first_count < DW_STRAYS_NAMED && !column->summary_size && dw_column_texts(column) > texts;
  if (fresh && may_have_strays(column)) column_note_first(column, batch, cells, take);
}

void dw_column_add(dw_column *column, const dw_batch *batch, const dw_batch_column *cells, const uint8_t *take)
{
  uint64_t before = column->tag[DW_REAL];
  column_cells(column, batch, cells, take);
  if (cells->decimal == DW_CELLS_COMMA) column->commas += column->tag[DW_REAL] - before;
  else if (cells->decimal == DW_CELLS_POINT_DOUBTFUL) column->doubtful += column->tag[DW_REAL] - before;
}

void dw_column_compress(dw_column *column, size_t sketch_size)
{
  if (column->sketch) return;
  column_lose_order(column);
  if (column->counts) column_keep_all(column);
  if (column->packed) column_unpack(column);
  column->sketch = dw_alloc(sizeof *column->sketch);
  dw_sketch_init(column->sketch, sketch_size);
  column_sketch(column, column->value, column->value_count);
  dw_sketch_fit(column->sketch);
  column_drop_values(column);
}

size_t dw_column_bytes(const dw_column *column)
{
  return column->value_capacity * sizeof *column->value + (column->packed ? dw_decimals_bytes(column->packed) : 0) +
         (column->counts ? dw_number_counts_bytes(column->counts) : 0) +
         (column->weight ? column->value_count * sizeof *column->weight : 0) + (column->sketch ? dw_sketch_bytes(column->sketch) : 0) +
         dw_map_bytes(&column->texts) + column->text_capacity * sizeof *column->text_count +
         column->order_capacity * sizeof *column->order + (column->passages ? dw_passages_memory(column->passages) : 0) +
         (column->vectors ? dw_vectors_memory(column->vectors) : 0) + (column->times ? dw_instants_bytes(column->times) : 0) +
         (column->summary ? dw_column_summary_bytes(column->summary) : 0);
}

/* Whole numbers may be records' numbers or instants, which others look at, and those of which many are equal are kept with their weights:
 * an array after all. */
static void column_finish_packed(dw_column *column, double *scratch)
{
  dw_decimals *packed = column->packed;
  dw_decimals_give(packed, scratch);
  dw_moments_add_array(&column->moments, scratch, packed->count);
  dw_decimals_order(packed, scratch);
  if (packed->places == 0 || counts_pay(packed->distinct, packed->count)) {
    column_unpack(column);
    dw_column_arrange(column);
    if (column->weight) column->moments = dw_moments_of(column->sorted);
    return;
  }
  column->sorted = (dw_sorted){.count = packed->count, .total = packed->count};
}

void dw_column_finish(dw_column *column, uint64_t rows, double *scratch)
{
  column->tag[DW_ABSENT] += rows - column->rows;
  column->rows = rows;
  if (column->passages) dw_passages_finish(column->passages);
  if (column->vectors) dw_vectors_finish(column->vectors);
  if (column->sketch && column->summary_size) return; /* a profile takes the sketch itself */
  if (column->sketch) {
    column->sorted = dw_sketch_to_sorted(column->sketch, &column->sketch_value, &column->sketch_weight);
    return;
  }
  if (column->packed) {
    column_finish_packed(column, scratch);
    return;
  }
  bool counted = column->counts != NULL;
  if (counted) column_uncount(column);
  if (!column->weight && !column->overflown) dw_moments_add_array(&column->moments, column->value, column->value_count);
  if (!column->weight) dw_sort_doubles(column->value, column->value_count, scratch);
  dw_column_arrange(column);
  if (column->weight || column->overflown || counted) column->moments = dw_moments_of(column->sorted);
}

const dw_passages *dw_column_passages(const dw_column *column, dw_passages *own)
{
  *own = (dw_passages){0};
  if (column->passages) return column->passages;
  sample_texts(column, own);
  dw_passages_finish(own);
  return own;
}
