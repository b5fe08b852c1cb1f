#include "detect/method/contribution.h"

#include "base/mem.h"
#include "fixture.h"

static char *written(void (*write)(dw_json *json, const void *what), const void *what)
{
  dw_buf out = {0};
  dw_json json;
  dw_json_start(&json, &out, 0);
  dw_json_open(&json, NULL, '{');
  write(&json, what);
  dw_json_close(&json, '}');
  dw_buf_char(&out, '\0');
  return out.data;
}

typedef struct terms {
  dw_binned bins;
  const double *term;
} terms;

static void write_bins(dw_json *json, const void *what)
{
  dw_contribution_bins(json, &((const terms *)what)->bins, ((const terms *)what)->term);
}

TEST(the_largest_five_in_their_order)
{
  double edges[] = {0, 1, 2, 3, 4, 5, 6, 7}, p[] = {0.1, 0.2, 0.1, 0.2, 0.1, 0.2, 0.1}, q[] = {0.2, 0.1, 0.1, 0.2, 0.1, 0.2, 0.1};
  double term[] = {1, 4, 2, 2, 8, 0, 1};
  terms t = {{.p = p, .q = q, .low = edges, .high = edges + 1, .count = 7}, term};
  char *got = written(write_bins, &t);
  CHECK_TEXT(got, "{\"contributions\":[{\"bin\":[4,5],\"reference\":0.1,\"current\":0.1,\"share\":0.4444444444444444},"
                  "{\"bin\":[1,2],\"reference\":0.2,\"current\":0.1,\"share\":0.2222222222222222},"
                  "{\"bin\":[2,3],\"reference\":0.1,\"current\":0.1,\"share\":0.1111111111111111},"
                  "{\"bin\":[3,4],\"reference\":0.2,\"current\":0.2,\"share\":0.1111111111111111},"
                  "{\"bin\":[0,1],\"reference\":0.1,\"current\":0.2,\"share\":0.05555555555555555}]}");
  dw_free(got);
  t.bins.high = edges;
  t.bins.count = 2;
  got = written(write_bins, &t);
  CHECK_TEXT(got, "{\"contributions\":[{\"bin\":[1,1],\"reference\":0.2,\"current\":0.1,\"share\":0.8},"
                  "{\"bin\":[0,0],\"reference\":0.1,\"current\":0.2,\"share\":0.2}]}");
  dw_free(got);
}

TEST(nothing_differs)
{
  double edges[] = {0, 1}, share[] = {1}, zero[] = {0}, infinite[] = {INFINITY};
  terms t = {{.p = share, .q = share, .low = edges, .high = edges + 1, .count = 1}, zero};
  char *got = written(write_bins, &t);
  CHECK_TEXT(got, "{}");
  dw_free(got);
  t.term = infinite;
  got = written(write_bins, &t);
  CHECK_TEXT(got, "{}");
  dw_free(got);
}

static void write_areas(dw_json *json, const void *what)
{
  dw_contribution_areas(json, ((const dw_sorted *)what)[0], ((const dw_sorted *)what)[1], 1);
}

/* 100 values, of which the upper tenth moves up by 50: the area lies between. */
TEST(areas_are_where_the_values_moved)
{
  double r[100], c[100];
  for (int i = 0; i < 100; i++) r[i] = i, c[i] = i >= 90 ? i + 50 : i;
  dw_sorted both[2] = {dw_sorted_make(r, 100), dw_sorted_make(c, 100)};
  char *got = written(write_areas, both);
  CHECK_TEXT(got, "{\"contributions\":[{\"bin\":[89.10000000000001,149],\"reference\":0.1,\"current\":0.1,\"share\":1}]}");
  dw_free(got);
  /* one value on each side, and constants */
  dw_sorted points[2] = {dw_sorted_make(r, 1), dw_sorted_make(r + 3, 1)}, same[2] = {points[0], points[0]};
  got = written(write_areas, points);
  CHECK_TEXT(got, "{\"contributions\":[{\"bin\":[0,3],\"reference\":1,\"current\":1,\"share\":1}]}");
  dw_free(got);
  got = written(write_areas, same);
  CHECK_TEXT(got, "{}");
  dw_free(got);
}

static void write_tenths(dw_json *json, const void *what)
{
  const dw_sorted *both = what;
  dw_contribution_tenths(json, both[0], both[1]);
}

/* The lowest tenth gets nine values, six from the uppermost tenth and three from the one below it. */
TEST(tenths_whose_shares_changed)
{
  double r[100], c[100];
  for (int i = 0; i < 100; i++) r[i] = i, c[i] = i < 10 ? i : i < 19 ? 9.5 : i - 9;
  for (int i = 19; i < 100; i++) c[i] = i < 96 ? i - 9 : i; /* 10 to 86, then 96 to 99 */
  dw_sorted both[2] = {dw_sorted_make(r, 100), dw_sorted_make(c, 100)};
  char *got = written(write_tenths, both);
  static const char *const parts[] = {"[{\"bin\":[0,9.9],\"reference\":0.1,\"current\":0.19,\"share\":0.642857",
                                      "},{\"bin\":[89.10000000000001,99],\"reference\":0.1,\"current\":0.04,\"share\":0.285714",
                                      "},{\"bin\":[79.2,89.10000000000001],\"reference\":0.1,\"current\":0.07,\"share\":0.0714"};
  const char *at = got;
  for (size_t i = 0; at && i < 3; i++) CHECK_MSG((at = strstr(at, parts[i])) != NULL, "%s: not in %s", parts[i], got);
  dw_free(got);
  dw_sorted same[2] = {dw_sorted_make(r, 1), dw_sorted_make(r, 1)};
  got = written(write_tenths, same);
  CHECK_TEXT(got, "{}");
  dw_free(got);
}

static void write_categories(dw_json *json, const void *what)
{
  const dw_categories *all = what;
  double term[] = {1, 3};
  CHECK(all->count == 2);
  dw_contribution_categories(json, all, term);
}

TEST(categories_by_name)
{
  dw_dataset reference, current;
  dw_categories all;
  fixture_dataset(&reference, "{\"v\":\"a\"}\n{\"v\":\"b\\\"\"}\n{\"v\":\"a\"}\n{\"v\":\"a\"}\n", NULL);
  fixture_dataset(&current, "{\"v\":\"b\\\"\"}\n", NULL);
  dw_categories_make(&all, dw_dataset_find(&reference, "v"), dw_dataset_find(&current, "v"));
  char *got = written(write_categories, &all);
  CHECK_TEXT(got, "{\"contributions\":[{\"category\":\"b\\\"\",\"reference\":0.25,\"current\":1,\"share\":0.75},"
                  "{\"category\":\"a\",\"reference\":0.75,\"current\":0,\"share\":0.25}]}");
  dw_free(got);
  dw_categories_free(&all);
  dw_dataset_free(&reference);
  dw_dataset_free(&current);
}
