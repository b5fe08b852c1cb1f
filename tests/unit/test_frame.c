#include "data/frames/frame.h"

#include "base/str.h"
#include "data/datasets/partition.h"
#include "fixture.h"

static dw_frame *frame_of(const char *text, const dw_frame_options *options, size_t block, const uint8_t *take)
{
  dw_err err = {0};
  const dw_batch *batch = NULL;
  dw_reader *reader = fixture_reader(text, &(dw_reader_options){.threads = 1, .block = block});
  dw_frame *frame = dw_frame_new(options);
  while (dw_reader_next(reader, &batch, &err) == DW_OK && batch)
    dw_frame_add(frame, reader, batch, take ? take + batch->first_row : NULL, NULL);
  dw_reader_close(reader);
  dw_frame_finish(frame);
  return frame;
}

static const dw_frame_options all = {.policy = DW_FRAME_ALL};

static const char mixed[] = "{\"a\":1,\"b\":\"x\",\"c\":true}\n"
                            "{\"a\":2.5,\"b\":null}\n"
                            "{\"b\":\"y\",\"a\":\"z\",\"d\":[1,2]}\n"
                            "{\"a\":null,\"b\":\"\\u0078\",\"c\":false}\n";

TEST(cells_of_every_kind)
{
  for (size_t block = 1; block < 300; block = block * 3 + 1) {
    dw_frame *frame = frame_of(mixed, &all, block, NULL);
    const dw_frame_column *a = dw_frame_find(frame, "a"), *b = dw_frame_find(frame, "b"), *c = dw_frame_find(frame, "c"),
                          *d = dw_frame_find(frame, "d");
    CHECK(frame->rows == 4 && frame->seen == 4 && frame->count == 4 && !frame->sampled && frame->row[3] == 3 && !frame->instant);
    CHECK(a && a->number[0] == 1 && a->number[1] == 2.5 && isnan(a->number[2]) && isnan(a->number[3]));
    CHECK(a->code[0] == 0 && a->code[2] == 1 && a->code[3] == 0 && strcmp(a->texts.keys[0].text, "z") == 0);
    CHECK(b && !b->number && b->code[0] == 1 && b->code[1] == 0 && b->code[2] == 2 && b->code[3] == 1);
    CHECK(c && !c->number && c->code[0] == 1 && c->code[1] == 0 && c->code[3] == 2 && strcmp(c->texts.keys[0].text, "true") == 0);
    CHECK(d && !d->number && !d->code && !dw_frame_find(frame, "e"));
    dw_frame_free(frame);
  }
}

static const char *spelling(const dw_frame_column *column, size_t row)
{
  return column->spelled && column->spelled[row] ? column->spellings.keys[column->spelled[row] - 1].text : "";
}

TEST(how_numbers_are_written_stays_with_them)
{
  static const uint8_t take[] = {1, 1, 0, 1, 1, 1};
  for (size_t block = 1; block < 100; block = block * 3 + 1) {
    dw_frame *frame = frame_of("v,w\n1.10,1\n1.1,2\n2.0,3\n\"1.10\",4\nx,5\n675127116845989888,6\n", &all, block, take);
    const dw_frame_column *v = dw_frame_find(frame, "v"), *w = dw_frame_find(frame, "w");
    CHECK(frame->rows == 5 && !w->spelled && v->number[0] == 1.1 && v->number[1] == 1.1);
    CHECK(strcmp(spelling(v, 0), "1.10") == 0 && strcmp(spelling(v, 1), "") == 0 && strcmp(spelling(v, 2), "1.10") == 0);
    CHECK(strcmp(spelling(v, 3), "") == 0 && strcmp(spelling(v, 4), "675127116845989888") == 0 && v->spellings.count == 2);
    dw_frame_free(frame);
  }
  dw_buf many = {0};
  dw_buf_text(&many, "v\n");
  for (int i = 0; i < 200; i++) dw_buf_format(&many, "%d.%d0\n", i, i);
  dw_frame *frame = frame_of(dw_buf_cstr(&many), &all, 64, NULL);
  const dw_frame_column *v = dw_frame_find(frame, "v");
  CHECK(v->number[199] == 199.199 && v->spelled_many && !v->spelled);
  dw_frame_free(frame);
  dw_buf_free(&many);
}

TEST(infinite_numbers_are_missing)
{
  dw_frame *frame = frame_of("x\n1\ninf\n-inf\n\n4\n", &all, 64, NULL);
  const dw_frame_column *x = dw_frame_find(frame, "x");
  CHECK(x->number[0] == 1 && isnan(x->number[1]) && isnan(x->number[2]) && x->number[frame->rows - 1] == 4);
  dw_frame_free(frame);
}

TEST(rows_that_are_taken)
{
  static const uint8_t take[] = {1, 0, 0, 1};
  dw_frame *frame = frame_of(mixed, &all, 40, take);
  CHECK(frame->rows == 2 && frame->seen == 2 && frame->row[0] == 0 && frame->row[1] == 3);
  const dw_frame_column *b = dw_frame_find(frame, "b");
  CHECK(b->code[0] == 1 && b->code[1] == 1 && b->texts.count == 1);
  dw_frame_free(frame);
}

static bool only_b(void *context, const char *name) { return strcmp(name, context) == 0; }

TEST(columns_that_are_kept)
{
  char name[] = "b";
  dw_frame *frame = frame_of(mixed, &(dw_frame_options){.policy = DW_FRAME_ALL, .keep = only_b, .context = name}, 64, NULL);
  CHECK(frame->count == 1 && dw_frame_find(frame, "b") && !dw_frame_find(frame, "a"));
  dw_frame_free(frame);
}

TEST(instants)
{
  dw_frame *frame = frame_of("t,v\n2026-01-01T00:00:00Z,1\n1767225601,2\nsoon,3\n,4\n",
                             &(dw_frame_options){.policy = DW_FRAME_ALL, .time = "t"}, 20, NULL);
  CHECK(frame->rows == 4 && frame->instant[0] == INT64_C(1767225600000000) && frame->instant[1] == INT64_C(1767225601000000));
  CHECK(frame->instant[2] == DW_FRAME_NO_INSTANT && frame->instant[3] == DW_FRAME_NO_INSTANT);
  CHECK(frame->count == 1 && dw_frame_find(frame, "v"));
  dw_frame_free(frame);
}

/* n: the row's number; id: different in every row; few: one of ten words. */
static char *numbered(size_t rows)
{
  dw_buf text = {0};
  for (size_t i = 0; i < rows; i++) dw_buf_format(&text, "{\"n\":%zu,\"id\":\"k%zu\",\"few\":\"w%zu\"}\n", i, i, i * 7 % 10);
  dw_buf_char(&text, '\0');
  return text.data;
}

static void check_same(const dw_frame *a, const dw_frame *b)
{
  CHECK(a->rows == b->rows && a->seen == b->seen && memcmp(a->row, b->row, a->rows * sizeof *a->row) == 0);
  for (size_t i = 0; i < a->count; i++) {
    const dw_frame_column *x = a->column[i], *y = dw_frame_find(b, x->name);
    CHECK(y && !x->number == !y->number && !x->code == !y->code && x->texts.count == y->texts.count);
    if (x->number) CHECK(memcmp(x->number, y->number, a->rows * sizeof *x->number) == 0);
    if (x->code) CHECK(memcmp(x->code, y->code, a->rows * sizeof *x->code) == 0);
    for (size_t k = 0; k < x->texts.count; k++) CHECK(strcmp(x->texts.keys[k].text, y->texts.keys[k].text) == 0);
  }
}

TEST(a_sample_is_a_matter_of_the_rows)
{
  enum { ROWS = 20000, MOST = 500 };
  char *text = numbered(ROWS);
  dw_frame_options sample = {.policy = DW_FRAME_SAMPLE, .rows = MOST};
  dw_frame *first = frame_of(text, &sample, 1000, NULL);
  CHECK(first->rows == MOST && first->seen == ROWS && first->sampled);
  const dw_frame_column *n = dw_frame_find(first, "n"), *id = dw_frame_find(first, "id");
  double mean = 0;
  for (size_t i = 0; i < MOST; i++) {
    CHECK(n->number[i] == (double)first->row[i] && (i == 0 || first->row[i] > first->row[i - 1]));
    CHECK(id->code[i] == i + 1 && atoi(id->texts.keys[i].text + 1) == (int)first->row[i]);
    mean += n->number[i] / MOST;
  }
  CHECK(id->texts.count == MOST);
  CHECK_MSG(fabs(mean - ROWS / 2.0) < 4 * ROWS / sqrt(12.0 * MOST), "mean %g: no uniform sample", mean);
  for (size_t block = 300; block < 4000000; block *= 40) {
    dw_frame *again = frame_of(text, &sample, block, NULL);
    check_same(first, again);
    dw_frame_free(again);
  }
  sample.rows = 50;
  dw_frame *smaller = frame_of(text, &sample, 5000, NULL);
  size_t found = 0;
  for (size_t i = 0, k = 0; i < smaller->rows; i++) {
    while (k < MOST && first->row[k] < smaller->row[i]) k++;
    found += k < MOST && first->row[k] == smaller->row[i];
  }
  CHECK(smaller->rows == 50 && found == 50);
  dw_frame_free(smaller);
  dw_frame_free(first);
  free(text);
}

TEST(the_first_rows)
{
  dw_buf text = {0};
  for (int i = 0; i < 300; i++) dw_buf_format(&text, "{\"x\":%d}\n", i);
  for (size_t block = 64; block < 3000; block *= 3) {
    dw_frame *frame = frame_of(dw_buf_cstr(&text), &(dw_frame_options){.policy = DW_FRAME_FIRST, .rows = 100}, block, NULL);
    const dw_frame_column *x = dw_frame_find(frame, "x");
    CHECK(frame->rows == 100 && frame->seen == 300 && frame->sampled && frame->row[99] == 99 && x->number[0] == 0 && x->number[99] == 99);
    dw_frame_free(frame);
  }
  dw_buf_free(&text);
}

TEST(the_first_rows_that_fit)
{
  dw_buf text = {0};
  for (int i = 0; i < 300; i++) dw_buf_format(&text, "{\"x\":\"%0500d\"}\n", i);
  dw_frame *frame = frame_of(dw_buf_cstr(&text), &(dw_frame_options){.policy = DW_FRAME_FIRST, .rows = 200, .memory = 20000}, 2000, NULL);
  CHECK(frame->rows >= 20 && frame->rows < 60 && frame->seen == 300 && frame->row[19] == 19);
  dw_frame_free(frame);
  dw_buf_free(&text);
}

/* 3,000 records a second apart in no order: windows 268 s apart, a 20th to a 10th of the span, so narrow that 200 rows stay. */
TEST(windows_of_time)
{
  dw_buf text = {0};
  for (int i = 0; i < 3000; i++) dw_buf_format(&text, "{\"t\":%d,\"x\":%d}\n", 1767571200 + i * 7919 % 3000, i);
  dw_frame_options options = {.policy = DW_FRAME_BLOCKS, .rows = 200, .time = "t"};
  dw_frame *first = frame_of(dw_buf_cstr(&text), &options, 100, NULL);
  CHECK(first->windows.period == UINT64_C(1) << 28 && first->seen == 3000 && first->sampled);
  CHECK(first->rows <= 200 && first->rows > 90);
  size_t held = 0;
  for (int i = 0; i < 3000; i++) held += dw_windows_hold(&first->windows, (INT64_C(1767571200) + i) * 1000000);
  CHECK(held == first->rows);
  for (size_t block = 300; block < 100000; block *= 4) {
    dw_frame *frame = frame_of(dw_buf_cstr(&text), &options, block, NULL);
    CHECK(frame->rows == first->rows && memcmp(frame->row, first->row, frame->rows * sizeof *frame->row) == 0);
    dw_frame_free(frame);
  }
  dw_frame_free(first);
  dw_buf_free(&text);
}

TEST(memory)
{
  char *text = numbered(20000);
  dw_err err = {0};
  dw_frame *frame = frame_of(text, &(dw_frame_options){.policy = DW_FRAME_ALL, .memory = 100000}, 4000, NULL);
  CHECK(frame->full && frame->rows == 0 && frame->seen == 20000 && dw_frame_ready(frame, &err) == DW_ENODATA &&
        strstr(err.message, "--memory"));
  dw_frame_free(frame);
  frame = frame_of(text, &(dw_frame_options){.policy = DW_FRAME_SAMPLE, .rows = 10000, .memory = 100000}, 4000, NULL);
  CHECK_MSG(!frame->full && frame->rows >= 200 && frame->rows < 2000 && frame->sampled && dw_frame_ready(frame, &err) == DW_OK, "%zu rows",
            frame->rows);
  CHECK_MSG(dw_frame_bytes(frame) <= 100000, "%zu bytes", dw_frame_bytes(frame));
  dw_frame_free(frame);
  free(text);
}

static bool keeps_id(void *context, const char *name) { return strcmp(name, "id") == 0; }

TEST(identifiers_are_given_up)
{
  char *text = numbered(20000);
  dw_frame *frame = frame_of(text, &all, 1 << 16, NULL);
  const dw_frame_column *id = dw_frame_find(frame, "id");
  CHECK(frame->rows == 20000 && id->endless && !id->code && id->texts.count == 0 && dw_frame_find(frame, "few")->texts.count == 10);
  dw_frame_free(frame);
  frame = frame_of(text, &(dw_frame_options){.policy = DW_FRAME_ALL, .keep_texts = keeps_id}, 1 << 16, NULL);
  id = dw_frame_find(frame, "id");
  CHECK(!id->endless && id->code[19999] == 20000 && id->texts.count == 20000);
  dw_frame_free(frame);
  free(text);
}

TEST(nothing_at_all)
{
  dw_frame *frame = frame_of("", &(dw_frame_options){.policy = DW_FRAME_SAMPLE, .rows = 10, .time = "t"}, 64, NULL);
  CHECK(frame->rows == 0 && frame->count == 0 && !frame->sampled && !dw_frame_find(frame, "x"));
  dw_frame_free(frame);
}

TEST(both_sides_of_a_split_keep_theirs)
{
  char *text = numbered(1000);
  dw_err err = {0};
  const dw_batch *batch = NULL;
  dw_dataset before, after;
  dw_dataset_init(&before, &(dw_dataset_options){.frame = all});
  dw_dataset_init(&after, &(dw_dataset_options){.frame = all});
  dw_reader *reader = fixture_reader(text, &(dw_reader_options){.threads = 1, .block = 1000});
  dw_partition *partition =
      dw_partition_new(&(dw_partition_options){.kind = DW_PARTITION_FRACTION, .fraction = 0.3, .memory = 1 << 24}, &before, &after);
  while (dw_reader_next(reader, &batch, &err) == DW_OK && batch) CHECK(dw_partition_add(partition, reader, batch, &err) == DW_OK);
  dw_partition_finish(partition, reader);
  dw_partition_free(partition);
  dw_reader_close(reader);
  dw_dataset_finish(&before, 1);
  dw_dataset_finish(&after, 1);
  CHECK(before.frame->rows == 300 && after.frame->rows == 700 && after.frame->row[0] == 300);
  CHECK(dw_frame_find(after.frame, "n")->number[699] == 999);
  dw_dataset_free(&before);
  dw_dataset_free(&after);
  free(text);
}
