#include "kinds/shift.h"
#include "kinds/finding.h"
#include "test.h"

static void check_text(const dw_finding *finding, const char *want)
{
  dw_buf out = {0};
  dw_finding_write(finding, &out);
  CHECK_MSG(strstr(dw_buf_cstr(&out), want) != NULL, "%s\nhas not %s", dw_buf_cstr(&out), want);
  dw_buf_free(&out);
}

/* Written, read, and written again: the same. */
static void check_round(const dw_finding *finding)
{
  dw_buf out = {0}, again = {0};
  dw_value *document;
  dw_finding read;
  dw_err err = {0};
  dw_arena arena;
  dw_arena_init(&arena);
  dw_finding_write(finding, &out);
  CHECK(dw_value_parse(&document, out.data, out.length, "x", 1, &err) == DW_OK);
  dw_fields at = {.arena = &arena, .name = "x", .line = 1, .err = &err};
  CHECK_MSG(dw_finding_read(&read, &at, document) == DW_OK, "%s", err.message);
  dw_finding_write(&read, &again);
  CHECK_TEXT(dw_buf_cstr(&again), dw_buf_cstr(&out));
  dw_value_free(document);
  dw_arena_free(&arena);
  dw_buf_free(&out);
  dw_buf_free(&again);
}

TEST(places_are_written_and_read)
{
  dw_finding finding;
  dw_finding_init(&finding, DW_CHECK_COLUMN, "c", DW_TYPE_NUMERIC);
  dw_finding_judge_p(&finding, "share_shift", 0.01, 0.05);
  finding.shift.h = 0.16;
  finding.shift.low = 0.1;
  finding.shift.high = 0.22;
  finding.shift.reference = 0.5;
  finding.shift.current = 0.42;
  finding.shift.min_effect = 0.1;
  for (int place = 0; place < DW_PLACES; place++) {
    finding.shift.place = (dw_shift_place)place;
    check_round(&finding);
  }
  finding.shift.place = DW_PLACE_BELOW;
  finding.shift.value = 35.9;
  finding.shift.quantile = 0.5;
  check_text(&finding,
             "\"share_shift\":{\"h\":0.16,\"low\":0.1,\"high\":0.22,\"where\":{\"share\":\"below\",\"value\":35.9,\"quantile\":0.5},"
             "\"reference\":0.5,\"current\":0.42,\"min_effect\":0.1}");
  check_round(&finding);
  finding.shift.place = DW_PLACE_CATEGORY;
  finding.shift.value = finding.shift.quantile = NAN;
  dw_finding_shift_category(&finding, "a\"b", 3);
  check_text(&finding, "\"where\":{\"share\":\"category\",\"category\":\"a\\\"b\"}");
  check_round(&finding);
  dw_finding_free(&finding);
}

TEST(nothing_known_is_not_written)
{
  dw_finding finding;
  dw_buf out = {0};
  dw_finding_init(&finding, DW_CHECK_COLUMN, "c", DW_TYPE_NUMERIC);
  dw_finding_write(&finding, &out);
  CHECK(!strstr(dw_buf_cstr(&out), "share_shift"));
  dw_buf_free(&out);
}

static dw_status read_text(const char *text, dw_finding *read, dw_err *err)
{
  dw_value *document;
  dw_arena arena;
  dw_arena_init(&arena);
  CHECK(dw_value_parse(&document, text, strlen(text), "x", 7, err) == DW_OK);
  dw_fields at = {.arena = &arena, .name = "x", .line = 7, .err = err};
  dw_status status = dw_finding_read(read, &at, document);
  dw_value_free(document);
  dw_arena_free(&arena);
  return status;
}

TEST(reading_is_strict_about_types_and_lenient_about_places)
{
  dw_finding read;
  dw_err err = {0};
  CHECK(read_text("{\"check\":\"column_drift\",\"drift\":true,\"share_shift\":{\"h\":\"much\"}}", &read, &err) == DW_EDATA);
  CHECK_MSG(strstr(err.message, "x:7") && strstr(err.message, "\"h\""), "%s", err.message);
  CHECK(read_text("{\"check\":\"column_drift\",\"drift\":true,\"share_shift\":3}", &read, &err) == DW_EDATA);
  CHECK(read_text("{\"check\":\"column_drift\",\"drift\":true,\"share_shift\":{\"h\":0.3,\"where\":{\"share\":\"of_late\"}}}", &read,
                  &err) == DW_OK);
  CHECK(read.shift.place == DW_PLACE_UNKNOWN && read.shift.h == 0.3);
  CHECK(read_text("{\"check\":\"column_drift\",\"drift\":true}", &read, &err) == DW_OK && isnan(read.shift.h));
}

static dw_severity severity_of(const dw_shift *shift)
{
  dw_grading grading = dw_shift_grading(shift);
  return dw_grading_severity(&grading);
}

TEST(severity_goes_by_h)
{
  dw_shift shift;
  dw_shift_init(&shift);
  shift.h = 0.1999;
  CHECK(severity_of(&shift) == DW_SEVERITY_LOW);
  shift.h = 0.2;
  CHECK(severity_of(&shift) == DW_SEVERITY_MEDIUM);
  shift.h = 0.5;
  CHECK(severity_of(&shift) == DW_SEVERITY_HIGH);
}
