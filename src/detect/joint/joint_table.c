#include "detect/joint/joint_table.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"

/* The values of one column on both sides: numbers by their bits, texts by their bytes. */
typedef struct code_book {
  dw_map numbers, texts;
} code_book;

static uint32_t number_code(code_book *book, double number)
{
  double plain = number == 0 ? 0 : number; /* -0 is 0 */
  return dw_map_intern(&book->numbers, (const char *)&plain, sizeof plain);
}

/* First all values are met, so that each gets its code; texts come behind the numbers. */
static void meet_values(code_book *book, const dw_frame_column *column, size_t rows)
{
  for (size_t i = 0; i < rows && column->number; i++)
    if (!isnan(column->number[i])) number_code(book, column->number[i]);
  for (size_t k = 0; k < column->texts.count; k++) dw_map_intern(&book->texts, column->texts.keys[k].text, column->texts.keys[k].length);
}

static uint32_t *code_values(code_book *book, const dw_frame_column *column, size_t rows)
{
  uint32_t *code = dw_alloc_zero(rows, sizeof *code);
  uint32_t *of_text = dw_alloc_array(column->texts.count, sizeof *of_text);
  for (size_t k = 0; k < column->texts.count; k++)
    of_text[k] = 1 + (uint32_t)book->numbers.count + dw_map_intern(&book->texts, column->texts.keys[k].text, column->texts.keys[k].length);
  for (size_t i = 0; i < rows; i++) {
    if (column->code && column->code[i]) code[i] = of_text[column->code[i] - 1];
    else if (column->number && !isnan(column->number[i])) code[i] = 1 + number_code(book, column->number[i]);
  }
  dw_free(of_text);
  return code;
}

static void add_categories(dw_joint_feature *feature, const dw_frame_column *const column[DW_SIDES], const size_t rows[DW_SIDES])
{
  code_book book;
  dw_map_init(&book.numbers);
  dw_map_init(&book.texts);
  for (int side = 0; side < DW_SIDES; side++) meet_values(&book, column[side], rows[side]);
  for (int side = 0; side < DW_SIDES; side++) feature->code[side] = code_values(&book, column[side], rows[side]);
  feature->categories = book.numbers.count + book.texts.count;
  dw_map_free(&book.numbers);
  dw_map_free(&book.texts);
}

static bool holds(const dw_frame_column *column, bool categorical, size_t rows)
{
  if (categorical && column->texts.count) return true;
  for (size_t i = 0; i < rows && column->number; i++)
    if (!isnan(column->number[i])) return true;
  return false;
}

void dw_joint_table_make(dw_joint_table *table, const dw_joint_column *column, size_t count, const dw_frame *reference,
                         const dw_frame *current)
{
  const dw_frame *frame[DW_SIDES] = {reference, current};
  *table = (dw_joint_table){.feature = dw_alloc_array(count, sizeof *table->feature)};
  for (int side = 0; side < DW_SIDES; side++) {
    table->rows[side] = frame[side]->rows;
    table->row[side] = frame[side]->row;
    table->seen[side] = frame[side]->seen;
  }
  for (size_t i = 0; i < count; i++) {
    bool categorical = column[i].type == DW_TYPE_CATEGORICAL;
    if (!categorical && column[i].type != DW_TYPE_NUMERIC) continue;
    const dw_frame_column *found[DW_SIDES] = {dw_frame_find(reference, column[i].name), dw_frame_find(current, column[i].name)};
    if (!found[0] || !found[1] || found[0]->endless || found[1]->endless) continue;
    if (!holds(found[0], categorical, table->rows[0]) && !holds(found[1], categorical, table->rows[1])) continue;
    dw_joint_feature *feature = &table->feature[table->count++];
    *feature = (dw_joint_feature){.name = column[i].name, .categorical = categorical, .number = {found[0]->number, found[1]->number}};
    if (categorical) add_categories(feature, found, table->rows);
  }
}

typedef struct drawn_row {
  uint64_t hash;
  uint32_t row;
} drawn_row;

static int by_hash(const void *a, const void *b)
{
  const drawn_row *x = a, *y = b;
  if (x->hash != y->hash) return x->hash < y->hash ? -1 : 1;
  return x->row < y->row ? -1 : x->row > y->row;
}

uint32_t *dw_joint_shuffle(const dw_joint_table *table, int side, const char *purpose)
{
  size_t n = table->rows[side];
  dw_rng_key key = dw_rng_derive(0, purpose);
  drawn_row *drawn = dw_alloc_array(n, sizeof *drawn);
  uint32_t *row = dw_alloc_array(n, sizeof *row);
  for (size_t i = 0; i < n; i++) {
    uint32_t word[4];
    dw_rng_block(key, table->row[side][i], (uint32_t)side, 0, word);
    drawn[i] = (drawn_row){(uint64_t)word[0] << 32 | word[1], (uint32_t)i};
  }
  qsort(drawn, n, sizeof *drawn, by_hash);
  for (size_t i = 0; i < n; i++) row[i] = drawn[i].row;
  dw_free(drawn);
  return row;
}

void dw_joint_table_free(dw_joint_table *table)
{
  for (size_t i = 0; i < table->count; i++)
    for (int side = 0; side < DW_SIDES; side++) dw_free(table->feature[i].code[side]);
  dw_free(table->feature);
  *table = (dw_joint_table){0};
}
