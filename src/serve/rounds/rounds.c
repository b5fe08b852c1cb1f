#include "serve/rounds/rounds.h"

#include <math.h>
#include <pthread.h>

#include "base/clock.h"
#include "base/num.h"
#include "serve/alerts/slots.h"
#include "serve/alerts/turns.h"
#include "serve/rounds/stale.h"

/* How often the clock is looked at, which may be set, or stand still while the machine sleeps. */
#define LOOK (30 * DW_SECOND)

/* --- one check --- */

/* Records that come before this have no part in a look at now. */
static int64_t reach(const dw_look_settings *look, int64_t now)
{
  return now - look->delay - look->window - dw_baseline_rule_reach(&look->baseline);
}

/* Before the first check nothing is known: what the baseline has is looked at too. */
static dw_status see_versions(dw_versions *versions, const dw_look_settings *look, dw_records *records, int64_t now, bool first,
                              dw_err *err)
{
  dw_period time = {now - look->delay - look->window, now - look->delay};
  dw_status status = dw_versions_read(versions, records, look->model, now, err);
  if (first && look->baseline.form != DW_BASELINE_FIXED) time.from -= look->baseline.offset + look->baseline.size;
  return status == DW_OK ? dw_versions_see(versions, records, time, err) : status;
}

dw_status dw_rounds_adapt(dw_look_settings *look, dw_records *records, int64_t now, int64_t every, char text[DW_NUM_TEXT + 1],
                          bool *adapted, dw_err *err)
{
  dw_usual usual;
  dw_status status = dw_usual_read(&usual, records, look->model, now, every, look->adaptive, err);
  double *limits[] = {&look->limits.refusal_rate, &look->limits.toxicity_rate, &look->limits.accuracy_drop};
  if (status != DW_OK) return status;
  if (!isnan(look->limits.accuracy_points)) limits[2] = &look->limits.accuracy_points;
  for (int i = 0; i < DW_MEASURES; i++) {
    if (isnan(usual.limit[i])) continue;
    *adapted = true;
    if (i < DW_MEASURE_COSINE && !isnan(*limits[i])) *limits[i] = usual.limit[i];
    if (i != DW_MEASURE_COSINE) continue;
    text[dw_num_print(text, fmin(fmax(usual.limit[i], 0), 2))] = '\0';
    look->cosine_name = "--adaptive";
    look->cosine_threshold = text;
  }
  return DW_OK;
}

static void tell_gap(const dw_rounds_settings *settings, int64_t apart)
{
  char text[2][DW_TIME_TEXT + 1];
  text[0][dw_duration_print(text[0], apart)] = '\0';
  text[1][dw_duration_print(text[1], settings->look.window)] = '\0';
  dw_notices_warn(settings->notices, "checks lie %s apart, and each looks at %s: records between two windows are looked at by none",
                  text[0], text[1]);
}

/* What Alertmanager hears holds until the fourth check from this one. */
static void tell_receivers(const dw_rounds_settings *settings, const dw_alert_book *book)
{
  int64_t until = book->now + 4 * settings->every;
  if (settings->postman) dw_postman_resend(settings->postman, book, until);
  else dw_receivers_resend(settings->receivers, book, until, settings->notices);
}

dw_status dw_rounds_look(const dw_rounds_settings *settings, dw_records *records, const char *model, int64_t now, dw_look_result *result,
                         dw_err *err)
{
  dw_alert_book book;
  dw_look_settings look = settings->look;
  dw_versions versions = {.count = 0};
  char cosine[DW_NUM_TEXT + 1];
  bool adapted = false;
  dw_text_list names = {0};
  uint64_t stale;
  if (settings->receivers) names = dw_receivers_of(settings->receivers, model);
  look.model = model;
  *result = (dw_look_result){.now = now};
  dw_status status = dw_alert_book_open(&book, records, model, now, err);
  /* what lies as far apart as it was asked to was told when the rounds began */
  bool apart = book.last != INT64_MIN && now - book.last > look.window && now - book.last != settings->every;
  if (status == DW_OK && apart) tell_gap(settings, now - book.last);
  if (status == DW_OK) status = dw_alert_book_leave_out(&book, reach(&look, now), err);
  if (status == DW_OK) status = see_versions(&versions, &look, records, now, book.last == INT64_MIN, err);
  look.versions = &versions;
  if (status == DW_OK && look.adaptive) status = dw_rounds_adapt(&look, records, now, settings->every, cosine, &adapted, err);
  if (status == DW_OK) status = dw_look(result, &look, records, now, &book.left_out, settings->stages, settings->notices, err);
  if (status == DW_OK) {
    dw_alert_book_enter(&book, &settings->rule, result, &names);
    dw_alert_book_add_versions(&book, &versions);
    if (look.adaptive) dw_alert_book_add_measures(&book, result, adapted);
    if (settings->remedy) dw_remedy_propose(settings->remedy, &book, result);
    /* before the run is there: the next look asks for what came since then */
    if (book.last != INT64_MIN) status = dw_stale_mark(records, model, book.last, now, &stale, err);
  }
  if (status == DW_OK) status = dw_alert_book_put(&book, result, err);
  if (status == DW_OK && settings->receivers) tell_receivers(settings, &book);
  dw_alert_book_close(&book);
  dw_versions_free(&versions);
  dw_free(names.text);
  return status;
}

dw_status dw_rounds_check(const dw_rounds_settings *settings, dw_records *records, const char *model, int64_t now, dw_answer *answer,
                          dw_err *err)
{
  dw_look_result result;
  dw_status status = dw_rounds_look(settings, records, model, now, &result, err);
  if (status == DW_OK && answer) *answer = result.answer;
  dw_look_free(&result);
  return status;
}

/* --- all that is due --- */

static dw_status last_check(dw_records *records, const char *model, int64_t now, int64_t *last, dw_err *err)
{
  dw_alert_book book;
  dw_status status = dw_alert_book_open(&book, records, model, now + 1, err);
  *last = book.last;
  dw_alert_book_close(&book);
  return status;
}

static void put_time(dw_json *json, const char *key, int64_t instant)
{
  char text[DW_TIME_TEXT];
  dw_json_bytes(json, key, text, dw_time_print(text, instant));
}

static dw_status put_missed(dw_records *records, const char *model, const dw_slots *slots, int64_t now, dw_err *err)
{
  dw_json json;
  dw_buf content = {0}, id = {0};
  char time[DW_TIME_TEXT + 1];
  time[dw_time_print(time, slots->missed_first)] = '\0';
  dw_json_start(&json, &content, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "missed");
  dw_json_text(&json, "model", model);
  put_time(&json, "from", slots->missed_first);
  put_time(&json, "to", slots->first);
  dw_json_integer(&json, "slots", (int64_t)slots->missed);
  dw_json_close(&json, '}');
  dw_buf_format(&id, "missed/%s", time);
  dw_records_item item = {.kind = DW_RECORD_EVENT, .model = model, .source = "", .id = dw_buf_cstr(&id), .time = now, .received = now};
  item.content = content.data;
  item.length = content.length;
  dw_status status = dw_records_put(records, &(dw_records_batch){.items = &item, .count = 1}, err);
  dw_buf_free(&content);
  dw_buf_free(&id);
  return status;
}

static dw_status turn_model(const dw_rounds_settings *settings, dw_records *records, const char *model, int64_t now, dw_turns *turns,
                            dw_rounds_counts *counts, dw_err *err)
{
  int64_t last;
  dw_status status = last_check(records, model, now, &last, err);
  if (status != DW_OK) return status;
  dw_slots due = dw_slots_due(settings->every, last, now, settings->catch_up);
  for (uint64_t i = 0; i < due.count && status == DW_OK && !dw_turns_ending(turns); i++) {
    dw_answer answer = DW_ANSWER_UNSAID;
    int64_t slot = due.first + (int64_t)i * settings->every;
    status = dw_rounds_check(settings, records, model, slot, &answer, err);
    if (status == DW_OK && i == 0 && due.missed) { /* once: as long as no check comes about, they are missed again each turn */
      status = put_missed(records, model, &due, now, err);
      counts->missed += due.missed;
    }
    if (status == DW_OK && settings->checked) settings->checked(model, slot, answer);
    counts->checks++;
    counts->drift += answer == DW_ANSWER_DRIFT;
    counts->not_judged += answer == DW_ANSWER_NOT_JUDGED;
  }
  return status;
}

/* Models, each once, in the order of the database. */
typedef struct models {
  dw_text_list list;
  dw_arena arena;
} models;

static dw_status take_count(void *context, const dw_records_count *count, dw_err *err)
{
  models *m = context;
  static const dw_record_kind looked_at[] = {DW_RECORD_INFERENCE, DW_RECORD_REQUEST, DW_RECORD_RESPONSE, DW_RECORD_INTERACTION,
                                             DW_RECORD_EMBEDDING};
  bool wanted = false;
  for (size_t i = 0; i < sizeof looked_at / sizeof *looked_at; i++) wanted |= count->kind == looked_at[i];
  if (!wanted) return DW_OK;
  for (size_t i = 0; i < m->list.count; i++)
    if (strcmp(m->list.text[i], count->model) == 0) return DW_OK;
  m->list.text = dw_grow(m->list.text, &m->list.capacity, m->list.count + 1, sizeof *m->list.text);
  m->list.text[m->list.count++] = dw_arena_strndup(&m->arena, count->model, strlen(count->model));
  return DW_OK;
}

/* turns: whose end ends it, a check in the middle too; NULL: nobody's. */
static dw_status turn_all(const dw_rounds_settings *settings, dw_records *records, int64_t now, dw_turns *turns, dw_rounds_counts *counts,
                          dw_err *err)
{
  models all = {.list = {0}};
  dw_status status = DW_OK;
  dw_arena_init(&all.arena);
  if (!settings->models.count) status = dw_records_stats(records, take_count, &all, err);
  const dw_text_list *list = settings->models.count ? &settings->models : &all.list;
  for (size_t i = 0; i < list->count && status == DW_OK && !dw_turns_ending(turns); i++) {
    dw_err problem;
    if (turn_model(settings, records, list->text[i], now, turns, counts, &problem) == DW_OK) continue;
    if (dw_turns_ending(turns)) break; /* given up in the middle: the next process makes it */
    counts->failed++;
    dw_notices_warn(settings->notices, "model \"%s\": %s", list->text[i], problem.message);
  }
  dw_free(all.list.text);
  dw_arena_free(&all.arena);
  return status;
}

dw_status dw_rounds_turn(const dw_rounds_settings *settings, dw_records *records, int64_t now, dw_rounds_counts *counts, dw_err *err)
{
  return turn_all(settings, records, now, NULL, counts, err);
}

/* --- the thread --- */

struct dw_rounds {
  const dw_rounds_settings *settings;
  dw_records *records;
  dw_turns *turns;
  int64_t done;         /* the last slot that a turn was made for */
  pthread_mutex_t lock; /* of what follows */
  dw_rounds_counts counts;
};

static void tell_tally(const dw_rounds *r, const dw_rounds_counts *counts)
{
  const dw_tally_checks checks = {.runs = counts->checks,
                                  .drift = counts->drift,
                                  .not_judged = counts->not_judged,
                                  .errors = counts->failed,
                                  .missed = counts->missed,
                                  .every = (double)r->settings->every / DW_SECOND};
  if (r->settings->tally) dw_tally_set_checks(r->settings->tally, &checks);
}

/* With the receivers and the policy that there are now. */
static dw_status turn_now(dw_rounds *r, int64_t now, dw_turns *turns, dw_rounds_counts *counts, dw_err *err)
{
  dw_rounds_settings set = *r->settings;
  void *receivers = set.receivers_now ? dw_swap_take(set.receivers_now) : NULL;
  void *remedy = set.remedy_now ? dw_swap_take(set.remedy_now) : NULL;
  if (receivers) set.receivers = receivers;
  if (remedy) set.remedy = remedy;
  set.look.stop = dw_turns_ending;
  set.look.stop_context = turns;
  dw_status status = turn_all(&set, r->records, now, turns, counts, err);
  if (receivers) dw_swap_give(set.receivers_now, receivers);
  if (remedy) dw_swap_give(set.remedy_now, remedy);
  return status;
}

/* Problems are told, and the next turn tries again. */
static void work(dw_rounds *r, int64_t now, dw_turns *turns)
{
  dw_err err;
  pthread_mutex_lock(&r->lock);
  dw_rounds_counts counts = r->counts;
  pthread_mutex_unlock(&r->lock);
  if (turn_now(r, now, turns, &counts, &err) != DW_OK) {
    counts.failed++;
    dw_notices_warn(r->settings->notices, "%s", err.message);
  }
  tell_tally(r, &counts);
  dw_free_to_system();
  pthread_mutex_lock(&r->lock);
  r->counts = counts;
  pthread_mutex_unlock(&r->lock);
}

static int64_t make_round(void *context, dw_turns *turns)
{
  dw_rounds *r = context;
  int64_t now, every = r->settings->every;
  if (dw_time_now(&now, NULL) != DW_OK) return -1;
  if (dw_slot_at(every, now) > r->done) {
    r->done = dw_slot_at(every, now);
    work(r, now, turns);
    if (dw_time_now(&now, NULL) != DW_OK) return -1;
    if (dw_slot_at(every, now) > r->done) return 0; /* it took longer than that */
  }
  int64_t pause = dw_slot_after(every, now) - now;
  return pause < LOOK ? pause : LOOK;
}

dw_status dw_rounds_start(dw_rounds **out, const dw_rounds_settings *settings, dw_records *records, dw_err *err)
{
  dw_rounds *r = dw_alloc_zero(1, sizeof *r);
  r->settings = settings;
  r->records = records;
  if (settings->every > settings->look.window) tell_gap(settings, settings->every);
  r->done = INT64_MIN;
  pthread_mutex_init(&r->lock, NULL);
  *out = r;
  tell_tally(r, &r->counts);
  dw_status status = dw_turns_start(&r->turns, "the checks", make_round, r, err);
  if (status == DW_OK) return DW_OK;
  pthread_mutex_destroy(&r->lock);
  dw_free(r);
  *out = NULL;
  return status;
}

void dw_rounds_read(dw_rounds *r, dw_rounds_counts *counts)
{
  pthread_mutex_lock(&r->lock);
  *counts = r->counts;
  pthread_mutex_unlock(&r->lock);
}

void dw_rounds_stop(dw_rounds *r)
{
  if (!r) return;
  dw_turns_stop(r->turns);
  pthread_mutex_destroy(&r->lock);
  dw_free(r);
}
