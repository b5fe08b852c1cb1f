#include "detect/online/online_state.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "detect/online/detector_state.h"

enum { VERSION = 2 };
#define SAVE_EVERY_NS UINT64_C(10000000000)

static const dw_watch_kind state_kind = {"{\"kind\":\"detector_state\"", "dw-detect --state", "remove the file"};

/* Which mistakes a detector of them has: others are another stream. Nothing when columns are watched. */
static void write_outcome(dw_json *json, const dw_online_options *o)
{
  if (!o->label) return;
  dw_json_open(json, "error", '{');
  dw_json_text(json, "label", o->label);
  dw_json_text(json, "score", o->score);
  if (o->positive) dw_json_text(json, "positive", o->positive);
  else dw_json_null(json, "positive");
  dw_json_number(json, "cut", o->cut);
  dw_json_close(json, '}');
}

void dw_online_state_write(dw_online *online, dw_buf *out)
{
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "detector_state");
  dw_json_integer(&json, "version", VERSION);
  dw_json_text(&json, "method", online->options.detector->method->name);
  dw_detector_parameters_write(&json, online->options.detector);
  dw_json_text(&json, "after_drift", dw_after_drift_words[online->options.after]);
  write_outcome(&json, &online->options);
  dw_json_integer(&json, "records", (int64_t)(online->before + online->records));
  if (online->latest != INT64_MIN) {
    char text[DW_TIME_TEXT];
    dw_json_bytes(&json, "latest", text, dw_time_print(text, online->latest));
  }
  dw_json_open(&json, "columns", '[');
  for (size_t i = 0; i < online->count; i++) {
    dw_online_column *column = &online->column[i];
    dw_json_open(&json, NULL, '{');
    dw_json_text(&json, "column", column->name);
    if (column->own) dw_detector_parameters_write(&json, &column->detector);
    dw_json_integer(&json, "level", (int64_t)column->level);
    dw_json_bool(&json, "stopped", column->stopped);
    dw_detector_state_write(&json, &column->detector);
    dw_json_close(&json, '}');
  }
  dw_json_close(&json, ']');
  dw_watch_file_seal(out);
}

/* --- read --- */

static dw_status other_settings(dw_err *err, const char *name, const char *what, const char *theirs, const char *ours)
{
  return dw_err_at(err, DW_EDATA, name, 0, 0, "this state was begun with %s %.200s, not %.200s: give the same, or name another file", what,
                   theirs, ours);
}

static dw_status check_parameters(const dw_detector *detector, const char *name, const dw_value *state, dw_err *err)
{
  dw_buf ours = {0}, theirs = {0};
  dw_json json;
  dw_json_start(&json, &ours, 0);
  dw_json_open(&json, NULL, '{');
  dw_detector_parameters_write(&json, detector);
  dw_json_close(&json, '}');
  dw_buf_text(&theirs, "{\"parameters\":");
  dw_value_print(dw_value_get(state, "parameters"), &theirs);
  dw_buf_char(&theirs, '}');
  dw_status status = DW_OK;
  if (ours.length != theirs.length || memcmp(ours.data, theirs.data, ours.length) != 0)
    status = other_settings(err, name, "the", dw_buf_cstr(&theirs), dw_buf_cstr(&ours));
  dw_buf_free(&ours);
  dw_buf_free(&theirs);
  return status;
}

static dw_status check_outcome(const dw_online *online, const char *name, const dw_value *state, dw_err *err)
{
  dw_buf ours = {0}, theirs = {0};
  dw_json json;
  dw_json_start(&json, &ours, 0);
  dw_json_open(&json, NULL, '{');
  write_outcome(&json, &online->options);
  dw_json_close(&json, '}');
  const dw_value *value = dw_value_get(state, "error");
  dw_buf_text(&theirs, value ? "{\"error\":" : "{");
  if (value) dw_value_print(value, &theirs);
  dw_buf_char(&theirs, '}');
  dw_status status = DW_OK;
  if (ours.length != theirs.length || memcmp(ours.data, theirs.data, ours.length) != 0)
    status = other_settings(err, name, "the values of", value ? dw_buf_cstr(&theirs) : "columns",
                            online->options.label ? dw_buf_cstr(&ours) : "columns");
  dw_buf_free(&ours);
  dw_buf_free(&theirs);
  return status;
}

static dw_status check_settings(const dw_online *online, const char *name, const dw_value *state, dw_err *err)
{
  const char *method = online->options.detector->method->name, *after = dw_after_drift_words[online->options.after];
  const char *their_method = dw_value_text_of(state, "method", ""), *their_after = dw_value_text_of(state, "after_drift", "");
  if (dw_value_number(dw_value_get(state, "version"), 0) != VERSION)
    return dw_err_at(err, DW_EDATA, name, 0, 0, "this state is of another version of dw-detect: remove the file");
  if (strcmp(method, their_method) != 0) return other_settings(err, name, "--method", their_method, method);
  if (strcmp(after, their_after) != 0) return other_settings(err, name, "--after-drift", their_after, after);
  dw_status status = check_outcome(online, name, state, err);
  return status == DW_OK ? check_parameters(online->options.detector, name, state, err) : status;
}

static dw_status read_column(dw_online *online, const char *path, const dw_value *item, dw_err *err)
{
  const char *name = dw_value_text_of(item, "column", NULL);
  double level = dw_value_number(dw_value_get(item, "level"), -1);
  if (!name || !(level == DW_DETECTOR_NONE || level == DW_DETECTOR_WARNING || level == DW_DETECTOR_DRIFT))
    return dw_err_at(err, DW_EDATA, path, 0, 0, "a column without a name or a level");
  dw_online_column *column = dw_online_enter(online, name);
  if (column->own != (dw_value_get(item, "parameters") != NULL))
    return dw_err_at(err, DW_EDATA, path, 0, 0, "\"%.200s\" was begun %s a threshold of its own: give the same, or name another file", name,
                     column->own ? "without" : "with");
  dw_status status = column->own ? check_parameters(&column->detector, path, item, err) : DW_OK;
  if (status != DW_OK) return status;
  column->level = (dw_detector_event)(int)level;
  column->stopped = dw_value_bool(dw_value_get(item, "stopped"), false);
  dw_err why;
  status = dw_detector_state_read(dw_value_get(item, "state"), &column->detector, &why);
  return status == DW_OK ? DW_OK : dw_err_at(err, status, path, 0, 0, "%s", why.message);
}

dw_status dw_online_state_read(dw_online *online, const char *name, const char *text, size_t length, dw_err *err)
{
  dw_value *state;
  dw_status status = dw_watch_text_check(&state_kind, name, text, length, err);
  if (status == DW_OK) status = dw_value_parse(&state, text, length, name, 1, err);
  if (status != DW_OK) return status;
  status = check_settings(online, name, state, err);
  double records = dw_value_number(dw_value_get(state, "records"), -1);
  if (status == DW_OK && !(records >= 0 && records < 9e15 && records == floor(records)))
    status = dw_err_at(err, DW_EDATA, name, 0, 0, "\"records\" is no count");
  if (status == DW_OK) online->before = (uint64_t)records;
  const char *latest = dw_value_text_of(state, "latest", NULL);
  if (status == DW_OK && latest && !dw_time_parse(latest, strlen(latest), &online->latest))
    status = dw_err_at(err, DW_EDATA, name, 0, 0, "\"latest\" is no time");
  const dw_value *columns = dw_value_get(state, "columns");
  for (const dw_value *item = dw_value_first(columns); item && status == DW_OK; item = dw_value_next(item))
    status = read_column(online, name, item, err);
  dw_value_free(state);
  return status;
}

/* --- the file --- */

dw_status dw_online_state_open(dw_online_state *state, const char *path, dw_online *online, dw_err *err)
{
  char *text;
  size_t length;
  *state = (dw_online_state){.saved_ns = dw_monotonic_ns()};
  dw_status status = dw_watch_file_open(&state->file, &state_kind, path, false, &text, &length, err);
  if (status == DW_OK && text) status = dw_online_state_read(online, path, text, length, err);
  dw_free(text);
  return status;
}

dw_status dw_online_state_save(dw_online_state *state, dw_online *online, dw_err *err)
{
  dw_buf text = {0};
  dw_online_state_write(online, &text);
  dw_status status = dw_watch_file_commit(&state->file, &text, err);
  dw_buf_free(&text);
  state->saved_ns = dw_monotonic_ns();
  return status;
}

bool dw_online_state_due(const dw_online_state *state) { return dw_monotonic_ns() - state->saved_ns >= SAVE_EVERY_NS; }

void dw_online_state_close(dw_online_state *state) { dw_watch_file_close(&state->file); }
