#include "records_case.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "base/str.h"
#include "serve/alerts/outbox.h"

static void put_letter(dw_records *records, const char *id, const char *model, const char *receiver, int64_t time)
{
  char content[200];
  snprintf(content, sizeof content, "{\"kind\":\"notification\",\"id\":\"%s\",\"receiver\":\"%s\"}", id, receiver);
  dw_records_item item = item_of(id, content, time);
  item.kind = DW_RECORD_OUTBOX;
  item.model = model;
  item.received = time;
  CHECK(put_one(records, item) == DW_RECORDS_STORED);
}

/* Receivers by their names: "up" takes all, "down" answers not now, "no" never, "busy" says when. What was tried is written down. */
typedef struct post {
  dw_buf log;
  bool repaired; /* "down" is up */
  uint64_t tries;
} post;

static void deliver(void *context, const dw_letter *letter, dw_delivery *out)
{
  post *p = context;
  p->tries++;
  dw_buf_format(&p->log, "%s ", letter->id);
  if (strcmp(letter->receiver, "up") == 0 || p->repaired) {
    out->outcome = DW_DELIVERED;
    return;
  }
  out->outcome = strcmp(letter->receiver, "no") == 0 ? DW_DELIVER_NEVER : DW_DELIVER_AGAIN;
  if (strcmp(letter->receiver, "busy") == 0) out->retry_after = 7200 * DW_SECOND;
  snprintf(out->error, sizeof out->error, "%s is not there", letter->receiver);
}

static dw_outbox_counts run(dw_records *records, post *p, int64_t now)
{
  dw_outbox_counts counts;
  p->log.length = 0;
  CHECK_MSG(dw_outbox_deliver(records, DW_LETTER_NOTIFICATION, now, deliver, p, &counts, &err) == DW_OK, "%s", err.message);
  return counts;
}

static uint64_t left(dw_records *records)
{
  dw_buf out = {0};
  uint64_t lines = 0;
  CHECK(dw_records_each(records, dw_record_kind_table(DW_RECORD_OUTBOX), add_content, &out, &err) == DW_OK);
  for (size_t i = 0; i < out.length; i++) lines += out.data[i] == '\n' || (out.data[i] == ' ' && i > 0 && out.data[i - 1] == '}');
  dw_buf_free(&out);
  return lines;
}

TEST(pauses_grow_to_an_hour_and_end_after_three_days)
{
  static const struct {
    uint64_t attempts;
    int64_t after, retry_after, pause; /* seconds */
  } cases[] = {{1, 0, 0, 30},        {2, 30, 0, 60},     {3, 90, 0, 120},    {8, 9999, 0, 3600},
               {500, 0, 0, 3600},    {1, 0, 10, 30},     {1, 0, 7200, 7200}, {1, 0, 999999, 72 * 3600},
               {9, 259199, 0, 3600}, {9, 259200, 0, -1}, {9, 259200, 60, -1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int64_t now = NOON + cases[i].after * DW_SECOND;
    int64_t next = dw_outbox_next(NOON, cases[i].attempts, now, cases[i].retry_after * DW_SECOND);
    CHECK_MSG(next == (cases[i].pause < 0 ? INT64_MAX : now + cases[i].pause * DW_SECOND), "case %zu", i);
  }
}

TEST(notifications_are_delivered_in_order_and_removed)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    post mail = {.tries = 0};
    put_letter(records, "1", "m", "down", NOON);
    put_letter(records, "2", "m", "up", NOON);
    put_letter(records, "3", "m", "down", NOON); /* waits for 1 */
    put_letter(records, "4", "n", "down", NOON); /* of another model */
    put_letter(records, "5", "m", "no", NOON);
    put_letter(records, "6", "m", "no", NOON); /* does not wait for one that has failed */
    put_letter(records, "7", "m", "busy", NOON);
    dw_outbox_counts c = run(records, &mail, NOON);
    CHECK_TEXT(dw_buf_cstr(&mail.log), "1 2 5 6 7 "); /* "down" was not there for 1 */
    CHECK(c.delivered == 1 && c.waiting == 4 && c.failed == 2);
    run(records, &mail, NOON + 29 * DW_SECOND);
    CHECK_TEXT(dw_buf_cstr(&mail.log), "4 "); /* 1 has its pause, and keeps 3 alone from being tried */
    run(records, &mail, NOON + 30 * DW_SECOND);
    CHECK_TEXT(dw_buf_cstr(&mail.log), "1 ");
    run(records, &mail, NOON + 31 * DW_SECOND);
    CHECK_TEXT(dw_buf_cstr(&mail.log), "");
    mail.repaired = true;
    c = run(records, &mail, NOON + 90 * DW_SECOND);
    CHECK_TEXT(dw_buf_cstr(&mail.log), "1 3 4 ");
    CHECK(c.delivered == 3 && c.waiting == 1 && c.failed == 2);
    run(records, &mail, NOON + 7199 * DW_SECOND);
    CHECK_TEXT(dw_buf_cstr(&mail.log), "");
    run(records, &mail, NOON + 7200 * DW_SECOND);
    CHECK_TEXT(dw_buf_cstr(&mail.log), "7 ");
    CHECK(left(records) == 4); /* those that failed, with an attempt each */
    dw_records_close(records);
    dw_buf_free(&mail.log);
  }
}

static dw_status list(void *context, const dw_letter *letter, dw_err *e)
{
  dw_buf_format(context, "%s %s %s%s; ", letter->id, letter->receiver, letter->failed ? "failed: " : "waits",
                letter->failed ? letter->error : "");
  return DW_OK;
}

TEST(failures_are_listed_and_replayed)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  post mail = {.tries = 0};
  dw_buf text = {0};
  bool found;
  put_letter(records, "1", "m", "no", NOON);
  put_letter(records, "2", "m", "down", NOON);
  run(records, &mail, NOON);
  CHECK(dw_outbox_each(records, list, &text, &err) == DW_OK);
  CHECK_TEXT(dw_buf_cstr(&text), "1 no failed: no is not there; 2 down waits; ");
  run(records, &mail, NOON + HOUR);
  CHECK_TEXT(dw_buf_cstr(&mail.log), "2 ");
  CHECK(dw_outbox_replay(records, "9", NOON + HOUR, &found, &err) == DW_OK && !found);
  CHECK(dw_outbox_replay(records, "1", NOON + HOUR, &found, &err) == DW_OK && found);
  mail.repaired = true;
  dw_outbox_counts c = run(records, &mail, NOON + HOUR);
  CHECK_TEXT(dw_buf_cstr(&mail.log), "1 ");
  CHECK(c.delivered == 1 && c.failed == 0 && c.waiting == 1);
  dw_records_close(records);
  dw_buf_free(&mail.log);
  dw_buf_free(&text);
}

TEST(a_receiver_that_is_down_for_a_day_misses_nothing)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  post mail = {.tries = 0};
  dw_outbox_counts c = {0};
  put_letter(records, "1", "m", "down", NOON);
  int64_t now = NOON;
  for (; now < NOON + 24 * HOUR; now += 60 * DW_SECOND) {
    if (now == NOON + 5 * HOUR) put_letter(records, "2", "m", "down", now);
    c = run(records, &mail, now);
  }
  CHECK(c.waiting == 2 && c.failed == 0);
  CHECK_MSG(mail.tries >= 24 && mail.tries <= 40, "%d tries", (int)mail.tries); /* 8 in the first hours, then one an hour */
  mail.repaired = true;
  dw_buf all = {0};
  for (; now < NOON + 26 * HOUR; now += 60 * DW_SECOND) {
    run(records, &mail, now);
    dw_buf_add(&all, mail.log.data, mail.log.length);
  }
  CHECK_TEXT(dw_buf_cstr(&all), "1 2 ");
  CHECK(c.waiting == 2);
  c = run(records, &mail, now);
  CHECK(c.waiting == 0 && c.failed == 0 && c.delivered == 0);
  dw_records_close(records);
  dw_buf_free(&mail.log);
  dw_buf_free(&all);
}

TEST(a_receiver_that_stays_away_is_given_up_after_three_days)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  post mail = {.tries = 0};
  dw_outbox_counts c = {0};
  put_letter(records, "1", "m", "down", NOON);
  for (int64_t now = NOON; now <= NOON + 74 * HOUR; now += 10 * 60 * DW_SECOND) c = run(records, &mail, now);
  CHECK(c.failed == 1 && c.waiting == 0);
  dw_records_close(records);
  dw_buf_free(&mail.log);
}

static void die(void *context, const dw_letter *letter, dw_delivery *out) { raise(SIGKILL); }

TEST(a_notification_survives_a_process_that_is_killed_while_it_delivers)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  put_letter(records, "1", "m", "up", NOON);
  dw_records_close(records);
  pid_t child = fork();
  if (child == 0) {
    dw_outbox_counts counts;
    records = opened(p.address);
    dw_outbox_deliver(records, DW_LETTER_NOTIFICATION, NOON, die, NULL, &counts, &err);
    _exit(0);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  records = opened(p.address);
  post mail = {.tries = 0};
  dw_outbox_counts c = run(records, &mail, NOON + DW_OUTBOX_CLAIM - 1); /* it might still be at it */
  CHECK(c.delivered == 0 && c.waiting == 1);
  c = run(records, &mail, NOON + DW_OUTBOX_CLAIM);
  CHECK_TEXT(dw_buf_cstr(&mail.log), "1 ");
  CHECK(c.delivered == 1 && left(records) == 0);
  dw_records_close(records);
  dw_buf_free(&mail.log);
}

/* Another process that comes by while this one delivers. */
typedef struct rival {
  dw_records *records;
  post mail;
  bool deep;
} rival;

static void deliver_beside(void *context, const dw_letter *letter, dw_delivery *out)
{
  rival *r = context;
  dw_outbox_counts counts;
  if (!r->deep) {
    r->deep = true;
    CHECK(dw_outbox_deliver(r->records, DW_LETTER_NOTIFICATION, NOON, deliver_beside, r, &counts, &err) == DW_OK);
    CHECK(counts.delivered == 0);
    r->deep = false;
  }
  deliver(&r->mail, letter, out);
}

TEST(of_two_processes_one_delivers)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    rival r = {.records = opened(p.address)};
    dw_outbox_counts counts;
    put_letter(records, "1", "m", "up", NOON);
    put_letter(records, "2", "m", "up", NOON);
    CHECK(dw_outbox_deliver(records, DW_LETTER_NOTIFICATION, NOON, deliver_beside, &r, &counts, &err) == DW_OK);
    CHECK_TEXT(dw_buf_cstr(&r.mail.log), "1 2 ");
    CHECK(counts.delivered == 2 && left(records) == 0);
    dw_records_close(r.records);
    dw_records_close(records);
    dw_buf_free(&r.mail.log);
  }
}

static void put_off(void *context, const dw_letter *letter, dw_delivery *out)
{
  int *left_to_do = context;
  *out = (dw_delivery){.outcome = *left_to_do > 0 ? DW_DELIVER_LATER : *left_to_do == 0 ? DW_DELIVERED : DW_DELIVER_LEFT};
  out->retry_after = 100 * HOUR;
  --*left_to_do;
}

TEST(what_is_held_back_has_not_failed_however_long_that_takes)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_outbox_counts c;
  int again = -1;
  put_letter(records, "1", "m", "policy", NOON);
  CHECK(dw_outbox_deliver(records, DW_LETTER_NOTIFICATION, NOON, put_off, &again, &c, &err) == DW_OK);
  CHECK(c.waiting == 1 && left(records) == 1); /* left as it was */
  again = 2;
  for (int i = 0; i < 2; i++) {
    CHECK(dw_outbox_deliver(records, DW_LETTER_NOTIFICATION, NOON + i * 100 * HOUR, put_off, &again, &c, &err) == DW_OK);
    CHECK(c.waiting == 1 && c.failed == 0);
    CHECK(dw_outbox_deliver(records, DW_LETTER_NOTIFICATION, NOON + (i + 1) * 100 * HOUR - 1, put_off, &again, &c, &err) == DW_OK);
    CHECK(c.waiting == 1 && again == 1 - i);
  }
  CHECK(dw_outbox_deliver(records, DW_LETTER_NOTIFICATION, NOON + 200 * HOUR, put_off, &again, &c, &err) == DW_OK);
  CHECK(c.delivered == 1 && left(records) == 0);
  dw_records_close(records);
}
