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

/* tests/golden/digest.txt: made by digest.py beside it, with the library that Debian links. These values are the format: fingerprints are
 * kept in documents. They must never change. */
TEST(digest_is_xxh3)
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
    char want[40], got[33];
    CHECK(sscanf(line, "%zu %39s", &length, want) == 2 && length <= sizeof bytes);
    digest_of(bytes, length, got);
    CHECK_TEXT(got, want);
  }
  CHECK(lines >= 100);
  free(text);
}

/* The state is bytes without alignment, and a copy of it is a stream of its own. */
TEST(digest_state_can_lie_anywhere_and_be_copied)
{
  static unsigned char memory[sizeof(dw_digest) * 2 + 16];
  char want[33], got[33], other[33];
  digest_of("abcdef", 6, want);
  for (size_t shift = 0; shift < 9; shift++) {
    dw_digest *digest = (dw_digest *)(void *)(memory + shift), copy;
    dw_digest_init(digest);
    dw_digest_add(digest, "abc", 3);
    copy = *digest;
    dw_digest_add(&copy, "xyz", 3);
    dw_digest_add(digest, "def", 3);
    dw_digest_text(digest, got);
    dw_digest_text(&copy, other);
    CHECK_TEXT(got, want);
    CHECK(strcmp(other, want) != 0);
  }
}

/* Zero bytes are the hardest to tell apart: only the length differs. */
TEST(digest_tells_lengths_of_zeros_apart)
{
  enum { MOST = 300 };
  static const char zeros[MOST];
  static char texts[MOST][33];
  for (size_t i = 0; i < MOST; i++) {
    digest_of(zeros, i, texts[i]);
    for (size_t k = 0; k < i; k++) CHECK(strcmp(texts[i], texts[k]) != 0);
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

/* Numbers are their bytes with the lowest first, on machines of either kind. */
TEST(words_are_the_same_bytes_everywhere)
{
  enum { COUNT = 150 };
  uint64_t word[COUNT];
  unsigned char bytes[COUNT * 8];
  for (size_t i = 0; i < COUNT; i++) {
    word[i] = UINT64_C(0x0807060504030201) * (i + 1);
    for (int k = 0; k < 8; k++) bytes[8 * i + (size_t)k] = (unsigned char)(word[i] >> 8 * k);
  }
  for (size_t count = 0; count <= COUNT; count += 1 + count / 3) {
    dw_digest a, b;
    char of_words[33], of_bytes[33];
    dw_digest_init(&a);
    dw_digest_init(&b);
    dw_digest_add_words(&a, word, count);
    dw_digest_add(&b, bytes, 8 * count);
    dw_digest_text(&a, of_words);
    dw_digest_text(&b, of_bytes);
    CHECK_TEXT(of_words, of_bytes);
  }
}
