/* intake: records as they are read become items to be put.
 *
 *   dw_intake *intake = dw_intake_new(&options);
 *   for each batch of a reader of NDJSON that keeps spans:
 *     status = dw_intake_take(intake, reader, batch, now, &items, &count, err);
 *     dw_records_put(records, &(dw_records_batch){.items = items, .count = count}, err);
 *   dw_intake_free(intake);
 *
 * Content is the record's text, byte for byte. Its id is a text or a number (its digits as they stand); a record without one gets an id
 * made of its content and its time, so that the same file twice is the same records. The model is a member model_id, model or model_name.
 */
#ifndef DW_STORE_INTAKE_H
#define DW_STORE_INTAKE_H

#include "io/reader/reader.h"
#include "io/record/time_format.h"
#include "store/records/records.h"

typedef struct dw_intake_options {
  const dw_record_kind *kind;   /* NULL: told by the members of each record (dw-store(1)) */
  const char *id, *time;        /* names of members; NULL: "id" and "ts" */
  const dw_time_format *format; /* NULL, or the one form of a time that counts: the reader reads the column as text then */
  const char *model, *source;   /* of records that name no model; of all; NULL: "" */
  size_t dimensions;            /* an embedding of another number of them cannot be used; 0: any */
  /* What stands beside a record, in an envelope around it: sets what it knows of item's kind, id, model, source and time, where it says
   * other than the record's members. NULL: nothing does. */
  void (*beside)(void *context, dw_place place, dw_records_item *item);
  /* Whether somebody may put this at all: else a fault, like those of the record itself. NULL: anybody may. */
  dw_status (*may)(void *context, dw_place place, const dw_records_item *item, dw_err *why);
  void *context; /* of both */
} dw_intake_options;

typedef struct dw_intake dw_intake;

dw_intake *dw_intake_new(const dw_intake_options *options); /* its texts outlive it */
void dw_intake_free(dw_intake *intake);                     /* NULL is fine */

/* Items of the batch, valid as long as it is and until the next call. now: when they came. A record whose id, time or embedding cannot be
 * used, or that nobody may put, is reported by dw_reader_unusable. */
dw_status dw_intake_take(dw_intake *intake, dw_reader *reader, const dw_batch *batch, int64_t now, dw_records_item **items, size_t *count,
                         dw_err *err);
/* What is to be said of an item that was put and is not stored for what it is: a conflict, or what the database refused. DW_OK: nothing. */
dw_status dw_intake_fault(const dw_records_batch *put, const dw_records_item *item, dw_place place, dw_err *why);
size_t dw_intake_row(const dw_intake *intake, size_t item); /* of the last batch, that an item was made of */
/* Where an item of the last batch stands. */
dw_place dw_intake_place(const dw_intake *intake, const dw_batch *batch, size_t item);

#endif
