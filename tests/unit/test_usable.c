#include "data/frames/usable.h"

#include "fixture.h"

static const char records[] = "{\"ts\":\"2026-01-01\",\"x\":1,\"v\":[1,2],\"y\":1}\n"
                              "{\"ts\":\"soon\",\"x\":2,\"v\":[3],\"y\":\"a\"}\n"
                              "\n"
                              "{\"x\":3,\"y\":[1]}\n"
                              "{\"ts\":1767225600,\"x\":4,\"v\":[4,5,6],\"y\":null}\n";

static dw_reader *open_records(bool skip, bool spans)
{
  return fixture_reader(records, &(dw_reader_options){.threads = 1, .skip_errors = skip, .spans = spans});
}

static const dw_batch_column *column(const dw_reader *reader, const dw_batch *batch, const char *name)
{
  for (size_t i = 0; i < batch->column_count; i++)
    if (strcmp(dw_reader_column_name(reader, batch->columns[i].id), name) == 0) return dw_batch_find(batch, batch->columns[i].id);
  return NULL;
}

TEST(what_is_left_of_a_batch)
{
  for (int spans = 0; spans < 2; spans++) {
    dw_reader *reader = open_records(true, spans);
    const dw_batch *batch;
    dw_usable usable = {0};
    dw_err err;
    CHECK(dw_reader_next(reader, &batch, &err) == DW_OK && batch->rows == 4);
    CHECK(dw_usable_instants(&usable, reader, &batch, "ts", NULL, &err) == DW_OK && batch->rows == 2);
    CHECK(usable.instant[0] == INT64_C(1767225600000000) && usable.instant[1] == INT64_C(1767225600000000));
    CHECK(dw_reader_skipped(reader) == 2 && dw_reader_rows(reader) == 2);
    CHECK(strstr(dw_reader_first_skipped(reader), spans ? ":2: field \"ts\" is not a time" : ": field \"ts\" is not a time"));
    const dw_batch_column *x = column(reader, batch, "x"), *v = column(reader, batch, "v"), *y = column(reader, batch, "y");
    CHECK(x->cells[0].number == 1 && x->cells[1].number == 4);
    CHECK(v->tags[1] == DW_VECTOR && v->cells[1].text.length == 3 && batch->pool[v->cells[1].text.offset] == 4);
    CHECK(y->tags[0] == DW_INTEGER && y->tags[1] == DW_NULL);
    CHECK(!batch->line == !spans && !x->spans == !spans);
    if (spans) {
      CHECK(batch->line[0] == 1 && batch->line[1] == 5 && batch->text[x->spans[1].value] == '4');
      CHECK(strncmp(batch->text + batch->record[1], "{\"ts\":1767225600", 16) == 0);
    }
    dw_usable_free(&usable);
    dw_reader_close(reader);
  }
}

TEST(labels)
{
  dw_reader *reader = open_records(true, true);
  const dw_batch *batch, *whole;
  dw_usable usable = {0};
  dw_err err;
  CHECK(dw_reader_next(reader, &whole, &err) == DW_OK);
  batch = whole;
  CHECK(dw_usable_labels(&usable, reader, &batch, "x", true, &err) == DW_OK && batch == whole);    /* all are of use: nothing is copied */
  CHECK(dw_usable_labels(&usable, reader, &batch, "nope", true, &err) == DW_OK && batch == whole); /* missing is no fault */
  CHECK(dw_usable_labels(&usable, reader, &batch, "y", false, &err) == DW_OK && batch->rows == 3);
  batch = whole;
  CHECK(dw_usable_labels(&usable, reader, &batch, "y", true, &err) == DW_OK && batch->rows == 2);
  dw_usable_free(&usable);
  dw_reader_close(reader);
}

TEST(without_skip_errors_the_first_is_the_error)
{
  dw_reader *reader = open_records(false, true);
  const dw_batch *batch;
  dw_usable usable = {0};
  dw_err err;
  CHECK(dw_reader_next(reader, &batch, &err) == DW_OK);
  CHECK(dw_usable_instants(&usable, reader, &batch, "ts", NULL, &err) == DW_EDATA && strstr(err.message, ":2: field \"ts\" is not a time"));
  CHECK(dw_reader_skipped(reader) == 0);
  dw_usable_free(&usable);
  dw_reader_close(reader);
}
