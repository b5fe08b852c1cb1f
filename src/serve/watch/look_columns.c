/* What a run says of its columns: of each the check of its distribution, and what drifted besides. Runs are kept for long, so it is said in
 * short, and of so many columns alone; which ones does not depend on what is found, so that a column's curve has no holes. */
#include <math.h>
#include <stdlib.h>

#include "kinds/checked_run.h"
#include "serve/watch/look_parts.h"

/* A column's distribution as it was judged; of other checks only what drifted. */
static bool has_place(const dw_finding *finding)
{
  return finding->column && !finding->by && !dw_finding_error(finding) && (dw_check_is_distribution(finding->check) || finding->drift);
}

static int by_bytes(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* The name of the last column that is told of, in the order of names; NULL: all are. */
static const char *last_name(const dw_comparison *comparison, size_t *left_out)
{
  size_t count = 0, different = 0;
  const char **name = dw_alloc_array(comparison->finding_count ? comparison->finding_count : 1, sizeof *name);
  for (size_t i = 0; i < comparison->finding_count; i++)
    if (has_place(&comparison->finding[i])) name[count++] = comparison->finding[i].column;
  qsort(name, count, sizeof *name, by_bytes);
  for (size_t i = 0; i < count; i++)
    if (i == 0 || strcmp(name[i], name[i - 1]) != 0) name[different++] = name[i];
  const char *last = different > DW_CHECKED_COLUMNS ? name[DW_CHECKED_COLUMNS - 1] : NULL;
  *left_out = last ? different - DW_CHECKED_COLUMNS : 0;
  dw_free(name);
  return last;
}

/* What only vectors have. */
static void take_vectors(dw_checked_column *column, const dw_finding *finding)
{
  dw_value *detail;
  if (finding->check != DW_CHECK_EMBEDDING || !finding->detail.length) return;
  if (dw_value_parse_shown(&detail, finding->detail.data, finding->detail.length, "detail", 0, NULL) != DW_OK) return;
  column->centroid_cosine = dw_value_number(dw_value_get(detail, "centroid_cosine"), NAN);
  column->variance_ratio = dw_value_number(dw_value_get(detail, "variance_ratio"), NAN);
  dw_value_free(detail);
}

void dw_look_columns(const dw_comparison *comparison, dw_json *json)
{
  size_t left_out;
  const char *last = last_name(comparison, &left_out);
  dw_json_open(json, "columns", '[');
  for (size_t i = 0; i < comparison->finding_count; i++) {
    const dw_finding *finding = &comparison->finding[i];
    dw_checked_column column;
    if (!has_place(finding) || (last && strcmp(finding->column, last) > 0)) continue;
    dw_checked_column_init(&column);
    column.column = finding->column;
    column.check = dw_finding_check(finding);
    column.method = finding->method;
    column.score = finding->score;
    column.threshold = finding->threshold;
    column.h = finding->shift.h;
    column.drift = finding->drift;
    column.severity = finding->drift ? finding->severity : DW_SEVERITY_NONE;
    take_vectors(&column, finding);
    dw_checked_column_write(&column, json);
  }
  dw_json_close(json, ']');
  if (left_out) dw_json_integer(json, "columns_left_out", (int64_t)left_out);
}
