#include "io/parquet/values.h"

#include <string.h>

static const char early[] = "its values end early", damaged[] = "its values are damaged",
                  unknown[] = "its values are encoded in a way that is not read";

dw_values_shape dw_values_shape_of(dw_physical physical)
{
  switch (physical) {
  case DW_PHYSICAL_BOOLEAN:
  case DW_PHYSICAL_INT32:
  case DW_PHYSICAL_INT64: return DW_VALUES_WHOLE;
  case DW_PHYSICAL_FLOAT:
  case DW_PHYSICAL_DOUBLE: return DW_VALUES_REAL;
  case DW_PHYSICAL_INT96:
  case DW_PHYSICAL_BYTES:
  case DW_PHYSICAL_FIXED:
  case DW_PHYSICALS: break;
  }
  return DW_VALUES_PIECES;
}

static size_t width_of(const dw_leaf *leaf)
{
  switch (leaf->physical) {
  case DW_PHYSICAL_INT32:
  case DW_PHYSICAL_FLOAT: return 4;
  case DW_PHYSICAL_INT64:
  case DW_PHYSICAL_DOUBLE: return 8;
  case DW_PHYSICAL_INT96: return 12;
  case DW_PHYSICAL_FIXED: return (size_t)leaf->width;
  case DW_PHYSICAL_BOOLEAN:
  case DW_PHYSICAL_BYTES:
  case DW_PHYSICALS: break;
  }
  return 0;
}

static uint32_t little(const unsigned char *b)
{
  return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static uint64_t little_long(const unsigned char *b) { return little(b) | (uint64_t)little(b + 4) << 32; }

/* --- begin --- */

static const char *begin_indices(dw_values *v)
{
  if (v->at == v->end) return v->count ? early : NULL;
  unsigned bits = *v->at++;
  if (bits > 32) return damaged;
  v->hybrid = dw_hybrid_of(v->at, (size_t)(v->end - v->at), bits);
  return NULL;
}

/* Booleans: behind the bytes' length; PLAIN ones are a packed run without a head. */
static const char *begin_booleans(dw_values *v)
{
  if (v->encoding == DW_ENCODED_PLAIN) {
    v->hybrid = (dw_hybrid){.at = v->end, .end = v->end, .bits = 1, .packed = true, .run = v->at, .left = 8 * (uint64_t)(v->end - v->at)};
    return NULL;
  }
  if (v->encoding != DW_ENCODED_RLE) return unknown;
  if (v->end - v->at < 4) return v->count ? early : NULL;
  size_t length = little(v->at);
  v->at += 4;
  if (length > (size_t)(v->end - v->at)) return early;
  v->hybrid = dw_hybrid_of(v->at, length, 1);
  return NULL;
}

/* Byte k of all values stands together: put back, value by value. */
static const char *begin_split(dw_values *v)
{
  if (!v->width || v->physical == DW_PHYSICAL_INT96) return unknown;
  if ((size_t)(v->end - v->at) / v->width != v->count || (size_t)(v->end - v->at) % v->width) return early;
  v->split.length = 0;
  char *to = dw_buf_room(&v->split, v->width * v->count + DW_HYBRID_PADDING);
  for (size_t k = 0; k < v->width; k++)
    for (size_t i = 0; i < v->count; i++) to[i * v->width + k] = (char)v->at[k * v->count + i];
  v->at = (unsigned char *)to;
  v->end = v->at + v->width * v->count;
  v->encoding = DW_ENCODED_PLAIN;
  return NULL;
}

/* All lengths of the page; what follows them is in v->at. Their sum is no more than there are bytes. */
static const char *take_lengths(dw_values *v, int64_t **length, size_t *capacity)
{
  dw_delta delta;
  if (!dw_delta_begin(&delta, v->at, (size_t)(v->end - v->at), v->count) || delta.left != v->count) return damaged;
  *length = dw_grow(*length, capacity, v->count + 1, sizeof **length);
  if (!dw_delta_take(&delta, *length, v->count)) return early;
  v->at = dw_delta_end(&delta);
  for (size_t i = 0; i < v->count; i++)
    if ((*length)[i] < 0 || (*length)[i] > INT32_MAX) return damaged;
  return NULL;
}

static bool sum_fits(const int64_t *length, size_t count, size_t most)
{
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++) sum += (uint64_t)length[i];
  return sum <= most;
}

static const char *begin_delta_length(dw_values *v)
{
  if (v->physical != DW_PHYSICAL_BYTES) return unknown;
  if (v->count == 0) return NULL;
  const char *wrong = take_lengths(v, &v->length, &v->length_capacity);
  if (!wrong && !sum_fits(v->length, v->count, (size_t)(v->end - v->at))) wrong = early;
  return wrong;
}

/* Pieces whole, one behind the other: what each shares with the one before is copied from there. */
static const char *join_pieces(dw_values *v)
{
  enum { JOINED_LARGEST = 1 << 30 };
  uint64_t bytes = 0;
  int64_t before = 0;
  for (size_t i = 0; i < v->count; i++) {
    if (v->length[i] > before) return damaged;
    before = v->length[i] + v->suffix_length[i];
    bytes += (uint64_t)before;
    if (bytes > JOINED_LARGEST) return "its texts are longer than 1 GiB in one page";
  }
  v->joined = dw_grow(v->joined, &v->joined_capacity, (size_t)bytes + 1, 1);
  char *to = v->joined, *last = to;
  for (size_t i = 0; i < v->count; i++) {
    memmove(to, last, (size_t)v->length[i]);
    memcpy(to + v->length[i], v->at, (size_t)v->suffix_length[i]);
    v->at += v->suffix_length[i];
    last = to;
    to += v->length[i] + v->suffix_length[i];
    v->length[i] += v->suffix_length[i];
  }
  v->at = (unsigned char *)v->joined;
  v->end = (unsigned char *)to;
  v->encoding = DW_ENCODED_DELTA_LENGTH;
  return NULL;
}

static const char *begin_delta_bytes(dw_values *v)
{
  if (v->physical != DW_PHYSICAL_BYTES && v->physical != DW_PHYSICAL_FIXED) return unknown;
  if (v->count == 0) return NULL;
  const char *wrong = take_lengths(v, &v->length, &v->length_capacity);
  if (!wrong) wrong = take_lengths(v, &v->suffix_length, &v->suffix_capacity);
  if (!wrong && !sum_fits(v->suffix_length, v->count, (size_t)(v->end - v->at))) wrong = early;
  if (!wrong) wrong = join_pieces(v);
  for (size_t i = 0; !wrong && v->physical == DW_PHYSICAL_FIXED && i < v->count; i++)
    if ((size_t)v->length[i] != v->width) wrong = damaged;
  return wrong;
}

static const char *begin_plain(dw_values *v)
{
  if (v->physical == DW_PHYSICAL_BYTES) return NULL;
  return (uint64_t)v->width * v->count <= (uint64_t)(v->end - v->at) ? NULL : early;
}

bool dw_values_indexed(const dw_values *v)
{
  return v->encoding == DW_ENCODED_PLAIN_DICTIONARY || v->encoding == DW_ENCODED_RLE_DICTIONARY;
}

const char *dw_values_begin(dw_values *v, const dw_leaf *leaf, unsigned encoding, const void *bytes, size_t length, size_t count)
{
  v->physical = leaf->physical;
  v->width = width_of(leaf);
  v->encoding = encoding;
  v->at = bytes;
  v->end = v->at + length;
  v->count = count;
  v->given = 0;
  if (dw_values_indexed(v)) return begin_indices(v);
  if (v->physical == DW_PHYSICAL_BOOLEAN) return begin_booleans(v);
  switch (encoding) {
  case DW_ENCODED_PLAIN: return begin_plain(v);
  case DW_ENCODED_DELTA:
    if (v->physical != DW_PHYSICAL_INT32 && v->physical != DW_PHYSICAL_INT64) return unknown;
    return count == 0 || dw_delta_begin(&v->delta, bytes, length, count) ? NULL : damaged;
  case DW_ENCODED_DELTA_LENGTH: return begin_delta_length(v);
  case DW_ENCODED_DELTA_BYTES: return begin_delta_bytes(v);
  case DW_ENCODED_STREAM_SPLIT: return begin_split(v);
  default: return unknown;
  }
}

/* --- take --- */

const char *dw_values_indices(dw_values *v, uint32_t *out, size_t count)
{
  v->count -= count;
  return dw_hybrid_take(&v->hybrid, out, count) ? NULL : early;
}

static const char *take_booleans(dw_values *v, int64_t *out, size_t count)
{
  enum { PART = 512 };
  uint32_t part[PART];
  for (size_t from = 0; from < count; from += PART) {
    size_t n = count - from < PART ? count - from : PART;
    if (!dw_hybrid_take(&v->hybrid, part, n)) return early;
    for (size_t i = 0; i < n; i++) out[from + i] = part[i];
  }
  return NULL;
}

const char *dw_values_wholes(dw_values *v, int64_t *out, size_t count)
{
  v->count -= count;
  if (v->physical == DW_PHYSICAL_BOOLEAN) return take_booleans(v, out, count);
  if (v->encoding == DW_ENCODED_DELTA) {
    if (!dw_delta_take(&v->delta, out, count)) return early;
    if (v->physical == DW_PHYSICAL_INT32)
      for (size_t i = 0; i < count; i++) out[i] = (int32_t)(uint64_t)out[i];
    return NULL;
  }
  if (v->physical == DW_PHYSICAL_INT32)
    for (size_t i = 0; i < count; i++) out[i] = (int32_t)little(v->at + 4 * i);
  else
    for (size_t i = 0; i < count; i++) out[i] = (int64_t)little_long(v->at + 8 * i);
  v->at += v->width * count;
  return NULL;
}

const char *dw_values_reals(dw_values *v, double *out, size_t count)
{
  v->count -= count;
  if (v->physical == DW_PHYSICAL_FLOAT)
    for (size_t i = 0; i < count; i++) {
      uint32_t bits = little(v->at + 4 * i);
      float value;
      memcpy(&value, &bits, sizeof value);
      out[i] = value;
    }
  else
    for (size_t i = 0; i < count; i++) {
      uint64_t bits = little_long(v->at + 8 * i);
      memcpy(&out[i], &bits, sizeof bits);
    }
  v->at += v->width * count;
  return NULL;
}

static const char *take_lengthy(dw_values *v, dw_piece *out, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    if (v->end - v->at < 4) return early;
    size_t length = little(v->at);
    if (length > (size_t)(v->end - v->at) - 4) return early;
    out[i] = (dw_piece){(const char *)v->at + 4, (uint32_t)length};
    v->at += 4 + length;
  }
  return NULL;
}

const char *dw_values_pieces(dw_values *v, dw_piece *out, size_t count)
{
  v->count -= count;
  size_t from = v->given;
  v->given += count;
  if (v->encoding == DW_ENCODED_PLAIN && v->physical == DW_PHYSICAL_BYTES) return take_lengthy(v, out, count);
  for (size_t i = 0; i < count; i++) {
    size_t length = v->encoding == DW_ENCODED_DELTA_LENGTH ? (size_t)v->length[from + i] : v->width;
    out[i] = (dw_piece){(const char *)v->at, (uint32_t)length};
    v->at += length;
  }
  return NULL;
}

void dw_values_free(dw_values *v)
{
  dw_free(v->length);
  dw_free(v->suffix_length);
  dw_free(v->joined);
  dw_buf_free(&v->split);
  *v = (dw_values){0};
}
