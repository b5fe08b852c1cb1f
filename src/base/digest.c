#include "base/digest.h"

#include <string.h>

#include "base/word.h"

/* Compiled in rather than linked: its state is a plain value only this way, and the same code runs everywhere. */
#define XXH_INLINE_ALL
#include <xxhash.h>

_Static_assert(sizeof(XXH3_state_t) <= DW_DIGEST_STATE, "dw_digest holds the library's state");

static void digest_take(XXH3_state_t *state, const dw_digest *digest) { memcpy(state, digest->state, sizeof *state); }
static void digest_keep(dw_digest *digest, const XXH3_state_t *state) { memcpy(digest->state, state, sizeof *state); }

void dw_digest_init(dw_digest *digest)
{
  XXH3_state_t state;
  memset(&state, 0, sizeof state); /* reset leaves some of it as it is, and the bytes are copied */
  XXH3_128bits_reset(&state);
  digest_keep(digest, &state);
}

void dw_digest_add(dw_digest *digest, const void *bytes, size_t length)
{
  if (length == 0) return;
  XXH3_state_t state;
  digest_take(&state, digest);
  XXH3_128bits_update(&state, bytes, length);
  digest_keep(digest, &state);
}

void dw_digest_add_words(dw_digest *digest, const void *words, size_t count)
{
  enum { PIECE = 64 };
  for (size_t at = 0, n; at < count; at += n) {
    uint64_t piece[PIECE];
    n = count - at < PIECE ? count - at : PIECE;
    memcpy(piece, (const char *)words + at * sizeof *piece, n * sizeof *piece);
    for (size_t i = 0; i < n; i++) piece[i] = dw_word_little(piece[i]);
    dw_digest_add(digest, piece, n * sizeof *piece);
  }
}

uint64_t dw_digest_short(const void *bytes, size_t length, uint64_t seed) { return XXH3_64bits_withSeed(bytes, length, seed); }

void dw_digest_text(const dw_digest *digest, char out[33])
{
  XXH3_state_t state;
  digest_take(&state, digest);
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state));
  static const char hex[] = "0123456789abcdef";
  for (int i = 0; i < 16; i++) {
    out[2 * i] = hex[canonical.digest[i] >> 4];
    out[2 * i + 1] = hex[canonical.digest[i] & 15];
  }
  out[32] = '\0';
}
