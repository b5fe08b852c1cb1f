#include "data/datasets/partition.h"

#include "base/clock.h"
#include "fixture.h"

static char said[2000]; /* the last warning */

static void listen(void *context, const char *text) { snprintf(said, sizeof said, "%s", text); }

static dw_status divide(const char *text, const dw_partition_options *options, size_t block, dw_dataset *r, dw_dataset *c, dw_err *err)
{
  const dw_batch *batch = NULL;
  dw_reader *reader = fixture_reader(text, &(dw_reader_options){.threads = 1, .block = block, .spans = true});
  dw_dataset_init(r, &(dw_dataset_options){0});
  dw_dataset_init(c, &(dw_dataset_options){0});
  dw_partition *partition = dw_partition_new(options, r, c);
  dw_status status = DW_OK;
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, err)) == DW_OK && batch)
    status = dw_partition_add(partition, reader, batch, err);
  if (status == DW_OK) dw_partition_finish(partition, reader);
  said[0] = '\0';
  if (status == DW_OK) status = dw_partition_check(partition, &(dw_notices){.warn = listen}, err);
  dw_partition_free(partition);
  dw_reader_close(reader);
  dw_dataset_finish(r, 1);
  dw_dataset_finish(c, 1);
  return status;
}

static void check_sides(const char *text, const dw_partition_options *options, double r_low, double r_high, double c_low, double c_high)
{
  for (size_t block = 1; block < 3000; block = block * 3 + 1) {
    dw_dataset r, c;
    dw_err err = {0};
    CHECK_MSG(divide(text, options, block, &r, &c, &err) == DW_OK, "%s", err.message);
    const dw_column *before = dw_dataset_find(&r, "v"), *after = dw_dataset_find(&c, "v");
    CHECK(before && before->moments.min == r_low && before->moments.max == r_high && before->sorted.count == (size_t)(r_high - r_low + 1));
    CHECK(after && after->moments.min == c_low && after->moments.max == c_high && after->sorted.count == (size_t)(c_high - c_low + 1));
    dw_dataset_free(&r);
    dw_dataset_free(&c);
  }
}

/* Hours 0 to 99, v the hour; out of order on purpose. */
static char *hours(void)
{
  dw_buf text = {0};
  for (int i = 0; i < 100; i++) {
    int hour = i * 37 % 100;
    dw_buf_format(&text, "{\"ts\":\"2026-03-%02dT%02d:00:00Z\",\"v\":%d,\"w\":\"word %d\",\"e\":[%d,0.5]}\n", 1 + hour / 24, hour % 24,
                  hour, hour % 3, hour);
  }
  dw_buf_char(&text, '\0');
  return text.data;
}

TEST(last_hours_against_those_before)
{
  char *text = hours();
  dw_partition_options o = {
      .kind = DW_PARTITION_WINDOW, .time = "ts", .window = 10 * 3600 * DW_SECOND, .baseline = 24 * 3600 * DW_SECOND, .memory = 1 << 20};
  check_sides(text, &o, 66, 89, 90, 99);
  free(text);
}

TEST(split_at_a_time)
{
  char *text = hours();
  dw_partition_options o = {.time = "ts"};
  CHECK(dw_partition_parse_split("2026-03-03T00:00:00Z", &o) && o.kind == DW_PARTITION_TIME);
  check_sides(text, &o, 0, 47, 48, 99);
  free(text);
}

static char *counted(void)
{
  dw_buf text = {0};
  for (int i = 0; i < 100; i++) dw_buf_format(&text, "{\"v\":%d}\n", i);
  dw_buf_char(&text, '\0');
  return text.data;
}

TEST(split_at_a_row_or_a_share)
{
  char *text = counted();
  static const char *const same[] = {"70", "0.7", "70%", "0.709"};
  for (size_t i = 0; i < 4; i++) {
    dw_partition_options o = {.memory = 1 << 20};
    CHECK(dw_partition_parse_split(same[i], &o));
    check_sides(text, &o, 0, 69, 70, 99);
  }
  free(text);
}

TEST(what_is_no_split)
{
  static const char *const wrong[] = {"", "0", "-1", "1.5", "100%", "0%", "half", "70 %", "2026-13-01"};
  for (size_t i = 0; i < 9; i++) {
    dw_partition_options o = {0};
    CHECK_MSG(!dw_partition_parse_split(wrong[i], &o), "\"%s\" was taken", wrong[i]);
  }
}

TEST(numbers_as_times)
{
  dw_partition_options o = {
      .kind = DW_PARTITION_WINDOW, .time = "t", .window = 2 * DW_SECOND, .baseline = 2 * DW_SECOND, .memory = 1 << 20};
  check_sides("{\"t\":1700000000,\"v\":0}\n{\"t\":1700000001,\"v\":1}\n{\"t\":1700000002,\"v\":2}\n{\"t\":1700000003,\"v\":3}\n", &o, 0, 1,
              2, 3);
  check_sides("{\"t\":1700000000000,\"v\":0}\n{\"t\":1700000001000,\"v\":1}\n{\"t\":1700000002e3,\"v\":2}\n{\"t\":1700000003000,\"v\":3}\n",
              &o, 0, 1, 2, 3);
}

TEST(a_row_without_a_time)
{
  dw_dataset r, c;
  dw_err err = {0};
  dw_partition_options o = {.kind = DW_PARTITION_WINDOW, .time = "ts", .window = 1, .baseline = 1, .memory = 1 << 20};
  CHECK(divide("{\"ts\":\"2026-01-01\",\"v\":1}\n{\"ts\":\"soon\",\"v\":1}\n", &o, 0, &r, &c, &err) == DW_EDATA);
  CHECK_MSG(strstr(err.message, ":2: field \"ts\" is not a time"), "%s", err.message);
  dw_dataset_free(&r);
  dw_dataset_free(&c);
  CHECK(divide("{\"v\":1}\n", &o, 0, &r, &c, &err) == DW_EDATA);
  CHECK_MSG(strstr(err.message, ":1: field \"ts\" is missing"), "%s", err.message);
  dw_dataset_free(&r);
  dw_dataset_free(&c);
}

TEST(more_than_memory_allows)
{
  char *text = hours();
  dw_dataset r, c;
  dw_err err = {0};
  dw_partition_options o = {
      .kind = DW_PARTITION_WINDOW, .time = "ts", .window = 3600 * 24 * DW_SECOND, .baseline = 3600 * 240 * DW_SECOND, .memory = 1000};
  CHECK(divide(text, &o, 200, &r, &c, &err) == DW_ENODATA);
  CHECK_MSG(strstr(err.message, "--memory"), "%s", err.message);
  dw_dataset_free(&r);
  dw_dataset_free(&c);
  o.window = o.baseline = 3600 * DW_SECOND; /* rows of before are dropped on the way */
  o.memory = 20000;
  CHECK_MSG(divide(text, &o, 200, &r, &c, &err) == DW_OK, "%s", err.message);
  dw_dataset_free(&r);
  dw_dataset_free(&c);
  free(text);
}

enum { HOUR = 3600 };

/* Hours 0 to 99 of March 2026, with records of other times in front of one of them. */
static char *hours_and(int at, const char *others)
{
  char *plain = hours(), *begin = plain;
  dw_buf text = {0};
  for (int i = 0; i < at; i++) begin = strchr(begin, '\n') + 1;
  dw_buf_add(&text, plain, (size_t)(begin - plain));
  dw_buf_text(&text, others);
  dw_buf_text(&text, begin);
  dw_buf_char(&text, '\0');
  free(plain);
  return text.data;
}

static dw_partition_options window_until(const char *last)
{
  dw_partition_options o = {
      .kind = DW_PARTITION_WINDOW, .time = "ts", .window = 10 * HOUR * DW_SECOND, .baseline = 24 * HOUR * DW_SECOND, .memory = 1 << 20};
  if (last) CHECK(dw_time_parse(last, strlen(last), &o.last));
  return o;
}

TEST(rows_far_ahead_do_not_move_the_window_wherever_they_stand)
{
  static const char far[] = "{\"ts\":\"9999-12-31\",\"v\":1000}\n{\"ts\":\"2099-01-01\",\"v\":1001}\n";
  static const int at[] = {0, 50, 100};
  dw_partition_options o = window_until("2026-03-06T00:00:00Z");
  for (size_t i = 0; i < 3; i++) {
    char *text = hours_and(at[i], far), want[40];
    check_sides(text, &o, 66, 89, 90, 99);
    snprintf(want, sizeof want, ":%d: 2 records lie beyond", at[i] + 1);
    CHECK_MSG(strstr(said, want) && strstr(said, "beyond 2026-03-06T00:00:00Z") && strstr(said, "9999-12-31T00:00:00Z"), "%s", said);
    free(text);
  }
}

/* Where most of the rows are ahead, it is not they that are wrong. */
TEST(data_with_a_clock_of_its_own)
{
  char *text = hours();
  dw_partition_options o = window_until("2026-03-01T12:00:00Z");
  check_sides(text, &o, 66, 89, 90, 99);
  CHECK_MSG(said[0] == '\0', "%s", said);
  o = window_until("2020-01-01T00:00:00Z");
  check_sides(text, &o, 66, 89, 90, 99);
  o = window_until(NULL);
  check_sides(text, &o, 66, 89, 90, 99);
  free(text);
  /* up to the hour 49: half of them, which counts; one more, and it is the others */
  text = hours();
  o = window_until("2026-03-03T01:00:00Z");
  check_sides(text, &o, 16, 39, 40, 49);
  CHECK_MSG(strstr(said, ": 50 records lie beyond 2026-03-03T01:00:00Z"), "%s", said);
  o = window_until("2026-03-03T00:59:59Z");
  check_sides(text, &o, 66, 89, 90, 99);
  free(text);
}

TEST(an_empty_baseline_names_the_latest_row)
{
  dw_dataset r, c;
  dw_err err = {0};
  dw_partition_options o = window_until(NULL);
  char *text = hours_and(50, "{\"ts\":\"2026-03-20T00:00:00Z\",\"v\":1000}\n");
  for (size_t block = 1; block < 20000; block = block * 3 + 1) {
    CHECK(divide(text, &o, block, &r, &c, &err) == DW_ENODATA);
    CHECK_MSG(strstr(err.message, ":51: the baseline, 2026-03-18T14:00:00Z to 2026-03-19T14:00:00Z, has no records: the latest time, "
                                  "2026-03-20T00:00:00Z, is of this row"),
              "%s", err.message);
    dw_dataset_free(&r);
    dw_dataset_free(&c);
  }
  free(text);
  CHECK(divide("{\"ts\":\"2026-01-01\",\"v\":1}\n", &o, 0, &r, &c, &err) == DW_ENODATA && strstr(err.message, ":1: the baseline"));
  dw_dataset_free(&r);
  dw_dataset_free(&c);
  CHECK(divide("", &o, 0, &r, &c, &err) == DW_OK && r.rows == 0 && c.rows == 0); /* no rows at all is for others to say */
  dw_dataset_free(&r);
  dw_dataset_free(&c);
}

TEST(windows_longer_than_time_itself)
{
  char *text = hours();
  dw_partition_options o = window_until(NULL);
  o.window = 1;
  o.baseline = INT64_MAX;
  check_sides(text, &o, 0, 98, 99, 99);
  free(text);
}

TEST(times_of_another_form)
{
  dw_time_format format;
  CHECK(dw_time_format_parse(&format, "%d/%m/%Y", NULL) == DW_OK);
  dw_partition_options o = {
      .kind = DW_PARTITION_WINDOW, .time = "t", .time_format = &format, .window = 1, .baseline = 86400 * DW_SECOND, .memory = 1 << 20};
  check_sides("{\"t\":\"03/02/2024\",\"v\":0}\n{\"t\":\"01/03/2024\",\"v\":2}\n{\"t\":\"29/02/2024\",\"v\":1}\n", &o, 1, 1, 2, 2);
  dw_dataset r, c;
  dw_err err = {0};
  CHECK(divide("{\"t\":\"03/02/2024\",\"v\":0}\n{\"t\":\"2024-02-03\",\"v\":2}\n", &o, 0, &r, &c, &err) == DW_EDATA);
  CHECK_MSG(strstr(err.message, ":2: field \"t\" is not a time: \"2024-02-03\" is not of the form --time-format %d/%m/%Y"), "%s",
            err.message);
  dw_dataset_free(&r);
  dw_dataset_free(&c);
}
