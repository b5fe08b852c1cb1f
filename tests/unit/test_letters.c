#include "base/letters.h"

#include "test.h"

TEST(characters_and_stray_bytes)
{
  const char *text = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xff\xe2\x82";
  static const uint32_t want[] = {'a', 0xe4, 0x20ac, 0x1f600, 0xfffd, 0xfffd, 0xfffd};
  size_t at = 0, length = strlen(text);
  for (int i = 0; i < 7; i++) CHECK(at < length && dw_letters_next(text, length, &at) == want[i]);
  CHECK(at == length);
}

/* Pairs of capital and small letter, and what has none. */
TEST(lower_case)
{
  static const uint32_t pair[][2] = {{'A', 'a'},     {'Z', 'z'},     {0xc4, 0xe4},   {0xde, 0xfe},   {0x100, 0x101},
                                     {0x139, 0x13a}, {0x14a, 0x14b}, {0x178, 0xff},  {0x179, 0x17a}, {0x391, 0x3b1},
                                     {0x3a9, 0x3c9}, {0x410, 0x430}, {0x401, 0x451}, {0x531, 0x561}, {0xff21, 0xff41}};
  static const uint32_t still[] = {'a',   '1',   '[',   '@',   0xd7,  0xf7,   0xdf,    0xff,  0x131,
                                   0x138, 0x149, 0x17f, 0x3a2, 0x430, 0x4e2d, 0x1f600, 0xfffd};
  for (size_t i = 0; i < sizeof pair / sizeof pair[0]; i++) {
    CHECK_MSG(dw_letters_lower(pair[i][0]) == pair[i][1], "U+%04x", pair[i][0]);
    CHECK_MSG(dw_letters_lower(pair[i][1]) == pair[i][1], "U+%04x", pair[i][1]);
  }
  for (size_t i = 0; i < sizeof still / sizeof still[0]; i++) CHECK_MSG(dw_letters_lower(still[i]) == still[i], "U+%04x", still[i]);
}

TEST(letters_digits_spaces)
{
  static const uint32_t letter[] = {'a',   'Z',   0xe9,  0xdf,  0x142,  0x301,  0x3b1,  0x436,
                                    0x5d0, 0x627, 0x939, 0xe01, 0x4e2d, 0x3042, 0xac00, 0x20000};
  static const uint32_t none[] = {'1',    '_',    ' ',    '.',    0,      0xd7,   0xa0,    0xbf,  0x2014,
                                  0x20ac, 0x2192, 0x3001, 0xfe0f, 0xff01, 0xfffd, 0x1f600, 0xe000};
  for (size_t i = 0; i < sizeof letter / sizeof letter[0]; i++) CHECK_MSG(dw_letters_is_letter(letter[i]), "U+%04x", letter[i]);
  for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) CHECK_MSG(!dw_letters_is_letter(none[i]), "U+%04x", none[i]);
  CHECK(dw_letters_is_digit('0') && dw_letters_is_digit('9') && !dw_letters_is_digit('a') && !dw_letters_is_digit('/'));
  CHECK(dw_letters_is_space(' ') && dw_letters_is_space('\n') && dw_letters_is_space(0xa0) && dw_letters_is_space(0x3000) &&
        !dw_letters_is_space('_') && !dw_letters_is_space(0));
  CHECK(dw_letters_is_ideograph(0x4e2d) && dw_letters_is_ideograph(0x30ab) && !dw_letters_is_ideograph(0xac00) &&
        !dw_letters_is_ideograph('a'));
}
