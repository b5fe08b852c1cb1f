#include "io/parquet/hybrid.h"

#include <string.h>

unsigned dw_bits_for(uint32_t highest)
{
  unsigned bits = 0;
  for (; highest; highest >>= 1) bits++;
  return bits;
}

dw_hybrid dw_hybrid_of(const void *bytes, size_t length, unsigned bits)
{
  return (dw_hybrid){.at = bytes, .end = (const unsigned char *)bytes + length, .bits = bits};
}

dw_hybrid dw_hybrid_older(const void *bytes, size_t length, unsigned bits)
{
  dw_hybrid hybrid = dw_hybrid_of(bytes, length, bits);
  hybrid.high_first = hybrid.packed = true;
  hybrid.run = hybrid.at;
  hybrid.left = bits ? (uint64_t)length * 8 / bits : UINT64_MAX;
  return hybrid;
}

static bool hybrid_head(dw_hybrid *h, uint64_t *head)
{
  *head = 0;
  for (unsigned shift = 0; shift < 63 && h->at < h->end; shift += 7) {
    unsigned char byte = *h->at++;
    *head |= (uint64_t)(byte & 0x7f) << shift;
    if (!(byte & 0x80)) return true;
  }
  return false;
}

/* The next run; false: there is none, or it ends early. Writers leave out the bytes of a last packed run that hold no value. */
static bool hybrid_run(dw_hybrid *h)
{
  uint64_t head;
  if (h->high_first || !hybrid_head(h, &head)) return false;
  size_t room = (size_t)(h->end - h->at);
  h->packed = head & 1;
  h->left = head >> 1;
  if (h->packed) {
    if (h->left > UINT64_MAX / 512) return false;
    uint64_t bytes = h->left * h->bits;
    h->left *= 8;
    if (bytes > room) {
      bytes = room;
      h->left = h->bits ? (uint64_t)room * 8 / h->bits : 0;
    }
    h->run = h->at;
    h->bit = 0;
    h->at += bytes;
    return true;
  }
  size_t width = (h->bits + 7) / 8;
  if (width > room) return false;
  h->value = 0;
  for (size_t i = 0; i < width; i++) h->value |= (uint32_t)h->at[i] << (8 * i);
  h->at += width;
  return true;
}

static bool hybrid_ready(dw_hybrid *h)
{
  while (h->left == 0)
    if (!hybrid_run(h)) return false;
  return true;
}

/* A value lies in eight bytes from its first one on: 7 + 32 bits at most. The padding lets them be read. */
static void unpack(dw_hybrid *h, uint32_t *out, size_t count)
{
  uint64_t mask = (UINT64_C(1) << h->bits) - 1, bit = h->bit;
  for (size_t i = 0; i < count; i++, bit += h->bits) {
    uint64_t word;
    memcpy(&word, h->run + bit / 8, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    out[i] = (uint32_t)(word >> (bit % 8) & mask);
  }
  h->bit = bit;
}

static void unpack_older(dw_hybrid *h, uint32_t *out, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    uint32_t value = 0;
    for (unsigned k = 0; k < h->bits; k++, h->bit++) value = value << 1 | (h->run[h->bit / 8] >> (7 - h->bit % 8) & 1);
    out[i] = value;
  }
}

bool dw_hybrid_take(dw_hybrid *h, uint32_t *out, size_t count)
{
  while (count > 0) {
    if (!hybrid_ready(h)) return false;
    size_t n = h->left < count ? (size_t)h->left : count;
    if (h->high_first) unpack_older(h, out, n);
    else if (h->packed) unpack(h, out, n);
    else
      for (size_t i = 0; i < n; i++) out[i] = h->value;
    h->left -= n;
    out += n;
    count -= n;
  }
  return true;
}

size_t dw_hybrid_repeat(dw_hybrid *h, size_t count, uint32_t *value)
{
  if (!hybrid_ready(h) || h->packed) return 0;
  size_t n = h->left < count ? (size_t)h->left : count;
  h->left -= n;
  *value = h->value;
  return n;
}
