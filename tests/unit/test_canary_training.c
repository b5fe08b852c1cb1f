#include "test.h"

#include <unistd.h>

#include "canary/config/canary_training.h"
#include "io/bytes/output.h"
#include "language_case.h"

static dw_err err;
static char folder[] = "dw-training-XXXXXX";

static const char *at(const char *name)
{
  static dw_buf path;
  path.length = 0;
  dw_buf_format(&path, "%s/%s", folder, name);
  return dw_buf_cstr(&path);
}

static void put(const char *name, const void *bytes, size_t length)
{
  CHECK_MSG(dw_output_file(at(name), bytes, length, &err) == DW_OK, "%s", err.message);
}

static void put_model(const char *name, dw_language *language)
{
  dw_language_document document = {.language = language};
  dw_buf text = {0};
  dw_buf_text(&document.made_by, "{\"command\":\"base\"}");
  CHECK(dw_language_write(&document, &text, &err) == DW_OK);
  put(name, text.data, text.length);
  dw_buf_free(&text);
  document.language = NULL;
  dw_language_document_free(&document);
}

static dw_status train(dw_canary_trained *out, const char *keys)
{
  dw_canary_configs configs = {0};
  dw_buf text = {0};
  *out = (dw_canary_trained){0};
  dw_buf_format(&text, "{id: one, backend: builtin, model: one.json%s}", keys);
  CHECK(dw_canary_config_parse(&configs, text.data, text.length, at("one.yaml"), &(dw_canary_defaults){.unhashed = true}, &err) == DW_OK);
  dw_status status = dw_canary_train(out, &configs.item[0], NULL, &err);
  dw_canary_configs_free(&configs);
  dw_buf_free(&text);
  return status;
}

#define KEYS ", base: base.json, texts: [a.ndjson, b.ndjson], text_weight: 6"

/* The same as language_train does on the same texts. */
TEST(base_texts_and_weight)
{
  static const char a[] = "{\"text\":\"abcab\"}\n{\"other\":1}\n", b[] = "{\"text\":\"cab\"}\n{\"text\":null}\n";
  dw_corpus corpus = {0};
  dw_canary_trained got;
  CHECK(mkdtemp(folder) != NULL);
  dw_corpus_add(&corpus, "abcab", 5);
  dw_corpus_add(&corpus, "cab", 3);
  dw_language *base = language_of_english(4), *wanted = language_trained(&corpus, 4, base, 6),
              *other = language_trained(&corpus, 4, base, 5);
  put("a.ndjson", a, sizeof a - 1);
  put("b.ndjson", b, sizeof b - 1);
  put_model("base.json", base);
  CHECK_MSG(train(&got, KEYS) == DW_OK, "%s", err.message);
  CHECK(language_same(got.made.language, wanted) && !got.same && !*got.before);
  CHECK_TEXT(dw_buf_cstr(&got.made.training),
             "{\"rows_seen\":4,\"rows\":2,\"holdout_rows\":0,\"rows_without_text\":2,\"bytes\":8,\"weight\":6,\"continued\":true}");
  CHECK_TEXT(dw_buf_cstr(&got.made.made_by), "{\"command\":\"base\"}");
  dw_canary_trained_free(&got);

  put_model("one.json", other);
  CHECK(train(&got, KEYS) == DW_OK && !got.same && *got.before && strcmp(got.before, got.digest) != 0);
  dw_canary_trained_free(&got);
  put_model("one.json", wanted);
  CHECK(train(&got, KEYS) == DW_OK && got.same);
  CHECK_TEXT(got.before, got.digest);
  dw_canary_trained_free(&got);
  put("one.json", "{\"kind\":", 8); /* cut */
  CHECK(train(&got, KEYS) == DW_OK && !got.same && !*got.before);
  dw_canary_trained_free(&got);

  CHECK(train(&got, "") == DW_EUSAGE && strstr(err.message, "canary \"one\" cannot be trained anew"));
  dw_canary_trained_free(&got);
  CHECK(train(&got, ", base: no.json, texts: [a.ndjson]") == DW_ESYSTEM && strstr(err.message, "no.json"));
  dw_canary_trained_free(&got);
  CHECK(train(&got, ", base: base.json, texts: [no.ndjson]") == DW_ESYSTEM && strstr(err.message, "no.ndjson"));
  dw_canary_trained_free(&got);
  put("b.ndjson", "{\"other\":1}\n", 12);
  CHECK(train(&got, ", base: base.json, texts: [b.ndjson]") == DW_ENODATA);
  dw_canary_trained_free(&got);

  static const char *const made[] = {"a.ndjson", "b.ndjson", "base.json", "one.json"};
  for (size_t i = 0; i < 4; i++) unlink(at(made[i]));
  CHECK(rmdir(folder) == 0);
  dw_language_free(base);
  dw_language_free(wanted);
  dw_language_free(other);
  dw_corpus_free(&corpus);
}
