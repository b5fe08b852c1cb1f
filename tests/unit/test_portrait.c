#include "detect/method/portrait.h"

#include "fixture.h"
#include "io/text/json.h"

typedef struct subject {
  dw_dataset reference, current;
  dw_pair pair;
  dw_portrait portrait;
  dw_value *r, *c; /* the portraits, read back */
} subject;

static void subject_make(subject *s, dw_type type, const char *reference, const char *current)
{
  dw_err err = {0};
  fixture_dataset(&s->reference, reference, NULL);
  fixture_dataset(&s->current, current, NULL);
  dw_pair_make(&s->pair, "v", type, dw_dataset_find(&s->reference, "v"), dw_dataset_find(&s->current, "v"));
  dw_portrait_make(&s->portrait, &s->pair);
  CHECK_MSG(dw_value_parse(&s->r, s->portrait.reference.data, s->portrait.reference.length, "r", 0, &err) == DW_OK, "%s", err.message);
  CHECK_MSG(dw_value_parse(&s->c, s->portrait.current.data, s->portrait.current.length, "c", 0, &err) == DW_OK, "%s", err.message);
}

static void subject_free(subject *s)
{
  dw_value_free(s->r);
  dw_value_free(s->c);
  dw_portrait_free(&s->portrait);
  dw_pair_free(&s->pair);
  dw_dataset_free(&s->reference);
  dw_dataset_free(&s->current);
}

static double get(const dw_value *object, const char *key) { return dw_value_number(dw_value_get(object, key), NAN); }

static double counts(const dw_value *side)
{
  double sum = 0;
  for (const dw_value *item = dw_value_first(dw_value_get(dw_value_get(side, "histogram"), "counts")); item; item = dw_value_next(item))
    sum += dw_value_number(item, NAN);
  return sum;
}

static size_t bins(const dw_value *side) { return dw_value_count(dw_value_get(dw_value_get(side, "histogram"), "counts")); }

static bool edges_ascend(const dw_value *side)
{
  double last = -INFINITY;
  for (const dw_value *edge = dw_value_first(dw_value_get(dw_value_get(side, "histogram"), "edges")); edge; edge = dw_value_next(edge)) {
    double x = dw_value_number(edge, NAN);
    if (!(x > last)) return false;
    last = x;
  }
  return true;
}

/* Beyond 2^53, just above 1 and among the denormals, thirty bins of equal width have edges that are the same double. */
TEST(numbers_too_close_for_thirty_bins)
{
  static const char *const text[] = {
      "{\"v\":9007199254740992}\n{\"v\":9007199254740994}\n{\"v\":9007199254741012}\n",
      "{\"v\":1}\n{\"v\":1.0000000000000002}\n{\"v\":1.0000000000000009}\n",
      "{\"v\":5e-324}\n{\"v\":1e-323}\n{\"v\":3e-323}\n",
      "{\"v\":1e308}\n{\"v\":1e308}\n{\"v\":1e308}\n",
  };
  for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
    subject s;
    subject_make(&s, DW_TYPE_NUMERIC, text[i], text[i]);
    CHECK(edges_ascend(s.r) && edges_ascend(s.c));
    if (bins(s.r)) CHECK_MSG(counts(s.r) == 3 && counts(s.c) == 3, "%zu: %g of 3 are shown", i, counts(s.r));
    CHECK(i == 3 || bins(s.r) > 1);
    subject_free(&s);
  }
}

TEST(numbers)
{
  subject s;
  subject_make(&s, DW_TYPE_NUMERIC, "{\"v\":1.5}\n{\"v\":2.5}\n{\"v\":null}\n{\"v\":6.5}\n", "{\"v\":-1.25}\n{\"v\":900}\n");
  CHECK(get(s.r, "count") == 3 && get(s.r, "missing") == 1 && get(s.r, "min") == 1.5 && get(s.r, "max") == 6.5);
  CHECK_CLOSE(get(s.r, "mean"), 3.5, 1e-15);
  CHECK_CLOSE(get(s.r, "std"), sqrt(7), 1e-15);
  CHECK(get(dw_value_get(s.r, "quantiles"), "0.5") == 2.5);
  CHECK(bins(s.r) == 30 && bins(s.c) == 30 && counts(s.r) == 3 && counts(s.c) == 2);
  dw_buf r = {0}, c = {0};
  dw_value_print(dw_value_get(dw_value_get(s.r, "histogram"), "edges"), &r);
  dw_value_print(dw_value_get(dw_value_get(s.c, "histogram"), "edges"), &c);
  CHECK_TEXT(dw_buf_cstr(&r), dw_buf_cstr(&c));
  dw_buf_free(&r);
  dw_buf_free(&c);
  subject_free(&s);
}

TEST(far_tails_fall_into_the_outer_bins)
{
  subject s;
  dw_buf text = {0};
  for (int i = 0; i < 1000; i++) dw_buf_format(&text, "{\"v\":%d.5}\n", i % 100);
  dw_buf_text(&text, "{\"v\":1e9}\n{\"v\":-1e9}\n");
  subject_make(&s, DW_TYPE_NUMERIC, dw_buf_cstr(&text), dw_buf_cstr(&text));
  const dw_value *edges = dw_value_get(dw_value_get(s.r, "histogram"), "edges");
  double last = 0;
  for (const dw_value *item = dw_value_first(edges); item; item = dw_value_next(item)) last = dw_value_number(item, NAN);
  CHECK(last < 300 && dw_value_number(dw_value_first(edges), NAN) > -200 && counts(s.r) == 1002);
  subject_free(&s);
  dw_buf_free(&text);
}

TEST(whole_numbers_have_a_bin_each)
{
  subject s;
  dw_buf text = {0};
  for (int i = 0; i < 240; i++) dw_buf_format(&text, "{\"v\":%d.0}\n", i % 24);
  subject_make(&s, DW_TYPE_NUMERIC, dw_buf_cstr(&text), dw_buf_cstr(&text));
  CHECK(bins(s.r) == 24 && counts(s.r) == 240);
  for (const dw_value *item = dw_value_first(dw_value_get(dw_value_get(s.r, "histogram"), "counts")); item; item = dw_value_next(item))
    CHECK(dw_value_number(item, NAN) == 10);
  subject_free(&s);
  dw_buf_free(&text);
}

TEST(one_value_alone)
{
  subject s;
  subject_make(&s, DW_TYPE_NUMERIC, "{\"v\":7}\n", "{\"v\":7}\n");
  CHECK(bins(s.r) == 1 && counts(s.r) == 1 && dw_value_kind(dw_value_get(s.r, "std")) == DW_VALUE_NULL);
  subject_free(&s);
}

TEST(categories)
{
  subject s;
  dw_buf text = {0};
  for (int i = 0; i < 30; i++) {
    for (int k = 0; k <= i; k++) dw_buf_format(&text, "{\"v\":\"c%02d\"}\n", i);
  }
  subject_make(&s, DW_TYPE_CATEGORICAL, dw_buf_cstr(&text), "{\"v\":\"c29\"}\n{\"v\":\"new\"}\n{\"v\":null}\n");
  CHECK(get(s.r, "distinct") == 30 && get(s.c, "distinct") == 2 && get(s.c, "missing") == 1);
  const dw_value *top = dw_value_get(s.r, "categories");
  CHECK(dw_value_count(top) == 20);
  CHECK_TEXT(dw_value_text(dw_value_get(dw_value_first(top), "value"), NULL), "c29");
  double listed = 0;
  for (const dw_value *item = dw_value_first(top); item; item = dw_value_next(item)) listed += get(item, "count");
  CHECK(listed + get(s.r, "other") == 465 && get(s.c, "other") == 1);
  subject_free(&s);
  dw_buf_free(&text);
}
