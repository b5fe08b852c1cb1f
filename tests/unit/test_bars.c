#include "test.h"

#include "report/draw/bars.h"

static dw_buf buf;

static const char *spark(const dw_bars *bars, bool current)
{
  buf.length = 0;
  dw_bars_spark(&buf, bars, current);
  return dw_buf_cstr(&buf);
}

static dw_report_finding histograms(const double *edges, const double *reference, const double *current, size_t bins)
{
  dw_report_finding finding = {.reference = {.given = true, .other = NAN, .edges = edges, .counts = reference, .bins = bins},
                               .current = {.given = true, .other = NAN, .edges = edges, .counts = current, .bins = bins}};
  return finding;
}

static dw_report_finding categories(const dw_report_category *reference, size_t reference_count, double reference_other,
                                    const dw_report_category *current, size_t current_count, double current_other)
{
  dw_report_finding finding = {
      .reference = {.given = true, .other = reference_other, .categories = reference, .category_count = reference_count},
      .current = {.given = true, .other = current_other, .categories = current, .category_count = current_count}};
  return finding;
}

TEST(bins)
{
  double edges[] = {0, 1, 2, 3, 4}, reference[] = {1, 2, 4, 1}, current[] = {0, 0, 5, 5};
  dw_report_finding finding = histograms(edges, reference, current, 4);
  dw_bars bars;
  CHECK(dw_bars_layout(&bars, &finding, 10));
  CHECK(bars.count == 4 && bars.numeric && bars.even);
  CHECK(bars.bar[2].reference == 0.5 && bars.bar[2].current == 0.5 && bars.top == 0.5);
  CHECK(bars.bar[2].from == 2 && bars.bar[2].to == 3);
  CHECK_TEXT(spark(&bars, false), "▂▄█▂");
  CHECK_TEXT(spark(&bars, true), "  ██");
}

TEST(more_bins_than_room)
{
  double edges[32], counts[31];
  for (int i = 0; i < 32; i++) edges[i] = i;
  for (int i = 0; i < 31; i++) counts[i] = 1;
  dw_report_finding finding = histograms(edges, counts, counts, 31);
  for (size_t most = 0; most < 80; most++) {
    dw_bars bars;
    CHECK(dw_bars_layout(&bars, &finding, most));
    CHECK(bars.count <= (most < 2 ? 2 : most) && bars.count <= DW_BARS_MOST);
    double sum = 0;
    for (size_t i = 0; i < bars.count; i++) sum += bars.bar[i].reference;
    CHECK_CLOSE(sum, 1, 1e-12);
    CHECK(bars.bar[0].from == 0 && bars.bar[bars.count - 1].to == 31);
  }
}

TEST(a_share_above_zero_shows)
{
  double edges[] = {0, 1, 2}, reference[] = {1, 1e6}, current[] = {0, 1};
  dw_report_finding finding = histograms(edges, reference, current, 2);
  dw_bars bars;
  CHECK(dw_bars_layout(&bars, &finding, 8));
  CHECK_TEXT(spark(&bars, false), "▁█");
  CHECK_TEXT(spark(&bars, true), " █");
}

TEST(nothing_counted)
{
  double edges[] = {0, 1}, reference[] = {5}, current[] = {0};
  dw_report_finding finding = histograms(edges, reference, current, 1);
  dw_bars bars;
  CHECK(dw_bars_layout(&bars, &finding, 8));
  CHECK_TEXT(spark(&bars, true), " ");
  finding.current.bins = 0;
  CHECK(!dw_bars_layout(&bars, &finding, 8));
  dw_report_finding none = {0};
  CHECK(!dw_bars_layout(&bars, &none, 8));
}

/* Counts near the largest double: no NaN may reach a coordinate. */
TEST(huge_counts)
{
  double edges[] = {-1.7e308, 0, 1.7e308}, reference[] = {1.7e308, 1.7e308}, current[] = {1, 1.7e308};
  dw_report_finding finding = histograms(edges, reference, current, 2);
  dw_bars bars;
  CHECK(dw_bars_layout(&bars, &finding, 8));
  CHECK(bars.top <= 1);
  CHECK_TEXT(spark(&bars, true), "▁█");
}

TEST(uneven_bins)
{
  double even[] = {-50, 0, 1, 2, 3, 900}, uneven[] = {0, 1, 3, 4, 5, 6}, counts[] = {1, 1, 1, 1, 1};
  dw_report_finding finding = histograms(even, counts, counts, 5);
  dw_bars bars;
  CHECK(dw_bars_layout(&bars, &finding, 8) && bars.even); /* the outer two may be wide */
  finding = histograms(uneven, counts, counts, 5);
  CHECK(dw_bars_layout(&bars, &finding, 8) && !bars.even);
}

TEST(categories_by_share)
{
  dw_report_category reference[] = {{"a", 10}, {"b", 70}, {"c", 20}}, current[] = {{"c", 50}, {"d", 50}};
  dw_report_finding finding = categories(reference, 3, 0, current, 2, 0);
  dw_bars bars;
  CHECK(dw_bars_layout(&bars, &finding, 8));
  CHECK(bars.count == 4 && !bars.numeric && bars.merged == 0);
  CHECK_TEXT(bars.bar[0].label, "b");
  CHECK(bars.bar[0].reference == 0.7 && bars.bar[0].current == 0);
  CHECK_TEXT(bars.bar[3].label, "d");
  CHECK(bars.bar[3].reference == 0 && bars.bar[3].current == 0.5);
}

TEST(unlisted_categories_are_not_zero)
{
  dw_report_category reference[] = {{"a", 80}}, current[] = {{"a", 50}, {"b", 30}};
  dw_report_finding finding = categories(reference, 1, 20, current, 2, 20);
  dw_bars bars;
  CHECK(dw_bars_layout(&bars, &finding, 8));
  CHECK(bars.count == 3);
  CHECK(isnan(bars.bar[1].reference) && bars.bar[1].current == 0.3);
  CHECK(bars.bar[2].label == NULL);
  CHECK_CLOSE(bars.bar[2].reference, 0.2, 1e-12);
  CHECK_CLOSE(bars.bar[2].current, 0.2, 1e-12);
}

TEST(many_categories_keep_the_movers)
{
  dw_report_category reference[200], current[200];
  char names[200][16];
  for (int i = 0; i < 200; i++) {
    snprintf(names[i], sizeof names[i], "n%d", i);
    reference[i] = (dw_report_category){names[i], 100};
    current[i] = (dw_report_category){names[i], i == 150 ? 5000 : 100};
  }
  dw_report_finding finding = categories(reference, 200, 0, current, 200, 0);
  dw_bars bars;
  CHECK(dw_bars_layout(&bars, &finding, 5));
  CHECK(bars.count == 5 && bars.merged == 196);
  bool found = false;
  double sum = 0;
  for (size_t i = 0; i < bars.count; i++) {
    found = found || (bars.bar[i].label && !strcmp(bars.bar[i].label, "n150"));
    sum += bars.bar[i].current;
  }
  CHECK(found);
  CHECK_CLOSE(sum, 1, 1e-12);
}

TEST(an_empty_side_has_no_rest)
{
  dw_report_category reference[] = {{"a", 80}}, current[] = {{"a", 0}};
  dw_report_finding finding = categories(reference, 1, 20, current, 1, 0);
  dw_bars bars;
  CHECK(dw_bars_layout(&bars, &finding, 8));
  CHECK(bars.bar[bars.count - 1].current == 0);
  dw_buf_free(&buf);
}
