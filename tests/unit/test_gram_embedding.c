#include "test.h"

#include "canary/answers/gram_embedding.h"

static double product(const char *a, const char *b)
{
  double x[DW_GRAM_EMBEDDING], y[DW_GRAM_EMBEDDING], sum = 0;
  dw_gram_embedding(a, strlen(a), x);
  dw_gram_embedding(b, strlen(b), y);
  for (int i = 0; i < DW_GRAM_EMBEDDING; i++) sum += x[i] * y[i];
  return sum;
}

TEST(length_is_one_whatever_the_text)
{
  static const char *const texts[] = {
      "", " ", "a", "ab", "Use a password manager.", "\xff\xfe", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "\xe2\x82\xac"};
  static char large[3000000];
  memset(large, 'x', sizeof large - 1);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) CHECK_CLOSE(product(texts[i], texts[i]), 1, 1e-12);
  CHECK_CLOSE(product(large, large), 1, 1e-12);
}

TEST(what_is_alike_is_near)
{
  const char *text = "Use a password manager, and turn on two-factor authentication wherever it is offered.";
  CHECK_CLOSE(product(text, "  USE a password\tmanager, and turn on two-factor\nauthentication wherever it is offered. "), 1, 1e-12);
  double near = product(text, "Use a password manager, and turn on two-factor authentication where you can.");
  double far = product(text, "The recipe asks for three eggs, half a pound of flour, and a pinch of salt.");
  CHECK_MSG(near > 0.7 && near < 1, "near %g", near);
  CHECK_MSG(fabs(far) < 0.25, "far %g", far);
  CHECK(product("", "no") < 0.5 && product("a", "b") < 0.5);
}

/* Unlike texts are as far apart as chance has it: the products of many pairs have mean 0 and standard deviation 1 / sqrt(384). */
TEST(unlike_texts_are_orthogonal_but_for_chance)
{
  double sum = 0, squares = 0;
  int count = 0;
  for (int i = 0; i < 60; i++)
    for (int k = 0; k < i; k++, count++) {
      char a[40], b[40];
      for (int n = 0; n < 30; n++)
        a[n] = (char)('a' + (i * 7 + n * n * (i + 3) + n * 5) % 26), b[n] = (char)('0' + (k * 3 + n * n * (k + 2) + n * 11) % 10);
      a[30] = b[30] = '\0';
      double p = product(a, b);
      sum += p, squares += p * p;
    }
  CHECK_MSG(fabs(sum / count) < 0.02, "mean %g", sum / count);
  CHECK_MSG(sqrt(squares / count) < 1.6 / sqrt(DW_GRAM_EMBEDDING), "deviation %g", sqrt(squares / count));
}

/* The same on every machine and in every release: baselines are kept. */
TEST(the_numbers_are_pinned)
{
  double x[DW_GRAM_EMBEDDING], sum = 0;
  dw_gram_embedding("canary", 6, x);
  int set = 0;
  for (int i = 0; i < DW_GRAM_EMBEDDING; i++) {
    set += x[i] != 0;
    sum += x[i] * (i + 1);
  }
  CHECK_MSG(set == 15, "%d places", set);
  CHECK_MSG(test_close(sum, 34.59865122612, 1e-9), "%.14g", sum);
}
