#include "test.h"

#include "base/map.h"

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
