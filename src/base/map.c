#include "base/map.h"

#include <assert.h>
#include <string.h>

#include "base/rng.h"

enum { MAP_FIRST_SLOTS = 16 };

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
  dw_arena_free(&map->arena);
  *map = (dw_map){0};
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

uint32_t dw_map_find(const dw_map *map, const char *text, size_t length)
{
  if (!map->slots) return DW_MAP_NONE;
  uint32_t entry = map->slots[map_slot(map, text, length, (uint32_t)dw_rng_hash(text, length))];
  return entry ? entry - 1 : DW_MAP_NONE;
}

uint32_t dw_map_intern(dw_map *map, const char *text, size_t length)
{
  assert(length < UINT32_MAX && map->count < UINT32_MAX - 1);
  if (!map->slots) map_rehash(map, MAP_FIRST_SLOTS);
  uint32_t hash = (uint32_t)dw_rng_hash(text, length);
  size_t slot = map_slot(map, text, length, hash);
  if (map->slots[slot]) return map->slots[slot] - 1;
  map->keys = dw_grow(map->keys, &map->key_capacity, map->count + 1, sizeof *map->keys);
  map->keys[map->count] = (dw_map_key){dw_arena_strndup(&map->arena, text, length), (uint32_t)length, hash};
  map->slots[slot] = (uint32_t)++map->count;
  if (map->count * 2 > map->slot_mask) map_rehash(map, (map->slot_mask + 1) * 2);
  return (uint32_t)map->count - 1;
}

size_t dw_map_bytes(const dw_map *map)
{
  return map->arena.total + map->key_capacity * sizeof *map->keys + (map->slots ? (map->slot_mask + 1) * sizeof *map->slots : 0);
}
