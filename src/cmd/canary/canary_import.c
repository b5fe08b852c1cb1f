/* Result lines of other tools as responses. */
#include "canary/answers/gram_embedding.h"
#include "canary/answers/result_lines.h"
#include "cmd/canary/canary_settings.h"
#include "io/formats/formats.h"

typedef struct importing {
  dw_result_lines *lines;
  dw_canary_writing writing;
  bool embed;
  uint64_t errors, unnamed; /* lines of failed requests; lines that name no model, where nobody says whose they are */
  bool named;
} importing;

static dw_status take(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *err)
{
  importing *i = context;
  const dw_response *items;
  size_t count;
  double vector[DW_GRAM_EMBEDDING];
  dw_status status = dw_result_lines_take(i->lines, reader, batch, &items, &count, err);
  for (size_t k = 0; k < count && status == DW_OK; k++) {
    dw_response response = items[k];
    i->errors += response.error != NULL;
    i->unnamed += !i->named && !response.model;
    if (i->embed && response.text) {
      dw_gram_embedding(response.text, response.length, vector);
      response.embedding = vector;
      response.dimensions = DW_GRAM_EMBEDDING;
    }
    status = dw_canary_write(&i->writing, &response, stop, err);
  }
  return status;
}

void dw_canary_import(const dw_canary_options *set, const dw_text_list *paths)
{
  dw_err err;
  dw_reader *reader;
  if (set->configs.count) dw_cmd_usage("--from reads answers that are there: no --configs beside it");
  if (set->embed && strcmp(set->embed, "builtin") != 0) dw_cmd_usage("--embed beside --from is builtin: nothing is asked");
  dw_result_options options = {.form = (dw_result_form)set->from,
                               .canary = set->canary,
                               .round = set->round ? set->round : dw_canary_now()};
  importing i = {.lines = dw_result_lines_new(&options), .embed = set->embed != NULL, .named = set->canary != NULL};
  dw_reader_options how = {.format = &dw_ndjson_format,
                           .threads = (unsigned)set->threads,
                           .spans = true,
                           .skip_errors = set->on_error == 1,
                           .want = dw_result_lines_wants};
  dw_cmd_check(dw_reader_open(&reader, paths->text, paths->count, &how, &err), &err);
  dw_cmd_check(dw_output_open(&i.writing.output, set->output, &err), &err);
  dw_cmd_check(dw_reader_run(reader, &(dw_batch_sink){take, &i}, &dw_cmd_notices, &err), &err);
  dw_reader_report(reader, NULL, &dw_cmd_notices);
  dw_reader_close(reader);
  if (!i.writing.count) {
    dw_err_set(&err, DW_ENODATA, "no answers: the input has no lines of %s", dw_result_form_words[set->from]);
    dw_cmd_fail(&err);
  }
  dw_cmd_check(dw_output_commit(i.writing.output, &err), &err);
  if (i.errors)
    dw_cmd_warn("%llu of %llu responses are errors; the first: %s", (unsigned long long)i.errors, (unsigned long long)i.writing.count,
                i.writing.failed);
  if (i.unnamed)
    dw_cmd_warn(
        "%llu of %llu lines name no model, as those of failed requests: they are of a canary \"unknown\"; --canary says whose they are",
        (unsigned long long)i.unnamed, (unsigned long long)i.writing.count);
  dw_result_lines_free(i.lines);
  dw_buf_free(&i.writing.line);
  dw_free(i.writing.failed);
  dw_cmd_end(DW_OK);
}
