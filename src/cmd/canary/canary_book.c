#include "cmd/canary/canary_book.h"

#include <string.h>

#include "canary/answers/responses.h"
#include "io/formats/formats.h"

typedef struct taking {
  dw_canary_reading *reading;
  dw_responses *responses;
  dw_book_side side;
} taking;

static dw_status take(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *err)
{
  taking *t = context;
  const dw_response *items;
  size_t count;
  (void)stop;
  dw_status status = dw_responses_take(t->responses, reader, batch, &items, &count, err);
  for (size_t i = 0; i < count && status == DW_OK; i++) {
    status = dw_answer_book_add(t->reading->book, t->side, &items[i], err);
    if (status != DW_OK) {
      dw_err why;
      dw_record_fault(&why, dw_responses_place(t->responses, batch, i), "%s", err->message);
      status = dw_reader_unusable(reader, &why, err);
    }
  }
  for (size_t i = 0; i < count; i++) t->reading->responses += !items[i].quarantined;
  if (status == DW_OK && dw_answer_book_bytes(t->reading->book) > t->reading->memory)
    status = dw_err_set(err, DW_ESYSTEM, "the answers do not fit into --memory: more of it, or fewer rounds at a time");
  return status;
}

void dw_canary_read_book(dw_canary_reading *reading, dw_book_side side, const dw_text_list *paths, const char *what)
{
  dw_err err;
  dw_reader *reader;
  taking t = {reading, dw_responses_new(), side};
  size_t before = reading->responses;
  dw_reader_options how = {.format = &dw_ndjson_format,
                           .threads = (unsigned)reading->threads,
                           .spans = true,
                           .skip_errors = reading->skip_errors,
                           .want = dw_responses_wants};
  dw_cmd_check(dw_reader_open(&reader, paths->text, paths->count, &how, &err), &err);
  dw_cmd_check(dw_reader_run(reader, &(dw_batch_sink){take, &t}, &dw_cmd_notices, &err), &err);
  dw_reader_report(reader, what, &dw_cmd_notices);
  dw_cmd_made_by_reader(reader, paths, what);
  dw_reader_close(reader);
  dw_responses_free(t.responses);
  if (reading->responses > before) return;
  dw_err_set(&err, DW_ENODATA, "%s: no document \"response\": dw-canary writes them", what);
  dw_cmd_fail(&err);
}

void dw_canary_methods_asked(const dw_text_list *words, bool ask[DW_CANARY_METHODS])
{
  for (size_t i = 0; i < words->count; i++) {
    dw_canary_method method = dw_canary_method_named(words->text[i]);
    if (strcmp(words->text[i], "auto") == 0) continue;
    bool all = strcmp(words->text[i], "all") == 0;
    for (int m = 0; m < DW_CANARY_METHODS; m++) ask[m] = ask[m] || all || m == (int)method;
    if (all || method != DW_CANARY_METHODS) continue;
    dw_buf known = {0};
    for (int m = 0; m < DW_CANARY_METHODS; m++) dw_buf_format(&known, "%s, ", dw_canary_method_name((dw_canary_method)m));
    dw_cmd_usage("--method: no method of canaries \"%s\"; there are %sall and auto", words->text[i], dw_buf_cstr(&known));
  }
}

void dw_canary_methods_fit(const dw_text_list *words, const dw_answer_book *book, bool ask[DW_CANARY_METHODS])
{
  const char *consensus = dw_canary_method_name(DW_CANARY_CONSENSUS);
  bool all = false, named = false;
  for (size_t i = 0; i < words->count; i++) {
    all = all || strcmp(words->text[i], "all") == 0;
    named = named || strcmp(words->text[i], consensus) == 0;
  }
  if (all && !named && dw_answer_book_canaries(book)->count < 2) ask[DW_CANARY_CONSENSUS] = false;
}
