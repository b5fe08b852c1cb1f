#include "test.h"

#include "base/map.h"
#include "base/rng.h"
#include "base/wide.h"
#include "base/word.h"

TEST(map_indices_are_the_order_of_first_sight)
{
  dw_map map;
  dw_map_init(&map);
  CHECK(dw_map_find(&map, "b", 1) == DW_MAP_NONE); /* before anything is held */
  CHECK(dw_map_intern(&map, "b", 1) == 0);
  CHECK(dw_map_intern(&map, "a", 1) == 1);
  CHECK(dw_map_intern(&map, "b", 1) == 0);
  CHECK(dw_map_find(&map, "a", 1) == 1 && dw_map_find(&map, "b", 1) == 0);
  CHECK(dw_map_find(&map, "c", 1) == DW_MAP_NONE && dw_map_find(&map, "", 0) == DW_MAP_NONE);
  CHECK(map.count == 2);
  CHECK_TEXT(map.keys[1].text, "a");
  dw_map_free(&map);
  CHECK(map.count == 0 && map.keys == NULL);
  dw_map_free(NULL);
}

TEST(map_keys_are_byte_strings)
{
  static const struct {
    const char *text;
    size_t length;
  } keys[] = {{"", 0}, {"\0", 1}, {"\0\0", 2}, {"a", 1}, {"a\0", 2}, {"a\0b", 3}, {"a\0c", 3}, {"ab", 2}, {"\xff\xfe", 2}};
  dw_map map;
  dw_map_init(&map);
  for (uint32_t i = 0; i < 9; i++) CHECK(dw_map_intern(&map, keys[i].text, keys[i].length) == i);
  for (uint32_t i = 0; i < 9; i++) {
    CHECK(dw_map_find(&map, keys[i].text, keys[i].length) == i);
    CHECK(map.keys[i].length == keys[i].length && memcmp(map.keys[i].text, keys[i].text, keys[i].length) == 0 &&
          map.keys[i].text[keys[i].length] == '\0');
  }
  CHECK(dw_map_find(&map, NULL, 0) == 0);
  dw_map_free(&map);
}

TEST(map_copies_its_keys)
{
  dw_map map;
  dw_map_init(&map);
  char key[] = "temperature";
  dw_map_intern(&map, key, 11);
  key[0] = 'X';
  CHECK(dw_map_find(&map, "temperature", 11) == 0 && dw_map_find(&map, key, 11) == DW_MAP_NONE);
  dw_map_free(&map);
}

TEST(map_many_keys)
{
  enum { KEYS = 200000 };
  dw_map map;
  dw_map_init(&map);
  char key[40];
  size_t bytes = dw_map_bytes(&map);
  CHECK(bytes == 0);
  for (uint32_t i = 0; i < KEYS; i++) {
    int length = snprintf(key, sizeof key, "user-%u", i * 7u);
    CHECK(dw_map_intern(&map, key, (size_t)length) == i);
  }
  for (uint32_t i = 0; i < KEYS * 7; i++) {
    int length = snprintf(key, sizeof key, "user-%u", i);
    CHECK(dw_map_find(&map, key, (size_t)length) == (i % 7 ? DW_MAP_NONE : i / 7));
  }
  CHECK(map.count == KEYS);
  CHECK(dw_map_bytes(&map) > KEYS * 16 && dw_map_bytes(&map) < (size_t)KEYS * 128);
  /* linear probing is fast only while the runs are short: the mean distance from home at a load of at most one half is about 0.5 */
  double distance = 0;
  for (size_t slot = 0; slot <= map.slot_mask; slot++)
    if (map.slots[slot]) distance += (double)((slot - map.keys[map.slots[slot] - 1].hash) & map.slot_mask);
  CHECK_MSG(distance / KEYS < 0.6, "mean distance %g", distance / KEYS);
  dw_map_free(&map);
}

/* The hash that dw_map had: everybody can compute it. Of two factors, one that is 1 erases the other. */
static uint64_t former_fold(uint64_t a, uint64_t b)
{
  dw_wide product = (dw_wide)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64) ^ a ^ b;
}

static bool plain_text(uint64_t word)
{
  for (int i = 0; i < 8; i++, word >>= 8)
    if ((word & 255) < ' ' || (word & 255) > '~' || (word & 255) == '"' || (word & 255) == '\\') return false;
  return true;
}

/* Texts of 32 plain bytes with the same hash under it: the first 16 give a state whose last bit flipped is plain text and stands at the
 * end; the eight bytes between are free. */
static void crafted_key(char out[33], unsigned number)
{
  static char front[17], back[9];
  for (unsigned try = 0; !front[0]; try++) {
    char text[17];
    snprintf(text, sizeof text, "k%015u", try);
    const unsigned char *p = (const unsigned char *)text;
    uint64_t seed = UINT64_C(0xc0ac29b7c97c50dd) ^ 32 * UINT64_C(0x3f84d5b5b5470917);
    uint64_t last = former_fold(dw_word_64(p) ^ UINT64_C(0xa4093822299f31d0), dw_word_64(p + 8) ^ seed) ^ 1;
    if (!plain_text(last)) continue;
    memcpy(front, text, 17);
    for (int i = 0; i < 8; i++) back[i] = (char)(last >> 8 * i);
  }
  snprintf(out, 33, "%s%08u%s", front, number, back);
}

/* As linear probing goes with slots that are half full at most, 20,000 random keys walk some thirty places at worst; the crafted ones
 * walked all of each other, which is what took minutes. Counted, not timed. */
TEST(map_crafted_keys_walk_no_further_than_others)
{
  enum { KEYS = 20000, FURTHEST = 200 };
  uint64_t first = 0;
  dw_map crafted, ordinary;
  dw_map_init(&crafted);
  dw_map_init(&ordinary);
  CHECK(dw_map_longest_walk(&crafted) == 0);
  for (unsigned i = 0; i < KEYS; i++) {
    char key[33], plain[33];
    crafted_key(key, i);
    uint64_t hash = dw_rng_hash(key, 32);
    if (i == 0) first = hash;
    CHECK(hash == first); /* they do collide under the former hash, which draws still use */
    CHECK(dw_map_intern(&crafted, key, 32) == i);
    snprintf(plain, sizeof plain, "an ordinary key of 32 b %08u", i);
    dw_map_intern(&ordinary, plain, 32);
  }
  size_t walk = dw_map_longest_walk(&crafted), usual = dw_map_longest_walk(&ordinary);
  CHECK_MSG(walk >= 1 && walk < FURTHEST, "the longest walk is %zu (ordinary keys: %zu)", walk, usual);
  CHECK(usual >= 1 && usual < FURTHEST);
  dw_map_free(&crafted);
  dw_map_free(&ordinary);
}

/* Where a key falls is for the process's key alone to say: that is what keeps the writer of input from choosing it. */
TEST(map_every_hash_is_of_the_process_key)
{
  enum { LONGEST = 40 };
  dw_map made, zero = {0};
  char text[LONGEST + 1] = {0};
  dw_map_init(&made);
  for (uint32_t length = 0; length <= LONGEST; length++) {
    if (length) text[length - 1] = (char)('a' + length % 26);
    uint32_t want = (uint32_t)dw_siphash(dw_siphash_process_key(), text, length, 1, 3);
    CHECK(dw_map_intern(&made, text, length) == length && made.keys[length].hash == want);
    CHECK(dw_map_intern(&zero, text, length) == length && zero.keys[length].hash == want);
  }
  dw_map_free(&made);
  dw_map_free(&zero);
}

/* Short texts are found among the recent ones without a hash: every length on both sides of the border, many sharing a place. */
TEST(map_recent_texts_are_told_apart)
{
  enum { LONGEST = 20, EACH = 50 };
  dw_map map;
  dw_map_init(&map);
  for (int turn = 0; turn < 3; turn++)
    for (uint32_t number = 0; number < EACH; number++)
      for (uint32_t length = 0; length <= LONGEST; length++) {
        char text[LONGEST + 1] = "aaaaaaaaaaaaaaaaaaaa";
        if (length) text[(number / 25) % length] = (char)('b' + number % 25);
        uint32_t want = dw_map_find(&map, text, length), got = dw_map_intern(&map, text, length);
        CHECK(want == DW_MAP_NONE ? got == map.count - 1 : got == want);
        CHECK(map.keys[got].length == length && memcmp(map.keys[got].text, text, length) == 0);
        CHECK(dw_map_find(&map, text, length) == got && dw_map_intern(&map, text, length) == got);
      }
  CHECK(map.count == 1 + 25 + (LONGEST - 1) * EACH); /* the empty one; of one letter; a letter at two places */
  dw_map_free(&map);
}
