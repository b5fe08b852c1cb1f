#include "detect/method/strength.h"

#include "fixture.h"

static dw_finding measured(dw_type type, const char *reference, const char *current)
{
  dw_dataset r, c;
  dw_pair pair;
  dw_finding finding, again;
  fixture_dataset(&r, reference, NULL);
  fixture_dataset(&c, current, NULL);
  dw_pair_make(&pair, "v", type, dw_dataset_find(&r, "v"), dw_dataset_find(&c, "v"));
  dw_finding_init(&finding, DW_CHECK_COLUMN, "v", type);
  dw_strength_add(&finding, &pair);
  dw_finding_init(&again, DW_CHECK_COLUMN, "v", type);
  dw_strength_add(&again, &pair); /* the second time from memory */
  CHECK(pair.measured && test_close(again.effect_size, finding.effect_size, 0) && again.direction == finding.direction);
  dw_pair_free(&pair);
  dw_dataset_free(&r);
  dw_dataset_free(&c);
  return finding;
}

TEST(numbers)
{
  dw_finding f = measured(DW_TYPE_NUMERIC, "{\"v\":1}\n{\"v\":2}\n{\"v\":3}\n", "{\"v\":2}\n{\"v\":3}\n{\"v\":4}\n");
  CHECK(strcmp(f.direction, "up") == 0);
  CHECK_CLOSE(f.effect_size, 1, 1e-15);
  CHECK_CLOSE(f.effect_high - 1, 1.959963984540054 * sqrt(6.0 / 9 + 1.0 / 12), 1e-12);
  CHECK_CLOSE(1 - f.effect_low, f.effect_high - 1, 1e-12);
  CHECK_CLOSE(f.superiority.value, 7.0 / 9, 1e-15);
  CHECK(f.superiority.low > 0.2 && f.superiority.low < 0.5 && f.superiority.high > 0.9 && f.superiority.high < 1);
  f = measured(DW_TYPE_NUMERIC, "{\"v\":1}\n", "{\"v\":0}\n");
  CHECK(strcmp(f.direction, "down") == 0 && isnan(f.effect_size) && isnan(f.effect_low) && f.superiority.value == 0 &&
        f.superiority.high > 0.5);
  f = measured(DW_TYPE_NUMERIC, "{\"v\":1}\n", "{\"v\":null}\n");
  CHECK(!f.direction && isnan(f.effect_size) && isnan(f.superiority.value));
}

TEST(categories)
{
  dw_finding f =
      measured(DW_TYPE_CATEGORICAL, "{\"v\":\"a\"}\n{\"v\":\"a\"}\n{\"v\":\"a\"}\n", "{\"v\":\"b\"}\n{\"v\":\"b\"}\n{\"v\":\"b\"}\n");
  CHECK_CLOSE(f.effect_size, 1, 1e-15);
  CHECK(!f.direction && f.effect_low > 0 && f.effect_low < 1 && f.effect_high == 1 && isnan(f.superiority.value));
  f = measured(DW_TYPE_CATEGORICAL, "{\"v\":\"a\"}\n", "{\"v\":\"a\"}\n");
  CHECK(isnan(f.effect_size) && isnan(f.effect_low));
}
