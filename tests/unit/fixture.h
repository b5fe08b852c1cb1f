/* fixture: records written in a test, as datasets. */
#ifndef DW_TESTS_FIXTURE_H
#define DW_TESTS_FIXTURE_H

#include <unistd.h>

#include "data/datasets/dataset.h"
#include "test.h"

/* Opens a reader on text (NDJSON or CSV). */
static inline dw_reader *fixture_reader(const char *text, const dw_reader_options *options)
{
  char path[] = "dw-test-XXXXXX";
  const char *name = path;
  dw_err err = {0};
  dw_reader *reader = NULL;
  int file = mkstemp(path);
  size_t length = strlen(text);
  CHECK(file >= 0 && write(file, text, length) == (ssize_t)length && close(file) == 0);
  dw_status status = dw_reader_open(&reader, &name, 1, options, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  unlink(path);
  return reader;
}

/* All records of text as one finished side. */
static inline void fixture_dataset(dw_dataset *set, const char *text, const dw_dataset_options *options)
{
  dw_err err = {0};
  const dw_batch *batch = NULL;
  dw_status status;
  dw_reader *reader = fixture_reader(text, &(dw_reader_options){.threads = 1, .block = 256});
  dw_dataset_init(set, options ? options : &(dw_dataset_options){0});
  while ((status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) dw_dataset_add(set, reader, batch, NULL);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  dw_reader_close(reader);
  dw_dataset_finish(set, 1);
}

#endif
