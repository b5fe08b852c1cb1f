/* What is in production, and since when: a cool-down counts from there too, whoever promoted it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "act/execute.h"
#include "act/heal_parts.h"
#include "io/bytes/input.h"

enum { PRODUCTION_BYTES = 64 << 20, NONE_IN_PRODUCTION = 5 };

/* What `dw-model show production` says, in a file that is gone when this returns. *text NULL: nothing is in production. */
static dw_status ask(dw_healing *h, char **text, size_t *length)
{
  const char *folder = getenv("TMPDIR");
  const char *const argument[] = {"dw-model", "--registry", h->options->settings.registry, "show", "production"};
  dw_execute_result result;
  dw_buf path = {0};
  size_t variables;
  char words[200];
  dw_buf_format(&path, "%s/dw-heal-XXXXXX", folder && *folder ? folder : "/tmp");
  dw_buf_cstr(&path);
  *text = NULL;
  int fd = mkstemp(path.data);
  if (fd < 0) {
    dw_status failed = dw_err_system(h->err, errno, "%s", path.data);
    dw_buf_free(&path);
    return failed;
  }
  close(fd);
  char **environment = dw_healing_environment(h, &variables);
  dw_execute_request request = {.argument = argument,
                                .argument_count = 5,
                                .environment = (const char *const *)environment,
                                .environment_count = variables,
                                .time_limit = 60 * DW_SECOND,
                                .output = path.data};
  dw_status status = dw_execute(&request, &result, h->err);
  bool none = result.outcome == DW_OUTCOME_FAILED && result.number == NONE_IN_PRODUCTION;
  if (status == DW_OK && result.outcome == DW_OUTCOME_DONE) {
    status = dw_input_whole(path.data, PRODUCTION_BYTES, text, length, h->err);
  } else if (status == DW_OK && !none) {
    dw_execute_words(&result, words, sizeof words);
    status = dw_err_set(h->err, DW_ESYSTEM,
                        "the cool-down counts from the last promotion, and dw-model --registry %s show production does not tell: %s",
                        h->options->settings.registry, words);
  }
  unlink(path.data);
  for (size_t i = 0; i < variables; i++) dw_free(environment[i]);
  dw_free(environment);
  dw_buf_free(&path);
  return status;
}

dw_status dw_healing_production(dw_healing *h, dw_journal_changes *changes, char *what, size_t size)
{
  char *text;
  size_t length;
  int64_t since;
  dw_value *value;
  if (!h->options->settings.registry || h->options->policy->release.cool_down == 0) return DW_OK;
  dw_status status = ask(h, &text, &length);
  if (status != DW_OK || !text) return status;
  status = dw_value_parse(&value, text, length, "dw-model show production", 1, h->err);
  dw_free(text);
  if (status != DW_OK) return status;
  const char *when = dw_value_text(dw_value_get(value, "stage_since"), "");
  if (!dw_time_parse(when, strlen(when), &since)) {
    status = dw_err_at(h->err, DW_EDATA, "dw-model show production", 1, 0,
                       "\"stage_since\": expected an instant: the cool-down counts from the last promotion");
  } else if (!changes->any || since > changes->last) {
    snprintf(what, size, "%s went to Production", dw_value_text(dw_value_get(value, "version"), "a model"));
    changes->any = true;
    changes->last = since;
    changes->what = what;
  }
  dw_value_free(value);
  return status;
}
