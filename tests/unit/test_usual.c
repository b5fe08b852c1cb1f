#include "records_case.h"

#include <math.h>

#include "base/str.h"
#include "serve/watch/usual.h"

TEST(a_limit_is_some_deviations_beyond_the_mean)
{
  double value[20];
  for (int i = 0; i < 20; i++) value[i] = i % 2 ? 0.3 : 0.1; /* mean 0.2, deviation 0.1 * sqrt(20 / 19) */
  CHECK(fabs(dw_usual_limit(value, 20, 0) - (0.2 + 3 * 0.1 * sqrt(20.0 / 19))) < 1e-12);
  CHECK(isnan(dw_usual_limit(value, DW_USUAL_LEAST - 1, 0)));
  for (int i = 0; i < 20; i++) value[i] = 0.2;
  CHECK(fabs(dw_usual_limit(value, 20, 0) - (0.2 + 3 * 0.01)) < 1e-12);                    /* a twentieth of the mean */
  CHECK(fabs(dw_usual_limit(value, 20, 100) - (0.2 + 3 * sqrt(0.2 * 0.8 / 100))) < 1e-12); /* what chance makes of 100 records */
  for (int i = 0; i < 20; i++) value[i] = 0;
  CHECK(fabs(dw_usual_limit(value, 20, 100) - 3.0 / 100) < 1e-12); /* three of 100, where there never was one */
}

static void put_run(dw_records *records, int64_t time, double value, bool drift)
{
  dw_measure measure[DW_MEASURES];
  dw_buf content = {0};
  char id[30];
  for (int i = 0; i < DW_MEASURES; i++) measure[i] = (dw_measure){.value = NAN, .limit = NAN};
  measure[DW_MEASURE_REFUSAL] = (dw_measure){value, 0.1, 1000, drift};
  measure[DW_MEASURE_COSINE] = (dw_measure){value / 2, 0.3, 0, false};
  dw_usual_write(measure, "m", time, false, &content);
  snprintf(id, sizeof id, "%lld", (long long)time);
  dw_records_item item = item_of(id, dw_buf_cstr(&content), time);
  item.kind = DW_RECORD_THRESHOLD;
  CHECK(put_one(records, item) == DW_RECORDS_STORED);
  dw_buf_free(&content);
}

TEST(the_last_runs_count_and_not_those_that_alarmed)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_usual usual;
    dw_records *records = opened(p.address);
    for (int i = 0; i < 30; i++) put_run(records, NOON + i * HOUR, i < 15 ? 0.5 : i % 2 ? 0.02 : 0.9, i >= 15 && i % 2 == 0);
    CHECK(dw_usual_read(&usual, records, "m", NOON + 9 * HOUR, HOUR, 100, &err) == DW_OK);
    CHECK(isnan(usual.limit[DW_MEASURE_REFUSAL])); /* nine */
    CHECK(dw_usual_read(&usual, records, "m", NOON + 10 * HOUR, HOUR, 100, &err) == DW_OK);
    CHECK(fabs(usual.limit[DW_MEASURE_REFUSAL] - (0.5 + 3 * 0.025)) < 1e-12 && isnan(usual.limit[DW_MEASURE_TOXICITY]));
    CHECK(fabs(usual.limit[DW_MEASURE_COSINE] - (0.25 + 3 * 0.0125)) < 1e-12);
    for (int i = 30; i < 60; i++) put_run(records, NOON + i * HOUR, i % 2 ? 0.02 : 0.9, i % 2 == 0);
    CHECK(dw_usual_read(&usual, records, "m", NOON + 60 * HOUR, HOUR, 20, &err) == DW_OK);
    CHECK(usual.limit[DW_MEASURE_REFUSAL] > 0.02 && usual.limit[DW_MEASURE_REFUSAL] < 0.04); /* of 0.02 alone */
    CHECK(dw_usual_read(&usual, records, "other", NOON + 60 * HOUR, HOUR, 20, &err) == DW_OK);
    CHECK(isnan(usual.limit[DW_MEASURE_REFUSAL]));
    dw_records_close(records);
  }
}
