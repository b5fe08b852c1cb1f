/* What a look writes besides findings and summaries (man driftwatch-records). */
#include <math.h>

#include "io/text/made_by.h"
#include "serve/watch/look_parts.h"

static void put_time(dw_json *json, const char *key, int64_t instant)
{
  char text[DW_TIME_TEXT];
  dw_json_bytes(json, key, text, dw_time_print(text, instant));
}

static void put_period(dw_json *json, const char *key, dw_period period)
{
  dw_json_open(json, key, '{');
  put_time(json, "from", period.from);
  put_time(json, "to", period.to);
  dw_json_close(json, '}');
}

static void put_answer(dw_json *json, const dw_look_answer *answer)
{
  dw_json_bool(json, "judged", answer->judged);
  dw_json_bool(json, "drift", answer->drift);
  dw_json_text(json, "severity", dw_severity_word(answer->severity));
}

/* A document of its own, begun: of a check that is no comparison. */
static size_t begin(dw_looking *look, dw_json *json, dw_look_part part)
{
  size_t from = look->result->lines.length;
  dw_json_start(json, &look->result->lines, 0);
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "kind", "watch");
  dw_json_text(json, "check", dw_look_part_word(part));
  dw_json_text(json, "model", look->settings->model);
  put_time(json, "time", look->window.to);
  put_answer(json, &look->result->part[part]);
  return from;
}

static void end(dw_looking *look, dw_json *json, dw_look_part part, size_t from)
{
  dw_look_result *result = look->result;
  dw_json_close(json, '}');
  dw_buf_char(&result->lines, '\n');
  if (result->part[part].drift) dw_buf_add(&result->events, result->lines.data + from, result->lines.length - from);
}

static void put_seed(dw_looking *look, dw_json *json)
{
  dw_json_number(json, "kl_divergence", look->seed.divergence);
  dw_json_number(json, "cosine_similarity", look->seed.cosine);
  dw_json_bool(json, "alarm", look->seed.alarm);
  dw_json_integer(json, "baseline_rows", (int64_t)look->confidence[0].rows);
  dw_json_integer(json, "rows", (int64_t)look->confidence[1].rows);
}

/* Some record says something. */
static bool is_known(const dw_behaviour *b) { return b->known || b->known_before; }

static void put_behaviour(dw_json *json, const dw_behaviour *b)
{
  dw_json_number(json, "value", b->value);
  dw_json_number(json, "limit", b->limit);
  dw_json_integer(json, "rows", (int64_t)b->rows);
  dw_json_integer(json, "known", (int64_t)b->known);
  if (b->kind != DW_BEHAVIOUR_ACCURACY) return;
  dw_json_text(json, "metric", b->metric);
  dw_json_number(json, "now", b->now);
  dw_json_number(json, "before", b->before);
  dw_json_integer(json, "rows_before", (int64_t)b->rows_before);
  dw_json_integer(json, "known_before", (int64_t)b->known_before);
  dw_json_number(json, "least", b->least);
}

static void write_behaviour(dw_looking *look, const dw_behaviour *b)
{
  dw_json json;
  dw_look_part part = (dw_look_part)(DW_PART_REFUSAL + (unsigned)b->kind);
  if (!b->asked || !is_known(b)) return;
  size_t from = begin(look, &json, part);
  put_behaviour(&json, b);
  end(look, &json, part, from);
}

static void write_others(dw_looking *look)
{
  dw_json json;
  const dw_look_result *result = look->result;
  if (look->settings->seed_rule) {
    size_t from = begin(look, &json, DW_PART_DATA);
    put_seed(look, &json);
    end(look, &json, DW_PART_DATA, from);
  }
  if (result->part[DW_PART_SILENCE].drift) {
    size_t from = begin(look, &json, DW_PART_SILENCE);
    put_time(&json, "since", look->silent_since);
    end(look, &json, DW_PART_SILENCE, from);
  }
  for (int i = 0; i < DW_BEHAVIOURS; i++) write_behaviour(look, &look->behaviour[i]);
}

static void put_baseline(dw_looking *look, dw_json *json)
{
  dw_json_open(json, "baseline", '{');
  dw_json_text(json, "rule", look->settings->baseline_text);
  if (look->version) dw_json_text(json, "version", look->version);
  dw_json_integer(json, "rows", (int64_t)look->result->baseline_rows);
  dw_json_open(json, "periods", '[');
  for (size_t i = 0; i < look->baseline.count; i++) put_period(json, NULL, look->baseline.period[i]);
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}

/* What is known of them, asked for or not: a curve of them has a point of each run. */
static void put_behaviours(const dw_looking *look, dw_json *json)
{
  dw_json_open(json, "behaviour", '{');
  for (int i = 0; i < DW_BEHAVIOURS; i++) {
    const dw_behaviour *b = &look->behaviour[i];
    if (!is_known(b)) continue;
    dw_json_open(json, dw_behaviour_word(b->kind), '{');
    put_behaviour(json, b);
    dw_json_close(json, '}');
  }
  dw_json_close(json, '}');
}

static void put_parts(dw_looking *look, dw_json *json)
{
  dw_json_open(json, "checks", '{');
  for (int i = 0; i < DW_PARTS; i++) {
    dw_json_open(json, dw_look_part_word((dw_look_part)i), '{');
    put_answer(json, &look->result->part[i]);
    dw_json_close(json, '}');
  }
  dw_json_close(json, '}');
}

void dw_look_write(dw_looking *look)
{
  dw_look_result *result = look->result;
  dw_json json;
  write_others(look);
  dw_json_start(&json, &result->run, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "run");
  dw_json_text(&json, "model", look->settings->model);
  put_time(&json, "time", result->now);
  dw_json_text(&json, "verdict", dw_answer_words(result->answer));
  dw_json_bool(&json, "drift", result->answer == DW_ANSWER_DRIFT);
  dw_json_text(&json, "severity", dw_severity_word(result->severity));
  dw_json_text(&json, "reason", result->reason[0] ? result->reason : NULL);
  put_period(&json, "window", look->window);
  dw_json_integer(&json, "rows", (int64_t)result->rows);
  dw_json_integer(&json, "strays", (int64_t)look->strays);
  put_baseline(look, &json);
  dw_json_text(&json, "rule", look->settings->seed_rule ? "seed" : "default");
  put_parts(look, &json);
  dw_json_open(&json, "top_columns", '[');
  for (size_t i = 0; i < result->top_count; i++) dw_json_text(&json, NULL, result->top[i]);
  dw_json_close(&json, ']');
  dw_json_integer(&json, "drifted", (int64_t)result->drifted);
  if (result->events_left_out) dw_json_integer(&json, "events_left_out", (int64_t)result->events_left_out);
  dw_json_open(&json, "seed_rule", '{');
  put_seed(look, &json);
  dw_json_close(&json, '}');
  put_behaviours(look, &json);
  dw_buf list = {0};
  dw_buf_char(&list, '[');
  dw_buf_add(&list, look->comparisons.data, look->comparisons.length);
  dw_buf_char(&list, ']');
  dw_json_raw(&json, "comparisons", list.data, list.length);
  dw_buf_free(&list);
  dw_made_by_write(&json, look->stages->data, look->stages->length);
  dw_json_close(&json, '}');
  dw_buf_char(&result->run, '\n');
}
