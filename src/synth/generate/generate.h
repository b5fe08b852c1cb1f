/* generate: records from a scenario's plan, as NDJSON or CSV text.
 *
 *   dw_generator *generator;
 *   dw_generator_new(&generator, &plan, &(dw_generate_options){.seed = 7}, &err);
 *   dw_generator_run(generator, 0, plan.rows, threads, sink, context, &err);
 *
 * The value of a row and column is a function of (seed, row, the column's name) and the scenario: not of the number of threads, the
 * rows asked for, or other columns (but for those it is correlated with, or that its rule or template names). So parts concatenate to
 * the whole, byte for byte.
 */
#ifndef DW_SYNTH_GENERATE_H
#define DW_SYNTH_GENERATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "synth/scenario/scenario.h"

typedef enum dw_generate_format { DW_GENERATE_NDJSON, DW_GENERATE_CSV } dw_generate_format;

typedef struct dw_generate_options {
  uint64_t seed;
  dw_generate_format format;
  const char *const *with; /* optional columns to write: count of them */
  size_t with_count;
} dw_generate_options;

typedef struct dw_generator dw_generator;

/* The scenario must outlive the generator. DW_EUSAGE: `with` names no column, a record could be larger than 16 MiB. */
dw_status dw_generator_new(dw_generator **out, const dw_scenario_plan *plan, const dw_generate_options *options, dw_err *err);
void dw_generator_free(dw_generator *generator); /* NULL is fine */

/* The line of column names that a CSV file begins with; nothing for NDJSON. */
void dw_generator_header(const dw_generator *generator, dw_buf *out);

/* Rows first to end (excluded, from 0) at the end of out. Several threads may call it at once. */
void dw_generator_rows(const dw_generator *generator, uint64_t first, uint64_t end, dw_buf *out);

/* Takes the text of the next rows; *stop = true ends the run early (and well). */
typedef dw_status dw_generate_sink(void *context, const char *bytes, size_t length, uint64_t rows, bool *stop, dw_err *err);

/* Rows first to end through sink, in order, made by `threads` workers (0: one a core); sink is called by the calling thread only. What sink
 * returns other than DW_OK ends the run and is returned. */
dw_status dw_generator_run(const dw_generator *generator, uint64_t first, uint64_t end, unsigned threads, dw_generate_sink *sink,
                           void *context, dw_err *err);

/* Rows of part i of k (from 1): parts of a whole differ by one row at most. */
void dw_generate_shard(uint64_t rows, uint64_t i, uint64_t k, uint64_t *first, uint64_t *end);

#endif
