#include "detect/truth/drift_truth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "io/bytes/input.h"
#include "io/text/lines.h"

enum { FILE_MOST = 1 << 30 };

void dw_drift_truth_init(dw_drift_truth *truth) { *truth = (dw_drift_truth){0}; }

static void column_free(dw_truth_column *column)
{
  dw_free(column->name);
  dw_free(column->alarm);
  dw_free(column->drift);
}

void dw_drift_truth_free(dw_drift_truth *truth)
{
  for (size_t i = 0; i < truth->count; i++) column_free(&truth->column[i]);
  column_free(&truth->whole);
  dw_free(truth->column);
  dw_drift_truth_init(truth);
}

static dw_truth_column *column_of(dw_drift_truth *truth, const char *name)
{
  for (size_t i = 0; i < truth->count; i++)
    if (strcmp(truth->column[i].name, name) == 0) return &truth->column[i];
  truth->column = dw_grow(truth->column, &truth->capacity, truth->count + 1, sizeof *truth->column);
  truth->column[truth->count] = (dw_truth_column){.name = dw_strdup(name)};
  return &truth->column[truth->count++];
}

static void add_drift(dw_truth_column *column, uint64_t first, uint64_t last)
{
  column->drift = dw_grow(column->drift, &column->drift_capacity, column->drifts + 1, sizeof *column->drift);
  column->drift[column->drifts++] = (dw_drift_span){first, last};
}

/* --- documents --- */

/* A row, or a count of them; refused is anything else. */
static bool row_of(const dw_value *value, uint64_t *row)
{
  double number = dw_value_number(value, -1);
  if (!(number >= 0 && number < 9e15 && number == floor(number))) return false;
  *row = (uint64_t)number;
  return true;
}

typedef struct place {
  const char *name;
  uint64_t line;
  dw_err *err;
} place;

static dw_status expected(const place *at, const char *key, const char *what)
{
  return dw_err_at(at->err, DW_EDATA, at->name, at->line, 0, "\"%s\": expected %s", key, what);
}

static void longer(dw_drift_truth *truth, uint64_t rows)
{
  if (rows > truth->rows) truth->rows = rows;
}

static dw_status take_changes(dw_truth_column *column, const dw_value *changes, const place *at)
{
  for (const dw_value *c = dw_value_first(changes); c; c = dw_value_next(c)) {
    uint64_t first, last;
    const dw_value *one = dw_value_first(c);
    if (dw_value_count(c) != 2 || !row_of(one, &first) || !row_of(dw_value_next(one), &last) || last < first)
      return expected(at, "changes", "a list of [first, last], each rows");
    add_drift(column, first, last);
  }
  return DW_OK;
}

static dw_status take_injection(dw_drift_truth *truth, const dw_value *v, const place *at)
{
  uint64_t records, rows;
  const dw_value *changes = dw_value_get(v, "changes");
  if (dw_value_get(v, "canary")) return DW_OK; /* not of records */
  if (!row_of(dw_value_get(v, "records"), &records)) return expected(at, "records", "a count");
  if (!row_of(dw_value_get(v, "rows"), &rows)) return expected(at, "rows", "a count");
  if (dw_value_get(v, "changes_omitted"))
    return dw_err_at(at->err, DW_EDATA, at->name, at->line, 0, "the injection comes and goes too often: not all of its changes are listed");
  if (dw_value_kind(changes) != DW_VALUE_ARRAY) return expected(at, "changes", "a list of [first, last], as dw-inject --truth writes it");
  const char *column = dw_value_text_of(v, "column", NULL);
  truth->injections++;
  longer(truth, rows);
  if (records == 0) {
    truth->idle++;
    return DW_OK;
  }
  return take_changes(column ? column_of(truth, column) : &truth->whole, changes, at);
}

static dw_status take_detection(dw_drift_truth *truth, const dw_value *v, const place *at)
{
  const char *name = dw_value_text_of(v, "column", NULL), *event = dw_value_text_of(v, "event", "");
  uint64_t index;
  if (!name) return expected(at, "column", "a text");
  if (!row_of(dw_value_get(v, "index"), &index)) return expected(at, "index", "a row");
  bool drift = strcmp(event, "drift") == 0;
  if (!drift && strcmp(event, "warning") != 0) return expected(at, "event", "drift or warning");
  dw_truth_column *column = column_of(truth, name);
  column->watched = true;
  truth->warnings += !drift;
  if (!drift) return DW_OK;
  column->alarm = dw_grow(column->alarm, &column->alarm_capacity, column->alarms + 1, sizeof *column->alarm);
  column->alarm[column->alarms++] = index;
  return DW_OK;
}

/* Records of a run that a column's detector was asked about: less than all where the column was stopped. */
static void add_seen(dw_truth_column *column, const dw_value *c)
{
  static const char *const parts[] = {"values", "missing", "texts"};
  for (size_t i = 0; i < sizeof parts / sizeof *parts && column->seen != UINT64_MAX; i++) {
    uint64_t part;
    if (row_of(dw_value_get(c, parts[i]), &part)) column->seen += part;
    else column->seen = UINT64_MAX;
  }
}

static dw_status take_summary(dw_drift_truth *truth, const dw_value *v, const place *at)
{
  uint64_t first, records;
  if (strcmp(dw_value_text_of(v, "command", ""), "dw-detect") != 0) return DW_OK;
  if (!row_of(dw_value_get(v, "first_index"), &first)) return expected(at, "first_index", "a row");
  if (!row_of(dw_value_get(v, "records"), &records)) return expected(at, "records", "a count");
  truth->summaries++;
  longer(truth, first + records);
  for (const dw_value *c = dw_value_first(dw_value_get(v, "columns")); c; c = dw_value_next(c)) {
    const char *name = dw_value_text_of(c, "column", NULL);
    if (!name) return expected(at, "columns", "objects with a column");
    dw_truth_column *column = column_of(truth, name);
    column->watched = true;
    add_seen(column, c);
  }
  return DW_OK;
}

/* *open: documents came behind the last summary. */
static dw_status take_line(dw_drift_truth *truth, bool detections, const dw_line *line, const char *name, bool *open, dw_err *err)
{
  dw_value *value;
  place at = {name, line->number, err};
  if (dw_line_blank(line)) return DW_OK;
  dw_status status = dw_value_parse(&value, line->text, line->length, name, line->number, err);
  if (status != DW_OK) return status;
  const char *kind = dw_value_text_of(value, "kind", NULL);
  if (!kind) status = dw_err_at(err, DW_EDATA, name, line->number, 0, "not a document: expected an object with \"kind\"");
  else if (!detections && strcmp(kind, "injection") == 0) status = take_injection(truth, value, &at);
  else if (detections && strcmp(kind, "detection") == 0) status = take_detection(truth, value, &at), *open = true;
  else if (detections && strcmp(kind, "summary") == 0) status = take_summary(truth, value, &at), *open = false;
  dw_value_free(value);
  return status;
}

static dw_status take_file(dw_drift_truth *truth, bool detections, const char *path, dw_made_input *made, dw_err *err)
{
  char *text;
  size_t length, summaries = truth->summaries;
  bool open = false;
  dw_status status = dw_input_whole(path, FILE_MOST, &text, &length, err);
  if (status != DW_OK) return status;
  dw_digest digest;
  dw_digest_init(&digest);
  dw_digest_add(&digest, text, length);
  *made = (dw_made_input){.name = path, .bytes = length};
  dw_digest_text(&digest, made->digest);
  dw_lines lines = dw_lines_of(text, length);
  for (dw_line line; status == DW_OK && dw_lines_next(&lines, &line); made->rows++)
    status = take_line(truth, detections, &line, path, &open, err);
  if (status == DW_OK && detections && (open || truth->summaries == summaries))
    status = dw_err_at(err, DW_EDATA, path, 0, 0, "the summary of dw-detect is missing at the end: not its output, or cut short");
  dw_free(text);
  return status;
}

dw_status dw_drift_truth_injections(dw_drift_truth *truth, const char *path, dw_made_input *made, dw_err *err)
{
  return take_file(truth, false, path, made, err);
}

dw_status dw_drift_truth_detections(dw_drift_truth *truth, const char *path, dw_made_input *made, dw_err *err)
{
  return take_file(truth, true, path, made, err);
}

/* --- together --- */

static int by_number(const void *a, const void *b)
{
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

static int by_first(const void *a, const void *b)
{
  const dw_drift_span *x = a, *y = b;
  return x->first != y->first ? (x->first > y->first) - (x->first < y->first) : (x->last > y->last) - (x->last < y->last);
}

static void put_in_order(dw_truth_column *column)
{
  size_t kept = 0;
  if (column->alarms) qsort(column->alarm, column->alarms, sizeof *column->alarm, by_number);
  if (column->drifts) qsort(column->drift, column->drifts, sizeof *column->drift, by_first);
  for (size_t i = 0; i < column->drifts; i++) {
    dw_drift_span *last = kept ? &column->drift[kept - 1] : NULL, next = column->drift[i];
    if (!last || next.first > last->last) column->drift[kept++] = next;
    else if (next.last > last->last) last->last = next.last;
  }
  column->drifts = kept;
}

static void add_all(dw_truth_column *to, const dw_truth_column *from)
{
  for (size_t i = 0, count = from->drifts; i < count; i++) add_drift(to, from->drift[i].first, from->drift[i].last);
}

dw_status dw_drift_truth_settle(dw_drift_truth *truth, bool every_column, dw_err *err)
{
  size_t watched = 0;
  if (!truth->injections) return dw_err_set(err, DW_ENODATA, "the truth has no injection: expected what dw-inject --truth writes");
  for (size_t i = 0; i < truth->count && every_column; i++) add_all(&truth->whole, &truth->column[i]);
  for (size_t i = 0; i < truth->count; i++) {
    dw_truth_column *column = &truth->column[i];
    watched += column->watched;
    if (column->watched) add_all(column, &truth->whole);
    put_in_order(column);
    if (column->alarms && column->alarm[column->alarms - 1] >= truth->rows)
      return dw_err_set(err, DW_EDATA,
                        "\"%s\" has an alarm at row %llu, and the stream has %llu rows: detections and truth are not of one stream",
                        column->name, (unsigned long long)column->alarm[column->alarms - 1], (unsigned long long)truth->rows);
  }
  return watched ? DW_OK : dw_err_set(err, DW_ENODATA, "there is no column that dw-detect watched");
}

const char *dw_drift_truth_unwatched(const dw_drift_truth *truth, size_t *at)
{
  while (*at < truth->count) {
    const dw_truth_column *column = &truth->column[(*at)++];
    if (!column->watched && column->drifts) return column->name;
  }
  return NULL;
}
