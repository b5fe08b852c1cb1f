#include "stats/detect_values/window_limits.h"

#include "stats/detectors/detector.h"
#include "test.h"

TEST(limits_rise_with_the_run_length)
{
  for (int s = 0; s < 2; s++)
    for (int frozen = 0; frozen < 2; frozen++)
      for (uint64_t window = DW_WINDOW_LEAST; window <= DW_WINDOW_MOST; window += 45)
        for (uint64_t ratio = 1; ratio <= DW_WINDOW_RATIO; ratio++) {
          double before = 0;
          for (double length = DW_WINDOW_RUN_LEAST; length <= DW_WINDOW_RUN_MOST; length *= 1.5) {
            double limit = dw_window_limit(s ? DW_WINDOW_KS : DW_WINDOW_CVM, frozen, window * ratio, window, length);
            CHECK_MSG(limit >= before && limit > 0.1 && limit < 2.5, "%d %d %d x %d at %g: %g", s, frozen, (int)window, (int)ratio, length,
                      limit);
            before = limit;
          }
        }
}

/* Halfway in logarithms between two simulated points it is halfway between their limits. */
TEST(between_the_points_it_is_interpolated)
{
  double low = dw_window_limit(DW_WINDOW_CVM, false, 200, 100, 1000), high = dw_window_limit(DW_WINDOW_CVM, false, 400, 200, 1000);
  double middle = dw_window_limit(DW_WINDOW_CVM, false, 282, 141, 1000); /* 100 sqrt 2 = 141.4 */
  CHECK_MSG(fabs(middle - (low + high) / 2) < 0.005, "%g between %g and %g", middle, low, high);
}
