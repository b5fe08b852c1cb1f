#include "report/model/weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct ranked {
  dw_report_column column;
  bool drifted;
  size_t place;
} ranked;

static int by_weight(const void *left, const void *right)
{
  const ranked *a = left, *b = right;
  double x = isnan(a->column.importance) ? -1 : a->column.importance, y = isnan(b->column.importance) ? -1 : b->column.importance;
  if (a->drifted != b->drifted) return a->drifted ? -1 : 1;
  if (x != y) return x > y ? -1 : 1;
  return a->place < b->place ? -1 : 1;
}

static void weigh(dw_report_section *section, const dw_map *columns, const double *share)
{
  const dw_report_summary *summary = &section->summary;
  ranked *order = dw_alloc_array(section->column_count + 1, sizeof *order);
  dw_map drifted;
  dw_map_init(&drifted);
  section->weighed = true;
  section->weighed_drift = section->weighed_compared = 0;
  for (size_t i = 0; i < summary->drifted_column_count; i++)
    dw_map_intern(&drifted, summary->drifted_columns[i], strlen(summary->drifted_columns[i]));
  for (size_t i = 0; i < section->column_count; i++) {
    dw_report_column *column = &section->columns[i];
    size_t length = strlen(column->name);
    uint32_t at = dw_map_find(columns, column->name, length);
    if (at != DW_MAP_NONE) {
      column->importance = share[at];
      if (dw_map_find(&drifted, column->name, length) != DW_MAP_NONE) section->weighed_drift += share[at];
      if (dw_report_is_shape(&section->findings[column->lead])) section->weighed_compared += share[at];
    }
    order[i] = (ranked){*column, column->drift, i};
  }
  if (section->column_count) qsort(order, section->column_count, sizeof *order, by_weight);
  for (size_t i = 0; i < section->column_count; i++) section->columns[i] = order[i].column;
  dw_free(order);
  dw_map_free(&drifted);
}

void dw_report_weigh(dw_report *report, const dw_map *columns, const double *share)
{
  for (size_t i = 0; i < report->count; i++)
    if (!dw_report_of_canaries(&report->sections[i])) weigh(&report->sections[i], columns, share);
}
