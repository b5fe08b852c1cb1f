/* model_case: records written in a test, as matrices and models. */
#ifndef DW_TESTS_MODEL_CASE_H
#define DW_TESTS_MODEL_CASE_H

#include "fixture.h"
#include "model/encode/matrix.h"
#include "model/score/model_json.h"

static inline bool case_is_label(void *context, const char *name, size_t length) { return dw_text_equal(name, length, context); }

/* label: NULL, or the column that is read as text for its digits. */
static inline dw_status case_labelled(dw_matrix *matrix, const char *text, const char *label, size_t memory, size_t block, dw_err *err)
{
  dw_reader_options how = {.threads = 1, .block = block, .as_text = label ? case_is_label : NULL, .context = (void *)label};
  dw_reader *reader = fixture_reader(text, &how);
  const dw_batch *batch = NULL;
  dw_status status;
  dw_matrix_init(matrix, memory);
  if (label) dw_matrix_label(matrix, label);
  while ((status = dw_reader_next(reader, &batch, err)) == DW_OK && batch && (status = dw_matrix_add(matrix, reader, batch, err)) == DW_OK)
    continue;
  dw_reader_close(reader);
  dw_matrix_finish(matrix);
  return status;
}

static inline dw_status case_matrix(dw_matrix *matrix, const char *text, size_t memory, size_t block, dw_err *err)
{
  return case_labelled(matrix, text, NULL, memory, block, err);
}

static inline void case_parse(dw_model *model, const char *path, const char *const *names, size_t count)
{
  size_t length;
  dw_err err = {0};
  char *bytes = test_read(path, &length);
  dw_model_init(model);
  CHECK_MSG(dw_model_parse(model, bytes, length, path, &(dw_model_beside){.names = names, .name_count = count}, &err) == DW_OK, "%s",
            err.message);
  free(bytes);
}

/* 400 records: y is true where x is large (with noise), c is "u", "v" or "w". */
static inline char *case_records(void)
{
  dw_buf text = {0};
  for (int i = 0; i < 400; i++) {
    int x = (i * 37) % 101, noise = (i * 53) % 29;
    dw_buf_format(&text, "{\"id\":\"r%d\",\"x\":%d.5,\"c\":\"%c\",\"z\":%s,\"y\":%s}\n", i, x, "uvw"[i % 3], i % 10 ? "1.25" : "null",
                  x + noise > 80 ? "true" : "false");
  }
  char *out = strdup(dw_buf_cstr(&text));
  dw_buf_free(&text);
  return out;
}

#endif
