#include "data/columns/column.h"

#include "fixture.h"

/* Cells made by hand: one column of a batch. */
static void add(dw_column *column, const uint8_t *tags, const dw_cell *cells, size_t rows, const char *text, const uint8_t *take)
{
  dw_batch batch = {.text = text, .text_length = text ? strlen(text) : 0, .rows = rows};
  dw_batch_column one = {.tags = tags, .cells = cells};
  dw_column_add(column, &batch, &one, take);
}

TEST(every_tag_is_counted)
{
  static const uint8_t tags[] = {DW_ABSENT, DW_NULL,   DW_INTEGER,        DW_REAL,   DW_FALSE,
                                 DW_TRUE,   DW_STRING, DW_STRING_ESCAPED, DW_VECTOR, DW_OTHER};
  dw_cell cells[10] = {{0}};
  cells[2].number = 3;
  cells[3].number = 0.5;
  cells[6].text.length = 1;
  cells[7].text.offset = 1;
  cells[7].text.length = 2;
  dw_column column;
  double scratch[2];
  dw_column_init(&column, "c", false);
  add(&column, tags, cells, 10, "x\\n", NULL);
  dw_column_finish(&column, 12, scratch);
  CHECK(dw_column_missing(&column) == 4 && dw_column_numbers(&column) == 2 && column.rows == 12);
  CHECK(dw_column_kinds(&column) == (DW_KIND_NUMBER | DW_KIND_BOOLEAN | DW_KIND_STRING | DW_KIND_VECTOR | DW_KIND_OTHER));
  CHECK(column.texts.count == 4 && dw_map_find(&column.texts, "\n", 1) != DW_MAP_NONE &&
        dw_map_find(&column.texts, "true", 4) != DW_MAP_NONE);
  CHECK(column.sorted.count == 2 && column.sorted.value[0] == 0.5 && column.moments.mean == 1.75);
  dw_column_free(&column);
}

TEST(rows_can_be_chosen)
{
  static const uint8_t tags[] = {DW_INTEGER, DW_INTEGER, DW_INTEGER, DW_NULL}, take[] = {1, 0, 1, 0};
  dw_cell cells[4] = {{.number = 1}, {.number = 2}, {.number = 3}, {0}};
  dw_column column;
  double scratch[4];
  dw_column_init(&column, "c", false);
  add(&column, tags, cells, 4, NULL, take);
  dw_column_finish(&column, 2, scratch);
  CHECK(column.rows == 2 && column.sorted.count == 2 && column.sorted.value[1] == 3 && dw_column_missing(&column) == 0);
  dw_column_free(&column);
}

TEST(a_sketch_takes_over_without_losing_a_value)
{
  enum { ROWS = 5000 };
  static uint8_t tags[ROWS];
  static dw_cell cells[ROWS];
  dw_column column;
  dw_column_init(&column, "c", false);
  for (int part = 0; part < 4; part++) {
    for (int i = 0; i < ROWS; i++) {
      tags[i] = DW_REAL;
      cells[i].number = (part * ROWS + i) * 7919 % (4 * ROWS);
    }
    add(&column, tags, cells, ROWS, NULL, NULL);
    if (part == 1) dw_column_compress(&column, 256);
  }
  dw_column_finish(&column, 4 * ROWS, NULL);
  CHECK(column.sketch && column.value == NULL && column.sorted.total == 4 * ROWS && dw_column_numbers(&column) == 4 * ROWS);
  CHECK(column.moments.count == 4 * ROWS && column.moments.min == 0 && column.moments.max == 4 * ROWS - 1);
  CHECK(dw_column_rank_error(&column) > 0 && dw_column_bytes(&column) < 100000);
  dw_column_free(&column);
}

TEST(strings_may_stop_being_counted)
{
  static const uint8_t tags[] = {DW_STRING, DW_STRING};
  dw_cell cells[2] = {{.text = {0, 1}}, {.text = {1, 1}}};
  dw_column column;
  dw_column_init(&column, "c", false);
  add(&column, tags, cells, 2, "ab", NULL);
  size_t before = dw_column_bytes(&column);
  dw_column_stop_texts(&column);
  add(&column, tags, cells, 2, "ab", NULL);
  dw_column_finish(&column, 4, NULL);
  CHECK(dw_column_bytes(&column) < before && column.texts.count == 0 && column.tag[DW_STRING] == 4 && dw_column_facts(&column).endless);
  dw_column_free(&column);
}

/* The sample is the same whether the strings are counted to the end or not, and however they are cut into batches. */
TEST(strings_that_hardly_repeat_are_sampled)
{
  enum { ROWS = 30000 };
  static uint8_t tags[ROWS];
  static dw_cell cells[ROWS];
  static char text[ROWS * 8];
  for (uint32_t i = 0; i < ROWS; i++) {
    snprintf(text + 8 * i, 8, "%07u", i);
    tags[i] = DW_STRING;
    cells[i].text.offset = 8 * i;
    cells[i].text.length = 7;
  }
  text[ROWS * 8 - 1] = ' ';
  dw_column whole, parts, counted;
  dw_passages own, none;
  dw_column_init(&whole, "c", false);
  dw_column_init(&parts, "c", false);
  dw_column_init(&counted, "c", true);
  add(&whole, tags, cells, ROWS, text, NULL);
  add(&counted, tags, cells, ROWS, text, NULL);
  for (int i = 0; i < ROWS; i += 100) add(&parts, tags + i, cells + i, 100, text, NULL);
  dw_column_finish(&whole, ROWS, NULL);
  dw_column_finish(&parts, ROWS, NULL);
  dw_column_finish(&counted, ROWS, NULL);
  CHECK(whole.endless && parts.endless && !counted.endless && whole.passages && !counted.passages);
  const dw_passages *a = dw_column_passages(&whole, &none), *b = dw_column_passages(&parts, &none), *c = dw_column_passages(&counted, &own);
  CHECK(a->seen == ROWS && b->seen == ROWS && c->seen == ROWS && a->count == DW_PASSAGES_MOST && b->count == a->count &&
        c->count == a->count);
  for (size_t i = 0; i < a->count; i++)
    if (a->item[i].number != b->item[i].number || a->item[i].number != c->item[i].number ||
        memcmp(dw_passage_text(a, i), dw_passage_text(c, i), 7) != 0)
      CHECK_MSG(false, "text %zu differs", i);
  dw_passages_free(&own);
  dw_column_free(&whole);
  dw_column_free(&parts);
  dw_column_free(&counted);
}

/* Cells in the order of the rows, when asked; let go with the texts or numbers themselves. */
TEST(order_of_the_rows)
{
  dw_dataset set;
  const char *text = "{\"v\":3}\n{\"v\":\"b\"}\n{\"v\":null}\n{\"v\":1}\n{\"v\":true}\n{\"v\":\"b\"}\n";
  fixture_dataset(&set, text, &(dw_dataset_options){.keep_order = true});
  const dw_column *column = dw_dataset_find(&set, "v");
  CHECK(column && column->order_count == 5);
  if (column && column->order_count == 5) {
    const dw_column_cell *cell = column->order;
    CHECK(cell[0].number == 3 && cell[0].text == DW_MAP_NONE && cell[2].number == 1 && cell[2].text == DW_MAP_NONE);
    CHECK(cell[1].text == cell[4].text && strcmp(column->texts.keys[cell[1].text].text, "b") == 0);
    CHECK(strcmp(column->texts.keys[cell[3].text].text, "true") == 0);
  }
  dw_dataset_free(&set);
  fixture_dataset(&set, text, NULL);
  CHECK(!dw_dataset_find(&set, "v")->order);
  dw_dataset_free(&set);
  dw_column own;
  dw_column_init(&own, "v", false);
  own.keep_order = true;
  dw_column_compress(&own, 256);
  CHECK(!own.order && !own.keep_order);
  dw_column_free(&own);
}

/* i modulo `different`, row by row, or the same cells counted behind the first rows. */
static void fill_numbers(dw_column *column, int different, bool counted)
{
  enum { ROWS = 10000 };
  static uint8_t tags[ROWS];
  static dw_cell cells[ROWS];
  static dw_counted_cell each[ROWS];
  for (int i = 0; i < ROWS; i++) {
    tags[i] = DW_REAL;
    cells[i].number = i % different / 4.0;
    if (i < different) each[i] = (dw_counted_cell){cells[i], (uint32_t)((ROWS - i + different - 1) / different), DW_REAL};
  }
  dw_column_init(column, "c", false);
  for (int part = 0; part < 3; part++) {
    dw_batch batch = {.rows = ROWS};
    dw_batch_column one = {.tags = tags, .cells = cells};
    if (counted && part > 0) one.counted = each, one.counted_count = (size_t)different;
    dw_column_add(column, &batch, &one, NULL);
  }
  dw_column_finish(column, 3 * ROWS, NULL);
}

TEST(numbers_that_repeat_are_counted_and_the_form_depends_on_them_alone)
{
  dw_column rows, counted, many;
  fill_numbers(&rows, 80, false);
  fill_numbers(&counted, 80, true);
  CHECK(rows.weight && rows.sorted.count == 80 && rows.sorted.total == 30000 && rows.sorted.weight[79] == 375);
  CHECK(memcmp(&rows.moments, &counted.moments, sizeof rows.moments) == 0 && rows.moments.mean == 9.875);
  CHECK(counted.sorted.count == 80 && memcmp(rows.sorted.weight, counted.sorted.weight, 80 * sizeof(uint64_t)) == 0);
  fill_numbers(&many, 8000, false); /* hardly any of the first 8192 repeats: kept one by one, and counted in the end */
  CHECK(!many.counts && many.sorted.count == 8000 && many.sorted.total == 30000 && dw_column_numbers(&many) == 30000);
  dw_column_spell_out(&many);
  CHECK(!many.weight && many.sorted.count == 30000 && many.sorted.value[29999] == 1999.75);
  dw_column_free(&rows);
  dw_column_free(&counted);
  dw_column_free(&many);
}

/* Counted as they came, since the first ones repeat, and kept one by one in the end, since hardly any of them does twice. */
TEST(moments_of_numbers_that_were_counted_for_a_while)
{
  enum { N = 9627 };
  dw_buf text = {0};
  for (int i = 0; i < N; i++) dw_buf_format(&text, "{\"x\":%d}\n", i % 2 ? i : N - i);
  dw_buf_char(&text, '\0');
  dw_dataset set;
  fixture_dataset(&set, text.data, NULL);
  const dw_column *x = dw_dataset_find(&set, "x");
  CHECK(x->moments.count == N && x->sorted.total == N);
  CHECK_CLOSE(x->moments.mean, 4813.5000519372616, 1e-14);
  dw_dataset_free(&set);
  dw_buf_free(&text);
}

/* count numbers k * 7919 % count over `unit`, then `last`; 0: none behind them. */
static void fill_packed(dw_column *column, size_t count, double unit, double last, double *scratch)
{
  dw_column_init(column, "c", false);
  column->pack = true;
  for (size_t i = 0; i <= count; i++) {
    uint8_t tag = DW_REAL;
    dw_cell cell = {.number = i < count ? (double)(i * 7919 % count) / unit : last};
    if (i < count || last != 0) add(column, &tag, &cell, 1, NULL, NULL);
  }
  dw_column_finish(column, column->rows, scratch);
}

TEST(many_numbers_of_few_digits_are_packed_and_opened_to_be_looked_at)
{
  enum { ROWS = 10000 };
  static double scratch[ROWS + 1];
  dw_column column, own, other;
  fill_packed(&column, ROWS, 1000, 0, scratch);
  CHECK(column.packed && !column.value && !column.sorted.value && column.sorted.count == ROWS && column.sorted.total == ROWS);
  CHECK(dw_column_bytes(&column) < 2 * ROWS && dw_column_numbers(&column) == ROWS);
  CHECK_CLOSE(column.moments.mean, 4.9995, 1e-14);
  CHECK(!dw_column_whole(&column) && dw_column_distinct(&column, SIZE_MAX) == ROWS && !dw_column_holds_instants(&column));
  dw_type_facts facts = dw_column_facts(&column);
  CHECK(!facts.integral && !facts.beyond && facts.distinct_numbers == 11);
  const dw_column *opened = dw_column_open(&column, &own);
  CHECK(opened == &own && opened->sorted.count == ROWS && opened->sorted.value[1234] == 1.234 && column.packed);
  dw_column_close(opened, &own);
  dw_column_own(&column);
  CHECK(!column.packed && column.sorted.value[9999] == 9.999 && dw_column_open(&column, &own) == &column);
  dw_column_close(&column, &own);
  dw_column_free(&column);
  CHECK(dw_column_open(NULL, &own) == NULL);
  /* whole ones, one that has too many digits, and many that are equal are kept as ever */
  fill_packed(&other, ROWS, 1, 0, scratch);
  CHECK(!other.packed && other.sorted.count == ROWS && other.sorted.value[77] == 77);
  dw_column_free(&other);
  fill_packed(&other, ROWS, 1000, 1 / 3.0, scratch);
  CHECK(!other.packed && other.sorted.count == ROWS + 1 && other.sorted.value[334] == 1 / 3.0 && other.sorted.value[335] == 0.334);
  dw_column_free(&other);
}

TEST(packed_numbers_of_which_many_turn_out_equal_have_weights)
{
  enum { ROWS = 60000, DIFFERENT = 8000 };
  static double scratch[ROWS];
  dw_column column;
  dw_column_init(&column, "c", false);
  column.pack = true;
  for (size_t i = 0; i < ROWS; i++) {
    uint8_t tag = DW_REAL;
    dw_cell cell = {.number = (double)(i < 8192 ? i * 2 : i % DIFFERENT) / 100};
    add(&column, &tag, &cell, 1, NULL, NULL);
  }
  CHECK(column.packed);
  dw_column_finish(&column, ROWS, scratch);
  CHECK(!column.packed && column.weight && column.sorted.total == ROWS && column.sorted.value[1] == 0.01);
  dw_column_free(&column);
}
