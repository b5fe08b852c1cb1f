#include "detect/calibrate/baseline_values.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "data/datasets/column_names.h"
#include "detect/online/online_error.h"
#include "stats/samples/resample.h"
#include "stats/shift/autocorrelation.h"

const char *const dw_baseline_order_words[] = {"auto", "rows", "blocks", "order", NULL};

/* Values beside each other are told from such as came in any order. */
static const double DEPENDENT = 0.01;
enum { TIMES_DEPENDENCE = 20, LEAST_BLOCKS = 3, SERIES_MOST = 1 << 20 };

void dw_baseline_values_init(dw_baseline_values *values, const dw_baseline_columns *asked)
{
  *values = (dw_baseline_values){.asked = *asked, .count = asked->label ? 1 : asked->count};
  dw_roster_init(&values->names);
  values->item = dw_alloc_zero(values->count, sizeof *values->item);
  for (size_t i = 0; i < values->count; i++) values->item[i].name = asked->label ? "error" : asked->column[i];
}

void dw_baseline_values_free(dw_baseline_values *values)
{
  for (size_t i = 0; i < values->count; i++) dw_free(values->item[i].value);
  dw_free(values->item);
  dw_roster_free(&values->names);
}

bool dw_baseline_wants(void *context, const char *name, size_t length)
{
  dw_baseline_values *values = context;
  const dw_baseline_columns *a = &values->asked;
  dw_roster_add(&values->names, name, length);
  for (size_t i = 0; !a->label && i < a->count; i++)
    if (dw_text_equal(name, length, a->column[i])) return true;
  return a->label && (dw_text_equal(name, length, a->label) || dw_text_equal(name, length, a->score));
}

static dw_status refuse(dw_reader *reader, const dw_batch *batch, size_t row, const char *field, const char *what, dw_err *err)
{
  dw_err why;
  dw_record_fault(&why, dw_batch_place(batch, row), "field \"%.200s\": %s", field, what);
  return dw_reader_unusable(reader, &why, err);
}

static void keep_value(dw_baseline_item *item, double x)
{
  if (!isfinite(x)) {
    item->missing++;
    return;
  }
  item->value = dw_grow(item->value, &item->capacity, item->count + 1, sizeof *item->value);
  item->value[item->count++] = x;
}

static dw_status take_column(dw_baseline_item *item, bool shares, dw_reader *reader, const dw_batch *batch, dw_err *err)
{
  const dw_batch_column *column = dw_reader_find(reader, batch, item->name);
  dw_status status = DW_OK;
  if (!column) item->missing += batch->rows;
  for (size_t row = 0; column && row < batch->rows && status == DW_OK; row++) {
    switch ((dw_tag)column->tags[row]) {
    case DW_INTEGER:
    case DW_REAL: {
      double x = column->cells[row].number;
      if (shares && !(x >= 0 && x <= 1))
        status = refuse(reader, batch, row, item->name, "expected a mistake: 1 or 0 or what lies between", err);
      else keep_value(item, x);
      break;
    }
    case DW_FALSE: keep_value(item, 0); break;
    case DW_TRUE: keep_value(item, 1); break;
    case DW_ABSENT:
    case DW_NULL: item->missing++; break;
    default: status = refuse(reader, batch, row, item->name, "expected a number", err);
    }
  }
  return status;
}

static dw_status take_errors(dw_baseline_values *values, dw_reader *reader, const dw_batch *batch, dw_err *err)
{
  const dw_baseline_columns *a = &values->asked;
  dw_online_outcome how = {a->positive, a->cut};
  const dw_batch_column *label = dw_reader_find(reader, batch, a->label), *score = dw_reader_find(reader, batch, a->score);
  dw_status status = DW_OK;
  if (!label || !score) values->item[0].missing += batch->rows;
  for (size_t row = 0; label && score && row < batch->rows && status == DW_OK; row++) {
    const char *wrong;
    double error = dw_online_error(&how, batch, (dw_online_cell){(dw_tag)label->tags[row], label->cells[row]},
                                   (dw_online_cell){(dw_tag)score->tags[row], score->cells[row]}, &wrong);
    if (wrong) status = refuse(reader, batch, row, a->label, wrong, err);
    else keep_value(&values->item[0], a->hits ? 1 - error : error);
  }
  return status;
}

dw_status dw_baseline_batch(dw_baseline_values *values, dw_reader *reader, const dw_batch *batch, dw_err *err)
{
  dw_status status = values->asked.label ? take_errors(values, reader, batch, err) : DW_OK;
  uint64_t bytes = 0;
  for (size_t i = 0; !values->asked.label && i < values->count && status == DW_OK; i++)
    status = take_column(&values->item[i], values->asked.shares, reader, batch, err);
  for (size_t i = 0; i < values->count; i++) bytes += values->item[i].capacity * sizeof(double);
  if (status == DW_OK && values->asked.memory && bytes > values->asked.memory)
    return dw_err_set(err, DW_ENODATA, "the values of the baseline take more than --memory allows (%llu bytes)",
                      (unsigned long long)values->asked.memory);
  return status;
}

dw_status dw_baseline_check(const dw_baseline_values *values, dw_err *err)
{
  const dw_baseline_columns *a = &values->asked;
  dw_status status = dw_column_names_check("--error", a->label, "input", &values->names, err);
  if (status == DW_OK) status = dw_column_names_check("--error", a->score, "input", &values->names, err);
  for (size_t i = 0; !a->label && i < values->count && status == DW_OK; i++)
    status = dw_column_names_check("--column", values->item[i].name, "input", &values->names, err);
  for (size_t i = 0; i < values->count && status == DW_OK; i++)
    if (values->item[i].count < 2)
      status = dw_err_set(err, DW_ENODATA, "%s: %zu values are too few", values->item[i].name, values->item[i].count);
  return status;
}

/* Of very long samples the first million tell it. */
static size_t dependent_block(const dw_baseline_item *item)
{
  size_t n = item->count < SERIES_MOST ? item->count : SERIES_MOST;
  double *x = dw_alloc_array(n, sizeof *x), *scratch = dw_alloc_array(n, sizeof *scratch), block = 1;
  memcpy(x, item->value, n * sizeof *x);
  dw_series series = {x, n, NULL, 0};
  if (dw_series_rank(x, n, scratch) && dw_autocorrelation_p(&series) < DEPENDENT)
    block = fmin(fmax(ceil(TIMES_DEPENDENCE * dw_autocorrelation_time(&series)), (double)dw_resample_block_length(item->value, n)),
                 ceil((double)item->count / LEAST_BLOCKS));
  dw_free(x);
  dw_free(scratch);
  return (size_t)block;
}

dw_run_source dw_baseline_source(const dw_baseline_item *item, dw_baseline_order order, size_t block)
{
  dw_run_source source = {.law = DW_RUN_SAMPLE, .value = item->value, .count = item->count};
  switch (order) {
  case DW_BASELINE_ORDER: break;
  case DW_BASELINE_ROWS: source.block = 1; break;
  case DW_BASELINE_AUTO:
  case DW_BASELINE_BLOCKS: source.block = block ? block : dependent_block(item); break;
  }
  return source;
}
