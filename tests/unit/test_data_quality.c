/* Slips of whoever writes the records. p-values from scipy.stats.fisher_exact, or worked out by hand. */
#include "detect/check/data_quality.h"

#include <math.h>

#include "detect/compare/compare.h"
#include "detect/compare/reading.h"
#include "fixture.h"

static void free_list(dw_finding_list *list)
{
  for (size_t i = 0; i < list->count; i++) dw_finding_free(&list->item[i]);
  dw_free(list->item);
  *list = (dw_finding_list){0};
}

static bool says(const dw_finding *finding, const char *text) { return strstr(dw_buf_cstr((dw_buf *)&finding->detail), text) != NULL; }

/* --- strays --- */

static dw_column column_of(uint64_t strays, uint64_t rows) { return (dw_column){.name = "x", .strays = strays, .rows = rows}; }

static dw_finding *strays(dw_finding_list *list, uint64_t before, uint64_t now, uint64_t rows, const char *untold)
{
  dw_limits limits;
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  dw_column reference = column_of(before, rows), current = column_of(now, rows);
  *list = (dw_finding_list){0};
  dw_check_strays(list, &limits, "x", DW_TYPE_NUMERIC, &reference, &current, (dw_effective){0}, untold);
  dw_limits_free(&limits);
  for (size_t i = 0; i < list->count; i++) dw_finding_decide(&list->item[i]);
  return list->count ? &list->item[0] : NULL;
}

TEST(strays_that_became_more_are_drift)
{
  dw_finding_list list;
  dw_finding *more = strays(&list, 1, 8, 40, NULL);
  CHECK(more && more->drift && strcmp(more->method, "fisher_exact") == 0 && strcmp(more->direction, "up") == 0);
  CHECK_CLOSE(more->p_value, 0.02888850355470781, 1e-12);
  CHECK_CLOSE(more->shift.h, 2 * asin(sqrt(0.2)) - 2 * asin(sqrt(1.0 / 40)), 1e-12);
  CHECK(says(more,
             "{\"kind\":\"stray_values\",\"strays\":{\"reference\":{\"count\":1,\"first\":[]},\"current\":{\"count\":8,\"first\":[]}}}"));
  free_list(&list);
}

TEST(strays_that_became_fewer_or_are_one_in_many_are_told)
{
  dw_finding_list list;
  dw_finding *fewer = strays(&list, 8, 1, 40, NULL);
  CHECK(fewer && !fewer->drift && fewer->p_value == 1 && strcmp(fewer->direction, "down") == 0);
  free_list(&list);
  dw_finding *one = strays(&list, 0, 1, 2000, NULL);
  CHECK(one && !one->drift && one->p_value == 1);
  free_list(&list);
  dw_finding *sure = strays(&list, 0, 200, 100000, NULL); /* beyond doubt, and 0.2 %: below the least effect */
  CHECK(sure && !sure->drift && sure->p_value < 1e-50 && sure->shift.h < 0.1);
  free_list(&list);
  CHECK(!strays(&list, 0, 0, 40, NULL));
  free_list(&list);
}

TEST(strays_that_are_not_judged_are_no_test)
{
  dw_finding_list list;
  dw_finding *told = strays(&list, 0, 20, 40, "as it is");
  CHECK(told && !told->drift && !told->by_p_value && isnan(told->p_value) && strcmp(told->warning, "as it is") == 0);
  free_list(&list);
}

/* --- variants --- */

/* Records {"v": VALUE} from a list of values, each so many times. */
typedef struct value_times {
  const char *value;
  int times;
} value_times;

static void records(dw_dataset *set, const value_times *list)
{
  dw_buf text = {0};
  for (; list->value; list++)
    for (int i = 0; i < list->times; i++) dw_buf_format(&text, "{\"v\":\"%s\"}\n", list->value);
  fixture_dataset(set, dw_buf_cstr(&text), NULL);
  dw_buf_free(&text);
}

static dw_finding *variants(dw_finding_list *list, const value_times *before, const value_times *now)
{
  dw_dataset reference, current;
  dw_limits limits;
  dw_pair pair;
  records(&reference, before);
  records(&current, now);
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  dw_pair_make(&pair, "v", DW_TYPE_CATEGORICAL, dw_dataset_find(&reference, "v"), dw_dataset_find(&current, "v"));
  *list = (dw_finding_list){0};
  dw_check_variants(list, &limits, &pair);
  for (size_t i = 0; i < list->count; i++) dw_finding_decide(&list->item[i]);
  dw_pair_free(&pair);
  dw_limits_free(&limits);
  dw_dataset_free(&reference);
  dw_dataset_free(&current);
  return list->count ? &list->item[0] : NULL;
}

/* 2 of 4 current rows, 2 of 8 rows: (4 3) / (8 7), times the two categories that are alike. */
TEST(a_new_way_of_writing)
{
  dw_finding_list list;
  dw_finding *finding = variants(&list, (value_times[]){{"Paris", 3}, {"Rome", 1}, {0}}, (value_times[]){{" paris", 2}, {"Rome", 2}, {0}});
  CHECK(finding && strcmp(finding->method, "exceedance") == 0 && !finding->drift);
  CHECK_CLOSE(finding->p_value, 2.0 * 4 * 3 / (8 * 7), 1e-12);
  CHECK(finding->statistic == 0.5 && finding->shift.current == 0.5 && finding->shift.reference == 0);
  CHECK(says(finding,
             "{\"kind\":\"category_variants\",\"variants\":[{\"value\":\" paris\",\"like\":\"Paris\",\"reference\":0,\"current\":2}],"
             "\"variant_count\":1,\"new_count\":1,\"new_rows\":2}"));
  free_list(&list);
}

TEST(case_and_blanks_of_all_alphabets_that_have_them)
{
  static const char *const like[][2] = {{"Paris", "paris "},
                                        {"New York", "new  york"},
                                        {"Köln", "KÖLN"},
                                        {"Αθήνας", "ΑΘΉΝΑΣ"},
                                        {"Москва", "\\tМОСКВА"},
                                        {"a\xc2\xa0"
                                         "b",
                                         "A b"}},
                           *const other[][2] = {{"Paris", "Pari s"}, {"Koln", "Köln"}, {"a1", "a2"}, {"東京", "京東"}, {"", "a"}};
  for (int same = 0; same < 2; same++)
    for (size_t i = 0; i < (same ? sizeof like / sizeof *like : sizeof other / sizeof *other); i++) {
      const char *const *pair = same ? like[i] : other[i];
      dw_finding_list list;
      dw_finding *finding = variants(&list, (value_times[]){{pair[0], 100}, {0}}, (value_times[]){{pair[0], 60}, {pair[1], 40}, {0}});
      CHECK_MSG((finding != NULL) == same && (!same || finding->drift), "%s and %s", pair[0], pair[1]);
      free_list(&list);
    }
}

TEST(ways_of_writing_that_the_reference_has_are_told)
{
  dw_finding_list list;
  const value_times both[] = {{"A", 60}, {"a", 40}, {0}};
  dw_finding *finding = variants(&list, both, (value_times[]){{"A", 20}, {"a", 80}, {0}});
  CHECK(finding && !finding->drift && finding->p_value == 1 && says(finding, "\"variant_count\":1,\"new_count\":0,\"new_rows\":0"));
  free_list(&list);
  finding = variants(&list, both, (value_times[]){{"A", 100}, {0}});
  CHECK(finding && !finding->drift && finding->p_value == 1);
  free_list(&list);
}

TEST(a_category_that_is_new_in_both_ways)
{
  dw_finding_list list;
  dw_finding *finding = variants(&list, (value_times[]){{"A", 100}, {0}}, (value_times[]){{"A", 20}, {"b", 50}, {"B", 30}, {0}});
  CHECK(finding && finding->drift && says(finding, "[{\"value\":\"B\",\"like\":\"b\",\"reference\":0,\"current\":30}]"));
  free_list(&list);
}

TEST(of_many_the_first_are_named)
{
  dw_finding_list list;
  value_times before[31] = {0}, now[31] = {0};
  char names[60][16];
  for (int i = 0; i < 30; i++) {
    snprintf(names[i], sizeof names[i], "v%d", i);
    snprintf(names[30 + i], sizeof names[30 + i], "V%d", i);
    before[i] = (value_times){names[i], 2};
    now[i] = (value_times){names[30 + i], 2};
  }
  dw_finding *finding = variants(&list, before, now);
  int listed = 0;
  for (const char *at = dw_buf_cstr(&finding->detail); (at = strstr(at, "\"like\"")); at++) listed++;
  CHECK(listed == 20 && says(finding, "\"variant_count\":30,\"new_count\":30,\"new_rows\":60"));
  free_list(&list);
}

/* --- names --- */

TEST(names_that_are_alike)
{
  static const dw_named_column columns[] = {{"Age", DW_TYPE_NUMERIC, true, false},     {"city", DW_TYPE_CATEGORICAL, true, true},
                                            {"age ", DW_TYPE_NUMERIC, false, true},    {"ages", DW_TYPE_NUMERIC, true, true},
                                            {"CITY", DW_TYPE_CATEGORICAL, true, true}, {" AGE", DW_TYPE_NUMERIC, true, true}};
  dw_finding_list list = {0};
  dw_check_names(&list, columns, sizeof columns / sizeof *columns);
  CHECK(list.count == 2 && strcmp(list.item[0].column, "Age") == 0 && strcmp(list.item[1].column, "city") == 0);
  CHECK(says(&list.item[0],
             "{\"kind\":\"names_alike\",\"names\":[{\"name\":\"Age\",\"reference\":true,\"current\":false},"
             "{\"name\":\"age \",\"reference\":false,\"current\":true},{\"name\":\" AGE\",\"reference\":true,\"current\":true}]}"));
  CHECK(!list.item[0].drift && list.item[0].warning && !list.item[0].by_p_value);
  free_list(&list);
  dw_check_names(&list, NULL, 0);
  CHECK(list.count == 0);
  free_list(&list);
}
