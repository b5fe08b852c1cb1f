#include "io/reader/reader_run.h"

#include <string.h>
#include <sys/stat.h>

dw_status dw_reader_run(dw_reader *reader, const dw_batch_sink *sink, const dw_notices *notices, dw_err *err)
{
  const dw_batch *batch;
  dw_status status;
  bool stop = false;
  while ((status = dw_reader_next(reader, &batch, err)) == DW_OK && batch) {
    if (sink->take) status = sink->take(sink->context, reader, batch, &stop, err);
    if (status != DW_OK || stop) break;
    dw_notices_progress(notices, &(dw_progress){.rows = dw_reader_rows(reader),
                                                .bytes = dw_reader_bytes(reader),
                                                .share = dw_reader_progress(reader)});
  }
  dw_notices_progress(notices, NULL);
  return status;
}

static bool may_be_read_again(const char *path)
{
  struct stat about;
  return strcmp(path, "-") != 0 && stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

void dw_reader_place_fault(const char *const *paths, size_t count, const dw_reader_options *options, dw_err *err)
{
  dw_reader *reader;
  dw_err found = {0};
  dw_reader_options how = *options;
  for (size_t i = 0; i < count; i++)
    if (!may_be_read_again(paths[i])) return;
  if (err->status != DW_EDATA || count == 0) return;
  how.want = how.as_text = NULL;
  if (dw_reader_open(&reader, paths, count, &how, &found) != DW_OK) return;
  if (dw_reader_run(reader, &(dw_batch_sink){0}, NULL, &found) == DW_EDATA) *err = found;
  dw_reader_close(reader);
}

void dw_reader_report(const dw_reader *reader, const char *what, const dw_notices *notices)
{
  const char *front = what ? what : "", *colon = what ? ": " : "";
  uint64_t skipped = dw_reader_skipped(reader);
  if (skipped)
    dw_notices_warn(notices, "%s%s%llu bad record%s left out; the first: %s", front, colon, (unsigned long long)skipped,
                    skipped == 1 ? "" : "s", dw_reader_first_skipped(reader));
  for (size_t i = 0; i < dw_reader_inputs(reader); i++) {
    const char *name, *notice = dw_reader_notice(reader, i, &name);
    if (notice) dw_notices_warn(notices, "%s%s%s: %s", front, colon, name, notice);
  }
  uint64_t nans = dw_reader_nans(reader), infinite = dw_reader_infinite(reader);
  if (nans + infinite)
    dw_notices_warn(notices, "%s%s%llu NaN read as missing, %llu value%s as infinite", front, colon, (unsigned long long)nans,
                    (unsigned long long)infinite, infinite == 1 ? "" : "s");
  dw_buf hint = {0};
  const char *column;
  for (size_t i = 0; (column = dw_reader_unmarked(reader, i, &hint)); i++, hint.length = 0)
    dw_notices_warn(notices, "%s%s--missing: there is no column \"%s\"%s", front, colon, column, dw_buf_cstr(&hint));
  dw_buf_free(&hint);
  if (dw_reader_unterminated(reader)) dw_notices_warn(notices, "%s%sthe last line has no line end: was the file cut?", front, colon);
}

dw_made_input dw_reader_made_by(const dw_reader *reader, const char *name)
{
  dw_made_input input = {.name = name, .bytes = dw_reader_bytes(reader), .rows = dw_reader_rows(reader)};
  dw_reader_digest(reader, input.digest);
  return input;
}
