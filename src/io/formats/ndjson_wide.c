/* The plain values of records, where the processor has AVX2 and BMI: a step is one comparison of 32 bytes, a number one look at 16, whose
 * digits go to their places by one shuffle, with the point closed up, and are added up by three multiplications, without a branch on how
 * many there are. What is not plain is left to ndjson.c, which reads all that is read here likewise; a build with -DDW_PORTABLE, or for
 * another processor, has none of this. */
#include "io/formats/ndjson_parts.h"

#include "io/formats/ndjson_number.h"

#if defined(__x86_64__) && !defined(DW_PORTABLE)
#include <immintrin.h>

#define WIDE __attribute__((target("avx2,bmi,bmi2")))
#define WIDE_INLINE static inline __attribute__((always_inline, target("avx2,bmi,bmi2")))

/* 10^fraction, and -10^fraction. */
static const double wide_divisor[2][16] = {{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15},
                                           {-1e0, -1e1, -1e2, -1e3, -1e4, -1e5, -1e6, -1e7, -1e8, -1e9, -1e10, -1e11, -1e12, -1e13, -1e14,
                                            -1e15}};

/* Byte k is k - 16, and 1 less where k < 16. */
static const int8_t wide_places[32] = {-16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1,
                                       0,   1,   2,   3,   4,   5,   6,   7,  8,  9,  10, 11, 12, 13, 14, 15};
static const int8_t wide_before[32] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

WIDE_INLINE __m128i load_16(const void *at) { return _mm_loadu_si128((const __m128i *)at); }

/* What stays in registers from value to value: a compiler that knew what is in them would rather make them anew. */
typedef struct wide_constants {
  __m128i zero, nine, point, twos, fours, eights;
} wide_constants;

WIDE_INLINE __m128i kept(__m128i value)
{
  __asm__("" : "+x"(value));
  return value;
}

WIDE_INLINE wide_constants wide_constants_make(void)
{
  return (wide_constants){kept(_mm_set1_epi8('0')),
                          kept(_mm_set1_epi8(9)),
                          kept(_mm_set1_epi8('.')),
                          kept(_mm_set1_epi16(10 | 1 << 8)),
                          kept(_mm_set1_epi32(100 | 1 << 16)),
                          kept(_mm_set1_epi32(10000 | 1 << 16))};
}

/* The value of 16 digits, the first one the highest. */
WIDE_INLINE uint64_t wide_join(const wide_constants *k, __m128i digits)
{
  const __m128i fours = _mm_madd_epi16(_mm_maddubs_epi16(digits, k->twos), k->fours);
  const uint64_t both = (uint64_t)_mm_cvtsi128_si64(_mm_madd_epi16(_mm_packus_epi32(fours, fours), k->eights));
  return (uint64_t)(uint32_t)both * 100000000 + (both >> 32);
}

/* A number of at most 15 characters that a comma or a bracket follows. NULL: something else. */
WIDE_INLINE const char *wide_number(const wide_constants *k, const char *p, double *value, unsigned *real)
{
  const __m128i bytes = load_16(p), from_zero = _mm_sub_epi8(bytes, k->zero);
  const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(from_zero, k->nine), from_zero);
  const unsigned digits = (unsigned)_mm_movemask_epi8(is_digit);
  const unsigned points = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, k->point));
  const unsigned negative = *p == '-';
  /* what is neither sign nor digit; the first of them may be a point with a digit behind it, and then the second is the end */
  const unsigned other = ~(digits | negative), inside = other & (0 - other) & points & digits >> 1;
  const unsigned end = (unsigned)__builtin_ctz(other ^ inside), point = (unsigned)__builtin_ctz(other);
  if (DW_UNLIKELY(end > 15)) return NULL;
  /* of , - < = l m | }: none goes on with a number, and none but the comma and the bracket with a record */
  if (DW_UNLIKELY((p[end] | 0x51) != '}')) return NULL;
  if (DW_UNLIKELY((p[negative] == '0') & (digits >> negative >> 1 & 1))) return NULL; /* a zero in front of a digit */
  if (DW_UNLIKELY(point == negative)) return NULL;
  *real = end != point;
  const unsigned fraction = end - point - *real;
  /* a whole number: as if a point followed */
  const __m128i places = _mm_add_epi8(load_16(wide_places + end + 1 - *real), load_16(wide_before + fraction));
  const uint64_t mantissa = wide_join(k, _mm_shuffle_epi8(_mm_and_si128(from_zero, is_digit), places));
  *value = (double)(int64_t)mantissa / wide_divisor[negative][fraction];
  return p + end;
}

/* As text_end of ndjson.c. */
WIDE_INLINE const char *wide_text_end(const char *p)
{
  for (;; p += 32) {
    const __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)p);
    const __m256i odd =
        _mm256_or_si256(_mm256_or_si256(_mm256_cmpeq_epi8(v, _mm256_set1_epi8('"')), _mm256_cmpeq_epi8(v, _mm256_set1_epi8('\\'))),
                        _mm256_cmpgt_epi8(_mm256_set1_epi8(' '), v));
    const unsigned mask = (unsigned)_mm256_movemask_epi8(odd);
    if (DW_LIKELY(mask)) return p + __builtin_ctz(mask);
  }
}

/* true, false or null. NULL: none of them. */
WIDE_INLINE const char *wide_word(const char *p, uint8_t *tag)
{
  uint32_t word;
  memcpy(&word, p, sizeof word);
  if (word == ('t' | 'r' << 8 | 'u' << 16 | 'e' << 24)) return *tag = DW_TRUE, p + 4;
  if (word == ('n' | 'u' << 8 | 'l' << 16 | 'l' << 24)) return *tag = DW_NULL, p + 4;
  if (word == ('f' | 'a' << 8 | 'l' << 16 | 's' << 24) && p[4] == 'e') return *tag = DW_FALSE, p + 5;
  return NULL;
}

WIDE_INLINE void wide_run(const dw_shape *shape, const char *base, dw_ndjson_lane *lane, const bool spans)
{
  dw_builder *const builder = shape->builder;
  const dw_step *const steps = shape->steps;
  const uint32_t *const first = shape->first;
  dw_slot *const slots = builder->slots;
  const size_t row = builder->row;
  const wide_constants constants = wide_constants_make();
  const char *p = lane->p;
  uint32_t state = lane->state;
  uint32_t *const trail = lane->trail;
  size_t count = lane->trail_count;
  const size_t limit = lane->trail_limit;
  for (; count < limit; count++) {
    const uint32_t place = first[state];
    const dw_step *const step = &steps[place];

    const __m256i same = _mm256_cmpeq_epi8(_mm256_load_si256((const __m256i *)(const void *)step->literal),
                                           _mm256_loadu_si256((const __m256i *)(const void *)p));
    if (DW_UNLIKELY(~(unsigned)_mm256_movemask_epi8(same) & step->mask)) break;
    if (DW_UNLIKELY(step->opens)) break;
    const char *const value = p + step->length;
    dw_slot *const slot = &slots[step->column];
    if (DW_UNLIKELY(!slot->tags)) break;
    uint8_t *const tag = slot->tags + row;
    if (DW_UNLIKELY(*tag)) break;
    dw_cell *const cell = slot->cells + row;
    const char *end;
    if ((unsigned char)(*value - '-') <= '9' - '-') {
      unsigned real;
      end = wide_number(&constants, value, &cell->number, &real);
      bool odd = end && (real & (end[-1] == '0'));
      if (DW_UNLIKELY(!end)) {
        bool point;
        end = number_long(value, &cell->number, &point);
        if (!end) break;
        real = point;
        odd = dw_spelled_odd(value, (size_t)(end - value), point);
      }
      *tag = (uint8_t)(DW_INTEGER + real);
      slot->odd |= odd;
      if (DW_UNLIKELY(odd > slot->known_many))
        dw_builder_spelled(builder, step->column, (size_t)(value - base), (size_t)(end - value), cell->number);
    } else if (*value == '"') {
      end = wide_text_end(value + 1);
      dw_tag kind = DW_STRING;
      if (DW_UNLIKELY(*end != '"')) {
        bool escaped = false;
        dw_text_fault told_later;
        end = dw_json_text_string(end, &escaped, &told_later);
        if (!end) break;
        if (escaped) kind = DW_STRING_ESCAPED;
      }
      cell->text.offset = (uint32_t)(value + 1 - base);
      cell->text.length = (uint32_t)(end - value - 1);
      *tag = (uint8_t)kind;
      end++;
    } else {
      end = wide_word(value, tag);
      if (DW_UNLIKELY(!end)) break;
    }
    if (spans) slot->spans[row] = (dw_span){(uint32_t)(p + step->key - base), (uint32_t)(value - base), (uint32_t)(end - value)};
    trail[count] = step->column;
    p = end;
    state = step->target;
  }
  lane->p = p;
  lane->state = state;
  lane->trail_count = count;
}

WIDE static void run_plain(const dw_shape *shape, const char *base, dw_ndjson_lane *lane) { wide_run(shape, base, lane, false); }
WIDE static void run_spans(const dw_shape *shape, const char *base, dw_ndjson_lane *lane) { wide_run(shape, base, lane, true); }

dw_ndjson_run *dw_ndjson_wide(bool spans)
{
  bool have = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  return !have ? NULL : spans ? run_spans : run_plain;
}

#else

dw_ndjson_run *dw_ndjson_wide(bool spans) { return NULL; }

#endif
