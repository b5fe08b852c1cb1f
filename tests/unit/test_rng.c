#include "test.h"

#include "base/rng.h"

/* The known answers of Random123's kat_vectors, philox4x32 with 10 rounds: counter, key, block. */
TEST(rng_known_answers)
{
  static const uint32_t vectors[][10] = {
      {0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
      {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
      {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
  };
  for (size_t i = 0; i < 3; i++) {
    const uint32_t *v = vectors[i];
    uint32_t out[4];
    dw_rng_block((dw_rng_key){{v[4], v[5]}}, v[0] | (uint64_t)v[1] << 32, v[2], v[3], out);
    for (int k = 0; k < 4; k++) CHECK_MSG(out[k] == v[6 + k], "vector %zu word %d: %08x, want %08x", i, k, out[k], v[6 + k]);
  }
}

TEST(rng_sequence_is_the_blocks_in_order)
{
  dw_rng_key key = dw_rng_derive(7, "test");
  dw_rng rng, same;
  dw_rng_start(&rng, key, 1u + (UINT64_C(5) << 32), 9);
  dw_rng_start(&same, key, 1u + (UINT64_C(5) << 32), 9);
  for (uint32_t draw = 0; draw < 40; draw++) {
    uint32_t block[4];
    dw_rng_block(key, 1u + (UINT64_C(5) << 32), 9, draw, block);
    for (int i = 0; i < 4; i++) CHECK(dw_rng_u32(&rng) == block[i]);
    CHECK(dw_rng_u64(&same) == (block[0] | (uint64_t)block[1] << 32));
    CHECK(dw_rng_u64(&same) == (block[2] | (uint64_t)block[3] << 32));
  }
}

TEST(rng_rows_are_the_blocks_of_each)
{
  static const uint64_t first[] = {0, 5, UINT32_MAX - 9, UINT64_MAX - 11};
  uint64_t out[21];
  dw_rng_key key = dw_rng_derive(7, "rows");
  for (size_t k = 0; k < sizeof first / sizeof *first; k++)
    for (size_t n = 0; n <= 20; n++) {
      out[n] = 42;
      dw_rng_rows(key, first[k], n, out);
      CHECK(out[n] == 42);
      for (size_t i = 0; i < n; i++) {
        uint32_t word[4];
        dw_rng_block(key, first[k] + i, 0, 0, word);
        CHECK_MSG(out[i] == ((uint64_t)word[0] << 32 | word[1]), "row %zu of %zu from %llu", i, n, (unsigned long long)first[k]);
      }
    }
}

TEST(rng_u64_straddles_blocks)
{
  dw_rng_key key = dw_rng_derive(7, "test");
  uint32_t words[8];
  dw_rng rng;
  dw_rng_start(&rng, key, 3, 4);
  for (int i = 0; i < 8; i++) words[i] = dw_rng_u32(&rng);
  dw_rng_start(&rng, key, 3, 4);
  dw_rng_u32(&rng);
  dw_rng_u64(&rng);
  CHECK(dw_rng_u64(&rng) == (words[3] | (uint64_t)words[4] << 32));
}

TEST(rng_keys_differ_by_seed_and_purpose)
{
  enum { SEEDS = 2000 };
  static const char *purposes[] = {"dw-gen", "dw-inject", ""};
  static uint64_t seen[SEEDS * 3];
  size_t count = 0;
  for (uint64_t seed = 0; seed < SEEDS; seed++)
    for (int p = 0; p < 3; p++) {
      dw_rng_key key = dw_rng_derive(seed, purposes[p]);
      seen[count++] = key.word[0] | (uint64_t)key.word[1] << 32;
    }
  size_t equal = 0;
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < i; k++) equal += seen[i] == seen[k];
  CHECK_MSG(equal == 0, "%zu equal keys", equal);
  dw_rng_key key = dw_rng_derive(42, "dw-gen"); /* fixed for ever: generated data sets depend on it */
  CHECK_MSG(key.word[0] == 0x087a330c && key.word[1] == 0xa21ef876, "%#x %#x", key.word[0], key.word[1]);
}

TEST(rng_uniform_is_inside_and_uniform)
{
  enum { DRAWS = 400000, BINS = 100 };
  int bin[BINS] = {0};
  double sum = 0, squares = 0, least = 1, most = 0;
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(1, "uniform"), 0, 0);
  for (int i = 0; i < DRAWS; i++) {
    double u = dw_rng_uniform(&rng);
    if (u < least) least = u;
    if (u > most) most = u;
    bin[(int)(u * BINS)]++;
    sum += u;
    squares += u * u;
  }
  CHECK(least > 0 && most < 1 && least < 1e-4 && most > 1 - 1e-4);
  CHECK(fabs(sum / DRAWS - 0.5) < 5 * 0.2887 / sqrt(DRAWS));
  CHECK(fabs(squares / DRAWS - 1.0 / 3) < 5 * 0.2981 / sqrt(DRAWS));
  double chi2 = 0;
  for (int i = 0; i < BINS; i++) chi2 += (bin[i] - DRAWS / BINS) * (double)(bin[i] - DRAWS / BINS) / (DRAWS / BINS);
  CHECK_MSG(chi2 > 45 && chi2 < 175, "chi-square %g with 99 degrees of freedom (0.9999995 of the mass is inside)", chi2);
}

/* Neighbouring rows, streams, draws and seeds: first words as uncorrelated as independent ones (standard error 1 / sqrt(n)), and the joint
 * distribution over a 16 x 16 grid uniform (chi-square with 255 degrees of freedom). */
TEST(rng_neighbours_are_independent)
{
  enum { PAIRS = 100000 };
  for (int kind = 0; kind < 4; kind++) {
    double xy = 0;
    int cell[256] = {0};
    for (uint32_t i = 0; i < PAIRS; i++) {
      dw_rng a, b;
      dw_rng_key key = dw_rng_derive(5, "pairs"), other = dw_rng_derive(kind == 3 ? 6 : 5, "pairs");
      dw_rng_start(&a, key, i, 1);
      dw_rng_start(&b, other, kind == 0 ? i + 1 : i, kind == 1 ? 2 : 1);
      if (kind == 2) b.draw = 1;
      double x = dw_rng_uniform(&a), y = dw_rng_uniform(&b);
      xy += (x - 0.5) * (y - 0.5) * 12;
      cell[(int)(x * 16) * 16 + (int)(y * 16)]++;
    }
    CHECK_MSG(fabs(xy / PAIRS) < 5 / sqrt(PAIRS), "kind %d: correlation %g", kind, xy / PAIRS);
    double chi2 = 0, expected = PAIRS / 256.0;
    for (int i = 0; i < 256; i++) chi2 += (cell[i] - expected) * (cell[i] - expected) / expected;
    CHECK_MSG(chi2 > 160 && chi2 < 380, "kind %d: chi-square %g", kind, chi2);
  }
}

TEST(rng_below_is_unbiased)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(3, "below"), 0, 0);
  for (int i = 0; i < 100; i++) CHECK(dw_rng_below(&rng, 1) == 0);
  for (uint64_t bound = 2; bound <= 12; bound++) {
    enum { DRAWS = 60000 };
    int count[12] = {0};
    for (int i = 0; i < DRAWS; i++) {
      uint64_t x = dw_rng_below(&rng, bound);
      CHECK(x < bound);
      if (x < bound) count[x]++;
    }
    double expected = DRAWS / (double)bound;
    for (uint64_t k = 0; k < bound; k++) CHECK(fabs(count[k] - expected) < 5 * sqrt(expected));
  }
  /* bound = 3 * 2^62: without rejection the results 0 mod 3 would be twice as likely as the others (a share of 1/2, not 1/3) */
  int third = 0;
  for (int i = 0; i < 30000; i++) {
    uint64_t x = dw_rng_below(&rng, UINT64_C(3) << 62);
    CHECK(x < UINT64_C(3) << 62);
    third += x % 3 == 0;
  }
  CHECK_MSG(abs(third - 10000) < 5 * 82, "%d of 30000", third);
  CHECK(dw_rng_below(&rng, UINT64_MAX) < UINT64_MAX);
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

/* tests/golden/rng_hash.txt: made by rng_hash.py beside it (Python's integers). The values decide what dw-gen draws and which rows are held
 * out: they must never change. */
TEST(rng_hash_values_are_fixed)
{
  char *text = test_read("golden/rng_hash.txt", NULL);
  CHECK(text != NULL);
  if (!text) return;
  unsigned char bytes[5000];
  for (unsigned i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)(i * i * 31 + i * 7 + i / 256);
  char *save = NULL;
  int lines = 0;
  for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save), lines++) {
    size_t length;
    unsigned long long hash;
    CHECK(sscanf(line, "%zu %llx", &length, &hash) == 2 && length <= sizeof bytes);
    CHECK_MSG(dw_rng_hash(bytes, length) == hash, "length %zu: %#llx, want %#llx", length, (unsigned long long)dw_rng_hash(bytes, length),
              hash);
  }
  CHECK(lines > 80);
  free(text);
}

/* Zero bytes are the hardest to tell apart: only the length differs. */
TEST(rng_hash_tells_lengths_of_zeros_apart)
{
  enum { MOST = 300 };
  static const char zeros[MOST];
  uint64_t hashes[MOST];
  for (size_t i = 0; i < MOST; i++) {
    hashes[i] = dw_rng_hash(zeros, i);
    for (size_t k = 0; k < i; k++) CHECK(hashes[i] != hashes[k]);
  }
}

/* Flipping one input bit flips each output bit with probability 1/2: over 2,000 texts a share outside 0.44 to 0.56 is more than 5 standard
 * deviations off (0.0112 each). */
TEST(rng_hash_avalanche)
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
        uint64_t before = dw_rng_hash(text, length);
        text[bit / 8] ^= (unsigned char)(1 << bit % 8);
        uint64_t change = before ^ dw_rng_hash(text, length);
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

/* Counting keys of every short length fall into 2^16 buckets like random ones: chi-square with 65,535
 * degrees of freedom has standard deviation 362. */
TEST(rng_hash_spreads_similar_keys)
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
      bucket[dw_rng_hash(key, (size_t)length) & (BUCKETS - 1)]++;
    }
    double chi2 = 0, expected = (double)KEYS / BUCKETS;
    for (int i = 0; i < BUCKETS; i++) chi2 += (bucket[i] - expected) * (bucket[i] - expected) / expected;
    CHECK_MSG(fabs(chi2 - BUCKETS) < 5 * 362, "%s: chi-square %g", forms[f], chi2);
  }
}

/* Numbers are their bytes with the lowest first, on machines of either kind: a seed made of counts draws the same on all. */
TEST(hash_of_words_is_that_of_their_bytes)
{
  enum { COUNT = 40 };
  uint64_t word[COUNT];
  unsigned char bytes[COUNT * 8];
  for (size_t i = 0; i < COUNT; i++) {
    word[i] = UINT64_C(0x0807060504030201) * (i + 1);
    for (int k = 0; k < 8; k++) bytes[8 * i + (size_t)k] = (unsigned char)(word[i] >> 8 * k);
  }
  for (size_t count = 0; count <= COUNT; count++) CHECK_MSG(dw_rng_hash_words(word, count) == dw_rng_hash(bytes, 8 * count), "%zu", count);
}
