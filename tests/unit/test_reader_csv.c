/* CSV through the whole reader: files, compression, blocks, threads. What a record means is test_csv's. */
#include "test.h"

#include <fcntl.h>
#include <unistd.h>

#include "batch_text.h"
#include "giver.h"
#include "io/formats/csv.h"
#include "io/formats/formats.h"
#include "io/bytes/output.h"

static char folder[] = "dw-test-reader-csv-XXXXXX";
static char paths[3][64];

static void clean_up(void)
{
  for (int i = 0; i < 3; i++) unlink(paths[i]);
  rmdir(folder);
}

/* A file of this text, compressed as the name says; its path. */
static const char *file_of(int number, const char *suffix, const char *text, size_t length)
{
  static bool made;
  if (!made && (!mkdtemp(folder) || atexit(clean_up) != 0)) abort();
  made = true;
  if (paths[number][0]) unlink(paths[number]);
  snprintf(paths[number], sizeof paths[number], "%s/f%d%s", folder, number, suffix);
  dw_output *output;
  if (dw_output_open(&output, paths[number], NULL) != DW_OK || dw_output_write(output, text, length, NULL) != DW_OK ||
      dw_output_commit(output, NULL) != DW_OK)
    abort();
  return paths[number];
}

static const char *name_of(const void *reader, uint32_t id) { return dw_reader_column_name(reader, id); }

/* All that a reader gives: records, then the error or what was skipped. The folder's name is cut from messages. Caller frees. */
static char *text_of(dw_reader *reader, dw_status status, dw_err err)
{
  dw_buf out = {0};
  const dw_batch *batch;
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) batch_text(&out, batch, name_of, reader);
  if (status != DW_OK)
    dw_buf_format(&out, "status %d %s\n", status,
                  err.message + (strncmp(err.message, folder, strlen(folder)) == 0 ? strlen(folder) + 1 : 0));
  if (reader && dw_reader_skipped(reader))
    dw_buf_format(&out, "skipped %d, first %s\n", (int)dw_reader_skipped(reader), dw_reader_first_skipped(reader) + strlen(folder) + 1);
  dw_reader_close(reader);
  dw_buf_cstr(&out);
  return out.data;
}

static char *read_text(const char *const *files, size_t count, const dw_reader_options *options)
{
  dw_reader *reader;
  dw_err err;
  dw_status status = dw_reader_open(&reader, files, count, options, &err);
  return text_of(reader, status, err);
}

/* The bytes of a file given in pieces; 0: as they lie in memory. */
static char *read_given(const char *file, size_t piece, const dw_reader_options *options)
{
  char bytes[4096];
  int fd = open(file, O_RDONLY);
  ssize_t length = read(fd, bytes, sizeof bytes);
  CHECK(length >= 0 && length < (ssize_t)sizeof bytes);
  close(fd);
  giver g = {bytes, (size_t)length, piece, false};
  dw_reader *reader;
  dw_err err;
  dw_input *input = piece ? dw_input_of_source(file, give, &g) : dw_input_of_memory(file, bytes, g.length);
  dw_status status = dw_reader_open_input(&reader, input, options, &err);
  return text_of(reader, status, err);
}

static void check_everywhere(int line, const char *const *files, size_t count, dw_reader_options options, size_t largest, const char *want)
{
  for (options.block = 1; options.block <= largest; options.block++)
    for (options.threads = 1; options.threads <= 3; options.threads += 2) {
      char *got = read_text(files, count, &options);
      test_check(strcmp(got, want) == 0, __FILE__, line, "blocks of %zu, %u threads: got \"%s\", want \"%s\"", options.block,
                 options.threads, got, want);
      dw_free(got);
    }
  for (size_t piece = 0; piece <= largest && count == 1; piece++) {
    options.block = piece % 3 * 17;
    char *got = read_given(files[0], piece, &options);
    test_check(strcmp(got, want) == 0, __FILE__, line, "pieces of %zu: got \"%s\", want \"%s\"", piece, got, want);
    dw_free(got);
  }
}

static const char sample[] = "id,\"the \"\"name\"\"\",x\r\n1,plain,2.5\r\n2,\"with, comma\",\r\n\r\n3,\"two\r\nlines\",-1e3\r\n4,\"say "
                             "\"\"hi\"\"\",NA\r\n5,caf\xc3\xa9,true";

TEST(reader_csv_every_block_and_thread)
{
  static const char *const suffixes[] = {".csv", ".csv.zst", ".csv.gz"};
  for (int k = 0; k < 3; k++) {
    const char *file = file_of(0, suffixes[k], sample, sizeof sample - 1);
    check_everywhere(__LINE__, &file, 1, (dw_reader_options){0}, sizeof sample + 1,
                     "0: id=int:1 the \"name\"=text:plain x=real:2.5\n"
                     "1: id=int:2 the \"name\"=text:with, comma x=null:\n"
                     "2: id=int:3 the \"name\"=text:two\r\nlines x=real:-1000\n"
                     "3: id=int:4 the \"name\"=text:say \"hi\" x=null:\n"
                     "4: id=int:5 the \"name\"=text:caf\xc3\xa9 x=true:\n");
  }
}

TEST(reader_csv_lines_and_header)
{
  const char *file = file_of(0, ".csv", sample, sizeof sample - 1);
  check_everywhere(__LINE__, &file, 1, (dw_reader_options){.spans = true}, sizeof sample + 1,
                   "0:2: id=int:1 the \"name\"=text:plain x=real:2.5\n"
                   "1:3: id=int:2 the \"name\"=text:with, comma x=null:\n"
                   "2:5: id=int:3 the \"name\"=text:two\r\nlines x=real:-1000\n"
                   "3:7: id=int:4 the \"name\"=text:say \"hi\" x=null:\n"
                   "4:8: id=int:5 the \"name\"=text:caf\xc3\xa9 x=true:\n");
  dw_reader *reader;
  const dw_batch *batch;
  dw_err err;
  size_t length;
  CHECK(dw_reader_open(&reader, &file, 1, &(dw_reader_options){0}, &err) == DW_OK);
  CHECK(dw_reader_next(reader, &batch, &err) == DW_OK && batch && dw_reader_next(reader, &batch, &err) == DW_OK && !batch);
  const char *header = dw_reader_header(reader, &length);
  CHECK(header && dw_text_equal(header, length, "id,\"the \"\"name\"\"\",x\r\n") && dw_reader_delimiter(reader) == ',');
  CHECK(dw_reader_format(reader) == &dw_csv_format && dw_reader_unterminated(reader) && dw_reader_rows(reader) == 5);
  dw_reader_close(reader);
}

TEST(reader_csv_errors)
{
  static const char ragged[] = "a,b\n1,2\n\"x\n\ny\",4\n5\n6,7\n8,9,10\n11,12\n";
  const char *file = file_of(0, ".csv", ragged, sizeof ragged - 1);
  check_everywhere(__LINE__, &file, 1, (dw_reader_options){0}, sizeof ragged,
                   "0: a=int:1 b=int:2\n1: a=text:x\n\ny b=int:4\nstatus 3 f0.csv:6: expected 2 fields, got 1\n");
  check_everywhere(__LINE__, &file, 1, (dw_reader_options){.skip_errors = true}, sizeof ragged,
                   "0: a=int:1 b=int:2\n1: a=text:x\n\ny b=int:4\n2: a=int:6 b=int:7\n3: a=int:11 b=int:12\n"
                   "skipped 2, first f0.csv:6: expected 2 fields, got 1\n");
  static const char header[] = "a,b,a\n1,2,3\n";
  file = file_of(0, ".csv", header, sizeof header - 1);
  check_everywhere(__LINE__, &file, 1, (dw_reader_options){0}, sizeof header,
                   "0: a=int:1 b=int:2 a_2=int:3\n"); /* a name of its own each */
  static const char open[] = "a,b\n1,2\n3,\"never\nclosed\n5,6\n";
  file = file_of(0, ".csv", open, sizeof open - 1);
  check_everywhere(__LINE__, &file, 1, (dw_reader_options){0}, sizeof open,
                   "0: a=int:1 b=int:2\nstatus 3 f0.csv:3:3: a quoted field is not closed\n");
}

TEST(reader_csv_several_inputs)
{
  static const char first[] = "a,b\n1,x\n2,y\n", second[] = "b;c\nz;3\n", third[] = "{\"c\":4,\"d\":5}\n";
  const char *files[] = {file_of(0, ".csv", first, sizeof first - 1), file_of(1, ".csv.gz", second, sizeof second - 1),
                         file_of(2, "", third, sizeof third - 1)};
  check_everywhere(__LINE__, files, 3, (dw_reader_options){0}, 20,
                   "0: a=int:1 b=text:x\n1: a=int:2 b=text:y\n2: b=text:z c=int:3\n3: c=int:4 d=int:5\n");
  static const char bad[] = "b\nz\n1,2\n";
  files[1] = file_of(1, ".csv", bad, sizeof bad - 1);
  check_everywhere(__LINE__, files, 3, (dw_reader_options){0}, 20,
                   "0: a=int:1 b=text:x\n1: a=int:2 b=text:y\n2: b=text:z\nstatus 3 f1.csv:3: expected 1 field, got 2\n");
}

/* A quote that swallows the file must not swallow the memory: the record is refused when it passes the limit. */
TEST(reader_csv_line_limit)
{
  dw_buf text = {0};
  dw_buf_text(&text, "a,b\n1,2\n3,\"");
  for (int i = 0; i < 50000; i++) dw_buf_format(&text, "%d,%d\n", i, i);
  const char *file = file_of(0, ".csv", text.data, text.length);
  char *got = read_text(&file, 1, &(dw_reader_options){.line_limit = 1000, .block = 100, .threads = 2});
  CHECK_TEXT(got, "0: a=int:1 b=int:2\nstatus 3 f0.csv:3: a record longer than 1000 bytes\n");
  dw_free(got);
  got = read_text(&file, 1, &(dw_reader_options){.threads = 2});
  CHECK_TEXT(got, "0: a=int:1 b=int:2\nstatus 3 f0.csv:3:3: a quoted field is not closed\n");
  dw_free(got);
  dw_buf_free(&text);
}

/* A table of some size, in its order whatever the blocks; some records quoted, some not. */
TEST(reader_csv_many_rows)
{
  enum { ROWS = 30000 };
  dw_buf text = {0};
  dw_buf_text(&text, "i,text,value\n");
  for (int i = 0; i < ROWS; i++)
    dw_buf_format(&text, i % 7 == 0 ? "%d,\"t\n%d\",%d.5\n" : i % 11 == 0 ? "%d,\"\"\"%d\"\"\",%d.5\n" : "%d,t %d,%d.5\n", i, i, i);
  const char *file = file_of(0, ".csv.zst", text.data, text.length);
  static const size_t blocks[] = {300, 4096, 70000, 0};
  for (int k = 0; k < 4; k++) {
    dw_reader *reader;
    const dw_batch *batch;
    dw_err err;
    int row = 0, wrong = 0;
    CHECK(dw_reader_open(&reader, &file, 1, &(dw_reader_options){.block = blocks[k], .threads = 2}, &err) == DW_OK);
    while (dw_reader_next(reader, &batch, &err) == DW_OK && batch)
      for (size_t r = 0; r < batch->rows; r++, row++) {
        char want[40];
        snprintf(want, sizeof want, row % 7 == 0 ? "t\n%d" : row % 11 == 0 ? "\"%d\"" : "t %d", row);
        dw_cell cell = dw_batch_find(batch, 1)->cells[r];
        wrong += dw_batch_find(batch, 0)->cells[r].number != row || dw_batch_find(batch, 2)->cells[r].number != row + 0.5 ||
                 !dw_text_equal(batch->text + cell.text.offset, cell.text.length, want);
      }
    CHECK(row == ROWS && wrong == 0);
    dw_reader_close(reader);
  }
  dw_buf_free(&text);
}
