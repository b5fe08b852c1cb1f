/* fuzz_records: an input of unknown format, as every command reads it: told from its bytes, uncompressed (gzip, zstd), turned into UTF-8.
 * It is records or an error of the data, and the same records in large blocks and in small ones. */
#include "fuzz_columnar.h"
#include "io/formats/formats.h"

enum { PLAIN = 1 << 20 }; /* bytes: a little may be endless once it is uncompressed */

static dw_status read_all(const char *bytes, size_t length, size_t block, bool skip, uint64_t *rows, char digest[33], dw_err *err)
{
  dw_reader *reader = NULL;
  const dw_batch *batch = NULL;
  dw_input *input = dw_input_of_memory("f", bytes, length);
  dw_input_limit(input, PLAIN);
  dw_reader_options how = {.threads = 1, .block = block, .skip_errors = skip};
  dw_status status = dw_reader_open_input(&reader, input, &how, err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, err)) == DW_OK && batch) *rows += batch->rows;
  if (status == DW_OK) {
    *rows += dw_reader_skipped(reader);
    dw_reader_digest(reader, digest);
  }
  dw_reader_close(reader);
  return status;
}

static const char *fuzz_one(const char *bytes, size_t length)
{
  dw_err one = {0}, other = {0};
  uint64_t rows = 0, again = 0;
  char digest[33] = "", digest_again[33] = "";
  dw_status status = read_all(bytes, length, 0, length % 2, &rows, digest, &one);
  if (status != DW_OK && status != DW_EDATA && status != DW_EUSAGE) return "an error that is none of the data's";
  dw_status second = read_all(bytes, length, 64, length % 2, &again, digest_again, &other);
  if (second != DW_OK && second != DW_EDATA && second != DW_EUSAGE) return "an error that is none of the data's, in small blocks";
  /* what an input is, is told from its first block: a smaller one may leave more open, others say what is wrong, and with the decimal comma
   * of CSV another record may be left out; those left out are counted with the others */
  if (status == DW_OK && second == DW_OK && (rows != again || strcmp(digest, digest_again) != 0))
    return "in small blocks there are other records";
  return NULL;
}

FUZZ_TARGET("records", fuzz_one, NULL);
