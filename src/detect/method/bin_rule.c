#include "detect/method/bin_rule.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

static dw_status parse_edges(const char *word, dw_arena *arena, dw_bin_rule *out, dw_err *err)
{
  size_t room = 1;
  for (const char *at = word; *at; at++) room += *at == ',';
  double *edge = dw_arena_alloc(arena, room * sizeof *edge);
  size_t count = 0;
  for (const char *at = word, *end;; at = end + 1) {
    end = at + strcspn(at, ",");
    if (!dw_num_parse(at, (size_t)(end - at), &edge[count], NULL) || !isfinite(edge[count]))
      return dw_err_set(err, DW_EUSAGE, "--bins: \"%.*s\" is not a number; edges are written 10,20,50", (int)(end - at), at);
    if (count > 0 && !(edge[count] > edge[count - 1]))
      return dw_err_set(err, DW_EUSAGE, "--bins: \"%.*s\" is not above the edge before it; edges ascend", (int)(end - at), at);
    count++;
    if (!*end) break;
  }
  *out = (dw_bin_rule){DW_BINS_EDGES, count, edge};
  return DW_OK;
}

dw_status dw_bin_rule_parse(const char *word, dw_arena *arena, dw_bin_rule *out, dw_err *err)
{
  uint64_t count;
  if (strcmp(word, "evidently") == 0) {
    *out = (dw_bin_rule){.kind = DW_BINS_EVIDENTLY};
    return DW_OK;
  }
  if (strchr(word, ',')) return parse_edges(word, arena, out, err);
  if (!dw_num_parse_unsigned(word, strlen(word), &count) || count < 2 || count > DW_QUANTILE_BINS_MOST)
    return dw_err_set(err, DW_EUSAGE, "--bins: \"%s\" is neither a number of bins from 2 to %d, nor edges such as 10,20,50, nor evidently",
                      word, DW_QUANTILE_BINS_MOST);
  *out = (dw_bin_rule){.kind = DW_BINS_QUANTILES, .count = (size_t)count};
  return DW_OK;
}

dw_status dw_bin_rule_apply(const dw_bin_rule *rule, dw_sorted r, dw_sorted c, dw_binned *out, dw_err *err)
{
  if (rule->kind == DW_BINS_EVIDENTLY) return dw_binned_evidently(r, c, false, out, err);
  if (rule->kind == DW_BINS_EDGES) return dw_binned_edges(r, c, rule->edge, rule->count, out, err);
  return dw_binned_quantiles(r, c, rule->count ? rule->count : DW_QUANTILE_BINS, out, err);
}
