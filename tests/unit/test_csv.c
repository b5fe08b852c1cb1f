#include "test.h"

#include <inttypes.h>

#include "base/num.h"
#include "base/str.h"
#include "io/formats/csv.h"
#include "io/formats/csv_parts.h"
#include "io/formats/formats.h"

static const dw_scan_options defaults = {.line_limit = DW_LINE_LIMIT, .field_limit = DW_FIELD_LIMIT};

static const char *column_name(const dw_table *table, uint32_t local)
{
  for (size_t i = 0; i < table->batch.column_count; i++)
    if (table->listed[i].local == local) return table->listed[i].name;
  return "?";
}

static void cell_text(dw_buf *out, const dw_batch *batch, dw_tag tag, dw_cell cell)
{
  static const char letters[] = "?nifFts?v";
  char number[40];
  dw_buf_char(out, letters[tag]);
  if (tag == DW_STRING) dw_buf_add(out, batch->text + cell.text.offset, cell.text.length);
  for (uint32_t i = 0; tag == DW_VECTOR && i < cell.text.length; i++) {
    snprintf(number, sizeof number, "%s%.17g", i ? " " : "", batch->pool[cell.text.offset + i]);
    dw_buf_text(out, number);
  }
  if (tag != DW_INTEGER && tag != DW_REAL) return;
  snprintf(number, sizeof number, "%.17g", cell.number);
  dw_buf_text(out, number);
}

/* What a table holds: a line a record, "LINE(when spans are kept) name=KIND value|…". raw: the block, for the spans. */
static void table_text(dw_buf *out, const dw_table *table, bool spans, uint64_t lines)
{
  const dw_batch *batch = &table->batch;
  for (size_t row = 0; row < batch->rows; row++) {
    if (spans) {
      dw_buf_format(out, "%" PRIu64 " {", lines + batch->line[row]);
      dw_buf_add(out, batch->text + batch->record[row], batch->record_length[row]);
      dw_buf_text(out, "} ");
    }
    for (size_t c = 0; c < batch->column_count; c++) {
      const dw_batch_column *column = &batch->columns[c];
      dw_buf_format(out, "%s=", column_name(table, column->id));
      cell_text(out, batch, column->tags[row], column->cells[row]);
      if (spans) {
        CHECK(column->spans[row].key == column->spans[row].value);
        dw_buf_text(out, "{");
        dw_buf_add(out, batch->text + column->spans[row].value, column->spans[row].length);
        dw_buf_text(out, "}");
      }
      dw_buf_char(out, '|');
    }
    dw_buf_char(out, '\n');
  }
}

/* The outcome of scanning one block, at the end of out. false: a bad record ended it. */
static bool scan_block(dw_csv *csv, const dw_block *block, size_t from, uint64_t *lines, size_t *skipped, dw_buf *first_skipped, bool spans,
                       dw_buf *out)
{
  dw_table *table = dw_table_new();
  bool going = true;
  while (from < block->length && going) {
    size_t before = from;
    dw_csv_scan(csv, block, &from, table);
    CHECK(from > before && from <= block->length);
    table_text(out, table, spans, *lines);
    if (table->batch.skipped && *skipped == 0)
      dw_buf_format(first_skipped, "first skipped %" PRIu64 ":%" PRIu64 ": %s\n", *lines + table->first_skipped.line,
                    table->first_skipped.column, table->first_skipped.text);
    *skipped += table->batch.skipped;
    going = !table->error.set;
    if (!going) dw_buf_format(out, "bad %" PRIu64 ":%" PRIu64 ": %s\n", *lines + table->error.line, table->error.column, table->error.text);
    *lines += table->lines;
  }
  dw_table_free(table);
  return going;
}

/* A document, cut into blocks of at least `piece` bytes as the reader cuts them. The result belongs to the caller. */
static char *scan_document(const dw_scan_options *options, bool library_only, size_t piece, const char *text, size_t length)
{
  dw_buf out = {0}, first_skipped = {0};
  dw_err err;
  dw_csv_header *header;
  if (dw_csv_header_read(&header, text, length, options, "doc", &err) != DW_OK) return dw_strdup(err.message);
  dw_csv *csv = dw_csv_new(options);
  dw_csv_library_only(csv, library_only);
  uint64_t lines = header->begin.lines;
  size_t from = header->begin.bytes, skipped = 0;
  bool first = true, going = true;
  for (size_t at = 0; at < length && going;) {
    size_t have = 0, cut = 0;
    while (cut == 0 && have < length - at) {
      have = length - at - have < piece ? length - at : have + piece;
      cut = at + have == length ? have : dw_csv_format.cut(text + at, have, &header->begin);
      if (at == 0 && cut < from) cut = 0;
    }
    char *bytes = dw_alloc_zero(cut + DW_BLOCK_PADDING, 1); /* exactly the padding: the sanitizer sees what reads further */
    memcpy(bytes, text + at, cut);
    bytes[cut] = '\n';
    dw_block block = {.bytes = bytes, .length = cut, .first = first, .header = &header->begin};
    going = scan_block(csv, &block, first ? from : 0, &lines, &skipped, &first_skipped, options->spans, &out);
    dw_free(bytes);
    first = false;
    at += cut;
  }
  dw_buf_add(&out, first_skipped.data, first_skipped.length);
  dw_buf_free(&first_skipped);
  if (skipped) dw_buf_format(&out, "skipped %zu\n", skipped);
  dw_csv_free(csv);
  dw_csv_header_free(header);
  dw_buf_cstr(&out);
  return out.data;
}

static void check_scan_bytes(int line, const dw_scan_options *options, const char *text, size_t length, const char *want)
{
  for (size_t piece = 1; piece <= length + 1; piece++)
    for (int library = 0; library < 2; library++) {
      char *got = scan_document(options, library, piece, text, length);
      test_check(strcmp(got, want) == 0, __FILE__, line, "blocks of %zu, %s: got \"%s\", want \"%s\"", piece, library ? "libcsv" : "quick",
                 got, want);
      dw_free(got);
    }
}

#define CHECK_SCAN(text, want) CHECK_SCAN_WITH(&defaults, text, want)
#define CHECK_SCAN_WITH(options, text, want) check_scan_bytes(__LINE__, options, text, sizeof text - 1, want)

/* What is told of the begin of a document; want NULL: nothing. */
static void check_notice(int line, const dw_scan_options *options, const char *text, const char *want)
{
  dw_csv_header *header;
  dw_err err;
  CHECK(dw_csv_header_read(&header, text, strlen(text), options, "doc", &err) == DW_OK);
  const char *got = header->begin.notice;
  test_check(got && want ? strcmp(got, want) == 0 : got == want, __FILE__, line, "%s: %s", text, got ? got : "nothing told");
  dw_csv_header_free(header);
}

static void check_suspect(int line, const dw_scan_options *options, const char *text, bool want)
{
  dw_csv_header *header;
  dw_err err;
  CHECK(dw_csv_header_read(&header, text, strlen(text), options, "doc", &err) == DW_OK);
  const char *notice = header->begin.notice;
  test_check(header->suspect == want && want == (notice && strstr(notice, "--header NAME")), __FILE__, line, "%s: %s", text,
             notice ? notice : "nothing told");
  dw_csv_header_free(header);
}

TEST(csv_records)
{
  CHECK_SCAN("a,b\n1,x\n2.5,y\n", "a=i1|b=sx|\na=f2.5|b=sy|\n");
  CHECK_SCAN("a,b\n1,x\n2.5,y", "a=i1|b=sx|\na=f2.5|b=sy|\n");
  CHECK_SCAN("a,b\r\n1,x\r\n2.5,y\r\n", "a=i1|b=sx|\na=f2.5|b=sy|\n");
  CHECK_SCAN("a,b\r\nx,1\r\ny,2.5", "a=sx|b=i1|\na=sy|b=f2.5|\n");
  CHECK_SCAN("a,b\nx,1\r\ny,2.5\r", "a=sx|b=i1|\na=sy|b=f2.5|\n");
  CHECK_SCAN("\xef\xbb\xbf"
             "a\n1\n",
             "a=i1|\n");
  CHECK_SCAN("\xef\xbb\xbf\"a\"\n1\n", "a=i1|\n");
  CHECK_SCAN("a\n", "");
  CHECK_SCAN("a", "");
  CHECK_SCAN("a,b", "");
  CHECK_SCAN("a,b,c\n,,\n", "a=n|b=n|c=n|\n");
  CHECK_SCAN("a,b\n,\n,1\n1,", "a=n|b=n|\na=n|b=i1|\na=i1|b=n|\n");
  CHECK_SCAN("a,b\n\n1,2\n  \n\t\n\r\n3,4\n\n", "a=i1|b=i2|\na=i3|b=i4|\n");
  CHECK_SCAN("a\n1\n\n2\n   \n\"\"\n3\n", "a=i1|\na=i2|\na=n|\na=i3|\n");
  CHECK_SCAN(" a , b\n x , 1 \n", " a =s x | b=i1|\n");
  CHECK_SCAN("a,b\ncaf\xc3\xa9,\xf0\x9f\x98\x80\n", "a=scaf\xc3\xa9|b=s\xf0\x9f\x98\x80|\n");
  CHECK_SCAN("a,b\ntrue,False\nTRUE,maybe\n", "a=t|b=F|\na=t|b=smaybe|\n");
  CHECK_SCAN("a,b\n-1e400,1e400\n", "a=f-inf|b=finf|\n");
  CHECK_SCAN("a\n\"None\"\nNone\n123456789012345678901234567890\n", "a=sNone|\na=n|\na=i1.2345678901234568e+29|\n");
}

TEST(csv_quotes)
{
  CHECK_SCAN("a,b\n\"1\",\"x\"\n", "a=i1|b=sx|\n");
  CHECK_SCAN("a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", "a=sx,y|b=ssay \"hi\"|\n");
  CHECK_SCAN("a,b\n\"two\nlines\",1\n\"three\r\n\r\nlines\",2\n", "a=stwo\nlines|b=i1|\na=sthree\r\n\r\nlines|b=i2|\n");
  CHECK_SCAN("a,b\r\n\"x\",\"y\"\r\n\"\",\"\"\"\"\r\n", "a=sx|b=sy|\na=n|b=s\"|\n");
  CHECK_SCAN("a\n\"x\ry\"\n", "a=sx\ry|\n");
  CHECK_SCAN("\"a\nb\",\"c,\"\"d\"\"\"\n1,2\n", "a\nb=i1|c,\"d\"=i2|\n");
  CHECK_SCAN("a,b\nplain,\"q\"\nplain,plain\n\"\"\"\",z\n", "a=splain|b=sq|\na=splain|b=splain|\na=s\"|b=sz|\n");
  CHECK_SCAN("a\n\"\n\n\"\n", "a=s\n\n|\n");
  /* quotes make a text of a mark where the writer has names without them, and say nothing where it quotes those too */
  CHECK_SCAN("a,b\n\" 1 \",\"NA\"\n\"true\",\"-inf\"\n", "a=i1|b=sNA|\na=t|b=f-inf|\n");
  CHECK_SCAN("\"a\",\"b\"\n\" 1 \",\"NA\"\n\"true\",\"-inf\"\n", "a=i1|b=n|\na=t|b=f-inf|\n");
  CHECK_SCAN("a,b\n\"\",NaT\n\\N,\"\\N\"\n", "a=n|b=n|\na=n|b=s\\N|\n");
}

/* Quotes between tabs that are characters after all: up to where the record would have ended by them, wherever a block is cut. */
TEST(csv_stray_quotes_between_tabs)
{
  CHECK_SCAN("a\tb\n\"q\"\t\"\n  \n\"\t \n\"\t0\n", "a=sq|b=s\"|\na=s\"|b=s |\na=s\"|b=i0|\n");
  CHECK_SCAN("a\tb\nx\t\"1\n2\"\ty\tz\n\"3\tz\n4\"\tw\n", "a=sx|b=s\"1|\nbad 3:0: expected 2 fields, got 3\n");
  CHECK_SCAN("a\tb\nx\t\"1\n2\"\n\"3\n4\"\tw\n", "a=sx|b=s1\n2|\na=s3\n4|b=sw|\n");
}

TEST(csv_delimiters)
{
  CHECK_SCAN("a\tb\n1\tx,y\n", "a=i1|b=sx,y|\n");
  CHECK_SCAN("a;b\n1;x,y\n2;\"z;\"\n", "a=i1|b=sx,y|\na=i2|b=sz;|\n");
  CHECK_SCAN("a;b,c\n1,x;y\n", "a;b=i1|c=sx;y|\n");
  CHECK_SCAN("\"a,b\";c\n1;2\n", "a,b=i1|c=i2|\n");
  CHECK_SCAN("a;b\tc\n1;2\t3\n", "a;b=s1;2|c=i3|\n");
  CHECK_SCAN("a|b\n1|x,y;z\n2|\"z|\"\n", "a=i1|b=sx,y;z|\na=i2|b=sz||\n");
  CHECK_SCAN("a|b,c\n1|2,3\n", "a|b=s1|2|c=i3|\n");
  CHECK_SCAN("a|b;c\n1|2;3\n", "a|b=s1|2|c=i3|\n");
  CHECK_SCAN("\"a|b\"\nx|y\n", "a|b=sx|y|\n"); /* one column, whose name is quoted */
  CHECK_SCAN("a|b\n1|2\n3\n", "a=i1|b=i2|\nbad 3:0: expected 2 fields, got 1\n");
  CHECK_SCAN("a\tb\n\t\n\tx\n", "a=n|b=n|\na=n|b=sx|\n"); /* a line of tabs is a record here */
}

TEST(csv_bad_records)
{
  CHECK_SCAN("a,b\n1,2\n3\n", "a=i1|b=i2|\nbad 3:0: expected 2 fields, got 1\n");
  CHECK_SCAN("a,b\n1,2,3\n4,5\n", "bad 2:0: expected 2 fields, got 3\n");
  CHECK_SCAN("a,b\n1,2,\n", "bad 2:0: expected 2 fields, got 3\n");
  CHECK_SCAN("a\n1\n\n1,\n", "a=i1|\nbad 4:0: expected 1 field, got 2\n");
  CHECK_SCAN("a,b\nx\n", "bad 2:0: expected 2 fields, got 1\n");
  CHECK_SCAN("a,b\n\"x\n\ny\",1\n\"z\"\n", "a=sx\n\ny|b=i1|\nbad 5:0: expected 2 fields, got 1\n");
  CHECK_SCAN("a,b\n\"x\ny\",1,2\n", "bad 2:0: expected 2 fields, got 3\n");
#define INNER "a quote within a field that does not begin with one (quote the whole field, and write the quote twice)"
#define BEHIND "text behind the closing quote of a field (a quote within a quoted field is written twice)"
  CHECK_SCAN("a,b\n5\" pipe,1\"\n", "bad 2:2: " INNER "\n");
  CHECK_SCAN("a,b\n1,x \"y\"\n", "bad 2:5: " INNER "\n");
  CHECK_SCAN("a,b\n1, \"y\"\n", "bad 2:4: " INNER "\n");
  CHECK_SCAN("a,b\n\"x\"y,1\n", "bad 2:4: " BEHIND "\n");
  CHECK_SCAN("a,b\n\"x\" ,1\n", "bad 2:4: " BEHIND "\n");
  CHECK_SCAN("a,b\n1,\"x\ny\"z\n", "bad 3:3: " BEHIND "\n");
  CHECK_SCAN("a,b\n1,2\n3,\"never closed\n4,5\n", "a=i1|b=i2|\nbad 3:3: a quoted field is not closed\n");
  CHECK_SCAN("a,b\n1,\"", "bad 2:3: a quoted field is not closed\n");
  CHECK_SCAN("a,b\n1,\"x\"\"\n", "bad 2:3: a quoted field is not closed\n");
  CHECK_SCAN("a,b\n1,\"x\r", "bad 2:3: a quoted field is not closed\n");
  CHECK_SCAN("a,b\nx\ry,1\n", "bad 2:2: " CSV_RETURN_FAULT "\n");
  CHECK_SCAN("a,b\n1,x\r\r\n", "bad 2:4: " CSV_RETURN_FAULT "\n");
  CHECK_SCAN("a,b\n\r1,2\n", "bad 2:1: " CSV_RETURN_FAULT "\n");
  CHECK_SCAN("a,b\n1,\r2\n", "bad 2:3: " CSV_RETURN_FAULT "\n");
  CHECK_SCAN("a,b\n\"x\ry\",z\rw\n", "bad 2:8: " CSV_RETURN_FAULT "\n");
  CHECK_SCAN("a,b\n1,x\xff\n", "bad 2:4: invalid UTF-8\n");
  CHECK_SCAN("a,b\n1,\"\n\xc3\"\n", "bad 3:1: invalid UTF-8\n");
  CHECK_SCAN("a,b\n1,2\n1,\0\n", "a=i1|b=i2|\nbad 3:3: a NUL byte\n");
}

TEST(csv_bad_headers)
{
  CHECK_SCAN("", "doc:1: the first line is empty; it should name the columns");
  CHECK_SCAN("\n1\n", "doc:1: the first line is empty; it should name the columns");
  CHECK_SCAN("\xef\xbb\xbf\r\n", "doc:1: the first line is empty; it should name the columns");
  CHECK_SCAN("a,b\"\n", "doc:1:4: " INNER);
  CHECK_SCAN("a,\"b\n\n", "doc:1:3: a quoted field is not closed");
  CHECK_SCAN("\xef\xbb\xbf"
             "a,\"b\"c\n",
             "doc:1:9: " BEHIND);
  CHECK_SCAN("a,b\r1,2\r3,4\r", "doc:1:4: " CSV_RETURN_FAULT);
  CHECK_SCAN("a,\xff\n", "doc:1:3: invalid UTF-8");
  CHECK_SCAN("a,\"\n\xff\"\n", "doc:2:1: invalid UTF-8");
  CHECK_SCAN("a\0b\n", "doc:1:2: a NUL byte");
  CHECK_SCAN("\xff\xfe"
             "a\0\n\0",
             "doc:1: this is UTF-16; convert it to UTF-8");
  dw_csv_header *header;
  dw_err err;
  CHECK(dw_csv_header_read(&header, "a,b,c", 5, &(dw_scan_options){.field_limit = 2}, "doc", &err) == DW_EDATA && !header);
  CHECK_TEXT(err.message, "doc:1: 3 columns; the most is 2");
  CHECK(dw_csv_header_read(&header,
                           "\xef\xbb\xbf"
                           "a; b\r\n1;2",
                           13, &(dw_scan_options){.field_limit = 2}, "doc", &err) == DW_OK);
  CHECK(dw_text_equal(header->begin.raw, header->begin.raw_length,
                      "\xef\xbb\xbf"
                      "a; b\r\n") &&
        header->begin.delimiter == ';');
  CHECK(header->begin.bytes == 9 && header->begin.lines == 1);
  dw_csv_header_free(header);
  dw_csv_header_free(NULL);
}

#define INDEX " (an index that pandas wrote? to_csv(index=False) leaves it out)"

TEST(csv_names_of_their_own)
{
  CHECK_SCAN("a,,b\n1,2,3\n", "a=i1|column_2=i2|b=i3|\n");
  CHECK_SCAN("\"\"\nx\n", "column_1=sx|\n");
  CHECK_SCAN("a,b,c,\"a\"\n1,2,3,4\n", "a=i1|b=i2|c=i3|a_2=i4|\n");
  CHECK_SCAN("a,a,a,a_2\n1,2,3,4\n", "a=i1|a_3=i2|a_4=i3|a_2=i4|\n"); /* who has a name keeps it */
  CHECK_SCAN("a,,column_2\n1,2,3\n", "a=i1|column_2_2=i2|column_2=i3|\n");
  check_notice(__LINE__, &defaults, "a,,b\n", "1 column without a name got one: column 2 is \"column_2\"");
  check_notice(__LINE__, &defaults, ",a\n", "1 column without a name got one: column 1 is \"column_1\"" INDEX);
  check_notice(__LINE__, &defaults, ",,\n", "3 columns without a name got one each: column 1 is \"column_1\"" INDEX);
  check_notice(__LINE__, &defaults, "p,p\n", "1 column with the name of another one got one: column 2 is \"p_2\"");
  check_notice(__LINE__, &defaults, "p,,p\n",
               "2 columns without a name, or with that of another one, got one each: column 2 is \"column_2\"");
  check_notice(__LINE__, &defaults, "a,b\n1,2\n", NULL);
}

/* Very many equal names take no longer than others. */
TEST(csv_many_equal_names)
{
  dw_buf text = {0};
  for (int i = 0; i < 60000; i++) dw_buf_text(&text, i ? ",p" : "p");
  dw_buf_char(&text, '\n');
  dw_csv_header *header;
  dw_err err;
  size_t length;
  CHECK(dw_csv_header_read(&header, text.data, text.length, &defaults, "doc", &err) == DW_OK);
  const char *last = dw_csv_header_name(header, 59999, &length);
  CHECK(dw_text_equal(last, length, "p_60000"));
  dw_csv_header_free(header);
  dw_buf_free(&text);
}

TEST(csv_first_record_of_values)
{
  static const char *const yes[] = {"1,2\n3,4\n",     "1,2",
                                    "2019,2020\n",    "5.1,setosa\n4.9,setosa\n6.0,virginica\n",
                                    "1;2,5\n3;4,5\n", "\357\273\2771\t-inf\n"};
  static const char *const no[] = {"id,2019\n1,2\n", "name,2019\nx,2\n",      "a,b\n1,2\n", "5.1,kind\n4.9,setosa\n", "a,b\nx,y\n", "a,b\n",
                                   "1,b\n,\n",       "red,small\nred,large\n"};
  dw_scan_options with = defaults;
  dw_dialect dialect = {.header = {(const char *[]){"a", "b"}, 2, 2}};
  for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) check_suspect(__LINE__, &defaults, yes[i], true);
  for (size_t i = 0; i < sizeof no / sizeof *no; i++) check_suspect(__LINE__, &defaults, no[i], false);
  with.dialect = &dialect;
  check_suspect(__LINE__, &with, "1,2\n3,4\n", false);
}

TEST(csv_dialects)
{
  dw_scan_options with = defaults;
  dw_dialect dialect = {.delimiter = ":"};
  with.dialect = &dialect;
  CHECK_SCAN_WITH(&with, "a:b,c\n1:x\n", "a=i1|b,c=sx|\n");
  CHECK_SCAN("sep=;\na,b;c\n1;2\n", "a,b=i1|c=i2|\n");
  CHECK_SCAN("sep=;\r\na;c\r\n1;2\r\n", "a=i1|c=i2|\n");
  CHECK_SCAN("\xef\xbb\xbf\"sep=|\"\na|c\n1|2\n3\n", "a=i1|c=i2|\nbad 4:0: expected 2 fields, got 1\n");
  CHECK_SCAN("sep=;\n\n", "doc:2: the first line is empty; it should name the columns");
  CHECK_SCAN("sep=\n1\n", "sep==i1|\n");
  CHECK_SCAN("sep=\"\na\n\"\"\"\"\n", "doc:1:5: " INNER);
  CHECK_SCAN("sep=1\n1\n", "sep=1=i1|\n");
  CHECK_SCAN("sep=;\na;\"b\"c\n", "doc:2:6: " BEHIND);
  dialect = (dw_dialect){.header = {(const char *[]){"x", "x", "z"}, 3, 3}};
  CHECK_SCAN_WITH(&with, "1,2,3\n4,5,6\n", "x=i1|x_2=i2|z=i3|\nx=i4|x_2=i5|z=i6|\n");
  CHECK_SCAN_WITH(&with, "1;2,5;3\n", "x=i1|x_2=f2.5|z=i3|\n");
  CHECK_SCAN_WITH(&with, "a,b;1\t2\t3\n", "x=sa,b;1|x_2=i2|z=i3|\n");
  CHECK_SCAN_WITH(&with, "1,2\n", "bad 1:0: expected 3 fields, got 2\n");
  CHECK_SCAN_WITH(&with, "\"\n\",2,3\n", "x=s\n|x_2=i2|z=i3|\n");
  CHECK_SCAN_WITH(&with, "", "");
  dw_csv_header *header;
  dw_err err;
  CHECK(dw_csv_header_read(&header, "sep=;\n1;2;3\n", 12, &with, "doc", &err) == DW_OK);
  CHECK(header->begin.bytes == 6 && header->begin.lines == 1 && header->begin.delimiter == ';');
  CHECK(dw_text_equal(header->begin.raw, header->begin.raw_length, "x;x_2;z\n"));
  dw_csv_header_free(header);
}

TEST(csv_tabs_without_quoting)
{
  CHECK_SCAN("a\tb\n5\" pipe\t1\n\"x\t2\nsay \"hi\"\t3\n", "a=s5\" pipe|b=i1|\na=s\"x|b=i2|\na=ssay \"hi\"|b=i3|\n");
  CHECK_SCAN("a\tb\n\"q\"\t\"say \"\"hi\"\"\"\n\"two\nlines\"\t1\r\n", "a=sq|b=ssay \"hi\"|\na=stwo\nlines|b=i1|\n");
  CHECK_SCAN("a\tb\n\"x\ty\n1\tz\"\n", "a=s\"x|b=sy|\na=i1|b=sz\"|\n"); /* one record of three fields otherwise */
  CHECK_SCAN("a\tb\n\"x\" y\t1\n\"\t\"\n", "a=s\"x\" y|b=i1|\na=s\"|b=s\"|\n");
  CHECK_SCAN("a\tb\n\"\"\t1\n\"\"\"\t2\n", "a=n|b=i1|\na=s\"\"\"|b=i2|\n");
  CHECK_SCAN("a\t5\" b\nx\ty\n", "a=sx|5\" b=sy|\n");
  CHECK_SCAN("a\tb\nx\ty\tz\n", "bad 2:0: expected 2 fields, got 3\n");
  CHECK_SCAN("a\tb\n\"x\ny\"\tz\tu\n", "bad 2:0: expected 2 fields, got 1\n");
  CHECK_SCAN("a\tb\n1\rx\ty\n", "bad 2:2: " CSV_RETURN_FAULT "\n");
  CHECK_SCAN("a\tb\n1\tx\xff\n", "bad 2:4: invalid UTF-8\n");
}

/* A quote that is never closed does not make a block of the rest of the file. */
TEST(csv_tabs_cut)
{
  dw_buf text = {0};
  while (text.length < 3 << 20) dw_buf_text(&text, text.length == 0 ? "\"x\ty\n" : "some text\twithout one\n");
  CHECK(dw_csv_tab_cut(text.data, 1000) == 0); /* it may still be closed */
  CHECK(dw_csv_tab_cut(text.data, text.length) == text.length);
  CHECK(dw_csv_tab_cut(text.data, text.length - 1) == text.length - 22);
  CHECK(dw_csv_tab_cut("a\tb\n\"x\ny", 9) == 4);
  CHECK(dw_csv_tab_cut("a\tb\n\"x\ny\"\tc\n", 12) == 12);
  CHECK(dw_csv_tab_cut("a\tb\n5\"\tc\nd", 10) == 9);
  dw_buf_free(&text);
}

TEST(csv_decimal_commas)
{
  dw_scan_options with = defaults;
  dw_dialect dialect = {.decimal = DW_DECIMAL_COMMA};
  CHECK_SCAN("a;b\n3,14;1\n,5;x\n", "a=f3.1400000000000001|b=i1|\na=f0.5|b=sx|\n");
  CHECK_SCAN("a;b\n-0,125;1\n+2,5e3;1\n", "a=f-0.125|b=i1|\na=f2500|b=i1|\n");
  CHECK_SCAN("a;b\n3,14;1\n1.234;2\n", "a=s3,14|b=i1|\na=f1.234|b=i2|\n");     /* two meanings */
  CHECK_SCAN("a;b\n1,234;1\n", "a=s1,234|b=i1|\n");                            /* thousands? */
  CHECK_SCAN("a;b\n1,234;1\n-0,125;1\n", "a=f1.234|b=i1|\na=f-0.125|b=i1|\n"); /* the other one says: no */
  CHECK_SCAN("a;b\n1.234,5;1\n3,1;1\n", "a=s1.234,5|b=i1|\na=s3,1|b=i1|\n");
  CHECK_SCAN("a;b\n1,2,3;1\n3,1;1\n", "a=s1,2,3|b=i1|\na=s3,1|b=i1|\n");
  CHECK_SCAN("a,b\n\"3,14\",1\n", "a=s3,14|b=i1|\n"); /* not with this delimiter */
  CHECK_SCAN("a\tb\n3,14\t1\n", "a=s3,14|b=i1|\n");
  check_notice(__LINE__, &defaults, "a;b\n3,14;1\n",
               "the numbers of \"a\" are read with a decimal comma (--decimal . keeps them as texts)");
  check_notice(__LINE__, &defaults, "a;b;c;d\n3,14;1;2,5;0,1\n",
               "the numbers of \"a\" and of 2 other columns are read with a decimal comma (--decimal . keeps them as texts)");
  with.dialect = &dialect;
  CHECK_SCAN_WITH(&with, "a;b\n1,234;1.5\n", "a=f1.234|b=s1.5|\n");
  CHECK_SCAN_WITH(&with, "a,b\n\"3,14\",NA\n", "a=f3.1400000000000001|b=n|\n");
  CHECK_SCAN_WITH(&with, "a;b\n1,2,3;-inf\n007,5;007\nx,y;1,\n", "a=s1,2,3|b=f-inf|\na=f7.5|b=s007|\na=sx,y|b=f1|\n");
  check_notice(__LINE__, &with, "a;b\n3,14;1\n", NULL);
  dialect.decimal = DW_DECIMAL_POINT;
  CHECK_SCAN_WITH(&with, "a;b\n3,14;1\n", "a=s3,14|b=i1|\n");
}

/* What the first numbers say, a later one may contradict. */
TEST(csv_a_point_behind_decimal_commas)
{
  dw_buf text = {0};
  dw_buf_text(&text, "a;b\n");
  for (int i = 0; i < 20000; i++) dw_buf_text(&text, "3,14;1\n");
  dw_buf_text(&text, "1.234;2\n5,5;3\n");
  char *got = scan_document(&defaults, false, text.length, text.data, text.length);
  CHECK_TEXT(strstr(got, "bad "),
             "bad 20002:0: column \"a\" has decimal commas in its first numbers and a point in this one, which may stand "
             "before decimals or between thousands: write one of them, or say --decimal ,\n");
  dw_free(got);
  dw_scan_options skip = defaults;
  skip.skip_errors = true;
  got = scan_document(&skip, true, text.length, text.data, text.length);
  CHECK(strstr(got, "a=f5.5|b=i3|\n") && strstr(got, "skipped 1\n"));
  dw_free(got);
  dw_buf_free(&text);
}

TEST(csv_vectors)
{
  CHECK_SCAN("v,n\n\"[0.1, 0.2]\",1\n[5],2\n\"[ 1e-3,-2 , +3]\",3\n",
             "v=v0.10000000000000001 0.20000000000000001|n=i1|\nv=v5|n=i2|\nv=v0.001 -2 3|n=i3|\n");
  CHECK_SCAN("v\n[]\n[x]\n\"[1,]\"\n\"[1,,2]\"\n[1\n\"[1, nan]\"\n[007]\n[1e999]\n\"[[1]]\"\n\"[\"\"a\"\"]\"\n",
             "v=s[]|\nv=s[x]|\nv=s[1,]|\nv=s[1,,2]|\nv=s[1|\nv=s[1, nan]|\nv=s[007]|\nv=s[1e999]|\nv=s[[1]]|\nv=s[\"a\"]|\n");
  CHECK_SCAN("v;n\n[1, 2];\"a\"\"\"\n", "v=v1 2|n=sa\"|\n"); /* read by the library */
}

TEST(csv_another_encoding)
{
  dw_scan_options with = defaults;
  dw_dialect dialect = {0};
  with.dialect = &dialect;
  CHECK_SCAN_WITH(&with, "a,b\n1,caf\xe9\n", "bad 2:6: invalid UTF-8: it looks like cp1252 (--encoding cp1252)\n");
  CHECK_SCAN_WITH(&with, "a,b\n1,\x81\n", "bad 2:3: invalid UTF-8: it looks like latin-1 (--encoding latin-1)\n");
  CHECK_SCAN_WITH(&with, "a,b\n1,\xc3\xa9\xe9\n", "bad 2:5: invalid UTF-8\n"); /* damaged */
  CHECK_SCAN_WITH(&with, "a,\xe9\n", "doc:1:3: invalid UTF-8: it looks like cp1252 (--encoding cp1252)");
  CHECK_SCAN_WITH(&with, "a\0,\0", "doc:1:2: a NUL byte: it looks like utf-16 (--encoding utf-16)");
}

TEST(csv_skips_errors)
{
  dw_scan_options options = defaults;
  options.skip_errors = true;
  static const char text[] = "a,b\n1,2\n3\n4,5\nx\xff,1\n6,\"7\n\"8\n9,10\n11,\"12\"\n13,14,15\n\"open\n1,2\n";
  CHECK_SCAN_WITH(&options, text,
                  "a=i1|b=i2|\na=i4|b=i5|\na=i9|b=i10|\na=i11|b=i12|\nfirst skipped 3:0: expected 2 fields, got 1\nskipped 5\n");
}

TEST(csv_spans)
{
  dw_scan_options options = defaults;
  options.spans = true;
  static const char text[] = "a,b\r\n1,x\r\n\n\"q \"\"1\"\"\",\"two\nlines\"\n,\"\"\n-2.5, NA\r\n\"3\",4";
  CHECK_SCAN_WITH(&options, text,
                  "2 {1,x} a=i1{1}|b=sx{x}|\n"
                  "4 {\"q \"\"1\"\"\",\"two\nlines\"} a=sq \"1\"{\"q \"\"1\"\"\"}|b=stwo\nlines{\"two\nlines\"}|\n"
                  "6 {,\"\"} a=n{}|b=n{\"\"}|\n"
                  "7 {-2.5, NA} a=f-2.5{-2.5}|b=s NA{ NA}|\n"
                  "8 {\"3\",4} a=i3{\"3\"}|b=i4{4}|\n");
}

static bool want_b(void *context, const char *name, size_t length) { return dw_text_equal(name, length, "b"); }

TEST(csv_wanted_columns_only)
{
  dw_scan_options options = defaults;
  options.want = want_b;
  CHECK_SCAN_WITH(&options, "a,b,c\n1,2,3\nx,\"y\",\"z\"\nu,v\n", "b=i2|\nb=sy|\nbad 4:0: expected 3 fields, got 2\n");
  options.spans = true;
  CHECK_SCAN_WITH(&options, "a,b,c\n1,2,3\n\"x\"\"\",\"y\"\"\",w\n", "2 {1,2,3} b=i2{2}|\n3 {\"x\"\"\",\"y\"\"\",w} b=sy\"{\"y\"\"\"}|\n");
}

static bool text_b(void *context, const char *name, size_t length) { return dw_text_equal(name, length, "b"); }

TEST(csv_columns_read_as_text)
{
  dw_scan_options options = defaults;
  options.as_text = text_b;
  CHECK_SCAN_WITH(&options, "a,b\n1.10,1.10\n007,007\r\n1,\"1e5\"\n2,1234567890123456789012345678901234\n3,9007199254740993\n",
                  "a=f1.1000000000000001|b=s1.10|\na=s007|b=s007|\na=i1|b=s1e5|\na=i2|b=s1234567890123456789012345678901234|\n"
                  "a=i3|b=s9007199254740993|\n");
  CHECK_SCAN_WITH(&options, "b,a\nNA,NA\n,\n\"\",\"\"\n 1 , 1 \n-inf,-inf\nTrue,True\nfalse,false\n\"say \"\"1\"\"\",2\n",
                  "b=sNA|a=n|\nb=n|a=n|\nb=n|a=n|\nb=s 1 |a=i1|\nb=s-inf|a=f-inf|\nb=t|a=t|\nb=F|a=F|\nb=ssay \"1\"|a=i2|\n");
  options.spans = true;
  CHECK_SCAN_WITH(&options, "a,b\n1.0,\"1.0\"\n", "2 {1.0,\"1.0\"} a=f1{1.0}|b=s1.0{\"1.0\"}|\n");
  options.want = text_b;
  CHECK_SCAN_WITH(&options, "a,b\n1.0,1.0\n", "2 {1.0,1.0} b=s1.0{1.0}|\n");
}

TEST(csv_limits)
{
  dw_scan_options options = defaults;
  options.line_limit = 6;
  CHECK_SCAN_WITH(&options, "a,b\n12,456\n123,56\r\n12,4567\n", "a=i12|b=i456|\na=i123|b=i56|\nbad 4:0: a record longer than 6 bytes\n");
  options.skip_errors = true;
  CHECK_SCAN_WITH(&options, "a,b\n12,4567\n\"12345\",1\n1,2\n", "a=i1|b=i2|\nfirst skipped 2:0: a record longer than 6 bytes\nskipped 2\n");
}

/* --- someone else's digits --- */

static size_t unhex(const char *hex, size_t length, char *out)
{
  if (length == 1 && *hex == '-') return 0;
  for (size_t i = 0; i + 1 < length; i += 2) {
    unsigned byte;
    sscanf(hex + i, "%2x", &byte);
    out[i / 2] = (char)byte;
  }
  return length / 2;
}

TEST(csv_cells_as_pandas_reads_them)
{
  char *file = test_read("golden/csv_cells.txt", NULL);
  CHECK(file != NULL);
  int count = 0;
  for (char *line = file, *next; line && *line; line = next, count++) {
    next = strchr(line, '\n') + 1;
    char text[200] = "", kind;
    double want = 0, got = 0;
    size_t hex = strcspn(line, " ");
    size_t length = unhex(line, hex, text);
    kind = line[hex + 1];
    if (kind == 'i' || kind == 'f') want = strtod(line + hex + 3, NULL);
    static const char letters[] = "?nifFts"; /* pandas' whole zero has no sign */
    dw_tag tag = dw_csv_cell(text, length, &got);
    if (length > 1 && *text == '0' && strspn(text, "0123456789") >= length) { /* a code, which pandas takes for a number */
      CHECK_MSG(tag == DW_STRING && kind == 'i', "\"%.*s\": got %c", (int)length, text, letters[tag]);
      continue;
    }
    CHECK_MSG(letters[tag] == kind && got == want && (kind == 'i' || signbit(got) == signbit(want)),
              "\"%.*s\": got %c %.17g, pandas says %c %.17g", (int)length, text, letters[tag], got, kind, want);
  }
  CHECK(count > 140);
  free(file);
}

/* The record and its cells as csv_documents.txt has them, from a table. */
static void plain_rows(dw_buf *out, const dw_table *table)
{
  const dw_batch *batch = &table->batch;
  for (size_t row = 0; row < batch->rows; row++) {
    dw_buf_char(out, ';');
    for (size_t c = 0; c < batch->column_count; c++) {
      dw_span span = batch->columns[c].spans[row];
      dw_tag tag = batch->columns[c].tags[row];
      const char *raw = batch->text + span.value;
      dw_buf text = {0};
      bool quoted = span.length && *raw == '"';
      for (size_t i = quoted; i + quoted < span.length; i++) {
        dw_buf_char(&text, raw[i]);
        if (quoted && raw[i] == '"') i++;
      }
      if (tag == DW_STRING)
        CHECK(batch->columns[c].cells[row].text.length == text.length &&
              memcmp(batch->text + batch->columns[c].cells[row].text.offset, text.data, text.length) == 0);
      if (c) dw_buf_char(out, ',');
      for (size_t i = 0; i < text.length; i++) dw_buf_format(out, "%02x", (unsigned char)text.data[i]);
      if (text.length == 0) dw_buf_char(out, '-');
      dw_buf_free(&text);
    }
  }
}

TEST(csv_documents_as_python_reads_them)
{
  char *file = test_read("golden/csv_documents.txt", NULL);
  CHECK(file != NULL);
  dw_scan_options options = defaults;
  options.spans = true;
  int count = 0;
  for (char *line = file, *next; line && *line; line = next, count++) {
    next = strchr(line, '\n') + 1;
    char text[8000];
    size_t hex = strcspn(line, " "), length = unhex(line, hex, text);
    char bytes[8000 + DW_BLOCK_PADDING] = {0};
    memcpy(bytes, text, length);
    bytes[length] = '\n';
    dw_err err;
    dw_csv_header *header;
    CHECK(dw_csv_header_read(&header, bytes, length, &(dw_scan_options){.field_limit = 100}, "doc", &err) == DW_OK);
    dw_buf out = {0};
    for (size_t c = 0; c < header->count; c++) {
      if (c) dw_buf_char(&out, ',');
      for (size_t i = 0; i < header->lengths[c]; i++) dw_buf_format(&out, "%02x", (unsigned char)header->names[c][i]);
    }
    dw_csv *csv = dw_csv_new(&options);
    dw_table *table = dw_table_new();
    dw_block block = {.bytes = bytes, .length = length, .first = true, .header = &header->begin};
    size_t from = header->begin.bytes;
    while (from < length) {
      dw_csv_scan(csv, &block, &from, table);
      CHECK(!table->error.set);
      if (table->error.set) break;
      plain_rows(&out, table);
    }
    CHECK_MSG(out.length == (size_t)(next - line) - hex - 2 && memcmp(out.data, line + hex + 1, out.length) == 0,
              "document %d: got %.*s, want %.*s", count, (int)out.length, out.data, (int)(next - line - (ptrdiff_t)hex), line + hex + 1);
    dw_table_free(table);
    dw_csv_free(csv);
    dw_csv_header_free(header);
    dw_buf_free(&out);
  }
  CHECK(count > 500);
  free(file);
}

/* --- the two ways agree --- */

static uint64_t random_state = 1;
static unsigned random_below(unsigned n)
{
  random_state = random_state * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(random_state >> 33) % n;
}

/* A random document. pieces: what its cells are made of. */
static void random_document(dw_buf *out, const char *const *pieces, unsigned count)
{
  unsigned columns = 1 + random_below(4), rows = random_below(8), odd = random_below(3);
  out->length = 0;
  for (unsigned c = 0; c < columns; c++) dw_buf_format(out, c ? ",%c" : "%c", 'a' + (int)c);
  for (unsigned r = 0; r < rows; r++) {
    dw_buf_text(out, random_below(4) ? "\n" : "\r\n");
    if (odd && random_below(8) == 0) continue;
    unsigned fields = columns + (odd && random_below(8) == 0 ? 1 : 0) - (odd && columns > 1 && random_below(8) == 0 ? 1 : 0);
    for (unsigned c = 0; c < fields; c++) {
      if (c) dw_buf_char(out, ',');
      for (unsigned k = random_below(4); k > 0; k--) dw_buf_text(out, pieces[random_below(count)]);
    }
  }
  if (random_below(3)) dw_buf_char(out, '\n');
}

static void check_agreement(const char *const *pieces, unsigned count, int documents, bool all_sizes)
{
  dw_buf text = {0};
  int wrong = 0;
  for (int i = 0; i < documents; i++) {
    dw_scan_options options = defaults;
    options.spans = i & 1;
    options.skip_errors = i & 2;
    if (i % 7 == 0) options.line_limit = 12;
    random_document(&text, pieces, count);
    char *want = scan_document(&options, true, text.length + 1, text.data, text.length);
    for (size_t piece = 1; piece <= text.length + 1; piece += all_sizes ? 1 : 1 + random_below(40)) {
      char *quick = scan_document(&options, false, piece, text.data, text.length);
      char *library = scan_document(&options, true, piece, text.data, text.length);
      if (strcmp(quick, want) != 0 || strcmp(library, want) != 0)
        CHECK_MSG(wrong++ > 3, "options %d, blocks of %zu, document \"%.*s\": want \"%s\", quick \"%s\", libcsv \"%s\"", i & 3, piece,
                  (int)text.length, text.data, want, quick, library);
      dw_free(quick);
      dw_free(library);
    }
    dw_free(want);
  }
  CHECK_MSG(wrong == 0, "%d differ", wrong);
  dw_buf_free(&text);
}

TEST(csv_quick_split_equals_libcsv)
{
  static const char *const pieces[] = {"1",
                                       "-",
                                       "2.5",
                                       "17",
                                       ".",
                                       "e5",
                                       "+",
                                       " ",
                                       "\t",
                                       "x",
                                       "NA",
                                       "nan",
                                       "inf",
                                       "true",
                                       "abcdefghijklmnopqrstuvwxyz",
                                       "\xc3\xa9",
                                       "12345678901234567890",
                                       "0.000000000000000000001",
                                       "0",
                                       "00",
                                       "\r",
                                       "\xff",
                                       "#N/A"};
  check_agreement(pieces, sizeof pieces / sizeof *pieces, 4000, false);
}

TEST(csv_quotes_at_every_block_size)
{
  static const char *const pieces[] = {"\"", "\"\"", "\"x\"", "\"a,b\"", "\"l\nm\"",   "\"\r\n\"", "x",
                                       "1",  "\n",   "\r",    ",",       "\"q\"\"r\"", "\xc3\xa9", ""};
  check_agreement(pieces, sizeof pieces / sizeof *pieces, 700, true);
}

/* The cut is where a plain count of quotes puts it. */
TEST(csv_cut)
{
  static const char alphabet[] = "ab\"\n,\n\"x";
  char text[300];
  for (int i = 0; i < 20000; i++) {
    size_t length = random_below(sizeof text), want = 0;
    bool inside = false;
    unsigned few = 2 + random_below(7);
    for (size_t k = 0; k < length; k++) {
      text[k] = random_below(4) ? alphabet[random_below(few)] : 'y';
      if (text[k] == '"') inside = !inside;
      if (text[k] == '\n' && !inside) want = k + 1;
    }
    CHECK(dw_csv_cut(text, length) == want);
  }
  CHECK(dw_csv_cut("", 0) == 0 && dw_csv_cut("abc", 3) == 0 && dw_csv_cut("a\nb", 3) == 2);
}

/* Inputs with other headers, one after the other, through one scanner; and back. */
TEST(csv_headers_change)
{
  static const char *const texts[] = {"a,b\n1,2\n", "b,c\n3,4\n", "a,b\n5,6\n", "b;a\n7;8\n"};
  dw_csv *csv = dw_csv_new(&defaults);
  dw_buf out = {0};
  for (int i = 0; i < 4; i++) {
    char bytes[8 + DW_BLOCK_PADDING] = {0};
    dw_csv_header *header;
    dw_err err;
    uint64_t lines = 0;
    size_t skipped = 0;
    memcpy(bytes, texts[i], 8);
    bytes[8] = '\n';
    CHECK(dw_csv_header_read(&header, bytes, 8, &(dw_scan_options){.field_limit = 100}, "doc", &err) == DW_OK);
    dw_block block = {.bytes = bytes, .length = 8, .first = true, .header = &header->begin};
    CHECK(scan_block(csv, &block, header->begin.bytes, &lines, &skipped, NULL, false, &out));
    CHECK(lines == 1);
    dw_csv_header_free(header);
  }
  CHECK_TEXT(dw_buf_cstr(&out), "a=i1|b=i2|\nb=i3|c=i4|\na=i5|b=i6|\nb=i7|a=i8|\n");
  dw_buf_free(&out);
  dw_csv_free(csv);
  dw_csv_free(NULL);
}

/* Very many columns: tables fill up before the block ends; nothing is lost. */
TEST(csv_wide)
{
  enum { COLUMNS = 60000, ROWS = 100 };
  dw_buf text = {0};
  for (int c = 0; c < COLUMNS; c++) dw_buf_format(&text, c ? ",c%d" : "c%d", c);
  for (int r = 0; r < ROWS; r++)
    for (int c = 0; c < COLUMNS; c++) dw_buf_format(&text, c ? ",%d" : "\n%d", (r + c) % 10);
  size_t length = text.length;
  dw_buf_room(&text, DW_BLOCK_PADDING);
  text.data[length] = '\n';
  dw_csv_header *header;
  dw_err err;
  CHECK(dw_csv_header_read(&header, text.data, length, &(dw_scan_options){.field_limit = DW_FIELD_LIMIT}, "doc", &err) == DW_OK);
  dw_csv *csv = dw_csv_new(&defaults);
  dw_table *table = dw_table_new();
  dw_block block = {.bytes = text.data, .length = length, .first = true, .header = &header->begin};
  size_t from = header->begin.bytes, rows = 0, tables = 0, wrong = 0;
  while (from < length) {
    dw_csv_scan(csv, &block, &from, table);
    CHECK(!table->error.set && table->batch.rows > 0 && table->batch.column_count == COLUMNS);
    for (size_t r = 0; r < table->batch.rows; r++)
      for (size_t c = 0; c < table->batch.column_count; c += 997)
        wrong += table->batch.columns[c].cells[r].number != (double)((rows + r + c) % 10);
    rows += table->batch.rows;
    tables++;
  }
  CHECK(rows == ROWS && tables > 1 && wrong == 0);
  dw_table_free(table);
  dw_csv_free(csv);
  dw_csv_header_free(header);
  dw_buf_free(&text);
}
