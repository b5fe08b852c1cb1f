/* Eight records at once, where the processor has AVX2: the first three levels of a tree without any look-up (the seven nodes are the same
 * for all records, so each comparison is of eight neighbouring keys, and which of them count is a matter of masks), the levels behind them
 * by gathering each record's node. A build with -DDW_PORTABLE, or for another processor, has none of this. */
#include "model/booster/forest_parts.h"

#if defined(__x86_64__) && !defined(DW_PORTABLE)
#include <immintrin.h>

#define WIDE __attribute__((target("avx2")))
#define WIDE_INLINE static inline __attribute__((always_inline, target("avx2")))

enum { LANES = 8, TOGETHER = 4, EARLY = 8 }; /* EARLY: as in forest.c */

WIDE_INLINE __m256i load(const int32_t *at) { return _mm256_loadu_si256((const __m256i *)(const void *)at); }

WIDE_INLINE __m256i choose(__m256i mask, __m256i yes, __m256i no)
{
  return _mm256_xor_si256(no, _mm256_and_si256(mask, _mm256_xor_si256(yes, no)));
}

/* All ones where the key is below the border of a node of the top. */
WIDE_INLINE __m256i left_of(const dw_forest_top *top, int node, const int32_t *keys)
{
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(top->border[node]), load(keys + top->column[node]));
}

/* Which exit of the top: minus one of its numbers, of which the look-ups below take the last three bits. */
WIDE_INLINE __m256i top_of(const dw_forest_top *top, const int32_t *keys)
{
  const __m256i first = left_of(top, 0, keys), second = choose(first, left_of(top, 1, keys), left_of(top, 2, keys));
  const __m256i below_left = choose(second, left_of(top, 3, keys), left_of(top, 4, keys));
  const __m256i below_right = choose(second, left_of(top, 5, keys), left_of(top, 6, keys));
  const __m256i two = _mm256_add_epi32(_mm256_add_epi32(first, first), second);
  return _mm256_add_epi32(_mm256_add_epi32(two, two), choose(first, below_left, below_right));
}

WIDE static void add_top(const dw_forest_top *at, const int32_t *keys, size_t rows, float *restrict sum)
{
  const dw_forest_top here = *at, *top = &here; /* which the sums cannot change: it stays in registers */
  const __m256 value = _mm256_loadu_ps(top->out.value);
  for (size_t i = 0; i < rows; i += LANES)
    _mm256_storeu_ps(sum + i, _mm256_add_ps(_mm256_loadu_ps(sum + i), _mm256_permutevar8x32_ps(value, top_of(top, keys + i))));
}

/* Where eight records go from nodes of these borders and columns; at: four times the number of a node. */
WIDE_INLINE __m256i step(__m256i border, __m256i column, __m256i right, const int32_t *keys)
{
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const __m256i key = _mm256_i32gather_epi32(keys, _mm256_add_epi32(column, lanes), 4);
  return _mm256_slli_epi32(_mm256_add_epi32(right, _mm256_cmpgt_epi32(border, key)), 2);
}

WIDE_INLINE __m256i step_from_top(const dw_forest_top *top, const int32_t *keys)
{
  const __m256i place = top_of(top, keys);
  return step(_mm256_permutevar8x32_epi32(load(top->out.border), place),
              _mm256_permutevar8x32_epi32(load((const int32_t *)top->out.column), place),
              _mm256_permutevar8x32_epi32(load((const int32_t *)top->out.right), place), keys);
}

WIDE_INLINE __m256i step_from(const int32_t *nodes, __m256i at, const int32_t *keys)
{
  return step(_mm256_i32gather_epi32(nodes, at, 4), _mm256_i32gather_epi32(nodes + 1, at, 4), _mm256_i32gather_epi32(nodes + 2, at, 4),
              keys);
}

/* TOGETHER times eight records: they wait for the memory together. */
WIDE static void add_deep(const dw_forest_node *nodes, const dw_forest_tree *tree, const int32_t *keys, float *sum)
{
  const int32_t *words = &nodes->border;
  __m256i at[TOGETHER];
  for (int i = 0; i < TOGETHER; i++) at[i] = step_from_top(&tree->top, keys + i * LANES);
  for (uint32_t s = DW_FOREST_TOP + 1; s < tree->steps; s++) {
    __m256i moved = _mm256_setzero_si256();
    for (int i = 0; i < TOGETHER; i++) {
      const __m256i next = step_from(words, at[i], keys + i * LANES);
      moved = _mm256_or_si256(moved, _mm256_xor_si256(next, at[i]));
      at[i] = next;
    }
    if (s >= EARLY && _mm256_testz_si256(moved, moved)) break;
  }
  for (int i = 0; i < TOGETHER; i++)
    _mm256_storeu_ps(sum + i * LANES, _mm256_add_ps(_mm256_loadu_ps(sum + i * LANES), _mm256_i32gather_ps(&nodes->value, at[i], 4)));
}

static void put_tree(const dw_forest_node *nodes, const dw_forest_tree *tree, const int32_t *keys, size_t rows, float *sum)
{
  if (tree->steps <= DW_FOREST_TOP) add_top(&tree->top, keys, rows, sum);
  else
    for (size_t i = 0; i < rows; i += TOGETHER * LANES) add_deep(nodes, tree, keys + i, sum + i);
}

dw_forest_kernel *dw_forest_wide(void) { return __builtin_cpu_supports("avx2") ? put_tree : NULL; }

#else

dw_forest_kernel *dw_forest_wide(void) { return NULL; }

#endif
