#include "io/parquet/hybrid_write.h"

enum { HYBRID_GROUP = 8, HYBRID_RUN = 8 /* equal values that are worth a run */ };

static void put_head(dw_buf *out, uint64_t head)
{
  for (; head > 0x7f; head >>= 7) dw_buf_char(out, (char)(head | 0x80));
  dw_buf_char(out, (char)head);
}

static size_t run_at(const uint32_t *value, size_t at, size_t count)
{
  size_t end = at + 1;
  while (end < count && value[end] == value[at]) end++;
  return end - at;
}

static void put_run(dw_buf *out, uint32_t value, size_t count, unsigned width)
{
  put_head(out, (uint64_t)count << 1);
  for (unsigned shift = 0; shift < width; shift += 8) dw_buf_char(out, (char)(value >> shift));
}

/* Whole groups; behind the last value there are zeros. */
static void put_packed(dw_buf *out, const uint32_t *value, size_t count, unsigned width)
{
  size_t groups = (count + HYBRID_GROUP - 1) / HYBRID_GROUP;
  uint64_t bits = 0;
  unsigned held = 0;
  put_head(out, (uint64_t)groups << 1 | 1);
  for (size_t i = 0; i < groups * HYBRID_GROUP; i++) {
    bits |= (uint64_t)(i < count ? value[i] : 0) << held;
    for (held += width; held >= 8; held -= 8, bits >>= 8) dw_buf_char(out, (char)bits);
  }
}

void dw_hybrid_write(dw_buf *out, const uint32_t *value, size_t count, unsigned width)
{
  for (size_t at = 0; at < count;) {
    size_t run = run_at(value, at, count);
    if (run >= HYBRID_RUN) {
      put_run(out, value[at], run, width);
      at += run;
      continue;
    }
    size_t end = at; /* a packed part may end behind whole groups only, or where there is no more */
    while (end < count && (end == at || run_at(value, end, end + HYBRID_RUN < count ? end + HYBRID_RUN : count) < HYBRID_RUN))
      end += HYBRID_GROUP;
    if (end > count) end = count;
    put_packed(out, value + at, end - at, width);
    at = end;
  }
}
