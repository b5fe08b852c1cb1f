/* fuzz_columnar: what the fuzz targets of Parquet and Arrow share: bytes damaged at random, read to the end as any command would. */
#ifndef DW_TESTS_FUZZ_COLUMNAR_H
#define DW_TESTS_FUZZ_COLUMNAR_H

#include "base/rng.h"
#include "io/reader/reader.h"
#include "target.h"

/* Bytes changed, cut out, repeated, or the rest cut off. */
FUZZ_UNIT void columnar_damage(dw_buf *bytes, dw_rng *rng)
{
  if (!bytes->length) return;
  size_t at = (size_t)dw_rng_below(rng, bytes->length), left = bytes->length - at;
  size_t part = (size_t)dw_rng_below(rng, left < 64 ? left : 64);
  switch (dw_rng_below(rng, 6)) {
  case 0: bytes->length = at; break;
  case 1:
    memmove(bytes->data + at, bytes->data + at + part, left - part);
    bytes->length -= part;
    break;
  case 2:
    dw_buf_room(bytes, part);
    memmove(bytes->data + at + part, bytes->data + at, left);
    bytes->length += part;
    break;
  case 3: bytes->data[at] ^= (char)(1 << dw_rng_below(rng, 8)); break;
  case 4: memset(bytes->data + at, dw_rng_below(rng, 2) ? 0xff : 0, part < 8 ? part : 8); break;
  default: bytes->data[at] = (char)dw_rng_below(rng, 256);
  }
}

FUZZ_UNIT void columnar_damages(dw_buf *bytes, dw_rng *rng) /* none, or a few at once */
{
  for (uint64_t times = dw_rng_below(rng, 4); times > 0; times--) columnar_damage(bytes, rng);
}

static bool fuzz_as_text(void *context, const char *name, size_t length) { return length % 2; }

/* NULL: read, or refused with an error of the data; *rows: how many. The bytes are copied to a place of just their length, for the
 * sanitizer. spans, as_text: as filters and comparisons ask. */
FUZZ_UNIT const char *fuzz_columnar(const char *bytes, size_t length, bool spans, bool as_text, uint64_t *rows)
{
  char *exact = dw_alloc(length);
  dw_reader *reader;
  dw_err err;
  const dw_batch *batch = NULL;
  uint64_t sum = 0;
  *rows = 0;
  if (length) memcpy(exact, bytes, length);
  dw_status status =
      dw_reader_open_input(&reader, dw_input_of_memory("f", exact, length),
                           &(dw_reader_options){.threads = 1, .spans = spans, .as_text = as_text ? fuzz_as_text : NULL}, &err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) {
    for (size_t k = 0; k < batch->column_count; k++)
      for (size_t i = 0; i < batch->rows; i++) {
        dw_tag tag = (dw_tag)batch->columns[k].tags[i];
        dw_cell cell = batch->columns[k].cells[i];
        bool text = tag == DW_STRING || tag == DW_OTHER;
        for (uint32_t b = 0; text && b < cell.text.length; b++) sum += (unsigned char)batch->text[cell.text.offset + b];
        for (uint32_t b = 0; tag == DW_VECTOR && b < cell.text.length; b++) sum += batch->pool[cell.text.offset + b] > 0;
        if (spans && tag != DW_ABSENT) sum += (unsigned char)batch->text[batch->columns[k].spans[i].value];
      }
    *rows += batch->rows;
  }
  dw_reader_close(reader);
  dw_free(exact);
  (void)sum;
  return status == DW_OK || status == DW_EDATA || status == DW_EUSAGE ? NULL : "an error that is none of the data's";
}

#endif
