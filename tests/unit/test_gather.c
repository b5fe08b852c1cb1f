#include "data/columns/gather.h"

#include "fixture.h"

static const char *const pattern[] = {"e*", "x?"};
static const dw_dataset_options options = {.gather = {pattern, 2}, .score = "e_score"};

TEST(columns_in_natural_order)
{
  dw_dataset set;
  fixture_dataset(&set, "e10,a,e2,e_note,e_score,e9\n1,5,2,hot,0.5,3\n4,5,5,cold,0.5,6\n7,5,,warm,0.5,9\n10,5,11,hot,0.5,12\n", &options);
  const dw_column *column = dw_dataset_find(&set, "e*");
  CHECK(column && column->vectors->count == 3 && column->vectors->width == 3 && column->vectors->incomplete == 1 && column->rows == 4);
  CHECK(column->tag[DW_VECTOR] == 3 && column->tag[DW_NULL] == 1 && dw_column_missing(column) == 1 &&
        dw_column_kinds(column) == DW_KIND_VECTOR);
  CHECK_TEXT(dw_buf_cstr(&column->vectors->parts), "e2\ne9\ne10\n");
  CHECK_CLOSE(column->vectors->mean[0], 6, 1e-15);
  CHECK_CLOSE(column->vectors->mean[1], 7, 1e-15);
  CHECK_CLOSE(column->vectors->mean[2], 5, 1e-15);
  for (size_t i = 0; i < set.column_count; i++) {
    const char *name = set.column[i]->name;
    CHECK(set.column[i]->part == (!strcmp(name, "e10") || !strcmp(name, "e2") || !strcmp(name, "e9")));
    if (set.column[i]->part) CHECK(set.column[i]->value_count == 0);
  }
  CHECK(dw_dataset_find(&set, "e_note")->texts.count == 3 && dw_dataset_find(&set, "e_score")->value_count == 4);
  CHECK(set.column_count == 8 && dw_dataset_find(&set, "x?")->vectors->count == 0);
  dw_dataset_free(&set);
}

/* Blocks of 256 bytes (fixture.h): e3 is first seen in a later one, so the rows before lack it. */
TEST(a_component_that_turns_up_late)
{
  dw_dataset set;
  dw_buf text = {0};
  for (int i = 0; i < 100; i++) dw_buf_format(&text, i < 60 ? "{\"e1\":%d,\"e2\":1}\n" : "{\"e1\":%d,\"e2\":1,\"e3\":2}\n", i);
  fixture_dataset(&set, dw_buf_cstr(&text), &options);
  const dw_column *column = dw_dataset_find(&set, "e*");
  CHECK(column->vectors->width == 3 && column->vectors->count == 40 && column->vectors->incomplete == 60);
  CHECK(column->tag[DW_NULL] == 60 && column->rows == 100);
  CHECK_CLOSE(column->vectors->mean[0], 79.5, 1e-14);
  dw_buf_free(&text);
  dw_dataset_free(&set);
}

TEST(strings_among_numbers)
{
  dw_dataset set;
  fixture_dataset(&set, "{\"x1\":1,\"x2\":2}\n{\"x1\":\"one\",\"x2\":2}\n{\"x1\":1,\"x2\":null}\n{\"x2\":3}\n{\"x1\":3,\"x2\":2}\n",
                  &options);
  const dw_column *column = dw_dataset_find(&set, "x?");
  CHECK(column->vectors->count == 2 && column->vectors->incomplete == 3);
  CHECK(dw_dataset_find(&set, "e*")->vectors->incomplete == 5);
  dw_dataset_free(&set);
}
