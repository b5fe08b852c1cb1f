#include "records_case.h"

#include "base/mem.h"
#include "base/str.h"
#include "serve/alerts/alert_book.h"
#include "serve/alerts/outbox.h"

#define STEP (5 * 60 * DW_SECOND)

static const dw_alert_rule rule = {.open_after = 2, .close_after = 3, .repeat = 4 * HOUR};
static const char *names[] = {"ops", "pager"};

/* A check's result, as a look would leave it: 'f' data drift, 'F' high, 'p' passes, 'n' not judged, 's' silence too. */
static dw_look_result result_of(char what, int64_t now)
{
  dw_look_result r = {.now = now, .window = {now - HOUR, now}, .rows = 100, .drifted = 7, .top_count = 2, .top = {"amount", "age"}};
  char time[DW_TIME_TEXT + 1];
  time[dw_time_print(time, now)] = '\0';
  r.part[DW_PART_DATA] =
      (dw_look_answer){what != 'n', what == 'f' || what == 'F' || what == 's', what == 'F' ? DW_SEVERITY_HIGH : DW_SEVERITY_LOW};
  if (!r.part[DW_PART_DATA].drift) r.part[DW_PART_DATA].severity = DW_SEVERITY_NONE;
  r.part[DW_PART_SILENCE] = (dw_look_answer){true, what == 's', what == 's' ? DW_SEVERITY_HIGH : DW_SEVERITY_NONE};
  dw_buf_format(&r.run, "{\"kind\":\"run\",\"model\":\"m\",\"time\":\"%s\",\"what\":\"%c\"}\n", time, what);
  return r;
}

/* One check of the story; what went wrong is the test's failure. */
static void check_once(dw_records *records, char what, int64_t now)
{
  dw_alert_book book;
  dw_look_result r = result_of(what, now);
  CHECK_MSG(dw_alert_book_open(&book, records, "m", now, &err) == DW_OK, "%s", err.message);
  dw_alert_book_enter(&book, &rule, &r, &(dw_text_list){names, 2, 2});
  CHECK_MSG(dw_alert_book_put(&book, &r, &err) == DW_OK, "%s", err.message);
  dw_alert_book_close(&book);
  dw_look_free(&r);
}

static int64_t play(dw_records *records, const char *story, int64_t now)
{
  for (; *story; story++, now += STEP) check_once(records, *story, now);
  return now;
}

static dw_status add_letter(void *context, const dw_letter *letter, dw_err *e)
{
  dw_value *value;
  CHECK(dw_value_parse(&value, letter->content, letter->length, "letter", 0, e) == DW_OK);
  dw_buf_format(context, "%s:%s ", letter->receiver, dw_value_text_of(value, "news", "?"));
  dw_value_free(value);
  return DW_OK;
}

static const char *letters(dw_records *records)
{
  static char text[1000];
  dw_buf out = {0};
  CHECK(dw_outbox_each(records, add_letter, &out, &err) == DW_OK);
  snprintf(text, sizeof text, "%s", dw_buf_cstr(&out));
  dw_buf_free(&out);
  return text;
}

TEST(alerts_and_what_is_told_of_them_go_in_with_the_run)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    int64_t now = play(records, "pf", NOON);
    CHECK_TEXT(letters(records), "");
    now = play(records, "f", now);
    CHECK_TEXT(letters(records), "ops:opened pager:opened ");
    now = play(records, "fpnpn", now);
    CHECK_TEXT(letters(records), "ops:opened pager:opened ");
    now = play(records, "p", now);
    CHECK_TEXT(letters(records), "ops:opened pager:opened ops:resolved pager:resolved ");
    dw_records_query query = DW_RECORDS_ALL;
    query.kind = DW_RECORD_OUTBOX;
    query.limit = 1;
    const char *first = got(records, &query);
    CHECK_MSG(strstr(first,
                     "\"receiver\":\"ops\",\"model\":\"m\",\"time\":\"2026-01-01T12:10:00Z\",\"news\":\"opened\",\"severity\":\"low\","
                     "\"window\":{\"from\":\"2026-01-01T11:10:00Z\",\"to\":\"2026-01-01T12:10:00Z\"},\"rows\":100,\"drifted\":7,"
                     "\"top_columns\":[\"amount\",\"age\"],\"alerts\":[{\"check\":\"data_drift\",\"news\":\"opened\",\"state\":\"open\","
                     "\"severity\":\"low\",\"since\":\"2026-01-01T11:05:00Z\",\"opened\":\"2026-01-01T12:10:00Z\"}]}"),
              "%s", first);
    dw_records_close(records);
  }
}

TEST(one_notification_tells_of_all_alerts_of_a_run)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  play(records, "ss", NOON);
  CHECK_TEXT(letters(records), "ops:opened pager:opened ");
  dw_records_query query = DW_RECORDS_ALL;
  query.kind = DW_RECORD_OUTBOX;
  query.limit = 1;
  const char *first = got(records, &query);
  CHECK(strstr(first, "\"severity\":\"high\",") && strstr(first, "{\"check\":\"data_drift\",") && strstr(first, "{\"check\":\"silence\","));
  dw_records_close(records);
}

TEST(the_same_check_again_is_the_same_records)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  play(records, "ff", NOON);
  for (int again = 0; again < 3; again++) check_once(records, 'f', NOON + STEP);
  CHECK_TEXT(letters(records), "ops:opened pager:opened ");
  play(records, "f", NOON + 2 * STEP);
  CHECK_TEXT(letters(records), "ops:opened pager:opened ");
  dw_records_close(records);
}

/* Two processes on one slot, and a record that came between their looks: other runs, one notification. */
TEST(of_two_runs_of_one_slot_the_first_tells)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    dw_alert_book book[2];
    dw_look_result r[2];
    play(records, "f", NOON);
    for (int i = 0; i < 2; i++) {
      r[i] = result_of(i ? 'F' : 'f', NOON + STEP);
      CHECK(dw_alert_book_open(&book[i], records, "m", NOON + STEP, &err) == DW_OK);
      dw_alert_book_enter(&book[i], &rule, &r[i], &(dw_text_list){names, 2, 2});
    }
    for (int i = 0; i < 2; i++) {
      CHECK_MSG(dw_alert_book_put(&book[i], &r[i], &err) == DW_OK, "%s", err.message);
      dw_alert_book_close(&book[i]);
      dw_look_free(&r[i]);
    }
    CHECK_TEXT(letters(records), "ops:opened pager:opened ");
    dw_records_query query = DW_RECORDS_ALL;
    query.kind = DW_RECORD_ALERT;
    const char *changes = got(records, &query);
    CHECK(strstr(changes, "\"change\":\"opened\"") && !strstr(strstr(changes, "\"change\"") + 1, "\"change\""));
    dw_records_close(records);
  }
}

TEST(times_with_an_alert_are_no_example)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_alert_book book;
  int64_t now = play(records, "pffppp", NOON);
  now = play(records, "pff", now);
  CHECK(dw_alert_book_open(&book, records, "m", now, &err) == DW_OK);
  CHECK(dw_alert_book_leave_out(&book, NOON + 2 * STEP, &err) == DW_OK);
  CHECK(book.left_out.count == 2);
  if (book.left_out.count == 2) {
    CHECK(book.left_out.period[0].from == NOON + STEP - HOUR && book.left_out.period[0].to == NOON + 2 * STEP);
    CHECK(book.left_out.period[1].from == NOON + 7 * STEP - HOUR && book.left_out.period[1].to == INT64_MAX);
  }
  CHECK(book.last == now - STEP && book.alert[DW_PART_DATA].open && book.alert[DW_PART_DATA].failing == 2);
  dw_alert_book_close(&book);
  CHECK(dw_alert_book_open(&book, records, "m", now, &err) == DW_OK);
  CHECK(dw_alert_book_leave_out(&book, now, &err) == DW_OK); /* what was over before is not read */
  CHECK(book.left_out.count == 1 && book.left_out.period[0].to == INT64_MAX);
  dw_alert_book_close(&book);
  now = play(records, "pppf", now); /* closed, and one check that failed since: the next one is held to what was before it */
  CHECK(dw_alert_book_open(&book, records, "m", now, &err) == DW_OK);
  CHECK(dw_alert_book_leave_out(&book, now, &err) == DW_OK);
  CHECK(!book.alert[DW_PART_DATA].open && book.left_out.count == 1);
  CHECK(book.left_out.count == 1 && book.left_out.period[0].from == now - STEP - HOUR && book.left_out.period[0].to == INT64_MAX);
  dw_alert_book_close(&book);
  now = play(records, "p", now); /* it was nothing */
  CHECK(dw_alert_book_open(&book, records, "m", now, &err) == DW_OK);
  CHECK(dw_alert_book_leave_out(&book, now, &err) == DW_OK);
  CHECK(book.left_out.count == 0);
  dw_alert_book_close(&book);
  CHECK(dw_alert_book_open(&book, records, "other", now, &err) == DW_OK);
  CHECK(dw_alert_book_leave_out(&book, INT64_MIN, &err) == DW_OK);
  CHECK(book.left_out.count == 0 && book.last == INT64_MIN && !book.alert[DW_PART_DATA].open);
  dw_alert_book_close(&book);
  dw_records_close(records);
}

TEST(how_alerts_stand_is_found_however_long_ago_the_last_run_was)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  play(records, "ff", NOON);
  play(records, "p", NOON + 300 * 24 * HOUR);
  dw_alert_book book;
  CHECK(dw_alert_book_open(&book, records, "m", NOON + 390 * 24 * HOUR, &err) == DW_OK);
  CHECK(book.alert[DW_PART_DATA].open && book.alert[DW_PART_DATA].passing == 1 && book.last == NOON + 300 * 24 * HOUR);
  dw_alert_book_close(&book);
  dw_records_close(records);
}

TEST(acknowledgements_stop_repeats_with_who_and_why)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  bool found;
  CHECK(dw_alert_book_acknowledge(records, "m", "data_drift", "kim", "early", NOON, &found, &err) == DW_OK && !found);
  int64_t now = play(records, "ff", NOON);
  CHECK(dw_alert_book_acknowledge(records, "m", "nothing", "kim", "x", now - 1, &found, &err) == DW_OK && !found);
  CHECK(dw_alert_book_acknowledge(records, "m", "data_drift", "kim", "a new market", now - 1, &found, &err) == DW_OK && found);
  play(records, "f", now + 4 * HOUR);
  play(records, "f", now + 9 * HOUR);
  CHECK_TEXT(letters(records), "ops:opened pager:opened ");
  dw_alert_book book;
  CHECK(dw_alert_book_open(&book, records, "m", now + 10 * HOUR, &err) == DW_OK);
  CHECK(book.alert[DW_PART_DATA].acknowledged.time == now - 1);
  CHECK_TEXT(book.alert[DW_PART_DATA].acknowledged.who, "kim");
  CHECK_TEXT(book.alert[DW_PART_DATA].acknowledged.why, "a new market");
  dw_alert_book_close(&book);
  play(records, "F", now + 11 * HOUR);
  CHECK_TEXT(letters(records), "ops:opened pager:opened ops:severity pager:severity ");
  play(records, "F", now + 15 * HOUR);
  CHECK_TEXT(letters(records), "ops:opened pager:opened ops:severity pager:severity ops:repeated pager:repeated ");
  dw_records_close(records);
}

TEST(silences_of_the_database_match_and_end)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_silence s = {.id = "move", .model = "m*", .check = "data_*", .from = NOON, .to = NOON + 10 * HOUR, .who = "kim", .why = "we move"};
  CHECK(dw_alert_book_silence(records, &s, NOON - 2, &err) == DW_OK);
  int64_t now = play(records, "ff", NOON);
  CHECK_TEXT(letters(records), "");
  s.to = now;
  CHECK(dw_alert_book_silence(records, &s, now - 1, &err) == DW_OK);
  play(records, "f", now);
  CHECK_TEXT(letters(records), "ops:opened pager:opened ");
  dw_records_close(records);
}
