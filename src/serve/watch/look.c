#include "serve/watch/look.h"

#include <math.h>

#include "base/digest.h"
#include "serve/watch/look_parts.h"

/* The first two are looked at for what they say of quality; halves of inferences are read with those that came whole. */
static const dw_record_kind spoken[] = {DW_RECORD_INFERENCE, DW_RECORD_INTERACTION, DW_RECORD_EMBEDDING, DW_RECORD_REQUEST,
                                        DW_RECORD_RESPONSE};
enum { SPOKEN = sizeof spoken / sizeof *spoken };

const char *dw_look_part_word(dw_look_part part)
{
  static const char *const word[DW_PARTS] = {"data_drift", "silence", "refusal_rate", "toxicity_rate", "accuracy_drop"};
  return part < DW_PARTS ? word[part] : NULL;
}

/* --- no records for too long --- */

static dw_status see_one(void *seen, const dw_records_row *row, bool *stop, dw_err *err)
{
  *(bool *)seen = *stop = true;
  return DW_OK;
}

static dw_status check_silence(dw_looking *look, dw_err *err)
{
  const dw_look_settings *set = look->settings;
  dw_look_answer *answer = &look->result->part[DW_PART_SILENCE];
  if (!set->silence) return DW_OK;
  bool seen = false;
  look->silent_since = look->result->now - set->silence;
  for (int i = 0; i < SPOKEN && !seen; i++) {
    dw_records_query query = {.kind = spoken[i], .model = set->model, .limit = 1};
    query.from = look->silent_since;
    query.to = look->result->now + DW_RECORDS_AHEAD;
    dw_status status = dw_records_get(look->records, &query, see_one, &seen, NULL, err);
    if (status != DW_OK) return status;
  }
  *answer = (dw_look_answer){.judged = true, .drift = !seen, .severity = seen ? DW_SEVERITY_NONE : DW_SEVERITY_HIGH};
  return DW_OK;
}

/* --- rates, and the fall of a metric --- */

static void add_tally(dw_census *sum, const dw_census *one)
{
  sum->rows += one->rows;
  sum->right.known += one->right.known, sum->right.yes += one->right.yes;
  sum->refused.known += one->refused.known, sum->refused.yes += one->refused.yes;
  sum->toxic.known += one->toxic.known, sum->toxic.yes += one->toxic.yes;
  sum->feedback += one->feedback, sum->feedback_sum += one->feedback_sum;
}

static dw_status tally_week(dw_looking *look, int64_t end, dw_census *sum, dw_err *err)
{
  dw_period week = {end - DW_BEHAVIOUR_DAYS, end};
  dw_periods periods = {&week, 1, 1};
  dw_status status = DW_OK;
  for (int i = 0; i < 2 && status == DW_OK; i++) {
    dw_census one;
    dw_window_source source;
    dw_window_source_init(&source, look->records, spoken[i], look->settings->model, &periods, true);
    source.stop = look->settings->stop;
    source.stop_context = look->settings->stop_context;
    status = dw_census_read(&one, &source, err);
    if (status == DW_OK) add_tally(sum, &one);
    dw_census_free(&one);
    dw_window_source_free(&source);
  }
  return status;
}

static dw_status check_behaviour(dw_looking *look, dw_err *err)
{
  const dw_behaviour_limits *limits = &look->settings->limits;
  bool metric = !isnan(limits->accuracy_drop) || !isnan(limits->accuracy_points);
  dw_census recent = {0}, before = {0};
  dw_status status = DW_OK;
  if (metric || !isnan(limits->refusal_rate) || !isnan(limits->toxicity_rate)) status = tally_week(look, look->window.to, &recent, err);
  if (status == DW_OK && metric) status = tally_week(look, look->window.to - DW_BEHAVIOUR_BACK, &before, err);
  if (status != DW_OK) return status;
  dw_behaviour_judge(limits, &recent, &before, look->behaviour);
  for (int i = 0; i < DW_BEHAVIOURS; i++) {
    const dw_behaviour *b = &look->behaviour[i];
    dw_severity severity = !b->drift ? DW_SEVERITY_NONE : b->value > 2 * b->limit ? DW_SEVERITY_HIGH : DW_SEVERITY_MEDIUM;
    look->result->part[DW_PART_REFUSAL + i] = (dw_look_answer){b->judged, b->drift, severity};
    if (b->judged) look->result->measure[i] = (dw_measure){b->value, b->limit, i == DW_BEHAVIOUR_ACCURACY ? 0 : b->known, b->drift};
  }
  return DW_OK;
}

/* --- all of it --- */

static void conclude(dw_look_result *result)
{
  bool drift = false;
  for (int i = 0; i < DW_PARTS; i++) {
    drift |= result->part[i].drift;
    if (result->part[i].severity > result->severity) result->severity = result->part[i].severity;
  }
  bool judged = result->part[DW_PART_DATA].judged;
  for (int i = DW_PART_REFUSAL; i < DW_PARTS && result->nothing_to_compare; i++) judged |= result->part[i].judged;
  result->answer = drift ? DW_ANSWER_DRIFT : judged ? DW_ANSWER_NO_DRIFT : DW_ANSWER_NOT_JUDGED;
}

dw_status dw_look(dw_look_result *result, const dw_look_settings *settings, dw_records *records, int64_t now, const dw_periods *left_out,
                  const dw_buf *stages, const dw_notices *notices, dw_err *err)
{
  *result = (dw_look_result){.now = now};
  for (int i = 0; i < DW_MEASURES; i++) result->measure[i] = (dw_measure){.value = NAN, .limit = NAN};
  dw_looking look = {.settings = settings, .records = records, .stages = stages, .notices = notices, .result = result};
  look.window = (dw_period){now - settings->delay - settings->window, now - settings->delay};
  result->window = look.window;
  dw_periods_add(&look.current, look.window);
  dw_versions_periods(settings->versions, &settings->baseline, look.window, left_out, &look.baseline);
  look.version = dw_versions_asked(settings->versions, &settings->baseline);
  dw_status status = dw_look_compare(&look, err);
  if (status == DW_OK) status = check_silence(&look, err);
  if (status == DW_OK) status = check_behaviour(&look, err);
  if (status == DW_OK) {
    conclude(result);
    dw_look_write(&look);
  }
  dw_periods_free(&look.current);
  dw_periods_free(&look.baseline);
  dw_buf_free(&look.comparisons);
  return status;
}

void dw_look_free(dw_look_result *result)
{
  dw_buf_free(&result->lines);
  dw_buf_free(&result->run);
  dw_buf_free(&result->events);
}

/* --- into the database --- */

static void add_item(dw_arena *arena, dw_records_item item, const char *content, size_t length, dw_records_item **items, size_t *count,
                     size_t *capacity)
{
  item.content = dw_arena_strndup(arena, content, length);
  item.length = length;
  *items = dw_grow(*items, capacity, *count + 1, sizeof **items);
  (*items)[(*count)++] = item;
}

void dw_look_id(const dw_look_result *result, char out[DW_LOOK_ID])
{
  char time[DW_TIME_TEXT + 1], mark[33];
  dw_digest digest;
  time[dw_time_print(time, result->window.to)] = '\0';
  dw_digest_init(&digest);
  dw_digest_add(&digest, result->run.data, result->run.length);
  dw_digest_text(&digest, mark);
  snprintf(out, DW_LOOK_ID, "%s/%.16s", time, mark);
}

void dw_look_items(const dw_look_result *result, const char *model, dw_arena *arena, dw_records_item **items, size_t *count,
                   size_t *capacity)
{
  char run[DW_LOOK_ID];
  dw_buf id = {0};
  dw_look_id(result, run);
  dw_records_item item = {.kind = DW_RECORD_RUN, .model = model, .source = "", .time = result->now, .received = result->now};
  item.id = dw_arena_strndup(arena, run, strlen(run));
  add_item(arena, item, result->run.data, result->run.length - 1, items, count, capacity);
  item.kind = DW_RECORD_EVENT;
  size_t number = 0;
  for (size_t from = 0; from < result->events.length;) {
    const char *line = result->events.data + from, *end = memchr(line, '\n', result->events.length - from);
    id.length = 0;
    dw_buf_format(&id, "%s/%zu", run, ++number);
    item.id = dw_arena_strndup(arena, id.data, id.length);
    add_item(arena, item, line, (size_t)(end - line), items, count, capacity);
    from += (size_t)(end - line) + 1;
  }
  dw_buf_free(&id);
}
