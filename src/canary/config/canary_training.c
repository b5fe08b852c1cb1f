#include "canary/config/canary_training.h"

#include <string.h>

#include "io/reader/reader_run.h"
#include "io/text/json.h"
#include "model/language/language_train.h"

enum { TEXT_MOST = 1 << 28 }; /* bytes: far more than a model of this kind may hold */

/* --- texts --- */

typedef struct texts {
  dw_corpus corpus;
  uint64_t seen, without;
  dw_buf scratch;
} texts;

static bool wants(void *context, const char *name, size_t length) { return dw_text_equal(name, length, "text"); }

static dw_status take(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *err)
{
  texts *t = context;
  const dw_batch_column *column = dw_reader_find(reader, batch, "text");
  dw_status status = DW_OK;
  for (size_t row = 0; row < batch->rows && status == DW_OK; row++) {
    dw_tag tag = column ? (dw_tag)column->tags[row] : DW_ABSENT;
    size_t length;
    t->seen++;
    if (tag == DW_STRING || tag == DW_STRING_ESCAPED) {
      const char *text = dw_cell_text(batch, tag, column->cells[row], &t->scratch, &length);
      dw_corpus_add(&t->corpus, text, length);
    } else if (tag == DW_ABSENT || tag == DW_NULL) {
      t->without++;
    } else {
      status = dw_record_fault(err, dw_batch_place(batch, row), "\"text\" is not a text");
    }
    if (t->corpus.text.length > TEXT_MOST) status = dw_err_set(err, DW_ENODATA, "more than %d MiB of texts", TEXT_MOST >> 20);
  }
  return status;
}

static dw_status read_texts(texts *t, const dw_canary_config *config, const dw_notices *notices, dw_err *err)
{
  dw_reader *reader;
  dw_reader_options how = {.threads = 1, .spans = true, .want = wants, .as_text = wants};
  dw_status status = dw_reader_open(&reader, config->texts.text, config->texts.count, &how, err);
  if (status != DW_OK) return status;
  status = dw_reader_run(reader, &(dw_batch_sink){take, t}, notices, err);
  if (status == DW_OK) dw_reader_report(reader, NULL, notices);
  dw_reader_close(reader);
  if (status == DW_OK && !t->corpus.count)
    status = dw_err_set(err, DW_ENODATA, "canary \"%.100s\": no record of its texts has a \"text\"", config->id);
  return status;
}

static void put_training(dw_buf *out, const texts *t, double weight)
{
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_integer(&json, "rows_seen", (int64_t)t->seen);
  dw_json_integer(&json, "rows", (int64_t)t->corpus.count);
  dw_json_integer(&json, "holdout_rows", 0);
  dw_json_integer(&json, "rows_without_text", (int64_t)t->without);
  dw_json_integer(&json, "bytes", (int64_t)t->corpus.text.length);
  dw_json_number(&json, "weight", weight);
  dw_json_bool(&json, "continued", true);
  dw_json_close(&json, '}');
}

/* --- the model --- */

/* Of the one that is there; a file that is missing or damaged is what training anew is for. */
static void digest_there(const dw_canary_config *config, char out[33])
{
  dw_language_document there = {0};
  dw_err why;
  if (dw_language_open(&there, config->model, &why) == DW_OK) dw_language_digest(there.language, out);
  dw_language_document_free(&there);
}

dw_status dw_canary_train(dw_canary_trained *out, const dw_canary_config *config, const dw_notices *notices, dw_err *err)
{
  if (config->backend != DW_CANARY_BUILTIN || !config->base)
    return dw_err_at(err, DW_EUSAGE, config->path, 0, 0,
                     "canary \"%.100s\" cannot be trained anew: that takes backend builtin, and the keys base, texts and text_weight",
                     config->id);
  dw_language_document base = {0};
  texts t = {0};
  dw_status status = dw_language_open(&base, config->base, err);
  if (status == DW_OK) status = read_texts(&t, config, notices, err);
  if (status == DW_OK) {
    dw_language_training how = {.order = dw_language_order(base.language), .start = base.language, .weight = config->text_weight};
    status = dw_language_train(&out->made.language, &t.corpus, &how, err);
  }
  if (status == DW_OK) {
    put_training(&out->made.training, &t, config->text_weight);
    dw_buf_add(&out->made.made_by, base.made_by.data, base.made_by.length);
    dw_language_digest(out->made.language, out->digest);
    digest_there(config, out->before);
    out->same = strcmp(out->digest, out->before) == 0;
  }
  dw_corpus_free(&t.corpus);
  dw_buf_free(&t.scratch);
  dw_language_document_free(&base);
  return status;
}

void dw_canary_trained_free(dw_canary_trained *trained) { dw_language_document_free(&trained->made); }
