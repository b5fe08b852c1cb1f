/* One step of a plan: started, supervised, written down. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "act/execute.h"
#include "act/heal_parts.h"
#include "io/bytes/input.h"
#include "io/bytes/output.h"
#include "io/text/lines.h"

enum { GIVEN_BYTES = 1 << 20, GIVEN_WORD = 200 };

/* --- what steps give each other --- */

/* What a step wrote into one of its files; *text NULL when there is nothing to read, or more than can be meant. */
static dw_status work_read(const char *path, char **text, size_t *length, dw_err *err)
{
  struct stat about;
  *text = NULL;
  if (stat(path, &about) < 0) return errno == ENOENT ? DW_OK : dw_err_system(err, errno, "%s", path);
  if (!S_ISREG(about.st_mode)) return DW_OK;
  dw_status status = dw_input_whole(path, GIVEN_BYTES, text, length, err);
  if (status != DW_OK) *text = NULL;
  return status == DW_EDATA ? DW_OK : status;
}

/* The first document of the output that has the member; or the whole output, when it is one word. */
static char *given_in(const char *text, size_t length, const char *name)
{
  dw_lines lines = dw_lines_of(text, length);
  for (dw_line line; dw_lines_next(&lines, &line);) {
    dw_value *value;
    if (dw_value_parse(&value, line.text, line.length, "", 1, NULL) == DW_OK) {
      const dw_value *found = dw_value_get(value, name);
      dw_buf out = {0};
      if (dw_value_kind(found) == DW_VALUE_STRING) dw_buf_text(&out, dw_value_text(found, ""));
      else if (dw_value_kind(found) == DW_VALUE_NUMBER) dw_value_print(found, &out);
      dw_value_free(value);
      if (out.length) {
        char *result = dw_strdup(dw_buf_cstr(&out));
        dw_buf_free(&out);
        return result;
      }
    }
  }
  while (length && (text[length - 1] == '\n' || text[length - 1] == ' ')) length--;
  for (size_t i = 0; i < length; i++)
    if (text[i] <= ' ' || text[i] == '{') return NULL;
  return length && length <= GIVEN_WORD ? dw_strndup(text, length) : NULL;
}

dw_status dw_healing_given(dw_healing *h, const dw_journal_run *run, const char *name, char **given)
{
  *given = NULL;
  for (const dw_value *step = dw_value_first(dw_value_get(run->plan, "steps")); step; step = dw_value_next(step)) {
    const char *gives = dw_value_text_of(step, "gives", NULL);
    if (!gives || strcmp(gives, name) != 0) continue;
    char *path = dw_healing_work(h, dw_value_text_of(step, "name", NULL), "out"), *text;
    size_t length;
    dw_status status = work_read(path, &text, &length, h->err);
    if (text) *given = given_in(text, length, name);
    dw_free(text);
    dw_free(path);
    return status;
  }
  return DW_OK;
}

/* text with what earlier steps gave; NULL and *missing when one gave nothing. */
static dw_status filled(dw_healing *h, const dw_journal_run *run, const char *text, char **result, dw_buf *missing)
{
  dw_buf out = {0};
  *result = NULL;
  for (const char *p = text; *p;) {
    const char *end = *p == '{' ? strchr(p, '}') : NULL;
    size_t length = end ? (size_t)(end - p) - 1 : 0;
    bool known = false;
    for (const dw_value *step = end ? dw_value_first(dw_value_get(run->plan, "steps")) : NULL; step && !known; step = dw_value_next(step))
      known = dw_value_text_of(step, "gives", NULL) && dw_text_equal(p + 1, length, dw_value_text_of(step, "gives", NULL));
    if (!known) {
      dw_buf_char(&out, *p++);
      continue;
    }
    char *name = dw_strndup(p + 1, length), *value;
    dw_status status = dw_healing_given(h, run, name, &value);
    if (!value) {
      if (status == DW_OK) dw_buf_format(missing, "no earlier step gave {%s}", name);
      dw_free(name);
      dw_buf_free(&out);
      return status;
    }
    dw_buf_text(&out, value);
    dw_free(name);
    dw_free(value);
    p = end + 1;
  }
  *result = dw_strdup(dw_buf_cstr(&out));
  dw_buf_free(&out);
  return DW_OK;
}

/* --- commands --- */

typedef struct texts {
  char **text;
  size_t count, capacity;
} texts;

static void texts_add(texts *list, char *text)
{
  list->text = dw_grow(list->text, &list->capacity, list->count + 1, sizeof *list->text);
  list->text[list->count++] = text;
}

static void texts_free(texts *list)
{
  for (size_t i = 0; i < list->count; i++) dw_free(list->text[i]);
  dw_free(list->text);
}

/* Not all of them when something is missing. */
static dw_status texts_fill(dw_healing *h, const dw_journal_run *run, const dw_value *array, texts *list, dw_buf *missing)
{
  dw_status status = DW_OK;
  for (const dw_value *item = dw_value_first(array); item && status == DW_OK && !missing->length; item = dw_value_next(item)) {
    char *text;
    status = filled(h, run, dw_value_text(item, ""), &text, missing);
    if (text) texts_add(list, text);
  }
  return status;
}

static void variable_add(texts *list, const char *name, const char *value)
{
  dw_buf text = {0};
  dw_buf_format(&text, "%s=%s", name, value);
  texts_add(list, dw_strdup(dw_buf_cstr(&text)));
  dw_buf_free(&text);
}

char **dw_healing_environment(const dw_healing *h, size_t *count)
{
  static const char *const pass[] = {"HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "USER", "LOGNAME", "DW_NOW", "LD_LIBRARY_PATH"};
  const char *slash = strrchr(h->options->self, '/'), *path = getenv("PATH");
  texts list = {0};
  dw_buf search = {0};
  if (slash) dw_buf_format(&search, "%.*s:", (int)(slash - h->options->self), h->options->self);
  dw_buf_text(&search, path && *path ? path : "/usr/local/bin:/usr/bin:/bin");
  variable_add(&list, "PATH", dw_buf_cstr(&search));
  dw_buf_free(&search);
  for (size_t i = 0; i < sizeof pass / sizeof *pass; i++)
    if (getenv(pass[i])) variable_add(&list, pass[i], getenv(pass[i]));
  *count = list.count;
  return list.text;
}

/* What every action gets: where programs are (those beside dw-heal first), and which step it is, so that it can tell a repetition. */
static void environment_base(dw_healing *h, const dw_journal_run *run, const dw_value *step, texts *list)
{
  list->text = dw_healing_environment(h, &list->count);
  list->capacity = list->count;
  variable_add(list, "DW_RUN_ID", run->id);
  variable_add(list, "DW_STEP_ID", dw_value_text_of(step, "id", NULL));
  for (const dw_value *name = dw_value_first(dw_value_get(step, "pass_environment")); name; name = dw_value_next(name)) {
    const char *value = getenv(dw_value_text(name, ""));
    if (value) variable_add(list, dw_value_text(name, ""), value);
  }
}

/* --- the action document --- */

static void action_write(const dw_healing *h, const dw_journal_run *run, const dw_value *step, const char *outcome,
                         const dw_execute_result *result, const char *words, dw_buf *out)
{
  char time[DW_TIME_TEXT];
  int64_t now = h->now;
  dw_json json;
  dw_time_now(&now, NULL);
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "action");
  dw_json_text(&json, "run", run->id);
  dw_json_text(&json, "step", dw_value_text_of(step, "id", NULL));
  dw_json_text(&json, "name", dw_value_text_of(step, "name", NULL));
  dw_json_text(&json, "type", dw_value_text_of(step, "type", NULL));
  dw_json_bytes(&json, "time", time, dw_time_print(time, now));
  dw_json_text(&json, "outcome", outcome);
  if (result && (result->outcome == DW_OUTCOME_DONE || result->outcome == DW_OUTCOME_FAILED))
    dw_json_integer(&json, "exit_status", result->number);
  else dw_json_null(&json, "exit_status");
  dw_json_text(&json, "reason", words);
  dw_json_close(&json, '}');
}

static dw_status ended(dw_healing *h, dw_journal_run *run, const dw_value *step, const char *outcome, const dw_execute_result *result,
                       const char *words)
{
  dw_buf document = {0};
  action_write(h, run, step, outcome, result, words, &document);
  dw_status status = dw_healing_log(h, "ended", run->id, dw_value_text_of(step, "id", NULL), &document);
  if (status == DW_OK) status = dw_healing_emit(h, document.data, document.length);
  dw_buf_free(&document);
  return status;
}

/* "Try 'dw-canary --help'.": what our own commands say behind a mistake in the call. */
static bool points_to_help(const char *line, size_t length)
{
  static const char begin[] = "Try '", end[] = " --help'.";
  const size_t first = sizeof begin - 1, last = sizeof end - 1;
  return length >= first + last && memcmp(line, begin, first) == 0 && memcmp(line + length - last, end, last) == 0;
}

static size_t line_start(const char *text, size_t *length)
{
  while (*length && (text[*length - 1] == '\n' || text[*length - 1] == ' ')) (*length)--;
  size_t from = *length;
  while (from && text[from - 1] != '\n') from--;
  return from;
}

/* The last line that the program said on standard error, for the reason of a failure. */
static void last_words(dw_healing *h, const dw_value *step, dw_buf *why)
{
  char *path = dw_healing_work(h, dw_value_text_of(step, "name", NULL), "err"), *text;
  size_t length;
  work_read(path, &text, &length, NULL); /* for people: without it there is a reason all the same */
  if (text) {
    size_t from = line_start(text, &length);
    if (from && points_to_help(text + from, length - from)) length = from, from = line_start(text, &length);
    if (length - from > 500) from = length - 500;
    if (length > from) dw_buf_format(why, ": %.*s", (int)(length - from), text + from);
    dw_free(text);
  }
  dw_free(path);
}

static dw_status outcome_take(dw_healing *h, dw_journal_run *run, const dw_value *step, const dw_execute_result *result, bool *ok,
                              dw_buf *why)
{
  char words[200];
  dw_buf reason = {0};
  dw_execute_words(result, words, sizeof words);
  *ok = result->outcome == DW_OUTCOME_DONE;
  dw_buf_text(&reason, words);
  if (!*ok) last_words(h, step, &reason);
  dw_buf_format(why, "%s: %s", dw_value_text_of(step, "name", NULL), dw_buf_cstr(&reason));
  dw_status status = ended(h, run, step, dw_outcome_names[result->outcome], result, dw_buf_cstr(&reason));
  dw_buf_free(&reason);
  return status;
}

static dw_status command_run(dw_healing *h, dw_journal_run *run, const dw_value *step, const char *status_file, dw_execute_result *result,
                             dw_buf *missing)
{
  texts arguments = {0}, environment = {0};
  char *output = dw_healing_work(h, dw_value_text_of(step, "name", NULL), "out"),
       *error = dw_healing_work(h, dw_value_text_of(step, "name", NULL), "err");
  dw_status status = DW_OK;
  environment_base(h, run, step, &environment);
  status = texts_fill(h, run, dw_value_get(step, "arguments"), &arguments, missing);
  if (status == DW_OK && !missing->length) status = texts_fill(h, run, dw_value_get(step, "environment"), &environment, missing);
  if (status == DW_OK && !missing->length) {
    dw_execute_request request = {.argument = (const char *const *)arguments.text,
                                  .argument_count = arguments.count,
                                  .environment = (const char *const *)environment.text,
                                  .environment_count = environment.count,
                                  .time_limit = (int64_t)(dw_value_number(dw_value_get(step, "time_limit"), 0) * 1e6),
                                  .output = output,
                                  .error = error};
    status = dw_execute_supervised(&request, h->options->self, status_file, dw_audit_lock(h->audit), result, h->err);
  }
  texts_free(&arguments);
  texts_free(&environment);
  dw_free(output);
  dw_free(error);
  return status;
}

static void forget(const char *status_file)
{
  dw_buf started = {0};
  dw_buf_format(&started, "%s.started", status_file);
  unlink(status_file);
  unlink(dw_buf_cstr(&started));
  dw_buf_free(&started);
}

static dw_status command_step(dw_healing *h, dw_journal_run *run, const dw_value *step, bool *ok, bool *unknown, dw_buf *why)
{
  const dw_journal_step *before = dw_journal_step_of(run, dw_value_text_of(step, "id", NULL));
  char *status_file = dw_healing_work(h, dw_value_text_of(step, "name", NULL), "status");
  dw_execute_result result = {DW_OUTCOME_UNKNOWN, 0};
  dw_buf missing = {0};
  bool known = false;
  dw_status status = DW_OK;
  if (before && before->started) status = dw_execute_outcome(status_file, &result, &known, h->err);
  if (status == DW_OK && known && result.outcome != DW_OUTCOME_UNKNOWN) {
    status = outcome_take(h, run, step, &result, ok, why); /* it ended after the last dw-heal was killed */
  } else if (status == DW_OK && known && !dw_value_bool(dw_value_get(step, "repeat"), false) && !before->approved) {
    *unknown = true;
    dw_buf_format(why, "%s was started, and nobody knows whether it took effect; it is not safe to repeat",
                  dw_value_text_of(step, "name", NULL));
  } else if (status == DW_OK) {
    forget(status_file);
    status = dw_healing_log(h, "started", run->id, dw_value_text_of(step, "id", NULL), NULL);
    if (status == DW_OK) status = command_run(h, run, step, status_file, &result, &missing);
    if (status == DW_OK && missing.length) {
      *ok = false;
      dw_buf_format(why, "%s: %s", dw_value_text_of(step, "name", NULL), dw_buf_cstr(&missing));
      status = ended(h, run, step, "not_started", NULL, dw_buf_cstr(&missing));
    } else if (status == DW_OK) {
      status = outcome_take(h, run, step, &result, ok, why);
    }
  }
  dw_buf_free(&missing);
  dw_free(status_file);
  return status;
}

/* --- requests --- */

/* The same file with the same bytes however often it is written: nothing is asked for twice. */
static dw_status request_step(dw_healing *h, dw_journal_run *run, const dw_value *step, bool *ok)
{
  char time[DW_TIME_TEXT];
  dw_buf text = {0}, name = {0}, incident = {0};
  dw_json json;
  dw_status status = dw_healing_log(h, "started", run->id, dw_value_text_of(step, "id", NULL), NULL);
  dw_json_start(&json, &text, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "alert");
  dw_json_text(&json, "step", dw_value_text_of(step, "id", NULL));
  dw_json_text(&json, "run", run->id);
  dw_json_text(&json, "action", dw_value_text_of(run->plan, "action", NULL));
  dw_json_text(&json, "name", dw_value_text_of(step, "name", NULL));
  dw_json_bytes(&json, "time", time, dw_time_print(time, run->time));
  dw_json_text(&json, "type", dw_value_text_of(run->plan, "type", NULL));
  dw_json_text(&json, "severity", dw_value_text_of(run->plan, "severity", NULL));
  dw_json_text(&json, "reason", dw_value_text_of(run->plan, "reason", NULL));
  dw_value_print(run->incident, &incident);
  dw_json_raw(&json, "incident", incident.data, incident.length);
  dw_json_close(&json, '}');
  dw_buf_char(&text, '\n');
  dw_buf_format(&name, "outbox/%s.json", dw_value_text_of(step, "id", NULL));
  char *folder = dw_healing_path(h, "outbox");
  if (status == DW_OK) status = dw_healing_folder(h, folder);
  if (status == DW_OK) status = dw_healing_file(h, dw_buf_cstr(&name), text.data, text.length);
  if (status == DW_OK) status = dw_healing_emit(h, text.data, text.length - 1);
  if (status == DW_OK) status = ended(h, run, step, "done", NULL, dw_buf_cstr(&name));
  *ok = status == DW_OK;
  dw_free(folder);
  dw_buf_free(&text);
  dw_buf_free(&name);
  dw_buf_free(&incident);
  return status;
}

dw_status dw_healing_step(dw_healing *h, dw_journal_run *run, const dw_value *step, bool *ok, bool *unknown, dw_buf *why)
{
  const dw_journal_step *before = dw_journal_step_of(run, dw_value_text_of(step, "id", NULL));
  why->length = 0;
  *unknown = false;
  if (before && before->ended) {
    const char *outcome = dw_value_text(dw_value_get(before->action, "outcome"), "");
    *ok = strcmp(outcome, "done") == 0;
    dw_buf_format(why, "%s: %s", dw_value_text_of(step, "name", NULL), dw_value_text(dw_value_get(before->action, "reason"), outcome));
    return DW_OK;
  }
  return strcmp(dw_value_text_of(step, "type", NULL), "request") == 0 ? request_step(h, run, step, ok)
                                                                      : command_step(h, run, step, ok, unknown, why);
}
