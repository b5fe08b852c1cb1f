/* online: the columns of a stream, a detector for each, fed record by record; documents of what they tell.
 *
 *   dw_online online;
 *   dw_online_init(&online, &options);
 *   reader options: .want = dw_online_wants, .as_text = dw_online_as_text, .context = &online, .live = true
 *   for each batch: dw_online_batch(&online, reader, batch, &stop, &lines, err)     lines: a document "detection" each, in order
 *   dw_online_members(&online, &json)                                              of the summary
 *   dw_online_free(&online);
 *
 * A warning is told when it begins, not at each value that it lasts; so is a drift of a detector that goes on (DW_AFTER_KEEP). Where blocks
 * end has no influence on anything. A value that is missing or not finite is passed over.
 */
#ifndef DW_DETECT_ONLINE_H
#define DW_DETECT_ONLINE_H

#include "data/datasets/selection.h"
#include "io/reader/reader.h"
#include "io/record/instant.h"
#include "io/text/json.h"
#include "stats/detectors/detector.h"

typedef enum dw_after_drift {
  DW_AFTER_RESET, /* the detector begins anew with the next value */
  DW_AFTER_KEEP,  /* it goes on with what it has */
  DW_AFTER_STOP   /* the column is not looked at any more */
} dw_after_drift;

extern const char *const dw_after_drift_words[];

typedef struct dw_online_options {
  const dw_detector *detector; /* method and parameters; it need not be started */
  dw_patterns columns;
  size_t from_column;        /* so many of them are of --column, the others of --columns: for messages */
  const char *label, *score; /* both, or none: instead of columns the mistakes of a model */
  const char *positive;      /* the label that is 1; NULL: 1 and true are */
  double cut;                /* scores from here on predict it */
  const char *time;          /* NULL, or the column of instants */
  const dw_time_format *time_format;
  dw_after_drift after;
  /* NULL, or a detector of the same method with parameters of the column's own; NULL of it: the one above. */
  const dw_detector *(*detector_of)(void *context, const char *column);
  void *context;
} dw_online_options;

typedef struct dw_online_column {
  char *name;
  uint32_t id; /* of the reader; UINT32_MAX: none yet */
  bool strict; /* named without * and ?: every value of it is a number */
  bool own;    /* its parameters are not those of all columns */
  bool stopped;
  dw_detector detector;
  dw_detector_event level; /* what was told and has not ended */
  /* of this run */
  uint64_t values, missing, texts; /* until it was stopped; texts: passed over in a column that was not named */
  uint64_t warnings, drifts, first_drift, last_drift;
} dw_online_column;

typedef struct dw_online {
  dw_online_options options;
  dw_roster names; /* of all columns of the input */
  dw_online_column *column;
  size_t count, capacity;
  uint32_t ids;     /* columns of the reader that were looked at */
  uint64_t before;  /* records of earlier runs */
  uint64_t records; /* of this run */
  uint64_t warnings, drifts;
  uint64_t late, untimed; /* records earlier than one before them; those whose time is there and cannot be read */
  int64_t latest;         /* instant so far, of earlier runs too; INT64_MIN: none */
  struct dw_online_event *event;
  size_t events, event_capacity;
  uint8_t *bad; /* [rows of the batch] records that are of no use */
  size_t bad_capacity;
  dw_buf scratch;
} dw_online;

void dw_online_init(dw_online *online, const dw_online_options *options); /* options are copied; what they point to must stay */
void dw_online_free(dw_online *online);
bool dw_online_wants(void *online, const char *name, size_t length);
bool dw_online_as_text(void *online, const char *name, size_t length);
/* *stop: no column is looked at any more. DW_EDATA: a value that is none, where the reader does not skip; lines has what came before. */
dw_status dw_online_batch(dw_online *online, dw_reader *reader, const dw_batch *batch, bool *stop, dw_buf *lines, dw_err *err);
/* Behind the last batch: DW_EDATA when a column that was named was in no record, though there were records. */
dw_status dw_online_check(const dw_online *online, dw_err *err);
bool dw_online_judged(const dw_online *online); /* some column had a value */
void dw_online_members(const dw_online *online, dw_json *json);

/* A column by name, made where it is not there yet. */
dw_online_column *dw_online_enter(dw_online *online, const char *name);

#endif
