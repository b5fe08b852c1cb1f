#include "detect/watch/sequential_state.h"

#include "base/digest.h"

#include "test.h"

static void begin(dw_sequential *state)
{
  *state = (dw_sequential){.path = (char *)"state", .lock = -1, .looks = 3};
  dw_arena_init(&state->texts);
}

static void end(dw_sequential *state)
{
  for (size_t i = 0; i < state->count; i++) dw_stream_free(state->stream[i]);
  dw_free(state->stream);
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
  memcpy(state->last_digest, "fedcba9876543210fedcba9876543210", 33);
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
  CHECK(text.data[text.length - 1] == '\n' && dw_sequential_looks_like(text.data, text.length));
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
TEST(wrong_inside)
{
  static const char *const from[] = {"\"version\":1",     "\"looks\":3",          "\"reference_count\":4",
                                     "\"of\":\"values\"", "\"type\":\"numeric\"", "\"edge\":[0,",
                                     "\"bets\":3",        "\"weight\":[",         "\"restart\":[[",
                                     "\"tie\":[",         "\"streams\":[",        "\"category\":[-0.1",
                                     "\"bytes\":\"6",     "\"highest\":"};
  static const char *const to[] = {"\"version\":2",       "\"looks\":1",   "\"reference_count\":9", "\"of\":\"nothing\"",
                                   "\"type\":\"vector\"", "\"edge\":[1,",  "\"bets\":1e15",         "\"weight\":[0.5,",
                                   "\"restart\":[[null,", "\"tie\":[1,",   "\"streams\":[7,",       "\"category\":[[1]",
                                   "\"bytes\":\"x",       "\"highest\":-1"};
  dw_sequential state;
  dw_buf text = {0};
  begin(&state);
  fill(&state);
  dw_sequential_write(&state, &text);
  dw_buf_char(&text, '\0');
  for (size_t k = 0; k < sizeof from / sizeof *from; k++) {
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
