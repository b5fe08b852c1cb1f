/* Which columns are running numbers, held to what they are made of. */
#include "fixture.h"

#include "base/num.h"
#include "base/rng.h"
#include "detect/compare/running.h"

typedef double draw(size_t i, int side, dw_rng *rng);

static double counted(size_t i, int side, dw_rng *rng) { return (double)(side * 10000 + (int)i); }
static double sampled(size_t i, int side, dw_rng *rng) { return (double)(side * 10000 + (int)i * 5 + (int)dw_rng_below(rng, 5)); }
static double doubled(size_t i, int side, dw_rng *rng) { return (double)(side * 10000 + (int)(i - (i % 150 == 149))); }
static double repeated(size_t i, int side, dw_rng *rng) { return (double)(side * 10000 + (int)(i - (i % 50 == 49))); }
static double uniform(size_t i, int side, dw_rng *rng) { return (double)dw_rng_below(rng, 400); }
static double wide(size_t i, int side, dw_rng *rng) { return (double)dw_rng_below(rng, 1000000000); }
static double measured(size_t i, int side, dw_rng *rng) { return (double)i + 0.5 * (i == 7); }
static double fractions(size_t i, int side, dw_rng *rng) { return (double)i / 7; }
static double far_apart(size_t i, int side, dw_rng *rng) { return (double)(i * i * 7919 + 13); }
static double by_side(size_t i, int side, dw_rng *rng) { return side ? uniform(i, side, rng) : counted(i, side, rng); }
static double seconds(size_t i, int side, dw_rng *rng) { return 1704067200.0 + side * 100000 + (double)(i / 3 * 40); }
static double overlapping(size_t i, int side, dw_rng *rng) { return 1704067200.0 + side * 1000 + (double)(i / 3 * 40); }

static char *made(const char *name, draw *how, int side, size_t rows)
{
  dw_buf text = {0};
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(5, "test_running"), (uint64_t)side, 0);
  for (size_t i = 0; i < rows; i++) {
    dw_buf_format(&text, "{\"%s\":", name);
    dw_buf_number(&text, how(i, side, &rng));
    dw_buf_text(&text, ",\"x\":0.5}\n");
  }
  dw_buf_char(&text, '\0');
  return text.data;
}

static dw_running marked(const char *name, draw *how, size_t rows, size_t others, const dw_type_choice *choice)
{
  dw_dataset side[2];
  dw_limits limits;
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  dw_compare_options options = {.limits = &limits, .type = choice, .type_count = choice ? 1 : 0};
  for (int k = 0; k < 2; k++) {
    char *text = made(name, how, k, k ? others : rows);
    fixture_dataset(&side[k], text, NULL);
    dw_free(text);
  }
  dw_running_mark(&side[0], &side[1], &options);
  dw_running found = side[0].column[0]->running;
  CHECK(side[1].column[0]->running == found);
  for (int k = 0; k < 2; k++) dw_dataset_free(&side[k]);
  dw_limits_free(&limits);
  return found;
}

/* rows numbers on each side, in sketches: whether they may be running ones. */
static bool may_run(draw *how, size_t rows, bool both)
{
  dw_dataset side[2];
  dw_limits limits;
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  dw_compare_options options = {.limits = &limits};
  for (int k = 0; k < 2; k++) {
    char *text = made("n", how, k, rows);
    fixture_dataset(&side[k], text, NULL);
    dw_free(text);
    dw_column *column = side[k].column[0];
    if (k == 0 && !both) continue;
    dw_column_compress(column, 64);
    column->sorted = dw_sketch_to_sorted(column->sketch, &column->sketch_value, &column->sketch_weight);
  }
  dw_running_mark(&side[0], &side[1], &options);
  bool found = side[0].column[0]->may_run;
  CHECK(side[1].column[0]->may_run == found && side[0].column[0]->running == DW_RUNNING_NONE && !side[0].column[1]->may_run);
  for (int k = 0; k < 2; k++) dw_dataset_free(&side[k]);
  dw_limits_free(&limits);
  return found;
}

TEST(what_a_sketch_does_not_tell_is_said)
{
  CHECK(may_run(counted, 3000, true) && may_run(counted, 3000, false) && may_run(sampled, 3000, true));
  CHECK(!may_run(uniform, 3000, true) && !may_run(fractions, 3000, true));
  CHECK(!may_run(by_side, 3000, true) && !may_run(by_side, 3000, false));
}

TEST(numbers_of_records_and_quantities)
{
  static const struct {
    const char *what, *name;
    draw *how;
    size_t rows, others;
    dw_running want;
  } cases[] = {{"counted", "n", counted, 400, 400, DW_RUNNING_NUMBER},
               {"sixteen of them", "n", counted, 17, 17, DW_RUNNING_NUMBER},
               {"too few to tell", "n", counted, 12, 12, DW_RUNNING_NONE},
               {"few after many", "n", counted, 400, 12, DW_RUNNING_NUMBER},
               {"one after many", "n", counted, 400, 1, DW_RUNNING_NUMBER},
               {"one of five", "n", sampled, 400, 400, DW_RUNNING_NUMBER},
               {"some records twice", "n", doubled, 400, 400, DW_RUNNING_NUMBER},
               {"more of them", "n", repeated, 400, 400, DW_RUNNING_NONE},
               {"a quantity that repeats", "n", uniform, 400, 400, DW_RUNNING_NONE},
               {"one too wide to repeat", "n", wide, 400, 400, DW_RUNNING_NONE},
               {"the same, under a name", "order_id", wide, 400, 400, DW_RUNNING_NUMBER},
               {"the same, under a name", "orderId", wide, 400, 400, DW_RUNNING_NUMBER},
               {"no such name", "valid", wide, 400, 400, DW_RUNNING_NONE},
               {"a name, and repeats", "id", uniform, 400, 400, DW_RUNNING_NONE},
               {"one fraction", "n", measured, 400, 400, DW_RUNNING_NONE},
               {"far apart", "n", far_apart, 400, 400, DW_RUNNING_NONE},
               {"on one side", "n", by_side, 400, 400, DW_RUNNING_NONE},
               {"a clock", "moment", seconds, 400, 400, DW_RUNNING_CLOCK},
               {"over the same span", "moment", overlapping, 400, 400, DW_RUNNING_NONE}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_running found = marked(cases[i].name, cases[i].how, cases[i].rows, cases[i].others, NULL);
    CHECK_MSG(found == cases[i].want, "%s: %d", cases[i].what, (int)found);
  }
  CHECK(marked("n", counted, 400, 400, &(dw_type_choice){.column = "n", .type = DW_TYPE_NUMERIC}) == DW_RUNNING_NONE);
}

/* Draws over few numbers repeat. */
TEST(draws_do_not_pass)
{
  for (size_t i = 0; i < 20; i++) CHECK(marked("n", uniform, 20 + i * 10, 20 + i * 10, NULL) == DW_RUNNING_NONE);
}
