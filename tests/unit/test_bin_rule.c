#include "detect/method/bin_rule.h"

#include "test.h"

TEST(what_bins_may_be)
{
  dw_arena arena;
  dw_bin_rule rule;
  dw_arena_init(&arena);
  CHECK(dw_bin_rule_parse("20", &arena, &rule, NULL) == DW_OK && rule.kind == DW_BINS_QUANTILES && rule.count == 20);
  CHECK(dw_bin_rule_parse("evidently", &arena, &rule, NULL) == DW_OK && rule.kind == DW_BINS_EVIDENTLY);
  CHECK(dw_bin_rule_parse("-1.5,0,2e3", &arena, &rule, NULL) == DW_OK && rule.kind == DW_BINS_EDGES && rule.count == 3);
  CHECK(rule.edge[0] == -1.5 && rule.edge[1] == 0 && rule.edge[2] == 2000);
  dw_arena_free(&arena);
}

TEST(what_they_may_not_be)
{
  static const struct {
    const char *word, *message;
  } wrong[] = {{"", "--bins: \"\" is neither a number of bins from 2 to 1000, nor edges such as 10,20,50, nor evidently"},
               {"1", "\"1\" is neither"},
               {"1001", "\"1001\" is neither"},
               {"0.5", "\"0.5\" is neither"},
               {"sturges", "\"sturges\" is neither"},
               {"1,x", "--bins: \"x\" is not a number; edges are written 10,20,50"},
               {"1,", "\"\" is not a number"},
               {",1", "\"\" is not a number"},
               {"1,1e999", "\"1e999\" is not a number"},
               {"1,nan", "\"nan\" is not a number"},
               {"2,1", "--bins: \"1\" is not above the edge before it; edges ascend"},
               {"2,2.0", "\"2.0\" is not above"}};
  dw_arena arena;
  dw_arena_init(&arena);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    dw_bin_rule rule;
    dw_err err = {0};
    CHECK(dw_bin_rule_parse(wrong[i].word, &arena, &rule, &err) == DW_EUSAGE);
    CHECK_MSG(strstr(err.message, wrong[i].message), "%s: %s", wrong[i].word, err.message);
  }
  dw_arena_free(&arena);
}

/* 0 to 99: tenths unless said otherwise. */
TEST(the_bins_that_are_meant)
{
  double value[100];
  for (int i = 0; i < 100; i++) value[i] = i;
  dw_sorted sample = dw_sorted_make(value, 100);
  const double edge[] = {49.5};
  const struct {
    dw_bin_rule rule;
    size_t bins;
    double end; /* of the first one */
  } cases[] = {{{0}, 10, 9},
               {{DW_BINS_QUANTILES, 4, NULL}, 4, 24},
               {{DW_BINS_EDGES, 1, edge}, 2, 49.5},
               {{DW_BINS_EVIDENTLY, 0, NULL}, 9, 11}}; /* ceil(log2 200 + 1) */
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_binned bins;
    CHECK(dw_bin_rule_apply(&cases[i].rule, sample, sample, &bins, NULL) == DW_OK);
    CHECK_MSG(bins.count == cases[i].bins && bins.high[0] == cases[i].end, "case %zu: %zu bins, the first to %g", i, bins.count,
              bins.high[0]);
    dw_binned_free(&bins);
  }
}
