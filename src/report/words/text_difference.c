#include "report/words/text_difference.h"

#include <stdint.h>
#include <string.h>

typedef struct word {
  const char *text;
  size_t length;
  bool differs;
} word;

typedef struct word_list {
  const char *text;
  word *word;
  size_t count;
} word_list;

static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

static word_list words_of(const char *text)
{
  word_list list = {.text = text, .word = dw_alloc_array(strlen(text) / 2 + 1, sizeof *list.word)};
  for (const char *at = text; *at;) {
    while (*at && is_space(*at)) at++;
    const char *start = at;
    while (*at && !is_space(*at)) at++;
    if (at > start) list.word[list.count++] = (word){start, (size_t)(at - start), true};
  }
  return list;
}

static bool same(const word *a, const word *b) { return a->length == b->length && memcmp(a->text, b->text, a->length) == 0; }

static void share(word *a, word *b) { a->differs = b->differs = false; }

/* Longest common subsequence: length[i][k] is that of what lies behind word i of a and word k of b. */
static void longest(word *a, size_t m, word *b, size_t n)
{
  uint16_t *length = dw_alloc_zero((m + 1) * (n + 1), sizeof *length);
  for (size_t i = m; i > 0; i--)
    for (size_t k = n; k > 0; k--) {
      uint16_t down = length[i * (n + 1) + k - 1], right = length[(i - 1) * (n + 1) + k];
      uint16_t on = (uint16_t)(length[i * (n + 1) + k] + 1), most = down > right ? down : right;
      length[(i - 1) * (n + 1) + k - 1] = same(&a[i - 1], &b[k - 1]) ? on : most;
    }
  for (size_t i = 0, k = 0; i < m && k < n;) {
    if (same(&a[i], &b[k])) share(&a[i++], &b[k++]);
    else if (length[(i + 1) * (n + 1) + k] >= length[i * (n + 1) + k + 1]) i++;
    else k++;
  }
  dw_free(length);
}

static void compare(word_list *a, word_list *b)
{
  size_t from = 0, m = a->count, n = b->count;
  for (; from < m && from < n && same(&a->word[from], &b->word[from]); from++) share(&a->word[from], &b->word[from]);
  for (; m > from && n > from && same(&a->word[m - 1], &b->word[n - 1]); m--, n--) share(&a->word[m - 1], &b->word[n - 1]);
  m -= from;
  n -= from;
  if (m && n && m <= DW_TEXT_WORDS && n <= DW_TEXT_WORDS) longest(a->word + from, m, b->word + from, n);
}

/* A part ends behind its last word; spaces in front of the next one are of the next, unless that differs: marks begin at words. */
static dw_text_parts parts_of(const word_list *list, dw_arena *arena)
{
  dw_text_parts out = {.part = dw_arena_alloc(arena, (list->count * 2 + 2) * sizeof *out.part), .words = list->count};
  const char *at = list->text;
  for (size_t i = 0; i < list->count;) {
    size_t last = i;
    bool differs = list->word[i].differs;
    while (last + 1 < list->count && list->word[last + 1].differs == differs) last++;
    const char *start = list->word[i].text, *end = list->word[last].text + list->word[last].length;
    bool more = last + 1 < list->count;
    if (!differs) {
      start = at;
      out.common += last + 1 - i;
      if (more) end = list->word[last + 1].text;
    } else if (start > at) {
      out.part[out.count++] = (dw_text_part){at, (size_t)(start - at), false};
    }
    out.part[out.count++] = (dw_text_part){start, (size_t)(end - start), differs};
    at = end;
    i = last + 1;
  }
  if (*at) out.part[out.count++] = (dw_text_part){at, strlen(at), false};
  return out;
}

void dw_text_difference(const char *reference, const char *current, dw_arena *arena, dw_text_parts out[2])
{
  word_list a = words_of(reference), b = words_of(current);
  compare(&a, &b);
  out[0] = parts_of(&a, arena);
  out[1] = parts_of(&b, arena);
  dw_free(a.word);
  dw_free(b.word);
}
