#include "serve/watch/window_source.h"

#include "io/text/json_text.h"
#include "serve/watch/halves.h"
#include "serve/watch/versions.h"
#include "store/intake/labelled.h"

/* How much of the time is read at once, at first: a query each, and its records in memory. Longer where there are few. Where there are many
 * they are not all read: the slice is halved first, down to one that is as short as a burst of so many can hardly be. */
#define SLICE (10 * DW_SECOND)
#define SLICE_LEAST (DW_SECOND / 1000)
enum { FEW = 10000, MANY = 40000 };
/* Of halves as much is read on both sides of a slice as may lie between two that belong together: short ones read most of it in vain, and
 * long ones hold all of it. */
#define HALVES_SLICE (4 * DW_HALVES_APART)

void dw_window_source_init(dw_window_source *source, dw_records *records, dw_record_kind kind, const char *model, const dw_periods *periods,
                           bool labels)
{
  *source = (dw_window_source){.records = records, .kind = kind, .model = model, .periods = periods, .labels = labels};
}

void dw_window_source_free(dw_window_source *source)
{
  dw_buf_free(&source->lines);
  dw_buf_free(&source->scratch);
}

/* The instant becomes the first member of the line that begins at `from`. */
static void put_time(dw_buf *lines, size_t from, int64_t time, dw_buf *scratch)
{
  char text[DW_TIME_TEXT + 1];
  size_t brace = from;
  while (lines->data[brace] != '{') brace++;
  const char *rest = dw_json_skip_space(lines->data + brace + 1);
  text[dw_time_print(text, time)] = '\0';
  scratch->length = 0;
  dw_buf_format(scratch, "{\"" DW_WINDOW_TIME "\":\"%s\"%s", text, *rest == '}' ? "" : ",");
  dw_buf_add(scratch, lines->data + brace + 1, lines->length - brace - 1);
  lines->length = from;
  dw_buf_add(lines, scratch->data, scratch->length);
}

static dw_status take_row(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  dw_window_source *source = context;
  size_t from = source->lines.length;
  source->seen++;
  const char *content = dw_json_skip_space(row->content);
  if (*content != '{') return DW_OK; /* no record that has columns */
  if (source->version) {
    const char *version = dw_version_of(row->content, row->length, &source->scratch);
    if (!version || strcmp(version, source->version) != 0) return DW_OK;
  }
  dw_labelled_write(&source->lines, row, &source->scratch);
  put_time(&source->lines, from, row->time, &source->scratch);
  source->rows++;
  return DW_OK;
}

static void take_joined(void *context, int64_t time, const char *line, size_t length, const char *label, size_t label_length)
{
  dw_err ignored;
  bool stop = false;
  dw_records_row row = {.time = time, .content = line, .length = length, .label = label, .label_length = label_length};
  take_row(context, &row, &stop, &ignored);
}

static dw_status read_slice(dw_window_source *source, dw_err *err)
{
  const dw_period *period = &source->periods->period[source->at];
  uint64_t left_out = 0;
  dw_records_query query = {.kind = source->kind, .model = source->model, .labels = source->labels, .from = source->next, .to = period->to};
  uint64_t before = source->rows;
  dw_status status;
  do {
    if (period->to - query.from > source->slice) query.to = query.from + source->slice;
    query.limit = source->slice > SLICE_LEAST ? MANY + 1 : 0;
    source->lines.length = source->taken = source->seen = 0;
    source->rows = before;
    left_out = 0;
    status = dw_records_get(source->records, &query, take_row, source, &left_out, err);
    if (query.limit && source->seen > MANY) source->slice /= 2;
  } while (status == DW_OK && query.limit && source->seen > MANY);
  if (status == DW_OK && source->halves) {
    uint64_t halves_left_out = 0;
    dw_halves_slice halves = {source->model, query.from, query.to, source->labels};
    status = dw_halves_get(source->records, &halves, take_joined, source, &halves_left_out, err);
    left_out += halves_left_out;
  }
  source->strays += left_out;
  if (source->seen < FEW && source->slice < (source->halves ? HALVES_SLICE : INT64_MAX / 4)) source->slice *= 2;
  source->next = query.to;
  if (query.to == period->to && ++source->at < source->periods->count) source->next = source->periods->period[source->at].from;
  return status;
}

static dw_status see_one(void *seen, const dw_records_row *row, bool *stop, dw_err *err)
{
  *(bool *)seen = *stop = true;
  return DW_OK;
}

/* Most models have none: they are not looked for again and again. */
static dw_status find_halves(dw_window_source *source, dw_err *err)
{
  static const dw_record_kind kinds[] = {DW_RECORD_REQUEST, DW_RECORD_RESPONSE};
  const dw_periods *periods = source->periods;
  source->halves = false;
  if (source->kind != DW_RECORD_INFERENCE || !periods->count) return DW_OK;
  dw_records_query query = {.model = source->model, .limit = 1, .from = INT64_MAX, .to = INT64_MIN};
  for (size_t i = 0; i < periods->count; i++) {
    if (periods->period[i].from < query.from) query.from = periods->period[i].from;
    if (periods->period[i].to > query.to) query.to = periods->period[i].to;
  }
  dw_status status = DW_OK;
  for (int i = 0; i < 2 && status == DW_OK && !source->halves; i++) {
    query.kind = kinds[i];
    status = dw_records_get(source->records, &query, see_one, &source->halves, NULL, err);
  }
  return status;
}

static dw_status give(void *context, void *bytes, size_t capacity, size_t *count, dw_err *err)
{
  dw_window_source *source = context;
  while (source->taken == source->lines.length && source->at < source->periods->count) {
    if (source->stop && source->stop(source->stop_context)) return dw_err_set(err, DW_ESYSTEM, "given up, for it is to end");
    dw_status status = read_slice(source, err);
    if (status != DW_OK) return status;
  }
  size_t left = source->lines.length - source->taken;
  *count = left < capacity ? left : capacity;
  if (*count) memcpy(bytes, source->lines.data + source->taken, *count);
  source->taken += *count;
  return DW_OK;
}

dw_status dw_window_source_open(void *context, dw_reader **out, const dw_reader_options *options, dw_err *err)
{
  dw_window_source *source = context;
  source->at = 0;
  source->slice = SLICE;
  source->rows = source->strays = 0;
  source->lines.length = source->taken = 0;
  source->next = source->periods->count ? source->periods->period[0].from : 0;
  dw_status status = find_halves(source, err);
  if (status != DW_OK) return status;
  if (source->halves) source->slice = HALVES_SLICE;
  return dw_reader_open_input(out, dw_input_of_source(dw_records_name(source->records), give, source), options, err);
}
