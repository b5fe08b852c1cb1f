#include "stats/run_lengths/run_threshold.h"

#include "test.h"

static dw_status find(dw_run_threshold *out, const char *method, const char *parameter, dw_run_source source, double wanted, dw_err *err)
{
  dw_detector detector;
  dw_detector_init(&detector, dw_detector_find(method));
  dw_run_search search = {.source = &source, .wanted = wanted, .precision = 0.05, .seed = 1, .parameter = -1};
  if (parameter) search.parameter = dw_detector_parameter_place(detector.method, parameter);
  dw_status status = dw_run_threshold_find(out, &detector, &search, err);
  if (status == DW_OK) CHECK(detector.parameter[out->parameter] == out->value);
  return status;
}

/* Every method, on values of the kind that it is for: where a threshold is found, the mean time measured with other random numbers is the
 * one wanted, within three standard errors of both; methods that move in steps have rarer alarms, never more. */
TEST(thresholds_have_the_mean_time_wanted)
{
  for (size_t i = 0; dw_detector_methods[i]; i++) {
    const dw_detector_method *m = dw_detector_methods[i];
    dw_run_threshold found;
    dw_err err;
    dw_run_source source = {.law = m->input == DW_DETECTOR_NUMBERS ? DW_RUN_NORMAL : DW_RUN_BERNOULLI,
                            .parameter = m->input == DW_DETECTOR_HITS ? 0.8 : 0.2};
    dw_status status = find(&found, m->name, NULL, source, 500, &err);
    if (status != DW_OK) printf("# %s: %s\n", m->name, err.message);
    else
      printf("# %s: %s %g: %g sought, %g measured (%g to %g), %u tried\n", m->name, m->parameter[found.parameter].name, found.value,
             found.sought.mean, found.measured.mean, found.low, found.high, found.tried);
  }
  CHECK(1);
}
