#include "data/frames/column_read.h"

#include <math.h>

#include "base/num.h"
#include "io/formats/csv.h"
#include "stats/samples/sort.h"

void dw_column_look_numerals(const dw_column *column, dw_numeral_evidence *evidence)
{
  for (size_t i = 0; i < column->texts.count; i++)
    dw_numeral_look(evidence, column->texts.keys[i].text, column->texts.keys[i].length, column->text_count[i]);
  evidence->plain_point += column->tag[DW_REAL] - column->commas;
  if (column->tag[DW_INTEGER] == 0) return;
  dw_column own;
  const dw_column *opened = dw_column_open(column, &own);
  const dw_sorted numbers = opened->sorted;
  for (size_t i = 0; i < numbers.count; i++)
    if (numbers.value[i] == floor(numbers.value[i])) dw_numeral_look_whole(evidence, numbers.value[i], dw_sorted_weight(numbers, i));
  dw_column_close(opened, &own);
}

/* --- what a text becomes --- */

/* A reading of one text: DW_STRING leaves it as it is. */
typedef struct reading {
  enum { READ_NUMBERS, READ_AS_CSV, READ_AS_CSV_BUT_MARKS, READ_WORDS, READ_WORDS_AND_MARKS, READ_MARKS } how;
  dw_numeral_form form;
} reading;

static dw_tag read_text(const reading *how, const char *text, size_t length, double *number)
{
  if (how->how == READ_NUMBERS) {
    if (!dw_numeral_read(how->form, text, length, number)) return DW_STRING;
    return memchr(text, '.', length) || memchr(text, ',', length) ? DW_REAL : DW_INTEGER;
  }
  if (how->how == READ_MARKS) return dw_csv_mark(text, length) ? DW_NULL : DW_STRING;
  dw_tag tag = dw_csv_cell(text, length, number);
  if (how->how == READ_AS_CSV || (how->how == READ_AS_CSV_BUT_MARKS && tag != DW_NULL)) return tag;
  if (tag == DW_NULL) return how->how == READ_WORDS_AND_MARKS ? DW_NULL : DW_STRING;
  return tag == DW_TRUE || tag == DW_FALSE ? tag : DW_STRING;
}

static bool is_number(dw_tag tag) { return tag == DW_INTEGER || tag == DW_REAL; }

/* --- columns --- */

static void move_strings(dw_column *column, uint64_t count, dw_tag to)
{
  uint64_t plain = column->tag[DW_STRING] < count ? column->tag[DW_STRING] : count;
  column->tag[DW_STRING] -= plain;
  column->tag[DW_STRING_ESCAPED] -= count - plain;
  column->tag[to] += count;
}

static void add_number(dw_column *column, double number, uint64_t times)
{
  if (isinf(number)) {
    column->infinite += times;
    return;
  }
  dw_column_own(column);
  dw_column_spell_out(column);
  if (!column->sketch)
    column->value = dw_grow(column->value, &column->value_capacity, column->value_count + (size_t)times, sizeof *column->value);
  for (uint64_t k = 0; k < times; k++) {
    if (column->sketch) {
      dw_sketch_add(column->sketch, number);
      dw_moments_add(&column->moments, number);
    } else {
      column->value[column->value_count++] = number;
    }
  }
}

/* The moments are summed in the order of the values, whatever order they came in: the same for numbers and for texts that are numbers. */
static void sort_again(dw_column *column)
{
  if (column->sketch) {
    dw_free(column->sketch_value);
    dw_free(column->sketch_weight);
    column->sorted = dw_sketch_to_sorted(column->sketch, &column->sketch_value, &column->sketch_weight);
    return;
  }
  if (column->looked.known) { /* none was added */
    column->moments = column->looked.ascending;
    return;
  }
  if (column->packed) dw_column_own(column);
  if (!column->weight) dw_sort_doubles(column->value, column->value_count, NULL);
  dw_column_arrange(column);
  column->moments = dw_moments_of(column->sorted);
}

static void read_first(dw_column *column, const reading *how)
{
  size_t kept = 0;
  for (size_t i = 0; i < column->first_count; i++) {
    double number;
    dw_stray *stray = &column->first[i];
    if (stray->cut || read_text(how, stray->text, stray->length, &number) == DW_STRING) column->first[kept++] = *stray;
    else dw_free((void *)stray->file);
  }
  column->first_count = kept;
}

static const char *word_of(dw_tag tag) { return tag == DW_TRUE ? "true" : "false"; }

/* The cells in their order: texts by their new numbers; what has no value any more is left out. */
static void read_order(dw_column *column, const dw_map *before, const reading *how)
{
  size_t kept = 0;
  for (size_t i = 0; column->order && i < column->order_count; i++) {
    dw_column_cell cell = column->order[i];
    if (cell.text != DW_MAP_NONE) {
      const dw_map_key *key = &before->keys[cell.text];
      dw_tag tag = read_text(how, key->text, key->length, &cell.number);
      if (tag == DW_NULL || (is_number(tag) && isinf(cell.number))) continue;
      if (is_number(tag)) cell.text = DW_MAP_NONE;
      else
        cell.text = tag == DW_STRING ? dw_map_find(&column->texts, key->text, key->length)
                                     : dw_map_find(&column->texts, word_of(tag), strlen(word_of(tag)));
      if (cell.text == DW_MAP_NONE && !is_number(tag)) continue; /* a stray */
    }
    column->order[kept++] = cell;
  }
  column->order_count = kept;
}

static void count_text(dw_column *column, const char *text, size_t length, uint64_t times, bool string)
{
  size_t before = column->texts.count;
  uint32_t index = dw_map_intern(&column->texts, text, length);
  if (index == before) {
    column->text_count = dw_grow(column->text_count, &column->text_capacity, before + 1, sizeof *column->text_count);
    column->text_count[index] = 0;
    if (string) dw_column_look(column, text, length);
  }
  column->text_count[index] += times;
}

/* Strings and booleans share the two words; how many of "true" were strings follows from the booleans counted. */
static uint64_t strings_of(const dw_column *column, const dw_map_key *key, uint64_t times)
{
  if (dw_text_equal(key->text, key->length, "true")) return times - column->tag[DW_TRUE];
  if (dw_text_equal(key->text, key->length, "false")) return times - column->tag[DW_FALSE];
  return times;
}

/* All texts counted anew. keep: those that stay strings are still values. Whether any became a number: then the column is to be sorted. */
static bool read_texts(dw_column *column, const reading *how, bool keep)
{
  dw_map before = column->texts;
  uint64_t *count = column->text_count, numbers = 0;
  dw_map_init(&column->texts);
  column->text_count = NULL;
  column->text_capacity = 0;
  column->instants = true;
  column->spaces = column->dates = false;
  column->distinct = column->numerals = column->amounts = 0;
  uint64_t words[2] = {0};
  for (size_t i = 0; i < before.count; i++) {
    const dw_map_key *key = &before.keys[i];
    double number = 0;
    uint64_t strings = strings_of(column, key, count[i]);
    dw_tag tag = read_text(how, key->text, key->length, &number);
    if (tag == DW_TRUE || tag == DW_FALSE) {
      words[tag == DW_TRUE] += strings;
      count_text(column, word_of(tag), strlen(word_of(tag)), count[i], false);
    } else if (tag == DW_STRING) {
      if (keep) count_text(column, key->text, key->length, count[i], strings > 0);
    } else {
      move_strings(column, strings, tag);
      if (tag == DW_NULL && key->length == 2) column->null_codes += strings;
    }
    if (is_number(tag)) {
      add_number(column, number, count[i]);
      if (how->how != READ_NUMBERS) dw_column_spell(column, key->text, key->length, number, count[i]);
      numbers += count[i];
    }
  }
  move_strings(column, words[0], DW_FALSE);
  move_strings(column, words[1], DW_TRUE);
  read_order(column, &before, how);
  read_first(column, how);
  dw_map_free(&before);
  dw_free(count);
  return numbers > 0;
}

static uint64_t texts_that_are_numbers(const dw_column *column, const reading *how)
{
  uint64_t found = 0;
  double number;
  for (size_t i = 0; i < column->texts.count; i++)
    if (read_text(how, column->texts.keys[i].text, column->texts.keys[i].length, &number) != DW_STRING) found += column->text_count[i];
  return found;
}

uint64_t dw_column_readable(const dw_column *column, dw_numeral_form form)
{
  return texts_that_are_numbers(column, &(reading){READ_NUMBERS, form});
}

void dw_column_read_numbers(dw_column *column, dw_numeral_form form, bool declared)
{
  const reading how = {READ_NUMBERS, form};
  uint64_t numbers = column->tag[DW_INTEGER] + column->tag[DW_REAL], texts = dw_column_texts(column);
  uint64_t read = declared ? texts_that_are_numbers(column, &how) : 0;
  bool few = texts == 0 || dw_strays_few(texts, numbers) || (declared && dw_strays_few(texts - read, numbers + read));
  if (!column->endless && (declared || few)) {
    read_texts(column, &how, false);
    sort_again(column);
  }
  column->strays = dw_column_texts(column);
  column->few_strays = few;
  column->guessed |= form.guessed;
}

void dw_column_read_numerals(dw_column *column, dw_numeral_form form)
{
  if (read_texts(column, &(reading){READ_NUMBERS, form}, true)) sort_again(column);
}

static void miss_marks(dw_column *column)
{
  move_strings(column, column->marks, DW_NULL);
  column->marks = 0;
}

void dw_column_read_as_csv(dw_column *column, bool marks)
{
  if (column->endless) {
    if (marks) miss_marks(column);
  } else if (read_texts(column, &(reading){.how = marks ? READ_AS_CSV : READ_AS_CSV_BUT_MARKS}, true)) {
    sort_again(column);
  }
}

void dw_column_read_words(dw_column *column, bool marks)
{
  if (!column->endless) read_texts(column, &(reading){.how = marks ? READ_WORDS_AND_MARKS : READ_WORDS}, true);
}

void dw_column_read_marks(dw_column *column)
{
  if (column->endless) miss_marks(column);
  else read_texts(column, &(reading){.how = READ_MARKS}, true);
}

static uint64_t count_spelled(dw_column *column, double number)
{
  const dw_spellings *spellings = column->spellings;
  uint64_t times = 0;
  for (size_t i = 0; spellings && i < spellings->texts.count; i++) {
    const dw_map_key *key = &spellings->texts.keys[i];
    const dw_spelling *item = &spellings->item[i];
    if (item->number != number || item->usual || item->count == 0) continue;
    count_text(column, key->text, key->length, item->count, true);
    times += item->count;
  }
  return times;
}

/* The text that stands for a number in the order of the rows, where it is not kept how each is written. */
static uint32_t text_of_number(const dw_column *column, double number)
{
  char usual[DW_NUM_TEXT];
  uint32_t index = dw_map_find(&column->texts, usual, dw_num_print(usual, number));
  for (size_t i = 0; index == DW_MAP_NONE && column->spellings && i < column->spellings->texts.count; i++) {
    const dw_map_key *key = &column->spellings->texts.keys[i];
    if (column->spellings->item[i].number == number) index = dw_map_find(&column->texts, key->text, key->length);
  }
  return index;
}

void dw_column_read_spelled(dw_column *column)
{
  dw_column_own(column);
  dw_merge walk;
  dw_merge_start(&walk, column->sorted, (dw_sorted){0});
  while (dw_merge_next(&walk)) {
    uint64_t spelled = count_spelled(column, walk.value);
    if (spelled >= walk.times_a) continue;
    char usual[DW_NUM_TEXT];
    size_t length = dw_num_print(usual, walk.value);
    count_text(column, usual, length, walk.times_a - spelled, true);
  }
  for (size_t i = 0; column->order && i < column->order_count; i++)
    if (column->order[i].text == DW_MAP_NONE) column->order[i].text = text_of_number(column, column->order[i].number);
  column->tag[DW_STRING] += dw_column_numbers(column);
  column->tag[DW_NULL] += column->infinite;
  column->tag[DW_INTEGER] = column->tag[DW_REAL] = column->infinite = 0;
  dw_free(column->weight);
  column->weight = NULL;
  column->value_count = 0;
  if (column->sketch) dw_sketch_free(column->sketch);
  dw_free(column->sketch);
  column->sketch = NULL;
  column->looked.known = false;
  column->sorted = (dw_sorted){0};
  dw_moments_init(&column->moments);
}

uint64_t dw_column_marks(const dw_column *column)
{
  uint64_t marks = column->marks;
  for (size_t i = 0; i < column->texts.count; i++)
    if (dw_csv_mark(column->texts.keys[i].text, column->texts.keys[i].length)) marks += column->text_count[i];
  return marks;
}

/* --- frames --- */

static void frame_read(dw_frame_column *column, const reading *how, bool keep)
{
  if (!column->code) return;
  for (size_t i = 0; i < column->length; i++) {
    if (column->code[i] == 0) continue;
    const dw_map_key *key = &column->texts.keys[column->code[i] - 1];
    double number = NAN;
    dw_tag tag = read_text(how, key->text, key->length, &number);
    if (tag == DW_TRUE || tag == DW_FALSE) {
      column->code[i] = 1 + dw_map_intern(&column->texts, word_of(tag), strlen(word_of(tag)));
    } else if (is_number(tag) || tag == DW_NULL || !keep) {
      column->code[i] = 0;
      if (tag == DW_STRING && !column->stray) column->stray = dw_alloc_zero(column->length, 1);
      if (tag == DW_STRING) column->stray[i] = 1;
      if (is_number(tag) && isfinite(number)) {
        if (!column->number) {
          column->number = dw_grow(NULL, &column->number_capacity, column->length, sizeof *column->number);
          for (size_t k = 0; k < column->length; k++) column->number[k] = NAN;
        }
        column->number[i] = number;
        if (how->how != READ_NUMBERS) dw_frame_column_spell(column, i, key->text, key->length);
      }
    }
  }
  dw_frame_column_renumber(column);
}

void dw_frame_column_read_numbers(dw_frame_column *column, dw_numeral_form form)
{
  frame_read(column, &(reading){READ_NUMBERS, form}, false);
}

void dw_frame_column_read_as_csv(dw_frame_column *column, bool marks)
{
  frame_read(column, &(reading){.how = marks ? READ_AS_CSV : READ_AS_CSV_BUT_MARKS}, true);
}

void dw_frame_column_read_words(dw_frame_column *column, bool marks)
{
  frame_read(column, &(reading){.how = marks ? READ_WORDS_AND_MARKS : READ_WORDS}, true);
}

void dw_frame_column_read_marks(dw_frame_column *column) { frame_read(column, &(reading){.how = READ_MARKS}, true); }

void dw_frame_column_read_spelled(dw_frame_column *column)
{
  if (!column->number) return;
  if (!column->code) column->code = dw_alloc_zero(column->length, sizeof *column->code), column->code_capacity = column->length;
  for (size_t i = 0; i < column->length; i++) {
    if (isnan(column->number[i])) continue;
    char text[DW_NUM_TEXT];
    uint32_t own = column->spelled ? column->spelled[i] : 0;
    const dw_map_key *key = own ? &column->spellings.keys[own - 1] : NULL;
    column->code[i] = 1 + (key ? dw_map_intern(&column->texts, key->text, key->length)
                               : dw_map_intern(&column->texts, text, dw_num_print(text, column->number[i])));
  }
  dw_free(column->number);
  column->number = NULL;
  column->number_capacity = 0;
  dw_frame_column_renumber(column);
}
