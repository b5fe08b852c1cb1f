#include "report/model/series.h"
#include "report/words/series_wording.h"
#include "test.h"

static void add(dw_report_chunks *chunks, const char *column, double chunk, bool reference, double value, bool drift, dw_severity severity)
{
  dw_report_point point = {.chunk = chunk,
                           .start = "",
                           .end = "",
                           .reference = reference,
                           .value = value,
                           .lower = NAN,
                           .upper = 0.25,
                           .drift = drift,
                           .severity = severity};
  dw_series_add(chunks, "column_drift", column, "ks", &point);
}

static void words_are(const dw_report_series *series, const char *expected)
{
  dw_buf out = {0};
  dw_series_words(&out, series);
  CHECK_TEXT(dw_buf_cstr(&out), expected);
  dw_buf_free(&out);
}

TEST(findings_become_lines_the_worst_first)
{
  dw_report_chunks chunks = {0};
  for (int i = 0; i < 4; i++) {
    add(&chunks, "quiet", i, false, 0.1, false, DW_SEVERITY_NONE);
    add(&chunks, "loud", i, i < 2, i < 2 ? 0.5 : i / 4.0, i != 1, DW_SEVERITY_HIGH);
    add(&chunks, "once", i, false, i == 3 ? 0.5 : NAN, i == 3, DW_SEVERITY_LOW);
  }
  dw_series_finish(&chunks);
  CHECK(chunks.count == 3);
  CHECK_TEXT(chunks.series[0].column, "loud");
  CHECK(chunks.series[0].count == 4 && chunks.series[0].current == 2 && chunks.series[0].alerts == 2 &&
        chunks.series[0].severity == DW_SEVERITY_HIGH);
  CHECK_TEXT(chunks.series[1].column, "once");
  CHECK_TEXT(chunks.series[2].column, "quiet");
  words_are(&chunks.series[0], "2 of 2 chunks, the first is chunk 2, 0.5 to 0.75, limit 0.25");
  words_are(&chunks.series[1], "1 of 4 chunks, the first is chunk 3, 0.5, limit 0.25");
  words_are(&chunks.series[2], "0 of 4 chunks, 0.1, limit 0.25");
  dw_buf spark = {0};
  dw_series_spark(&spark, &chunks.series[0], 40);
  CHECK_TEXT(dw_buf_cstr(&spark), "▅▅▅█");
  spark.length = 0;
  dw_series_spark(&spark, &chunks.series[1], 40);
  CHECK_TEXT(dw_buf_cstr(&spark), "   █");
  spark.length = 0;
  dw_series_spark(&spark, &chunks.series[0], 2);
  CHECK_TEXT(dw_buf_cstr(&spark), "▅█");
  dw_buf_free(&spark);
  dw_series_free(&chunks);
  CHECK(chunks.count == 0);
}

TEST(no_chunks)
{
  dw_report_chunks chunks = {0};
  dw_series_finish(&chunks);
  dw_series_free(&chunks);
  CHECK(chunks.count == 0);
}
