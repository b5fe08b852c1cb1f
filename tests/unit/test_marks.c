#include "batch_text.h"
#include "fixture.h"
#include "io/record/marks.h"

static const char *name_of(const void *reader, uint32_t id) { return dw_reader_column_name(reader, id); }

/* The records of text as text, with the items of --missing. */
static void check_marks(const char *const *items, const char *text, const char *want)
{
  dw_err err = {0};
  const dw_batch *batch;
  dw_buf got = {0};
  dw_text_list list = {.text = (const char **)items};
  while (items[list.count]) list.count++;
  dw_marks *marks;
  CHECK(dw_marks_make(&marks, &list, &err) == DW_OK);
  dw_reader *reader = fixture_reader(text, &(dw_reader_options){.threads = 1, .marks = marks});
  while (dw_reader_next(reader, &batch, &err) == DW_OK && batch) batch_text(&got, batch, name_of, reader);
  CHECK_MSG(strcmp(dw_buf_cstr(&got), want) == 0, "got %s, want %s", dw_buf_cstr(&got), want);
  dw_reader_close(reader);
  dw_marks_free(marks);
  dw_buf_free(&got);
}
#define MARKS(...) ((const char *const[]){__VA_ARGS__, NULL})

TEST(marks_replace_the_usual_ones_in_every_format)
{
  check_marks(MARKS("-", "-999"), "a,b\nNA,-\n-999.0,x\n,-999\n", "0: a=text:NA b=null:\n1: a=null: b=text:x\n2: a=null: b=null:\n");
  check_marks(MARKS("-", "-999", "\\N"), "{\"a\":\"NA\",\"b\":\"-\"}\n{\"a\":-999,\"b\":\"\\\\N\"}\n{\"a\":\"\",\"b\":[1]}\n",
              "0: a=text:NA b=null:\n1: a=null: b=null:\n2: a=null: b=vector:1,\n");
}

TEST(marks_of_a_column_leave_the_others_alone)
{
  check_marks(MARKS("a="), "a,b\nNA,NA\n,\n", "0: a=text:NA b=null:\n1: a=null: b=null:\n");
  check_marks(MARKS("a=x", "a=0", "b=y=true", "-"), "a,b\n0,-\nx,NA\n-,true\n",
              "0: a=null: b=null:\n1: a=null: b=text:NA\n2: a=text:- b=true:\n");
  check_marks(MARKS("b=true"), "{\"a\":true,\"b\":true}\n", "0: a=true: b=null:\n");
}

TEST(marks_without_a_column)
{
  dw_err err = {0};
  dw_marks *marks;
  dw_text_list list = {.text = (const char *[]){"=NA"}, .count = 1};
  CHECK(dw_marks_make(&marks, &list, &err) == DW_EUSAGE && !marks && strstr(err.message, "\"=NA\" names no column"));
  CHECK(dw_marks_make(&marks, &(dw_text_list){0}, &err) == DW_OK && !marks && dw_marks_usual(marks, "a", 1));
}
