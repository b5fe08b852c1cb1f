#include "test.h"

#include "base/digest.h"

static void digest_of(const void *bytes, size_t length, char out[33])
{
  dw_digest digest;
  dw_digest_init(&digest);
  dw_digest_add(&digest, bytes, length);
  dw_digest_text(&digest, out);
}

/* Bytes without pattern, the same on every run. */
static void fill(unsigned char *bytes, size_t length)
{
  uint64_t x = 88172645463325252u;
  for (size_t i = 0; i < length; i++) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    bytes[i] = (unsigned char)(x >> 32);
  }
}

TEST(digest_is_the_same_for_every_split)
{
  unsigned char bytes[200];
  fill(bytes, sizeof bytes);
  char whole[33], parts[33];
  for (size_t length = 0; length <= sizeof bytes; length++) {
    digest_of(bytes, length, whole);
    for (size_t cut = 0; cut <= length; cut++) {
      dw_digest digest;
      dw_digest_init(&digest);
      dw_digest_add(&digest, bytes, cut);
      dw_digest_add(&digest, bytes + cut, length - cut);
      dw_digest_text(&digest, parts);
      CHECK_MSG(strcmp(whole, parts) == 0, "length %zu cut at %zu: %s, whole %s", length, cut, parts, whole);
    }
    for (size_t piece = 1; piece < 70; piece += piece < 3 ? 1 : 31) {
      dw_digest digest;
      dw_digest_init(&digest);
      for (size_t i = 0; i < length; i += piece) dw_digest_add(&digest, bytes + i, length - i < piece ? length - i : piece);
      dw_digest_text(&digest, parts);
      CHECK_MSG(strcmp(whole, parts) == 0, "length %zu in pieces of %zu", length, piece);
    }
  }
}

TEST(digest_text_does_not_end_the_stream)
{
  char early[33], late[33], want[33];
  dw_digest digest;
  dw_digest_init(&digest);
  dw_digest_add(&digest, "abc", 3);
  dw_digest_text(&digest, early);
  dw_digest_add(&digest, "def", 3);
  dw_digest_text(&digest, late);
  digest_of("abcdef", 6, want);
  CHECK_TEXT(late, want);
  CHECK(strcmp(early, late) != 0);
  CHECK(strlen(late) == 32 && strspn(late, "0123456789abcdef") == 32);
}

/* tests/golden/digest.txt: made by digest.py beside it (Python's integers). These values are the format: fingerprints are kept in
 * documents, hashes decide what dw-gen draws. They must never change. */
TEST(digest_values_are_fixed)
{
  char *text = test_read("golden/digest.txt", NULL);
  CHECK(text != NULL);
  if (!text) return;
  unsigned char bytes[5000];
  for (unsigned i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)(i * i * 31 + i * 7 + i / 256);
  char *save = NULL;
  int lines = 0;
  for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save), lines++) {
    size_t length;
    unsigned long long hash;
    char want[40], got[33];
    CHECK(sscanf(line, "%zu %llx %39s", &length, &hash, want) == 3 && length <= sizeof bytes);
    CHECK_MSG(dw_hash(bytes, length) == hash, "length %zu: %#llx, want %#llx", length, (unsigned long long)dw_hash(bytes, length), hash);
    digest_of(bytes, length, got);
    CHECK_TEXT(got, want);
  }
  CHECK(lines > 80);
  free(text);
}

/* Zero bytes are the hardest to tell apart: only the length differs. */
TEST(digest_tells_lengths_of_zeros_apart)
{
  enum { MOST = 300 };
  static const char zeros[MOST];
  static char texts[MOST][33];
  uint64_t hashes[MOST];
  for (size_t i = 0; i < MOST; i++) {
    digest_of(zeros, i, texts[i]);
    hashes[i] = dw_hash(zeros, i);
    for (size_t k = 0; k < i; k++) CHECK(strcmp(texts[i], texts[k]) != 0 && hashes[i] != hashes[k]);
  }
}

TEST(digest_sees_every_bit_and_the_order)
{
  unsigned char bytes[256];
  fill(bytes, sizeof bytes);
  char whole[33], other[33];
  digest_of(bytes, sizeof bytes, whole);
  for (size_t bit = 0; bit < sizeof bytes * 8; bit++) {
    bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    digest_of(bytes, sizeof bytes, other);
    CHECK(strcmp(whole, other) != 0);
    bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
  }
  for (size_t a = 0; a < 256; a += 8) /* swap two words: other lanes, other stripes */
    for (size_t b = 0; b < a; b += 8) {
      unsigned char swapped[256];
      memcpy(swapped, bytes, sizeof bytes);
      memcpy(swapped + a, bytes + b, 8);
      memcpy(swapped + b, bytes + a, 8);
      digest_of(swapped, sizeof swapped, other);
      CHECK(strcmp(whole, other) != 0);
    }
}

/* Flipping one input bit flips each output bit with probability 1/2: over 2,000 texts a share outside 0.44 to 0.56 is more than 5 standard
 * deviations off (0.0112 each). */
TEST(hash_avalanche)
{
  enum { TEXTS = 2000 };
  static const size_t lengths[] = {1, 3, 4, 7, 8, 11, 16, 17, 32, 33, 64, 65, 100};
  static unsigned char bytes[TEXTS * 100];
  fill(bytes, sizeof bytes);
  for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
    size_t length = lengths[l];
    for (size_t bit = 0; bit<length * 8; bit += length> 16 ? 37 : 3) {
      int flipped[64] = {0};
      for (int t = 0; t < TEXTS; t++) {
        unsigned char *text = bytes + (size_t)t * 100;
        uint64_t before = dw_hash(text, length);
        text[bit / 8] ^= (unsigned char)(1 << bit % 8);
        uint64_t change = before ^ dw_hash(text, length);
        for (int i = 0; i < 64; i++) flipped[i] += change >> i & 1;
      }
      for (int i = 0; i < 64; i++) {
        double share = flipped[i] / (double)TEXTS;
        bool few = length == 1; /* only 256 different texts: 0.5 +- 5 * 0.044 */
        CHECK_MSG(fabs(share - 0.5) < (few ? 0.22 : 0.06), "length %zu, input bit %zu, output bit %d: %g", length, bit, i, share);
      }
    }
  }
}

/* Counting keys of every short length fall into 2^16 buckets (low bits, as dw_map uses them) like random ones: chi-square with 65,535
 * degrees of freedom has standard deviation 362. */
TEST(hash_spreads_similar_keys)
{
  enum { BUCKETS = 1 << 16, KEYS = 1 << 20 };
  static int bucket[BUCKETS];
  static const char *forms[] = {"%d", "user-%07d", "%032d", "column_%d.value",
                                "%d_merchant_category_of_the_transaction_with_a_long_name_%d"};
  for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
    memset(bucket, 0, sizeof bucket);
    for (int i = 0; i < KEYS; i++) {
      char key[128];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      int length = snprintf(key, sizeof key, forms[f], i, i);
#pragma GCC diagnostic pop
      bucket[dw_hash(key, (size_t)length) & (BUCKETS - 1)]++;
    }
    double chi2 = 0, expected = (double)KEYS / BUCKETS;
    for (int i = 0; i < BUCKETS; i++) chi2 += (bucket[i] - expected) * (bucket[i] - expected) / expected;
    CHECK_MSG(fabs(chi2 - BUCKETS) < 5 * 362, "%s: chi-square %g", forms[f], chi2);
  }
}
