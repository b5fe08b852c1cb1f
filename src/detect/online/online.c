#include "detect/online/online.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "data/datasets/column_names.h"
#include "detect/online/detector_state.h"
#include "detect/online/online_error.h"

const char *const dw_after_drift_words[] = {"reset", "keep", "stop", NULL};

#define ERROR_COLUMN "error"

/* Of one batch, until they are written in the order of the records. */
struct dw_online_event {
  size_t row, column;
  dw_detector_event event;
  dw_detector_told told;
  double value;
};

void dw_online_init(dw_online *online, const dw_online_options *options)
{
  *online = (dw_online){.options = *options, .latest = INT64_MIN};
  dw_roster_init(&online->names);
  if (options->label) dw_online_enter(online, ERROR_COLUMN);
}

void dw_online_free(dw_online *online)
{
  for (size_t i = 0; i < online->count; i++) {
    dw_free(online->column[i].name);
    dw_detector_free(&online->column[i].detector);
  }
  dw_free(online->column);
  dw_free(online->event);
  dw_free(online->bad);
  dw_buf_free(&online->scratch);
  dw_roster_free(&online->names);
}

static bool is(const char *wanted, const char *name) { return wanted && strcmp(wanted, name) == 0; }

bool dw_online_wants(void *context, const char *name, size_t length)
{
  dw_online *online = context;
  const dw_online_options *o = &online->options;
  char *text = dw_strndup(name, length);
  dw_roster_add(&online->names, name, length);
  bool wants = is(o->time, text) || (o->label ? is(o->label, text) || is(o->score, text) : dw_patterns_match(o->columns, text));
  dw_free(text);
  return wants;
}

/* A form of time that the user gave is looked for in what was written. */
bool dw_online_as_text(void *context, const char *name, size_t length)
{
  const dw_online_options *o = &((dw_online *)context)->options;
  return o->time && o->time_format && strlen(o->time) == length && memcmp(o->time, name, length) == 0;
}

static bool is_named(dw_patterns columns, const char *name)
{
  for (size_t i = 0; i < columns.count; i++)
    if (strcmp(columns.text[i], name) == 0) return true;
  return false;
}

dw_online_column *dw_online_enter(dw_online *online, const char *name)
{
  for (size_t i = 0; i < online->count; i++)
    if (strcmp(online->column[i].name, name) == 0) return &online->column[i];
  online->column = dw_grow(online->column, &online->capacity, online->count + 1, sizeof *online->column);
  dw_online_column *column = &online->column[online->count++];
  *column = (dw_online_column){.name = dw_strdup(name),
                               .id = UINT32_MAX,
                               .strict = online->options.label || is_named(online->options.columns, name),
                               .missing = online->records};
  const dw_detector *own = online->options.detector_of ? online->options.detector_of(online->options.context, name) : NULL;
  column->own = own != NULL;
  column->detector = own ? *own : *online->options.detector;
  column->detector.state = NULL;
  column->detector.keep = online->options.after == DW_AFTER_KEEP;
  dw_detector_start(&column->detector, NULL); /* the caller has started one like it */
  return column;
}

/* Columns that the reader met since the last batch. */
static void meet(dw_online *online, const dw_reader *reader)
{
  for (; online->ids < dw_reader_columns(reader); online->ids++) {
    const char *name = dw_reader_column_name(reader, online->ids);
    if (!online->options.label && dw_patterns_match(online->options.columns, name)) dw_online_enter(online, name)->id = online->ids;
  }
}

/* --- values --- */

/* A batch on its way through the detectors. */
typedef struct passing {
  dw_online *online;
  dw_reader *reader;
  const dw_batch *batch;
  size_t rows; /* those in front of the first record that stops everything */
  size_t last; /* behind the last one that a column was stopped by */
  dw_status status;
  dw_err *err;
} passing;

/* What is no value, in a column that has nothing else: left out and counted, or the end. */
static void refuse(passing *p, size_t row, const dw_batch_column *cells, const char *field, const char *what)
{
  dw_err why;
  if (p->online->bad[row]) return;
  dw_place place = dw_batch_place(p->batch, row);
  if (!place.line && !place.by_row) place.line = dw_batch_line(p->batch, row, (dw_tag)cells->tags[row], cells->cells[row]);
  dw_record_fault(&why, place, "field \"%.200s\": %s", field, what);
  dw_err ignored;
  dw_status status = dw_reader_unusable(p->reader, &why, &ignored);
  p->online->bad[row] = 1;
  if (status == DW_OK) return;
  p->rows = row;
  p->status = status;
  *p->err = why;
}

static void tell(passing *p, size_t place, size_t row, dw_detector_event event, double value)
{
  dw_online *online = p->online;
  dw_online_column *column = &online->column[place];
  dw_detector_event before = column->level;
  bool drift = event == DW_DETECTOR_DRIFT;
  column->level = drift && online->options.after == DW_AFTER_RESET ? DW_DETECTOR_NONE : event;
  if (event <= before) return;
  online->event = dw_grow(online->event, &online->event_capacity, online->events + 1, sizeof *online->event);
  online->event[online->events++] = (struct dw_online_event){row, place, event, column->detector.told, value};
  column->stopped = drift && online->options.after == DW_AFTER_STOP;
  if (column->stopped && row >= p->last) p->last = row + 1;
}

static inline void take(passing *p, const dw_batch_column *cells, size_t place, size_t row, double x)
{
  dw_online_column *column = &p->online->column[place];
  dw_detector_input input = column->detector.method->input;
  if (input != DW_DETECTOR_NUMBERS && !(x >= 0 && x <= 1)) {
    dw_buf_format(&p->online->scratch, "%s takes mistakes, 1 or 0 or what lies between; other methods take any number",
                  column->detector.method->name);
    refuse(p, row, cells, column->name, dw_buf_cstr(&p->online->scratch));
    p->online->scratch.length = 0;
    return;
  }
  column->values++;
  dw_detector_event event = dw_detector_add(&column->detector, x);
  if (event != column->level || event == DW_DETECTOR_DRIFT) tell(p, place, row, event, x);
}

static void take_column(passing *p, size_t place)
{
  dw_online_column *column = &p->online->column[place];
  const dw_batch_column *cells = column->id == UINT32_MAX ? NULL : dw_batch_find(p->batch, column->id);
  if (!cells && !column->stopped) column->missing += p->rows;
  for (size_t row = 0; cells && row < p->rows && !p->online->column[place].stopped; row++) {
    switch ((dw_tag)cells->tags[row]) {
    case DW_INTEGER:
    case DW_REAL:
      if (isfinite(cells->cells[row].number)) take(p, cells, place, row, cells->cells[row].number);
      else column->missing++;
      break;
    case DW_FALSE: take(p, cells, place, row, 0); break;
    case DW_TRUE: take(p, cells, place, row, 1); break;
    case DW_ABSENT:
    case DW_NULL: column->missing++; break;
    default:
      if (column->strict) refuse(p, row, cells, column->name, "expected a number");
      else column->texts++;
    }
  }
}

static void take_errors(passing *p)
{
  const dw_online_options *o = &p->online->options;
  dw_online_outcome how = {o->positive, o->cut};
  const dw_batch_column *label = dw_reader_find(p->reader, p->batch, o->label), *score = dw_reader_find(p->reader, p->batch, o->score);
  dw_online_column *column = &p->online->column[0];
  if ((!label || !score) && !column->stopped) column->missing += p->rows;
  for (size_t row = 0; label && score && row < p->rows && !column->stopped; row++) {
    const char *wrong;
    double error = dw_online_error(&how, p->batch, (dw_online_cell){(dw_tag)label->tags[row], label->cells[row]},
                                   (dw_online_cell){(dw_tag)score->tags[row], score->cells[row]}, &wrong);
    if (wrong) refuse(p, row, label, o->label, wrong);
    else if (isnan(error)) column->missing++;
    else take(p, label, 0, row, o->detector->method->input == DW_DETECTOR_HITS ? 1 - error : error);
  }
}

/* --- documents --- */

static bool instant_at(dw_online *online, const dw_batch *batch, const dw_batch_column *time, size_t row, int64_t *instant)
{
  return time && dw_instant_cell(online->options.time_format, batch, (dw_tag)time->tags[row], time->cells[row], &online->scratch, instant);
}

static void look_at_times(passing *p, const dw_batch_column *time)
{
  dw_online *online = p->online;
  for (size_t row = 0; time && row < p->rows; row++) {
    int64_t instant;
    if (!instant_at(online, p->batch, time, row, &instant)) {
      online->untimed += time->tags[row] != DW_ABSENT && time->tags[row] != DW_NULL;
      continue;
    }
    online->late += instant < online->latest;
    if (instant > online->latest) online->latest = instant;
  }
}

static int by_row(const void *a, const void *b)
{
  const struct dw_online_event *x = a, *y = b;
  if (x->row != y->row) return x->row < y->row ? -1 : 1;
  return x->column < y->column ? -1 : x->column > y->column;
}

static void write_event(passing *p, const struct dw_online_event *e, const dw_batch_column *time, dw_buf *lines)
{
  dw_online *online = p->online;
  const dw_online_column *column = &online->column[e->column];
  int64_t instant;
  dw_json json;
  dw_json_start(&json, lines, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "detection");
  dw_json_text(&json, "column", column->name);
  dw_json_text(&json, "method", column->detector.method->name);
  dw_json_text(&json, "event", e->event == DW_DETECTOR_DRIFT ? "drift" : "warning");
  dw_json_integer(&json, "index", (int64_t)(online->before + p->batch->first_row + e->row));
  if (online->options.time) {
    if (instant_at(online, p->batch, time, e->row, &instant)) {
      char text[DW_TIME_TEXT];
      dw_json_bytes(&json, "time", text, dw_time_print(text, instant));
    } else {
      dw_json_null(&json, "time");
    }
  }
  dw_json_number(&json, "value", e->value);
  dw_json_number(&json, "statistic", e->told.statistic);
  dw_json_number(&json, "threshold", e->told.threshold);
  dw_json_number(&json, "mean_before", e->told.before);
  dw_json_number(&json, "mean_after", e->told.after);
  if (e->told.after_count) dw_json_integer(&json, "values_after", (int64_t)e->told.after_count);
  else dw_json_null(&json, "values_after");
  dw_json_close(&json, '}');
  dw_buf_char(lines, '\n');
}

static void count_event(dw_online *online, const struct dw_online_event *e, uint64_t index)
{
  dw_online_column *column = &online->column[e->column];
  if (e->event == DW_DETECTOR_WARNING) {
    column->warnings++;
    online->warnings++;
    return;
  }
  if (column->drifts++ == 0) column->first_drift = index;
  column->last_drift = index;
  online->drifts++;
}

dw_status dw_online_batch(dw_online *online, dw_reader *reader, const dw_batch *batch, bool *stop, dw_buf *lines, dw_err *err)
{
  passing p = {online, reader, batch, batch->rows, 0, DW_OK, err};
  online->events = 0;
  online->bad = dw_grow(online->bad, &online->bad_capacity, batch->rows, 1);
  memset(online->bad, 0, batch->rows);
  meet(online, reader);
  if (online->options.label) take_errors(&p);
  for (size_t i = 0; !online->options.label && i < online->count; i++) take_column(&p, i);
  *stop = online->count > 0 && online->options.after == DW_AFTER_STOP;
  for (size_t i = 0; i < online->count; i++) *stop = *stop && online->column[i].stopped;
  if (*stop && p.status == DW_OK) p.rows = p.last;
  const dw_batch_column *time = online->options.time ? dw_reader_find(reader, batch, online->options.time) : NULL;
  look_at_times(&p, time);
  if (online->events > 1) qsort(online->event, online->events, sizeof *online->event, by_row);
  for (size_t i = 0; i < online->events && online->event[i].row < p.rows; i++) {
    write_event(&p, &online->event[i], time, lines);
    count_event(online, &online->event[i], online->before + batch->first_row + online->event[i].row);
  }
  online->records += p.rows;
  return p.status;
}

/* --- the end --- */

dw_status dw_online_check(const dw_online *online, dw_err *err)
{
  const dw_online_options *o = &online->options;
  if (online->records == 0) return DW_OK;
  dw_status status = dw_column_names_check("--time", o->time, "input", &online->names, err);
  if (status == DW_OK) status = dw_column_names_check("--error", o->label, "input", &online->names, err);
  if (status == DW_OK) status = dw_column_names_check("--error", o->score, "input", &online->names, err);
  for (size_t i = 0; i < o->columns.count && status == DW_OK && !o->label; i++)
    if (!dw_roster_match(&online->names, o->columns.text[i]))
      status = dw_column_names_missing(i < o->from_column ? "--column" : "--columns", o->columns.text[i], "input", &online->names, err);
  return status;
}

bool dw_online_judged(const dw_online *online)
{
  for (size_t i = 0; i < online->count; i++)
    if (online->column[i].values || online->column[i].stopped) return true;
  return false;
}

static void write_index(dw_json *json, const char *key, const dw_online_column *column, uint64_t index)
{
  if (column->drifts) dw_json_integer(json, key, (int64_t)index);
  else dw_json_null(json, key);
}

void dw_online_members(const dw_online *online, dw_json *json)
{
  const dw_detector *detector = online->options.detector;
  dw_json_bool(json, "drift", online->drifts > 0);
  dw_json_text(json, "method", detector->method->name);
  dw_detector_parameters_write(json, detector);
  dw_json_text(json, "after_drift", dw_after_drift_words[online->options.after]);
  dw_json_integer(json, "first_index", (int64_t)online->before);
  dw_json_integer(json, "records", (int64_t)online->records);
  dw_json_integer(json, "drifts", (int64_t)online->drifts);
  dw_json_integer(json, "warnings", (int64_t)online->warnings);
  dw_json_open(json, "columns", '[');
  for (size_t i = 0; i < online->count; i++) {
    const dw_online_column *column = &online->column[i];
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "column", column->name);
    if (column->own) dw_detector_parameters_write(json, &column->detector);
    dw_json_integer(json, "values", (int64_t)column->values);
    dw_json_integer(json, "missing", (int64_t)column->missing);
    dw_json_integer(json, "texts", (int64_t)column->texts);
    dw_json_integer(json, "drifts", (int64_t)column->drifts);
    dw_json_integer(json, "warnings", (int64_t)column->warnings);
    write_index(json, "first_drift", column, column->first_drift);
    write_index(json, "last_drift", column, column->last_drift);
    dw_json_bool(json, "stopped", column->stopped);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
}
