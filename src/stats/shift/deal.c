#include "stats/shift/deal.h"

#include <assert.h>
#include <stdbool.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/distributions/special.h"
#include "stats/tests/permutation.h"

enum {
  TABLE_MOST = 16384, /* entries of one cell's table */
  ROW_COST = 3        /* a row that is dealt singly costs as much as so many cells looked up */
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

typedef enum deal_way { ONE_BY_ONE, FILL_UP, REJECT, BY_CELLS } deal_way;

struct dw_deal {
  size_t cells;
  uint64_t rows, drawn;
  deal_way way;
  uint64_t *size, *start; /* start[k]: rows in the cells before k */
  uint32_t *guide;        /* the cell that row (i << guide_shift) lies in */
  unsigned guide_shift;
  cell_table *table;
  size_t largest;                      /* REJECT: the cell that takes what the others leave, */
  uint32_t *accept;                    /* accepted when a random word is below this, by its count, */
  uint64_t accept_first, accept_width; /* from this count on */
  dw_arena memory;                     /* of the tables' entries */
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

/* All but some 1e-12 of the law: seven standard deviations, and more for where it is skewed. */
static void range_of(uint64_t size, double chance, uint64_t *first, uint64_t *width)
{
  double mean = (double)size * chance, reach = 7 * sqrt(mean * (1 - chance)) + 20;
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

/* Of the counts from first on, but for a constant: by ratios of neighbours, outward from the mode. */
static void binomial_weights(uint64_t size, double chance, uint64_t first, uint64_t width, double *weight)
{
  uint64_t mode = (uint64_t)((double)(size + 1) * chance);
  size_t middle = (size_t)((mode < size ? mode : size) - first);
  double odds = chance / (1 - chance);
  weight[middle] = 1;
  for (size_t i = middle; i + 1 < width; i++) weight[i + 1] = weight[i] * odds * (double)(size - first - i) / (double)(first + i + 1);
  for (size_t i = middle; i > 0; i--) weight[i - 1] = weight[i] * (double)(first + i) / (odds * (double)(size - first - i + 1));
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
  double total = 0;
  binomial_weights(size, chance, first, width, room->weight);
  for (size_t i = 0; i < width; i++) total += room->weight[i];
  for (size_t i = 0; i < width; i++) room->weight[i] *= (double)entries / total;
  for (size_t i = (size_t)width; i < entries; i++) room->weight[i] = 0;
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

/* --- the ways --- */

/* The largest cell's own binomial law, over its greatest probability. */
static void accept_make(dw_deal *deal, double chance)
{
  uint64_t size = deal->size[deal->largest], first, width;
  range_of(size, chance, &first, &width);
  double *weight = dw_alloc_array((size_t)width, sizeof *weight), most = 0;
  binomial_weights(size, chance, first, width, weight);
  deal->accept = dw_alloc_array((size_t)width, sizeof *deal->accept);
  deal->accept_first = first;
  deal->accept_width = width;
  for (uint64_t i = 0; i < width; i++) most = fmax(most, weight[i]);
  for (uint64_t i = 0; i < width; i++) deal->accept[i] = (uint32_t)fmin(weight[i] / most * 0x1p32, UINT32_MAX);
  dw_free(weight);
}

/* Which way costs least, in looks into a table. */
static void choose_way(dw_deal *deal)
{
  double drawn = (double)deal->drawn, rows = (double)deal->rows, cells = (double)deal->cells;
  double fill_up = cells + ROW_COST * sqrt(drawn), reject = cells * sqrt(rows / (double)deal->size[deal->largest]);
  double lower = fmax(0, drawn - sqrt(drawn)) / rows, chance = drawn / rows;
  deal->way = drawn * ROW_COST <= fmin(fill_up, reject) ? ONE_BY_ONE : fill_up <= reject ? FILL_UP : REJECT;
  if (deal->way == ONE_BY_ONE) return;
  if (lower == 0) deal->way = ONE_BY_ONE;
  else if (!tables_fit(deal->size, deal->cells, chance)) deal->way = BY_CELLS;
  else tables_make(deal, deal->way == FILL_UP ? lower : chance);
  if (deal->way == REJECT) accept_make(deal, chance);
}

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
    if (size[k] > size[deal->largest]) deal->largest = k;
  }
  assert(drawn <= deal->rows / 2);
  guide_make(deal);
  choose_way(deal);
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
  dw_free(deal->accept);
  dw_free(deal);
}

static void draw_fill_up(const dw_deal *deal, dw_rng *rng, uint64_t *count)
{
  uint64_t sum;
  do {
    sum = 0;
    for (size_t k = 0; k < deal->cells; k++) sum += count[k] = table_draw(&deal->table[k], rng);
  } while (sum > deal->drawn);
  add_rows(deal, rng, count, deal->drawn - sum);
}

static void draw_reject(const dw_deal *deal, dw_rng *rng, uint64_t *count)
{
  for (;;) {
    uint64_t sum = 0;
    for (size_t k = 0; k < deal->cells; k++)
      if (k != deal->largest) sum += count[k] = table_draw(&deal->table[k], rng);
    uint64_t at = deal->drawn - sum - deal->accept_first; /* wraps around below, which is beyond the width too */
    if (at >= deal->accept_width || dw_rng_u32(rng) >= deal->accept[at]) continue;
    count[deal->largest] = deal->drawn - sum;
    return;
  }
}

static void draw_by_cells(const dw_deal *deal, dw_rng *rng, uint64_t *count)
{
  uint64_t white = deal->drawn, black = deal->rows - deal->drawn;
  for (size_t k = 0; k < deal->cells; k++) {
    count[k] = dw_hypergeometric_draw(rng, white, black, deal->size[k]);
    white -= count[k];
    black -= deal->size[k] - count[k];
  }
}

void dw_deal_draw(const dw_deal *deal, dw_rng *rng, uint64_t *count)
{
  switch (deal->way) {
  case ONE_BY_ONE:
    memset(count, 0, deal->cells * sizeof *count);
    add_rows(deal, rng, count, deal->drawn);
    break;
  case FILL_UP: draw_fill_up(deal, rng, count); break;
  case REJECT: draw_reject(deal, rng, count); break;
  case BY_CELLS: draw_by_cells(deal, rng, count); break;
  }
}
