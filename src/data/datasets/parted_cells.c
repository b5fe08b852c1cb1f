#include "data/datasets/parted_cells.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum {
  FEW_TEXTS = 8192,   /* fewer than a column may have before it asks whether they hardly repeat (data/columns/column.c) */
  TEXTS_LINKED = 256, /* what is known of more would be large */
  TAGS = DW_STRING_ESCAPED + 1
};

void dw_parted_texts_free(dw_parted_texts *texts)
{
  dw_free(texts->number);
  *texts = (dw_parted_texts){0};
}

/* --- what is taken --- */

typedef struct cells_facts {
  bool numbers, texts; /* some are */
  bool only_numbers;
  size_t reals; /* of only numbers */
} cells_facts;

/* false: there are some that nobody counts. */
static bool look_at(cells_facts *facts, const dw_batch_column *cells, size_t rows)
{
  *facts = (cells_facts){0};
  if (dw_cells_all_numbers(cells->tags, rows, &facts->reals)) {
    facts->numbers = facts->only_numbers = true;
    return true;
  }
  bool seen[UINT8_MAX + 1] = {false};
  for (size_t row = 0; row < rows; row++) seen[cells->tags[row]] = true;
  facts->numbers = seen[DW_INTEGER] || seen[DW_REAL];
  facts->texts = seen[DW_FALSE] || seen[DW_TRUE] || seen[DW_STRING] || seen[DW_STRING_ESCAPED];
  return !seen[DW_VECTOR] && !seen[DW_OTHER];
}

/* Whether the order of the cells of a batch makes no difference to it, nor who counts them. */
static bool takes(const dw_column *column, const cells_facts *facts, const dw_batch_column *cells, size_t rows)
{
  const dw_number_counts *counts = column->counts;
  if (column->sketch || column->keep_order || column->summary_size || column->part) return false;
  if (cells->spelled && !(cells->spelled == DW_SPELLED_MANY && column->spellings && column->spellings->many)) return false;
  if (facts->numbers && (!counts || !(counts->scale > 0))) return false;
  if (facts->numbers && (counts->distinct + rows > DW_NUMBER_COUNTS_MOST || counts->total + rows > UINT32_MAX)) return false;
  if (!facts->texts) return true;
  if (column->passages || column->endless || column->first_count < DW_STRAYS_NAMED) return false;
  return column->keep_texts || column->texts.count + rows <= FEW_TEXTS;
}

/* --- one pass --- */

typedef struct parting {
  dw_column *whole, **part;
  const dw_parted_rows *rows;
  const dw_batch *batch;
  const dw_batch_column *cells;
  dw_parted_texts *texts;
} parting;

static inline void add_number(dw_number_counts *counts, double number, size_t v)
{
  if (dw_number_counts_again(counts, v)) return;
  bool added = dw_number_counts_add(counts, number, 1);
  assert(added);
  (void)added;
}

/* Every cell is a finite number: the common case. Totals are what they were, and then what they come to. */
static void add_numbers(const parting *p)
{
  dw_number_counts *whole = p->whole->counts, *part[DW_PARTED_NONE];
  const dw_parted_rows *rows = p->rows;
  const double scale = whole->scale, *number = &p->cells->cells->number;
  uint64_t total[DW_PARTED_NONE], all = whole->total + p->batch->rows;
  for (size_t k = 0; k < rows->present_count; k++) {
    uint8_t at = rows->present[k];
    part[at] = p->part[at] ? p->part[at]->counts : NULL;
    total[at] = part[at] ? part[at]->total + rows->count[at] : 0;
  }
  for (size_t row = 0; row < p->batch->rows; row++) {
    size_t v = dw_number_counts_direct(number[row], scale, DW_NUMBER_COUNTS_DIRECT);
    dw_number_counts *own = part[rows->place[row]];
    add_number(whole, number[row], v);
    if (own) add_number(own, number[row], v);
  }
  whole->total = all;
  for (size_t k = 0; k < rows->present_count; k++)
    if (part[rows->present[k]]) part[rows->present[k]]->total = total[rows->present[k]];
}

static uint32_t count_text(dw_column *column, const char *text, size_t length, bool string)
{
  size_t before = column->texts.count;
  uint32_t index = dw_map_intern(&column->texts, text, length);
  if (index < before) {
    column->text_count[index]++;
    return index;
  }
  column->text_count = dw_grow(column->text_count, &column->text_capacity, column->texts.count, sizeof *column->text_count);
  column->text_count[index] = 1;
  if (string) dw_column_look(column, text, length);
  return index;
}

static uint32_t *linked(const parting *p, uint32_t index, uint8_t place)
{
  dw_parted_texts *texts = p->texts;
  if (index >= TEXTS_LINKED) return NULL;
  size_t before = texts->capacity, at = index * p->rows->parts + place;
  if (at >= before) {
    texts->number = dw_grow(texts->number, &texts->capacity, at + 1, sizeof *texts->number);
    memset(texts->number + before, 0, (texts->capacity - before) * sizeof *texts->number);
  }
  return &texts->number[at];
}

static void add_text(const parting *p, size_t row, dw_tag tag, dw_column *part)
{
  size_t length = tag == DW_TRUE ? 4 : 5;
  const char *text = tag == DW_TRUE ? "true" : "false";
  if (tag >= DW_STRING) text = dw_cell_text(p->batch, tag, p->cells->cells[row], &p->whole->scratch, &length);
  uint32_t index = count_text(p->whole, text, length, tag >= DW_STRING);
  if (!part) return;
  uint32_t *link = linked(p, index, p->rows->place[row]);
  if (link && *link) {
    part->text_count[*link - 1]++;
    return;
  }
  uint32_t own = count_text(part, text, length, tag >= DW_STRING);
  if (link) *link = own + 1;
}

static void add_one(const parting *p, size_t row, dw_tag tag, dw_column *part)
{
  double number = p->cells->cells[row].number;
  switch (tag) {
  case DW_INTEGER:
  case DW_REAL:
    if (isinf(number)) {
      p->whole->infinite++;
      if (part) part->infinite++;
      return;
    }
    dw_number_counts_add(p->whole->counts, number, 1);
    if (part) dw_number_counts_add(part->counts, number, 1);
    return;
  case DW_NULL:
    if (!p->batch->null_texts || p->cells->cells[row].text.length != 2) return;
    p->whole->null_codes++;
    if (part) part->null_codes++;
    return;
  case DW_ABSENT: return;
  default: add_text(p, row, tag, part);
  }
}

static void note_tag(dw_column *column, const dw_batch_column *cells, unsigned tag, uint64_t times)
{
  column->rows += times;
  column->tag[tag] += times;
  if (tag != DW_REAL) return;
  if (cells->decimal == DW_CELLS_COMMA) column->commas += times;
  else if (cells->decimal == DW_CELLS_POINT_DOUBTFUL) column->doubtful += times;
}

static void note_alike(const parting *p, dw_tag tag)
{
  note_tag(p->whole, p->cells, tag, p->batch->rows);
  for (size_t k = 0; k < p->rows->present_count; k++) {
    uint8_t at = p->rows->present[k];
    if (p->part[at]) note_tag(p->part[at], p->cells, tag, p->rows->count[at]);
  }
}

static void note_tags(const parting *p)
{
  uint32_t(*times)[TAGS] = dw_alloc_zero(p->rows->parts, sizeof *times);
  for (size_t row = 0; row < p->batch->rows; row++) times[p->rows->place[row]][p->cells->tags[row]]++;
  for (size_t k = 0; k < p->rows->present_count; k++) {
    uint8_t at = p->rows->present[k];
    for (unsigned tag = 0; tag < TAGS; tag++) {
      note_tag(p->whole, p->cells, tag, times[at][tag]);
      if (p->part[at]) note_tag(p->part[at], p->cells, tag, times[at][tag]);
    }
  }
  dw_free(times);
}

bool dw_parted_add(dw_column *whole, dw_column **part, const dw_parted_rows *rows, const dw_batch *batch, const dw_batch_column *cells,
                   dw_parted_texts *texts)
{
  cells_facts facts;
  bool any = false;
  if (cells->counted || !look_at(&facts, cells, batch->rows) || !takes(whole, &facts, cells, batch->rows)) return false;
  for (size_t k = 0; k < rows->present_count; k++) {
    uint8_t at = rows->present[k];
    bool both = part[at] && takes(part[at], &facts, cells, rows->count[at]);
    if (!both || (facts.numbers && part[at]->counts->scale != whole->counts->scale)) part[at] = NULL;
    any |= part[at] != NULL;
  }
  if (!any) return false;
  parting p = {whole, part, rows, batch, cells, texts};
  if (facts.only_numbers && (facts.reals == 0 || facts.reals == batch->rows)) note_alike(&p, facts.reals ? DW_REAL : DW_INTEGER);
  else note_tags(&p);
  if (facts.only_numbers && dw_cells_all_finite(cells->cells, batch->rows)) add_numbers(&p);
  else
    for (size_t row = 0; row < batch->rows; row++) add_one(&p, row, (dw_tag)cells->tags[row], part[rows->place[row]]);
  return true;
}
