#include "data/datasets/dataset_tape.h"

#include <sys/stat.h>
#include <unistd.h>

#include "data/datasets/segments.h"
#include "data/frames/column_read.h"
#include "fixture.h"

/* Every kind of column: strays, booleans, escapes, null, vectors, parts of a vector, texts that are endless, empty objects. */
static char *records(size_t rows)
{
  dw_buf text = {0};
  for (size_t i = 0; i < rows; i++) {
    dw_buf_format(&text, "{\"x\":%zu.5,\"seg\":\"%s\",\"flag\":%s,\"word\":\"w%zu\\n\",\"id\":\"k%zu\"", i * 7919 % rows, i % 3 ? "a" : "b",
                  i % 2 ? "true" : "false", i % 10, i);
    dw_buf_format(&text, ",\"v\":[%zu,1,2],\"e_1\":%zu,\"e_2\":%zu,\"text\":\"some words %zu\",\"o\":{},\"label\":%zu,\"score\":%zu", i, i,
                  2 * i, i, i % 2, i % 97);
    dw_buf_format(&text, ",\"ts\":\"2026-05-01T%02zu:00:00Z\",\"odd\":%s}\n", i % 24, i % 50 == 7 ? "\"n/a\"" : i % 11 ? "3" : "null");
  }
  dw_buf_char(&text, '\0');
  return text.data;
}

static const char *const gathered[] = {"e_*"}, *const described[] = {"text"};

static const dw_dataset_options everything = {.label = "label",
                                              .score = "score",
                                              .by = "seg",
                                              .keep_order = true,
                                              .gather = {gathered, 1},
                                              .describe = {described, 1},
                                              .frame = {.policy = DW_FRAME_SAMPLE, .rows = 100, .time = "ts"},
                                              .succession = {.policy = DW_FRAME_BLOCKS, .rows = 1000, .time = "ts"}};

static void record(const char *path, dw_dataset *set)
{
  dw_tape tape;
  dw_err err = {0};
  CHECK_MSG(dw_tape_record(&tape, path, "set", &err) == DW_OK, "%s", err.message);
  dw_dataset_tape(set, &tape);
  CHECK_MSG(dw_tape_commit(&tape, &err) == DW_OK, "%s", err.message);
}

static bool play(dw_tape *tape, const char *path, dw_dataset *set, const dw_dataset_options *options)
{
  dw_err err = {0};
  dw_dataset_init(set, options);
  if (dw_tape_play(tape, path, "set", &err) != DW_OK) return false;
  dw_dataset_tape(set, tape);
  return dw_tape_played(tape);
}

static char *read_file(const char *path, size_t *length)
{
  FILE *file = fopen(path, "r");
  char *bytes = malloc(4 << 20);
  *length = file ? fread(bytes, 1, 4 << 20, file) : 0;
  CHECK(file && *length > 0 && *length < 4 << 20 && fclose(file) == 0);
  return bytes;
}

/* What is played is recorded again: the same bytes, so that nothing that was written is lost. Returns them. */
static char *round_trip(const char *text, const dw_dataset_options *options, size_t *length)
{
  char first[] = "dw-test-XXXXXX", second[] = "dw-test-XXXXXX";
  close(mkstemp(first));
  close(mkstemp(second));
  dw_dataset set, back;
  dw_tape tape;
  size_t again_length;
  fixture_dataset(&set, text, options);
  record(first, &set);
  dw_dataset_free(&set);
  CHECK(play(&tape, first, &back, options) && dw_tape_sound(&tape));
  record(second, &back);
  char *bytes = read_file(first, length), *again = read_file(second, &again_length);
  CHECK(*length == again_length && memcmp(bytes, again, *length) == 0);
  free(again);
  dw_dataset_free(&back);
  dw_tape_close(&tape);
  unlink(first);
  unlink(second);
  return bytes;
}

TEST(nothing_that_is_recorded_is_lost)
{
  char *text = records(2000);
  size_t length;
  free(round_trip(text, &everything, &length));
  CHECK(length > 2000 * sizeof(double));
  free(round_trip(text, &(dw_dataset_options){0}, &length));
  free(round_trip("x,y\n", &(dw_dataset_options){0}, &length)); /* no rows */
  free(round_trip("x,y\n1,\ninf,b\n", &(dw_dataset_options){0}, &length));
  dw_free(text);
}

TEST(sketches_and_samples_come_back)
{
  char *text = records(20000);
  size_t length;
  dw_dataset_options small = everything;
  small.memory = 60000;
  free(round_trip(text, &small, &length));
  CHECK(length < 4000000);
  dw_free(text);
}

static bool same_column(const dw_column *a, const dw_column *b)
{
  bool same = strcmp(a->name, b->name) == 0 && a->rows == b->rows && memcmp(a->tag, b->tag, sizeof a->tag) == 0;
  same &= a->sorted.count == b->sorted.count && a->sorted.total == b->sorted.total && a->moments.mean == b->moments.mean;
  same &= !a->sorted.count || memcmp(a->sorted.value, b->sorted.value, a->sorted.count * sizeof(double)) == 0;
  same &= a->texts.count == b->texts.count && a->endless == b->endless && dw_column_missing(a) == dw_column_missing(b);
  same &= dw_column_kinds(a) == dw_column_kinds(b) && a->first_count == b->first_count && !a->passages == !b->passages;
  same &= a->order_count == b->order_count && !a->vectors == !b->vectors && !a->describes == !b->describes;
  return same && (!a->describes || strcmp(a->describes->name, b->describes->name) == 0);
}

static void check_same(const dw_dataset *a, const dw_dataset *b)
{
  CHECK(a->rows == b->rows && a->column_count == b->column_count && a->typed == b->typed && a->untyped == b->untyped);
  CHECK(a->scored.count == b->scored.count && a->scored.labels.named == b->scored.labels.named);
  for (size_t i = 0; i < a->column_count; i++) CHECK_MSG(same_column(a->column[i], b->column[i]), "column %s", a->column[i]->name);
}

TEST(what_is_played_can_be_read_as_if_it_had_just_been_gathered)
{
  char path[] = "dw-test-XXXXXX";
  close(mkstemp(path));
  char *text = records(2000);
  dw_dataset set, back;
  dw_tape tape;
  fixture_dataset(&set, text, &everything);
  record(path, &set);
  CHECK(play(&tape, path, &back, &everything));
  check_same(&set, &back);
  for (size_t i = 0; i <= DW_SEGMENTS_ROOM; i++) {
    CHECK(!set.segments->set[i] == !back.segments->set[i]);
    if (set.segments->set[i]) check_same(set.segments->set[i], back.segments->set[i]);
  }
  CHECK(set.frame->rows == 100 && back.frame->rows == 100 && memcmp(set.frame->row, back.frame->row, 100 * sizeof(uint64_t)) == 0);
  CHECK(back.succession->rows == set.succession->rows && back.succession->instant[5] == set.succession->instant[5]);
  /* strays are told, and texts that are numbers join the numbers: in the column's own memory */
  for (int k = 0; k < 2; k++) {
    dw_dataset *side = k ? &back : &set;
    dw_column_read_numbers((dw_column *)dw_dataset_find(side, "odd"), (dw_numeral_form){.decimal = '.'}, false);
    dw_column_read_numbers((dw_column *)dw_dataset_find(side, "x"), (dw_numeral_form){.decimal = '.'}, false);
    dw_column_read_as_csv((dw_column *)dw_dataset_find(side, "word"), true);
  }
  check_same(&set, &back);
  CHECK(dw_dataset_find(&back, "odd")->strays == 40);
  dw_dataset_drop(&back, "x");
  dw_dataset_free(&set);
  dw_dataset_free(&back);
  dw_tape_close(&tape);
  dw_free(text);
  unlink(path);
}

TEST(texts_that_turn_out_to_be_numbers_join_those_that_are_lent)
{
  char path[] = "dw-test-XXXXXX";
  close(mkstemp(path));
  dw_dataset set, back;
  dw_tape tape;
  fixture_dataset(&set, "{\"x\":3}\n{\"x\":1}\n{\"x\":\"2\"}\n{\"x\":\"none\"}\n", NULL);
  record(path, &set);
  CHECK(play(&tape, path, &back, &(dw_dataset_options){0}));
  dw_column *x = (dw_column *)dw_dataset_find(&back, "x");
  CHECK(x->lent && x->sorted.count == 2);
  dw_column_read_numbers(x, (dw_numeral_form){.decimal = '.'}, true);
  CHECK(!x->lent && x->sorted.count == 3 && x->sorted.value[0] == 1 && x->sorted.value[1] == 2 && x->sorted.value[2] == 3);
  CHECK(x->strays == 1 && x->moments.count == 3 && x->moments.mean == 2);
  dw_dataset_free(&set);
  dw_dataset_free(&back);
  dw_tape_close(&tape);
  unlink(path);
}

/* Nobody plays a file before its digest was held to it; still, whatever it holds, playing ends. */
TEST(a_damaged_file_is_played_without_harm)
{
  char path[] = "dw-test-XXXXXX";
  close(mkstemp(path));
  char *text = records(60);
  size_t length;
  dw_dataset_options options = everything;
  options.describe.count = 0;
  char *bytes = round_trip(text, &options, &length);
  size_t whole = 0;
  for (size_t i = 0; i < length; i += 90 + i % 11) {
    FILE *file = fopen(path, "w");
    char kept = bytes[i];
    bytes[i] = (char)(kept ^ (1 << i % 8));
    CHECK(file && fwrite(bytes, 1, length, file) == length && fclose(file) == 0);
    bytes[i] = kept;
    dw_dataset set;
    dw_tape tape = {0};
    if (play(&tape, path, &set, &options)) {
      whole++;
      CHECK(!dw_tape_sound(&tape) || i >= length - 40);
    }
    dw_dataset_free(&set);
    dw_tape_close(&tape);
  }
  CHECK(whole > 0 && whole < length / 200); /* numbers that are lent are not held to the digest here */
  free(bytes);
  dw_free(text);
  unlink(path);
}
