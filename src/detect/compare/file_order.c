#include "detect/compare/file_order.h"

#include <math.h>

#include "base/clock.h"

enum { ROWS_A_GROUP = 2, STEPS_IN_ORDER = 100 };

/* How a column stands in the file. */
typedef enum standing { NO_ORDER, ORDERED, TIME, TIME_IN_ORDER, TIME_EXACTLY } standing;

/* A number between 2000 and 2100, written as seconds, milliseconds or microseconds: 0 otherwise. */
static bool is_recent(double number, int64_t *instant)
{
  static const int64_t from = INT64_C(946684800) * DW_SECOND, to = INT64_C(4102444800) * DW_SECOND;
  return number == floor(number) && dw_time_number(number, instant) && *instant >= from && *instant < to;
}

/* Each row's instant, none where there is none. false: a cell is another thing than an instant. */
static bool read_instants(const dw_frame_column *column, size_t rows, int64_t *instant)
{
  size_t texts = column->code ? column->texts.count : 0;
  int64_t *of = dw_alloc_array(texts, sizeof *of);
  bool all = !column->endless;
  for (size_t i = 0; i < texts && all; i++) all = dw_time_parse(column->texts.keys[i].text, column->texts.keys[i].length, &of[i]);
  for (size_t i = 0; i < rows && all; i++) {
    double number = column->number ? column->number[i] : NAN;
    instant[i] = DW_FRAME_NO_INSTANT;
    if (!isnan(number)) all = is_recent(number, &instant[i]);
    else if (texts && column->code[i]) instant[i] = of[column->code[i] - 1];
  }
  dw_free(of);
  return all;
}

static bool rises_or_falls(const int64_t *instant, size_t rows)
{
  bool up = false, down = false;
  for (size_t i = 1; i < rows; i++) {
    if (instant[i] == DW_FRAME_NO_INSTANT || instant[i - 1] == DW_FRAME_NO_INSTANT) continue;
    up |= instant[i] > instant[i - 1];
    down |= instant[i] < instant[i - 1];
  }
  return !up || !down;
}

/* Values rise, or fall, but for one step in a hundred, or equal ones stand together. */
static bool is_ordered(const dw_frame_column *column, size_t rows)
{
  double before = NAN;
  uint32_t text = 0;
  size_t values = 0, texts = 0, runs = 0, up = 0, down = 0;
  for (size_t i = 0; i < rows; i++) {
    double number = column->number ? column->number[i] : NAN;
    uint32_t code = isnan(number) && column->code ? column->code[i] : 0;
    if (isnan(number) && !code) continue;
    bool same = values && code == text && (code || number == before);
    up += values && !code && number > before;
    down += values && !code && number < before;
    values++;
    texts += code != 0;
    runs += !same;
    before = number;
    text = code;
  }
  if (runs < 2) return false;
  if (texts == 0) return (up < down ? up : down) * STEPS_IN_ORDER <= up + down;
  return texts == values && runs == column->texts.count && values >= ROWS_A_GROUP * runs;
}

static standing standing_of(const dw_frame_column *column, dw_type type, size_t rows, int64_t *instant)
{
  bool compared = type == DW_TYPE_NUMERIC || type == DW_TYPE_CATEGORICAL, read = false, several = false;
  if (!compared && type != DW_TYPE_DATETIME) return NO_ORDER;
  if (!compared || column->number) read = read_instants(column, rows, instant);
  if (!read) return !compared ? TIME : is_ordered(column, rows) ? ORDERED : NO_ORDER;
  for (size_t i = 1; i < rows && !several; i++) several = instant[i] != instant[0];
  if (!several) return compared ? NO_ORDER : TIME; /* one number again and again, or none */
  if (!dw_instants_in_order(instant, rows)) return TIME;
  return rises_or_falls(instant, rows) ? TIME_EXACTLY : TIME_IN_ORDER;
}

/* skip: columns that follow from the order of the file. false: its time is in no order, or the file is sorted or grouped by a column, and
 * by time at most inside of that. */
static bool may_be_in_time(const dw_dataset *reference, const dw_compare_options *options, bool *skip, const char **time)
{
  const dw_frame *frame = reference->succession;
  int64_t *instant = dw_alloc_array(frame->rows, sizeof *instant);
  bool sorted = false, other_time = false, exactly = false;
  for (size_t i = 0; i < frame->count; i++) {
    const dw_frame_column *column = frame->column[i];
    const dw_column *base = dw_dataset_find(reference, column->name);
    standing how = base ? standing_of(column, dw_compare_type(options, column->name, base, NULL), frame->rows, instant) : NO_ORDER;
    skip[i] = how != NO_ORDER;
    sorted |= how == ORDERED;
    other_time |= how == TIME;
    exactly |= how == TIME_EXACTLY;
    if (how >= TIME_IN_ORDER && !*time) *time = column->name;
  }
  dw_free(instant);
  return sorted ? exactly : *time || !other_time;
}

void dw_file_order_find(dw_file_order *out, const dw_dataset *reference, const dw_compare_options *options)
{
  *out = (dw_file_order){0};
  bool *skip = dw_alloc_zero(reference->succession->count, sizeof *skip);
  if (may_be_in_time(reference, options, skip, &out->time)) {
    dw_dependence found;
    dw_dependence_find_in_file(&found, reference, options, skip);
    double worst = 1;
    out->count = found.count;
    for (size_t i = 0; i < found.count; i++) {
      double time = fmax(found.item[i].time, found.item[i].missing);
      if (time > worst) out->column = found.item[i].column;
      worst = fmax(worst, time);
    }
    dw_dependence_free(&found);
  }
  dw_free(skip);
}
