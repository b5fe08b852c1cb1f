#include "detect/compare/file_order.h"

#include "rows_in_time.h"

static const dw_dataset_options first_rows = {.succession = {.policy = DW_FRAME_FIRST, .rows = DW_DEPENDENCE_FIRST}};

/* The answer to records of text; its names are only told as to whether they are `column` and `time` ("": none). */
static void check(const char *text, const char *column, size_t count, const char *time)
{
  dw_limits limits;
  dw_dataset reference;
  dw_file_order order;
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  fixture_dataset(&reference, text, &first_rows);
  dw_file_order_find(&order, &reference, &(dw_compare_options){.limits = &limits, .threads = 1});
  CHECK_MSG(strcmp(order.column ? order.column : "", column) == 0, "column %s, not %s", order.column, column);
  CHECK_MSG(order.count == count, "%zu columns", order.count);
  CHECK_MSG(!*column || strcmp(order.time ? order.time : "", time) == 0, "time %s, not %s", order.time, time);
  dw_dataset_free(&reference);
  dw_limits_free(&limits);
}

/* 2,000 rows of x, an autoregression with phi, behind what `front` (of a row's number, 0 to 1,999) writes. */
static char *rows_of(double phi, void (*front)(dw_buf *, size_t))
{
  dw_buf text = {0};
  dw_rng rng;
  double x = 0;
  dw_rng_start(&rng, dw_rng_derive(1, "file order"), 0, 0);
  for (size_t i = 0; i < 2000; i++) {
    x = phi * x + sqrt(1 - phi * phi) * dw_normal_quantile(dw_rng_uniform(&rng));
    dw_buf_char(&text, '{');
    front(&text, i);
    dw_buf_format(&text, "\"x\":%.6f,\"y\":%.6f}\n", x, dw_rng_uniform(&rng));
  }
  dw_buf_char(&text, '\0');
  return text.data;
}

static void nothing(dw_buf *text, size_t i) {}
static void epoch(dw_buf *text, size_t i) { dw_buf_format(text, "\"ts\":%zu,", 1767571200 + 60 * i); }
static void epoch_nearly(dw_buf *text, size_t i) { epoch(text, i % 200 == 5 ? i - 5 : i); }
static void epoch_anyhow(dw_buf *text, size_t i) { epoch(text, i * 7919 % 2000); }
static void day(dw_buf *text, size_t i) { dw_buf_format(text, "\"day\":\"2026-01-%02zu\",", 1 + i / 100); }
static void one_day(dw_buf *text, size_t i) { dw_buf_format(text, "\"day\":\"2026-01-%02d\",", 1); }
static void days_anyhow(dw_buf *text, size_t i) { day(text, i * 7919 % 2000); }
static void amount(dw_buf *text, size_t i) { dw_buf_format(text, "\"amount\":%.3f,", 0.5 + (double)(i * i) / 7); }
static void amount_down(dw_buf *text, size_t i) { dw_buf_format(text, "\"amount\":%.3f,", 1e6 - (double)(i * i) / 7); }
static void late_amount(dw_buf *text, size_t i) { dw_buf_format(text, i < 1500 ? "\"amount\":null," : "\"amount\":%zu,", i * 7919 % 2000); }
static void class(dw_buf *text, size_t i) { dw_buf_format(text, "\"class\":\"%c\",", (char)('a' + i / 150)); }
static void class_and_day(dw_buf *text, size_t i) { class(text, i), day(text, i); }

static void class_then_time(dw_buf *text, size_t i) { class(text, i), epoch(text, i % 150 * 14 + i / 150); }

static void check_rows(double phi, void (*front)(dw_buf *, size_t), const char *column, const char *time)
{
  char *text = rows_of(phi, front);
  check(text, column, *column != 0, time);
  free(text);
}

TEST(time_order)
{
  check_rows(0.7, epoch, "x", "ts");
  check_rows(0.7, epoch_nearly, "x", "ts");
  check_rows(0.7, day, "x", "day");
  check_rows(0.7, class_and_day, "x", "day");
  check_rows(0.7, nothing, "x", "");
  check_rows(0.7, late_amount, "x", "");
}

TEST(other_orders)
{
  check_rows(0.7, epoch_anyhow, "", "");
  check_rows(0.7, days_anyhow, "", "");
  check_rows(0.7, one_day, "", "");
  check_rows(0.7, amount, "", "");
  check_rows(0.7, amount_down, "", "");
  check_rows(0.7, class, "", "");
  check_rows(0.7, class_then_time, "", "");
}

TEST(independent_rows)
{
  check_rows(0, nothing, "", "");
  check_rows(0, epoch, "", "");
}

/* Of independent rows something is said in at most one file of 20: of 400 files no more than 4.9 standard deviations above. */
TEST(false_words)
{
  enum { RUNS = 400 };
  int said = 0;
  dw_limits limits;
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  for (uint64_t run = 0; run < RUNS; run++) {
    char *text = records(&(wanted){.rows = 300, .step = 60}, run);
    dw_dataset reference;
    dw_file_order order;
    fixture_dataset(&reference, text, &first_rows);
    dw_file_order_find(&order, &reference, &(dw_compare_options){.limits = &limits, .threads = 1});
    said += order.column != NULL;
    dw_dataset_free(&reference);
    free(text);
  }
  dw_limits_free(&limits);
  CHECK_MSG(said <= 0.05 * RUNS + 4.9 * sqrt(0.05 * 0.95 * RUNS), "%d of %d", said, RUNS);
}
