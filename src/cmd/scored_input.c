#include "cmd/scored_input.h"

#include "cmd/column_names.h"

typedef struct wanted {
  const dw_outcome_options *columns;
  bool all; /* and all others */
  dw_roster names;
} wanted;

static bool wants(void *context, const char *name, size_t length)
{
  wanted *w = context;
  dw_roster_add(&w->names, name, length);
  return w->all || dw_outcomes_wants((void *)w->columns, name, length);
}

/* What was asked for and no record has. */
static void check_columns(const wanted *w, const char *what)
{
  const dw_outcome_options *o = w->columns;
  const char *side = what ? what : "input";
  if (!o->unlabelled) dw_cmd_check_column("--label", o->label, side, &w->names);
  dw_cmd_check_column("--score", o->score, side, &w->names);
  dw_cmd_check_column("--compare", o->other, side, &w->names);
  dw_cmd_check_column("--prediction", o->prediction, side, &w->names);
  dw_cmd_check_column("--time", o->time, side, &w->names);
  for (size_t i = 0; i < o->by_count; i++) dw_cmd_check_column("--by", o->by[i], side, &w->names);
}

void dw_scored_input(dw_outcomes *rows, const dw_text_list *paths, const dw_reader_options *how, const char *what, dw_matrix *matrix,
                     uint64_t *skipped)
{
  dw_reader *reader;
  const dw_batch *batch;
  dw_status status;
  dw_err err;
  wanted w = {.columns = &rows->options, .all = matrix != NULL};
  dw_reader_options options = *how;
  dw_roster_init(&w.names);
  options.spans = true; /* messages name lines */
  options.want = wants;
  options.context = &w;
  dw_cmd_check(dw_reader_open(&reader, paths->text, paths->count, &options, &err), &err);
  while ((status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) {
    status = dw_outcomes_add(rows, reader, batch, &err);
    if (status == DW_EDATA) check_columns(&w, what); /* the slip in the name is the cause */
    dw_cmd_check(status, &err);
    if (matrix) dw_cmd_check(dw_matrix_add(matrix, reader, batch, &err), &err);
    dw_cmd_progress(dw_reader_rows(reader), dw_reader_bytes(reader), dw_reader_progress(reader));
  }
  dw_cmd_progress_end();
  dw_cmd_check(status, &err);
  if (matrix) dw_matrix_finish(matrix);
  dw_cmd_report_reader(reader, what);
  *skipped += dw_reader_skipped(reader);
  dw_cmd_made_by_input(paths->count == 1 ? paths->text[0] : what ? what : paths->count ? "all inputs" : "-", reader);
  if (rows->all_rows) check_columns(&w, what);
  dw_reader_close(reader);
  dw_roster_free(&w.names);
}
