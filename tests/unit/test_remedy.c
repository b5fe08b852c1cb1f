#include "records_case.h"

#include <sys/stat.h>

#include "base/str.h"
#include "serve/remedy/remedy.h"

/* What dw-heal is called with, and what it answers: a program in its place. The real one: tests/dw-serve_actions.bats. */
static char program[200], folder[200];

static void answer_with(const char *body)
{
  snprintf(program, sizeof program, "%s/heal", records_folder);
  snprintf(folder, sizeof folder, "%s/events", records_folder);
  FILE *f = fopen(program, "w");
  fprintf(f, "#!/bin/sh\necho \"$*\" >>'%s/called'\nwhile [ $# -gt 0 ]; do case $1 in --output) out=$2 ;; esac; last=$1; shift; done\n%s\n",
          records_folder, body);
  fclose(f);
  CHECK(chmod(program, 0755) == 0);
}

#define RELEASE(decision)                                                                                                                  \
  "cat >\"$out\" "                                                                                                                         \
  "<<'END'\n{\"kind\":\"plan\",\"action\":\"both\",\"recommended_action\":\"both\",\"held\":{\"until\":\"2026-01-01T15:00:00Z\"}}\n"       \
  "{\"kind\":\"release\",\"run\":\"r-1\",\"time\":\"2026-01-01T12:00:01Z\",\"decision\":\"" decision "\",\"reasons\":[\"so it is\"]}\nEND"

static dw_policy *policy_of(const char *text)
{
  dw_policy *policy;
  CHECK_MSG(dw_policy_parse(&policy, text, strlen(text), "p", &err) == DW_OK, "%s", err.message);
  return policy;
}

/* A check of the model that finds what is in the lines: the part fails. */
static void check_once(const dw_remedy *remedy, dw_records *records, dw_look_part part, bool drift, const char *lines, int64_t now)
{
  static const dw_alert_rule rule = {.open_after = 2, .close_after = 1};
  dw_alert_book book;
  dw_look_result r = {.now = now, .window = {now - HOUR, now}};
  dw_text_list nobody = {0};
  r.part[part] = (dw_look_answer){true, drift, drift ? DW_SEVERITY_HIGH : DW_SEVERITY_NONE};
  char time[DW_TIME_TEXT + 1];
  time[dw_time_print(time, now)] = '\0';
  dw_buf_format(&r.run, "{\"kind\":\"run\",\"model\":\"m\",\"time\":\"%s\"}\n", time);
  dw_buf_text(&r.lines, lines);
  CHECK(dw_alert_book_open(&book, records, "m", now, &err) == DW_OK);
  dw_alert_book_enter(&book, &rule, &r, &nobody);
  dw_remedy_propose(remedy, &book, &r);
  CHECK_MSG(dw_alert_book_put(&book, &r, &err) == DW_OK, "%s", err.message);
  dw_alert_book_close(&book);
  dw_look_free(&r);
}

static const char *outbox(dw_records *records)
{
  dw_records_query query = DW_RECORDS_ALL;
  query.kind = DW_RECORD_OUTBOX;
  return got(records, &query);
}

static const char *events(dw_records *records)
{
  dw_records_query query = DW_RECORDS_ALL;
  query.kind = DW_RECORD_EVENT;
  return got(records, &query);
}

static dw_outbox_counts act(const dw_remedy *remedy, dw_records *records, int64_t now)
{
  dw_outbox_counts counts;
  CHECK_MSG(dw_remedy_act(remedy, records, now, NULL, NULL, &counts, &err) == DW_OK, "%s", err.message);
  return counts;
}

static void count(void *context, const char *action, const char *reason) { dw_buf_format(context, "%s:%s ", action, reason); }

#define WATCH "{\"kind\":\"watch\",\"check\":\"refusal_rate\",\"model\":\"m\",\"drift\":true}\n"
#define OTHER "{\"kind\":\"watch\",\"check\":\"silence\",\"model\":\"m\",\"drift\":false}\n"
#define FOUND "{\"kind\":\"finding\",\"check\":\"column_drift\",\"column\":\"a\",\"drift\":true}\n"
#define QUIET "{\"kind\":\"finding\",\"check\":\"column_drift\",\"column\":\"b\",\"drift\":false}\n"
#define TOTAL "{\"kind\":\"summary\",\"drift\":true}\n"
#define POLICY "version: 1\ndrift_policy: {on_high: both}\nactions: {both: {sequence: [retrain, reindex]}}\n"

TEST(what_opened_an_alert_is_its_evidence)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_remedy remedy = {.policy = policy_of(POLICY)};
  check_once(&remedy, records, DW_PART_REFUSAL, true, OTHER WATCH, NOON);
  CHECK_TEXT(outbox(records), ""); /* it is not open yet */
  check_once(&remedy, records, DW_PART_REFUSAL, true, OTHER FOUND TOTAL WATCH, NOON + HOUR);
  check_once(&remedy, records, DW_PART_REFUSAL, true, OTHER WATCH, NOON + 2 * HOUR); /* it was before */
  CHECK_TEXT(outbox(records),
             "{\"kind\":\"remedy\",\"receiver\":\"policy/refusal_rate\",\"model\":\"m\",\"check\":\"refusal_rate\",\"time\":"
             "\"2026-01-01T13:00:00Z\",\"opened\":\"2026-01-01T13:00:00Z\",\"evidence\":[{\"kind\":\"watch\",\"check\":"
             "\"refusal_rate\",\"model\":\"m\",\"drift\":true}]} ");
  dw_records_close(records);
  p = fresh(0);
  records = opened(p.address);
  for (int i = 0; i < 2; i++) check_once(&remedy, records, DW_PART_DATA, true, FOUND QUIET TOTAL OTHER, NOON + i * HOUR);
  CHECK(strstr(outbox(records), "\"evidence\":["
                                "{\"kind\":\"finding\",\"check\":\"column_drift\",\"column\":\"a\",\"drift\":true},"
                                "{\"kind\":\"summary\",\"drift\":true}]} "));
  dw_records_close(records);
  dw_policy_free((dw_policy *)remedy.policy);
}

TEST(a_decision_is_written_down_once_and_its_actions_are_counted)
{
  place p = fresh(0);
  dw_buf counted = {0};
  dw_records *records = opened(p.address);
  answer_with(RELEASE("done"));
  dw_remedy remedy = {
      .policy = policy_of(POLICY), .program = program, .policy_file = "p", .folder = folder, .count = count, .context = &counted};
  for (int i = 0; i < 2; i++) check_once(&remedy, records, DW_PART_REFUSAL, true, WATCH, NOON + i * HOUR);
  dw_outbox_counts c = act(&remedy, records, NOON + HOUR);
  CHECK(c.delivered == 1 && c.waiting == 0);
  CHECK_TEXT(events(records),
             "{\"kind\":\"remedy\",\"model\":\"m\",\"check\":\"refusal_rate\",\"time\":\"2026-01-01T12:00:01Z\",\"decision\":"
             "\"done\",\"action\":\"both\",\"run\":\"r-1\",\"reason\":\"so it is\"} ");
  CHECK_TEXT(dw_buf_cstr(&counted), "retrain:refusal_rate reindex:refusal_rate ");
  c = act(&remedy, records, NOON + HOUR);
  CHECK(c.delivered == 0 && outbox(records)[0] == '\0');
  dw_records_close(records);
  dw_buf_free(&counted);
  dw_policy_free((dw_policy *)remedy.policy);
}

TEST(what_is_held_is_tried_when_it_may_and_only_while_its_alert_is_open)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  answer_with(RELEASE("held"));
  dw_remedy remedy = {.policy = policy_of(POLICY), .program = program, .policy_file = "p", .folder = folder};
  for (int i = 0; i < 2; i++) check_once(&remedy, records, DW_PART_REFUSAL, true, WATCH, NOON + i * HOUR);
  CHECK(act(&remedy, records, NOON + HOUR).waiting == 1);
  CHECK(strstr(outbox(records), "\"held\":true,\"next\":\"2026-01-01T15:00:00Z\""));
  answer_with("exit 9"); /* nobody asks it before */
  CHECK(act(&remedy, records, NOON + 3 * HOUR - 1).waiting == 1);
  check_once(&remedy, records, DW_PART_REFUSAL, false, OTHER, NOON + 2 * HOUR);
  answer_with("[ \"$last\" = --resume ]");
  CHECK(act(&remedy, records, NOON + 3 * HOUR).delivered == 1);
  CHECK(strstr(events(records), "\"decision\":\"over\",\"action\":null"));
  CHECK_TEXT(outbox(records), "");
  dw_records_close(records);
  dw_policy_free((dw_policy *)remedy.policy);
}

TEST(what_fails_is_listed_and_what_cannot_be_asked_now_is_asked_again)
{
  static const struct {
    const char *body, *state, *error;
  } want[] = {{RELEASE("failed"), "failed", "so it is"},
              {"echo 'dw-heal: p:1: no such action' >&2; exit 2", "failed", "dw-heal: p:1: no such action"},
              {"echo 'dw-heal: another one is at work' >&2; exit 4", "waiting", "dw-heal: another one is at work"},
              {"kill -KILL $$", "waiting", "dw-heal was killed"}};
  for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
    place p = fresh(0);
    dw_records *records = opened(p.address);
    answer_with(want[i].body);
    dw_remedy remedy = {.policy = policy_of(POLICY), .program = program, .policy_file = "p", .folder = folder};
    for (int k = 0; k < 2; k++) check_once(&remedy, records, DW_PART_REFUSAL, true, WATCH, NOON + k * HOUR);
    dw_outbox_counts c = act(&remedy, records, NOON + HOUR);
    CHECK_MSG(strcmp(want[i].state, "failed") == 0 ? c.failed == 1 : c.waiting == 1, "%zu", i);
    CHECK_MSG(strstr(outbox(records), want[i].error), "%zu: %s", i, outbox(records));
    dw_records_close(records);
    dw_policy_free((dw_policy *)remedy.policy);
  }
}

static bool at_once(void *context) { return true; }

TEST(to_end_leaves_the_letter_as_it_is)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_outbox_counts c;
  answer_with("sleep 2");
  dw_remedy remedy = {.policy = policy_of(POLICY), .program = program, .policy_file = "p", .folder = folder};
  for (int i = 0; i < 2; i++) check_once(&remedy, records, DW_PART_REFUSAL, true, WATCH, NOON + i * HOUR);
  char before[4000];
  snprintf(before, sizeof before, "%s", outbox(records));
  CHECK(dw_remedy_act(&remedy, records, NOON + HOUR, at_once, NULL, &c, &err) == DW_OK);
  CHECK(c.waiting == 1);
  CHECK_TEXT(outbox(records), before);
  dw_records_close(records);
  dw_policy_free((dw_policy *)remedy.policy);
}

TEST(each_model_has_a_folder_that_is_one)
{
  static const char *const want[][2] = {{"chat", "e/chat"},      {"", "e/_"}, {"_", "e/%5F"}, {"a_b", "e/a_b"}, {"../x", "e/%2E%2E%2Fx"},
                                        {"\xc3\xa4", "e/%C3%A4"}};
  for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
    dw_buf out = {0};
    dw_remedy_folder("e", want[i][0], &out);
    CHECK_TEXT(dw_buf_cstr(&out), want[i][1]);
    dw_buf_free(&out);
  }
  char model[201] = {0};
  memset(model, '/', 200);
  dw_buf out = {0};
  dw_remedy_folder("e", model, &out);
  CHECK(out.length < 200 && strncmp(out.data, "e/%2F", 5) == 0);
  dw_buf_free(&out);
}
