/* canary_case: a builtin canary in memory, for tests of what is done to one. */
#ifndef DW_TESTS_CANARY_CASE_H
#define DW_TESTS_CANARY_CASE_H

#include "canary/config/canary_config.h"
#include "language_case.h"

/* What a config of these lines says, of backend builtin with this model; the file is a program's, which needs no model on disk. */
static inline dw_canary_config canary_builtin(dw_canary_configs *configs, const char *lines, const dw_language *model)
{
  dw_err err;
  dw_buf text = {0};
  dw_buf_text(&text, "backend: exec\ncommand: [none]\n");
  dw_buf_text(&text, lines);
  dw_status status = dw_canary_config_parse(configs, text.data, text.length, "c/one.yaml", &(dw_canary_defaults){0}, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  dw_buf_free(&text);
  dw_canary_config out = configs->item[configs->count - 1];
  out.backend = DW_CANARY_BUILTIN;
  out.model = "models/one.json";
  out.language = model;
  return out;
}

#endif
