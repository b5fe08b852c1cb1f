#include "data/datasets/parted_cells.h"

#include "golden.h"

enum { ROWS = 2000, BATCHES = 60, PARTS = 6, LETTERS = 12 };

/* A column's cells of one batch. */
typedef struct made {
  uint8_t tags[ROWS];
  dw_cell cells[ROWS];
  char text[ROWS * LETTERS];
  size_t length;
} made;

typedef struct kind {
  const char *name;
  void (*cell)(made *out, size_t row, uint64_t random);
  bool taken, keep_texts; /* taken: most batches are */
} kind;

static void put_number(made *out, size_t row, dw_tag tag, double number)
{
  out->tags[row] = (uint8_t)tag;
  out->cells[row].number = number;
}

static void put_text(made *out, size_t row, dw_tag tag, const char *begin, unsigned value)
{
  int length = snprintf(out->text + out->length, LETTERS, "%s%u", begin, value);
  out->tags[row] = (uint8_t)tag;
  out->cells[row].text.offset = (uint32_t)out->length;
  out->cells[row].text.length = (uint32_t)length;
  out->length += (size_t)length;
}

static void hours(made *out, size_t row, uint64_t random) { put_number(out, row, DW_INTEGER, (double)(random % 24)); }

static void prices(made *out, size_t row, uint64_t random)
{
  uint64_t cents = random % 100 ? random % 3000 : random % 90000; /* some beyond what is counted by what they are */
  put_number(out, row, cents % 100 ? DW_REAL : DW_INTEGER, (double)cents / 100 * (cents % 17 ? 1 : -0.0));
}

static void numbers_and_gaps(made *out, size_t row, uint64_t random)
{
  if (random % 7 == 0) put_text(out, row, DW_NULL, random % 3 ? "n" : "NA", 0);
  else if (random % 11 == 0) out->tags[row] = DW_ABSENT;
  else if (random % 501 == 0) put_number(out, row, DW_REAL, random % 2 ? INFINITY : -INFINITY);
  else put_number(out, row, DW_REAL, (double)(random % 400) / 10);
}

static void words(made *out, size_t row, uint64_t random)
{
  if (random % 13 == 0) put_text(out, row, DW_STRING_ESCAPED, "\\u0041", (unsigned)(random % 5));
  else put_text(out, row, DW_STRING, random % 4 ? "w" : "a b", (unsigned)(random % 3 ? random % 8 : random % 500));
}

static void mixed(made *out, size_t row, uint64_t random)
{
  if (random % 10 == 0) put_text(out, row, DW_STRING, "odd ", (unsigned)(random % 6));
  else if (random % 10 == 1) out->tags[row] = random % 3 ? DW_TRUE : DW_FALSE;
  else hours(out, row, random);
}

static void reals(made *out, size_t row, uint64_t random) { put_number(out, row, DW_REAL, (double)random * 0x1p-64); }
static void names(made *out, size_t row, uint64_t random) { put_text(out, row, DW_STRING, "n", (unsigned)(random % 9500)); }

static void others(made *out, size_t row, uint64_t random)
{
  if (random % 9) hours(out, row, random);
  else put_text(out, row, DW_OTHER, "[[", (unsigned)(random % 3));
}

static const kind kinds[] = {
    {"hours", hours, true, false},       {"prices", prices, true, false},   {"numbers and gaps", numbers_and_gaps, true, false},
    {"words", words, true, false},       {"mixed", mixed, true, false},     {"reals", reals, false, false},
    {"many names", names, false, false}, {"names kept", names, true, true}, {"others", others, false, false}};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* The fifth part is too rare to count its numbers, and the last one begins late. */
static void place_rows(uint8_t *place, size_t batch)
{
  for (size_t row = 0; row < ROWS; row++) {
    uint64_t random = golden_bits(99 + batch, row);
    place[row] = random % 400 == 0 ? 4 : batch > BATCHES / 3 && random % 3 == 0 ? 5 : (uint8_t)(random % 4);
  }
}

static void add_apart(dw_column *column, size_t part, const uint8_t *place, const dw_batch *batch, const dw_batch_column *cells)
{
  uint8_t take[ROWS];
  for (size_t row = 0; row < ROWS; row++) take[row] = place[row] == part;
  dw_column_add(column, batch, cells, take);
}

static bool same_moments(const dw_moments *a, const dw_moments *b)
{
  return a->count == b->count && a->mean == b->mean && a->mean_low == b->mean_low && a->m2 == b->m2 && a->m3 == b->m3 && a->m4 == b->m4 &&
         a->min == b->min && a->max == b->max;
}

static void check_same(dw_column *a, dw_column *b, uint64_t rows, const char *name, size_t part)
{
  double *scratch = malloc((BATCHES * ROWS + 1) * sizeof *scratch);
  bool bytes = !a->counts || dw_column_bytes(a) == dw_column_bytes(b);
  dw_column_finish(a, rows, scratch);
  dw_column_finish(b, rows, scratch);
  bool same = bytes && a->rows == b->rows && memcmp(a->tag, b->tag, sizeof a->tag) == 0 && a->infinite == b->infinite &&
              a->null_codes == b->null_codes && a->commas == b->commas && a->endless == b->endless && a->spaces == b->spaces &&
              a->instants == b->instants && a->distinct == b->distinct && a->numerals == b->numerals && a->first_count == b->first_count;
  same = same && a->sorted.count == b->sorted.count && a->sorted.total == b->sorted.total && !a->weight == !b->weight &&
         same_moments(&a->moments, &b->moments) && a->texts.count == b->texts.count;
  for (size_t i = 0; same && i < a->sorted.count; i++) same = a->value[i] == b->value[i] && (!a->weight || a->weight[i] == b->weight[i]);
  for (size_t i = 0; same && i < a->texts.count; i++)
    same = strcmp(a->texts.keys[i].text, b->texts.keys[i].text) == 0 && a->text_count[i] == b->text_count[i];
  CHECK_MSG(same, "%s, part %zu", name, part);
  free(scratch);
}

static void check_kind(const kind *k)
{
  made *one = malloc(sizeof *one);
  uint8_t place[ROWS];
  uint64_t rows[PARTS] = {0};
  dw_parted_texts texts = {0};
  dw_column apart[PARTS + 1], together[PARTS + 1]; /* the whole is the last */
  size_t taken = 0, both = 0;
  for (size_t i = 0; i <= PARTS; i++) dw_column_init(&apart[i], "c", k->keep_texts), dw_column_init(&together[i], "c", k->keep_texts);
  for (size_t at = 0; at < BATCHES; at++) {
    uint32_t count[PARTS] = {0};
    uint8_t present[PARTS];
    size_t presents = 0;
    dw_column *part[PARTS];
    place_rows(place, at);
    one->length = 0;
    for (size_t row = 0; row < ROWS; row++) k->cell(one, row, golden_bits(at + 1000, row)), count[place[row]]++;
    dw_batch batch = {.text = one->text, .text_length = one->length, .rows = ROWS, .null_texts = true};
    dw_batch_column cells = {.tags = one->tags, .cells = one->cells, .decimal = at % 2 ? DW_CELLS_COMMA : DW_CELLS_POINT};
    for (size_t i = 0; i < PARTS; i++) {
      if (count[i]) present[presents++] = (uint8_t)i;
      part[i] = &together[i];
      rows[i] += count[i];
      add_apart(&apart[i], i, place, &batch, &cells);
    }
    dw_column_add(&apart[PARTS], &batch, &cells, NULL);
    dw_parted_rows how = {place, PARTS, count, present, presents};
    bool took = dw_parted_add(&together[PARTS], part, &how, &batch, &cells, &texts);
    if (!took) dw_column_add(&together[PARTS], &batch, &cells, NULL);
    for (size_t i = 0; i < PARTS; i++)
      if (!took || !part[i]) add_apart(&together[i], i, place, &batch, &cells);
    taken += took;
    both += took && part[0] && part[1] && part[2] && part[3];
  }
  CHECK_MSG(k->taken ? both > BATCHES / 4 && taken < BATCHES : both < BATCHES / 8, "%s: %zu of %d batches were taken", k->name, both,
            BATCHES);
  for (size_t i = 0; i <= PARTS; i++) {
    check_same(&apart[i], &together[i], i < PARTS ? rows[i] : BATCHES * ROWS, k->name, i);
    dw_column_free(&apart[i]);
    dw_column_free(&together[i]);
  }
  dw_parted_texts_free(&texts);
  free(one);
}

TEST(together_as_apart)
{
  for (size_t i = 0; i < KINDS; i++) check_kind(&kinds[i]);
}

/* What the cells are not taken with. */
TEST(what_is_left_to_each_column)
{
  enum { FEW = 8 };
  double number[16384];
  uint8_t tags[FEW], place[FEW] = {0, 1, 0, 1, 0, 1, 0, 1}, present[] = {0, 1};
  dw_cell cell[FEW];
  uint32_t count[] = {4, 4};
  dw_column column[3];
  dw_parted_texts texts = {0};
  for (size_t i = 0; i < 16384; i++) number[i] = (double)(i % 10);
  for (size_t i = 0; i < FEW; i++) tags[i] = DW_INTEGER, cell[i].number = (double)i;
  for (size_t i = 0; i < 3; i++) {
    uint8_t *integers = malloc(16384);
    memset(integers, DW_INTEGER, 16384);
    dw_column_init(&column[i], "c", false);
    dw_column_add(&column[i], &(dw_batch){.rows = 16384}, &(dw_batch_column){.tags = integers, .cells = (const dw_cell *)number}, NULL);
    free(integers);
  }
  dw_batch batch = {.rows = FEW};
  dw_batch_column cells = {.tags = tags, .cells = cell};
  dw_parted_rows rows = {place, 2, count, present, 2};
  dw_column *part[] = {&column[1], &column[2]};
  CHECK(dw_parted_add(&column[0], part, &rows, &batch, &cells, &texts) && part[0] && part[1]);
  CHECK(column[0].rows == 16392 && column[1].rows == 16388 && column[2].counts->total == 16388 && column[0].counts->total == 16392);
  cells.spelled = 1;
  CHECK(!dw_parted_add(&column[0], part, &rows, &batch, &cells, &texts));
  cells.spelled = 0;
  column[0].keep_order = true;
  CHECK(!dw_parted_add(&column[0], part, &rows, &batch, &cells, &texts));
  column[0].keep_order = false;
  part[1] = NULL;
  CHECK(dw_parted_add(&column[0], part, &rows, &batch, &cells, &texts) && part[0] && !part[1] && column[2].rows == 16388);
  part[1] = &column[2];
  dw_column_compress(&column[2], 256);
  CHECK(dw_parted_add(&column[0], part, &rows, &batch, &cells, &texts) && part[0] && !part[1]);
  dw_column_compress(&column[0], 256);
  CHECK(!dw_parted_add(&column[0], part, &rows, &batch, &cells, &texts));
  for (size_t i = 0; i < 3; i++) dw_column_free(&column[i]);
  dw_parted_texts_free(&texts);
}
