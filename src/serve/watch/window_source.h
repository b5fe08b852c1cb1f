/* window_source: the records of some periods, as a side of a comparison reads them (dw_comparison_source): straight from the database, some
 * ten thousands of them in memory at a time, nothing written anywhere.
 *
 *   dw_window_source source;
 *   dw_window_source_init(&source, records, DW_RECORD_INFERENCE, "fraud", &periods, labels);
 *   settings.current = (dw_comparison_source){.open = dw_window_source_open, .context = &source};
 *   …
 *   dw_window_source_free(&source);
 *
 * Of inferences, those too whose request and response came one by one (serve/watch/halves.h).
 * Of a version (serve/watch/versions.h) the records of others are passed over.
 *
 * A record is its content with its label (dw_labelled_write), and its instant in front of the other members, under a name of its own, so
 * that nobody needs to know what the model's records call it. Strays are in no window (store/records/records.h).
 */
#ifndef DW_SERVE_WINDOW_SOURCE_H
#define DW_SERVE_WINDOW_SOURCE_H

#include "io/reader/reader.h"
#include "serve/watch/baseline_rule.h"
#include "store/records/records.h"

#define DW_WINDOW_TIME "_event_time" /* the member that holds the instant */

typedef struct dw_window_source {
  dw_records *records;
  dw_record_kind kind;
  const char *model;
  const dw_periods *periods;
  bool labels;
  bool halves;                 /* there are requests or responses that came one by one */
  bool (*stop)(void *context); /* NULL, as it is at first: never; else whether to give up, DW_ESYSTEM */
  void *stop_context;
  const char *version;   /* NULL, as it is at first: any */
  uint64_t rows, strays; /* given so far; and left out */
  size_t at;             /* the period, */
  int64_t next, slice;   /* where in it reading goes on, and for how long */
  dw_buf lines, scratch;
  size_t taken; /* bytes of lines */
  size_t seen;  /* records of the slice */
} dw_window_source;

/* model and periods outlive it. */
void dw_window_source_init(dw_window_source *source, dw_records *records, dw_record_kind kind, const char *model, const dw_periods *periods,
                           bool labels);
/* context: a dw_window_source. From the beginning, each time; one reader at a time. */
dw_status dw_window_source_open(void *context, dw_reader **out, const dw_reader_options *options, dw_err *err);
void dw_window_source_free(dw_window_source *source);

#endif
