#include "serve/watch/usual.h"

#include <math.h>

#include "stats/samples/moments.h"

/* How far back rows are looked for: some may be missing. */
enum { BACK = 3 };

const char *dw_measure_word(dw_measure_kind kind)
{
  static const char *const word[DW_MEASURES] = {"refusal_rate", "toxicity_rate", "accuracy_drop", "embedding_cosine"};
  return word[kind];
}

double dw_usual_limit(const double *value, size_t count, uint64_t known)
{
  dw_moments m;
  dw_moments_init(&m);
  if (count < DW_USUAL_LEAST) return NAN;
  dw_moments_add_array(&m, value, count);
  double share = fmin(fmax(m.mean, 0), 1), deviation = dw_moments_std(&m, 1);
  /* of a rate that was never more than nothing, one record in so many is what chance makes */
  double chance = known ? sqrt(fmax(share * (1 - share), 1 / (double)known) / (double)known) : 0;
  deviation = fmax(deviation, fmax(chance, fabs(m.mean) / 20));
  return m.mean + DW_USUAL_SIGMA * deviation;
}

/* --- what runs said --- */

/* The last values of each measure, in a ring. */
typedef struct past {
  double *value[DW_MEASURES];
  size_t count[DW_MEASURES];
  uint64_t known[DW_MEASURES], most;
} past;

static dw_status take_row(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  past *p = context;
  dw_value *value;
  dw_status status = dw_value_parse_shown(&value, row->content, row->length, row->id, 0, err);
  if (status != DW_OK) return status;
  for (int i = 0; i < DW_MEASURES && strcmp(dw_value_text_of(value, "kind", ""), "limits") == 0; i++) {
    const dw_value *measure = dw_value_get(value, dw_measure_word((dw_measure_kind)i));
    double number = dw_value_number(dw_value_get(measure, "value"), NAN);
    if (isnan(number) || dw_value_bool(dw_value_get(measure, "drift"), false)) continue;
    p->value[i][p->count[i]++ % p->most] = number;
    p->known[i] = (uint64_t)dw_value_number(dw_value_get(measure, "known"), 0);
  }
  dw_value_free(value);
  return DW_OK;
}

dw_status dw_usual_read(dw_usual *usual, dw_records *records, const char *model, int64_t now, int64_t every, uint64_t runs, dw_err *err)
{
  past p = {.most = runs};
  int64_t back = every < INT64_MAX / 4 / BACK / (int64_t)runs ? BACK * every * (int64_t)runs : INT64_MAX / 4;
  dw_records_query query = {.kind = DW_RECORD_THRESHOLD, .model = model, .from = now - back, .to = now, .strays = true};
  for (int i = 0; i < DW_MEASURES; i++) p.value[i] = dw_alloc_array(dw_size(runs), sizeof *p.value[i]);
  dw_status status = dw_records_get(records, &query, take_row, &p, NULL, err);
  for (int i = 0; i < DW_MEASURES; i++) {
    usual->limit[i] = dw_usual_limit(p.value[i], (size_t)(p.count[i] < runs ? p.count[i] : runs), p.known[i]);
    dw_free(p.value[i]);
  }
  return status;
}

void dw_usual_write(const dw_measure measure[DW_MEASURES], const char *model, int64_t time, bool adaptive, dw_buf *out)
{
  char text[DW_TIME_TEXT];
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "limits");
  dw_json_text(&json, "model", model);
  dw_json_bytes(&json, "time", text, dw_time_print(text, time));
  dw_json_bool(&json, "adaptive", adaptive);
  for (int i = 0; i < DW_MEASURES; i++) {
    if (isnan(measure[i].value)) continue;
    dw_json_open(&json, dw_measure_word((dw_measure_kind)i), '{');
    dw_json_number(&json, "value", measure[i].value);
    dw_json_number(&json, "limit", measure[i].limit);
    if (measure[i].known) dw_json_integer(&json, "known", (int64_t)measure[i].known);
    dw_json_bool(&json, "drift", measure[i].drift);
    dw_json_close(&json, '}');
  }
  dw_json_close(&json, '}');
}
