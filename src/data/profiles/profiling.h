/* profiling: records in, profiles out: one of all of them, or one for each value of a column and each window of time.
 *
 *   dw_profiling_open(&work, &settings, notices, err);
 *   dw_profiling_read(work, paths, count, &input, err);          once; input: for made_by
 *   dw_profiling_write(work, stages, sink, err);                 a line a profile
 *   dw_profiling_free(work);
 *
 * Inside memory: sketches become smaller, and groups whose columns take too much are turned into profiles, which are merged with what comes
 * later. The result does not depend on the number of threads.
 */
#ifndef DW_DATA_PROFILING_H
#define DW_DATA_PROFILING_H

#include "base/text_list.h"
#include "data/frames/chunk.h"
#include "data/profiles/profile.h"
#include "io/reader/notices.h"
#include "io/text/made_by.h"

typedef struct dw_profiling_settings {
  dw_text_list columns, exclude, types, describe;
  const char *by, *time, *time_format, *every;
  double error;
  uint64_t memory, threads;
  int format, on_error;
  dw_dialect dialect;
} dw_profiling_settings;

typedef struct dw_profiling dw_profiling;

dw_status dw_profiling_open(dw_profiling **out, const dw_profiling_settings *settings, const dw_notices *notices, dw_err *err);
/* count 0: standard input. DW_ENODATA: there was no record. */
dw_status dw_profiling_read(dw_profiling *work, const dw_text_list *paths, dw_made_input *input, dw_err *err);
dw_status dw_profiling_write(dw_profiling *work, const dw_buf *stages, const dw_profile_sink *sink, dw_err *err);
void dw_profiling_free(dw_profiling *work); /* NULL is fine */

#endif
