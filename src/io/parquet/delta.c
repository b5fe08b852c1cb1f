#include "io/parquet/delta.h"

#include <string.h>

static uint64_t delta_varint(dw_delta *d, bool *wrong)
{
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && d->at < d->end; shift += 7) {
    unsigned char byte = *d->at++;
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (!(byte & 0x80)) return value;
  }
  *wrong = true;
  return 0;
}

static uint64_t delta_zigzag(dw_delta *d, bool *wrong)
{
  uint64_t value = delta_varint(d, wrong);
  return value >> 1 ^ (0 - (value & 1));
}

bool dw_delta_begin(dw_delta *d, const void *bytes, size_t length, size_t count)
{
  enum { BLOCK_LARGEST = 1 << 20 };
  bool wrong = false;
  *d = (dw_delta){.at = bytes, .end = (const unsigned char *)bytes + length};
  d->block = delta_varint(d, &wrong);
  d->miniblocks = d->miniblock = delta_varint(d, &wrong);
  d->left = delta_varint(d, &wrong);
  d->value = delta_zigzag(d, &wrong);
  if (wrong || d->block == 0 || d->block > BLOCK_LARGEST || d->miniblocks == 0 || d->block % d->miniblocks || d->left > count) return false;
  d->mini = d->block / d->miniblocks;
  return d->mini % 8 == 0;
}

/* The next miniblock; widths of those behind the last value may be anything. */
static bool delta_miniblock(dw_delta *d)
{
  bool wrong = false;
  if (d->miniblock == d->miniblocks) {
    d->least = delta_zigzag(d, &wrong);
    if (wrong || (uint64_t)(d->end - d->at) < d->miniblocks) return false;
    d->width = d->at;
    d->at += d->miniblocks;
    d->miniblock = 0;
  }
  d->bit_width = d->width[d->miniblock++];
  uint64_t bytes = d->mini / 8 * d->bit_width;
  if (d->bit_width > 64 || bytes > (uint64_t)(d->end - d->at)) return false;
  d->bits = d->at;
  d->at += bytes;
  d->bit = 0;
  d->packed = d->mini;
  return true;
}

static uint64_t delta_word(const unsigned char *from)
{
  uint64_t word;
  memcpy(&word, from, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

static uint64_t delta_packed(dw_delta *d)
{
  unsigned width = d->bit_width, shift = d->bit % 8;
  const unsigned char *from = d->bits + d->bit / 8;
  d->bit += width;
  if (width == 0) return 0;
  uint64_t word = delta_word(from) >> shift;
  if (width + shift > 64) word |= (uint64_t)from[8] << (64 - shift);
  return width == 64 ? word : word & ((UINT64_C(1) << width) - 1);
}

bool dw_delta_take(dw_delta *d, int64_t *out, size_t count)
{
  if (count > d->left) return false;
  for (size_t i = 0; i < count; i++) {
    out[i] = (int64_t)d->value;
    if (--d->left == 0) break;
    if (d->packed == 0 && !delta_miniblock(d)) return false;
    d->value += d->least + delta_packed(d);
    d->packed--;
  }
  return true;
}

/* A block is whole: its miniblocks behind the last value have no bytes, or, of the one with the last value, all of them. */
const unsigned char *dw_delta_end(dw_delta *d) { return d->at; }
