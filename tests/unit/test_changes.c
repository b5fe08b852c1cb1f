#include "synth/inject/changes.h"

#include "synth/scenario/course.h"
#include "test.h"

/* The changes of a course over so many rows, in batches of `batch`, each row written `copies` times; the JSON of them. */
static const char *changes_of(const dw_course *course, size_t rows, size_t batch, uint32_t copies)
{
  static char text[4096];
  static uint32_t times[1000];
  dw_changes changes = {0};
  dw_buf out = {0};
  dw_json json;
  for (size_t i = 0; i < 1000; i++) times[i] = copies;
  for (size_t first = 0; first < rows; first += batch) {
    for (size_t r = 0; r < batch && first + r < rows; r++) dw_changes_see(&changes, dw_course_at(course, (int64_t)(first + r)), r);
    dw_changes_settle(&changes, first * copies, copies == 1 ? NULL : times);
  }
  dw_json_start(&json, &out, 0);
  dw_json_open(&json, NULL, '{');
  dw_changes_print(&changes, rows * copies, &json);
  dw_json_close(&json, '}');
  snprintf(text, sizeof text, "%s", dw_buf_cstr(&out));
  dw_buf_free(&out);
  dw_changes_free(&changes);
  return text;
}

static dw_position row(int64_t at) { return (dw_position){.axis = DW_AXIS_ROW, .at = at}; }

TEST(each_course_changes_where_it_comes_and_goes)
{
  const struct {
    dw_course course;
    const char *want;
  } cases[] = {
      {{.kind = DW_COURSE_SUDDEN}, "{\"changes\":[]}"}, /* from the first row on: nothing changes */
      {{.kind = DW_COURSE_SUDDEN, .from = row(40)}, "{\"changes\":[[40,40]]}"},
      {{.kind = DW_COURSE_SUDDEN, .from = row(500)}, "{\"changes\":[]}"},
      {{.kind = DW_COURSE_BLIP, .from = row(40), .to = row(60)}, "{\"changes\":[[40,40],[60,60]]}"},
      {{.kind = DW_COURSE_GRADUAL, .from = row(40), .to = row(60)}, "{\"changes\":[[41,60]]}"},      /* at 40 its share is still 0 */
      {{.kind = DW_COURSE_INCREMENTAL, .from = row(90), .to = row(120)}, "{\"changes\":[[91,99]]}"}, /* not over at the end */
      {{.kind = DW_COURSE_RECURRING, .from = row(10), .period = row(40), .duty = 0.5},
       "{\"changes\":[[10,10],[30,30],[50,50],[70,70],[90,90]]}"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    CHECK_TEXT(changes_of(&cases[i].course, 100, 100, 1), cases[i].want);
    CHECK_TEXT(changes_of(&cases[i].course, 100, 7, 1), cases[i].want);
    CHECK_TEXT(changes_of(&cases[i].course, 100, 1, 1), cases[i].want);
  }
}

TEST(rows_are_those_written)
{
  dw_course blip = {.kind = DW_COURSE_BLIP, .from = row(40), .to = row(60)};
  dw_course gradual = {.kind = DW_COURSE_GRADUAL, .from = row(40), .to = row(60)};
  for (size_t batch = 1; batch <= 100; batch += 33) {
    CHECK_TEXT(changes_of(&blip, 100, batch, 3), "{\"changes\":[[120,120],[180,180]]}");
    CHECK_TEXT(changes_of(&gradual, 100, batch, 3), "{\"changes\":[[123,180]]}");
  }
}

TEST(of_very_many_the_first_are_kept_and_the_rest_counted)
{
  dw_changes changes = {0};
  for (size_t i = 0; i <= DW_CHANGES_MOST + 5; i++) dw_changes_see(&changes, (double)(i % 2), i);
  dw_changes_settle(&changes, 0, NULL);
  CHECK(changes.count == DW_CHANGES_MOST && changes.omitted == 5);
  CHECK(changes.span[0].first == 1 && changes.span[DW_CHANGES_MOST - 1].last == DW_CHANGES_MOST);
  dw_changes_free(&changes);
}
