#include "test.h"

#include "base/digest.h"
#include "io/formats/formats.h"
#include "store/intake/intake.h"

#define NOON (INT64_C(1767268800) * DW_SECOND) /* 2026-01-01T12:00:00Z */

static dw_err err;

/* Each item as "kind model|id|time less now|dimensions"; then the error or the first record left out. */
static const char *taken(const dw_intake_options *options, bool skip, const char *text)
{
  static char out[2000];
  dw_buf all = {0};
  dw_reader *reader;
  const dw_batch *batch;
  dw_records_item *items;
  size_t count = 0;
  dw_intake *intake = dw_intake_new(options);
  dw_reader_options how = {.format = &dw_ndjson_format, .spans = true, .skip_errors = skip, .threads = 1};
  dw_status status = dw_reader_open_input(&reader, dw_input_of_memory("in", text, strlen(text)), &how, &err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) {
    status = dw_intake_take(intake, reader, batch, NOON, &items, &count, &err);
    for (size_t i = 0; i < count; i++) {
      CHECK(items[i].received == NOON && !items[i].source[0]);
      CHECK(memmem(text, strlen(text), items[i].content, items[i].length));
      dw_buf_format(&all, "%s %s|%s|%lld|%zu\n", dw_record_kind_word(items[i].kind), items[i].model, items[i].id,
                    (long long)(items[i].time - NOON), items[i].dimensions);
    }
  }
  if (status != DW_OK) dw_buf_format(&all, "%d: %s", (int)status, err.message);
  else if (dw_reader_skipped(reader))
    dw_buf_format(&all, "skipped %d: %s", (int)dw_reader_skipped(reader), dw_reader_first_skipped(reader));
  snprintf(out, sizeof out, "%s", dw_buf_cstr(&all));
  dw_buf_free(&all);
  dw_reader_close(reader);
  dw_intake_free(intake);
  return out;
}

TEST(kinds_are_told_by_members)
{
  static const struct {
    const char *record, *kind;
  } cases[] = {
      {"{\"id\":1,\"prediction\":0.5}", "inference"},
      {"{\"id\":1,\"input_data\":{\"a\":1},\"embedding\":[1,2]}", "inference"},
      {"{\"id\":1,\"input_data\":{}}", "inference"},
      {"{\"id\":1,\"x\":1}", "inference"},
      {"{\"id\":1,\"x\":1,\"label\":0}", "inference"},
      {"{\"id\":1,\"query\":\"?\"}", "interaction"},
      {"{\"id\":1,\"response\":\"!\",\"label\":1}", "interaction"},
      {"{\"id\":1,\"embedding\":[1,2]}", "embedding"},
      {"{\"id\":1,\"label\":1}", "label"},
      {"{\"id\":1,\"label\":null,\"ts\":\"2026-01-01\",\"model_id\":7}", "label"},
      {"{\"id\":1,\"kind\":\"summary\",\"label\":1}", "run"},
      {"{\"id\":1,\"kind\":\"finding\"}", "event"},
      {"{\"id\":1,\"kind\":\"alert\"}", "alert"},
      {"{\"id\":1,\"kind\":\"thresholds\"}", "threshold"},
      {"{\"id\":1,\"kind\":\"model\"}", "model"},
      {"{\"id\":1,\"kind\":\"model_change\"}", "version"},
      {"{\"id\":1,\"kind\":\"plan\"}", "document"},
      {"{\"id\":1,\"kind\":\"premium\"}", "inference"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *said = taken(&(dw_intake_options){0}, false, cases[i].record);
    CHECK_MSG(strncmp(said, cases[i].kind, strlen(cases[i].kind)) == 0 && said[strlen(cases[i].kind)] == ' ', "%s: %s", cases[i].record,
              said);
  }
  dw_record_kind kind = DW_RECORD_OUTBOX;
  CHECK_TEXT(taken(&(dw_intake_options){.kind = &kind}, false, "{\"id\":1,\"label\":1}"), "outbox |1|0|0\n");
}

TEST(ids_times_models_and_embeddings)
{
  CHECK_TEXT(taken(&(dw_intake_options){.model = "m"}, false,
                   "{\"id\":\"a\\u00e9\",\"ts\":\"2026-01-01T11:00:00Z\",\"prediction\":1}\n"
                   "{\"id\":1.10,\"ts\":1767268801,\"prediction\":1,\"model_id\":7,\"embedding\":[1,2,3]}\n"
                   "{\"id\":9007199254740993,\"ts\":null,\"prediction\":1,\"model\":\"gpt\",\"embedding\":[]}\n"
                   "{\"id\":\"b\",\"prediction\":1,\"model_id\":null,\"model_name\":\"n\"}\n"),
             "inference m|a\xc3\xa9|-3600000000|0\ninference 7|1.10|1000000|3\ninference gpt|9007199254740993|0|0\ninference n|b|0|0\n");
  CHECK_TEXT(taken(&(dw_intake_options){.id = "tx", .time = "at"}, false,
                   "{\"tx\":\"x\",\"at\":\"2026-01-01T12:00:01Z\",\"id\":{},\"ts\":[]}"),
             "inference |x|1000000|0\n");
}

/* The fingerprint of the content (tests/unit/test_digest.c), and in front of it 16 digits of 2^62 and the time in microseconds. */
static const char *want_of(const char *content, const char *time)
{
  static char out[200];
  dw_digest digest;
  char text[33];
  dw_digest_init(&digest);
  dw_digest_add(&digest, content, strlen(content));
  dw_digest_text(&digest, text);
  snprintf(out, sizeof out, "inference |%s-%s|0|0\n", time, text);
  return out;
}

TEST(a_record_without_an_id_is_its_content)
{
  CHECK_TEXT(taken(&(dw_intake_options){0}, false, "{\"x\":1}\n"), want_of("{\"x\":1}", ""));
  CHECK_TEXT(taken(&(dw_intake_options){0}, false, "{\"x\":1}"), want_of("{\"x\":1}", ""));
  /* 1767268800000000 + 4611686018427387904 */
  CHECK_TEXT(taken(&(dw_intake_options){0}, false, "{\"x\":1,\"ts\":\"2026-01-01T12:00:00Z\"}\n"),
             want_of("{\"x\":1,\"ts\":\"2026-01-01T12:00:00Z\"}", "40064752550bf000"));
}

TEST(what_cannot_be_used_is_named)
{
  static const struct {
    const char *record, *said;
  } cases[] = {
      {"{\"id\":true}", "in:2: field \"id\" is neither a text nor a number: an id is a text or a number of 1 to 1000 bytes"},
      {"{\"id\":\"\"}", "in:2: field \"id\" is empty: an id is a text or a number of 1 to 1000 bytes"},
      {"{\"id\":\"a\\u0000b\"}", "in:2: field \"id\" is a text with \\u0000 in it, which databases do not take in a name: an id is a text "
                                 "or a number of 1 to 1000 bytes"},
      {"{\"id\":1,\"model_id\":[1]}", "in:2: the model's name is neither a text nor a number: it is a text or a number of 1 to 200 bytes"},
      {"{\"id\":1,\"embedding\":[1,null]}", "in:2: field \"embedding\" is not an array of numbers"},
      {"{\"id\":1,\"embedding\":\"x\"}", "in:2: field \"embedding\" is not an array of numbers"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[200], want[300];
    snprintf(text, sizeof text, "{\"id\":\"first\"}\n%s\n{\"id\":\"last\"}\n", cases[i].record);
    snprintf(want, sizeof want, "inference |first|0|0\n3: %s", cases[i].said);
    CHECK_TEXT(taken(&(dw_intake_options){0}, false, text), want);
    snprintf(want, sizeof want, "inference |first|0|0\ninference |last|0|0\nskipped 1: %s", cases[i].said);
    CHECK_TEXT(taken(&(dw_intake_options){0}, true, text), want);
  }
  dw_record_kind label = DW_RECORD_LABEL;
  CHECK_TEXT(taken(&(dw_intake_options){.kind = &label}, false, "{\"label\":1}"),
             "3: in:1: a label without a field \"id\": it would say nothing about any record");
  CHECK(strstr(taken(&(dw_intake_options){0}, false, "{\"id\":1,\"ts\":\"noon\"}"), "3: in:1: field \"ts\" is not a time: \"noon\"; ") !=
        NULL);
}

TEST(an_embedding_of_another_length_is_named)
{
  CHECK_TEXT(taken(&(dw_intake_options){.dimensions = 2}, true, "{\"id\":1,\"embedding\":[1,2]}\n{\"id\":2,\"embedding\":[1,2,3]}\n"),
             "embedding |1|0|2\nskipped 1: in:2: field \"embedding\" has 3 dimensions, not 2");
}

/* Line 1 is named as a whole, of line 2 only the source; line 3 nobody may put. */
static void name_beside(void *context, dw_place place, dw_records_item *item)
{
  if (place.line == 1) {
    item->kind = DW_RECORD_REQUEST;
    item->id = "i";
    item->model = "m";
    item->time = NOON + 5;
  }
}

static dw_status not_x(void *context, dw_place place, const dw_records_item *item, dw_err *why)
{
  return strcmp(item->model, context) == 0 ? dw_record_fault(why, place, "not %s", item->model) : DW_OK;
}

TEST(what_stands_beside_a_record_wins_over_its_members)
{
  dw_intake_options options = {.beside = name_beside, .may = not_x, .context = "x", .model = "none"};
  CHECK_TEXT(taken(&options, true, "{\"id\":1,\"model_id\":\"x\",\"ts\":7}\n{\"id\":2}\n{\"id\":3,\"model_id\":\"x\"}\n"),
             "request m|i|5|0\ninference none|2|0|0\nskipped 1: in:3: not x");
}
