#include "fixture.h"
#include "data/columns/instants.h"

#include "base/clock.h"
#include "base/mem.h"
#include "test.h"

/* A batch of strings; NULL: a cell that is missing. */
static void add(dw_instants *instants, const char *const *text, size_t rows, const uint8_t *take, const int64_t *time)
{
  dw_buf all = {0}, scratch = {0};
  dw_cell *cell = calloc(rows ? rows : 1, sizeof *cell);
  uint8_t *tag = calloc(rows ? rows : 1, 1);
  for (size_t i = 0; i < rows; i++) {
    if (!text[i]) continue;
    tag[i] = DW_STRING;
    cell[i].text.offset = (uint32_t)all.length;
    cell[i].text.length = (uint32_t)strlen(text[i]);
    dw_buf_text(&all, text[i]);
  }
  dw_batch batch = {.text = dw_buf_cstr(&all), .text_length = all.length, .rows = rows};
  dw_instants_add(instants, &batch, &(dw_batch_column){.tags = tag, .cells = cell}, take, time, &scratch);
  dw_buf_free(&all);
  dw_buf_free(&scratch);
  free(cell);
  free(tag);
}

static dw_instants *of(const char *const *text, size_t rows)
{
  dw_instants *instants = dw_instants_new(text[0], strlen(text[0]), false);
  if (instants) add(instants, text, rows, NULL, NULL);
  return instants;
}

#define OF(...) of((const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* By datetime.strptime of Python 3. */
TEST(strings_as_they_come)
{
  dw_instants *iso = OF("2024-01-05", NULL, "2024-01-05T10:00:00.5Z", "2024-01-05 10:00:00 UTC", "soon");
  CHECK(iso && iso->readings == 1 && iso->count == 4 && iso->seen == 4 && iso->reading[0].unread == 1);
  CHECK(iso->reading[0].value[0] == INT64_C(1704412800000000) && iso->reading[0].value[1] == INT64_C(1704448800500000));
  CHECK(iso->reading[0].value[2] == INT64_C(1704448800000000) && iso->reading[0].value[3] == DW_INSTANTS_NONE);
  dw_instants_free(iso);
  dw_instants *dates = OF("1/5/2019", "31/12/2019");
  CHECK(dates && dates->readings == 2 && dates->reading[0].unread == 0 && dates->reading[1].unread == 1);
  CHECK(dates->reading[0].value[0] == INT64_C(1556668800000000) && dates->reading[0].value[1] == INT64_C(1577750400000000));
  CHECK(dates->reading[1].value[0] == INT64_C(1546646400000000) && dates->reading[1].value[1] == DW_INSTANTS_NONE);
  dw_instants_free(dates);
  dw_instants *log = OF("10/Oct/2000:13:55:36 -0700", "11/Oct/2000:00:00:00 +0000");
  CHECK(log && log->readings == 1 && log->reading[0].value[0] == INT64_C(971211336000000));
  CHECK(log->reading[0].value[1] == INT64_C(971222400000000));
  dw_instants_free(log);
  dw_instants *syslog = OF("Jan  5 09:12:33", "Jan 06 09:12:33.5");
  CHECK(syslog && syslog->yearless && syslog->reading[0].unread == 0);
  CHECK(syslog->reading[0].value[1] - syslog->reading[0].value[0] == INT64_C(86400500000));
  dw_instants_free(syslog);
  CHECK(!dw_instants_new("Oct 10 13:55", 12, false) && !dw_instants_new("", 0, false) && !dw_instants_new("abc", 3, false));
  dw_instants_free(NULL);
}

TEST(rows_of_the_other_side_are_passed_over)
{
  static const char *const text[] = {"2024-01-01", "2024-01-02", "2024-01-03"};
  static const uint8_t take[] = {0, 1, 1};
  static const int64_t time[] = {1, 2, DW_INSTANTS_NONE};
  dw_instants *instants = dw_instants_new(text[0], 10, true);
  add(instants, text, 3, take, time);
  add(instants, text, 3, take, NULL);
  CHECK(instants->count == 4 && instants->reading[0].value[0] == INT64_C(1704153600000000));
  CHECK(instants->time[0] == 2 && instants->time[1] == DW_INSTANTS_NONE && instants->time[2] == DW_INSTANTS_NONE);
  CHECK(dw_instants_bytes(instants) >= 4 * 2 * sizeof(int64_t));
  dw_instants_free(instants);
}

static dw_instants_told settle(dw_instants *reference, dw_instants *current, const char *letters, const char **out)
{
  const dw_instants_reading *reading[2] = {0};
  dw_instants_told told = dw_instants_settle((const dw_instants *const[]){reference, current}, letters, reading);
  static char found[2][DW_TIME_FORMAT_TEXT];
  for (int i = 0; i < 2; i++) {
    snprintf(found[i], sizeof found[i], "%s", told == DW_INSTANTS_TOLD ? reading[i]->letters : "");
    out[i] = found[i];
  }
  dw_instants_free(reference);
  dw_instants_free(current);
  return told;
}

TEST(day_or_month_first_is_told_by_both_sides)
{
  const char *form[2];
  CHECK(settle(OF("1/5/2019"), OF("2/5/2019", "31/5/2019"), NULL, form) == DW_INSTANTS_TOLD);
  CHECK(strcmp(form[0], "%d/%m/%Y") == 0 && strcmp(form[1], "%d/%m/%Y") == 0);
  CHECK(settle(OF("1/5/2019", "1/15/2019"), OF("2/5/2019"), NULL, form) == DW_INSTANTS_TOLD);
  CHECK(strcmp(form[0], "%m/%d/%Y") == 0 && strcmp(form[1], "%m/%d/%Y") == 0);
  CHECK(settle(OF("13.01.2019"), OF("05.01.2019"), NULL, form) == DW_INSTANTS_TOLD && strcmp(form[1], "%d.%m.%Y") == 0);
  CHECK(settle(OF("1/5/2019"), OF("2/5/2019"), NULL, form) == DW_INSTANTS_EITHER);
  CHECK(settle(OF("1/5/2019"), OF("2/5/2019"), "%m/%d/%Y", form) == DW_INSTANTS_TOLD && strcmp(form[0], "%m/%d/%Y") == 0);
  CHECK(settle(OF("1/5/2019"), OF("2/5/2019"), "%F", form) == DW_INSTANTS_EITHER);
  CHECK(settle(OF("1/5/2019"), OF("2019-05-02"), NULL, form) == DW_INSTANTS_EITHER);
  CHECK(settle(OF("15/5/2019"), OF("2019-05-02"), NULL, form) == DW_INSTANTS_TOLD && form[0][1] == 'd' && !*form[1]);
  CHECK(settle(OF("1/5/2019", "2019-05-02"), OF("2/5/2019"), NULL, form) == DW_INSTANTS_MIXED);
  CHECK(settle(OF("15/5/2019", "5/15/2019"), OF("2/5/2019"), NULL, form) == DW_INSTANTS_MIXED);
}

/* A thinner sample is part of the one before, whatever the batches, and about half of it. */
TEST(thinning)
{
  enum { ROWS = 20000 };
  char(*text)[24] = calloc(ROWS, sizeof *text);
  const char **all = calloc(ROWS, sizeof *all);
  for (int i = 0; i < ROWS; i++) {
    text[i][dw_time_print(text[i], i * DW_SECOND)] = '\0';
    all[i] = text[i];
  }
  dw_instants *early = dw_instants_new(all[0], strlen(all[0]), true), *late = dw_instants_new(all[0], strlen(all[0]), true);
  add(early, all, ROWS / 4, NULL, NULL);
  dw_instants_thin(early);
  dw_instants_thin(early);
  add(early, all + ROWS / 4, ROWS - ROWS / 4, NULL, NULL);
  add(late, all, ROWS, NULL, NULL);
  dw_instants_thin(late);
  size_t half = late->count;
  dw_instants_thin(late);
  CHECK(half > ROWS / 2 - 300 && half < ROWS / 2 + 300 && late->count > ROWS / 4 - 250 && late->count < ROWS / 4 + 250);
  CHECK(early->count == late->count && early->seen == ROWS && early->thinned == 2);
  CHECK(memcmp(early->reading[0].value, late->reading[0].value, late->count * sizeof(int64_t)) == 0);
  size_t even = 0;
  for (size_t i = 0; i < late->count; i++) even += late->reading[0].value[i] / DW_SECOND % 2 == 0;
  CHECK(even * 2 > late->count - 300 && even * 2 < late->count + 300); /* no rhythm of its own */
  dw_instants_free(early);
  dw_instants_free(late);
  free(text);
  free(all);
}

/* Whether two values make a column of Unix times, by its name. */
static bool are_times(const char *name, const char *one, const char *other)
{
  char text[200];
  snprintf(text, sizeof text, "{\"%s\":%s}\n{\"%s\":%s}\n", name, one, name, other);
  dw_dataset set;
  fixture_dataset(&set, text, &(dw_dataset_options){.instants = true});
  const dw_column *column = dw_dataset_find(&set, name);
  dw_type_facts facts = dw_column_facts(column);
  bool answer = dw_column_holds_instants(column);
  CHECK((dw_type_infer(&facts, DW_TYPING_DRIFTWATCH) == DW_TYPE_DATETIME) == answer);
  CHECK(column->times || !answer);
  if (answer) CHECK(column->times->count == 2 && column->times->reading[0].value[0] == INT64_C(1772323467000000));
  dw_dataset_free(&set);
  return answer;
}

TEST(numbers_are_instants_where_something_else_says_so)
{
  CHECK(are_times("ts", "1772323467", "1772324154") && are_times("created_at", "1772323467000", "1772324154123"));
  CHECK(are_times("x", "1772323467000", "1772324154000")); /* whole seconds in milliseconds */
  CHECK(are_times("pickupTime", "1772323467000000", "1772324154000007"));
  CHECK(are_times("x", "1772323467000000000", "1772324154000000000"));
  CHECK(are_times("ts", "\"1772323467\"", "\"1772324154.25\"") && are_times("x", "\"1772323467000\"", "\"1772324154000\""));
  CHECK(!are_times("x", "\"1772323467\"", "\"1772324154\"") && !are_times("ts", "\"1772323467\"", "\"soon\""));
  CHECK(!are_times("ts", "\"1772323467.\"", "\"1772324154\"") && !are_times("ts", "\"01772323467\"", "\"1772324154\""));
  CHECK(!are_times("x", "1772323467", "1772324154"));       /* ten digits may be anything */
  CHECK(!are_times("x", "1772323467000", "1772324154123")); /* a bar code */
  CHECK(!are_times("update", "1772323467", "1772324154"));  /* no word of time */
  CHECK(!are_times("ts", "1772323467", "1772323467000"));   /* two units */
  CHECK(!are_times("ts", "1772323467", "12") && !are_times("ts", "900000000", "1772323467"));
}
