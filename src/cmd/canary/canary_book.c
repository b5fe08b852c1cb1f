#include "cmd/canary/canary_book.h"

#include <string.h>

#include "canary/answers/responses.h"
#include "io/bytes/input.h"
#include "io/formats/formats.h"

const char *const dw_canary_unit_words[] = {"auto", "characters", "tokens", NULL};

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
    if (t->reading->beyond) {
      t->reading->beyond += dw_answer_book_bytes_for(&items[i]);
      continue;
    }
    status = dw_answer_book_add(t->reading->book, t->side, &items[i], err);
    if (status != DW_OK) {
      dw_err why;
      dw_record_fault(&why, dw_responses_place(t->responses, batch, i), "%s", err->message);
      status = dw_reader_unusable(reader, &why, err);
    }
  }
  for (size_t i = 0; i < count; i++) {
    t->reading->responses += !items[i].quarantined;
    t->reading->quarantined += items[i].quarantined;
  }
  if (!t->reading->beyond && dw_answer_book_bytes(t->reading->book) > t->reading->memory) t->reading->beyond = 1;
  return status;
}

void dw_canary_read_book(dw_canary_reading *reading, dw_book_side side, const dw_text_list *paths, const char *what)
{
  dw_err err;
  dw_reader *reader;
  taking t = {reading, dw_responses_new(), side};
  size_t before = reading->responses, quarantined = reading->quarantined;
  dw_reader_options how = {.format = &dw_ndjson_format,
                           .threads = (unsigned)reading->threads,
                           .spans = true,
                           .skip_errors = reading->skip_errors,
                           .parts = true, /* answers that the budget of dw-canary allowed, with status 5 */
                           .want = dw_responses_wants};
  dw_cmd_check(dw_reader_open(&reader, paths->text, paths->count, &how, &err), &err);
  dw_cmd_check(dw_reader_run(reader, &(dw_batch_sink){take, &t}, &dw_cmd_notices, &err), &err);
  dw_reader_report(reader, what, &dw_cmd_notices);
  dw_cmd_made_by_reader(reader, paths, what);
  dw_reader_close(reader);
  dw_responses_free(t.responses);
  if (reading->responses > before || (side == DW_BOOK_CURRENT && reading->quarantined > quarantined)) return;
  dw_err_set(&err, DW_ENODATA, "%s: no document \"response\": dw-canary writes them", what);
  dw_cmd_fail(&err);
}

void dw_canary_close_book(const dw_canary_reading *reading)
{
  enum { MEGABYTE = 1 << 20 };
  dw_err err;
  dw_answer_book_close(reading->book);
  if (!reading->beyond) return;
  /* a tenth more: what is left over in blocks, and how much that is goes with the order */
  size_t need = dw_answer_book_bytes(reading->book) + reading->beyond, megabytes = (need + need / 10) / MEGABYTE + 1;
  dw_err_set(&err, DW_ESYSTEM, "the %zu answers do not fit into --memory: they take up to %zuMiB; more of it, or fewer rounds at a time",
             reading->responses, megabytes);
  dw_cmd_fail(&err);
}

void dw_canary_read_words(const dw_text_list *paths, const dw_word_list *words[DW_WORD_KINDS])
{
  enum { LIMIT = 16 << 20 };
  for (size_t i = 0; i < paths->count; i++) {
    dw_err err;
    char *text;
    size_t length;
    dw_word_list *list;
    dw_cmd_check(dw_input_whole(paths->text[i], LIMIT, &text, &length, &err), &err);
    dw_cmd_check(dw_word_list_parse(&list, text, length, paths->text[i], &err), &err);
    dw_free(text);
    dw_word_kind kind = dw_word_list_kind(list);
    if (words[kind]) dw_cmd_usage("--words: %s is a second list of %s", paths->text[i], dw_word_kind_name(kind));
    words[kind] = list;
  }
}

void dw_canary_methods_asked(const dw_text_list *words, bool ask[DW_CANARY_METHODS])
{
  for (size_t i = 0; i < words->count; i++) {
    dw_canary_method method = dw_canary_method_named(words->text[i]);
    bool automatic = strcmp(words->text[i], "auto") == 0;
    if (automatic && words->count > 1) dw_cmd_usage("--method: auto goes alone");
    if (automatic) continue;
    bool all = strcmp(words->text[i], "all") == 0;
    for (int m = 0; m < DW_CANARY_METHODS; m++)
      ask[m] = ask[m] || (all && !dw_canary_method_is_variant((dw_canary_method)m)) || m == (int)method;
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
