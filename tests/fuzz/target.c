#include "target.h"

#include <string.h>

fuzz_target *fuzz_targets;

void fuzz_target_add(fuzz_target *target)
{
  fuzz_target **at = &fuzz_targets;
  while (*at && strcmp((*at)->name, target->name) < 0) at = &(*at)->next;
  target->next = *at;
  *at = target;
}

/* clang-format off */
static const char *const nasty[] = {
    "{", "}", "[", "]", "\"", "\\", "\\u", "\\ud800", "\\u0000", "\n", "\r\n", ",", ",,", ":", "null", "NaN", "-", "1e999", "-0", "1e-999", "0x1",
    "99999999999999999999", "0.1e", "\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xef\xbb\xbf", "[[[[[[[[", "{\"a\":{\"a\":",
    "\"kind\":\"summary\"", "true", "e", ".", " ", "\t", "\"\"",
};
/* clang-format on */
enum { NASTY = sizeof nasty / sizeof *nasty, LONGEST = 400 };

void fuzz_splice(dw_buf *text, size_t at, size_t cut, const char *insert, size_t length)
{
  dw_buf result = {0};
  dw_buf_add(&result, text->data, at);
  dw_buf_add(&result, insert, length);
  dw_buf_add(&result, text->data + at + cut, text->length - at - cut);
  dw_buf_free(text);
  *text = result;
}

void fuzz_damage(dw_buf *text, dw_rng *rng)
{
  const char *word = nasty[dw_rng_below(rng, NASTY)];
  if (!text->length) {
    dw_buf_text(text, word);
    return;
  }
  size_t at = dw_rng_below(rng, text->length), room = text->length - at;
  size_t span = 1 + dw_rng_below(rng, room < LONGEST ? room : LONGEST);
  switch (dw_rng_below(rng, 7)) {
  case 0: text->data[at] ^= (char)(1u << dw_rng_below(rng, 8)); break;
  case 1: text->data[at] = (char)dw_rng_below(rng, 256); break;
  case 2: fuzz_splice(text, at, span, "", 0); break;
  case 3: { /* doubled */
    char copy[LONGEST];
    memcpy(copy, text->data + at, span);
    fuzz_splice(text, at, 0, copy, span);
    break;
  }
  case 4: fuzz_splice(text, at, 0, word, strlen(word)); break;
  case 5: fuzz_splice(text, at, span < 12 ? span : 12, word, strlen(word)); break;
  default: fuzz_splice(text, at, dw_rng_below(rng, 8) ? span : room, "", 0); break; /* now and then cut short */
  }
}

void fuzz_words(dw_buf *text, dw_rng *rng, const char *const *word, size_t words)
{
  const char *one = word[dw_rng_below(rng, words)];
  size_t at = dw_rng_below(rng, text->length + 1), room = text->length - at;
  size_t cut = dw_rng_below(rng, 3) ? 0 : dw_rng_below(rng, (room < 8 ? room : 8) + 1);
  fuzz_splice(text, at, cut, one, strlen(one));
}

/* Behind the value at `at`: a string, a list or object whole, or up to what separates values. */
static size_t value_end(const dw_buf *text, size_t at)
{
  size_t depth = 0;
  bool quoted = false;
  for (; at < text->length; at++) {
    char c = text->data[at];
    if (quoted) {
      at += c == '\\';
      quoted = c != '"';
      if (!quoted && !depth) return at + 1;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      depth++;
    } else if (c == '}' || c == ']') {
      if (!depth) return at;
      if (!--depth) return at + 1;
    } else if ((c == ',' || c == ':' || c == '\n') && !depth) {
      return at;
    }
  }
  return text->length;
}

/* Where a value or a key begins, from somewhere on. */
static size_t value_begin(const dw_buf *text, dw_rng *rng)
{
  size_t from = dw_rng_below(rng, text->length);
  for (size_t i = 0; i < text->length; i++) {
    size_t at = (from + i) % text->length;
    if (strchr("{[:,", text->data[at]) && text->data[at]) return at + 1 < text->length ? at + 1 : 0;
  }
  return 0;
}

void fuzz_values(dw_buf *text, dw_rng *rng)
{
  static const char *const value[] = {
      "-1",
      "0",
      "1",
      "2",
      "3",
      "0.5",
      "-0",
      "1e300",
      "1e-300",
      "-1e300",
      "255",
      "65536",
      "2147483648",
      "4294967296",
      "9007199254740993",
      "1e999",
      "null",
      "true",
      "false",
      "[]",
      "{}",
      "\"\"",
      "\"a\"",
      "\"0\"",
      "[0]",
      "[[]]",
      "[null]",
      "[1,1,1]",
      "\"2026-01-01T00:00:00Z\"",
      "\"\\u0000\"",
      "\"none\"",
      "\"high\"",
      "\"-1\"",
      "\"numeric\"",
      "\"categorical\"",
  };
  if (!text->length) {
    dw_buf_text(text, "{}");
    return;
  }
  size_t at = value_begin(text, rng), end = value_end(text, at), other = value_begin(text, rng), other_end = value_end(text, other);
  const char *word = value[dw_rng_below(rng, sizeof value / sizeof *value)];
  dw_buf copy = {0};
  switch (dw_rng_below(rng, 6)) {
  case 0: /* gone, with its comma */ fuzz_splice(text, at, end - at + (end < text->length && text->data[end] == ','), "", 0); break;
  case 1:
    dw_buf_add(&copy, text->data + at, end - at);
    dw_buf_char(&copy, ',');
    fuzz_splice(text, at, 0, copy.data, copy.length);
    break;
  case 2:
    dw_buf_add(&copy, text->data + other, other_end - other);
    fuzz_splice(text, at, end - at, copy.data, copy.length);
    break;
  case 3: /* a digit more, or another one */
    if (end > at) text->data[end - 1] = (char)('0' + dw_rng_below(rng, 10));
    break;
  default: fuzz_splice(text, at, end - at, word, strlen(word));
  }
  dw_buf_free(&copy);
}
