#include "io/parquet/page_codec.h"

#include <lz4.h>
#include <lz4frame.h>
#include <snappy-c.h>
#include <zlib.h>
#include <zstd.h>

#include "test.h"

static char plain[1000], packed[4096], out[1000];

static void fill(void)
{
  for (size_t i = 0; i < sizeof plain; i++) plain[i] = (char)('a' + i * i % 7);
}

static size_t pack(dw_page_codec codec)
{
  size_t length = sizeof packed;
  uLongf bytes = sizeof packed;
  fill();
  switch (codec) {
  case DW_PACKED_SNAPPY: return snappy_compress(plain, sizeof plain, packed, &length) == SNAPPY_OK ? length : 0;
  case DW_PACKED_ZSTD: return ZSTD_compress(packed, sizeof packed, plain, sizeof plain, 1);
  case DW_PACKED_GZIP: return compress2((Bytef *)packed, &bytes, (const Bytef *)plain, sizeof plain, 6) == Z_OK ? bytes : 0;
  case DW_PACKED_LZ4:
  case DW_PACKED_LZ4_RAW: return (size_t)LZ4_compress_default(plain, packed, sizeof plain, sizeof packed);
  case DW_PACKED_LZ4_FRAME: return LZ4F_compressFrame(packed, sizeof packed, plain, sizeof plain, NULL);
  case DW_PACKED_NONE: memcpy(packed, plain, sizeof plain); return sizeof plain;
  case DW_PACKED_LZO:
  case DW_PACKED_BROTLI:
  case DW_PACKED_WAYS: break;
  }
  return 0;
}

static const dw_page_codec ways[] = {DW_PACKED_NONE, DW_PACKED_SNAPPY,  DW_PACKED_GZIP,     DW_PACKED_LZ4,
                                     DW_PACKED_ZSTD, DW_PACKED_LZ4_RAW, DW_PACKED_LZ4_FRAME};

TEST(every_way_gives_the_bytes_back)
{
  for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
    size_t length = pack(ways[w]);
    memset(out, 0, sizeof out);
    CHECK_MSG(length && !dw_page_decompress(ways[w], packed, length, out, sizeof out), "%s", dw_page_codec_name(ways[w]));
    CHECK_MSG(memcmp(out, plain, sizeof out) == 0, "%s", dw_page_codec_name(ways[w]));
    CHECK_MSG(dw_page_decompress(ways[w], packed, length, out, sizeof out - 1) != NULL, "%s: longer", dw_page_codec_name(ways[w]));
    CHECK_MSG(dw_page_decompress(ways[w], packed, length - 1, out, sizeof out) != NULL, "%s: cut", dw_page_codec_name(ways[w]));
  }
}

/* As Node.js 20's zlib.brotliCompressSync gives it. */
TEST(brotli_is_read)
{
  static const char want[] = "hello hello hello hello";
  static const unsigned char bytes[] = {0x1b, 0x16, 0x00, 0xf8, 0x8d, 0x94, 0x6e, 0xde, 0x44, 0x55,
                                        0x86, 0x96, 0x6c, 0x20, 0x6f, 0x21, 0x4f, 0x1c, 0xe0, 0x38};
  CHECK(!dw_page_decompress(DW_PACKED_BROTLI, bytes, sizeof bytes, out, sizeof want - 1));
  CHECK(memcmp(out, want, sizeof want - 1) == 0);
  CHECK(dw_page_decompress(DW_PACKED_BROTLI, bytes, sizeof bytes - 1, out, sizeof want - 1) != NULL);
}

/* Hadoop: each block behind its plain and its packed length, the highest byte first. */
TEST(hadoops_frames_are_lz4_too)
{
  size_t length = pack(DW_PACKED_LZ4_RAW);
  unsigned char framed[4096] = {0, 0, (unsigned char)(sizeof plain >> 8), (unsigned char)sizeof plain, 0, 0};
  framed[6] = (unsigned char)(length >> 8);
  framed[7] = (unsigned char)length;
  memcpy(framed + 8, packed, length);
  memset(out, 0, sizeof out);
  CHECK(!dw_page_decompress(DW_PACKED_LZ4, framed, length + 8, out, sizeof out) && memcmp(out, plain, sizeof out) == 0);
}

TEST(gzip_members_are_one_piece)
{
  size_t length = pack(DW_PACKED_GZIP);
  memcpy(packed + length, packed, length);
  char both[2000];
  CHECK(!dw_page_decompress(DW_PACKED_GZIP, packed, 2 * length, both, sizeof both));
  CHECK(memcmp(both, plain, sizeof plain) == 0 && memcmp(both + 1000, plain, sizeof plain) == 0);
}

TEST(what_is_not_read_is_said)
{
  static const char instead[] = "write it with compression='snappy', 'gzip' or 'zstd'";
  const char *lzo = dw_page_decompress(DW_PACKED_LZO, "x", 1, out, 1), *unknown = dw_page_decompress((dw_page_codec)77, "x", 1, out, 1);
  CHECK_MSG(strstr(lzo, "by LZO, which is not read") && strstr(lzo, instead), "%s", lzo);
  CHECK_MSG(strstr(unknown, "in a way that is not known") && strstr(unknown, instead), "%s", unknown);
  CHECK_TEXT(dw_page_codec_name((dw_page_codec)77), "unknown");
}
