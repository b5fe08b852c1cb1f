#include "base/map.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/word.h"

enum { MAP_FIRST_SLOTS = 16, MAP_RECENT_BITS = 4, MAP_RECENT = 1 << MAP_RECENT_BITS, MAP_SHORT = 16 };

/* A text of 1 to MAP_SHORT bytes: two words and the length say all of it. */
typedef struct dw_map_recent {
  uint64_t head, tail;
  uint32_t length; /* 0: free */
  uint32_t index;
} dw_map_recent;

void dw_map_init(dw_map *map)
{
  *map = (dw_map){0};
  dw_arena_init(&map->arena);
}

void dw_map_free(dw_map *map)
{
  if (!map) return;
  dw_free(map->keys);
  dw_free(map->slots);
  dw_free(map->recent);
  dw_arena_free(&map->arena);
  *map = (dw_map){0};
}

static inline dw_map_recent short_text(const char *text, size_t length)
{
  const unsigned char *p = (const unsigned char *)text;
  dw_map_recent out = {.length = (uint32_t)length};
  if (length >= 8) {
    out.head = dw_word_64(p);
    out.tail = dw_word_64(p + length - 8);
  } else if (length >= 4) {
    out.head = dw_word_32(p);
    out.tail = dw_word_32(p + length - 4);
  } else {
    out.head = (uint64_t)p[0] << 16 | (uint64_t)p[length >> 1] << 8 | p[length - 1];
  }
  return out;
}

/* Where the text would stand among the recent ones. Whoever writes the input can make texts share a place; each then costs a hash, and
 * nothing more. */
static inline dw_map_recent *recent_place(const dw_map *map, const dw_map_recent *text)
{
  return &map->recent[(text->head + text->tail * 3 + text->length) * UINT64_C(0x9e3779b97f4a7c15) >> (64 - MAP_RECENT_BITS)];
}

static inline bool recent_is(const dw_map_recent *place, const dw_map_recent *text)
{
  return place->head == text->head && place->tail == text->tail && place->length == text->length;
}

static inline uint32_t map_hash(const dw_map *map, const char *text, size_t length)
{
  return (uint32_t)dw_siphash(map->hash_key, text, length, 1, 3);
}

/* The slot that holds the key, or the free slot where it would go (linear probing). */
static size_t map_slot(const dw_map *map, const char *text, size_t length, uint32_t hash)
{
  size_t slot = hash & map->slot_mask;
  for (;; slot = (slot + 1) & map->slot_mask) {
    uint32_t entry = map->slots[slot];
    if (entry == 0) return slot;
    const dw_map_key *key = &map->keys[entry - 1];
    if (key->hash == hash && key->length == length && (length == 0 || memcmp(key->text, text, length) == 0)) return slot;
  }
}

static void map_rehash(dw_map *map, size_t slots)
{
  dw_free(map->slots);
  map->slots = dw_alloc_zero(slots, sizeof *map->slots);
  map->slot_mask = slots - 1;
  for (size_t i = 0; i < map->count; i++) {
    size_t slot = map->keys[i].hash & map->slot_mask;
    while (map->slots[slot]) slot = (slot + 1) & map->slot_mask;
    map->slots[slot] = (uint32_t)i + 1;
  }
}

/* Room for the first key. The process's key is asked for here, so that a map of zero bytes has it as well. */
static void map_begin(dw_map *map)
{
  map->hash_key = dw_siphash_process_key();
  map->recent = dw_alloc_zero(MAP_RECENT, sizeof *map->recent);
  map_rehash(map, MAP_FIRST_SLOTS);
}

uint32_t dw_map_find(const dw_map *map, const char *text, size_t length)
{
  if (!map->slots) return DW_MAP_NONE;
  if (length - 1 < MAP_SHORT) {
    dw_map_recent wanted = short_text(text, length);
    const dw_map_recent *place = recent_place(map, &wanted);
    if (recent_is(place, &wanted)) return place->index;
  }
  uint32_t entry = map->slots[map_slot(map, text, length, map_hash(map, text, length))];
  return entry ? entry - 1 : DW_MAP_NONE;
}

static uint32_t map_add(dw_map *map, const char *text, size_t length)
{
  uint32_t hash = map_hash(map, text, length);
  size_t slot = map_slot(map, text, length, hash);
  if (map->slots[slot]) return map->slots[slot] - 1;
  map->keys = dw_grow(map->keys, &map->key_capacity, map->count + 1, sizeof *map->keys);
  map->keys[map->count] = (dw_map_key){dw_arena_strndup(&map->arena, text, length), (uint32_t)length, hash};
  map->slots[slot] = (uint32_t)++map->count;
  if (map->count * 2 > map->slot_mask) map_rehash(map, (map->slot_mask + 1) * 2);
  return (uint32_t)map->count - 1;
}

uint32_t dw_map_intern(dw_map *map, const char *text, size_t length)
{
  assert(length < UINT32_MAX && map->count < UINT32_MAX - 1);
  if (!map->slots) map_begin(map);
  if (length - 1 >= MAP_SHORT) return map_add(map, text, length);
  dw_map_recent wanted = short_text(text, length);
  dw_map_recent *place = recent_place(map, &wanted);
  if (recent_is(place, &wanted)) return place->index;
  wanted.index = map_add(map, text, length);
  *place = wanted;
  return wanted.index;
}

size_t dw_map_bytes(const dw_map *map)
{
  size_t slots = map->slots ? (map->slot_mask + 1) * sizeof *map->slots + MAP_RECENT * sizeof *map->recent : 0;
  return map->arena.total + map->key_capacity * sizeof *map->keys + slots;
}

size_t dw_map_longest_walk(const dw_map *map)
{
  size_t longest = 0;
  for (size_t i = 0; map->slots && i <= map->slot_mask; i++) {
    if (!map->slots[i]) continue;
    size_t walk = ((i - map->keys[map->slots[i] - 1].hash) & map->slot_mask) + 1;
    if (walk > longest) longest = walk;
  }
  return longest;
}
