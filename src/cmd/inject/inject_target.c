/* What dw-inject canary is told to work on. */
#include <string.h>

#include "canary/config/config_edit.h"
#include "canary/config/config_lock.h"
#include "cmd/canary/canary_settings.h"
#include "cmd/inject/inject_canary.h"
#include "io/bytes/input.h"

enum { CONFIG_LARGEST = 4 << 20 };

static dw_err err;

void dw_inject_find_target(const dw_inject_canary_options *set, dw_inject_target *out)
{
  dw_text_list paths;
  dw_buf ids = {0};
  dw_canary_defaults defaults = dw_canary_defaults_asked();
  dw_canary_config_paths(&set->configs, &paths);
  if (!set->dry_run && !set->adversarial) dw_cmd_check(dw_config_lock(paths.text, paths.count, &err), &err);
  if (!set->target && paths.count > 1) dw_cmd_usage("--target: which of the %zu canaries?", paths.count);
  const char *found = NULL;
  for (size_t i = 0; i < paths.count; i++) {
    char *text;
    size_t length;
    dw_buf id = {0};
    dw_cmd_check(dw_input_whole(paths.text[i], CONFIG_LARGEST, &text, &length, &err), &err);
    dw_cmd_check(dw_config_id(text, length, paths.text[i], &id, &err), &err);
    bool this = !set->target || strcmp(dw_buf_cstr(&id), set->target) == 0;
    if (this && found) dw_cmd_usage("--target: \"%s\" is %s and %s", set->target, found, paths.text[i]);
    if (this) found = paths.text[i];
    if (this) dw_buf_add(&out->text, text, length);
    dw_buf_format(&ids, "%s%s", i ? ", " : "", dw_buf_cstr(&id));
    dw_buf_free(&id);
    dw_free(text);
  }
  if (!found) dw_cmd_usage("--target: no canary \"%s\"; there are %s", set->target, dw_buf_cstr(&ids));
  dw_cmd_check(dw_canary_config_parse(&out->configs, out->text.data, out->text.length, found, &defaults, &err), &err);
  dw_canary_config *config = &out->configs.item[0];
  if (config->backend == DW_CANARY_BUILTIN) dw_cmd_check(dw_language_open(&out->model, config->model, &err), &err);
  config->language = out->model.language;
  dw_buf_free(&ids);
  dw_canary_config_paths_free(&paths);
}

/* --- poison --- */

static bool wants_text(void *context, const char *name, size_t length) { return dw_text_equal(name, length, "text"); }

static dw_status take_texts(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *fault)
{
  dw_buf scratch = {0};
  const dw_batch_column *column = dw_reader_find(reader, batch, "text");
  dw_status status = DW_OK;
  for (size_t row = 0; column && row < batch->rows && status == DW_OK; row++) {
    dw_tag tag = (dw_tag)column->tags[row];
    size_t length;
    if (tag == DW_STRING || tag == DW_STRING_ESCAPED) {
      const char *text = dw_cell_text(batch, tag, column->cells[row], &scratch, &length);
      dw_corpus_add(context, text, length);
    } else if (tag != DW_ABSENT && tag != DW_NULL) {
      dw_err why;
      dw_record_fault(&why, dw_batch_place(batch, row), "\"text\" is not a text");
      status = dw_reader_unusable(reader, &why, fault);
    }
  }
  dw_buf_free(&scratch);
  return status;
}

void dw_inject_read_poison(const dw_inject_canary_options *set, dw_corpus *corpus)
{
  dw_reader *reader;
  dw_reader_options how = {.threads = (unsigned)set->threads,
                           .skip_errors = set->on_error == 1,
                           .dialect = &set->dialect,
                           .spans = true,
                           .want = wants_text,
                           .as_text = wants_text};
  dw_cmd_check(dw_reader_open(&reader, (const char *const[]){set->poison}, 1, &how, &err), &err);
  dw_cmd_check(dw_reader_run(reader, &(dw_batch_sink){take_texts, corpus}, &dw_cmd_notices, &err), &err);
  dw_cmd_made_by_reader(reader, &(dw_text_list){(const char *[]){set->poison}, 1, 1}, "the poison");
  dw_reader_close(reader);
  if (corpus->count) return;
  dw_err_set(&err, DW_ENODATA, "--poison: %s has no record with a text \"text\"", set->poison);
  dw_cmd_fail(&err);
}

void dw_inject_read_prompts(const dw_inject_canary_options *set, const dw_text_list *operands, dw_prompts *out)
{
  dw_canary_options how = {.threads = set->threads, .format = set->format, .on_error = set->on_error, .dialect = set->dialect};
  if (operands->count) dw_canary_read_prompts(&how, operands, out);
  else dw_prompts_init(out);
}
