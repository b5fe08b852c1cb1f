/* inject: applies injections to a stream of records, batch by batch, in constant memory.
 *
 *   dw_inject *inject;
 *   dw_inject_new(&inject, &plan, &(dw_inject_options){.seed = 7, .write = write, .context = output}, err);
 *   dw_reader_open(&reader, paths, count, &(dw_reader_options){.spans = true, .want = dw_inject_wants, .context = inject}, err);
 *   for each batch:
 *     dw_inject_column(inject, id, name) for every column that is new in the reader
 *     dw_inject_input(inject, …) when the batch is the first of its input
 *     dw_inject_batch(inject, reader, batch, err)
 *   dw_inject_finish(inject, err);
 *   dw_inject_print(inject, 0, &json);
 *
 * Injections act in order, each on what the ones before it made of the value; permutations come last of all. Conditions and times are
 * those of the record as it came in. Whether a record is taken by chance depends on (seed, row of the input, number of the
 * injection) alone. What is not touched passes byte for byte; blank lines are left out.
 */
#ifndef DW_SYNTH_INJECT_H
#define DW_SYNTH_INJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "io/text/json.h"
#include "io/text/roster.h"
#include "io/reader/reader.h"
#include "synth/generate/emit.h"
#include "synth/inject/injection.h"

typedef struct dw_inject dw_inject;

typedef struct dw_inject_options {
  uint64_t seed;
  uint64_t rows; /* of the whole input; needed when dw_injections_need_rows(plan) */
  dw_emit_write *write;
  void *context;
} dw_inject_options;

/* plan has passed dw_injections_check and must outlive the result. */
void dw_inject_new(dw_inject **out, const dw_injections *plan, const dw_inject_options *options);
void dw_inject_free(dw_inject *inject); /* NULL is fine */

/* For dw_reader_options.want, context the dw_inject: the columns that the plan asks about. Remembers all names, for messages. Safe
 * to call from several threads. */
bool dw_inject_wants(void *inject, const char *name, size_t length);

const dw_roster *dw_inject_names(const dw_inject *inject); /* all of them, so far */

void dw_inject_column(dw_inject *inject, uint32_t id, const char *name);

/* What comes next is of this input. delimiter: of CSV; 0 for NDJSON. CSV: header is its header line as it stands, with BOM and line
 * end where it has them. All inputs must be of one format, and CSV inputs
 * of one header; DW_EDATA otherwise, and when a column of the plan is not in the header. DW_EUSAGE for what CSV cannot do: a column
 * dropped or renamed in some records only, a number turned into text. */
dw_status dw_inject_input(dw_inject *inject, const char *name, char delimiter, const char *header, size_t length, dw_err *err);

/* A record that a plan cannot change as it says (a name that is taken) goes to dw_reader_unusable of reader, and does not leave. */
dw_status dw_inject_batch(dw_inject *inject, dw_reader *reader, const dw_batch *batch, dw_err *err);

/* Sends on all that waits, without a verdict: for the end, and before an error is reported. */
dw_status dw_inject_flush(dw_inject *inject, dw_err *err);

/* dw_inject_flush; then DW_EDATA when a column that the plan names never occurred (the records have all gone through). */
dw_status dw_inject_finish(dw_inject *inject, dw_err *err);

/* How many records an injection changed; once finished. */
uint64_t dw_inject_records(const dw_inject *inject, size_t index);

/* How many records have no time though an injection goes by time: it leaves them as they are. *first: "NAME:LINE: …" of the first. */
uint64_t dw_inject_untimed(const dw_inject *inject, const char **first);

/* Members of the truth about one injection in an open object: those of dw_injection_print, then "records", "left", "first_row",
 * "last_row", "input_first_row", "input_last_row", "changes", "rows", "input_rows", "seed". */
void dw_inject_print(const dw_inject *inject, size_t index, dw_json *json);

#endif
