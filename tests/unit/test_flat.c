#include "io/arrow/flat.h"

#include "test.h"

/* The root stands at 12, its list of members at 4: member 0 is a number, member 1 a text. */
static const unsigned char whole[] = {12, 0,    0,    0,    8,    0, 12, 0, 4, 0, 8, 0, 8, 0,   0,
                                      0,  0xf9, 0xff, 0xff, 0xff, 4, 0,  0, 0, 2, 0, 0, 0, 'h', 'i'};

TEST(members_are_found_by_their_number)
{
  dw_flat flat = dw_flat_of(whole, sizeof whole);
  dw_flat_table root = dw_flat_root(&flat);
  size_t length;
  CHECK(dw_flat_integer(&flat, root, 0, 4, 5) == -7 && dw_flat_integer(&flat, root, 0, 1, 5) == -7);
  const char *text = dw_flat_text(&flat, root, 1, &length);
  CHECK(text && length == 2 && memcmp(text, "hi", 2) == 0);
  CHECK(dw_flat_integer(&flat, root, 2, 8, 5) == 5 && dw_flat_inner(&flat, root, 9) == 0);
  CHECK(!flat.wrong && dw_flat_integer(&flat, 0, 0, 4, 3) == 3 && !flat.wrong);
}

TEST(what_points_outside_is_a_fault)
{
  for (size_t i = 0; i < sizeof whole; i++)
    for (size_t length = 0; length < sizeof whole; length++) {
      unsigned char bytes[sizeof whole];
      memcpy(bytes, whole, sizeof whole);
      bytes[i] = 0xff;
      dw_flat flat = dw_flat_of(bytes, length);
      dw_flat_table root = dw_flat_root(&flat);
      size_t got;
      dw_flat_integer(&flat, root, 0, 4, 0);
      const char *text = dw_flat_text(&flat, root, 1, &got);
      CHECK(!text || ((const unsigned char *)text >= bytes && (const unsigned char *)text + got <= bytes + length));
    }
  dw_flat flat = dw_flat_of(whole, sizeof whole - 1);
  size_t got;
  CHECK(!dw_flat_text(&flat, dw_flat_root(&flat), 1, &got) && flat.wrong);
}
