#include "kinds/checked_run.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"

void dw_checked_column_init(dw_checked_column *column)
{
  *column = (dw_checked_column){.score = NAN, .threshold = NAN, .h = NAN, .centroid_cosine = NAN, .variance_ratio = NAN};
}

void dw_checked_column_write(const dw_checked_column *column, dw_json *json)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "column", column->column);
  dw_json_text(json, "check", column->check);
  dw_json_text(json, "method", column->method);
  dw_json_number(json, "score", column->score);
  dw_json_number(json, "threshold", column->threshold);
  dw_json_number(json, "h", column->h);
  dw_json_text(json, "severity", dw_severity_word(column->severity));
  dw_json_bool(json, "drift", column->drift);
  if (!isnan(column->centroid_cosine)) dw_json_number(json, "centroid_cosine", column->centroid_cosine);
  if (!isnan(column->variance_ratio)) dw_json_number(json, "variance_ratio", column->variance_ratio);
  dw_json_close(json, '}');
}

static const dw_checked_rate unsaid = {.value = NAN,
                                       .limit = NAN,
                                       .rows = NAN,
                                       .known = NAN,
                                       .now = NAN,
                                       .before = NAN,
                                       .rows_before = NAN,
                                       .known_before = NAN,
                                       .least = NAN};

void dw_checked_run_init(dw_checked_run *run)
{
  *run = (dw_checked_run){.time = INT64_MIN,
                          .window = {INT64_MIN, INT64_MIN},
                          .silent_since = INT64_MIN,
                          .rows = NAN,
                          .strays = NAN,
                          .baseline_rows = NAN,
                          .drifted = NAN,
                          .seed_baseline_rows = NAN,
                          .seed_rows = NAN,
                          .kl_divergence = NAN,
                          .cosine_similarity = NAN,
                          .refusal = unsaid,
                          .toxicity = unsaid,
                          .accuracy = unsaid};
}

/* --- reading --- */

static int64_t read_time(dw_fields *at, const dw_value *o, const char *key)
{
  int64_t instant = INT64_MIN;
  const char *text = dw_fields_text(at, o, key, NULL);
  if (text && !dw_time_parse(text, strlen(text), &instant)) dw_fields_refuse_word(at, key, text, "a time");
  return instant;
}

static dw_checked_period read_period(dw_fields *at, const dw_value *o)
{
  return (dw_checked_period){read_time(at, o, "from"), read_time(at, o, "to")};
}

static dw_checked_column read_column(dw_fields *at, const dw_value *o)
{
  dw_checked_column column = {.column = dw_fields_text(at, o, "column", NULL),
                              .check = dw_fields_text(at, o, "check", NULL),
                              .method = dw_fields_text(at, o, "method", NULL),
                              .score = dw_fields_number(at, o, "score"),
                              .threshold = dw_fields_number(at, o, "threshold"),
                              .h = dw_fields_number(at, o, "h"),
                              .drift = dw_fields_truth(at, o, "drift"),
                              .severity = dw_fields_severity(at, o),
                              .centroid_cosine = dw_fields_number(at, o, "centroid_cosine"),
                              .variance_ratio = dw_fields_number(at, o, "variance_ratio")};
  if (!column.column) dw_fields_refuse(at, "column", "a text");
  return column;
}

static void read_comparison(dw_checked_comparison *out, dw_fields *at, const dw_value *o)
{
  const dw_value *summary = dw_fields_object(at, o, "summary"), *list = dw_fields_list(at, o, "columns");
  *out = (dw_checked_comparison){.record = dw_fields_text(at, o, "record", NULL), .left_out = dw_fields_number(at, o, "columns_left_out")};
  out->columns = dw_fields_number(at, summary, "columns");
  out->drifted = dw_fields_number(at, summary, "drifted");
  out->drift_share = dw_fields_number(at, summary, "drift_share");
  dw_checked_column *column = dw_fields_room(at, dw_value_count(list), sizeof *column);
  for (const dw_value *item = dw_value_first(list); item && at->status == DW_OK; item = dw_value_next(item))
    column[out->column_count++] = read_column(at, item);
  out->column = column;
}

static void read_comparisons(dw_checked_run *out, dw_fields *at, const dw_value *list)
{
  out->comparison = dw_fields_room(at, dw_value_count(list), sizeof *out->comparison);
  for (const dw_value *item = dw_value_first(list); item && at->status == DW_OK; item = dw_value_next(item))
    read_comparison(&out->comparison[out->comparison_count++], at, item);
}

static dw_checked_part *read_parts(dw_fields *at, const dw_value *object, size_t *count)
{
  dw_checked_part *parts = dw_fields_room(at, dw_value_count(object), sizeof *parts);
  for (const dw_value *item = dw_value_first(object); item && at->status == DW_OK; item = dw_value_next(item)) {
    const char *state = dw_fields_text(at, item, "state", "");
    const dw_value *acknowledged = dw_fields_object(at, item, "acknowledged"), *told = dw_fields_object(at, item, "told");
    parts[(*count)++] = (dw_checked_part){.check = dw_fields_keep(at, dw_value_key(item)),
                                          .judged = dw_fields_truth(at, item, "judged"),
                                          .drift = dw_fields_truth(at, item, "drift"),
                                          .open = strcmp(state, "open") == 0,
                                          .severity = dw_fields_severity(at, item),
                                          .failing = dw_fields_number(at, item, "failing"),
                                          .passing = dw_fields_number(at, item, "passing"),
                                          .since = read_time(at, item, "since"),
                                          .until = read_time(at, item, "until"),
                                          .closed = read_time(at, item, "closed"),
                                          .acknowledged = read_time(at, acknowledged, "time"),
                                          .told = read_time(at, told, "time"),
                                          .who = dw_fields_text(at, acknowledged, "who", NULL),
                                          .why = dw_fields_text(at, acknowledged, "why", NULL)};
  }
  return parts;
}

static dw_checked_rate read_rate(dw_fields *at, const dw_value *o)
{
  if (!o) return unsaid;
  return (dw_checked_rate){.value = dw_fields_number(at, o, "value"),
                           .limit = dw_fields_number(at, o, "limit"),
                           .rows = dw_fields_number(at, o, "rows"),
                           .known = dw_fields_number(at, o, "known"),
                           .metric = dw_fields_text(at, o, "metric", NULL),
                           .now = dw_fields_number(at, o, "now"),
                           .before = dw_fields_number(at, o, "before"),
                           .rows_before = dw_fields_number(at, o, "rows_before"),
                           .known_before = dw_fields_number(at, o, "known_before"),
                           .least = dw_fields_number(at, o, "least")};
}

static dw_answer read_answer(dw_fields *at, const dw_value *o)
{
  const char *word = dw_fields_text(at, o, "verdict", NULL);
  if (!word) return DW_ANSWER_UNSAID;
  for (dw_answer answer = DW_ANSWER_DRIFT; answer <= DW_ANSWER_NOT_JUDGED; answer++)
    if (strcmp(word, dw_answer_words(answer)) == 0) return answer;
  dw_fields_refuse_word(at, "verdict", word, "drift, no drift or not judged");
  return DW_ANSWER_UNSAID;
}

static void read_baseline(dw_checked_run *out, dw_fields *at, const dw_value *o)
{
  const dw_value *list = dw_fields_list(at, o, "periods");
  dw_checked_period *period = dw_fields_room(at, dw_value_count(list), sizeof *period);
  out->baseline = dw_fields_text(at, o, "rule", NULL);
  out->baseline_rows = dw_fields_number(at, o, "rows");
  for (const dw_value *item = dw_value_first(list); item && at->status == DW_OK; item = dw_value_next(item))
    period[out->period_count++] = read_period(at, item);
  out->period = period;
}

static void read_seed(dw_checked_run *out, dw_fields *at, const dw_value *o)
{
  out->kl_divergence = dw_fields_number(at, o, "kl_divergence");
  out->cosine_similarity = dw_fields_number(at, o, "cosine_similarity");
  out->alarm = dw_fields_truth(at, o, "alarm");
  out->seed_baseline_rows = dw_fields_number(at, o, "baseline_rows");
  out->seed_rows = dw_fields_number(at, o, "rows");
}

dw_status dw_checked_run_read(dw_checked_run *out, dw_fields *at, const dw_value *document)
{
  const dw_value *behaviour = dw_fields_object(at, document, "behaviour");
  dw_checked_run_init(out);
  out->model = dw_fields_text(at, document, "model", NULL);
  out->time = read_time(at, document, "time");
  out->answer = read_answer(at, document);
  out->severity = dw_fields_severity(at, document);
  out->reason = dw_fields_text(at, document, "reason", NULL);
  out->rule = dw_fields_text(at, document, "rule", NULL);
  out->window = read_period(at, dw_fields_object(at, document, "window"));
  out->rows = dw_fields_number(at, document, "rows");
  out->strays = dw_fields_number(at, document, "strays");
  out->drifted = dw_fields_number(at, document, "drifted");
  out->top = dw_fields_texts(at, dw_fields_list(at, document, "top_columns"), "top_columns", &out->top_count);
  read_baseline(out, at, dw_fields_object(at, document, "baseline"));
  read_seed(out, at, dw_fields_object(at, document, "seed_rule"));
  out->part = read_parts(at, dw_fields_object(at, document, "checks"), &out->part_count);
  out->alert = read_parts(at, dw_fields_object(at, document, "alerts"), &out->alert_count);
  out->refusal = read_rate(at, dw_fields_object(at, behaviour, "refusal_rate"));
  out->toxicity = read_rate(at, dw_fields_object(at, behaviour, "toxicity_rate"));
  out->accuracy = read_rate(at, dw_fields_object(at, behaviour, "accuracy_drop"));
  read_comparisons(out, at, dw_fields_list(at, document, "comparisons"));
  return at->status;
}

/* --- what stands in front of a run --- */

dw_status dw_checked_watch_read(dw_checked_watch *out, dw_fields *at, const dw_value *document)
{
  *out = (dw_checked_watch){.check = dw_fields_text(at, document, "check", NULL),
                            .model = dw_fields_text(at, document, "model", NULL),
                            .rate = read_rate(at, document),
                            .since = read_time(at, document, "since")};
  if (!out->check) dw_fields_refuse(at, "check", "a text");
  return at->status;
}

const dw_checked_rate *dw_checked_run_rate(const dw_checked_run *run, const char *check)
{
  if (strcmp(check, "refusal_rate") == 0) return &run->refusal;
  if (strcmp(check, "toxicity_rate") == 0) return &run->toxicity;
  return strcmp(check, "accuracy_drop") == 0 ? &run->accuracy : NULL;
}

void dw_checked_run_take(dw_checked_run *run, const dw_checked_watch *watch)
{
  dw_checked_rate *rate = (dw_checked_rate *)dw_checked_run_rate(run, watch->check);
  if (strcmp(watch->check, "silence") == 0) run->silent_since = watch->since;
  if (rate && isnan(rate->rows)) *rate = watch->rate;
}
