#include "cmd/inputs/scored_input.h"

#include "data/datasets/column_names.h"
#include "base/mem.h"

typedef struct wanted {
  dw_outcomes *rows;
  dw_matrix *matrix; /* NULL, or where all columns go besides */
  const char *what;  /* in front of messages; NULL: nothing */
  dw_roster names;
} wanted;

static bool wants(void *context, const char *name, size_t length)
{
  wanted *w = context;
  dw_roster_add(&w->names, name, length);
  return w->matrix || dw_outcomes_wants(w->rows, name, length);
}

/* A time of a form of its own keeps its digits. */
static bool reads_text(void *context, const char *name, size_t length)
{
  const dw_outcome_options *o = &((const wanted *)context)->rows->options;
  return o->time_format && dw_text_equal(name, length, o->time);
}

static dw_status check_column(const wanted *w, const char *option, const char *name, dw_err *err)
{
  return dw_column_names_check(option, name, w->what ? w->what : "input", &w->names, err);
}

/* What was asked for and no record has. */
static dw_status check_columns(const wanted *w, dw_err *err)
{
  const dw_outcome_options *o = &w->rows->options;
  dw_status status = o->unlabelled ? DW_OK : check_column(w, "--label", o->label, err);
  if (status == DW_OK) status = check_column(w, "--score", o->score, err);
  if (status == DW_OK) status = check_column(w, "--compare", o->other, err);
  if (status == DW_OK) status = check_column(w, "--prediction", o->prediction, err);
  if (status == DW_OK) status = check_column(w, "--time", o->time, err);
  for (size_t i = 0; i < o->by_count && status == DW_OK; i++) status = check_column(w, "--by", o->by[i], err);
  return status;
}

static dw_status take_batch(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *err)
{
  wanted *w = context;
  dw_err slip;
  dw_status status = dw_outcomes_add(w->rows, reader, batch, err);
  if (status == DW_EDATA && check_columns(w, &slip) != DW_OK) *err = slip; /* the slip in the name is the cause */
  return w->matrix && status == DW_OK ? dw_matrix_add(w->matrix, reader, batch, err) : status;
}

/* A gate that is passed by the rest has not looked at these. */
static void warn_missing(uint64_t missing, uint64_t rows, const char *of, const char *what)
{
  if (missing)
    dw_cmd_warn("%s%s%llu of %llu rows have no %s: they are left out", what ? what : "", what ? ": " : "", (unsigned long long)missing,
                (unsigned long long)rows, of);
}

void dw_scored_input(dw_outcomes *rows, const dw_text_list *paths, const dw_reader_options *how, const char *what, dw_matrix *matrix,
                     uint64_t *skipped)
{
  dw_reader *reader;
  dw_err err;
  wanted w = {.rows = rows, .matrix = matrix, .what = what};
  dw_reader_options options = *how;
  dw_roster_init(&w.names);
  options.spans = true; /* messages name lines */
  options.want = wants;
  if (rows->options.time_format) options.as_text = reads_text;
  options.context = &w;
  dw_cmd_check(dw_reader_open(&reader, paths->text, paths->count, &options, &err), &err);
  dw_cmd_check(dw_reader_run(reader, &(dw_batch_sink){take_batch, &w}, &dw_cmd_notices, &err), &err);
  if (matrix) dw_matrix_finish(matrix);
  dw_reader_report(reader, what, &dw_cmd_notices);
  *skipped += dw_reader_skipped(reader);
  dw_cmd_made_by_reader(reader, paths, what);
  if (rows->all_rows) dw_cmd_check(check_columns(&w, &err), &err);
  warn_missing(rows->without_score, rows->without_score + rows->rows + rows->without_prediction, "score", what);
  warn_missing(rows->without_prediction, rows->rows + rows->without_prediction, "prediction", what);
  dw_reader_close(reader);
  dw_roster_free(&w.names);
}

static void warn(const dw_outcomes *rows)
{
  dw_buf names = {0};
  for (size_t k = 0; k < rows->known && rows->guessed; k++) dw_buf_format(&names, "%s%s", k ? ", " : "", rows->class_name[k]);
  if (rows->guessed)
    dw_cmd_warn("nothing says which classes the scores are of: taken to be those of the labels, %s, in this order (--classes)",
                dw_buf_cstr(&names));
  for (size_t k = rows->known; k < rows->classes; k++)
    dw_cmd_warn("the model has no class %s: its %llu labels count as errors", rows->class_name[k],
                (unsigned long long)dw_class_labels(rows, k));
  dw_buf_free(&names);
}

void dw_scored_classes(dw_outcomes *rows, const dw_class_options *how, const char *words, const char *what)
{
  dw_err err;
  dw_class_list known = {0};
  dw_class_options all = *how;
  if (words && dw_class_list_parse(&known, words, strlen(words), &err) != DW_OK) dw_cmd_usage("--classes: %s", err.message);
  if (words) all.known = &known;
  dw_status status = dw_outcomes_classes(rows, &all, &err);
  dw_class_list_free(&known);
  if (status != DW_OK && what) {
    dw_err inner = err;
    dw_err_set(&err, status, "%s: %s", what, inner.message);
  }
  dw_cmd_check(status, &err);
  warn(rows);
}

void dw_scored_limits(const dw_evaluation *past, dw_metric_limits *limits)
{
  dw_evaluate_reference(past, limits);
  for (int m = 0; m < DW_METRICS; m++) {
    const dw_metric_limits *of = &limits[m];
    const char *name = dw_metric_name((dw_metric)m);
    const char *from = of->source == DW_LIMITS_BLOCKS ? "ten blocks of the reference" : "the whole reference and the sampling error";
    if (!past->wanted[m] || m == DW_METRIC_CONFUSION_MATRIX || of->source == DW_LIMITS_WINDOWS) continue;
    if (of->source == DW_LIMITS_NONE) dw_cmd_warn("reference: %s has no threshold: it has no value there, or no interval", name);
    else if (of->windows < DW_PREDICTION_LEAST)
      dw_cmd_warn("reference: %zu of the %d windows that a threshold of %s needs: it is made from %s", of->windows, DW_PREDICTION_LEAST,
                  name, from);
    else dw_cmd_warn("reference: %s is the same in all windows: its threshold is made from %s", name, from);
  }
}

void dw_scored_trials(const dw_estimator *estimator, const dw_outcomes *reference, const dw_chunks *chunks, const bool *asked,
                      dw_estimate_trial *trial)
{
  if (estimator->how.as_nannyml) return;
  dw_estimator_try(estimator, reference, chunks, asked, trial);
  for (size_t m = 0; m < DW_ESTIMATED_BUSINESS_VALUE; m++)
    if (trial[m].fails)
      dw_cmd_warn(
          "reference: estimates of %s do not hold there: %.3g is estimated and %.3g realised; chunks are off by %.2g, by chance %.2g: the "
          "relation of score and label changes",
          dw_estimated_name(m, 2), trial[m].estimated, trial[m].realised, trial[m].difference, trial[m].chance);
}

void dw_scored_gates(dw_gates *gates, const dw_figures *figures, size_t sets)
{
  dw_err err;
  dw_gate_value *value = dw_alloc_array(figures->count, sizeof *value);
  for (size_t i = 0; i < figures->count; i++) value[i] = (dw_gate_value){figures->figure[i].name, figures->figure[i].value};
  dw_status status = dw_gates_judge_sets(gates, value, sets ? figures->count / sets : figures->count, sets, &err);
  dw_free(value);
  dw_cmd_check(status, &err);
}
