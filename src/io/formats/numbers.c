/* Numbers, one a line, as seq(1) and log filters write them: each is a record with the field "value". */
#include <string.h>

#include "io/formats/csv.h"
#include "io/formats/csv_number.h"
#include "io/formats/numbers.h"

typedef struct numbers {
  dw_builder builder;
  uint32_t id; /* of the column */
} numbers;

/* A line without what stands around its number. */
static void trim(const char **text, const char **end)
{
  while (*text < *end && (**text == ' ' || **text == '\t')) ++*text;
  while (*end > *text && ((*end)[-1] == ' ' || (*end)[-1] == '\t' || (*end)[-1] == '\r')) --*end;
}

/* By the first line that is not blank: a number, and nothing else. */
static dw_sniff sniff(const char *bytes, size_t length, bool all, dw_scan_error *wrong)
{
  const char *at = bytes, *stop = bytes + length;
  while (at < stop) {
    const char *end = memchr(at, '\n', (size_t)(stop - at)), *text = at, *last = end ? end : stop;
    double number;
    if (!end && !all) return DW_SNIFF_MORE;
    trim(&text, &last);
    if (last > text) {
      dw_tag tag = dw_csv_cell(text, (size_t)(last - text), &number);
      return tag == DW_INTEGER || tag == DW_REAL ? DW_SNIFF_YES : DW_SNIFF_NO;
    }
    at = end ? end + 1 : stop;
  }
  return all ? DW_SNIFF_NO : DW_SNIFF_MORE;
}

static size_t cut(const char *bytes, size_t length, const dw_header *header)
{
  const char *end = length ? memrchr(bytes, '\n', length) : NULL;
  return end ? (size_t)(end - bytes) + 1 : 0;
}

static void *scanner_new(const dw_scan_options *options)
{
  numbers *s = dw_alloc_zero(1, sizeof *s);
  dw_builder_init(&s->builder, options);
  s->id = dw_builder_name(&s->builder, DW_NUMBERS_FIELD, strlen(DW_NUMBERS_FIELD));
  return s;
}

static void scanner_free(void *scanner)
{
  numbers *s = scanner;
  if (!s) return;
  dw_builder_free(&s->builder);
  dw_free(s);
}

/* The cell of text[0..length), not empty. false: it is none. */
static bool take(dw_builder *b, dw_slot *slot, bool as_text, const char *base, const char *text, size_t length)
{
  dw_cell *cell = &slot->cells[b->row];
  double number;
  bool real;
  dw_tag tag;
  if (csv_number(text, length, &number, &real)) tag = real ? DW_REAL : DW_INTEGER;
  else tag = dw_csv_cell(text, length, &number);
  if (tag != DW_INTEGER && tag != DW_REAL && tag != DW_NULL) return false;
  if (tag == DW_NULL || as_text) {
    cell->text.offset = (uint32_t)(text - base);
    cell->text.length = (uint32_t)length;
  } else {
    cell->number = number;
  }
  slot->tags[b->row] = (uint8_t)(tag == DW_NULL ? DW_NULL : as_text ? DW_STRING : tag);
  if (slot->spans) slot->spans[b->row] = (dw_span){(uint32_t)(text - base), (uint32_t)(text - base), (uint32_t)length};
  return true;
}

static void scan(void *scanner, const dw_block *block, size_t *from, dw_table *table)
{
  numbers *s = scanner;
  dw_builder *b = &s->builder;
  const char *base = block->bytes, *end = base + block->length, *start = base + *from, *next = start;
  bool skip = b->options->skip_errors, as_text = b->names->as_text[s->id];
  b->line = 1;
  dw_builder_start(b, table, block->length - *from);
  for (bool room = true; room && next < end; b->line++) {
    const char *stop = memchr(next, '\n', (size_t)(end - next) + 1), *text = next, *last = stop, *wrong = NULL;
    trim(&text, &last);
    if ((size_t)(stop - next) > b->options->line_limit) wrong = "a record that is too long";
    if (!wrong && last > text) {
      dw_slot *slot = dw_builder_slot(b, s->id);
      if (!take(b, slot, as_text, base, text, (size_t)(last - text))) {
        wrong = "expected a number, and nothing else on its line";
        dw_builder_discard(b, &s->id, 1);
      }
    }
    if (wrong) dw_scan_fail(skip ? dw_scan_skipped(b->options, table) : &table->error, b->line, 1, "%s", wrong);
    if (wrong && !skip) break;
    if (wrong) table->batch.skipped++;
    else if (last > text) {
      if (b->options->spans) dw_builder_place(b, (size_t)(next - base), (size_t)(stop - next));
      room = dw_builder_commit(b, (size_t)(stop + 1 - start));
    }
    next = stop + 1;
  }
  if (next > end) next = end;
  table->lines = b->line - 1;
  table->batch.text_first = (uint32_t)*from;
  *from = table->batch.text_end = (uint32_t)(next - base);
  table->batch.null_texts = true;
  dw_builder_finish(b, base, block->length, (size_t)(next - start));
}

const dw_format dw_numbers_format = {.word = "numbers",
                                     .title = "numbers, one a line",
                                     .untyped = true,
                                     .lines = true,
                                     .sniff = sniff,
                                     .cut = cut,
                                     .scanner_new = scanner_new,
                                     .scanner_free = scanner_free,
                                     .scan = scan};

#define ENTRY(name) &dw_##name##_format,
const dw_format *const dw_formats_with_numbers[] = {&dw_numbers_format, DW_FORMAT_ROWS(ENTRY) NULL};
#undef ENTRY
