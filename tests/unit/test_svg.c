#include "report_case.h"

#include "report/draw/svg.h"

static dw_buf buf;

static const char *shown(void)
{
  const char *text = dw_buf_cstr(&buf);
  buf.length = 0;
  return text;
}

static dw_bars three(void)
{
  return (dw_bars){.bar = {{0.25, 0.5, NULL, 0, 1}, {0.5, 0.5, NULL, 1, 2}, {0.25, 0, NULL, 2, 4}},
                   .count = 3,
                   .top = 0.5,
                   .numeric = true,
                   .even = true};
}

static void histogram_of(const dw_bars *bars, double reference, double current)
{
  static const double grid[] = {0, 0.25};
  dw_svg_histogram(&buf, bars,
                   &(dw_svg_frame){.number = 7,
                                   .grid = grid,
                                   .lines = 2,
                                   .reference_median = reference,
                                   .current_median = current,
                                   .label = "label",
                                   .more = " data-x=\"1\""});
}

TEST(histogram)
{
  dw_bars bars = three();
  dw_svg_shape(&buf, &bars, 7);
  CHECK_TEXT(shown(), "<g id=\"h7\"><path class=\"r\" d=\"M0 100V50H10V0H20V50H30V100\"/><path class=\"c\" d=\"M0 100V0H20V100H30\"/></g>");
  histogram_of(&bars, 1.5, 3);
  CHECK_TEXT(shown(),
             "<svg class=\"hist\" viewBox=\"0 -3 30 103\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"label\" data-x=\"1\">"
             "<path class=\"gd\" d=\"M0 100H30M0 50H30\"/><use href=\"#h7\"/>"
             "<path class=\"rm\" d=\"M15 0V100\"/><path class=\"cm\" d=\"M25 0V100\"/></svg>");
}

/* Bins that gather what lies beyond the edges stand apart, and what is beyond stands in their middle. */
TEST(outer_bins)
{
  dw_bars bars = three();
  bars.above = true;
  dw_svg_shape(&buf, &bars, 1);
  CHECK_TEXT(shown(), "<g id=\"h1\"><path class=\"r\" d=\"M0 100V50H10V0H20V100M26 100V50H36V100\"/><path class=\"c\" d=\"M0 "
                      "100V0H20V100M26 100H36\"/></g>");
  CHECK(dw_svg_across(&bars) == 36 && dw_svg_place(&bars, 1) == 10.0 / 36 && dw_svg_place(&bars, 99) == 31.0 / 36);
  bars.below = true;
  CHECK(dw_svg_across(&bars) == 42 && dw_svg_place(&bars, -5) == 5.0 / 42 && dw_svg_left(&bars, 1) == 16.0 / 42);
}

TEST(medians_off_the_axis_are_not_drawn)
{
  dw_bars bars = three();
  histogram_of(&bars, -1, NAN);
  CHECK(strstr(shown(), "\"rm\"") == NULL);
  bars.bar[0].from = bars.bar[2].to = NAN; /* open ends take them */
  histogram_of(&bars, -1, 1e300);
  const char *text = shown();
  CHECK(strstr(text, "\"rm\" d=\"M5 ") != NULL && strstr(text, "\"cm\" d=\"M25 ") != NULL);
}

TEST(spark)
{
  dw_bars bars = three();
  dw_svg_spark(&buf, &bars);
  CHECK(strstr(shown(), "d=\"M0 20V10H4V0H8V10H12V20\"") != NULL);
  bars.numeric = false;
  dw_svg_spark(&buf, &bars);
  const char *text = shown();
  CHECK(strstr(text, "class=\"rb\" d=\"M0 20v-10h3v10zM8 20v-20h3v20zM16 20v-10h3v10z\"") != NULL);
  CHECK(strstr(text, "class=\"cb\" d=\"M3 20v-20h3v20zM11 20v-20h3v20z\"") != NULL);
  CHECK(case_nesting(text, false) == NULL);
}

TEST(about_a_kilobyte)
{
  dw_bars bars = {.count = 40, .top = 1, .numeric = true};
  for (size_t i = 0; i < 40; i++)
    bars.bar[i] = (dw_bar){(double)(i * 37 % 100) / 100, (double)(i * 53 % 100) / 100, NULL, (double)i, (double)i + 1};
  dw_svg_small(&buf, &bars, 1000);
  histogram_of(&bars, 3, 4);
  CHECK_MSG(buf.length < 1200, "%zu bytes", buf.length);
  CHECK(case_nesting(shown(), false) == NULL);
}

/* Whatever the numbers, coordinates are whole and in the picture. */
TEST(wild_numbers)
{
  static const double wild[] = {0, -1, 1, 1e308, -1.7e308, 5e-324, NAN, INFINITY, -INFINITY};
  enum { COUNT = sizeof wild / sizeof *wild };
  for (size_t a = 0; a < COUNT; a++)
    for (size_t b = 0; b < COUNT; b++)
      for (size_t c = 0; c < COUNT; c++) {
        dw_svg_shift(&buf, wild[a], wild[b], wild[c], wild[b]);
        dw_svg_pair(&buf, wild[a], wild[b], wild[c]);
        dw_svg_meter(&buf, wild[a], wild[b], "");
        dw_svg_intervals(&buf, (dw_svg_interval){wild[a], wild[b], wild[c]}, (dw_svg_interval){wild[c], wild[a], wild[b]}, wild[b],
                         wild[c]);
        const char *text = shown();
        const char *problem = case_nesting(text, false);
        CHECK_MSG(problem == NULL, "%s", problem ? problem : "");
        for (const char *d = text; (d = strstr(d, " d=\"")); d++) {
          size_t length = strcspn(d + 4, "\"");
          CHECK_MSG(strspn(d + 4, "MHVhvz 0123456789") == length, "%.40s", d);
        }
      }
  dw_buf_free(&buf);
}
