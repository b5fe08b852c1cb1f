/* map: byte strings to small indices, in order of first sight (interning).
 *
 * dw_map_intern("b") = 0, ("a") = 1, ("b") = 0 … Keys are copied into the map. They are hashed with the key of the process
 * (base/siphash.h), so that nobody can write input whose keys all fall into one place; the index order never depends on the hash. Columns
 * repeat few short texts: the texts of 1 to 16 bytes that were interned last are kept as two words each and found without hashing.
 */
#ifndef DW_BASE_MAP_H
#define DW_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/siphash.h"

#define DW_MAP_NONE UINT32_MAX

typedef struct dw_map_key {
  const char *text; /* NUL-terminated copy; may hold NULs of its own */
  uint32_t length;
  uint32_t hash;
} dw_map_key;

struct dw_map_recent;

typedef struct dw_map {
  dw_map_key *keys; /* keys[index], count of them */
  size_t count;
  size_t key_capacity;
  uint32_t *slots; /* index + 1, 0 for free; slot_mask + 1 of them */
  size_t slot_mask;
  struct dw_map_recent *recent;
  dw_siphash_key hash_key;
  dw_arena arena;
} dw_map;

void dw_map_init(dw_map *map);
void dw_map_free(dw_map *map);
uint32_t dw_map_find(const dw_map *map, const char *text, size_t length); /* DW_MAP_NONE when absent */
uint32_t dw_map_intern(dw_map *map, const char *text, size_t length);     /* found or added */
size_t dw_map_bytes(const dw_map *map);                                   /* memory held */
/* for tests: the most slots that are looked at to find a key; whatever the keys, a few dozen */
size_t dw_map_longest_walk(const dw_map *map);

#endif
