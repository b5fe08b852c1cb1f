/* damage SEED <input >output: a few random changes to the input, the same for the same seed: bytes flipped, spans cut, doubled, or
 * replaced by what parsers stumble over. For scripts/fuzz. */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/rng.h"
#include "base/str.h"

/* clang-format off */
static const char *const nasty[] = {
    "{", "}", "[", "]", "\"", "\\", "\\u", "\\ud800", "\\u0000", "\n", "\r\n", ",", ",,", ":", "null", "NaN", "-", "1e999", "-0", "1e-999", "0x1",
    "99999999999999999999", "0.1e", "\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xef\xbb\xbf", "[[[[[[[[", "{\"a\":{\"a\":",
    "\"kind\":\"summary\"", "true", "e", ".", " ", "\t", "\"\"",
};
/* clang-format on */
enum { NASTY = sizeof nasty / sizeof *nasty, CHANGES = 6, LONGEST = 400 };

/* old without [at, at + cut), with insert there. */
static void splice(dw_buf *text, size_t at, size_t cut, const char *insert, size_t length)
{
  dw_buf result = {0};
  dw_buf_add(&result, text->data, at);
  dw_buf_add(&result, insert, length);
  dw_buf_add(&result, text->data + at + cut, text->length - at - cut);
  dw_buf_free(text);
  *text = result;
}

static void change(dw_buf *text, dw_rng *rng)
{
  size_t at = dw_rng_below(rng, text->length), room = text->length - at;
  size_t span = 1 + dw_rng_below(rng, room < LONGEST ? room : LONGEST);
  const char *word = nasty[dw_rng_below(rng, NASTY)];
  switch (dw_rng_below(rng, 7)) {
  case 0: text->data[at] ^= (char)(1u << dw_rng_below(rng, 8)); break;
  case 1: text->data[at] = (char)dw_rng_below(rng, 256); break;
  case 2: splice(text, at, span, "", 0); break;
  case 3: { /* doubled */
    char copy[LONGEST];
    memcpy(copy, text->data + at, span);
    splice(text, at, 0, copy, span);
    break;
  }
  case 4: splice(text, at, 0, word, strlen(word)); break;
  case 5: splice(text, at, span < 12 ? span : 12, word, strlen(word)); break;
  default: splice(text, at, dw_rng_below(rng, 8) ? span : room, "", 0); break; /* now and then cut short */
  }
}

int main(int argc, char **argv)
{
  uint64_t seed;
  dw_rng rng;
  dw_buf text = {0};
  if (argc != 2 || !dw_num_parse_unsigned(argv[1], strlen(argv[1]), &seed)) return 2;
  dw_rng_start(&rng, dw_rng_derive(seed, "damage"), 0, 0);
  for (size_t count; (count = fread(dw_buf_room(&text, 65536), 1, 65536, stdin)) > 0;) text.length += count;
  for (uint64_t n = 1 + dw_rng_below(&rng, CHANGES); n-- > 0 && text.length;) change(&text, &rng);
  bool written = fwrite(text.data, 1, text.length, stdout) == text.length && fflush(stdout) == 0;
  dw_buf_free(&text);
  return written ? 0 : 4;
}
