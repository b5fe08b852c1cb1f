/* Resources about what checks found, without a socket: runs, alerts, and what people do about them. */
#include "records_case.h"

#include "serve/alerts/alert_book.h"
#include "serve/alerts/outbox.h"
#include "serve/http/rehearsal.h"
#include "serve/resources/service.h"
#include "serve/verdicts/service_routes.h"

#define STEP (5 * 60 * DW_SECOND)

static const dw_alert_rule rule = {.open_after = 2, .close_after = 2, .repeat = 4 * HOUR};
static dw_tokens *tokens; /* NULL: none */
static dw_rehearsal last;

/* A check of a model, as rounds make one: 'f' data drift, 'p' none. */
static void check_once(dw_records *records, const char *model, char what, int64_t now)
{
  dw_alert_book book;
  dw_look_result r = {.now = now, .window = {now - HOUR, now}, .rows = 100};
  char time[DW_TIME_TEXT + 1];
  time[dw_time_print(time, now)] = '\0';
  r.part[DW_PART_DATA] = (dw_look_answer){true, what == 'f', what == 'f' ? DW_SEVERITY_HIGH : DW_SEVERITY_NONE};
  dw_buf_format(&r.run, "{\"kind\":\"run\",\"model\":\"%s\",\"time\":\"%s\",\"verdict\":\"%s\"}\n", model, time,
                what == 'f' ? "drift" : "no drift");
  CHECK_MSG(dw_alert_book_open(&book, records, model, now, &err) == DW_OK, "%s", err.message);
  dw_alert_book_enter(&book, &rule, &r, &(dw_text_list){0});
  CHECK_MSG(dw_alert_book_put(&book, &r, &err) == DW_OK, "%s", err.message);
  dw_alert_book_close(&book);
  dw_look_free(&r);
}

static int64_t play(dw_records *records, const char *model, const char *story, int64_t now)
{
  for (; *story; story++, now += STEP) check_once(records, model, *story, now);
  return now;
}

/* fields: lines of the head; body NULL: none. The code; the answer stands in last until the next call. */
static int ask(dw_records *records, const char *what, const char *fields, const char *body)
{
  dw_buf request = {0};
  dw_service service = {.records = records};
  dw_site site = {.routes = dw_service_routes, .context = &service, .tokens = tokens};
  dw_buf_format(&request, "%s HTTP/1.1\r\nHost: localhost\r\n%s", what, fields);
  if (body && !strstr(fields, "Content-Type")) dw_buf_text(&request, "Content-Type: application/json\r\n");
  if (body) dw_buf_format(&request, "Content-Length: %zu\r\n", strlen(body));
  dw_buf_format(&request, "\r\n%s", body ? body : "");
  dw_rehearsal_free(&last);
  dw_rehearse(&site, request.data, request.length, &last);
  dw_buf_free(&request);
  return last.code;
}

static const char *said(void) { return dw_buf_cstr(&last.body); }
static bool says(const char *text) { return strstr(said(), text) != NULL; }

TEST(the_latest_run_is_the_newest_of_its_model)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  CHECK(ask(records, "GET /drift/latest", "", NULL) == 404);
  CHECK(ask(records, "GET /drift/latest?model=m", "", NULL) == 404);
  play(records, "m", "ppp", NOON);
  play(records, "b", "p", NOON);
  CHECK(ask(records, "GET /drift/latest?model=m", "", NULL) == 200);
  CHECK(strstr(said(), "{\"kind\":\"run\",\"model\":\"m\",\"time\":\"2026-01-01T12:10:00Z\",") == said());
  CHECK(last.body.data[last.body.length - 1] == '\n');
  CHECK(ask(records, "GET /drift/latest", "", NULL) == 200);
  CHECK(strstr(said(), "{\"runs\":[{\"kind\":\"run\",\"model\":\"b\",\"time\":\"2026-01-01T12:00:00Z\",") == said());
  CHECK(says("},{\"kind\":\"run\",\"model\":\"m\",\"time\":\"2026-01-01T12:10:00Z\","));
  CHECK(!says("12:05:00Z\",\"alerts\""));
  CHECK(ask(records, "GET /drift/latest?model=other", "", NULL) == 404);
  dw_records_close(records);
}

TEST(the_history_goes_on_by_cursors)
{
  static const char *const limits[] = {"1", "2", "5", "6"};
  place p = fresh(0);
  dw_records *records = opened(p.address);
  play(records, "m", "ppppp", NOON);
  play(records, "b", "pp", NOON);
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    char address[200], cursor[80] = "", minutes[40] = "";
    bool more = true;
    for (int page = 0; more && page < 9; page++) {
      dw_value *value;
      snprintf(address, sizeof address, "GET /drift/history?model=m&limit=%s%s%s", limits[i], *cursor ? "&cursor=" : "", cursor);
      CHECK(ask(records, address, "", NULL) == 200);
      CHECK(dw_value_parse(&value, said(), last.body.length, "answer", 0, &err) == DW_OK);
      for (const dw_value *v = dw_value_first(dw_value_get(value, "runs")); v; v = dw_value_next(v))
        strncat(minutes, dw_value_text_of(v, "time", "?") + strlen("2026-01-01T12:"), 2);
      snprintf(cursor, sizeof cursor, "%s", dw_value_text_of(value, "next", ""));
      more = *cursor;
      dw_value_free(value);
    }
    CHECK_TEXT(minutes, "0005101520");
  }
  CHECK(ask(records, "GET /drift/history?since=2026-01-01T12:05:00Z&until=2026-01-01T12:10:00Z", "Accept: application/x-ndjson\r\n",
            NULL) == 200);
  CHECK(says("\"model\":\"m\",\"time\":\"2026-01-01T12:05:00Z\"") && says("\"model\":\"b\",\"time\":\"2026-01-01T12:05:00Z\""));
  size_t ends = 0;
  for (size_t i = 0; i < last.body.length; i++) ends += last.body.data[i] == '\n';
  CHECK(ends == 2 && *said() == '{' && last.body.data[last.body.length - 1] == '\n');
  CHECK(ask(records, "GET /drift/history?model=other", "", NULL) == 200);
  CHECK_TEXT(said(), "{\"runs\":[],\"next\":null}\n");
  CHECK(ask(records, "GET /drift/history?limit=0", "", NULL) == 400);
  CHECK(ask(records, "GET /drift/history?cursor=7", "", NULL) == 400);
  dw_records_close(records);
}

/* Runs that were made again: the newest of each time, whatever the pages. */
TEST(the_history_shows_what_supersedes_and_not_what_was)
{
  static const char *const rows[][3] = {{"m", "r1", ""}, {"b", "q1", ""}, {"m", "r2", "r1"}, {"m", "r3", "r2"}, {"b", "q2", "q1"}};
  place p = fresh(0);
  dw_records *records = opened(p.address);
  for (int slot = 0; slot < 3; slot++)
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
      char id[20], content[200];
      snprintf(id, sizeof id, "%s-%d", rows[i][1], slot);
      snprintf(content, sizeof content, "{\"kind\":\"run\",\"id\":\"%s\"", id);
      if (*rows[i][2]) snprintf(content + strlen(content), 60, ",\"supersedes\":\"%s-%d\"", rows[i][2], slot);
      strcat(content, "}");
      dw_records_item item = item_of(id, content, NOON + slot);
      item.kind = DW_RECORD_RUN;
      item.model = rows[i][0];
      CHECK(put_one(records, item) == DW_RECORDS_STORED);
    }
  for (int limit = 1; limit < 8; limit++) {
    char address[200], cursor[80] = "", all[200] = "";
    bool more = true;
    for (int page = 0; more && page < 9; page++) {
      dw_value *value;
      snprintf(address, sizeof address, "GET /drift/history?limit=%d%s%s", limit, *cursor ? "&cursor=" : "", cursor);
      CHECK(ask(records, address, "", NULL) == 200);
      CHECK(dw_value_parse(&value, said(), last.body.length, "answer", 0, &err) == DW_OK);
      for (const dw_value *v = dw_value_first(dw_value_get(value, "runs")); v; v = dw_value_next(v)) {
        strncat(all, dw_value_text_of(v, "id", "?"), 20);
        strcat(all, " ");
      }
      snprintf(cursor, sizeof cursor, "%s", dw_value_text_of(value, "next", ""));
      more = *cursor;
      dw_value_free(value);
    }
    CHECK_TEXT(all, "r3-0 q2-0 r3-1 q2-1 r3-2 q2-2 ");
  }
  CHECK(ask(records, "GET /drift/latest?model=m", "", NULL) == 200 && says("\"id\":\"r3-2\""));
  dw_records_close(records);
}

#define FINDING(column)                                                                                                                    \
  "{\"kind\":\"finding\",\"check\":\"column_drift\",\"column\":\"" column "\",\"type\":\"numeric\",\"method\":\"ks\",\"statistic\":0.5,"   \
  "\"p_value\":0.001,\"threshold\":0.05,\"drift\":true,\"severity\":\"high\"}"
#define SUMMARY(record, columns)                                                                                                           \
  "{\"record\":\"" record "\",\"summary\":{\"kind\":\"summary\",\"drift\":true,\"severity\":\"high\",\"columns\":2,\"drifted\":1,"         \
  "\"drifted_columns\":[" columns "],\"verdict\":\"drift\",\"reference_rows\":100,\"current_rows\":100}}"

static void put_as(dw_records *records, dw_record_kind kind, const char *id, const char *content)
{
  dw_records_item item = item_of(id, content, NOON);
  item.kind = kind;
  CHECK_MSG(put_one(records, item) == DW_RECORDS_STORED, "%s", err.message);
}

/* One of each column behind the heading of its comparison, also where both have a column of that name. */
TEST(a_report_has_each_event_in_the_comparison_it_is_of)
{
  static const char run[] =
      "{\"kind\":\"run\",\"model\":\"m\",\"verdict\":\"drift\",\"window\":{\"from\":\"2026-01-01T11:00:00Z\",\"to\":\"2026-01-01T12:00:"
      "00Z\"},"
      "\"comparisons\":[" SUMMARY("inference", "\"amount\",\"embedding\"") "," SUMMARY("embedding", "\"embedding\"") "]}";
  place p = fresh(0);
  dw_records *records = opened(p.address);
  CHECK(ask(records, "GET /report?model=m", "", NULL) == 404);
  put_as(records, DW_RECORD_RUN, "r", run);
  put_as(records, DW_RECORD_EVENT, "r/1", FINDING("amount"));
  put_as(records, DW_RECORD_EVENT, "r/2", FINDING("embedding"));
  put_as(records, DW_RECORD_EVENT, "r/3", FINDING("embedding"));
  put_as(records, DW_RECORD_EVENT, "other/1", FINDING("elsewhere"));
  CHECK_MSG(ask(records, "GET /report?model=m", "", NULL) == 200, "%s", said());
  CHECK(strstr(dw_buf_cstr(&last.head), "Content-Type: text/html; charset=utf-8\r\n"));
  CHECK(strstr(dw_buf_cstr(&last.head), "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"));
  CHECK(strstr(dw_buf_cstr(&last.head), "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"));
  CHECK(says("<title>m, 2026-01-01T11:00:00Z to 2026-01-01T12:00:00Z</title>"));
  CHECK(says(">amount<") && says(">embedding<") && !says("elsewhere"));
  const char *amount = strstr(said(), ">amount<"), *second = strstr(said(), "Comparison 2 of 2");
  CHECK(amount && second && amount < second && !strstr(second, ">amount<") && strstr(second, ">embedding<"));
  CHECK(ask(records, "GET /report?model=m&run=r", "", NULL) == 200 && says(">amount<"));
  CHECK(ask(records, "GET /report?model=m&run=q", "", NULL) == 404 && says("no such run"));
  check_once(records, "b", 'p', NOON);
  CHECK(ask(records, "GET /report?model=b&run=r", "", NULL) == 404);
  CHECK(ask(records, "GET /report", "", NULL) == 400);
  CHECK(ask(records, "GET /report?model=b", "", NULL) == 200); /* a run that compared nothing has a page too */
  CHECK(says("No drift") && !says("Comparison"));
  dw_records_close(records);
}

TEST(events_say_which_comparison_they_are_of)
{
  static const char run[] = "{\"kind\":\"run\",\"model\":\"m\",\"verdict\":\"drift\",\"window\":{},\"comparisons\":[" SUMMARY(
      "inference", "\"embedding\"") "," SUMMARY("embedding", "\"embedding\"") "]}";
#define OF(record, method)                                                                                                                 \
  "{\"kind\":\"finding\",\"check\":\"column_drift\",\"column\":\"embedding\",\"type\":\"numeric\",\"method\":\"" method                    \
  "\",\"statistic\":0.5,\"p_value\":0.001,\"threshold\":0.05,\"drift\":true,\"severity\":\"high\",\"record\":\"" record "\"}"
  place p = fresh(0);
  dw_records *records = opened(p.address);
  put_as(records, DW_RECORD_RUN, "r", run);
  put_as(records, DW_RECORD_EVENT, "r/1", OF("inference", "ks"));
  put_as(records, DW_RECORD_EVENT, "r/2", OF("embedding", "psi")); /* by its column it might be of the first too */
  CHECK_MSG(ask(records, "GET /report?model=m", "", NULL) == 200, "%s", said());
  const char *second = strstr(said(), "Comparison 2 of 2");
  CHECK_MSG(second && strstr(second, ">embedding<") && strstr(second, "Population stability index") && !strstr(second, "Kolmogorov"), "%s",
            second);
  dw_records_close(records);
}

TEST(alerts_stand_as_the_last_run_and_people_left_them)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  CHECK(ask(records, "GET /alerts", "", NULL) == 200);
  CHECK_TEXT(said(), "{\"alerts\":[]}\n");
  play(records, "m", "ff", NOON);
  play(records, "b", "fp", NOON);
  CHECK(ask(records, "GET /alerts?state=open", "", NULL) == 200);
  CHECK(says(
      "{\"alerts\":[{\"model\":\"m\",\"check\":\"data_drift\",\"silenced\":false,\"alert\":{\"state\":\"open\",\"severity\":\"high\","));
  CHECK(!says("\"model\":\"b\""));
  CHECK(ask(records, "GET /alerts?state=closed", "", NULL) == 200);
  CHECK(says("{\"model\":\"b\",\"check\":\"data_drift\",\"silenced\":false,\"alert\":{\"state\":\"closed\","));
  CHECK(!says("\"state\":\"open\""));
  CHECK(ask(records, "GET /alerts?model=b&state=open", "", NULL) == 200);
  CHECK_TEXT(said(), "{\"alerts\":[]}\n");
  CHECK(ask(records, "GET /alerts?state=ajar", "", NULL) == 400);
  CHECK(says("state=ajar: it is open or closed"));
  dw_records_close(records);
}

TEST(an_open_alert_is_acknowledged)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  static const char body[] = "{\"check\":\"data_drift\",\"who\":\"ann\",\"why\":\"a sale\"}";
  CHECK(ask(records, "POST /alerts/m/ack", "", body) == 409);
  play(records, "m", "ff", NOON);
  CHECK(ask(records, "POST /alerts/m/ack", "", "{\"check\":\"silence\",\"who\":\"ann\"}") == 409);
  CHECK(ask(records, "POST /alerts/b/ack", "", body) == 409);
  CHECK(ask(records, "GET /alerts", "", NULL) == 200);
  CHECK(!says("\"acknowledged\""));
  CHECK(ask(records, "POST /alerts/m/ack", "", body) == 200);
  CHECK(strstr(said(), "{\"model\":\"m\",\"check\":\"data_drift\",") == said());
  CHECK(says("\"who\":\"ann\",\"why\":\"a sale\"}"));
  CHECK(ask(records, "GET /alerts?model=m&state=open", "", NULL) == 200);
  CHECK(says("\"who\":\"ann\",\"why\":\"a sale\"}"));
  dw_records_close(records);
}

TEST(an_acknowledgement_is_taken_back)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  static const char ack[] = "{\"check\":\"data_drift\",\"who\":\"ann\",\"why\":\"a sale\"}";
  static const char undo[] = "{\"check\":\"data_drift\",\"who\":\"bob\",\"why\":\"no sale\"}";
  CHECK(ask(records, "POST /alerts/m/undo", "", undo) == 409);
  play(records, "m", "ff", NOON);
  CHECK(ask(records, "POST /alerts/m/undo", "", undo) == 409);
  CHECK(ask(records, "POST /alerts/m/ack", "", ack) == 200);
  CHECK(ask(records, "POST /alerts/m/undo", "", undo) == 200);
  CHECK(says("\"state\":\"open\"") && !says("\"acknowledged\""));
  CHECK(ask(records, "GET /alerts?state=open", "", NULL) == 200);
  CHECK(!says("\"acknowledged\""));
  CHECK(ask(records, "POST /alerts/m/undo", "", undo) == 409);
  CHECK(ask(records, "POST /alerts/m/ack", "", ack) == 200);
  CHECK(says("\"acknowledged\""));
  CHECK(ask(records, "GET /records?kind=alert&model=m", "", NULL) == 200); /* both stay, with who and why */
  CHECK(says("\"kind\":\"undo\"") && says("\"who\":\"bob\",\"why\":\"no sale\"") && says("\"who\":\"ann\",\"why\":\"a sale\""));
  dw_records_close(records);
}

TEST(the_model_may_stand_in_the_body)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  play(records, "", "ff", NOON);
  play(records, "a/b", "ff", NOON);
  CHECK(ask(records, "POST /alerts/ack", "", "{\"model\":\"\",\"check\":\"data_drift\",\"who\":\"ann\"}") == 200);
  CHECK(strstr(said(), "{\"model\":\"\",\"check\":\"data_drift\",") == said() && says("\"acknowledged\""));
  CHECK(ask(records, "POST /alerts/ack", "", "{\"model\":\"a/b\",\"check\":\"data_drift\",\"who\":\"ann\"}") == 200);
  CHECK(ask(records, "POST /alerts/undo", "", "{\"model\":\"\",\"check\":\"data_drift\",\"who\":\"ann\"}") == 200);
  CHECK(!says("\"acknowledged\""));
  CHECK(ask(records, "POST /alerts/silence", "", "{\"model\":\"\",\"until\":\"2199-01-01T00:00:00Z\",\"who\":\"ann\"}") == 200);
  CHECK(ask(records, "GET /alerts", "", NULL) == 200);
  CHECK(says("\"model\":\"\",\"check\":\"data_drift\",\"silenced\":true,") &&
        says("\"model\":\"a/b\",\"check\":\"data_drift\",\"silenced\":false,"));
  CHECK(ask(records, "POST /alerts/ack", "", "{\"check\":\"data_drift\",\"who\":\"ann\"}") == 400 && says("model: it is a text"));
  CHECK(ask(records, "POST /alerts/m/ack", "", "{\"model\":\"b\",\"check\":\"data_drift\",\"who\":\"ann\"}") == 400 &&
        says("model: there is no such member"));
  dw_records_close(records);
}

static void put_letter(dw_records *records, const char *model, const char *id)
{
  char content[100];
  snprintf(content, sizeof content, "{\"kind\":\"notification\",\"id\":\"%s\",\"receiver\":\"ops\"}", id);
  dw_records_item item = item_of(id, content, NOON);
  item.kind = DW_RECORD_OUTBOX;
  item.model = model;
  CHECK(put_one(records, item) == DW_RECORDS_STORED);
}

static void never(void *context, const dw_letter *letter, dw_delivery *out)
{
  out->outcome = strcmp(letter->id, "a") == 0 ? DW_DELIVER_NEVER : DW_DELIVER_AGAIN;
  snprintf(out->error, sizeof out->error, "status 404");
}

TEST(what_is_not_delivered_is_listed_and_replayed)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_outbox_counts counts;
  put_letter(records, "m", "a");
  put_letter(records, "b", "x/y");
  CHECK(dw_outbox_deliver(records, DW_LETTER_NOTIFICATION, NOON, never, NULL, &counts, &err) == DW_OK);
  CHECK(ask(records, "GET /outbox", "", NULL) == 200);
  CHECK_TEXT(said(),
             "{\"letters\":[{\"kind\":\"letter\",\"id\":\"a\",\"what\":\"notification\",\"receiver\":\"ops\",\"model\":\"m\",\"time\":"
             "\"2026-01-01T12:00:00Z\",\"state\":\"failed\",\"attempts\":1,\"error\":\"status 404\"},{\"kind\":\"letter\",\"id\":"
             "\"x/y\",\"what\":\"notification\",\"receiver\":\"ops\",\"model\":\"b\",\"time\":\"2026-01-01T12:00:00Z\",\"state\":"
             "\"waiting\",\"attempts\":1,\"next\":\"2026-01-01T12:00:30Z\",\"error\":\"status 404\"}]}\n");
  CHECK(ask(records, "GET /outbox?state=waiting", "", NULL) == 200 && !says("\"id\":\"a\"") && says("\"id\":\"x/y\""));
  CHECK(ask(records, "GET /outbox?model=m", "", NULL) == 200 && says("\"id\":\"a\"") && !says("\"id\":\"x/y\""));
  CHECK(ask(records, "GET /outbox?state=lost", "", NULL) == 400);
  CHECK(ask(records, "POST /outbox/replay", "", "{\"id\":\"a\"}") == 200);
  CHECK(ask(records, "GET /outbox?state=failed", "", NULL) == 200);
  CHECK_TEXT(said(), "{\"letters\":[]}\n");
  CHECK(ask(records, "POST /outbox/replay", "", "{\"id\":\"none\"}") == 404);
  CHECK(ask(records, "POST /outbox/replay", "", "{}") == 400);
  CHECK(ask(records, "POST /outbox/replay", "Content-Type: text/plain\r\n", "{\"id\":\"a\"}") == 415);
  CHECK(ask(NULL, "POST /outbox/replay", "", "{\"id\":\"a\"}") == 503 && ask(NULL, "GET /outbox", "", NULL) == 503);
  dw_records_close(records);
}

TEST(a_silence_holds_until_its_end_or_now)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  play(records, "m", "ff", NOON);
  play(records, "b", "ff", NOON);
  CHECK(ask(records, "POST /alerts/m/silence", "", "{\"check\":\"data_*\",\"until\":\"2199-01-01T00:00:00Z\",\"who\":\"ann\"}") == 200);
  CHECK(says("\"to\":\"2199-01-01T00:00:00Z\",\"who\":\"ann\",\"why\":\"\"}"));
  CHECK(ask(records, "GET /alerts", "", NULL) == 200);
  CHECK(says("\"model\":\"m\",\"check\":\"data_drift\",\"silenced\":true,"));
  CHECK(says("\"model\":\"b\",\"check\":\"data_drift\",\"silenced\":false,"));
  CHECK(says("\"model\":\"m\",\"check\":\"silence\",\"silenced\":false,"));
  CHECK(ask(records, "POST /alerts/m/silence", "", "{\"check\":\"data_*\",\"until\":\"now\",\"who\":\"ann\"}") == 200);
  CHECK(ask(records, "GET /alerts", "", NULL) == 200);
  CHECK(!says("\"silenced\":true"));
  CHECK(ask(records, "POST /alerts/%2A/silence", "", "{\"until\":\"2199-01-01T00:00:00Z\",\"who\":\"ann\"}") == 200);
  CHECK(ask(records, "GET /alerts", "", NULL) == 200);
  CHECK(!says("\"silenced\":false"));
  dw_records_close(records);
}

TEST(what_is_done_is_read_strictly)
{
  static const struct {
    const char *what, *body, *says;
  } cases[] = {
      {"ack", "", "status"},
      {"ack", "[]", "no JSON object"},
      {"ack", "{\"who\":\"a\"}", "check: it is a text"},
      {"ack", "{\"check\":\"data_drift\"}", "who: it is a text"},
      {"ack", "{\"check\":\"data_drift\",\"who\":\"\"}", "who: it is a text"},
      {"ack", "{\"check\":\"data_drift\",\"who\":7}", "who: it is a text"},
      {"ack", "{\"check\":\"data_*\",\"who\":\"a\"}", "data_* is none: data_drift silence refusal_rate"},
      {"ack", "{\"check\":\"data_drift\",\"who\":\"a\",\"until\":\"now\"}", "until: there is no such member"},
      {"silence", "{\"who\":\"a\"}", "until: it is a text"},
      {"silence", "{\"who\":\"a\",\"until\":\"60m\"}", "until: 60m is no time"},
      {"silence", "{\"who\":\"a\",\"until\":\"2026-01-01T00:00:00Z\"}", "has passed"},
      {"silence", "{\"who\":\"a\",\"until\":\"now\",\"check\":\"x*\"}", "x* is none"},
  };
  place p = fresh(0);
  dw_records *records = opened(p.address);
  play(records, "m", "ff", NOON);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char address[60];
    snprintf(address, sizeof address, "POST /alerts/m/%s", cases[i].what);
    CHECK_MSG(ask(records, address, "", cases[i].body) == 400, "%s: %s", cases[i].body, said());
    CHECK_MSG(says(cases[i].says), "%s: %s", cases[i].body, said());
  }
  CHECK(ask(records, "POST /alerts/m/ack", "Content-Type: text/plain\r\n", "{\"check\":\"data_drift\",\"who\":\"a\"}") == 415);
  CHECK(ask(NULL, "POST /alerts/m/ack", "", "{\"check\":\"data_drift\",\"who\":\"a\"}") == 503);
  CHECK(ask(NULL, "POST /alerts/m/silence", "", "{\"until\":\"now\",\"who\":\"a\"}") == 503);
  CHECK(ask(NULL, "GET /alerts", "", NULL) == 503);
  CHECK(ask(NULL, "GET /drift/latest", "", NULL) == 503);
  CHECK(ask(NULL, "GET /drift/history", "", NULL) == 503);
  dw_records_close(records);
}

/* The hash is of "secret", the other of "other" (sha256sum). */
TEST(deeds_need_a_token_of_the_scope_admin_for_the_model)
{
  static const char file[] = "boss admin,read m sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b\n"
                             "eyes read * sha256:d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa\n";
#define SECRET "Authorization: Bearer secret\r\n"
#define OTHER "Authorization: Bearer other\r\n"
  place p = fresh(0);
  dw_records *records = opened(p.address);
  play(records, "m", "ff", NOON);
  play(records, "b", "ff", NOON);
  CHECK(dw_tokens_parse(&tokens, file, sizeof file - 1, "file", &err) == DW_OK);
  CHECK(ask(records, "POST /alerts/m/ack", "", "{\"check\":\"data_drift\"}") == 401);
  CHECK(ask(records, "POST /alerts/m/ack", OTHER, "{\"check\":\"data_drift\"}") == 403);
  CHECK(ask(records, "POST /alerts/b/ack", SECRET, "{\"check\":\"data_drift\"}") == 403);
  CHECK(ask(records, "POST /alerts/%2A/silence", SECRET, "{\"until\":\"2199-01-01T00:00:00Z\"}") == 403);
  CHECK(ask(records, "POST /alerts/ack", SECRET, "{\"model\":\"b\",\"check\":\"data_drift\"}") == 403);
  CHECK(says("the token is not for this model"));
  CHECK(ask(records, "POST /alerts/m/ack", SECRET, "{\"check\":\"data_drift\"}") == 200);
  CHECK(says("\"who\":\"boss\",\"why\":\"\""));
  CHECK(ask(records, "POST /alerts/m/undo", SECRET, "{\"check\":\"data_drift\"}") == 200);
  CHECK(ask(records, "POST /alerts/ack", "", "{\"model\":\"m\",\"check\":\"data_drift\"}") == 401);
  CHECK(ask(records, "POST /alerts/ack", OTHER, "{\"model\":\"m\",\"check\":\"data_drift\"}") == 403);
  static const char *const deeds[] = {"ack", "undo", "silence"};
  for (size_t i = 0; i < 3; i++) {
    char address[60], body[100];
    static const char *const models[] = {"b", "*", ""};
    snprintf(address, sizeof address, "POST /alerts/%s", deeds[i]);
    for (size_t k = 0; k < 3; k++) {
      snprintf(body, sizeof body, "{\"model\":\"%s\",\"check\":\"data_drift\"%s}", models[k], i == 2 ? ",\"until\":\"now\"" : "");
      CHECK_MSG(ask(records, address, SECRET, body) == 403, "%s %s", address, body);
    }
  }
  CHECK(ask(records, "POST /alerts/ack", SECRET, "{\"model\":\"m\",\"check\":\"data_drift\"}") == 200);
  put_letter(records, "b", "of-b");
  put_letter(records, "m", "of-m");
  CHECK(ask(records, "GET /outbox", SECRET, NULL) == 200 && says("of-m") && !says("of-b"));
  CHECK(ask(records, "POST /outbox/replay", OTHER, "{\"id\":\"of-m\"}") == 403);
  CHECK(ask(records, "POST /outbox/replay", SECRET, "{\"id\":\"of-b\"}") == 404);
  CHECK(ask(records, "POST /outbox/replay", SECRET, "{\"id\":\"of-m\"}") == 200);
  CHECK(ask(records, "GET /alerts", SECRET, NULL) == 200);
  CHECK(says("\"model\":\"m\"") && !says("\"model\":\"b\""));
  CHECK(ask(records, "GET /drift/latest", SECRET, NULL) == 200);
  CHECK(says("\"model\":\"m\"") && !says("\"model\":\"b\""));
  CHECK(ask(records, "GET /alerts?model=b", SECRET, NULL) == 403);
  CHECK(ask(records, "GET /drift/latest?model=b", SECRET, NULL) == 403);
  CHECK(ask(records, "GET /drift/history?model=b", SECRET, NULL) == 403);
  CHECK(ask(records, "GET /drift/history", SECRET, NULL) == 403);
  CHECK(ask(records, "GET /drift/history", OTHER, NULL) == 200);
  dw_tokens_release(tokens);
  tokens = NULL;
  dw_records_close(records);
}
