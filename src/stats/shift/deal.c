#include "stats/shift/deal.h"

#include <assert.h>
#include <stdbool.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/distributions/special.h"
#include "stats/tests/permutation.h"

enum {
  TABLE_MOST = 4096,  /* entries of one cell's table */
  ONE_BY_ONE_COST = 2 /* a row dealt singly costs about as much as so many cells looked up */
};

/* Entry i of width (a power of two): stays i when the low half of a random word is below `keep`, else becomes `other`. */
typedef struct alias {
  uint32_t keep;
  uint32_t other;
} alias;

typedef struct cell_table {
  const alias *entry;
  uint64_t first; /* the count that entry 0 stands for */
  unsigned bits;  /* log2 of the width */
} cell_table;

typedef enum deal_way { ONE_BY_ONE, BY_TABLES, BY_CELLS } deal_way;

struct dw_deal {
  size_t cells;
  uint64_t rows, drawn;
  deal_way way;
  uint64_t *size, *start; /* start[k]: rows in the cells before k */
  uint32_t *guide;        /* the cell that row (i << guide_shift) lies in */
  unsigned guide_shift;
  cell_table *table;
  dw_arena memory; /* of the tables' entries */
};

/* --- a row, and the cell it lies in --- */

static void guide_make(dw_deal *deal)
{
  while (deal->rows >> deal->guide_shift > 4 * deal->cells) deal->guide_shift++;
  size_t entries = (size_t)(deal->rows >> deal->guide_shift) + 1, k = 0;
  deal->guide = dw_alloc_array(entries, sizeof *deal->guide);
  for (size_t i = 0; i < entries; i++) {
    while (k + 1 < deal->cells && deal->start[k + 1] <= (uint64_t)i << deal->guide_shift) k++;
    deal->guide[i] = (uint32_t)k;
  }
}

static inline size_t cell_of(const dw_deal *deal, uint64_t row)
{
  size_t k = deal->guide[row >> deal->guide_shift];
  while (k + 1 < deal->cells && deal->start[k + 1] <= row) k++;
  return k;
}

/* Adds rows that are not in count[] yet, each of them as likely as any other. Within a cell the rows that are in count as its first ones.
 */
static void add_rows(const dw_deal *deal, dw_rng *rng, uint64_t *count, uint64_t missing)
{
  while (missing > 0) {
    uint64_t row = dw_rng_below(rng, deal->rows);
    size_t k = cell_of(deal, row);
    if (row - deal->start[k] < count[k]) continue;
    count[k]++;
    missing--;
  }
}

/* --- binomial tables --- */

static unsigned bits_for(uint64_t width)
{
  unsigned bits = 0;
  while (UINT64_C(1) << bits < width) bits++;
  return bits;
}

/* The counts that are more likely than some 1e-19: nine standard deviations, and more where the law is skewed. */
static void range_of(uint64_t size, double chance, uint64_t *first, uint64_t *width)
{
  double mean = (double)size * chance, reach = 9 * sqrt(mean * (1 - chance)) + 30;
  *first = mean > reach ? (uint64_t)(mean - reach) : 0;
  uint64_t last = (uint64_t)(mean + reach) + 1;
  *width = (last < size ? last : size) - *first + 1;
}

static bool tables_fit(const uint64_t *size, size_t cells, double chance)
{
  for (size_t k = 0; k < cells; k++) {
    uint64_t first, width;
    range_of(size[k], chance, &first, &width);
    if (width > TABLE_MOST) return false;
  }
  return true;
}

/* Vose, "A linear algorithm for generating random numbers with a given distribution", IEEE Trans. Softw. Eng. 17, 1991. weight[0 .. width)
 * add up to width; small and large are room for as many indices. */
static void alias_make(double *weight, size_t width, alias *entry, uint32_t *small, uint32_t *large)
{
  size_t smalls = 0, larges = 0;
  for (size_t i = 0; i < width; i++) {
    entry[i] = (alias){UINT32_MAX, (uint32_t)i};
    if (weight[i] < 1) small[smalls++] = (uint32_t)i;
    else large[larges++] = (uint32_t)i;
  }
  while (smalls > 0 && larges > 0) {
    uint32_t s = small[--smalls], l = large[larges - 1];
    entry[s] = (alias){(uint32_t)(weight[s] * 0x1p32), l};
    weight[l] -= 1 - weight[s];
    if (weight[l] < 1) {
      larges--;
      small[smalls++] = l;
    }
  }
}

typedef struct table_room {
  double weight[TABLE_MOST];
  uint32_t small[TABLE_MOST], large[TABLE_MOST];
} table_room;

static cell_table table_make(dw_deal *deal, uint64_t size, double chance, table_room *room)
{
  uint64_t first, width;
  range_of(size, chance, &first, &width);
  cell_table table = {.first = first, .bits = bits_for(width)};
  size_t entries = (size_t)1 << table.bits;
  uint64_t mode = (uint64_t)((double)(size + 1) * chance);
  if (mode > size) mode = size;
  size_t middle = (size_t)(mode - first);
  double total = 0, odds = chance / (1 - chance);
  memset(room->weight, 0, entries * sizeof *room->weight);
  room->weight[middle] = 1;
  for (size_t i = middle; i + 1 < width; i++)
    room->weight[i + 1] = room->weight[i] * odds * (double)(size - first - i) / (double)(first + i + 1);
  for (size_t i = middle; i > 0; i--) room->weight[i - 1] = room->weight[i] * (double)(first + i) / (odds * (double)(size - first - i + 1));
  for (size_t i = 0; i < width; i++) total += room->weight[i];
  for (size_t i = 0; i < width; i++) room->weight[i] *= (double)entries / total;
  alias *entry = dw_arena_alloc(&deal->memory, entries * sizeof *entry);
  alias_make(room->weight, entries, entry, room->small, room->large);
  table.entry = entry;
  return table;
}

/* Cells of few rows are many where there are many: those of equal size share a table. */
static void tables_make(dw_deal *deal, double chance)
{
  enum { SHARED = 64 };
  table_room *room = dw_alloc(sizeof *room);
  cell_table shared[SHARED] = {{0}};
  deal->table = dw_alloc_array(deal->cells, sizeof *deal->table);
  for (size_t k = 0; k < deal->cells; k++) {
    uint64_t size = deal->size[k];
    if (size < SHARED && shared[size].entry) {
      deal->table[k] = shared[size];
      continue;
    }
    deal->table[k] = table_make(deal, size, chance, room);
    if (size < SHARED) shared[size] = deal->table[k];
  }
  dw_free(room);
}

static inline uint64_t table_draw(const cell_table *table, dw_rng *rng)
{
  uint64_t word = dw_rng_u64(rng);
  size_t i = table->bits ? (size_t)(word >> (64 - table->bits)) : 0;
  alias at = table->entry[i];
  return table->first + ((uint32_t)word < at.keep ? i : at.other);
}

/* --- the three ways --- */

dw_deal *dw_deal_new(const uint64_t *size, size_t cells, uint64_t drawn)
{
  dw_deal *deal = dw_alloc(sizeof *deal);
  *deal = (dw_deal){.cells = cells, .drawn = drawn};
  dw_arena_init(&deal->memory);
  deal->size = dw_alloc_array(cells, sizeof *deal->size);
  deal->start = dw_alloc_array(cells, sizeof *deal->start);
  for (size_t k = 0; k < cells; k++) {
    deal->size[k] = size[k];
    deal->start[k] = deal->rows;
    deal->rows += size[k];
  }
  assert(drawn <= deal->rows / 2 || drawn == 0);
  guide_make(deal);
  double chance = fmax(0, (double)drawn - sqrt((double)drawn)) / (double)deal->rows;
  if (drawn <= cells * ONE_BY_ONE_COST / 2) {
    deal->way = ONE_BY_ONE;
  } else if (chance > 0 && tables_fit(size, cells, chance)) {
    deal->way = BY_TABLES;
    tables_make(deal, chance);
  } else {
    deal->way = BY_CELLS;
  }
  return deal;
}

void dw_deal_free(dw_deal *deal)
{
  if (!deal) return;
  dw_arena_free(&deal->memory);
  dw_free(deal->size);
  dw_free(deal->start);
  dw_free(deal->guide);
  dw_free(deal->table);
  dw_free(deal);
}

void dw_deal_draw(const dw_deal *deal, dw_rng *rng, uint64_t *count)
{
  if (deal->way == BY_CELLS) {
    uint64_t white = deal->drawn, black = deal->rows - deal->drawn;
    for (size_t k = 0; k < deal->cells; k++) {
      count[k] = dw_hypergeometric_draw(rng, white, black, deal->size[k]);
      white -= count[k];
      black -= deal->size[k] - count[k];
    }
    return;
  }
  uint64_t sum;
  do {
    sum = 0;
    if (deal->way == ONE_BY_ONE) memset(count, 0, deal->cells * sizeof *count);
    else
      for (size_t k = 0; k < deal->cells; k++) sum += count[k] = table_draw(&deal->table[k], rng);
  } while (sum > deal->drawn);
  add_rows(deal, rng, count, deal->drawn - sum);
}
