#include "test.h"

#include "serve/resources/cloud_event.h"

#define NOON (INT64_C(1767268800) * DW_SECOND) /* 2026-01-01T12:00:00Z */
#define BASE "\"specversion\":\"1.0\",\"id\":\"i\",\"source\":\"/s\",\"type\":\"t\""

/* "id source type model time|lines", or the fault. */
static const char *read_text(const char *text)
{
  static char out[500];
  dw_arena arena;
  dw_cloud_event event;
  dw_buf lines = {0};
  dw_arena_init(&arena);
  dw_cloud_event_of_text(&event, text, strlen(text), &arena, &lines);
  if (event.fault) snprintf(out, sizeof out, "%s|%s", event.fault, dw_buf_cstr(&lines));
  else
    snprintf(out, sizeof out, "%s %s %s %s %lld|%s", event.id, event.source, event.type, event.model ? event.model : "-",
             event.timed ? (long long)(event.time - NOON) : -1, dw_buf_cstr(&lines));
  dw_buf_free(&lines);
  dw_arena_free(&arena);
  return out;
}

TEST(structured_events_are_read_as_they_stand)
{
  CHECK_TEXT(read_text("{" BASE ",\"data\":{\"x\": 1.10}}"), "i /s t - -1|{\"x\": 1.10}\n");
  CHECK_TEXT(read_text(" {\"data\":{},\"time\":\"2026-01-01T12:00:00.000001Z\",\"inferenceservicename\":\"m\\u00e9\"," BASE "} "),
             "i /s t m\xc3\xa9 1|{}\n");
  CHECK_TEXT(read_text("{" BASE ",\"datacontenttype\":\"application/json; charset=utf-8\",\"time\":null,\"data\":{}}"), "i /s t - -1|{}\n");
}

TEST(what_is_no_event_says_why)
{
  static const struct {
    const char *text, *fault;
  } cases[] = {
      {"{}", "a CloudEvent of another version than 1.0"},
      {"{\"specversion\":\"0.3\"}", "a CloudEvent of another version than 1.0"},
      {"{\"specversion\":1.0}", "a CloudEvent of another version than 1.0"},
      {"7", "a CloudEvent of another version than 1.0"},
      {"{\"specversion\":\"1.0\",\"id\":\"\"}", "a CloudEvent's id has 1 to 1000 bytes"},
      {"{\"specversion\":\"1.0\",\"id\":\"a\\u0000b\"}", "a CloudEvent's id has 1 to 1000 bytes"},
      {"{\"specversion\":\"1.0\",\"id\":\"i\",\"source\":5}", "a CloudEvent's source has 1 to 200 bytes"},
      {"{\"specversion\":\"1.0\",\"id\":\"i\",\"source\":\"s\"}", "a CloudEvent without a type"},
      {"{" BASE ",\"time\":\"noon\",\"data\":{}}", "a CloudEvent's time is to be one (2026-01-31T09:30:00Z)"},
      {"{" BASE ",\"data\":[1]}", "a CloudEvent's data is to be a JSON object, in the member data"},
      {"{" BASE ",\"data_base64\":\"e30=\"}", "a CloudEvent's data is to be a JSON object, in the member data"},
      {"{" BASE ",\"datacontenttype\":\"text/csv\",\"data\":{}}", "a CloudEvent's data is to be a JSON object, in the member data"},
      {"{" BASE ",\"data\":{}} {}", "a CloudEvent that is no JSON object"},
      {"{" BASE ",\"data\":{}", "a CloudEvent that is no JSON object"},
      {"", "a CloudEvent that is no JSON object"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char want[200];
    snprintf(want, sizeof want, "%s|{}\n", cases[i].fault);
    CHECK_TEXT(read_text(cases[i].text), want);
  }
}

TEST(binary_events_stand_in_the_head)
{
  static const char text[] = "POST / HTTP/1.1\r\nHost: x\r\nCe-Specversion: 1.0\r\nCe-Id: a%20b\r\nCe-Source: http://x/\r\n"
                             "Ce-Type: org.kubeflow.serving.inference.response\r\nCe-Time: 2026-01-01T12:00:00Z\r\n"
                             "Ce-Inferenceservicename: iris\r\n\r\n";
  dw_head head;
  dw_arena arena;
  dw_cloud_event event;
  const char *why;
  dw_records_item item = {.kind = DW_RECORD_INFERENCE}, label = {.kind = DW_RECORD_LABEL};
  dw_arena_init(&arena);
  CHECK(dw_head_parse(&head, text, sizeof text - 1, &why) == 0);
  dw_cloud_event_of_head(&event, &head, &arena);
  CHECK(!event.fault);
  dw_cloud_event_name(&event, &item);
  CHECK_TEXT(item.id, "a b");
  CHECK_TEXT(item.source, "http://x/");
  CHECK_TEXT(item.model, "iris");
  CHECK(item.time == NOON && item.kind == DW_RECORD_RESPONSE);
  dw_cloud_event_name(&event, &label);
  CHECK(label.kind == DW_RECORD_LABEL); /* the address said what it is */
  dw_head_free(&head);
  dw_arena_free(&arena);
}
