/* profile_case: what the tests of profiles share: making them of records, writing, reading, merging. */
#ifndef DW_TESTS_PROFILE_CASE_H
#define DW_TESTS_PROFILE_CASE_H

#include "data/profiles/profile.h"
#include "fixture.h"
#include "io/record/scanner.h"

static inline dw_profile *profile_of(const char *text, double error)
{
  dw_dataset set;
  dw_err err = {0};
  dw_profile *profile = NULL;
  fixture_dataset(&set, text, &(dw_dataset_options){.summary_size = dw_sketch_size_for(error), .instants = true, .epochs = true});
  dw_status status = dw_profile_of(&profile, &set, error, NULL, NULL, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  dw_dataset_free(&set);
  return profile;
}

/* The document, NUL behind; the caller frees it. */
static inline char *profile_text(dw_profile *profile)
{
  dw_buf line = {0};
  dw_profile_write(profile, NULL, &line);
  CHECK(line.length > 1 && line.data[line.length - 1] == '\n');
  line.length--;
  dw_buf_char(&line, '\0');
  return line.data;
}

static inline dw_status profile_parse(dw_profile **out, const char *text, size_t length, dw_err *err)
{
  char *padded = calloc(1, length + 1 + DW_BLOCK_PADDING);
  memcpy(padded, text, length);
  padded[length] = '\n';
  dw_status status = dw_profile_read(out, padded, length, "p.ndjson", 7, err);
  free(padded);
  return status;
}

static inline dw_profile *profile_again(dw_profile *profile)
{
  dw_profile *read = NULL;
  dw_err err = {0};
  char *text = profile_text(profile);
  dw_status status = profile_parse(&read, text, strlen(text), &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  dw_free(text);
  return read;
}

#endif
