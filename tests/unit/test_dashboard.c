/* The dashboard's resources, without a socket. */
#include "records_case.h"

#include "serve/dashboard/dashboard_files.h"
#include "serve/http/rehearsal.h"
#include "serve/resources/service.h"
#include "serve/watch/look.h"
#include "serve/verdicts/service_routes.h"

static dw_tokens *tokens; /* NULL: none */
static dw_rehearsal last;

static int ask(dw_records *records, const char *what, const char *fields)
{
  dw_buf request = {0};
  dw_service service = {.records = records};
  dw_site site = {.routes = dw_service_routes, .context = &service, .tokens = tokens};
  dw_buf_format(&request, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", what, fields);
  dw_rehearsal_free(&last);
  dw_rehearse(&site, request.data, request.length, &last);
  dw_buf_free(&request);
  return last.code;
}

static bool says(const char *text) { return strstr(dw_buf_cstr(&last.body), text) != NULL; }
static bool has(const char *line) { return strstr(dw_buf_cstr(&last.head), line) != NULL; }

static void put_run(dw_records *records, const char *model, const char *id, int64_t time)
{
  dw_records_item item = item_of(id, "{\"kind\":\"run\",\"verdict\":\"no drift\",\"drift\":false,\"rows\":5}", time);
  item.kind = DW_RECORD_RUN;
  item.model = model;
  CHECK_MSG(put_one(records, item) == DW_RECORDS_STORED, "%s", err.message);
}

TEST(the_files_are_those_of_the_source_with_their_types)
{
  static const struct {
    const char *path, *type, *begin;
  } files[] = {{"/", "Content-Type: text/html; charset=utf-8\r\n", "<!doctype html>"},
               {"/dashboard.js", "Content-Type: text/javascript; charset=utf-8\r\n", "/* The dashboard:"},
               {"/dashboard.css", "Content-Type: text/css; charset=utf-8\r\n", ":root{"}};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    CHECK(ask(NULL, files[i].path, "") == 200);
    CHECK(has(files[i].type) && has("X-Content-Type-Options: nosniff\r\n") && has("Cache-Control: no-cache\r\n"));
    CHECK(has("Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
              "base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n"));
    CHECK(strncmp(dw_buf_cstr(&last.body), files[i].begin, strlen(files[i].begin)) == 0);
  }
  CHECK(ask(NULL, "/dashboard.js", "") == 200);
  CHECK(last.body.length == dw_dashboard_js_length && memcmp(last.body.data, dw_dashboard_js, dw_dashboard_js_length) == 0);
  CHECK(ask(NULL, "/dashboard.png", "") == 404);
  CHECK(ask(NULL, "/?token=x", "") == 200);
}

TEST(a_file_that_is_known_is_not_sent_again)
{
  char fields[80];
  CHECK(ask(NULL, "/dashboard.css", "") == 200);
  const char *tag = strstr(dw_buf_cstr(&last.head), "ETag: ");
  CHECK(tag && tag[6] == '"' && tag[39] == '"');
  snprintf(fields, sizeof fields, "If-None-Match: %.34s\r\n", tag + 6);
  CHECK(ask(NULL, "/dashboard.css", fields) == 304 && last.body.length == 0);
  CHECK(ask(NULL, "/dashboard.js", fields) == 200);
}

TEST(series_are_of_one_model_and_a_time)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  CHECK(ask(records, "/drift/series?model=m", "") == 404);
  for (int i = 0; i < 10; i++) {
    char id[20];
    snprintf(id, sizeof id, "r%d", i);
    put_run(records, "m", id, NOON - (10 - i) * HOUR);
    put_run(records, "", id, NOON - (10 - i) * HOUR);
  }
  CHECK(ask(records, "/drift/series", "") == 400);
  CHECK(ask(records, "/drift/series?model=m", "") == 200);
  CHECK(says("{\"model\":\"m\",\"column\":null,\"series\":{\"runs\":10,") && says("\"name\":\"rows\",\"last\":[5,5,5,5,5,5,5,5,5,5]"));
  CHECK(ask(records, "/drift/series?model=&column=age", "") == 200);
  CHECK(says("{\"model\":\"\",\"column\":\"age\",\"series\":{\"runs\":10,"));
  CHECK(ask(records, "/drift/series?model=m&since=2026-01-01T04:00:00Z&until=2026-01-01T07:00:00Z", "") == 200);
  CHECK(says("\"runs\":3,") && says("\"run\":[\"r2\",\"r3\",\"r4\"]"));
  CHECK(ask(records, "/drift/series?model=m&points=2", "") == 200);
  CHECK(says("\"points\":{\"from\":[1767232800000,1767250800000],\"to\":[1767247200000,1767265200000],\"runs\":[5,5],"));
  CHECK(ask(records, "/drift/series?model=m&since=2027-01-01", "") == 200);
  CHECK(says("\"runs\":0,") && says("\"curves\":[]"));
  CHECK(ask(records, "/drift/series?model=m&points=0", "") == 400);
  CHECK(ask(records, "/drift/series?model=m&points=2001", "") == 400);
  CHECK(ask(records, "/drift/series?model=other", "") == 404);
  CHECK(ask(NULL, "/drift/series?model=m", "") == 503);
  dw_records_close(records);
}

static void put_as(dw_records *records, dw_record_kind kind, const char *model, const char *id, int64_t time, const char *content)
{
  dw_records_item item = item_of(id, content, time);
  item.kind = kind;
  item.model = model;
  item.received = time;
  if (strstr(content, "remedy")) item.source = DW_EVENT_POLICY;
  CHECK_MSG(put_one(records, item) == DW_RECORDS_STORED, "%s", err.message);
}

TEST(the_feed_is_of_one_model_the_newest_first)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  int64_t now;
  CHECK(dw_time_now(&now, &err) == DW_OK);
  put_as(records, DW_RECORD_ALERT, "m", "1", now - 5 * HOUR, "{\"kind\":\"alert_change\",\"n\":1}");
  put_as(records, DW_RECORD_ALERT, "m", "2", now - 3 * HOUR, "{\"kind\":\"acknowledgement\",\"n\":2}");
  put_as(records, DW_RECORD_ALERT, "b", "3", now - 3 * HOUR, "{\"kind\":\"acknowledgement\",\"n\":3}");
  put_as(records, DW_RECORD_ALERT, "", "4", now - 4 * HOUR, "{\"kind\":\"silence\",\"n\":4,\"model\":\"m*\"}");
  put_as(records, DW_RECORD_ALERT, "", "5", now - 4 * HOUR, "{\"kind\":\"silence\",\"n\":5,\"model\":\"b\"}");
  put_as(records, DW_RECORD_ALERT, "", "6", now - 2 * HOUR, "{\"kind\":\"acknowledgement\",\"n\":6}");
  put_as(records, DW_RECORD_EVENT, "m", "7", now - HOUR, "{\"kind\":\"remedy\",\"n\":7}");
  put_as(records, DW_RECORD_EVENT, "m", "8", now - HOUR, "{\"kind\":\"finding\",\"n\":8}");
  put_as(records, DW_RECORD_ALERT, "m", "9", now - 31 * 24 * HOUR, "{\"kind\":\"alert_change\",\"n\":9}");
  CHECK(ask(records, "/alerts/feed?model=m", "") == 200);
  CHECK_TEXT(dw_buf_cstr(&last.body), "{\"feed\":[{\"kind\":\"remedy\",\"n\":7},{\"kind\":\"acknowledgement\",\"n\":2},"
                                      "{\"kind\":\"silence\",\"n\":4,\"model\":\"m*\"},{\"kind\":\"alert_change\",\"n\":1}]}\n");
  CHECK(ask(records, "/alerts/feed?model=m&limit=1", "") == 200);
  CHECK_TEXT(dw_buf_cstr(&last.body), "{\"feed\":[{\"kind\":\"remedy\",\"n\":7}]}\n");
  CHECK(ask(records, "/alerts/feed?model=", "") == 200);
  CHECK_TEXT(dw_buf_cstr(&last.body), "{\"feed\":[{\"kind\":\"acknowledgement\",\"n\":6}]}\n");
  CHECK(ask(records, "/alerts/feed?model=other", "") == 200 && says("{\"feed\":[]}"));
  CHECK(ask(records, "/alerts/feed", "") == 400);
  CHECK(ask(records, "/alerts/feed?model=m&limit=1001", "") == 400);
  CHECK(ask(NULL, "/alerts/feed?model=m", "") == 503);
  dw_records_close(records);
}

/* The hash is of "secret" (sha256sum). */
TEST(the_page_needs_no_token_and_its_data_does)
{
  static const char file[] = "eyes read m sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b\n";
  place p = fresh(0);
  dw_records *records = opened(p.address);
  put_run(records, "m", "r", NOON - HOUR);
  put_run(records, "b", "r", NOON - HOUR);
  CHECK(dw_tokens_parse(&tokens, file, sizeof file - 1, "file", &err) == DW_OK);
  CHECK(ask(records, "/", "") == 200 && ask(records, "/dashboard.js", "") == 200 && ask(records, "/dashboard.css", "") == 200);
  CHECK(ask(records, "/drift/series?model=m", "") == 401);
  CHECK(ask(records, "/drift/series?model=m&token=secret", "") == 200);
  CHECK(ask(records, "/alerts/feed?model=m", "") == 401);
  CHECK(ask(records, "/alerts/feed?model=b", "Authorization: Bearer secret\r\n") == 403);
  CHECK(ask(records, "/drift/series?model=b", "Authorization: Bearer secret\r\n") == 403);
  dw_tokens_release(tokens);
  tokens = NULL;
  dw_records_close(records);
  dw_rehearsal_free(&last);
}
