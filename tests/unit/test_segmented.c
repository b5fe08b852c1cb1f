#include "detect/compare/segmented.h"
#include "fixture.h"

/* n records of the countries a, b and c in turn; x is uniform on 0 to 1, raised by `shift` in b. */
static char *records(size_t n, unsigned seed, double shift)
{
  dw_buf text = {0};
  uint64_t state = seed;
  for (size_t i = 0; i < n; i++) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    double x = (double)(state >> 11) / 9007199254740992.0;
    dw_buf_format(&text, "{\"country\":\"%c\",\"x\":%.6f,\"k\":\"%c\"}\n", "abc"[i % 3], x + (i % 3 == 1 ? shift : 0),
                  "pq"[(state >> 5) & 1]);
  }
  char *out = strdup(dw_buf_cstr(&text));
  dw_buf_free(&text);
  return out;
}

static void compare(dw_comparison *out, dw_dataset *reference, dw_dataset *current, double shift, const char *more)
{
  char *before = records(1500, 1, 0), *after = records(1500, 2, shift);
  dw_buf text = {0};
  dw_limits limits;
  dw_dataset_options options = {.by = "country"};
  dw_buf_format(&text, "%s%s", after, more);
  fixture_dataset(reference, before, &options);
  fixture_dataset(current, dw_buf_cstr(&text), &options);
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  dw_compare(out, reference, current, &(dw_compare_options){.limits = &limits, .by = "country", .threads = 1});
  dw_limits_free(&limits);
  dw_buf_free(&text);
  free(before);
  free(after);
}

static void done(dw_comparison *out, dw_dataset *reference, dw_dataset *current)
{
  dw_comparison_free(out);
  dw_dataset_free(reference);
  dw_dataset_free(current);
}

TEST(the_segment_that_drifts_comes_first_and_has_the_drift)
{
  dw_dataset reference, current;
  dw_comparison out;
  compare(&out, &reference, &current, 0.4, "{\"country\":\"new\",\"x\":0.5,\"k\":\"p\"}\n{\"x\":0.5,\"k\":\"p\"}\n");
  CHECK(out.segment_count == 3); /* neither the new country nor the rows without one: the reference has none of them */
  CHECK_TEXT(out.segment[0].value, "b");
  CHECK(out.segment[0].part > 0.95 && out.segment[0].reference_rows == 500 && out.segment[0].current_rows == 500);
  CHECK(out.segment[0].comparison.drifted == 1 && out.segment[1].comparison.drifted == 0 && out.segment[2].comparison.drifted == 0);
  CHECK(out.segment[0].comparison.columns == 2); /* the country itself is not compared inside */
  const dw_finding *finding = &out.segment[0].comparison.finding[0];
  CHECK_TEXT(finding->by, "country");
  CHECK_TEXT(finding->segment, "b");
  CHECK(out.drift);
  dw_buf text = {0};
  dw_finding_write(finding, &text);
  CHECK(strstr(dw_buf_cstr(&text), "\"segment\":{\"column\":\"country\",\"value\":\"b\"}"));
  text.length = 0;
  dw_arena arena;
  dw_summary summary;
  dw_arena_init(&arena);
  dw_summary_init(&summary);
  dw_segmented_summary(&out, &arena, &summary);
  dw_summary_write(&summary, &text);
  CHECK(strstr(dw_buf_cstr(&text),
               "\"by\":\"country\",\"segments\":[{\"value\":\"b\",\"reference_rows\":500,\"current_rows\":500,\"part\":"));
  CHECK(strstr(dw_buf_cstr(&text), "\"drifted_columns\":[\"x\"]"));
  dw_arena_free(&arena);
  dw_buf_free(&text);
  done(&out, &reference, &current);
}

TEST(without_drift_no_segment_has_a_part)
{
  dw_dataset reference, current;
  dw_comparison out;
  compare(&out, &reference, &current, 0, "");
  CHECK(!out.drift && out.segment_count == 3);
  for (size_t i = 0; i < out.segment_count; i++) CHECK(out.segment[i].part == 0);
  done(&out, &reference, &current);
}
