/* How often records are the same: against counts by hand, and what is expected of fewer of them. */
#include "data/datasets/repeats.h"

#include <math.h>

#include "fixture.h"

static dw_repeats of(const char *text, const char *label, size_t memory)
{
  dw_dataset set;
  fixture_dataset(&set, text, &(dw_dataset_options){.repeats = true, .label = label, .memory = memory});
  dw_repeats out = set.repeats;
  set.repeats = (dw_repeats){0};
  dw_dataset_free(&set);
  return out;
}

static void expect(const char *text, const char *label, double records, double repeated)
{
  double all, again;
  dw_repeats repeats = of(text, label, 0);
  dw_repeats_expect(&repeats, 0, 1, &all, &again);
  CHECK_MSG(all == records && again == repeated, "%s: %g of %g", text, again, all);
  dw_repeats_free(&repeats);
}

TEST(records_are_the_same_by_their_values)
{
  expect("{\"a\":1,\"b\":\"x\"}\n{\"b\":\"x\",\"a\":1.0}\n{\"a\":1e0,\"b\":\"\\u0078\"}\n", NULL, 3, 2);
  expect("{\"a\":0}\n{\"a\":-0.0}\n{\"a\":\"0\"}\n{\"a\":false}\n{\"a\":null}\n{}\n", NULL, 6, 2); /* -0 and 0; null and absent */
  expect("{\"a\":1,\"b\":2}\n{\"a\":2,\"b\":1}\n{\"a\":[1,2]}\n{\"a\":[2,1]}\n{\"a\":[1,2]}\n", NULL, 5, 1);
  expect("{\"a\":1,\"y\":0}\n{\"a\":1,\"y\":1}\n", NULL, 2, 0);
  expect("{\"a\":1,\"y\":0}\n{\"a\":1,\"y\":1}\n", "y", 2, 1);
}

/* Three records, one twice and one a hundred times, of which each is kept with a chance of a half. */
TEST(fewer_records_repeat_each_other_less)
{
  dw_buf text = {0};
  dw_buf_text(&text, "{\"a\":1}\n{\"a\":2}\n{\"a\":2}\n");
  for (int i = 0; i < 100; i++) dw_buf_text(&text, "{\"a\":3}\n");
  double all, again;
  dw_repeats repeats = of(dw_buf_cstr(&text), NULL, 0);
  dw_repeats_expect(&repeats, 0, 0.5, &all, &again);
  CHECK(all == 51.5);
  CHECK_CLOSE(again, 51.5 - 0.5 - 0.75 - 1, 1e-12);
  dw_repeats_free(&repeats);
  dw_buf_free(&text);
}

/* Every record twice: so it is in the sample too, and at every level of it. */
TEST(a_sample_has_all_copies_or_none)
{
  dw_buf text = {0};
  for (int i = 0; i < 40000; i++) dw_buf_format(&text, "{\"a\":%d}\n", i % 20000);
  dw_repeats repeats = of(dw_buf_cstr(&text), NULL, 1000);
  CHECK(repeats.level >= 3);
  for (unsigned deeper = 0; deeper < DW_REPEATS_DEEPER; deeper++) {
    double all, again;
    dw_repeats_expect(&repeats, repeats.level + deeper, 1, &all, &again);
    CHECK(again * 2 == all);
    if (deeper < 3) CHECK(fabs(ldexp(all, (int)(repeats.level + deeper)) / 40000 - 1) < 0.2);
  }
  dw_repeats_free(&repeats);
  dw_buf_free(&text);
}
