#include "io/parquet/page_codec.h"

#include <assert.h>
#include <brotli/decode.h>
#include <limits.h>
#include <lz4.h>
#include <lz4frame.h>
#include <snappy-c.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "io/library/library.h"

/* Each is loaded when a file asks for it: most ask for none, and the rest for one. Snappy is written in C++, whose library takes as long to
 * load as all else of a command. inflateInit2 is a macro that calls the function with the version and the size of the header's structure.
 */
#define SNAPPY_CALLS(call) call(snappy_uncompress) call(snappy_uncompressed_length)
#define ZLIB_CALLS(call) call(inflateInit2_) call(inflate) call(inflateReset) call(inflateEnd) call(crc32)
#define BROTLI_CALLS(call) call(BrotliDecoderDecompress)
#define ZSTD_CALLS(call)                                                                                                                   \
  call(ZSTD_getFrameContentSize) call(ZSTD_decompress) call(ZSTD_isError) call(ZSTD_compressBound) call(ZSTD_compress)
#define LZ4_CALLS(call)                                                                                                                    \
  call(LZ4_decompress_safe) call(LZ4F_createDecompressionContext) call(LZ4F_decompress) call(LZ4F_freeDecompressionContext)                \
      call(LZ4F_isError)
static struct {
  SNAPPY_CALLS(DW_LIBRARY_CALL)
} snappy;
static struct {
  ZLIB_CALLS(DW_LIBRARY_CALL)
} zlib;
static struct {
  BROTLI_CALLS(DW_LIBRARY_CALL)
} brotli;
static struct {
  ZSTD_CALLS(DW_LIBRARY_CALL)
} zstd;
static struct {
  LZ4_CALLS(DW_LIBRARY_CALL)
} lz4;
static const char *const snappy_names[] = {SNAPPY_CALLS(DW_LIBRARY_NAME)}, *const zlib_names[] = {ZLIB_CALLS(DW_LIBRARY_NAME)},
                         *const brotli_names[] = {BROTLI_CALLS(DW_LIBRARY_NAME)}, *const zstd_names[] = {ZSTD_CALLS(DW_LIBRARY_NAME)},
                         *const lz4_names[] = {LZ4_CALLS(DW_LIBRARY_NAME)};
static dw_library snappy_library = DW_LIBRARY(DW_SONAME_snappy, "pages packed by snappy", snappy, snappy_names);
static dw_library zlib_library = DW_LIBRARY(DW_SONAME_z, "pages packed by gzip, and checksums", zlib, zlib_names);
static dw_library brotli_library = DW_LIBRARY(DW_SONAME_brotlidec, "pages packed by brotli", brotli, brotli_names);
static dw_library zstd_library = DW_LIBRARY(DW_SONAME_zstd, "pages packed by zstd", zstd, zstd_names);
static dw_library lz4_library = DW_LIBRARY(DW_SONAME_lz4, "pages packed by LZ4", lz4, lz4_names);

static const char damaged[] = "its compressed bytes are damaged", longer[] = "it holds another number of bytes than its header says";

const char *dw_page_codec_name(dw_page_codec codec)
{
  static const char *const names[DW_PACKED_WAYS] = {"none", "snappy", "gzip", "LZO", "brotli", "LZ4", "zstd", "LZ4 (raw)", "LZ4 (frame)"};
  return codec < DW_PACKED_WAYS ? names[codec] : "unknown";
}

dw_status dw_page_codec_ready(dw_page_codec codec, dw_err *err)
{
  static dw_library *const libraries[DW_PACKED_WAYS] = {
      [DW_PACKED_SNAPPY] = &snappy_library, [DW_PACKED_GZIP] = &zlib_library, [DW_PACKED_BROTLI] = &brotli_library,
      [DW_PACKED_LZ4] = &lz4_library,       [DW_PACKED_ZSTD] = &zstd_library, [DW_PACKED_LZ4_RAW] = &lz4_library,
      [DW_PACKED_LZ4_FRAME] = &lz4_library};
  return codec < DW_PACKED_WAYS && libraries[codec] ? dw_library_load(libraries[codec], err) : DW_OK;
}

static const char *codec_snappy(const void *in, size_t length, void *out, size_t out_length)
{
  size_t holds;
  if (snappy.snappy_uncompressed_length(in, length, &holds) != SNAPPY_OK) return damaged;
  if (holds != out_length) return longer;
  return snappy.snappy_uncompress(in, length, out, &holds) == SNAPPY_OK ? NULL : damaged;
}

static const char *codec_gzip(const void *in, size_t length, void *out, size_t out_length)
{
  enum { ZLIB_OR_GZIP = 15 + 32 };
  if (length > UINT_MAX || out_length > UINT_MAX) return longer;
  z_stream z = {.next_in = (Bytef *)(uintptr_t)in, .avail_in = (uInt)length, .next_out = out, .avail_out = (uInt)out_length};
  if (zlib.inflateInit2_(&z, ZLIB_OR_GZIP, ZLIB_VERSION, (int)sizeof z) != Z_OK) return "there is no memory to read it";
  int result = zlib.inflate(&z, Z_FINISH);
  while (result == Z_STREAM_END && z.avail_in > 0 && zlib.inflateReset(&z) == Z_OK) result = zlib.inflate(&z, Z_FINISH);
  const char *wrong = result != Z_STREAM_END ? (result == Z_BUF_ERROR && z.avail_out == 0 ? longer : damaged) : z.avail_out ? longer : NULL;
  zlib.inflateEnd(&z);
  return wrong;
}

static const char *codec_brotli(const void *in, size_t length, void *out, size_t out_length)
{
  size_t got = out_length;
  if (brotli.BrotliDecoderDecompress(length, in, &got, out) != BROTLI_DECODER_RESULT_SUCCESS) return damaged;
  return got == out_length ? NULL : longer;
}

static const char *codec_zstd(const void *in, size_t length, void *out, size_t out_length)
{
  unsigned long long holds = zstd.ZSTD_getFrameContentSize(in, length);
  if (holds == ZSTD_CONTENTSIZE_ERROR) return damaged;
  if (holds != ZSTD_CONTENTSIZE_UNKNOWN && holds > out_length) return longer;
  size_t got = zstd.ZSTD_decompress(out, out_length, in, length);
  if (zstd.ZSTD_isError(got)) return damaged;
  return got == out_length ? NULL : longer;
}

static const char *codec_lz4(const void *in, size_t length, void *out, size_t out_length)
{
  if (length > INT_MAX || out_length > INT_MAX) return longer;
  int got = lz4.LZ4_decompress_safe(in, out, (int)length, (int)out_length);
  if (got < 0) return damaged;
  return (size_t)got == out_length ? NULL : longer;
}

static uint32_t big_endian(const unsigned char *b) { return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3]; }

/* Blocks, each behind its plain and its compressed length. */
static bool codec_hadoop(const unsigned char *in, size_t length, unsigned char *out, size_t out_length)
{
  enum { LENGTHS = 8 };
  while (length >= LENGTHS) {
    uint32_t plain = big_endian(in), packed = big_endian(in + 4);
    if (plain > out_length || packed > length - LENGTHS || codec_lz4(in + LENGTHS, packed, out, plain)) return false;
    in += LENGTHS + packed;
    length -= LENGTHS + packed;
    out += plain;
    out_length -= plain;
  }
  return length == 0 && out_length == 0;
}

static const char *codec_lz4_frame(const void *in, size_t length, void *out, size_t out_length)
{
  LZ4F_dctx *context;
  size_t used = length, got = out_length;
  if (lz4.LZ4F_isError(lz4.LZ4F_createDecompressionContext(&context, LZ4F_VERSION))) return "there is no memory to read it";
  size_t left = lz4.LZ4F_decompress(context, out, &got, in, &used, NULL);
  lz4.LZ4F_freeDecompressionContext(context);
  if (lz4.LZ4F_isError(left)) return damaged;
  return left == 0 && used == length && got == out_length ? NULL : longer;
}

const char *dw_page_decompress(dw_page_codec codec, const void *in, size_t length, void *out, size_t out_length)
{
  if (dw_page_codec_ready(codec, NULL) != DW_OK) return "the library that unpacks it cannot be loaded";
  switch (codec) {
  case DW_PACKED_NONE:
    if (length != out_length) return longer;
    if (length) memcpy(out, in, length);
    return NULL;
  case DW_PACKED_SNAPPY: return codec_snappy(in, length, out, out_length);
  case DW_PACKED_GZIP: return codec_gzip(in, length, out, out_length);
  case DW_PACKED_BROTLI: return codec_brotli(in, length, out, out_length);
  case DW_PACKED_LZ4: return codec_hadoop(in, length, out, out_length) ? NULL : codec_lz4(in, length, out, out_length);
  case DW_PACKED_ZSTD: return codec_zstd(in, length, out, out_length);
  case DW_PACKED_LZ4_RAW: return codec_lz4(in, length, out, out_length);
  case DW_PACKED_LZ4_FRAME: return codec_lz4_frame(in, length, out, out_length);
  case DW_PACKED_LZO: return "it is compressed by LZO, which is not read: write it with compression='snappy', 'gzip' or 'zstd'";
  case DW_PACKED_WAYS: break;
  }
  return "it is compressed in a way that is not known: it is damaged, or write it with compression='snappy', 'gzip' or 'zstd'";
}

bool dw_page_crc_is(uint32_t crc, const void *bytes, uint32_t length)
{
  return dw_page_codec_ready(DW_PACKED_GZIP, NULL) == DW_OK && (uint32_t)zlib.crc32(0, bytes, length) == crc;
}

void dw_page_zstd(dw_buf *out, const void *bytes, size_t length)
{
  dw_status ready = dw_page_codec_ready(DW_PACKED_ZSTD, NULL);
  assert(ready == DW_OK);
  size_t most = zstd.ZSTD_compressBound(length);
  size_t packed = zstd.ZSTD_compress(dw_buf_room(out, most), most, length ? bytes : "", length, ZSTD_CLEVEL_DEFAULT);
  if (zstd.ZSTD_isError(packed)) dw_mem_out(most); /* there is room, so it can only lack memory of its own */
  out->length += packed;
}
