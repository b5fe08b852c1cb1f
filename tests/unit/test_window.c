#include "synth/inject/window.h"

#include "test.h"

static dw_status take(void *context, const void *bytes, size_t length, dw_err *err)
{
  dw_buf_add(context, bytes, length);
  return DW_OK;
}

typedef struct bench {
  dw_buf out;
  dw_emit emit;
  dw_window *window;
  uint64_t row, row_out;
} bench;

static void bench_start(bench *b, size_t rows, size_t columns, size_t shuffles, const uint32_t *column, uint64_t seed)
{
  static const uint32_t streams[] = {10, 11, 12};
  *b = (bench){0};
  dw_emit_init(&b->emit, take, &b->out);
  b->window = dw_window_new(rows, columns, shuffles, column, streams, dw_rng_derive(seed, "test"));
}

static void bench_end(bench *b)
{
  dw_err err;
  CHECK(dw_window_flush(b->window, &b->emit, &err) == DW_OK && dw_emit_flush(&b->emit, &err) == DW_OK);
}

static void bench_free(bench *b)
{
  dw_window_free(b->window);
  dw_emit_free(&b->emit);
  dw_buf_free(&b->out);
}

/* A record "<first><second>\n" of two values; NULL: it lacks the second. picks: bits of the shuffles that it takes part in. */
static void put(bench *b, const char *first, const char *second, unsigned picks, uint32_t copies)
{
  dw_err err;
  dw_buf *text = dw_window_begin(b->window);
  dw_buf_char(text, '<');
  size_t at = text->length;
  dw_buf_text(text, first);
  dw_window_value(b->window, 0, at, text->length - at);
  dw_buf_text(text, "><");
  at = text->length;
  if (second) {
    dw_buf_text(text, second);
    dw_window_value(b->window, 1, at, text->length - at);
  }
  dw_buf_text(text, ">\n");
  for (size_t s = 0; s < 3; s++)
    if (picks >> s & 1) dw_window_pick(b->window, s);
  CHECK(dw_window_end(b->window, copies, b->row++, b->row_out, &b->emit, &err) == DW_OK);
  b->row_out += copies;
}

TEST(nobody_picked_nothing_moves)
{
  bench b;
  bench_start(&b, 10, 2, 1, (const uint32_t[]){0}, 1);
  put(&b, "a", "1", 0, 1);
  put(&b, "", "2", 0, 1);
  put(&b, "c", NULL, 0, 2);
  CHECK(b.out.length == 0);
  bench_end(&b);
  CHECK_TEXT(dw_buf_cstr(&b.out), "<a><1>\n<><2>\n<c><>\n<c><>\n");
  CHECK(dw_window_result(b.window, 0)->records == 0);
  bench_free(&b);
}

TEST(a_full_window_leaves_at_once)
{
  bench b;
  bench_start(&b, 2, 2, 1, (const uint32_t[]){0}, 1);
  put(&b, "a", "1", 1, 1);
  CHECK(b.emit.out.length == 0);
  put(&b, "b", "2", 1, 1);
  CHECK(b.emit.out.length == 14);
  bench_end(&b);
  bench_free(&b);
}

/* All orders of three values come, and about as often as each other: 3000 windows, expected 500 each (deviation 20). */
TEST(all_orders_are_equally_likely)
{
  bench b;
  bench_start(&b, 3, 2, 1, (const uint32_t[]){0}, 7);
  for (int i = 0; i < 3000; i++) {
    put(&b, "a", "", 1, 1);
    put(&b, "bb", "", 1, 1);
    put(&b, "ccc", "", 1, 1);
  }
  bench_end(&b);
  const char *text = dw_buf_cstr(&b.out);
  static const char *const orders[] = {"<a><>\n<bb><>\n<ccc><>\n", "<a><>\n<ccc><>\n<bb><>\n", "<bb><>\n<a><>\n<ccc><>\n",
                                       "<bb><>\n<ccc><>\n<a><>\n", "<ccc><>\n<a><>\n<bb><>\n", "<ccc><>\n<bb><>\n<a><>\n"};
  int seen[6] = {0};
  size_t length = strlen(orders[0]);
  CHECK(b.out.length == 3000 * length);
  for (size_t at = 0; at < b.out.length; at += length)
    for (int k = 0; k < 6; k++) seen[k] += memcmp(text + at, orders[k], length) == 0;
  int all = 0;
  for (int k = 0; k < 6; k++) {
    CHECK_MSG(seen[k] > 400 && seen[k] < 600, "order %d came %d times", k, seen[k]);
    all += seen[k];
  }
  CHECK(all == 3000);
  bench_free(&b);
}

TEST(only_those_that_are_picked_and_have_the_value_move)
{
  bench b;
  bench_start(&b, 100, 2, 1, (const uint32_t[]){1}, 3);
  put(&b, "a", "1", 1, 1);
  put(&b, "b", NULL, 1, 1);
  put(&b, "c", "3", 0, 1);
  for (int i = 0; i < 20; i++) put(&b, "d", i % 2 ? "x" : "yy", 1, 1);
  bench_end(&b);
  const char *text = dw_buf_cstr(&b.out);
  CHECK(strstr(text, "<b><>\n<c><3>\n") != NULL);
  int x = 0, y = 0, one = 0;
  for (const char *p = text; *p; p++) x += *p == 'x', y += *p == 'y', one += *p == '1';
  CHECK(x == 10 && y == 20 && one == 1);
  bench_free(&b);
}

TEST(shuffles_of_two_columns_and_two_of_one)
{
  bench b;
  bench_start(&b, 50, 2, 3, (const uint32_t[]){0, 1, 0}, 5);
  char name[50][16];
  for (int i = 0; i < 50; i++) {
    snprintf(name[i], sizeof name[i], "%c%d", 'A' + i % 26, i);
    put(&b, name[i], i % 2 ? "odd" : "even", i < 25 ? 7 : 1, 1);
  }
  bench_end(&b);
  const char *text = dw_buf_cstr(&b.out);
  for (int i = 0; i < 50; i++) {
    char field[24];
    snprintf(field, sizeof field, "<%.15s><", name[i]);
    CHECK_MSG(strstr(text, field) != NULL, "%s is lost", field);
  }
  const dw_window_tally *tally = dw_window_result(b.window, 0);
  CHECK(tally->records > 40 && tally->records <= 50 && tally->last_in <= 49);
  CHECK(dw_window_result(b.window, 1)->records <= 25 && dw_window_result(b.window, 2)->last_in < 25);
  bench_free(&b);
}

TEST(the_tally_counts_rows_in_and_out)
{
  bench b;
  bench_start(&b, 10, 2, 1, (const uint32_t[]){0}, 2);
  put(&b, "same", "", 0, 3);
  for (int i = 0; i < 8; i++) put(&b, i % 2 ? "x" : "y", "", 1, 2);
  bench_end(&b);
  const dw_window_tally *t = dw_window_result(b.window, 0);
  CHECK(t->records > 0 && t->records <= 8 && t->records % 2 == 0); /* two values: as many come as go */
  CHECK(t->first_in >= 1 && t->first_out == 3 + 2 * (t->first_in - 1));
  CHECK(t->last_in <= 8 && t->last_out == 3 + 2 * (t->last_in - 1) + 1);
  bench_free(&b);
}
