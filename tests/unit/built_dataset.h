/* built_dataset: sides of a comparison made of values, without a text to be read. */
#ifndef DW_TESTS_BUILT_DATASET_H
#define DW_TESTS_BUILT_DATASET_H

#include "data/datasets/dataset.h"

static inline void built_start(dw_dataset *set, size_t rows, size_t columns)
{
  dw_dataset_init(set, &(dw_dataset_options){0});
  set->column = dw_grow(NULL, &set->column_capacity, columns, sizeof *set->column);
  set->rows = rows;
}

static inline dw_column *built_column(dw_dataset *set, const char *name)
{
  dw_column *column = set->column[set->column_count++] = dw_alloc(sizeof *column);
  dw_column_init(column, name, true);
  column->instants = false;
  column->rows = set->rows;
  return column;
}

/* The count numbers of a column, in any order; the other rows have none. */
static inline void built_numbers(dw_dataset *set, const char *name, const double *value, size_t count)
{
  dw_column *column = built_column(set, name);
  column->value = dw_grow(NULL, &column->value_capacity, set->rows, sizeof *column->value);
  memcpy(column->value, value, count * sizeof *value);
  column->value_count = column->tag[DW_REAL] = count;
  column->tag[DW_NULL] = set->rows - count;
}

/* So many rows have this text; the column is the last one that was made. */
static inline void built_text(dw_dataset *set, const char *text, uint64_t rows)
{
  dw_column *column = set->column[set->column_count - 1];
  if (rows == 0) return;
  uint32_t at = dw_map_intern(&column->texts, text, strlen(text));
  column->text_count = dw_grow(column->text_count, &column->text_capacity, column->texts.count, sizeof *column->text_count);
  column->text_count[at] = rows;
  column->tag[DW_STRING] += rows;
  dw_column_look(column, text, strlen(text));
}

/* Behind its last text: the rows left have none. */
static inline void built_texts_end(dw_dataset *set)
{
  dw_column *column = set->column[set->column_count - 1];
  column->tag[DW_NULL] = set->rows - column->tag[DW_STRING];
}

#endif
