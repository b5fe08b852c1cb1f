#include "stats/answers/lane_counts.h"

#include <string.h>

/* *low is the sum's bit of the three, *high its carry. */
static inline void add_three(dw_lanes *high, dw_lanes *low, const dw_lanes *a, const dw_lanes *b)
{
  for (int w = 0; w < DW_LANE_WORDS; w++) {
    uint64_t half = low->word[w] ^ a->word[w];
    high->word[w] = (low->word[w] & a->word[w]) | (half & b->word[w]);
    low->word[w] = half ^ b->word[w];
  }
}

/* carry is worth 2^k: onto the planes from there on. */
static void add_plane(dw_lane_counts *counts, unsigned k, const dw_lanes *carry)
{
  dw_lanes rest = *carry;
  for (; k < counts->planes; k++) {
    for (int w = 0; w < DW_LANE_WORDS; w++) {
      uint64_t both = counts->plane[k].word[w] & rest.word[w];
      counts->plane[k].word[w] ^= rest.word[w];
      rest.word[w] = both;
    }
  }
}

void dw_lane_counts_of(dw_lane_counts *out, const dw_lanes *row, const uint32_t *member, size_t count)
{
  out->planes = 0;
  while (count >> out->planes) out->planes++;
  if (out->planes < 3) out->planes = 3; /* the adders below work on three */
  memset(out->plane, 0, out->planes * sizeof out->plane[0]);
  dw_lanes *ones = &out->plane[0], *twos = &out->plane[1], *fours = &out->plane[2];
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const uint32_t *m = member + i;
    dw_lanes two[2], four[2], eight;
    add_three(&two[0], ones, &row[m[0]], &row[m[1]]);
    add_three(&two[1], ones, &row[m[2]], &row[m[3]]);
    add_three(&four[0], twos, &two[0], &two[1]);
    add_three(&two[0], ones, &row[m[4]], &row[m[5]]);
    add_three(&two[1], ones, &row[m[6]], &row[m[7]]);
    add_three(&four[1], twos, &two[0], &two[1]);
    add_three(&eight, fours, &four[0], &four[1]);
    add_plane(out, 3, &eight);
  }
  for (; i < count; i++) add_plane(out, 0, &row[member[i]]);
}

/* Bit k of a byte as byte k of a word, 0 or 1. */
static inline uint64_t spread(uint64_t byte)
{
  uint64_t copies = (byte & 0xff) * UINT64_C(0x0101010101010101) & UINT64_C(0x8040201008040201);
  return (copies + UINT64_C(0x7f7f7f7f7f7f7f7f)) >> 7 & UINT64_C(0x0101010101010101);
}

/* Eight planes from `first` on, as numbers of eight bits: of 8 lanes from 64 w + 8 j on, lane l in byte l. */
static inline uint64_t eight_lanes(const dw_lane_counts *counts, unsigned first, int w, int j)
{
  unsigned end = counts->planes < first + 8 ? counts->planes : first + 8;
  uint64_t lanes = 0;
  for (unsigned k = first; k < end; k++) lanes |= spread(counts->plane[k].word[w] >> 8 * j) << (k - first);
  return lanes;
}

void dw_lane_counts_add_squares(const dw_lane_counts *counts, uint64_t sum[DW_LANES])
{
  for (int w = 0; w < DW_LANE_WORDS; w++) {
    for (int j = 0; j < 8; j++) {
      uint32_t value[8];
      uint64_t lanes = eight_lanes(counts, 0, w, j);
      for (int l = 0; l < 8; l++) value[l] = (uint32_t)(lanes >> 8 * l & 0xff);
      for (unsigned first = 8; first < counts->planes; first += 8) {
        lanes = eight_lanes(counts, first, w, j);
        for (int l = 0; l < 8; l++) value[l] |= (uint32_t)(lanes >> 8 * l & 0xff) << first;
      }
      uint64_t *at = sum + 64 * w + 8 * j;
      for (int l = 0; l < 8; l++) at[l] += (uint64_t)value[l] * value[l];
    }
  }
}
