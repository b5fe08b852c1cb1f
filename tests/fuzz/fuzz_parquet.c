/* fuzz_parquet: the reader of Parquet on files made of pages with anything in them, of every type, encoding and repetition, and on files
 * of our own writer that were damaged: records or an error, never a crash. (A sanitizer is what finds most.)
 *
 *   fuzz_parquet [COUNT [SEED]]
 *
 * tests/unit/test_fuzz_parquet.c includes this file and runs a short form.
 */
#include "fuzz_columnar.h"
#include "io/formats/convert.h"
#include "io/parquet/values.h"
#include "../unit/parquet_maker.h"

FUZZ_UNIT dw_status keep(void *context, const void *bytes, size_t length, dw_err *err)
{
  dw_buf_add(context, bytes, length);
  return DW_OK;
}

FUZZ_UNIT void written_file(dw_buf *file)
{
  static const char row[] =
      "{\"i\":1,\"r\":1.5,\"b\":true,\"s\":\"x\",\"v\":[1,2],\"t\":\"2026-01-01T00:00:00Z\"}\n{\"s\":\"y\",\"v\":[]}\n";
  dw_err err;
  dw_convert *c = dw_convert_new(&(dw_convert_options){.form = DW_WRITTEN_PARQUET, .by = "fuzz", .write = keep, .context = file});
  for (int i = 0; i < 20; i++) dw_convert_write(c, row, sizeof row - 1, &err);
  dw_convert_end(c, &err);
  dw_convert_free(c);
}

/* A body whose first bytes are often what levels and lengths begin with. */
static void random_page(maker *m, size_t column, int kind, bool dictionary, dw_rng *rng)
{
  char body[256];
  size_t length = (size_t)dw_rng_below(rng, sizeof body);
  for (size_t i = 0; i < length; i++) body[i] = (char)dw_rng_below(rng, dw_rng_below(rng, 2) ? 8 : 256);
  if (length >= 8 && dw_rng_below(rng, 2)) memcpy(body, "\x02\0\0\0\x08\x01", 6); /* levels of V1: four times 1 */
  maker_head head = {.kind = kind, .encoding = dictionary ? 0 : (int)dw_rng_below(rng, 10), .values = (int64_t)dw_rng_below(rng, 12)};
  if (kind == DW_PAGE_DATA_V2) {
    head.rows = (int64_t)dw_rng_below(rng, 12);
    head.definition_bytes = (size_t)dw_rng_below(rng, 4);
    head.repetition_bytes = (size_t)dw_rng_below(rng, 4);
  }
  maker_page(m, column, head, body, length);
}

static void random_file(dw_buf *file, dw_rng *rng)
{
  maker m = {0};
  (void)maker_column;
  size_t columns = 1 + (size_t)dw_rng_below(rng, 3);
  static const char *const names[] = {"a", "bc", "d"};
  for (size_t k = 0; k < columns; k++)
    maker_add(&m, (maker_node){.name = names[k],
                               .physical = (int)dw_rng_below(rng, DW_PHYSICALS),
                               .repetition = (int)dw_rng_below(rng, 3),
                               .width = (int)dw_rng_below(rng, 20),
                               .converted = (int)dw_rng_below(rng, 23) - 1,
                               .scale = (int)dw_rng_below(rng, 5)});
  for (size_t k = 0; k < columns; k++) {
    if (dw_rng_below(rng, 2)) random_page(&m, k, DW_PAGE_DICTIONARY, true, rng);
    for (uint64_t pages = 1 + dw_rng_below(rng, 2); pages > 0; pages--)
      random_page(&m, k, dw_rng_below(rng, 2) ? DW_PAGE_DATA : DW_PAGE_DATA_V2, false, rng);
  }
  maker_finish(&m, (int64_t)dw_rng_below(rng, 12), (int)m.nodes, file);
}

FUZZ_UNIT const char *fuzz_parquet(uint64_t count, uint64_t seed, uint64_t *read)
{
  dw_buf made = {0}, whole = {0};
  const char *problem = NULL;
  written_file(&whole);
  *read = 0;
  for (uint64_t i = 0; i < count && !problem; i++) {
    dw_rng rng;
    uint64_t rows;
    dw_rng_start(&rng, dw_rng_derive(seed, "fuzz_parquet"), i, 0);
    made.length = 0;
    if (i % 3) random_file(&made, &rng);
    else dw_buf_add(&made, whole.data, whole.length);
    if (i % 3 == 0 && i) columnar_damages(&made, &rng);
    problem = fuzz_columnar(made.data, made.length, i % 2, i % 5 == 1, &rows);
    *read += rows > 0;
  }
  dw_buf_free(&made);
  dw_buf_free(&whole);
  return problem;
}

#if !defined(FUZZ_NO_MAIN)
static const char *fuzz_one(const char *bytes, size_t length)
{
  uint64_t rows;
  return fuzz_columnar(bytes, length, length % 2, length % 5 == 1, &rows);
}

static void fuzz_change(dw_buf *input, dw_rng *rng)
{
  if (dw_rng_below(rng, 4)) {
    columnar_damage(input, rng);
  } else {
    input->length = 0;
    random_file(input, rng);
  }
}

FUZZ_TARGET("parquet", fuzz_one, fuzz_change);
#endif
