#include "detect/watch/sequential_state.h"

#include "base/digest.h"
#include "stats/samples/sort.h"

#include "test.h"

static void begin(dw_sequential *state)
{
  *state = (dw_sequential){.path = "state", .looks = 3};
  dw_arena_init(&state->texts);
}

static void end(dw_sequential *state)
{
  for (size_t i = 0; i < state->count; i++) dw_stream_free(state->stream[i]);
  dw_free(state->stream);
  dw_free(state->digest);
  dw_free(state->unit_words);
  dw_arena_free(&state->texts);
}

static void add_looks(dw_stream *stream)
{
  for (int look = 0; look < 3; look++) {
    for (int i = 0; i < 7; i++) {
      dw_martingale_add(&stream->bet, (i + 0.1 * look) / 7, (i + 0.5) / 7);
      stream->weight[(size_t)i % stream->cells]++;
      stream->observations++;
    }
    dw_martingale_settle(&stream->bet);
  }
}

/* Streams of each kind, with names and categories that are hard to write. */
static void fill(dw_sequential *state)
{
  static const double values[] = {-1.5, 0, 0, 1e300};
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(1, "test_sequential_state"), 0, 0);
  memcpy(state->reference_digest, "0123456789abcdef0123456789abcdef", 33);
  state->digest = dw_strdup("fedcba9876543210fedcba9876543210");
  state->digests = 2;
  dw_stream *numbers = dw_stream_add(state, "a \"b\"\\\n\xc3\xa9", DW_STREAM_VALUES, DW_TYPE_NUMERIC);
  numbers->ladder = dw_alloc_zero(1, sizeof *numbers->ladder);
  numbers->weight = dw_alloc_zero(DW_LADDER_RUNGS + 1, sizeof *numbers->weight);
  dw_ladder_make(numbers->ladder, numbers->weight, dw_sorted_make(values, 4), &rng);
  numbers->cells = numbers->ladder->rungs + 1;
  numbers->reference_count = 4;
  dw_martingale_init(&numbers->bet, dw_martingale_edges, DW_MARTINGALE_PLAIN);
  add_looks(numbers);
  dw_stream *words = dw_stream_add(state, "k", DW_STREAM_VALUES, DW_TYPE_CATEGORICAL);
  static const dw_category category[] = {{.numeric = true, .number = -0.1}, {.numeric = true, .number = 3}, {.text = "", .length = 0},
                                         {.text = "a\0b", .length = 3},     {.text = "x\"y", .length = 3},  {.text = "\xff", .length = 1}};
  words->cells = 6;
  words->category = dw_alloc_array(6, sizeof category[0]);
  memcpy(words->category, category, sizeof category);
  words->weight = dw_alloc_zero(6, sizeof *words->weight);
  words->weight[2] = words->reference_count = 5;
  words->alarm_look = 2;
  words->alarm_time = 1769851800000000;
  dw_martingale_init(&words->bet, (const double[]){0, 0.25, 1}, 2);
  add_looks(words);
  dw_stream *missing = dw_stream_add(state, "k", DW_STREAM_MISSING, DW_TYPE_EMPTY);
  missing->cells = 2;
  missing->weight = dw_alloc_zero(2, sizeof *missing->weight);
  missing->weight[0] = missing->reference_count = 5;
  dw_martingale_init(&missing->bet, (const double[]){0, 0.998, 1}, 2);
  dw_stream *errors = dw_stream_add(state, "k", DW_STREAM_ERRORS, DW_TYPE_NUMERIC);
  dw_stream_begin_numbers(errors, dw_sorted_make(values, 4));
  add_looks(errors);
}

TEST(there_and_back)
{
  dw_sequential state, again;
  dw_buf text = {0}, second = {0};
  dw_err err = {0};
  begin(&state);
  begin(&again);
  fill(&state);
  dw_sequential_write(&state, &text);
  CHECK(text.data[text.length - 1] == '\n' && dw_watch_kind_of(&dw_sequential_kind, text.data, text.length));
  again.looks = 0;
  dw_status status = dw_sequential_read(&again, text.data, text.length, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  CHECK(again.count == 4 && again.looks == 3);
  dw_sequential_write(&again, &second);
  CHECK(text.length == second.length && memcmp(text.data, second.data, text.length) == 0);
  for (size_t i = 0; i < again.count; i++) {
    const dw_martingale *a = &again.stream[i]->bet, *b = &state.stream[i]->bet;
    CHECK(a->value == b->value && a->highest == b->highest);
  }
  CHECK(again.stream[1]->category[3].length == 3 && memcmp(again.stream[1]->category[3].text, "a\0b", 3) == 0);
  end(&state);
  end(&again);
  dw_buf_free(&text);
  dw_buf_free(&second);
}

static dw_status read_text(const char *text, size_t length, dw_err *err)
{
  dw_sequential state;
  begin(&state);
  dw_status status = dw_sequential_read(&state, text, length, err);
  end(&state);
  return status;
}

/* Of a watch by the period. */
static void fill_units(dw_sequential *state)
{
  enum { PERIODS = 20, A_PERIOD = 4 };
  int64_t instant[PERIODS * A_PERIOD];
  double x[PERIODS * A_PERIOD], sorted[PERIODS * A_PERIOD];
  dw_err err;
  dw_zone *utc;
  dw_units units;
  dw_frame frame = {.rows = PERIODS * A_PERIOD, .instant = instant};
  dw_unit_rule rule = {.text = "1h", .zone_name = "UTC", .period.window = INT64_C(3600000000)};
  for (size_t i = 0; i < frame.rows; i++) {
    instant[i] = (int64_t)i * 900000000;
    x[i] = (double)(i * 37 % 83);
    sorted[i] = x[i];
  }
  dw_sort_doubles(sorted, frame.rows, NULL);
  dw_zone_open(&utc, "UTC", &err);
  rule.zone = utc;
  memcpy(state->reference_digest, "0123456789abcdef0123456789abcdef", 33);
  state->unit_words = dw_strdup("1h - UTC -");
  state->unit_cells = 1;
  state->reference_last = state->last_unit = 19;
  state->usual = A_PERIOD;
  state->latest = 5;
  CHECK(dw_units_cut(&units, &frame, &rule, 0, &err) == DW_OK && units.count == PERIODS);
  dw_stream *stream = dw_stream_add(state, "x", DW_STREAM_VALUES, DW_TYPE_NUMERIC);
  dw_unit_column column = {.sorted = dw_sorted_make(sorted, frame.rows)};
  dw_unit_side side = {.units = &units, .number = x};
  stream->units = dw_unit_stream_begin(&rule, &column, &side, dw_stream_luck(stream));
  for (size_t u = 0; u < units.count; u++) units.unit[u].number += 30; /* as if they came again */
  CHECK(dw_unit_stream_take(stream->units, &rule, &column, &side, dw_stream_luck(stream)) == PERIODS);
  dw_stream_add(state, "nothing", DW_STREAM_VALUES, DW_TYPE_CATEGORICAL)->units = dw_alloc_zero(1, sizeof(dw_unit_stream));
  dw_units_free(&units);
  dw_zone_free(utc);
}

TEST(periods_there_and_back)
{
  dw_sequential state, again;
  dw_buf text = {0}, second = {0};
  dw_err err = {0};
  begin(&state);
  begin(&again);
  fill_units(&state);
  dw_sequential_write(&state, &text);
  dw_status status = dw_sequential_read(&again, text.data, text.length, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  dw_sequential_write(&again, &second);
  CHECK(text.length == second.length && memcmp(text.data, second.data, text.length) == 0);
  CHECK(again.latest == 5 && again.stream[0]->units->value == state.stream[0]->units->value);
  CHECK(dw_stream_lacks_units(again.stream[1]) && again.stream[0]->units->parts > 1);
  end(&state);
  end(&again);
  dw_buf_free(&text);
  dw_buf_free(&second);
}

TEST(cut_and_changed)
{
  dw_sequential state;
  dw_buf text = {0};
  dw_err err = {0};
  begin(&state);
  fill(&state);
  dw_sequential_write(&state, &text);
  for (size_t length = 0; length < text.length; length += length < 200 || length + 100 > text.length ? 1 : 37)
    CHECK_MSG(read_text(text.data, length, &err) == DW_EDATA, "cut to %zu of %zu bytes", length, text.length);
  for (size_t i = 0; i < text.length; i += 11) {
    text.data[i] ^= 1;
    CHECK_MSG(read_text(text.data, text.length, &err) == DW_EDATA, "byte %zu changed", i);
    text.data[i] ^= 1;
  }
  CHECK(read_text(text.data, text.length, &err) == DW_OK);
  CHECK(read_text("{\"kind\":\"profile\"}\n", 19, &err) == DW_EDATA && strstr(err.message, "no state of dw-compare"));
  end(&state);
  dw_buf_free(&text);
}

/* Documents with a right check and wrong contents: none is believed, none is a crash. */
static void check_wrong(void (*fill_it)(dw_sequential *state), const char *const *from, const char *const *to, size_t count)
{
  dw_sequential state;
  dw_buf text = {0};
  begin(&state);
  fill_it(&state);
  dw_sequential_write(&state, &text);
  dw_buf_char(&text, '\0');
  for (size_t k = 0; k < count; k++) {
    dw_buf wrong = {0};
    dw_err err = {0};
    const char *at = strstr(text.data, from[k]), *check = strstr(text.data, ",\"check\"");
    CHECK_MSG(at != NULL, "%s", from[k]);
    if (!at) continue;
    dw_buf_add(&wrong, text.data, (size_t)(at - text.data));
    dw_buf_text(&wrong, to[k]);
    dw_buf_add(&wrong, at + strlen(from[k]), (size_t)(check - at) - strlen(from[k]));
    dw_digest digest;
    char digits[33];
    dw_digest_init(&digest);
    dw_digest_add(&digest, wrong.data, wrong.length);
    dw_digest_text(&digest, digits);
    dw_buf_format(&wrong, ",\"check\":\"%s\"}\n", digits);
    CHECK_MSG(read_text(wrong.data, wrong.length, &err) == DW_EDATA, "%s", to[k]);
    dw_buf_free(&wrong);
  }
  end(&state);
  dw_buf_free(&text);
}

TEST(wrong_inside)
{
  static const char *const from[] = {"\"version\":2",     "\"looks\":3",          "\"reference_count\":4",
                                     "\"of\":\"values\"", "\"type\":\"numeric\"", "\"edge\":[0,",
                                     "\"bets\":3",        "\"weight\":[",         "\"restart\":[[",
                                     "\"tie\":[",         "\"streams\":[",        "\"category\":[-0.1",
                                     "\"bytes\":\"6",     "\"highest\":"};
  static const char *const to[] = {"\"version\":3",       "\"looks\":1",   "\"reference_count\":9", "\"of\":\"nothing\"",
                                   "\"type\":\"vector\"", "\"edge\":[1,",  "\"bets\":1e15",         "\"weight\":[0.5,",
                                   "\"restart\":[[null,", "\"tie\":[1,",   "\"streams\":[7,",       "\"category\":[[1]",
                                   "\"bytes\":\"x",       "\"highest\":-1"};
  check_wrong(fill, from, to, sizeof from / sizeof *from);
}

TEST(wrong_periods)
{
  static const char *const from[] = {"\"unit\":\"1h - UTC -\"",
                                     "\"unit\":\"1h - UTC -\"",
                                     "\"of\":\"location\"",
                                     "\"weight\":0.4",
                                     "\"phi\":0",
                                     "\"cell\":[0",
                                     "\"gaps\":[",
                                     "\"rung\":[",
                                     "\"account\":[",
                                     "\"highest\":",
                                     "\"last_unit\":19"};
  static const char *const to[] = {"\"unit\":\"1h\"",     "\"unit\":\"1h decade UTC -\"",
                                   "\"of\":\"colour\"",   "\"weight\":7",
                                   "\"phi\":1",           "\"cell\":[0,1",
                                   "\"gaps\":[1,",        "\"rung\":[null,",
                                   "\"account\":[\"x\",", "\"highest\":-1",
                                   "\"last_unit\":0.5"};
  check_wrong(fill_units, from, to, sizeof from / sizeof *from);
}

/* What the version before wrote: one digest, no periods. */
TEST(an_older_state)
{
  dw_sequential state;
  dw_buf text = {0}, old = {0};
  dw_err err = {0};
  begin(&state);
  fill(&state);
  dw_sequential_write(&state, &text);
  dw_buf_char(&text, '\0');
  const char *digests = strstr(text.data, "\"version\":2"), *streams = strstr(text.data, ",\"streams\""),
             *check = strstr(text.data, ",\"check\"");
  dw_buf_add(&old, text.data, (size_t)(digests - text.data));
  dw_buf_text(&old, "\"version\":1,\"looks\":3,\"reference_digest\":\"0123456789abcdef0123456789abcdef\",\"last_digest\":"
                    "\"fedcba9876543210fedcba9876543210\"");
  dw_buf_add(&old, streams, (size_t)(check - streams));
  dw_digest digest;
  char digits[33];
  dw_digest_init(&digest);
  dw_digest_add(&digest, old.data, old.length);
  dw_digest_text(&digest, digits);
  dw_buf_format(&old, ",\"check\":\"%s\"}\n", digits);
  end(&state);
  begin(&state);
  dw_status status = dw_sequential_read(&state, old.data, old.length, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  CHECK(state.count == 4 && state.digests == 1 && memcmp(state.digest, "fedcba9876543210", 16) == 0);
  end(&state);
  dw_buf_free(&text);
  dw_buf_free(&old);
}
