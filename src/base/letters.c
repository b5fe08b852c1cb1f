#include "base/letters.h"

#include "base/str.h"

uint32_t dw_letters_next(const char *text, size_t length, size_t *at)
{
  const unsigned char *c = (const unsigned char *)text + *at;
  if (*c < 0x80) return (*at)++, *c;
  size_t bytes = dw_utf8_length(text + *at, length - *at);
  *at += bytes ? bytes : 1;
  switch (bytes) {
  case 2: return (c[0] & 0x1fu) << 6 | (c[1] & 0x3fu);
  case 3: return (c[0] & 0x0fu) << 12 | (c[1] & 0x3fu) << 6 | (c[2] & 0x3fu);
  case 4: return (c[0] & 0x07u) << 18 | (c[1] & 0x3fu) << 12 | (c[2] & 0x3fu) << 6 | (c[3] & 0x3fu);
  default: return 0xfffd;
  }
}

/* Latin Extended-A: pairs of capital and small letter, even first but for two stretches; a few stand outside. */
static uint32_t lower_extended(uint32_t c)
{
  if (c == 0x130 || c == 0x131 || c == 0x138 || c == 0x149 || c == 0x17f) return c;
  if (c == 0x178) return 0xff;
  bool odd_first = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e);
  return (c % 2 == 1) == odd_first ? c + 1 : c;
}

uint32_t dw_letters_lower(uint32_t c)
{
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  if (c < 0x100) return c >= 0xc0 && c <= 0xde && c != 0xd7 ? c + 32 : c;
  if (c < 0x180) return lower_extended(c);
  if (c >= 0x391 && c <= 0x3ab && c != 0x3a2) return c + 32;
  if (c >= 0x410 && c <= 0x42f) return c + 32;
  if (c >= 0x400 && c <= 0x40f) return c + 80;
  if (c >= 0x531 && c <= 0x556) return c + 48;
  if (c >= 0xff21 && c <= 0xff3a) return c + 32;
  return c;
}

bool dw_letters_is_digit(uint32_t c) { return c - '0' < 10; }

bool dw_letters_is_space(uint32_t c)
{
  return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
         c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

bool dw_letters_is_ideograph(uint32_t c)
{
  return (c >= 0x3041 && c <= 0x30ff && c != 0x30fb) || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff) ||
         (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff);
}

typedef struct letters_range {
  uint32_t first, last;
} letters_range;

bool dw_letters_is_letter(uint32_t c)
{
  /* clang-format off */
  static const letters_range none[] = { /* above Latin-1, ascending: blocks in which nothing is a letter */
      {0x2000, 0x206f},   {0x20a0, 0x20cf}, {0x2190, 0x2bff}, {0x2e00, 0x2e7f},   {0x2ff0, 0x3004},     {0x3008, 0x3020}, {0x3030, 0x3030},  {0x303d, 0x3040},
      {0x30fb, 0x30fb},   {0x3200, 0x33ff}, {0x4dc0, 0x4dff}, {0xd800, 0xf8ff},   {0xfd3e, 0xfd3f},     {0xfe00, 0xfe1f}, {0xfe30, 0xfe6f},  {0xfeff, 0xff20},
      {0xff3b, 0xff40},   {0xff5b, 0xff65}, {0xffe0, 0xffff}, {0x10100, 0x101ff}, {0x1d000, 0x1d24f},   {0x1f000, 0x1faff}, {0xe0000, 0x10ffff}};
  /* clang-format on */
  if (c < 0x80) return (c | 32) - 'a' < 26;
  if (c < 0x100) return (c >= 0xc0 && c != 0xd7 && c != 0xf7) || c == 0xaa || c == 0xb5 || c == 0xba;
  for (size_t i = 0; i < sizeof none / sizeof none[0] && none[i].first <= c; i++)
    if (c <= none[i].last) return false;
  return true;
}
