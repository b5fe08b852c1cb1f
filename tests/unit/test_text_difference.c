#include "report/words/text_difference.h"

#include "base/str.h"
#include "test.h"

static dw_arena arena;
static dw_buf out;

/* What differs in brackets; the parts together are the text. */
static const char *marked(const dw_text_parts *parts, const char *text)
{
  dw_buf whole = {0};
  out.length = 0;
  for (size_t i = 0; i < parts->count; i++) {
    const dw_text_part *part = &parts->part[i];
    if (part->differs) dw_buf_char(&out, '[');
    dw_buf_add(&out, part->text, part->length);
    if (part->differs) dw_buf_char(&out, ']');
    dw_buf_add(&whole, part->text, part->length);
  }
  CHECK_TEXT(dw_buf_cstr(&whole), text);
  dw_buf_free(&whole);
  return dw_buf_cstr(&out);
}

static void difference(const char *a, const char *b, const char *expected_a, const char *expected_b)
{
  dw_text_parts parts[2];
  dw_text_difference(a, b, &arena, parts);
  CHECK_TEXT(marked(&parts[0], a), expected_a);
  CHECK_TEXT(marked(&parts[1], b), expected_b);
  CHECK(parts[0].common == parts[1].common);
}

TEST(words_that_the_other_does_not_have)
{
  dw_arena_init(&arena);
  difference("a b c", "a b c", "a b c", "a b c");
  difference("use a long password", "use a longer one", "use a [long password]", "use a [longer one]");
  difference("keep it safe", "keep it very safe now", "keep it safe", "keep it [very] safe [now]");
  difference("", "new", "", "[new]");
  difference("  led by\n\nspaces ", "by spaces", "  [led] by\n\nspaces ", "by spaces");
  difference("x a y b z", "a b", "[x] a [y] b [z]", "a b");
  difference("the cat sat", "le chat", "[the cat sat]", "[le chat]");
  difference("   ", "\t", "   ", "\t");
  difference("über alles", "über nichts", "über [alles]", "über [nichts]");
}

/* The longest common sequence by enumeration of all subsequences of short texts over three words. */
static size_t longest(const char *a, size_t m, const char *b, size_t n)
{
  if (m == 0 || n == 0) return 0;
  if (a[0] == b[0]) return 1 + longest(a + 1, m - 1, b + 1, n - 1);
  size_t x = longest(a + 1, m - 1, b, n), y = longest(a, m, b + 1, n - 1);
  return x > y ? x : y;
}

TEST(as_much_as_possible_is_common)
{
  enum { WORDS = 6, LETTERS = 3 };
  for (unsigned pick = 0; pick < 3000; pick++) {
    char letters[2][WORDS], text[2][2 * WORDS + 1];
    uint64_t state = pick * UINT64_C(2654435761) + 12345;
    for (int side = 0; side < 2; side++) {
      for (int i = 0; i < WORDS; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        letters[side][i] = (char)('a' + (state >> 33) % LETTERS);
        text[side][2 * i] = letters[side][i];
        text[side][2 * i + 1] = ' ';
      }
      text[side][2 * WORDS] = '\0';
    }
    dw_text_parts parts[2];
    dw_text_difference(text[0], text[1], &arena, parts);
    CHECK_MSG(parts[0].common == longest(letters[0], WORDS, letters[1], WORDS), "%s| %s", text[0], text[1]);
    CHECK(parts[0].common == parts[1].common && parts[0].words == WORDS);
  }
}

/* Too long to be compared word by word in between: begin and end are still told. */
TEST(long_texts_are_bounded)
{
  dw_buf a = {0}, b = {0};
  dw_buf_text(&a, "begin ");
  dw_buf_text(&b, "begin ");
  for (int i = 0; i < 100000; i++) dw_buf_format(&a, "a%d ", i);
  for (int i = 0; i < 100000; i++) dw_buf_format(&b, "b%d ", i);
  dw_buf_text(&a, "end");
  dw_buf_text(&b, "end");
  dw_text_parts parts[2];
  dw_text_difference(dw_buf_cstr(&a), dw_buf_cstr(&b), &arena, parts);
  CHECK(parts[0].common == 2 && parts[0].words == 100002 && parts[0].count == 3 && parts[0].part[1].differs);
  dw_buf_free(&a);
  dw_buf_free(&b);
  dw_buf_free(&out);
  dw_arena_free(&arena);
}
