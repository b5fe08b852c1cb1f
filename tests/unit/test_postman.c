#include "records_case.h"
#include "ear.h"

#include "base/mem.h"
#include "base/str.h"
#include "serve/receivers/postman.h"

static void put_letter(dw_records *records, const char *model, const char *receiver)
{
  char content[600], id[60];
  snprintf(id, sizeof id, "%s/%s", receiver, model);
  snprintf(content, sizeof content,
           "{\"kind\":\"notification\",\"id\":\"%s\",\"receiver\":\"%s\",\"model\":\"%s\",\"time\":\"2026-01-01T12:00:00Z\",\"news\":"
           "\"opened\",\"severity\":\"low\",\"rows\":120,\"drifted\":1,\"top_columns\":[\"x\"],\"alerts\":[{\"check\":\"data_drift\","
           "\"news\":\"opened\",\"state\":\"open\",\"severity\":\"low\",\"since\":\"2026-01-01T12:00:00Z\"}]}",
           id, receiver, model);
  dw_records_item item = item_of(id, content, NOON);
  item.kind = DW_RECORD_OUTBOX;
  item.model = model;
  CHECK(put_one(records, item) == DW_RECORDS_STORED);
}

static dw_receiver receiver_of(const char *name, dw_receiver_type type, const ear *e)
{
  return (dw_receiver){.name = name, .url = e->url, .secret = "", .type = type, .allow_private = true};
}

static void end(void *thing) { (void)thing; }

/* How the letters stand after the last turn, and how many turns there were. */
static struct {
  pthread_mutex_t lock;
  dw_outbox_counts counts;
  int turns;
} seen = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void see(void *context, const dw_outbox_counts *counts)
{
  pthread_mutex_lock(&seen.lock);
  seen.counts = *counts;
  seen.turns++;
  pthread_mutex_unlock(&seen.lock);
}

static dw_outbox_counts await_turn(int turns)
{
  dw_outbox_counts counts = {0};
  int there = 0;
  for (int i = 0; i < 2000 && there < turns; i++) {
    usleep(10000);
    pthread_mutex_lock(&seen.lock);
    counts = seen.counts;
    there = seen.turns;
    pthread_mutex_unlock(&seen.lock);
  }
  CHECK_MSG(there >= turns, "%d turns of %d", there, turns);
  return counts;
}

static dw_postman *start(dw_swap *swap, dw_records *records, int64_t patience)
{
  dw_postman *postman;
  dw_postman_settings settings = {.receivers = swap, .records = records, .counted = see, .patience = patience};
  seen.turns = 0;
  setenv("DW_NOW", "2026-01-01T12:00:00Z", 1);
  CHECK(dw_postman_start(&postman, &settings, &err) == DW_OK);
  return postman;
}

TEST(one_that_hangs_costs_one_request_a_turn_and_the_others_are_served)
{
  static ear hung, up;
  place p = fresh(0);
  dw_records *records = opened(p.address);
  ear_start(&hung, true);
  ear_start(&up, false);
  dw_receiver list[] = {receiver_of("hung", DW_RECEIVER_WEBHOOK, &hung), receiver_of("up", DW_RECEIVER_WEBHOOK, &up)};
  dw_swap *swap = dw_swap_new(&(dw_receivers){.receiver = list, .count = 2}, end);
  for (int i = 0; i < 5; i++) {
    char model[16];
    snprintf(model, sizeof model, "m%d", i);
    put_letter(records, model, "hung");
    put_letter(records, model, "up");
  }
  dw_postman *postman = start(swap, records, 3600 * DW_SECOND);
  ear_await(&hung, 1);
  ear_hang_up(&hung);
  dw_outbox_counts c = await_turn(1);
  dw_postman_stop(postman);
  CHECK(c.delivered == 5 && c.waiting == 5 && c.failed == 0);
  ear_stop(&hung);
  ear_stop(&up);
  CHECK_MSG(hung.count == 1 && up.count == 5, "%d, %d", (int)hung.count, (int)up.count);
  dw_swap_free(swap);
  dw_records_close(records);
}

static dw_status list_letter(void *context, const dw_letter *letter, dw_err *e)
{
  dw_buf_format(context, "%s: %d attempts, %s%s; ", letter->id, (int)letter->attempts, letter->claimed ? "claimed" : "free", letter->error);
  return DW_OK;
}

TEST(stopped_it_hangs_up_and_the_letter_stays_as_it_was)
{
  static ear hung;
  place p = fresh(0);
  dw_buf text = {0};
  dw_records *records = opened(p.address);
  ear_start(&hung, true);
  dw_receiver r = receiver_of("hung", DW_RECEIVER_WEBHOOK, &hung);
  dw_swap *swap = dw_swap_new(&(dw_receivers){.receiver = &r, .count = 1}, end);
  put_letter(records, "a", "hung");
  put_letter(records, "b", "hung");
  dw_postman *postman = start(swap, records, 3600 * DW_SECOND); /* whoever waits for the answer never comes to an end */
  ear_await(&hung, 1);
  dw_postman_stop(postman);
  ear_stop(&hung);
  CHECK(hung.count == 1 && seen.turns == 0);
  CHECK(dw_outbox_each(records, list_letter, &text, &err) == DW_OK);
  CHECK_TEXT(dw_buf_cstr(&text), "hung/a: 0 attempts, free; hung/b: 0 attempts, free; ");
  dw_buf_free(&text);
  dw_swap_free(swap);
  dw_postman_stop(NULL);
  dw_records_close(records);
}

static int requests_with(const ear *e, const char *text)
{
  int count = 0;
  for (int i = 0; i < e->count; i++) count += strstr(e->request[i], text) != NULL;
  return count;
}

TEST(each_alertmanager_hears_the_newest_of_each_model_whatever_the_other_does)
{
  static ear hung, up;
  place p = fresh(0);
  dw_records *records = opened(p.address);
  ear_start(&hung, true);
  ear_start(&up, false);
  dw_receiver list[] = {receiver_of("hung", DW_RECEIVER_ALERTMANAGER, &hung), receiver_of("up", DW_RECEIVER_ALERTMANAGER, &up)};
  dw_swap *swap = dw_swap_new(&(dw_receivers){.receiver = list, .count = 2}, end);
  dw_postman *postman = start(swap, records, 3600 * DW_SECOND);
  await_turn(1); /* there was nothing yet */
  dw_alert_book book = {.now = NOON};
  book.alert[DW_PART_DATA] = (dw_alert){.open = true, .severity = DW_SEVERITY_LOW, .opened = NOON, .told = {true, DW_SEVERITY_LOW, NOON}};
  book.model = "first";
  dw_postman_resend(postman, &book, NOON + HOUR);
  ear_await(&hung, 1); /* while it hangs, these gather */
  static const char *const models[] = {"a", "b", "c", "a"};
  for (int i = 0; i < 4; i++) {
    book.model = models[i];
    dw_postman_resend(postman, &book, NOON + (i + 2) * HOUR);
  }
  ear_hang_up(&hung);
  ear_await(&hung, 2);
  ear_hang_up(&hung);
  ear_await(&up, 4);
  dw_postman_stop(postman);
  ear_stop(&hung);
  ear_stop(&up);
  CHECK_MSG(up.count == 4 && requests_with(&up, "2026-01-01T17:00:00Z") == 1 && requests_with(&up, "2026-01-01T14:00:00Z") == 0, "%d",
            (int)up.count); /* of a the newest alone */
  CHECK(requests_with(&up, "\"model\":\"b\"") == 1 && requests_with(&up, "\"model\":\"c\"") == 1);
  CHECK_MSG(hung.count == 2, "%d", (int)hung.count); /* one for each of the two turns, not one a model */
  dw_swap_free(swap);
  dw_records_close(records);
}

TEST(receivers_are_exchanged_between_two_turns)
{
  static ear old, new;
  place p = fresh(0);
  dw_records *records = opened(p.address);
  ear_start(&old, false);
  ear_start(&new, false);
  dw_receiver before = receiver_of("r", DW_RECEIVER_WEBHOOK, &old), after = receiver_of("r", DW_RECEIVER_WEBHOOK, &new);
  dw_swap *swap = dw_swap_new(&(dw_receivers){.receiver = &before, .count = 1}, end);
  put_letter(records, "a", "r");
  dw_postman *postman = start(swap, records, 0);
  await_turn(1);
  dw_swap_set(swap, &(dw_receivers){.receiver = &after, .count = 1});
  put_letter(records, "b", "r");
  dw_records_item letter = {.kind = DW_RECORD_OUTBOX};
  dw_postman_resend(postman, &(dw_alert_book){.model = "b", .now = NOON, .item = &letter, .item_count = 1}, NOON);
  await_turn(2);
  dw_postman_stop(postman);
  ear_stop(&old);
  ear_stop(&new);
  CHECK(old.count == 1 && new.count == 1);
  CHECK(strstr(new.request[0], "\"id\":\"r/b\"") != NULL);
  dw_swap_free(swap);
  dw_records_close(records);
}
