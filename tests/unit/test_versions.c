#include "records_case.h"

#include "base/str.h"
#include "serve/watch/versions.h"

static void put(dw_records *records, int64_t time, const char *version)
{
  static int number;
  char id[20], content[200];
  snprintf(id, sizeof id, "r%d", ++number);
  snprintf(content, sizeof content, "{\"id\":\"%s\",\"x\":1%s%s}", id, version ? ",\"model_version\":" : "", version ? version : "");
  dw_records_item item = item_of(id, content, time);
  item.received = time;
  CHECK(put_one(records, item) == DW_RECORDS_STORED);
}

/* What is known after a look at some hours from noon, as "v1@-3 v2@0+": hours, + what was seen just now, which is written down. */
static const char *see(dw_records *records, int from, int to)
{
  static char text[500];
  dw_versions v;
  dw_arena arena;
  dw_buf out = {0};
  dw_records_item *items = NULL;
  size_t count = 0, capacity = 0;
  dw_arena_init(&arena);
  CHECK_MSG(dw_versions_read(&v, records, "m", NOON + to * HOUR, &err) == DW_OK, "%s", err.message);
  CHECK_MSG(dw_versions_see(&v, records, (dw_period){NOON + from * HOUR, NOON + to * HOUR}, &err) == DW_OK, "%s", err.message);
  for (size_t i = 0; i < v.count; i++)
    dw_buf_format(&out, "%s%s@%d%s", i ? " " : "", v.span[i].version, (int)((v.span[i].since - NOON) / HOUR), v.span[i].fresh ? "+" : "");
  dw_versions_items(&v, &arena, &items, &count, &capacity, NOON + to * HOUR);
  CHECK(dw_records_put(records, &(dw_records_batch){.items = items, .count = count}, &err) == DW_OK);
  snprintf(text, sizeof text, "%s", dw_buf_cstr(&out));
  dw_buf_free(&out);
  dw_free(items);
  dw_arena_free(&arena);
  dw_versions_free(&v);
  return text;
}

TEST(a_version_takes_over_once_and_may_come_back)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    CHECK_TEXT(see(records, -9, -8), "");
    put(records, NOON - 8 * HOUR, NULL);
    put(records, NOON - 8 * HOUR, "true");
    put(records, NOON - 8 * HOUR, "\"\"");
    CHECK_TEXT(see(records, -8, -7), "");
    put(records, NOON - 7 * HOUR, "\"v1\"");
    CHECK_TEXT(see(records, -8, -6), "v1@-7+");
    CHECK_TEXT(see(records, -8, -6), "v1@-7");
    put(records, NOON - 5 * HOUR, "\"v1\"");
    put(records, NOON - 5 * HOUR, "2"); /* a canary */
    CHECK_TEXT(see(records, -6, -4), "v1@-7 2@-5+");
    put(records, NOON - 4 * HOUR, "\"v1\"");
    put(records, NOON - 4 * HOUR, "2");
    CHECK_TEXT(see(records, -4, -3), "v1@-7 2@-5");
    put(records, NOON - 3 * HOUR, "\"v1\""); /* and it is called off */
    CHECK_TEXT(see(records, -3, -2), "v1@-7 2@-5 v1@-3+");
    put(records, NOON - 2 * HOUR, "\"v1\"");
    CHECK_TEXT(see(records, -2, -1), "v1@-7 2@-5 v1@-3");
    dw_records_query query = DW_RECORDS_ALL;
    query.kind = DW_RECORD_VERSION;
    query.limit = 2;
    CHECK_TEXT(got(records, &query),
               "{\"kind\":\"version\",\"model\":\"m\",\"version\":\"v1\",\"since\":\"2026-01-01T05:00:00Z\",\"previous\":null} "
               "{\"kind\":\"version\",\"model\":\"m\",\"version\":\"2\",\"since\":\"2026-01-01T07:00:00Z\",\"previous\":\"v1\"} ");
    query.kind = DW_RECORD_EVENT;
    query.limit = 0;
    const char *events = got(records, &query);
    CHECK(strncmp(events, "{\"kind\":\"version\",", 18) == 0);
    dw_records_close(records);
  }
}

TEST(a_member_that_is_another_for_each_record_is_no_version)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  for (int i = 0; i < 40; i++) {
    char version[20];
    snprintf(version, sizeof version, "\"%d\"", i);
    put(records, NOON + i, version);
  }
  CHECK_TEXT(see(records, 0, 1), "");
  dw_records_close(records);
}

/* The periods of a rule for the hour before noon, in hours from noon. */
static const char *hours_of(const dw_versions *v, const char *text, const dw_periods *left_out)
{
  static char out[300];
  dw_baseline_rule rule;
  dw_periods periods = {0};
  size_t length = 0;
  out[0] = '\0';
  CHECK_MSG(dw_baseline_rule_parse(&rule, text, &err) == DW_OK, "%s", err.message);
  dw_versions_periods(v, &rule, (dw_period){NOON - HOUR, NOON}, left_out, &periods);
  for (size_t i = 0; i < periods.count; i++)
    length += (size_t)snprintf(out + length, sizeof out - length, "%s%d..%d", i ? " " : "", (int)((periods.period[i].from - NOON) / HOUR),
                               (int)((periods.period[i].to - NOON) / HOUR));
  dw_periods_free(&periods);
  const char *asked = dw_versions_asked(v, &rule);
  snprintf(out + length, sizeof out - length, "%s%s", asked ? " of " : "", asked ? asked : "");
  return out;
}

TEST(a_new_version_opens_a_fresh_baseline)
{
  dw_version_span span[] = {{"v1", NOON - 300 * HOUR, false}, {"v2", NOON - 100 * HOUR, false}, {"v1", NOON - 10 * HOUR, false}};
  dw_period open[] = {{NOON - 5 * HOUR, NOON - 3 * HOUR}};
  dw_periods none = {0}, alert = {open, 1, 1};
  dw_versions v = {.span = span, .count = 1};
  CHECK_TEXT(hours_of(&v, "trailing", &none), "-25..-1"); /* nothing was there before it */
  CHECK_TEXT(hours_of(&v, "version:current", &none), "-169..-1 of v1");
  CHECK_TEXT(hours_of(&v, "version:previous", &none), "");
  v.count = 3;
  CHECK_TEXT(hours_of(&v, "trailing", &none), "-10..-1");
  CHECK_TEXT(hours_of(&v, "trailing", &alert), "-10..-5 -3..-1");
  CHECK_TEXT(hours_of(&v, "trailing(0,4h)", &none), "-5..-1");
  CHECK_TEXT(hours_of(&v, "version:current", &none), "-10..-1 of v1");
  CHECK_TEXT(hours_of(&v, "version:previous", &none), "-100..-10 of v2");
  CHECK_TEXT(hours_of(&v, "version:v2(1d)", &none), "-34..-10 of v2");
  CHECK_TEXT(hours_of(&v, "version:v1(2h)", &none), "-3..-1 of v1");
  CHECK_TEXT(hours_of(&v, "version:v3", &none), "");
  CHECK_TEXT(hours_of(&v, "fixed(2026-01-01T00:00:00Z,2026-01-01T06:00:00Z)", &none), "-12..-6");
  CHECK_TEXT(hours_of(&v, "hour-of-week(1)", &none), "-169..-168");
  CHECK_TEXT(hours_of(NULL, "version:v1", &none), "");
}

TEST(version_rules_are_read)
{
  static const struct {
    const char *text, *version;
    int64_t hours;
  } right[] = {{"version:v1", "v1", 168},
               {"version:v1(36h)", "v1", 36},
               {"version:2026(beta)", "2026(beta)", 168},
               {"version:a b,c", "a b,c", 168}};
  for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
    dw_baseline_rule rule;
    CHECK(dw_baseline_rule_parse(&rule, right[i].text, &err) == DW_OK && rule.form == DW_BASELINE_VERSION);
    CHECK_TEXT(rule.version, right[i].version);
    CHECK(rule.size == right[i].hours * HOUR);
  }
  dw_baseline_rule rule;
  CHECK(dw_baseline_rule_parse(&rule, "version:", &err) == DW_EUSAGE && dw_baseline_rule_parse(&rule, "version:(3h)", &err) == DW_EUSAGE);
}
