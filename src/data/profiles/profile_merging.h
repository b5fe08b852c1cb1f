/* profile_merging: profiles in, merged ones out: those of the same value and window become one.
 *
 *   dw_profile_merging_open(&work, &how, notices, err);
 *   for each path: dw_profile_merging_read(work, path, &input, err);
 *   dw_profile_merging_write(work, stages, sink, err);
 *   dw_profile_merging_free(work);
 *
 * Lines are read and columns merged by several threads; the result depends on the order of the lines alone.
 */
#ifndef DW_DATA_PROFILE_MERGING_H
#define DW_DATA_PROFILE_MERGING_H

#include "data/frames/chunk.h"
#include "data/profiles/profile.h"
#include "io/reader/notices.h"
#include "io/text/made_by.h"

typedef struct dw_profile_merging_options {
  const char *every; /* the windows become these, which must hold them; "all": they are left out; NULL: they stay */
  double error;      /* 0: the largest of those that are merged */
  unsigned threads;
  uint64_t memory;
  bool skip_errors;
  bool alone; /* a line that is another document is an error */
} dw_profile_merging_options;

typedef struct dw_profile_merging dw_profile_merging;

dw_status dw_profile_merging_open(dw_profile_merging **out, const dw_profile_merging_options *how, const dw_notices *notices, dw_err *err);
/* path "-": standard input. DW_EDATA: a line that is no profile; documents of other kinds are passed over. */
dw_status dw_profile_merging_read(dw_profile_merging *work, const char *path, dw_made_input *input, dw_err *err);
/* The same of an input that is open; it stays the caller's. */
dw_status dw_profile_merging_take(dw_profile_merging *work, dw_input *from, const char *path, dw_made_input *input, dw_err *err);
/* Those that came of it, [*count] in the order in which their keys came; work's. */
dw_profile *const *dw_profile_merging_all(const dw_profile_merging *work, size_t *count);
/* Of the one that was read, or SHA-256 over those of all in their order. */
void dw_profile_merging_digest(const dw_profile_merging *work, char out[DW_SHA256 + 1]);
/* Warns of what was left out, or came twice. */
void dw_profile_merging_report(const dw_profile_merging *work);
/* The stages of all that was merged (io/text/made_by.h), without one of the merging itself; nothing where they are too many. */
void dw_profile_merging_stages(const dw_profile_merging *work, dw_buf *out);
/* DW_ENODATA: there was none. */
dw_status dw_profile_merging_write(dw_profile_merging *work, const dw_buf *stages, const dw_profile_sink *sink, dw_err *err);
void dw_profile_merging_free(dw_profile_merging *work); /* NULL is fine */

#endif
