/* What is in production, and since when: a cool-down counts from there too, whoever promoted it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "act/execute.h"
#include "act/heal_parts.h"
#include "io/bytes/input.h"

enum { PRODUCTION_BYTES = 64 << 20, ANSWER_PART = 64 << 10, NONE_IN_PRODUCTION = 5 };

static dw_status answer_read(int fd, char **text, size_t *length, dw_err *err)
{
  dw_buf out = {0};
  ssize_t got;
  do {
    char *place = dw_buf_room(&out, ANSWER_PART);
    got = pread(fd, place, ANSWER_PART, (off_t)out.length);
    if (got > 0) out.length += (size_t)got;
  } while ((got > 0 && out.length <= PRODUCTION_BYTES) || (got < 0 && errno == EINTR));
  dw_status status = got < 0 ? dw_err_system(err, errno, "what dw-model says")
                     : out.length > PRODUCTION_BYTES
                         ? dw_err_set(err, DW_EDATA, "dw-model show production says more than %d bytes", PRODUCTION_BYTES)
                         : DW_OK;
  if (status == DW_OK) {
    *length = out.length;
    *text = dw_strndup(out.data ? out.data : "", out.length);
  }
  dw_buf_free(&out);
  return status;
}

/* What `dw-model show production` says, in a file that has no name to be left behind. *text NULL: nothing is in production. */
static dw_status ask(dw_healing *h, char **text, size_t *length)
{
  const char *const argument[] = {"dw-model", "--registry", h->options->settings.registry, "show", "production"};
  dw_execute_result result;
  size_t variables;
  int fd;
  char words[200];
  *text = NULL;
  if (dw_input_nameless(&fd, "what dw-model says", h->err) != DW_OK) return DW_ESYSTEM;
  char **environment = dw_healing_environment(h, &variables);
  dw_execute_request request = {.argument = argument,
                                .argument_count = 5,
                                .environment = (const char *const *)environment,
                                .environment_count = variables,
                                .time_limit = 60 * DW_SECOND,
                                .output_fd = fd};
  dw_status status = dw_execute(&request, &result, h->err);
  bool none = result.outcome == DW_OUTCOME_FAILED && result.number == NONE_IN_PRODUCTION;
  if (status == DW_OK && result.outcome == DW_OUTCOME_DONE) {
    status = answer_read(fd, text, length, h->err);
  } else if (status == DW_OK && !none) {
    dw_execute_words(&result, words, sizeof words);
    status = dw_err_set(h->err, DW_ESYSTEM,
                        "the cool-down counts from the last promotion, and dw-model --registry %s show production does not tell: %s",
                        h->options->settings.registry, words);
  }
  close(fd);
  for (size_t i = 0; i < variables; i++) dw_free(environment[i]);
  dw_free(environment);
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
