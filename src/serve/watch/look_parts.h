/* look_parts: the parts of look.c: look_compare.c (the comparisons), look_columns.c and look_bars.c (what the run says of them),
 * look_write.c (documents).
 */
#ifndef DW_SERVE_LOOK_PARTS_H
#define DW_SERVE_LOOK_PARTS_H

#include "detect/compare/compare.h"
#include "serve/watch/look.h"

/* Where a look is at. */
typedef struct dw_looking {
  const dw_look_settings *settings;
  dw_records *records;
  const dw_buf *stages;
  const dw_notices *notices;
  dw_look_result *result;
  dw_period window;
  dw_periods current, baseline; /* of the window; its baseline's */
  const char *version;          /* of the baseline's records; NULL: any */
  dw_seed_histogram confidence[2];
  dw_seed_answer seed;
  dw_behaviour behaviour[DW_BEHAVIOURS];
  int64_t silent_since; /* no record since then, and maybe longer */
  dw_buf comparisons;   /* the members of the run's list, separated by commas */
  uint64_t strays;
} dw_looking;

/* All kinds of records that there are: documents to the lines, the answer to DW_PART_DATA. */
dw_status dw_look_compare(dw_looking *look, dw_err *err);
/* Members of the object that json is in: columns, columns_left_out. */
void dw_look_columns(const dw_comparison *comparison, dw_json *json);
/* A member of the object that json is in: bars. documents: the findings of a comparison and its summary, a line each. */
void dw_look_bars(const char *documents, size_t length, dw_json *json);
/* Documents of the other checks to the lines, then the run. */
void dw_look_write(dw_looking *look);

#endif
