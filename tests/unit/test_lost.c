/* What became of a column, worked out by hand. */
#include "detect/check/lost.h"

#include "fixture.h"

static char *rows(const char *line, size_t times, const char *other, size_t other_times)
{
  dw_buf text = {0};
  for (size_t i = 0; i < times; i++) dw_buf_format(&text, "%s\n", line);
  for (size_t i = 0; i < other_times; i++) dw_buf_format(&text, "%s\n", other);
  dw_buf_char(&text, '\0');
  return text.data;
}

TEST(losses)
{
  static const char number[] = "{\"v\":1.5}", word[] = "{\"v\":\"x\"}", null[] = "{\"v\":null}", none[] = "{\"w\":1}",
                    flag[] = "{\"v\":true}", vector[] = "{\"v\":[1,2]}", longer[] = "{\"v\":[1,2,3]}", object[] = "{\"v\":{\"a\":1}}";
  static const struct {
    const char *was, *is;
    dw_type type;
    bool settled;
    dw_lost loss;
  } table[] = {
      {number, number, DW_TYPE_NUMERIC, false, DW_LOST_NONE},     {number, none, DW_TYPE_NUMERIC, false, DW_LOST_GONE},
      {number, object, DW_TYPE_NUMERIC, false, DW_LOST_GONE},     {number, null, DW_TYPE_NUMERIC, false, DW_LOST_EMPTY},
      {number, word, DW_TYPE_NUMERIC, false, DW_LOST_TURNED},     {number, word, DW_TYPE_NUMERIC, true, DW_LOST_TURNED},
      {number, word, DW_TYPE_CATEGORICAL, true, DW_LOST_NONE},    {number, word, DW_TYPE_CATEGORICAL, false, DW_LOST_TURNED},
      {word, number, DW_TYPE_CATEGORICAL, false, DW_LOST_TURNED}, {word, number, DW_TYPE_TEXT, true, DW_LOST_TURNED},
      {word, null, DW_TYPE_IDENTIFIER, false, DW_LOST_EMPTY},     {number, vector, DW_TYPE_NUMERIC, false, DW_LOST_TURNED},
      {vector, number, DW_TYPE_VECTOR, false, DW_LOST_TURNED},    {number, flag, DW_TYPE_NUMERIC, false, DW_LOST_TURNED},
      {null, null, DW_TYPE_EMPTY, false, DW_LOST_NONE},           {null, none, DW_TYPE_EMPTY, false, DW_LOST_NONE},
      {vector, vector, DW_TYPE_VECTOR, false, DW_LOST_NONE},      {vector, longer, DW_TYPE_VECTOR, true, DW_LOST_RESHAPED},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    dw_dataset reference, current;
    char *was = rows(table[i].was, 3, "", 0), *is = rows(table[i].is, 3, "", 0);
    fixture_dataset(&reference, was, NULL);
    fixture_dataset(&current, is, NULL);
    dw_lost loss =
        dw_lost_of(table[i].type, table[i].settled, dw_dataset_find(&reference, "v"), dw_dataset_find(&current, "v"), current.rows, false);
    CHECK_MSG(loss == table[i].loss, "%s to %s: %d, expected %d", table[i].was, table[i].is, (int)loss, (int)table[i].loss);
    dw_dataset_free(&reference);
    dw_dataset_free(&current);
    free(was);
    free(is);
  }
}

/* A first vector that is longer than most of its side makes no other column of them. */
TEST(first_vector)
{
  char *was = rows("{\"v\":[1,2]}", 3, "", 0);
  for (size_t others = 1; others <= 2; others++) {
    char *is = rows("{\"v\":[1,2,3]}", 1, "{\"v\":[1,2]}", others);
    dw_dataset reference, current;
    fixture_dataset(&reference, was, NULL);
    fixture_dataset(&current, is, NULL);
    dw_lost loss = dw_lost_of(DW_TYPE_VECTOR, false, dw_dataset_find(&reference, "v"), dw_dataset_find(&current, "v"), current.rows, false);
    CHECK(loss == (others == 1 ? DW_LOST_RESHAPED : DW_LOST_NONE));
    dw_dataset_free(&reference);
    dw_dataset_free(&current);
    free(is);
  }
  free(was);
}

/* Half of 40 cells missing before: 19 missing ones more are 1 in C(59,19)-like odds, 3 are nothing. */
TEST(chance)
{
  char *half = rows("{\"v\":1}", 20, "{\"v\":null}", 20);
  for (size_t empty = 3; empty <= 60; empty += 57) {
    char *is = rows("{\"v\":null}", empty, "", 0);
    dw_dataset reference, current;
    fixture_dataset(&reference, half, NULL);
    fixture_dataset(&current, is, NULL);
    dw_lost loss =
        dw_lost_of(DW_TYPE_NUMERIC, false, dw_dataset_find(&reference, "v"), dw_dataset_find(&current, "v"), current.rows, false);
    CHECK(loss == (empty == 3 ? DW_LOST_NONE : DW_LOST_EMPTY));
    CHECK(dw_lost_of(DW_TYPE_NUMERIC, false, dw_dataset_find(&reference, "v"), NULL, current.rows, false) ==
          (empty == 3 ? DW_LOST_NONE : DW_LOST_GONE));
    dw_dataset_free(&reference);
    dw_dataset_free(&current);
    free(is);
  }
  free(half);
}

/* A segment is picked out: a few rows without a value are chance there also where no cell of the reference was missing, many are not. */
TEST(segment)
{
  for (size_t n = 1; n <= 40; n += 39) {
    char *was = rows("{\"v\":1}", n, "", 0), *is = rows("{\"v\":null}", n, "", 0);
    dw_dataset reference, current;
    fixture_dataset(&reference, was, NULL);
    fixture_dataset(&current, is, NULL);
    const dw_column *r = dw_dataset_find(&reference, "v"), *c = dw_dataset_find(&current, "v");
    CHECK(dw_lost_of(DW_TYPE_NUMERIC, true, r, c, n, false) == DW_LOST_EMPTY);
    CHECK(dw_lost_of(DW_TYPE_NUMERIC, true, r, c, n, true) == (n == 1 ? DW_LOST_NONE : DW_LOST_EMPTY));
    CHECK(dw_lost_of(DW_TYPE_NUMERIC, true, r, NULL, n, true) == (n == 1 ? DW_LOST_NONE : DW_LOST_GONE));
    dw_dataset_free(&reference);
    dw_dataset_free(&current);
    free(was);
    free(is);
  }
}

TEST(names)
{
  static const char *const fresh[] = {"Amount", "city_name", "geo-distance-km", "ÄLTER", "unrelated"};
  static const struct {
    const char *name, *renamed;
  } table[] = {{"amount", "Amount"},
               {"AMOUNT", "Amount"},
               {"cityName", "city_name"},
               {"city_nmae", "city_name"},
               {"geo_distance_km", "geo-distance-km"},
               {"älter", "ÄLTER"},
               {"price", NULL},
               {"___", NULL},
               {"unrelatedly", "unrelated"}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    const char *renamed = dw_lost_renamed(table[i].name, fresh, sizeof fresh / sizeof *fresh);
    CHECK_MSG(table[i].renamed ? renamed && strcmp(renamed, table[i].renamed) == 0 : !renamed, "%s: %s", table[i].name,
              renamed ? renamed : "(none)");
  }
}

TEST(finding)
{
  dw_dataset reference;
  dw_finding_list list = {0};
  fixture_dataset(&reference, "{\"v\":1}\n", NULL);
  const dw_column *v = dw_dataset_find(&reference, "v");
  dw_lost_report(&list, "v", DW_TYPE_NUMERIC, DW_LOST_GONE, v, NULL, "V");
  dw_lost_report(&list, "v", DW_TYPE_NUMERIC, DW_LOST_EMPTY, v, v, NULL);
  CHECK(list.count == 2 && list.item[0].lost && list.item[0].drift && list.item[0].severity == DW_SEVERITY_HIGH);
  CHECK_TEXT(dw_buf_cstr(&list.item[0].detail),
             "{\"change\":\"missing_column\",\"reference\":\"number\",\"current\":null,\"lost\":true,\"renamed\":\"V\"}");
  CHECK_TEXT(dw_buf_cstr(&list.item[1].detail), "{\"change\":\"emptied\",\"reference\":\"number\",\"current\":\"number\",\"lost\":true}");
  for (size_t i = 0; i < list.count; i++) dw_finding_free(&list.item[i]);
  dw_free(list.item);
  dw_dataset_free(&reference);
}
