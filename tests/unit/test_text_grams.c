#include "detect/text/text_grams.h"

#include "test.h"

static void passages_of(dw_passages *p, const char *const *texts, size_t count)
{
  dw_passages_init(p, DW_PASSAGES_BYTES);
  for (size_t i = 0; i < count; i++) dw_passages_add(p, texts[i], strlen(texts[i]));
  dw_passages_finish(p);
}

static double row_length(const dw_rows *rows, size_t row)
{
  double square = 0;
  for (size_t i = rows->start[row]; i < rows->start[row + 1]; i++) square += (double)rows->value[i] * rows->value[i];
  return square;
}

static double product(const dw_rows *rows, size_t a, size_t b)
{
  double sum = 0;
  for (size_t i = rows->start[a]; i < rows->start[a + 1]; i++)
    for (size_t k = rows->start[b]; k < rows->start[b + 1]; k++)
      if (rows->column[i] == rows->column[k]) sum += (double)rows->value[i] * rows->value[k];
  return sum;
}

/* Case, runs of white space and the ends make no difference; other texts share only what they share. */
TEST(rows)
{
  static const char *const left[] = {"Hello  World"}, *const right[] = {" hello\nworld ", "HELLO there", "\xd0\x96\xd1\x83\xd0\xba"};
  dw_passages a, b;
  dw_rows rows;
  passages_of(&a, left, 1);
  passages_of(&b, right, 3);
  dw_grams_make(&rows, &a, 1, &b, 3);
  CHECK(rows.count == 4 && rows.width > 20);
  size_t same = 0, alike = 0, other = 0;
  for (size_t i = 1; i < 4; i++) {
    double p = product(&rows, 0, i);
    if (p > 0.999) same++;
    else if (p > 0.2 && p < 0.9) alike++;
    else if (p == 0) other++;
  }
  CHECK(same == 1 && alike == 1 && other == 1);
  for (size_t i = 0; i < 4; i++) CHECK(rows.start[i] == rows.start[i + 1] || fabs(row_length(&rows, i) - 1) < 1e-6);
  dw_grams_free(&rows);
  dw_passages_free(&a);
  dw_passages_free(&b);
}

/* What all texts have, or only one, is no column. */
TEST(nothing_to_tell)
{
  static const char *const left[] = {"same", "same"}, *const right[] = {"same", ""}, *const empty[] = {"", "a"};
  dw_passages a, b, c;
  dw_rows rows;
  passages_of(&a, left, 2);
  passages_of(&b, right, 1);
  passages_of(&c, empty, 2);
  dw_grams_make(&rows, &a, 2, &b, 1);
  CHECK(rows.width == 0 && rows.start[3] == 0);
  dw_grams_free(&rows);
  dw_grams_make(&rows, &a, 2, &c, 2);
  CHECK(rows.width > 0 && rows.start[2] == 2 * rows.width && rows.start[4] == rows.start[2]);
  dw_grams_free(&rows);
  dw_passages_free(&a);
  dw_passages_free(&b);
  dw_passages_free(&c);
}

TEST(long_texts_are_fewer)
{
  enum { LONG = 4000, COUNT = 3000 };
  dw_passages p;
  char *text = malloc(LONG);
  for (int i = 0; i < LONG; i++) text[i] = (char)('a' + i % 7);
  dw_passages_init(&p, 1 << 24);
  for (int i = 0; i < COUNT; i++) dw_passages_add(&p, text, LONG);
  dw_passages_finish(&p);
  CHECK(p.count == COUNT && dw_grams_affordable(&p) == DW_GRAMS_MOST / DW_GRAMS_LONGEST);
  dw_passages_free(&p);
  free(text);
}
