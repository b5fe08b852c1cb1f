/* POST /score: records out as they came in, with the score of the version in Production; without a socket. */
#include "test.h"

#include <unistd.h>

#include "io/text/json.h"
#include "registry/version.h"
#include "serve/http/rehearsal.h"
#include "serve/scoring/production.h"
#include "serve/resources/service.h"
#include "serve/verdicts/service_routes.h"

static char folder[] = "dw-test-score-XXXXXX";
static dw_err err;
static dw_rehearsal last;
static dw_tokens *tokens;
static char warned[600];

static void clean_up(void)
{
  char command[100];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  if (system(command) != 0) perror("rm");
}

static void warn(void *context, const char *text) { snprintf(warned, sizeof warned, "%s", text); }
static const dw_notices notices = {.warn = warn};

/* A registry of its own, with two versions of which none is in Production. */
static dw_registry *two_versions(char path[100])
{
  static const char *const files[] = {"golden/xgboost_binary.json", "golden/xgboost_classes.json"};
  static int count;
  dw_registry *registry;
  if (count == 0 && (!mkdtemp(folder) || atexit(clean_up) != 0)) abort();
  snprintf(path, 100, "%s/r%d", folder, ++count);
  CHECK_MSG(dw_registry_open(&registry, path, true, &err) == DW_OK, "%s", err.message);
  for (int i = 0; i < 2; i++) {
    size_t length;
    dw_buf members = {0}, out = {0};
    char *bytes = test_read(files[i], &length);
    dw_version_source source = {.model = bytes, .model_length = length, .model_name = files[i], .name = "fraud"};
    CHECK_MSG(dw_version_describe(&source, &members, &err) == DW_OK, "%s", err.message);
    CHECK(dw_registry_register(registry, bytes, length, dw_buf_cstr(&members), NULL, &(dw_registry_call){.now = 1}, &out, &err) == DW_OK);
    dw_buf_free(&members);
    dw_buf_free(&out);
    free(bytes);
  }
  return registry;
}

static void promote(dw_registry *registry, const char *version)
{
  dw_buf out = {0};
  CHECK_MSG(dw_registry_promote(registry, version, DW_STAGE_PRODUCTION, &(dw_registry_call){.now = 2}, &out, &err) == DW_OK, "%s",
            err.message);
  dw_buf_free(&out);
}

static dw_service started(const char *registry)
{
  static int count;
  char address[100];
  dw_service service = {.version = "1"};
  snprintf(address, sizeof address, "sqlite:%s/%d.db", folder, ++count);
  CHECK_MSG(dw_records_open(&service.records, address, &(dw_records_options){.create = true}, &err) == DW_OK, "%s", err.message);
  CHECK_MSG(dw_production_open(&service.production, registry, &notices, &err) == DW_OK, "%s", err.message);
  service.tally = dw_tally_new();
  return service;
}

static void ended(dw_service *service, dw_registry *registry)
{
  dw_production_close(service->production);
  dw_records_close(service->records);
  dw_tally_free(service->tally);
  dw_registry_close(registry);
}

/* fields: lines of the head. The code; the answer stands in last until the next call. */
static int ask(dw_service *service, const char *what, const char *fields, const char *body)
{
  dw_buf request = {0};
  dw_site site = {.routes = dw_service_routes, .context = service, .tokens = tokens};
  dw_buf_format(&request, "%s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %zu\r\n\r\n", what, fields, strlen(body));
  dw_buf_text(&request, body);
  dw_rehearsal_free(&last);
  dw_rehearse(&site, request.data, request.length, &last);
  dw_buf_free(&request);
  return last.code;
}

#define JSON "Content-Type: application/json\r\n"
#define LINES "Content-Type: application/x-ndjson\r\n"

static const char *said(void) { return dw_buf_cstr(&last.body); }
static bool says(const char *text) { return strstr(said(), text) != NULL; }
static bool head_says(const char *text) { return strstr(dw_buf_cstr(&last.head), text) != NULL; }

TEST(the_version_in_production_scores)
{
  char path[100];
  dw_registry *registry = two_versions(path);
  dw_service service = started(path);
  CHECK(ask(&service, "POST /score", JSON, "{\"a\":1,\"b\":2,\"c\":{\"d\":3}}") == 503);
  CHECK(says("no version is in Production"));
  promote(registry, "v1");
  dw_production_look(service.production);
  CHECK(ask(&service, "POST /score", JSON, "{\"a\":1,\n \"b\":2,\"c\":{\"d\":3},\"n\":1.10}\n") == 200);
  CHECK_MSG(strstr(said(), "{\"a\":1,  \"b\":2,\"c\":{\"d\":3},\"n\":1.10,\"score\":0.") == said(), "%s", said());
  CHECK(last.body.data[last.body.length - 1] == '\n' && head_says("DW-Model-Version: v1\r\n") && head_says("application/json"));
  CHECK(ask(&service, "POST /score?cut=1", JSON, "{\"a\":1,\"b\":2,\"c\":{\"d\":3}}") == 200);
  CHECK(says(",\"prediction\":0}"));
  promote(registry, "v2");
  dw_production_look(service.production);
  CHECK(ask(&service, "POST /score", JSON, "{\"a\":1,\"b\":2,\"c\":{\"d\":3}}") == 200);
  CHECK(head_says("DW-Model-Version: v2\r\n") && says("\"score\":[") && says("\"prediction\":"));
  CHECK(ask(&service, "POST /score?cut=0.5", JSON, "{\"a\":1,\"b\":2,\"c\":{\"d\":3}}") == 400);
  CHECK(says("cut goes with two classes"));
  ended(&service, registry);
}

TEST(a_registry_that_breaks_leaves_the_model_that_was_there)
{
  char path[100], aside[120];
  dw_registry *registry = two_versions(path);
  promote(registry, "v1");
  dw_service service = started(path);
  CHECK(ask(&service, "POST /score", JSON, "{\"a\":1,\"b\":2,\"c\":{\"d\":3}}") == 200);
  snprintf(aside, sizeof aside, "%s.away", path);
  CHECK(rename(path, aside) == 0);
  dw_production_look(service.production);
  *warned = '\0';
  CHECK(ask(&service, "POST /score", JSON, "{\"a\":1,\"b\":2,\"c\":{\"d\":3}}") == 200);
  CHECK_MSG(strstr(warned, "the model that was in Production goes on"), "%s", warned);
  CHECK(rename(aside, path) == 0);
  promote(registry, "v2");
  dw_production_look(service.production);
  CHECK(ask(&service, "POST /score", JSON, "{\"a\":1,\"b\":2,\"c\":{\"d\":3}}") == 200);
  CHECK(head_says("DW-Model-Version: v2\r\n"));
  ended(&service, registry);
}

TEST(what_cannot_be_scored_is_told_in_its_place)
{
  static const struct {
    const char *what, *fields, *body;
    int code;
    const char *says;
  } cases[] = {
      {"POST /score", JSON, "", 400, "the body holds no record"},
      {"POST /score", JSON, "[1]", 400, "an array where a record should be"},
      {"POST /score", JSON, "{\"a\":1} {\"a\":2}", 400, "more text behind the record"},
      {"POST /score", JSON, "{\"a\":1}", 400, "the record lacks what the model needs: b, c.d"},
      {"POST /score", JSON, "{\"a\":\"x\",\"b\":2,\"c\":{\"d\":3}}", 400, "of another kind than in training: a"},
      {"POST /score", JSON, "{\"a\":1,\"b\":2,\"c\":{\"d\":3},\"score\":1}", 400, "there is a field \\\"score\\\" already"},
      {"POST /score?missing=ok", JSON, "{\"a\":1}", 200, "\"score\":"},
      {"POST /score?incomplete=ok", JSON, "{\"a\":1}", 200, "\"score\":"},
      {"POST /score?replace=1", JSON, "{\"score\":9,\"a\":1,\"b\":2,\"c\":{\"d\":3}}", 200, "{\"score\":0."},
      {"POST /score?missing=yes", JSON, "{}", 400, "missing=yes: it is error or ok"},
      {"POST /score?cut=2", JSON, "{}", 400, "cut=2: it is a number from 0 to 1"},
      {"POST /score", "Content-Type: text/csv\r\n", "a,b\n", 415, "application/x-ndjson"},
      {"POST /score", "Content-Type: application/cloudevents+json\r\n", "{}", 415, "application/x-ndjson"},
      {"POST /score", JSON "Content-Encoding: br\r\n", "{}", 415, "zstd"},
      {"POST /score", LINES, "", 400, "the body holds no record"},
      {"POST /score", LINES, "x\ny\n", 400, "no line is a record that can be scored; line 1: "},
  };
  char path[100];
  dw_registry *registry = two_versions(path);
  promote(registry, "v1");
  dw_service service = started(path);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    CHECK_MSG(ask(&service, cases[i].what, cases[i].fields, cases[i].body) == cases[i].code, "%zu: %s", i, said());
    CHECK_MSG(says(cases[i].says), "%zu: %s", i, said());
  }
  CHECK(ask(&service, "POST /score", LINES,
            "{\"id\":1,\"a\":1,\"b\":2,\"c\":{\"d\":3}}\nnothing\n\n{\"id\":2,\"a\":1}\n{\"id\":3,\"a\":1,\"b\":2,\"c\":{\"d\":3}}\r\n"
            "{\"id\":4,\"score\":1,\"a\":1,\"b\":2,\"c\":{\"d\":3}}\n{\"id\":5,\"a\":1,\"b\":2,\"c\":{\"d\":3}}") == 200);
  static const char *const want[] = {"{\"id\":1,",
                                     "{\"kind\":\"rejected\",\"line\":2,\"column\":",
                                     "{\"kind\":\"rejected\",\"line\":4,\"reason\":\"the record lacks",
                                     "{\"id\":3,",
                                     "{\"kind\":\"rejected\",\"line\":6,\"reason\":\"there is a field",
                                     "{\"id\":5,"};
  const char *at = said();
  for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
    CHECK_MSG(at && strncmp(at, want[i], strlen(want[i])) == 0, "%zu: %s", i, at ? at : said());
    at = at ? strchr(at, '\n') : NULL;
    at = at ? at + 1 : NULL;
  }
  CHECK(at == NULL && strstr(said(), "}\r\n{\"kind\"")); /* line ends as they came, also where there is none */
  ended(&service, registry);
}

TEST(more_than_are_told_one_by_one_are_counted)
{
  char path[100];
  dw_buf body = {0};
  dw_registry *registry = two_versions(path);
  promote(registry, "v1");
  dw_service service = started(path);
  for (int i = 0; i < 250; i++) dw_buf_text(&body, "x\n");
  dw_buf_text(&body, "{\"a\":1,\"b\":2,\"c\":{\"d\":3}}");
  CHECK(ask(&service, "POST /score", LINES, dw_buf_cstr(&body)) == 200);
  CHECK(says("\"line\":100,") && !says("\"line\":101,"));
  CHECK(says("}\n{\"kind\":\"rejected\",\"reason\":\"150 more lines that are no records\"}\n"));
  dw_buf_free(&body);
  ended(&service, registry);
}

TEST(of_a_long_body_the_answer_begins_before_its_end)
{
  char path[100];
  dw_buf body = {0};
  dw_registry *registry = two_versions(path);
  promote(registry, "v1");
  dw_service service = started(path);
  for (int i = 0; i < 150000; i++) dw_buf_format(&body, "{\"id\":%d,\"a\":1,\"b\":2,\"c\":{\"d\":%d}}\n", i, i % 7);
  CHECK(ask(&service, "POST /score", LINES, dw_buf_cstr(&body)) == 200);
  CHECK(head_says("Transfer-Encoding: chunked\r\n"));
  size_t lines = 0;
  for (const char *at = said(); (at = strchr(at, '\n')); at++) lines++;
  CHECK(lines == 150000 && says("{\"id\":149999,"));
  dw_buf_text(&body, "(\xb5/\xfd"); /* behind it, what is no record */
  CHECK(ask(&service, "POST /score", LINES, dw_buf_cstr(&body)) == 200);
  CHECK(says("\n{\"kind\":\"rejected\",\"line\":150001,"));
  dw_buf_free(&body);
  ended(&service, registry);
}

TEST(what_is_scored_is_stored_when_asked_for)
{
  char path[100];
  dw_registry *registry = two_versions(path);
  promote(registry, "v1");
  dw_service service = started(path);
  CHECK(ask(&service, "POST /score?log=1", LINES,
            "{\"id\":\"p\",\"a\":1,\"b\":2,\"c\":{\"d\":3}}\nx\n{\"id\":true,\"a\":1,\"b\":2,\"c\":{\"d\":3}}\n"
            "{\"id\":\"q\",\"model_id\":\"shop\",\"a\":1,\"b\":2,\"c\":{\"d\":3}}\n{\"id\":\"p\",\"a\":7,\"b\":2,\"c\":{\"d\":3}}\n") ==
        200);
  CHECK(says("{\"kind\":\"rejected\",\"line\":2,"));
  CHECK_MSG(says("{\"kind\":\"rejected\",\"line\":3,\"reason\":\"field \\\"id\\\" is neither a text nor a number"), "%s", said());
  CHECK(says("{\"kind\":\"rejected\",\"line\":5,\"reason\":\"id \\\"p\\\" is stored already"));
  CHECK(says("\"model_version\":\"v1\"}\n"));
  char *first = dw_strndup(said(), strcspn(said(), "\n"));
  CHECK(ask(&service, "GET /records?id=p", "", "") == 200);
  CHECK_MSG(says(first) && says("\"model\":\"fraud\""), "%s", said());
  CHECK(ask(&service, "GET /records?model=shop", "", "") == 200);
  CHECK(says("\"id\":\"q\""));
  CHECK(ask(&service, "POST /score?log=1", JSON, "{\"id\":\"p\",\"a\":1,\"b\":2,\"c\":{\"d\":3}}") == 200); /* a duplicate */
  CHECK(ask(&service, "POST /score?log=1", JSON, "{\"id\":\"p\",\"a\":8,\"b\":2,\"c\":{\"d\":3}}") == 409);
  CHECK(ask(&service, "POST /score", JSON, "{\"id\":\"r\",\"a\":1,\"b\":2,\"c\":{\"d\":3}}") == 200);
  CHECK(ask(&service, "GET /records?id=r", "", "") == 200);
  CHECK_TEXT(said(), "{\"records\":[],\"next\":null}\n"); /* not asked for, not stored */
  dw_free(first);
  ended(&service, registry);
}

TEST(a_token_is_for_the_model)
{
  /* of the words "one", "two" and "three" */
  static const char file[] = "shop ingest fraud sha256:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed\n"
                             "other ingest churn sha256:3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3\n"
                             "eyes read * sha256:8b5b9db0c13db24256c829aa364aa90c6d2eba318b9232a4ab9313b954d3555f\n";
  char path[100];
  dw_registry *registry = two_versions(path);
  promote(registry, "v1");
  dw_service service = started(path);
  CHECK_MSG(dw_tokens_parse(&tokens, file, sizeof file - 1, "file", &err) == DW_OK, "%s", err.message);
  CHECK(ask(&service, "POST /score", JSON, "{}") == 401);
  CHECK(ask(&service, "POST /score?token=three", JSON, "{}") == 403);
  CHECK(ask(&service, "POST /score?token=two", JSON, "{\"a\":1,\"b\":2,\"c\":{\"d\":3}}") == 403);
  CHECK(ask(&service, "POST /score?token=one", JSON, "{\"a\":1,\"b\":2,\"c\":{\"d\":3}}") == 200);
  CHECK(ask(&service, "POST /score?token=one&log=1", JSON, "{\"a\":1,\"b\":2,\"c\":{\"d\":3},\"model_id\":\"churn\"}") == 403);
  CHECK(says("the token is not for the model \\\"churn\\\""));
  dw_tokens_release(tokens);
  tokens = NULL;
  ended(&service, registry);
}

TEST(without_a_registry_nothing_is_scored)
{
  dw_service service = {.version = "1"};
  CHECK(ask(&service, "POST /score", JSON, "{}") == 503);
  CHECK(says("--registry"));
  CHECK(dw_production_open(&service.production, "/nowhere/at/all", &notices, &err) == DW_ESYSTEM);
  dw_rehearsal_free(&last);
}
