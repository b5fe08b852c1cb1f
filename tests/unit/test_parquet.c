/* Whole files through the reader: both versions of pages, dictionaries, missing values, lists, row by row the same whatever the pages; and
 * what is damaged. Files of real writers are read by tests/parquet.bats. */
#include "io/parquet/parquet.h"

#include "test.h"

#include "batch_text.h"
#include "io/parquet/values.h"
#include "parquet_maker.h"

static const char *name_of(const void *reader, uint32_t id) { return dw_reader_column_name(reader, id); }

/* The records as text (batch_text.h), or the message of the error. */
static const char *read_all(const dw_buf *file, bool (*want)(void *context, const char *name, size_t length))
{
  static dw_buf out;
  dw_reader *reader;
  dw_err err;
  const dw_batch *batch;
  out.length = 0;
  dw_input *input = dw_input_of_memory("f", file->data, file->length);
  dw_status status = dw_reader_open_input(&reader, input, &(dw_reader_options){.threads = 2, .want = want}, &err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) batch_text(&out, batch, name_of, reader);
  const char *name, *notice = status == DW_OK ? dw_reader_notice(reader, 0, &name) : NULL;
  if (notice) dw_buf_text(&out, notice);
  if (status != DW_OK) {
    out.length = 0;
    dw_buf_text(&out, err.message);
  }
  dw_reader_close(reader);
  return dw_buf_cstr(&out);
}

static void put_text(dw_buf *out, const char *text)
{
  put_little(out, strlen(text), 4);
  dw_buf_text(out, text);
}

/* n: 1, missing, 3; s: a, b, a by a dictionary. Levels of V1 stand behind their length. */
static void small_file(dw_buf *file, maker_head number, bool cut)
{
  maker m = {0};
  dw_buf body = {0};
  maker_add(&m, (maker_node){.name = "n", .physical = DW_PHYSICAL_INT64, .repetition = MAKER_OPTIONAL, .converted = -1});
  maker_add(&m, (maker_node){.name = "s", .physical = DW_PHYSICAL_BYTES, .repetition = MAKER_REQUIRED, .converted = 0});
  if (number.kind == DW_PAGE_DATA) put_little(&body, 2, 4);
  dw_buf_add(&body, "\x03\x05", 2); /* packed: 1, 0, 1 */
  put_little(&body, 1, 8);
  put_little(&body, 3, 8 - cut);
  number.values = number.rows = 3;
  number.definition_bytes = 2;
  maker_page(&m, 0, number, body.data, body.length);
  body.length = 0;
  put_text(&body, "a");
  put_text(&body, "b");
  maker_page(&m, 1, (maker_head){.kind = DW_PAGE_DICTIONARY, .values = 2}, body.data, body.length);
  maker_page(&m, 1, (maker_head){.values = 3, .encoding = DW_ENCODED_RLE_DICTIONARY}, "\x01\x03\x02", 3); /* packed: 0, 1, 0 */
  maker_finish(&m, 3, 2, file);
  dw_buf_free(&body);
}

static const char small_rows[] = "0: n=int:1 s=text:a\n1: n=null: s=text:b\n2: n=int:3 s=text:a\n";

TEST(pages_of_both_versions_are_the_same_rows)
{
  dw_buf file = {0};
  small_file(&file, (maker_head){.kind = DW_PAGE_DATA}, false);
  CHECK_TEXT(read_all(&file, NULL), small_rows);
  small_file(&file, (maker_head){.kind = DW_PAGE_DATA_V2}, false);
  CHECK_TEXT(read_all(&file, NULL), small_rows);
  dw_buf_free(&file);
}

static bool only_s(void *context, const char *name, size_t length) { return length == 1 && *name == 's'; }
static bool nothing(void *context, const char *name, size_t length) { return false; }

TEST(what_nobody_wants_is_not_looked_at)
{
  dw_buf file = {0};
  small_file(&file, (maker_head){.kind = DW_PAGE_DATA, .crc = true, .crc_wrong = true}, false);
  CHECK_TEXT(read_all(&file, only_s), "0: s=text:a\n1: s=text:b\n2: s=text:a\n");
  CHECK_TEXT(read_all(&file, nothing), "0:\n1:\n2:\n");
  CHECK_TEXT(read_all(&file, NULL), "f: column \"n\", the page at byte 4: its checksum is wrong: it is damaged");
  small_file(&file, (maker_head){.kind = DW_PAGE_DATA_V2, .crc = true}, false);
  CHECK_TEXT(read_all(&file, NULL), small_rows);
  dw_buf_free(&file);
}

TEST(a_file_cut_or_changed_anywhere_is_an_error_or_other_rows)
{
  dw_buf file = {0}, part = {0};
  small_file(&file, (maker_head){.kind = DW_PAGE_DATA}, false);
  for (size_t length = 4; length < file.length; length++) {
    part.length = 0;
    dw_buf_add(&part, file.data, length);
    CHECK_MSG(strstr(read_all(&part, NULL), "f: ") != NULL, "%zu bytes", length);
  }
  int errors = 0;
  for (size_t i = 4; i < file.length; i++)
    for (int bit = 0; bit < 8; bit++) {
      part.length = 0;
      dw_buf_add(&part, file.data, file.length);
      part.data[i] ^= (char)(1 << bit);
      errors += strstr(read_all(&part, NULL), "f: ") != NULL;
    }
  CHECK(errors > 0); /* and the sanitizers have nothing to say */
  small_file(&file, (maker_head){.kind = DW_PAGE_DATA}, true);
  CHECK_TEXT(read_all(&file, NULL), "f: column \"n\", the page at byte 4: its values end early");
  dw_buf_free(&file);
  dw_buf_free(&part);
}

/* v: [1, 2], [], missing, [3, missing], [4]; the last row goes on in a second page of V1. */
static void list_file(dw_buf *file)
{
  maker m = {0};
  dw_buf body = {0};
  maker_add(&m, (maker_node){.name = "v", .physical = -1, .repetition = MAKER_OPTIONAL, .children = 1, .converted = 3});
  maker_add(&m, (maker_node){.name = "list", .physical = -1, .repetition = MAKER_REPEATED, .children = 1, .converted = -1});
  maker_add(&m, (maker_node){.name = "element", .physical = DW_PHYSICAL_DOUBLE, .repetition = MAKER_OPTIONAL, .converted = -1});
  put_little(&body, 2, 4);
  dw_buf_add(&body, "\x03\x22", 2); /* repetition 0, 1, 0, 0, 0, 1, 0 */
  put_little(&body, 3, 4);
  dw_buf_add(&body, "\x03\x1f\x3b", 3); /* definition 3, 3, 1, 0, 3, 2, 3, 0 in two bits */
  static const double first[] = {1, 2, 3, 4}, second[] = {5};
  dw_buf_add(&body, first, sizeof first);
  maker_page(&m, 0, (maker_head){.values = 7}, body.data, body.length);
  body.length = 0;
  put_little(&body, 2, 4);
  dw_buf_add(&body, "\x02\x01", 2); /* once 1 */
  put_little(&body, 2, 4);
  dw_buf_add(&body, "\x02\x03", 2);
  dw_buf_add(&body, second, sizeof second);
  maker_page(&m, 0, (maker_head){.values = 1}, body.data, body.length);
  maker_finish(&m, 5, 1, file);
  dw_buf_free(&body);
}

TEST(lists_of_numbers_are_vectors)
{
  dw_buf file = {0};
  list_file(&file);
  CHECK_TEXT(read_all(&file, NULL), "0: v=vector:1,2,\n1: v=vector:\n2: v=null:\n3: v=other:[3,null]\n4: v=vector:4,5,\n");
  dw_buf_free(&file);
}

TEST(what_is_no_column_is_left_out_and_said)
{
  maker m = {0};
  dw_buf file = {0};
  maker_add(&m, (maker_node){.name = "m", .physical = -1, .repetition = MAKER_OPTIONAL, .children = 1, .converted = 1});
  maker_add(&m, (maker_node){.name = "kv", .physical = -1, .repetition = MAKER_REPEATED, .children = 1, .converted = -1});
  maker_add(&m, (maker_node){.name = "key", .physical = DW_PHYSICAL_INT32, .repetition = MAKER_REQUIRED, .converted = -1});
  maker_add(&m, (maker_node){.name = "a", .physical = -1, .repetition = MAKER_REQUIRED, .children = 1, .converted = -1});
  maker_add(&m, (maker_node){.name = "b", .physical = DW_PHYSICAL_INT32, .repetition = MAKER_REQUIRED, .converted = -1});
  maker_page(&m, 1, (maker_head){.values = 1}, "\x07\0\0\0", 4);
  maker_finish(&m, 1, 2, &file);
  CHECK_TEXT(read_all(&file, NULL), "0: a.b=int:7\ncolumns left out: \"m\" (a map)");
  dw_buf_free(&file);
}

/* So many rows that there are several blocks, in columns whose pages end elsewhere. */
TEST(pages_that_end_elsewhere_are_the_same_rows)
{
  enum { ROWS = 300000, FIRST = 7001, SECOND = 50000 };
  maker m = {0};
  dw_buf file = {0}, body = {0};
  static const int step[] = {FIRST, SECOND};
  maker_column(&m, "a", DW_PHYSICAL_INT32, MAKER_REQUIRED);
  maker_column(&m, "b", DW_PHYSICAL_INT32, MAKER_REQUIRED);
  for (size_t k = 0; k < 2; k++)
    for (int from = 0; from < ROWS; from += step[k]) {
      int count = ROWS - from < step[k] ? ROWS - from : step[k];
      body.length = 0;
      for (int i = 0; i < count; i++) put_little(&body, (uint64_t)(from + i), 4);
      maker_page(&m, k, (maker_head){.values = count}, body.data, body.length);
    }
  maker_finish(&m, ROWS, 2, &file);
  dw_reader *reader;
  const dw_batch *batch;
  dw_err err;
  size_t rows = 0, wrong = 0, batches = 0;
  CHECK(dw_reader_open_input(&reader, dw_input_of_memory("f", file.data, file.length), &(dw_reader_options){.threads = 2}, &err) == DW_OK);
  while (dw_reader_next(reader, &batch, &err) == DW_OK && batch) {
    batches++;
    for (size_t i = 0; i < batch->rows; i++, rows++)
      for (size_t k = 0; k < 2; k++) wrong += batch->columns[k].cells[i].number != (double)rows;
  }
  CHECK_MSG(rows == ROWS && wrong == 0 && batches > 2, "%zu rows, %zu wrong, %zu batches", rows, wrong, batches);
  dw_reader_close(reader);
  dw_buf_free(&file);
  dw_buf_free(&body);
}

/* a: 1, 2; b: 1, 2, and what else stands in its chunk. */
static const char *with_more(int32_t rows_in_a_page, int pages, int64_t rows_of_the_group)
{
  maker m = {0};
  dw_buf file = {0}, body = {0};
  maker_column(&m, "a", DW_PHYSICAL_INT32, MAKER_REQUIRED);
  maker_column(&m, "b", DW_PHYSICAL_INT32, MAKER_REQUIRED);
  for (int64_t i = 0; i < rows_of_the_group; i++) put_little(&body, (uint64_t)i + 1, 4);
  maker_page(&m, 0, (maker_head){.values = (int)rows_of_the_group}, body.data, body.length);
  for (int k = 0; k < pages; k++) {
    body.length = 0;
    for (int i = 0; i < rows_in_a_page; i++) put_little(&body, (uint64_t)(k * rows_in_a_page + i) + 1, 4);
    maker_page(&m, 1, (maker_head){.values = rows_in_a_page}, body.data, body.length);
  }
  maker_finish(&m, rows_of_the_group, 2, &file);
  const char *out = read_all(&file, NULL);
  dw_buf_free(&file);
  dw_buf_free(&body);
  return out;
}

TEST(a_column_of_more_rows_than_its_row_group_is_an_error)
{
  CHECK_TEXT(with_more(2, 1, 2), "0: a=int:1 b=int:1\n1: a=int:2 b=int:2\n");
  CHECK_TEXT(with_more(3, 1, 2), "f: column \"b\", the page at byte 29: the column has more rows than its row group");
  CHECK_TEXT(with_more(2, 2, 2), "f: column \"b\", the page at byte 54: the column has more rows than its row group");
  CHECK_TEXT(with_more(1, 3, 2), "f: column \"b\", the page at byte 71: the column has more rows than its row group");
  CHECK_TEXT(with_more(1, 1, 0), "f: column \"b\", the page at byte 21: the column has more rows than its row group");
  CHECK_TEXT(with_more(1, 1, 2), "f: column \"b\", the page at byte 50: the column ends before the rows of its row group do");
}

TEST(encrypted_files_are_refused_by_name)
{
  dw_buf file = {0};
  dw_buf_text(&file, "PARE............PARE");
  CHECK_TEXT(read_all(&file, NULL), "f: the Parquet file is encrypted, which is not read");
  dw_buf_free(&file);
}
