#include "detect/calibrate/null_plan.h"

#include "base/num.h"
#include "base/rng.h"
#include "calibrate_case.h"

/* x with or without memory, u without; hourly, or every `minutes`. */
static char *rows_in_time(size_t rows, double memory, size_t minutes, uint64_t seed)
{
  dw_rng_key key = dw_rng_derive(seed, "test_null_plan");
  dw_buf text = {0};
  double x = 0;
  for (size_t row = 0; row < rows; row++) {
    dw_rng rng;
    dw_rng_start(&rng, key, row, 0);
    x = memory * x + dw_rng_uniform(&rng) - 0.5;
    dw_buf_format(&text, "{\"t\":%zu,\"x\":", 1700438400 + 60 * minutes * row);
    dw_buf_number(&text, x);
    dw_buf_text(&text, ",\"u\":");
    dw_buf_number(&text, dw_rng_uniform(&rng));
    dw_buf_text(&text, "}\n");
  }
  dw_buf_char(&text, '\0');
  return text.data;
}

typedef struct planned {
  dw_dataset baseline;
  dw_limits limits;
  dw_compare_options compare;
  dw_null_runs runs;
} planned;

static bool start(planned *p, size_t rows, size_t look, double memory, size_t minutes, bool in_time)
{
  char *text = rows_in_time(rows, memory, minutes, 1);
  *p = (planned){.compare = {.limits = &p->limits}};
  fixture_dataset(&p->baseline, text, &(dw_dataset_options){.frame = {.policy = DW_FRAME_ALL, .time = "t"}});
  dw_free(text);
  dw_limits_init(&p->limits, DW_PRESET_DRIFTWATCH);
  return case_prepare(&p->runs, &p->baseline, &(dw_null_options){.compare = &p->compare, .rows = look, .threads = 1, .in_time = in_time});
}

static void end(planned *p)
{
  dw_null_free(&p->runs);
  dw_limits_free(&p->limits);
  dw_dataset_free(&p->baseline);
}

static dw_null_plan plan_of(planned *p, const dw_null_wish *wish)
{
  dw_null_plan plan;
  dw_err err = {0};
  dw_status status = dw_null_plan_make(&plan, &p->runs, wish, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  return plan;
}

/* What the dependence search says is given: memory of 30 rows, hours, hours and weekdays. */
TEST(blocks_are_whole_cycles_and_at_least_a_look)
{
  static dw_dependent memory = {.column = "x", .time = 30, .missing = 1},
                      hours = {.column = "x", .time = 1, .missing = 1, .cycle = {0.5, 0}},
                      weeks = {.column = "x", .time = 1, .missing = 1, .cycle = {0.5, 0.3}};
  static const struct {
    dw_dependent *item;
    size_t rows, look, least, whole;
  } cases[] = {{&memory, 240, 24, 24, 1},   {&hours, 240, 20, 24, 24}, {&hours, 240, 30, 48, 24},
               {&weeks, 480, 30, 168, 168}, {&weeks, 300, 30, 48, 24}, /* a week is more than half of it: days */
               {&hours, 240, 200, 24, 24}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    planned p;
    dw_dependence found = {.item = cases[i].item, .count = 1};
    if (start(&p, cases[i].rows, cases[i].look, 0, 60, true)) {
      dw_null_plan plan = plan_of(&p, &(dw_null_wish){.scheme = DW_NULL_AUTO, .ordered = true, .dependence = &found});
      CHECK(p.runs.resampling == DW_NULL_BLOCKS && plan.runs == 0);
      CHECK_MSG(p.runs.block >= cases[i].least && p.runs.block % cases[i].whole == 0, "case %zu: blocks of %zu", i, p.runs.block);
      CHECK(plan.promised == (p.runs.block >= cases[i].look));
      CHECK(plan.looks == cases[i].rows / cases[i].look);
      CHECK_MSG(p.runs.buffer == (cases[i].item == &memory ? 30 : 0), "case %zu: %zu rows beside a look", i, p.runs.buffer);
    }
    end(&p);
  }
}

TEST(windows_from_19_looks_on)
{
  static const struct {
    size_t rows;
    dw_null_scheme scheme;
  } cases[] = {{19 * 50, DW_NULL_WINDOWS}, {19 * 50 - 1, DW_NULL_BLOCKS}};
  for (size_t i = 0; i < 2; i++) {
    planned p;
    if (start(&p, cases[i].rows, 50, 0.9, 1, true)) {
      dw_null_plan plan = plan_of(&p, &(dw_null_wish){.scheme = DW_NULL_AUTO, .ordered = true});
      CHECK(p.runs.resampling == cases[i].scheme && plan.promised);
      CHECK(plan.places == cases[i].rows - (cases[i].scheme == DW_NULL_WINDOWS ? 50 : p.runs.block) + 1);
      CHECK(p.runs.buffer > 0 && p.runs.buffer <= cases[i].rows / 4);
      dw_null_simulate(&p.runs, 300);
      for (size_t r = 0; r < 300; r++) CHECK(p.runs.start[r] + 50 <= cases[i].rows);
    }
    end(&p);
  }
}

/* Rows that do not depend on each other, or whose order nobody said to be one in time, are drawn by themselves. */
TEST(independent_rows_are_drawn_by_themselves)
{
  planned p;
  if (start(&p, 950, 50, 0, 1, true)) {
    plan_of(&p, &(dw_null_wish){.scheme = DW_NULL_AUTO, .ordered = true, .dependence = &(dw_dependence){0}});
    CHECK(p.runs.resampling == DW_NULL_ROWS && p.runs.block == 1);
    CHECK(!dw_null_plan_ordered(&p.runs));
  }
  end(&p);
  if (start(&p, 950, 50, 0.9, 1, false)) {
    plan_of(&p, &(dw_null_wish){.scheme = DW_NULL_AUTO});
    CHECK(p.runs.resampling == DW_NULL_ROWS);
    CHECK(strcmp(dw_null_plan_ordered(&p.runs), "x") == 0);
    plan_of(&p, &(dw_null_wish){.scheme = DW_NULL_AUTO, .ordered = true, .block = 7});
    CHECK(p.runs.resampling == DW_NULL_BLOCKS && p.runs.block == 7);
  }
  end(&p);
}
