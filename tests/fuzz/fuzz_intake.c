/* fuzz_intake: what dw-serve is sent: records of predictions, labels and answers, and envelopes around them; and the list of its tokens.
 * What is taken has a kind, and texts that are whole. */
#include "io/formats/formats.h"
#include "serve/receivers/notification.h"
#include "serve/request/tokens.h"
#include "store/intake/envelope.h"
#include "store/intake/intake.h"
#include "target.h"

static const char *as_records(const char *bytes, size_t length)
{
  dw_err err = {0};
  dw_reader *reader;
  const dw_batch *batch = NULL;
  dw_records_item *items;
  size_t count = 0;
  const char *problem = NULL;
  dw_intake_options options = {.model = "m", .source = "s"};
  dw_intake *intake = dw_intake_new(&options);
  dw_reader_options how = {.threads = 1, .spans = true, .at_once = true, .skip_errors = length % 2};
  dw_status status = dw_reader_open_input(&reader, dw_input_of_memory("f", bytes, length), &how, &err);
  while (status == DW_OK && !problem && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) {
    status = dw_intake_take(intake, reader, batch, INT64_C(1700000000000000), &items, &count, &err);
    for (size_t i = 0; status == DW_OK && i < count; i++) {
      if (!items[i].id || !*dw_record_kind_word(items[i].kind)) problem = "a record of no kind";
      dw_intake_place(intake, batch, i);
    }
  }
  dw_reader_close(reader);
  dw_intake_free(intake);
  return problem;
}

static const char *as_envelopes(const char *bytes, size_t length)
{
  dw_err err = {0};
  dw_reader *reader;
  const dw_batch *batch = NULL;
  dw_records_item *items;
  size_t count = 0;
  dw_envelopes *envelopes = dw_envelopes_new();
  dw_reader_options how = {
      .format = &dw_ndjson_format, .threads = 1, .spans = true, .at_once = true, .skip_errors = length % 2, .want = dw_envelope_wants};
  dw_status status = dw_reader_open_input(&reader, dw_input_of_memory("f", bytes, length), &how, &err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) {
    status = dw_envelopes_take(envelopes, reader, batch, &items, &count, &err);
    for (size_t i = 0; status == DW_OK && i < count; i++) dw_envelopes_place(envelopes, batch, i);
  }
  dw_reader_close(reader);
  dw_envelopes_free(envelopes);
  return NULL;
}

static const char *fuzz_one(const char *bytes, size_t length)
{
  dw_err err = {0};
  dw_tokens *tokens = NULL;
  dw_notification notification;
  dw_buf line = {0};
  if (dw_tokens_parse(&tokens, bytes, length, "f", &err) == DW_OK) {
    dw_tokens_find(tokens, "t");
    dw_tokens_release(tokens);
  }
  if (dw_notification_read(&notification, bytes, length, &err) == DW_OK) {
    dw_notification_headline(&notification, &line);
    for (size_t i = 0; i < notification.alert_count; i++) dw_notification_line(&notification, i, &line);
    dw_notification_free(&notification);
  }
  dw_buf_free(&line);
  const char *problem = as_records(bytes, length);
  return problem ? problem : as_envelopes(bytes, length);
}

FUZZ_TARGET("intake", fuzz_one, fuzz_values);
