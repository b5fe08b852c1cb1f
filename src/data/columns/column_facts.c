/* What a finished column is: how many cells of which kinds, and what its type is inferred from. */
#include "data/columns/column.h"

#include <math.h>

uint64_t dw_column_numbers(const dw_column *column) { return column->tag[DW_INTEGER] + column->tag[DW_REAL] - column->infinite; }

uint64_t dw_column_texts(const dw_column *column)
{
  return column->tag[DW_FALSE] + column->tag[DW_TRUE] + column->tag[DW_STRING] + column->tag[DW_STRING_ESCAPED];
}

bool dw_column_has_cells(const dw_column *column) { return column && column->tag[DW_ABSENT] + column->tag[DW_NULL] < column->rows; }

uint64_t dw_column_missing(const dw_column *column)
{
  uint64_t vectors = column->vectors ? column->vectors->infinite : 0;
  return column->tag[DW_ABSENT] + column->tag[DW_NULL] + column->strays + column->infinite + vectors;
}

unsigned dw_column_kinds(const dw_column *column)
{
  unsigned kinds = 0;
  if (column->tag[DW_INTEGER] + column->tag[DW_REAL]) kinds |= DW_KIND_NUMBER;
  if (column->tag[DW_FALSE] + column->tag[DW_TRUE] && !column->few_strays) kinds |= DW_KIND_BOOLEAN;
  if (column->tag[DW_STRING] + column->tag[DW_STRING_ESCAPED] && !column->few_strays) kinds |= DW_KIND_STRING;
  if (column->tag[DW_VECTOR]) kinds |= DW_KIND_VECTOR;
  if (column->tag[DW_OTHER]) kinds |= DW_KIND_OTHER;
  return kinds;
}

/* What describes another column counts its seconds. Packed numbers with a place behind the point end at 2^31 / 10: as seconds, in 1976. */
static bool holds_epochs(const dw_column *column)
{
  return !column->describes && !column->packed && dw_instants_in_numbers(column->name, column->sorted);
}

bool dw_column_holds_instants(const dw_column *column)
{
  unsigned kinds = dw_column_kinds(column);
  return kinds == DW_KIND_NUMBER ? holds_epochs(column) : kinds == DW_KIND_STRING && column->instants && column->distinct > 0;
}

bool dw_column_whole(const dw_column *column)
{
  if (column->packed) return false;
  return column->looked.known ? column->looked.whole : dw_sorted_whole(column->sorted);
}

size_t dw_column_distinct(const dw_column *column, size_t limit)
{
  if (!column->looked.known && !column->packed) return dw_sorted_distinct(column->sorted, limit);
  uint64_t distinct = column->packed ? column->packed->distinct : column->looked.distinct;
  return distinct < limit ? (size_t)distinct : limit;
}

/* Whole numbers beyond 2^53 are rounded: several of them are the same double. */
static bool is_beyond(const dw_column *column)
{
  const dw_sorted sorted = column->sorted;
  return sorted.count > 0 && !column->packed && fmax(fabs(sorted.value[0]), fabs(sorted.value[sorted.count - 1])) > 0x1p53;
}

/* Whole numbers written as 5.0 are the same. What describes another column is a quantity, and so are numbers of which a double holds no
 * neighbours. */
static bool is_integral(const dw_column *column)
{
  if (column->tag[DW_REAL] == 0) return true;
  return !column->describes && !is_beyond(column) && dw_column_whole(column);
}

dw_type_facts dw_column_facts(const dw_column *column)
{
  return (dw_type_facts){
      .values = column->rows - dw_column_missing(column),
      .kinds = dw_column_kinds(column),
      .whole = column->tag[DW_REAL] == 0,
      .integral = is_integral(column),
      .missing = dw_column_missing(column) > 0,
      .beyond = is_beyond(column),
      .distinct_numbers = dw_column_distinct(column, dw_column_texts(column) ? SIZE_MAX : 11),
      .distinct_texts = column->texts_distinct ? column->texts_distinct : column->texts.count,
      .strays = dw_column_texts(column) - column->strays,
      .numerals = column->distinct > 0 && column->numerals * 20 >= column->distinct * 19,
      .endless = column->endless,
      .instants = column->instants,
      .spaces = column->spaces,
      .epochs = holds_epochs(column),
      .prose = column->prose,
  };
}

double dw_column_rank_error(const dw_column *column) { return column->sketch ? dw_sketch_rank_error(column->sketch) : 0; }
