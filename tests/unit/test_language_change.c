#include "model/language/language_change.h"

#include "language_case.h"
#include "model/language/language_parts.h"

static const char *const text = "A password should be checked before you trust it. The network can be lost at once!";

TEST(noise)
{
  dw_language *model = language_of_english(6), *none = dw_language_noise(model, 0, 1);
  CHECK(language_same(model, none));
  dw_language_free(none);
  double last = 0;
  for (double sd = 0.001; sd < 100; sd *= 10) {
    dw_language *one = dw_language_noise(model, sd, 1), *same = dw_language_noise(model, sd, 1), *other = dw_language_noise(model, sd, 2);
    CHECK(language_same(one, same) && !language_same(one, other) && !language_same(one, model));
    language_normal_along(one, text, strlen(text));
    double change = dw_language_divergence_along(model, one, text, strlen(text));
    CHECK_MSG(change > last, "sd %g: %g after %g", sd, change, last);
    last = change;
    dw_language_free(one);
    dw_language_free(same);
    dw_language_free(other);
  }
  dw_language_free(model);
}

/* The factors are those of a log-normal law of this spread. */
TEST(noise_is_relative)
{
  dw_language *model = language_of_english(6), *noisy = dw_language_noise(model, 0.05, 3);
  double sum = 0, squares = 0, n = model->grams;
  for (uint32_t g = 0; g < model->grams; g++) {
    double z = log(noisy->weight[g] / model->weight[g]) / 0.05;
    sum += z;
    squares += z * z;
  }
  CHECK(n > 1000 && fabs(sum / n) < 5 / sqrt(n) && fabs(squares / n - 1) < 5 * sqrt(2 / n));
  dw_language_free(model);
  dw_language_free(noisy);
}

/* What a block becomes, told again in whole steps. */
static double worst_error(const dw_language *model, const dw_language *rough, unsigned bits)
{
  double worst = 0;
  for (uint32_t g = 0; g < model->grams; g += 32) {
    double most = 0, share[32];
    uint32_t end = g + 32 < model->grams ? g + 32 : model->grams;
    for (uint32_t i = g, c = 0; i < end; i++) {
      while (model->first[c + 1] <= i) c++;
      share[i - g] = model->weight[i] / model->total[c];
      most = fmax(most, share[i - g]);
    }
    double step = bits == 8 ? most / 127 : most / 8;
    for (uint32_t i = g, c = 0; i < end; i++) {
      while (model->first[c + 1] <= i) c++;
      double now = rough->weight[i] / model->total[c], whole = now / step;
      CHECK_MSG(fabs(whole - rint(whole)) < 1e-4 && whole >= -1e-9, "%g steps", whole);
      worst = fmax(worst, fabs(now - share[i - g]) / step);
    }
  }
  return worst;
}

TEST(quantised)
{
  dw_language *model = language_of_english(6), *eight = dw_language_quantise(model, 8), *four = dw_language_quantise(model, 4);
  CHECK(worst_error(model, eight, 8) < 0.5001);
  CHECK(worst_error(model, four, 4) < 0.5001);
  language_normal_along(eight, text, strlen(text));
  language_normal_along(four, text, strlen(text));
  double a = dw_language_divergence_along(model, eight, text, strlen(text)),
         b = dw_language_divergence_along(model, four, text, strlen(text));
  CHECK_MSG(a > 1e-9 && a < 0.005 && b > 5 * a && b < 0.2, "%g %g", a, b);
  dw_language_free(model);
  dw_language_free(eight);
  dw_language_free(four);
}

/* Blocks of a smaller share are among those of a larger one; the others keep their weights to the bit. */
TEST(quantised_in_part)
{
  dw_language *model = language_of_english(6), *all = dw_language_quantise(model, 4), *last = dw_language_quantise_share(model, 4, 0, 9);
  dw_language *whole = dw_language_quantise_share(model, 4, 1, 9);
  CHECK(language_same(model, last) && language_same(all, whole));
  for (int tenths = 3; tenths < 10; tenths += 3) {
    dw_language *part = dw_language_quantise_share(model, 4, tenths / 10.0, 9);
    size_t changed = 0, of = 0, lost = 0;
    for (uint32_t g = 0; g < model->grams; g++) {
      changed += part->weight[g] != model->weight[g];
      of += all->weight[g] != model->weight[g];
      lost += part->weight[g] != model->weight[g] && part->weight[g] != all->weight[g];
      lost += last->weight[g] != model->weight[g] && part->weight[g] != last->weight[g];
    }
    CHECK(lost == 0);
    double share = (double)changed / (double)of;
    CHECK_MSG(fabs(share - tenths / 10.0) < 0.1, "%d tenths: %g", tenths, share);
    language_normal_along(part, text, strlen(text));
    dw_language_free(last);
    last = part;
  }
  dw_language_free(model);
  dw_language_free(all);
  dw_language_free(last);
  dw_language_free(whole);
}
