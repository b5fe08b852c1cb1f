/* column_summary: what a column that goes into a profile (data/profiles) keeps of values that it no longer counts one by one.
 * A part of column. */
#ifndef DW_DATA_COLUMN_SUMMARY_H
#define DW_DATA_COLUMN_SUMMARY_H

#include "data/columns/column.h"
#include "stats/streams/distinct.h"
#include "stats/streams/frequent.h"

enum { DW_SUMMARY_WAITING = 128, DW_SUMMARY_TEXTS = 64 };

typedef struct dw_column_summary {
  dw_distinct numbers, texts;
  bool fraction; /* some number that went into the sketch is not whole */
  dw_frequent frequent;
  double waiting[DW_SUMMARY_WAITING]; /* numbers of a batch that come one by one: none of them between batches */
  size_t waiting_count;
  /* texts of a batch that are taken together, so that the memory that they and the tables stand in is fetched for all of them at once */
  struct {
    const char *text;
    size_t length;
  } later[DW_SUMMARY_TEXTS];
  size_t later_count;
} dw_column_summary;

dw_column_summary *dw_column_summary_of(dw_column *column); /* made if need be */
void dw_column_summary_numbers(dw_column_summary *summary, const double *x, size_t n);
void dw_column_summary_text(dw_column_summary *summary, const char *text, size_t length, uint64_t times);
void dw_column_summary_take_texts(dw_column_summary *summary); /* those of later */
size_t dw_column_summary_bytes(const dw_column_summary *summary);
void dw_column_summary_free(dw_column_summary *summary); /* NULL is fine */

#endif
