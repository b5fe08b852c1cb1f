/* Resources of a service, without a socket: what each answers, on a database of its own. */
#include "test.h"

#include <unistd.h>

#include "io/text/json.h"
#include "serve/http/rehearsal.h"
#include "serve/resources/service.h"
#include "serve/verdicts/service_routes.h"

static char folder[] = "dw-test-resources-XXXXXX";
static dw_err err;

static void clean_up(void)
{
  char command[100];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  if (system(command) != 0) perror("rm");
}

static dw_service started(dw_service service)
{
  static int count;
  char address[100];
  if (count == 0 && (!mkdtemp(folder) || atexit(clean_up) != 0)) abort();
  snprintf(address, sizeof address, "sqlite:%s/%d.db", folder, ++count);
  CHECK_MSG(dw_records_open(&service.records, address, &(dw_records_options){.create = true}, &err) == DW_OK, "%s", err.message);
  service.tally = dw_tally_new();
  service.version = "1.2.3";
  return service;
}

static void ended(dw_service *service)
{
  dw_records_close(service->records);
  dw_tally_free(service->tally);
}

static dw_rehearsal last;
static dw_tokens *tokens; /* NULL: none */

/* fields: lines of the head; body NULL: none. The code; the answer stands in last until the next call. */
static int ask(dw_service *service, const char *what, const char *fields, const char *body)
{
  dw_buf request = {0};
  dw_site site = {.routes = dw_service_routes, .context = service, .tokens = tokens};
  dw_buf_format(&request, "%s HTTP/1.1\r\nHost: localhost\r\n%s", what, fields);
  if (body) dw_buf_format(&request, "Content-Length: %zu\r\n", strlen(body));
  dw_buf_text(&request, "\r\n");
  if (body) dw_buf_text(&request, body);
  dw_rehearsal_free(&last);
  dw_rehearse(&site, request.data, request.length, &last);
  dw_buf_free(&request);
  return last.code;
}

#define JSON "Content-Type: application/json\r\n"
#define LINES "Content-Type: application/x-ndjson\r\n"

static const char *said(void) { return dw_buf_cstr(&last.body); }
static bool says(const char *text) { return strstr(said(), text) != NULL; }

TEST(a_record_is_accepted_once)
{
  dw_service service = started((dw_service){0});
  CHECK(ask(&service, "POST /inference", JSON, "{\"id\":\"a\",\n \"model_id\":\"m\",\"prediction\":1.10}") == 200);
  CHECK_TEXT(said(), "{\"accepted\":1,\"duplicates\":0,\"rejected\":0,\"id\":\"a\"}\n");
  CHECK(ask(&service, "POST /inference", JSON, "{\"id\":\"a\",\n \"model_id\":\"m\",\"prediction\":1.10}") == 200);
  CHECK_TEXT(said(), "{\"accepted\":0,\"duplicates\":1,\"rejected\":0,\"id\":\"a\"}\n");
  CHECK(ask(&service, "POST /inference", JSON, "{\"id\":\"a\",\"model_id\":\"m\",\"prediction\":2}") == 409);
  CHECK(says("\"title\":\"Conflict\",\"status\":409,\"detail\":\"id \\\"a\\\" is stored already"));
  CHECK(strstr(dw_buf_cstr(&last.head), "Content-Type: application/problem+json\r\n"));
  CHECK(ask(&service, "GET /records", "", NULL) == 200);
  CHECK(says("\"content\":{\"id\":\"a\",  \"model_id\":\"m\",\"prediction\":1.10}"));
  ended(&service);
}

TEST(what_calls_cost_is_counted_once)
{
  dw_service service = started((dw_service){0});
  const char *many =
      "{\"id\":1,\"query\":\"q\",\"model_name\":\"g\",\"tokens\":100,\"cost\":0.25}\n"
      "{\"id\":2,\"query\":\"q\",\"model_name\":\"g\",\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5,\"cost\":0.5}}\n"
      "{\"id\":3,\"query\":\"q\",\"model_name\":\"g\",\"usage\":{\"prompt_tokens\":7,\"total_tokens\":8},\"cost_usd\":-1}\n"
      "{\"id\":4,\"query\":\"q\",\"model_name\":\"h\",\"tokens\":\"many\",\"total_tokens\":3}\n"
      "{\"id\":5,\"query\":\"q\",\"model_name\":\"i\",\"tokens\":null,\"cost\":null}\n";
  CHECK(ask(&service, "POST /interactions", LINES, many) == 200);
  CHECK(ask(&service, "POST /interactions", LINES, many) == 200); /* all of it again: duplicates */
  CHECK(ask(&service, "POST /inference", JSON, "{\"id\":6,\"prediction\":1}") == 200);
  CHECK(ask(&service, "GET /metrics", "", NULL) == 200);
  CHECK(says("\napi_tokens_total{model=\"g\"} 120\napi_tokens_total{model=\"h\"} 3\n# HELP api_cost_total "));
  CHECK(says("\napi_cost_total{model=\"g\"} 0.75\n# "));
  ended(&service);
}

TEST(what_is_no_record_is_refused)
{
  static const struct {
    const char *fields, *body;
    int code;
    const char *says;
  } cases[] = {
      {JSON, "", 400, "the body holds no record"},
      {JSON, " \n", 400, "the body holds no record"},
      {JSON, "{\"id\":1}{\"id\":2}", 400, "more text behind the record"},
      {JSON, "{\"id\":1}\n{\"id\":2}", 400, "more text behind the record"},
      {JSON, "[{\"id\":1}]", 400, "an array where a record should be"},
      {JSON, "{\"id\":", 400, "\"rejected\":1"},
      {JSON, "{\"id\":\"x\n\"}", 400, "a string holds the end of a line"},
      {JSON, "{\"id\":true}", 400, "field \\\"id\\\" is neither a text nor a number"},
      {JSON, "(\xb5/\xfd", 400, "\"status\":400"}, /* a zstd frame that is cut */
      {LINES, "", 400, "the body holds no record"},
      {LINES, "nothing\nof it\n", 400, "no line is a record that can be stored"},
      {"Content-Type: text/csv\r\n", "a,b\n", 415, "application/x-ndjson"},
      {JSON "Content-Encoding: br\r\n", "{}", 415, "zstd"},
  };
  dw_service service = started((dw_service){0});
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    CHECK_MSG(ask(&service, "POST /inference", cases[i].fields, cases[i].body) == cases[i].code, "%s: %s", cases[i].body, said());
    CHECK_MSG(says(cases[i].says), "%s: %s", cases[i].body, said());
  }
  CHECK(ask(&service, "GET /records", "", NULL) == 200);
  CHECK_TEXT(said(), "{\"records\":[],\"next\":null}\n");
  ended(&service);
}

TEST(of_bulk_each_line_is_told)
{
  dw_service service = started((dw_service){.dimensions = 2});
  CHECK(ask(&service, "POST /inference", LINES,
            "{\"id\":\"a\",\"model_id\":\"m\"}\n{\"id\":\"b\"} {\"id\":\"c\"}\n\n{\"id\":\"a\",\"model_id\":\"m\",\"x\":1}\n"
            "{\"id\":\"d\",\"embedding\":[1,2]}\n{\"id\":\"e\",\"embedding\":[1,2,3]}\n{\"id\":\"a\",\"model_id\":\"m\"}\n{\"id\":\"f") ==
        200);
  dw_value *value;
  CHECK(dw_value_parse(&value, said(), last.body.length, "answer", 0, &err) == DW_OK);
  CHECK(dw_value_number(dw_value_get(value, "accepted"), -1) == 2);
  CHECK(dw_value_number(dw_value_get(value, "duplicates"), -1) == 1);
  CHECK(dw_value_number(dw_value_get(value, "rejected"), -1) == 4);
  static const double lines[] = {2, 4, 6, 8};
  const dw_value *error = dw_value_first(dw_value_get(value, "errors"));
  for (int i = 0; i < 4; i++, error = dw_value_next(error)) {
    CHECK(dw_value_number(dw_value_get(error, "line"), -1) == lines[i]);
    CHECK(*dw_value_text_of(error, "reason", "") != '\0');
  }
  CHECK(error == NULL);
  dw_value_free(value);
  CHECK(says("\"reason\":\"field \\\"embedding\\\" has 3 dimensions, not 2\""));
  CHECK(ask(&service, "GET /metrics", "", NULL) == 200);
  CHECK(says("\ndw_records_accepted_total{kind=\"inference\",model=\"m\"} 1\n"));
  CHECK(says("\ndw_records_rejected_total{kind=\"inference\",model=\"m\"} 1\n")); /* the conflict */
  CHECK(says("\ndw_records_rejected_total{kind=\"inference\",model=\"\"} 3\n"));
  CHECK(says("\ndw_store_commit_duration_seconds_count 1\n"));
  CHECK(last.body.data[last.body.length - 1] == '\n');
  ended(&service);
}

TEST(more_errors_than_are_told_are_counted)
{
  dw_service service = started((dw_service){0});
  dw_buf body = {0};
  for (int i = 0; i < 250; i++) dw_buf_text(&body, "x\n");
  dw_buf_text(&body, "{\"id\":1}\n");
  CHECK(ask(&service, "POST /inference", LINES, dw_buf_cstr(&body)) == 200);
  CHECK(says("\"accepted\":1,\"duplicates\":0,\"rejected\":250,"));
  CHECK(says("\"line\":100,") && !says("\"line\":101,"));
  dw_buf_free(&body);
  ended(&service);
}

TEST(labels_join_whenever_they_come)
{
  dw_service service = started((dw_service){.model = "m"});
  CHECK(ask(&service, "POST /labels", JSON, "{\"id\":\"b\",\"label\":0}") == 200);
  CHECK(ask(&service, "POST /inference", LINES, "{\"id\":\"a\"}\n{\"id\":\"b\"}\n") == 200);
  CHECK(ask(&service, "POST /labels", JSON, "{\"id\":\"a\",\"label\":1.50}") == 200);
  CHECK(ask(&service, "POST /labels", JSON, "{\"label\":1}") == 400);
  CHECK(ask(&service, "GET /records?labels=1", "", NULL) == 200);
  CHECK(says("\"content\":{\"id\":\"a\",\"label\":1.50}}"));
  CHECK(says("\"content\":{\"id\":\"b\",\"label\":0}}"));
  CHECK(ask(&service, "GET /records?kind=label&model=m", "", NULL) == 200);
  CHECK(says("\"record\":\"label\""));
  ended(&service);
}

TEST(kinds_have_their_addresses)
{
  dw_service service = started((dw_service){0});
  CHECK(ask(&service, "POST /interactions", JSON, "{\"id\":\"a\",\"model_id\":\"llm\",\"query\":\"?\",\"response\":\"!\"}") == 200);
  CHECK(ask(&service, "POST /embeddings", JSON, "{\"id\":\"a\",\"model_id\":\"enc\",\"embedding\":[1,2]}") == 200);
  CHECK(ask(&service, "POST /embeddings", JSON, "{\"id\":\"b\",\"embedding\":\"x\"}") == 400);
  CHECK(ask(&service, "GET /records?kind=interaction", "", NULL) == 200);
  CHECK(says("\"record\":\"interaction\",\"model\":\"llm\""));
  CHECK(ask(&service, "GET /records?kind=embedding", "", NULL) == 200);
  CHECK(says("\"record\":\"embedding\",\"model\":\"enc\""));
  ended(&service);
}

TEST(events_of_model_servers)
{
  dw_service service = started((dw_service){0});
  static const char binary[] = JSON "ce-specversion: 1.0\r\nce-id: r1\r\nce-source: http://logger/\r\n"
                                    "ce-type: org.kubeflow.serving.inference.request\r\nce-inferenceservicename: iris\r\n";
  static const char response[] = "{\"specversion\":\"1.0\",\"id\":\"r1\",\"source\":\"http://logger/\",\"time\":\"2026-01-01T12:00:00Z\","
                                 "\"type\":\"org.kubeflow.serving.inference.response\",\"inferenceservicename\":\"iris\","
                                 "\"data\":{\"id\":\"of the payload\",\"predictions\":[1]}}";
  CHECK(ask(&service, "POST /inference", binary, "{\n\"instances\":[[1,2]]\n}") == 200);
  CHECK_TEXT(said(), "{\"accepted\":1,\"duplicates\":0,\"rejected\":0,\"id\":\"r1\"}\n");
  CHECK(ask(&service, "POST /inference", binary, "{\"instances\":[[3]]}") == 409);
  CHECK(ask(&service, "POST /inference", "Content-Type: application/cloudevents+json\r\n", response) == 200);
  CHECK(ask(&service, "POST /inference", "Content-Type: application/cloudevents+json\r\n", "{\"specversion\":\"1.0\"}") == 400);
  CHECK(says("a CloudEvent's id has 1 to 1000 bytes"));
  dw_buf batch = {0};
  dw_buf_format(&batch, "[%s,{\"id\":1},\n%s]", response,
                "{\"specversion\":\"1.0\",\"id\":\"r2\",\"source\":\"s\",\"type\":\"t\",\"data\":{}}");
  CHECK(ask(&service, "POST /inference", "Content-Type: application/cloudevents-batch+json\r\n", dw_buf_cstr(&batch)) == 200);
  CHECK_TEXT(said(), "{\"accepted\":1,\"duplicates\":1,\"rejected\":1,\"errors\":[{\"line\":2,\"reason\":\"a CloudEvent of another version "
                     "than 1.0\"}]}\n");
  dw_buf_free(&batch);
  CHECK(ask(&service, "POST /inference", "Content-Type: application/cloudevents-batch+json\r\n", "{}") == 400);
  CHECK(ask(&service, "GET /records?kind=response&model=iris", "", NULL) == 200);
  CHECK(says("\"source\":\"http://logger/\",\"id\":\"r1\",\"time\":\"2026-01-01T12:00:00Z\""));
  CHECK(says("\"content\":{\"id\":\"of the payload\",\"predictions\":[1]}"));
  CHECK(ask(&service, "GET /records?kind=request", "", NULL) == 200);
  CHECK(says("\"content\":{ \"instances\":[[1,2]] }"));
  ended(&service);
}

/* Every record once, in order, one or some a page. */
TEST(pages_go_on_by_cursors)
{
  dw_service service = started((dw_service){0});
  static const char *const limits[] = {"1", "2", "3", "7"};
  CHECK(ask(&service, "POST /inference", LINES,
            "{\"id\":\"c\",\"ts\":\"2026-01-01T12:00:00Z\"}\n{\"id\":\"d\",\"ts\":\"2026-01-01T12:00:00Z\"}\n"
            "{\"id\":\"a\",\"ts\":\"2026-01-01T10:00:00Z\"}\n{\"id\":\"e\",\"ts\":\"2026-01-01T12:00:00Z\"}\n"
            "{\"id\":\"b\",\"ts\":\"2026-01-01T11:00:00Z\"}\n") == 200);
  for (int i = 0; i < 4; i++) {
    char address[200], cursor[80] = "", ids[20] = "";
    bool more = true;
    for (int page = 0; more && page < 9; page++) {
      dw_value *value;
      snprintf(address, sizeof address, "GET /records?limit=%s%s%s", limits[i], *cursor ? "&cursor=" : "", cursor);
      CHECK(ask(&service, address, "", NULL) == 200);
      CHECK(dw_value_parse(&value, said(), last.body.length, "answer", 0, &err) == DW_OK);
      for (const dw_value *v = dw_value_first(dw_value_get(value, "records")); v; v = dw_value_next(v))
        strncat(ids, dw_value_text_of(v, "id", "?"), 2);
      snprintf(cursor, sizeof cursor, "%s", dw_value_text_of(value, "next", ""));
      more = *cursor;
      CHECK((strstr(dw_buf_cstr(&last.head), "DW-Next-Cursor: ") != NULL) == more);
      dw_value_free(value);
    }
    CHECK_TEXT(ids, "abcde");
  }
  CHECK(ask(&service, "GET /records?since=2026-01-01T11:00:00Z&until=2026-01-01T12:00:00Z&strays=1", "Accept: application/x-ndjson\r\n",
            NULL) == 200);
  CHECK(strstr(said(), "{\"kind\":\"stored\",\"record\":\"inference\",\"model\":\"\",\"source\":\"\",\"id\":\"b\",") == said());
  CHECK(strchr(said(), '\n') == said() + last.body.length - 1);
  ended(&service);
}

TEST(questions_are_read_strictly)
{
  static const char *const wrong[] = {"limit=0",    "limit=10001", "limit=x",    "kind=thing",
                                      "since=then", "cursor=7",    "cursor=a.b", "labels=maybe"};
  dw_service service = started((dw_service){0});
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    char address[100];
    snprintf(address, sizeof address, "GET /records?%s", wrong[i]);
    CHECK_MSG(ask(&service, address, "", NULL) == 400, "%s", wrong[i]);
    CHECK_MSG(says(wrong[i]), "%s", said());
  }
  CHECK(ask(&service, "GET /models?limit=0", "", NULL) == 400);
  ended(&service);
}

TEST(what_is_stored_is_counted)
{
  dw_service service = started((dw_service){0});
  CHECK(ask(&service, "POST /inference", LINES,
            "{\"id\":\"1\",\"model_id\":\"b\",\"ts\":\"2020-01-01\"}\n{\"id\":\"2\",\"model_id\":\"a\"}\n"
            "{\"id\":\"3\",\"model_id\":\"a\",\"ts\":\"2099-01-01\"}\n{\"id\":\"4\",\"model_id\":\"c\"}\n") == 200);
  CHECK(ask(&service, "GET /stats", "", NULL) == 200);
  CHECK(
      says("{\"table\":\"inference_logs\",\"record\":\"inference\",\"model\":\"a\",\"source\":\"\",\"records\":2,\"early\":1,\"late\":0,"));
  CHECK(says("\"model\":\"b\",\"source\":\"\",\"records\":1,\"early\":0,\"late\":1,\"first\":null,\"last\":null}"));
  CHECK(says("\"database\":{\"name\":\""));
  CHECK(ask(&service, "GET /models?limit=2", "", NULL) == 200);
  CHECK(strstr(said(), "{\"models\":[{\"model\":\"a\",\"records\":{\"inference\":2},") == said());
  CHECK(says("{\"model\":\"b\"") && says("\"next\":\"b\"}"));
  CHECK(ask(&service, "GET /models?limit=2&cursor=b", "", NULL) == 200);
  CHECK(strstr(said(), "{\"models\":[{\"model\":\"c\",") == said() && says("\"next\":null}"));
  ended(&service);
}

/* The hash is of "secret", the other of "other" (sha256sum). */
TEST(a_token_is_for_its_scopes_and_models)
{
  static const char file[] = "shop ingest,read m sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b\n"
                             "ops read * sha256:d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa\n";
  dw_service service = started((dw_service){0});
  CHECK(dw_tokens_parse(&tokens, file, sizeof file - 1, "file", &err) == DW_OK);
#define SECRET "Authorization: Bearer secret\r\n"
#define OTHER "Authorization: Bearer other\r\n"
  CHECK(ask(&service, "POST /inference", JSON, "{\"id\":1}") == 401);
  CHECK(ask(&service, "POST /inference", JSON OTHER, "{\"id\":1,\"model_id\":\"m\"}") == 403);
  CHECK(ask(&service, "POST /inference", JSON SECRET, "{\"id\":1,\"model_id\":\"m\"}") == 200);
  CHECK(ask(&service, "POST /inference", JSON SECRET, "{\"id\":1,\"model_id\":\"n\"}") == 403);
  CHECK(ask(&service, "POST /inference", JSON SECRET, "{\"id\":1}") == 403);
  CHECK(ask(&service, "POST /inference", LINES SECRET, "{\"id\":2,\"model_id\":\"n\"}\n{\"id\":2,\"model_id\":\"m\"}\n") == 200);
  CHECK(says(
      "\"accepted\":1,\"duplicates\":0,\"rejected\":1,\"errors\":[{\"line\":1,\"reason\":\"the token is not for the model \\\"n\\\"\"}]"));
  CHECK(ask(&service, "GET /records?model=m", SECRET, NULL) == 200);
  CHECK(ask(&service, "GET /records?model=n", SECRET, NULL) == 403);
  CHECK(ask(&service, "GET /records", SECRET, NULL) == 403);
  CHECK(ask(&service, "GET /records", OTHER, NULL) == 200);
  dw_tokens_release(tokens);
  tokens = NULL;
  CHECK(ask(&service, "POST /inference", JSON, "{\"id\":1,\"model_id\":\"n\"}") == 200);
  CHECK(dw_tokens_parse(&tokens, file, sizeof file - 1, "file", &err) == DW_OK);
  CHECK(ask(&service, "GET /models", SECRET, NULL) == 200);
  CHECK(says("\"model\":\"m\"") && !says("\"model\":\"n\""));
  CHECK(ask(&service, "GET /stats", SECRET, NULL) == 200);
  CHECK(says("\"model\":\"m\"") && !says("\"model\":\"n\""));
  CHECK(ask(&service, "GET /readyz", "", NULL) == 200);
  dw_tokens_release(tokens);
  tokens = NULL;
  ended(&service);
}

TEST(it_says_whether_it_is_ready)
{
  dw_service service = started((dw_service){0}), none = {.tally = dw_tally_new(), .version = "1"};
  CHECK(ask(&service, "GET /livez", "", NULL) == 200);
  CHECK(ask(&service, "GET /readyz", "", NULL) == 200);
  CHECK(ask(&service, "GET /health", "", NULL) == 200);
  CHECK(strstr(said(), "{\"status\":\"ok\",\"version\":\"1.2.3\",\"schema\":") == said());
  CHECK(ask(&service, "HEAD /health", "", NULL) == 200);
  CHECK(last.body.length == 0);
  CHECK(ask(&none, "GET /livez", "", NULL) == 200);
  CHECK(ask(&none, "GET /readyz", "", NULL) == 503);
  CHECK(ask(&none, "GET /health", "", NULL) == 503);
  CHECK(says("\"status\":\"unavailable\""));
  CHECK(ask(&none, "GET /metrics", "", NULL) == 200);
  CHECK(says("\ndw_store_up 0\n"));
  CHECK(ask(&none, "POST /inference", JSON, "{}") == 503);
  CHECK(ask(&none, "GET /records", "", NULL) == 503);
  CHECK(ask(&none, "GET /stats", "", NULL) == 503);
  CHECK(ask(&none, "GET /models", "", NULL) == 503);
  dw_tally_free(none.tally);
  ended(&service);
}

/* A disk with less room than is to be kept free, which is what a reserve larger than any disk makes of one. */
TEST(a_full_disk_is_told)
{
  dw_service service = started((dw_service){0});
  char address[300];
  snprintf(address, sizeof address, "sqlite:%s", dw_records_name(service.records));
  dw_records_close(service.records);
  CHECK(dw_records_open(&service.records, address, &(dw_records_options){.reserve = UINT64_C(1) << 60}, &err) == DW_OK);
  CHECK(ask(&service, "POST /inference", JSON, "{\"id\":1}") == 507);
  CHECK(says("\"accepted\":0,"));
  CHECK(ask(&service, "POST /inference", LINES, "{\"id\":1}\n") == 507);
  ended(&service);
}

static const dw_value *operation(const dw_value *paths, const dw_route *route)
{
  static const char *const words[DW_METHODS] = {[DW_METHOD_GET] = "get", [DW_METHOD_POST] = "post"};
  return dw_value_get(dw_value_get(paths, route->pattern), words[route->method]);
}

TEST(the_document_names_every_address_and_no_other)
{
  dw_service service = {.tally = dw_tally_new()};
  dw_value *document;
  size_t routes = 0, operations = 0;
  CHECK(ask(&service, "GET /openapi.json", "", NULL) == 200);
  CHECK_MSG(dw_value_parse(&document, said(), last.body.length, "openapi", 0, &err) == DW_OK, "%s", err.message);
  const dw_value *paths = dw_value_get(document, "paths");
  for (const dw_route *route = dw_service_routes; route->pattern; route++, routes++) {
    const dw_value *found = operation(paths, route);
    CHECK_MSG(dw_value_kind(found) == DW_VALUE_OBJECT, "%s", route->pattern);
    CHECK_MSG((dw_value_get(found, "security") != NULL) == (route->scope == 0), "%s", route->pattern);
    CHECK_MSG((dw_value_get(found, "requestBody") != NULL) == (route->body != DW_BODY_NONE), "%s", route->pattern);
  }
  for (const dw_value *path = dw_value_first(paths); path; path = dw_value_next(path)) operations += dw_value_count(path);
  CHECK(routes == operations);
  dw_value_free(document);
  dw_tally_free(service.tally);
}
