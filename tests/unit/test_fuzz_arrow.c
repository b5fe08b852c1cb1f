#include "test.h"

#define FUZZ_NO_MAIN
#include "../fuzz/fuzz_arrow.c"

/* The short form of tests/fuzz/fuzz_arrow. */
TEST(damaged_streams_are_records_or_an_error)
{
  uint64_t read;
  const char *problem = fuzz_arrow(3000, 1, &read);
  CHECK_MSG(!problem, "%s", problem);
  CHECK_MSG(read > 300 && read < 2700, "%d streams with rows", (int)read); /* both kinds */
}

/* What is said of a stream, read to its end. */
static dw_status read_all(const unsigned char *bytes, size_t length, dw_err *err)
{
  dw_reader *reader;
  const dw_batch *batch = NULL;
  dw_status status = dw_reader_open_input(&reader, dw_input_of_memory("f", bytes, length), &(dw_reader_options){.threads = 1}, err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, err)) == DW_OK && batch) continue;
  dw_reader_close(reader);
  return status;
}

/* The stream of all kinds with 2^30 for the rows of a list's elements, and 2^30 for how many of them a list has. */
static void check_list(const char *column, size_t rows, size_t count)
{
  unsigned char *bytes = malloc(sizeof arrow_kinds_seed);
  char says[100];
  dw_err err = {0};
  memcpy(bytes, arrow_kinds_seed, sizeof arrow_kinds_seed);
  memcpy(bytes + rows, "\0\0\0\x40", 4);
  memcpy(bytes + count, "\0\0\0\x40", 4);
  dw_status status = read_all(bytes, sizeof arrow_kinds_seed, &err);
  free(bytes);
  snprintf(says, sizeof says, "f: column \"%s\": its lists are longer than what is there for them", column);
  CHECK_MSG(status == DW_EDATA && strcmp(err.message, says) == 0, "%s", err.message);
}

/* Of views, of lists of a fixed size, and of elements that take no bytes at all. */
TEST(lists_take_no_more_memory_than_their_bytes_allow)
{
  check_list("views", 1672, 1888);
  check_list("whole", 1704, 2000);
  check_list("empty", 1768, 2236);
}

/* Four rows, of which the head of the batch says that they are 2^32 + 4. */
TEST(a_batch_has_no_more_rows_than_arrow_advises)
{
  enum { ROWS_AT = 792 };
  unsigned char bytes[sizeof arrow_seed];
  dw_err err = {0};
  memcpy(bytes, arrow_seed, sizeof bytes);
  CHECK(read_all(bytes, sizeof bytes, &err) == DW_OK && bytes[ROWS_AT] == 4);
  bytes[ROWS_AT + 4] = 1;
  CHECK(read_all(bytes, sizeof bytes, &err) == DW_EDATA);
  CHECK_MSG(strstr(err.message, "more rows than the 2147483647"), "%s", err.message);
}
