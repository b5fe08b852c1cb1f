#include "model/encode/matrix.h"

#include <float.h>

#include "model_case.h"

static const char records[] = "{\"a\":1,\"b\":\"x\",\"c\":true,\"d\":\"u\"}\n"
                              "{\"a\":2.5,\"b\":null,\"c\":false,\"d\":7}\n"
                              "{\"b\":\"y\\u0041\",\"c\":3,\"d\":true,\"e\":[1,2]}\n"
                              "{\"a\":1e300,\"b\":\"x\",\"d\":\"u\",\"f\":[\"x\"]}\n";

/* Cells keep their rows, whatever the blocks. */
TEST(cells_by_row)
{
  for (size_t block = 1; block < 300; block += 37) {
    dw_matrix m;
    dw_err err = {0};
    CHECK(case_matrix(&m, records, 0, block, &err) == DW_OK);
    CHECK(m.rows == 4);
    const dw_matrix_column *a = dw_matrix_find(&m, "a"), *b = dw_matrix_find(&m, "b"), *c = dw_matrix_find(&m, "c"),
                           *d = dw_matrix_find(&m, "d");
    CHECK(dw_matrix_number(a, 0) == 1 && dw_matrix_number(a, 1) == 2.5f && isnan(dw_matrix_number(a, 2)) &&
          dw_matrix_number(a, 3) == FLT_MAX);
    CHECK_TEXT(dw_matrix_text(b, 0)->text, "x");
    CHECK(!dw_matrix_text(b, 1));
    CHECK_TEXT(dw_matrix_text(b, 2)->text, "yA");
    CHECK_TEXT(dw_matrix_text(b, 3)->text, "x");
    CHECK(dw_matrix_number(c, 0) == 1 && dw_matrix_number(c, 1) == 0 && dw_matrix_number(c, 2) == 3 && isnan(dw_matrix_number(c, 3)));
    CHECK(dw_matrix_number(d, 1) == 7 && !d->rounded); /* among texts a number is one too */
    CHECK_TEXT(dw_matrix_text(d, 1)->text, "7");
    CHECK_TEXT(dw_matrix_text(d, 2)->text, "true");
    CHECK(!dw_matrix_find(&m, "g"));
    CHECK(a->values == 3 && b->values == 3 && c->values == 3 && d->values == 4);
    CHECK(a->kinds == DW_KIND_NUMBER && c->kinds == (DW_KIND_NUMBER | DW_KIND_BOOLEAN) && dw_matrix_find(&m, "f")->kinds == DW_KIND_OTHER);
    dw_matrix_free(&m);
  }
}

TEST(types)
{
  dw_buf text = {0};
  for (int i = 0; i < 100; i++)
    dw_buf_format(&text,
                  "{\"id\":\"r%d\",\"real\":%d.5,\"code\":%d,\"many\":%d,\"cat\":\"c%d\",\"flag\":%s,\"at\":\"2026-01-%02dT00:00:00Z\","
                  "\"us\":\"%d/15/2024\",\"ts\":%d,\"made\":%d000000,\"seconds\":%d,\"note\":\"word %d\",\"v\":[1,2],\"none\":null}\n",
                  i, i % 3, i % 10, i % 11, i % 4, i % 2 ? "true" : "false", i % 28 + 1, i % 12 + 1, 1767225600 + i, 1767225 + i,
                  1767225600 + i * 1000, i);
  dw_matrix m;
  dw_err err;
  CHECK(case_matrix(&m, dw_buf_cstr(&text), 0, 0, &err) == DW_OK);
  static const struct {
    const char *name;
    dw_type type;
  } want[] = {{"id", DW_TYPE_IDENTIFIER},   {"real", DW_TYPE_NUMERIC},     {"code", DW_TYPE_CATEGORICAL}, {"many", DW_TYPE_NUMERIC},
              {"cat", DW_TYPE_CATEGORICAL}, {"flag", DW_TYPE_CATEGORICAL}, {"at", DW_TYPE_DATETIME},      {"us", DW_TYPE_DATETIME},
              {"ts", DW_TYPE_DATETIME},     {"made", DW_TYPE_DATETIME},    {"seconds", DW_TYPE_NUMERIC},  {"note", DW_TYPE_TEXT},
              {"v", DW_TYPE_VECTOR},        {"none", DW_TYPE_EMPTY}};
  for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
    const dw_matrix_column *column = dw_matrix_find(&m, want[i].name);
    CHECK_MSG(column && dw_matrix_type(&m, column) == want[i].type, "%s is %s", want[i].name,
              column ? dw_type_name(dw_matrix_type(&m, column)) : "absent");
  }
  dw_matrix_free(&m);
  dw_buf_free(&text);
}

/* Strings that never repeat are given up, and do not fill the memory. */
TEST(identifiers_are_given_up)
{
  dw_buf text = {0};
  for (int i = 0; i < 20000; i++) dw_buf_format(&text, "{\"id\":\"%d\"}\n", i);
  dw_matrix m;
  dw_err err;
  CHECK(case_matrix(&m, dw_buf_cstr(&text), 0, 0, &err) == DW_OK);
  CHECK(m.column[0]->endless && m.column[0]->texts.count == 0 && dw_matrix_type(&m, m.column[0]) == DW_TYPE_IDENTIFIER);
  dw_matrix_free(&m);
  dw_buf_free(&text);
}

TEST(memory_bound)
{
  char *text = case_records();
  dw_matrix m;
  dw_err err = {0};
  CHECK(case_matrix(&m, text, 1000, 256, &err) == DW_ENODATA && strstr(err.message, "--memory"));
  dw_matrix_free(&m);
  CHECK(case_matrix(&m, text, 1 << 20, 256, &err) == DW_OK);
  dw_matrix_free(&m);
  free(text);
}

/* Past the bound a sample: the same one from any blocks; rows keep together; facts about types come from all records. */
TEST(samples)
{
  dw_buf text = {0};
  for (int i = 0; i < 20000; i++)
    dw_buf_format(&text, "{\"n\":%d,\"id\":\"r%d\",\"c\":\"%c\",\"half\":%s}\n", i, i, "uvw"[i % 3], i % 2 ? "1.5" : "null");
  dw_matrix first = {0};
  for (size_t block = 0; block < 60000; block += 17000) {
    dw_reader *reader = fixture_reader(dw_buf_cstr(&text), &(dw_reader_options){.threads = 1, .block = block});
    const dw_batch *batch = NULL;
    dw_err err = {0};
    dw_matrix m;
    dw_matrix_init(&m, 200000);
    dw_matrix_sample(&m, 5);
    while (dw_reader_next(reader, &batch, &err) == DW_OK && batch)
      CHECK_MSG(dw_matrix_add(&m, reader, batch, &err) == DW_OK, "%s", err.message);
    dw_reader_close(reader);
    dw_matrix_finish(&m);
    const dw_matrix_column *n = dw_matrix_find(&m, "n"), *c = dw_matrix_find(&m, "c"), *half = dw_matrix_find(&m, "half"),
                           *id = dw_matrix_find(&m, "id");
    CHECK(dw_matrix_seen(&m) == 20000 && m.rows > 1000 && m.rows < 5000);
    CHECK(n->values == m.rows && id->values == m.rows && half->values > m.rows * 2 / 5 && half->values < m.rows * 3 / 5);
    CHECK(dw_matrix_type(&m, id) == DW_TYPE_IDENTIFIER && dw_matrix_type(&m, c) == DW_TYPE_CATEGORICAL);
    for (size_t row = 0; row < m.rows; row++) {
      size_t record = (size_t)dw_matrix_record(&m, row);
      CHECK(dw_matrix_number(n, row) == (float)record && dw_matrix_text(c, row)->text[0] == "uvw"[record % 3]);
      CHECK(isnan(dw_matrix_number(half, row)) == (record % 2 == 0));
    }
    if (block == 0) {
      first = m;
      continue;
    }
    CHECK(m.rows == first.rows && memcmp(m.sample.record, first.sample.record, m.rows * sizeof(uint64_t)) == 0);
    dw_matrix_free(&m);
  }
  dw_matrix_free(&first);
  dw_buf_free(&text);
}

TEST(samples_that_are_too_small)
{
  char *text = case_records();
  dw_reader *reader = fixture_reader(text, &(dw_reader_options){.threads = 1});
  const dw_batch *batch = NULL;
  dw_err err = {0};
  dw_matrix m;
  dw_matrix_init(&m, 5000);
  dw_matrix_sample(&m, 1);
  CHECK(dw_reader_next(reader, &batch, &err) == DW_OK && dw_matrix_add(&m, reader, batch, &err) == DW_ENODATA &&
        strstr(err.message, "--memory"));
  dw_reader_close(reader);
  dw_matrix_free(&m);
  free(text);
}

TEST(floats)
{
  CHECK(dw_matrix_float(0.1) == 0.1f);
  CHECK(dw_matrix_float(1e300) == FLT_MAX && dw_matrix_float(-1e300) == -FLT_MAX);
  CHECK(dw_matrix_float(INFINITY) == FLT_MAX && dw_matrix_float(-INFINITY) == -FLT_MAX && isnan(dw_matrix_float(NAN)));
}

/* Numbers among texts keep their digits, or the column says that they may not have. */
TEST(digits_of_categories)
{
  static const struct {
    const char *cells[3];
    bool rounded;
    const char *text[3];
  } row[] = {{{"\"a\"", "123456789", "123456791"}, false, {"a", "123456789", "123456791"}},
             {{"16777216", "2.5", "\"a\""}, false, {"16777216", "2.5", "a"}},
             {{"123456789", "\"a\"", "1"}, true, {"123456792", "a", "1"}},
             {{"\"a\"", "9007199254740993", "1"}, true, {"a", "9007199254740992", "1"}},
             {{"0.1", "0.2", "null"}, false, {NULL, NULL, NULL}}};
  for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
    dw_buf text = {0};
    dw_matrix m;
    dw_err err;
    for (int k = 0; k < 3; k++) dw_buf_format(&text, "{\"c\":%s}\n", row[i].cells[k]);
    CHECK(case_matrix(&m, dw_buf_cstr(&text), 0, 0, &err) == DW_OK);
    const dw_matrix_column *c = dw_matrix_find(&m, "c");
    CHECK_MSG(c->rounded == row[i].rounded, "row %zu", i);
    for (size_t k = 0; k < 3; k++) {
      if (row[i].text[k]) CHECK_TEXT(dw_matrix_text(c, k)->text, row[i].text[k]);
      CHECK(row[i].text[k] || !dw_matrix_text(c, k));
    }
    dw_matrix_free(&m);
    dw_buf_free(&text);
  }
}
