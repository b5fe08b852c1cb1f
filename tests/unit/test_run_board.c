/* The newest runs as metrics, from both kinds of databases. */
#include "records_case.h"

#include "serve/tally/run_board.h"

static const char *printed(dw_run_board *board)
{
  static dw_buf out;
  out.length = 0;
  dw_run_board_print(board, NULL, NULL, &out);
  return dw_buf_cstr(&out);
}

static bool has(dw_run_board *board, const char *line) { return strstr(printed(board), line) != NULL; }

static void put_run(dw_records *records, const char *model, const char *id, int64_t time, int rows)
{
  char content[200];
  snprintf(content, sizeof content, "{\"kind\":\"run\",\"model\":\"%s\",\"verdict\":\"no drift\",\"rows\":%d}", model, rows);
  dw_records_item item = {.kind = DW_RECORD_RUN, .model = model, .source = "", .id = id, .time = time, .received = time};
  item.content = content;
  item.length = strlen(content);
  CHECK(put_one(records, item) == DW_RECORDS_STORED);
}

static void look(dw_run_board *board, dw_records *records, int64_t now)
{
  CHECK_MSG(dw_run_board_look(board, records, now, &err) == DW_OK, "%s", err.message);
}

TEST(the_newest_run_of_each_model_is_shown)
{
  for (int kind = 0; kind < KINDS; kind++) {
    place p = fresh(kind);
    dw_records *records = opened(p.address);
    dw_run_board *board = dw_run_board_new();
    look(board, records, NOON);
    CHECK(has(board, "# TYPE driftwatch_drift gauge\n# HELP ") && !has(board, "{model="));
    put_run(records, "b", "1", NOON, 10);
    put_run(records, "b", "2", NOON + HOUR, 11);
    put_run(records, "a", "1", NOON, 20);
    look(board, records, NOON + HOUR);
    CHECK(has(board, "\ndriftwatch_window_rows{model=\"a\"} 20\ndriftwatch_window_rows{model=\"b\"} 11\n"));
    CHECK(has(board, "\ndriftwatch_last_check_timestamp_seconds{model=\"b\"} 1767272400\n"));
    put_run(records, "b", "again", NOON, 99);    /* the past, checked again */
    put_run(records, "a", "2", NOON + HOUR, 21); /* the same time as what was seen, later */
    put_run(records, "c", "1", NOON + HOUR, 30);
    look(board, records, NOON + HOUR);
    CHECK(has(board, "{model=\"a\"} 21\ndriftwatch_window_rows{model=\"b\"} 11\ndriftwatch_window_rows{model=\"c\"} 30\n"));
    dw_run_board *other = dw_run_board_new(); /* which begins now */
    look(other, records, NOON + HOUR);
    CHECK_TEXT(strstr(printed(other), "# HELP driftwatch_window_rows"), strstr(printed(board), "# HELP driftwatch_window_rows"));
    dw_run_board_free(other);
    dw_run_board_free(board);
    dw_records_close(records);
  }
}

static bool only_a(const void *context, const char *model) { return context && strcmp(model, "a") == 0; }

TEST(nobody_hears_of_models_that_are_not_theirs)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_run_board *board = dw_run_board_new();
  dw_buf out = {0};
  put_run(records, "a", "1", NOON, 10);
  put_run(records, "b", "1", NOON, 10);
  look(board, records, NOON);
  dw_run_board_print(board, only_a, "context", &out);
  CHECK(strstr(dw_buf_cstr(&out), "{model=\"a\"}") && !strstr(dw_buf_cstr(&out), "\"b\""));
  dw_buf_free(&out);
  dw_run_board_free(board);
  dw_records_close(records);
}

TEST(models_that_are_gone_vanish)
{
  place p = fresh(0);
  uint64_t removed;
  dw_records *records = opened(p.address);
  dw_run_board *board = dw_run_board_new();
  put_run(records, "a", "1", NOON, 10);
  put_run(records, "b", "1", NOON + HOUR, 10);
  look(board, records, NOON + HOUR);
  CHECK(has(board, "{model=\"a\"}") && has(board, "{model=\"b\"}"));
  CHECK(dw_records_prune(records, dw_record_kind_table(DW_RECORD_RUN), NOON + 1, &removed, &err) == DW_OK && removed == 1);
  for (int i = 0; i < 2; i++) look(board, records, NOON + HOUR);
  CHECK(!has(board, "{model=\"a\"}") && has(board, "{model=\"b\"}"));
  look(board, records, NOON + HOUR + DW_RUN_BOARD_KEEPS);
  CHECK(has(board, "{model=\"b\"}"));
  look(board, records, NOON + HOUR + DW_RUN_BOARD_KEEPS + 1);
  CHECK(!has(board, "{model=\"b\"}"));
  put_run(records, "b", "2", NOON + 2 * HOUR + DW_RUN_BOARD_KEEPS, 12);
  look(board, records, NOON + 2 * HOUR + DW_RUN_BOARD_KEEPS);
  CHECK(has(board, "\ndriftwatch_window_rows{model=\"b\"} 12\n"));
  dw_run_board_free(board);
  dw_records_close(records);
}

TEST(models_are_bounded_and_those_left_out_are_counted)
{
  enum { EXTRA = 3 };
  place p = fresh(0);
  uint64_t removed;
  dw_records *records = opened(p.address);
  dw_run_board *board = dw_run_board_new();
  for (int i = 0; i < DW_RUN_BOARD_MODELS + EXTRA; i++) {
    char model[20];
    snprintf(model, sizeof model, "m%03d", i);
    put_run(records, model, "1", NOON + (i ? HOUR : 0), 10);
  }
  look(board, records, NOON + HOUR);
  look(board, records, NOON + HOUR);
  CHECK(has(board, "\ndriftwatch_models_dropped 3\n"));
  /* a place is free: one of them has it */
  CHECK(dw_records_prune(records, dw_record_kind_table(DW_RECORD_RUN), NOON + 1, &removed, &err) == DW_OK && removed == 1);
  for (int i = 0; i < DW_RUN_BOARD_MODELS; i++) look(board, records, NOON + HOUR);
  CHECK(has(board, "\ndriftwatch_models_dropped 2\n"));
  size_t lines = 0;
  for (const char *at = printed(board); (at = strstr(at, "\ndriftwatch_window_rows{")); at++) lines++;
  CHECK(lines == DW_RUN_BOARD_MODELS);
  dw_run_board_free(board);
  dw_records_close(records);
}

TEST(a_run_that_cannot_be_read_is_passed_over)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_run_board *board = dw_run_board_new();
  dw_records_item item = {.kind = DW_RECORD_RUN, .model = "m", .source = "", .id = "x", .time = NOON, .received = NOON};
  item.content = "{\"kind\":\"run\",\"rows\":\"many\"}";
  item.length = strlen(item.content);
  CHECK(put_one(records, item) == DW_RECORDS_STORED);
  look(board, records, NOON);
  CHECK(!has(board, "{model="));
  put_run(records, "m", "1", NOON, 10);
  look(board, records, NOON);
  CHECK(has(board, "\ndriftwatch_window_rows{model=\"m\"} 10\n"));
  dw_run_board_free(board);
  dw_records_close(records);
}
