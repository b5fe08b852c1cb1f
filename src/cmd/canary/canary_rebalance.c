/* dw-canary rebalance: how much canaries count in the consensus, by its newest round. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "canary/judge/canary_weights.h"
#include "cmd/canary/canary_keep.h"
#include "cmd/canary/canary_settings.h"
#include "cmd/options/option_rows.h"
#include "decide/evidence.h"

static dw_err err;
static dw_canary_keeping set = {.output = "-"};

/* clang-format off */
static dw_option options[] = {
    DW_OPTION_KEEP_CONFIGS(&set.configs),
    DW_GROUP("General"),
    DW_OPTION_OUTPUT(&set.output),
    {.name = NULL},
};
/* clang-format on */

dw_command dw_canary_rebalance_command = {.name = "dw-canary",
                                          .synopsis = "rebalance --configs FILES [CONSENSUS]...",
                                          .purpose = "Weigh canaries in the consensus by how they did in its newest round.",
                                          .example = "dw-compare --canaries --method consensus --ref healthy.ndjson now.ndjson |\n"
                                                     "  dw-canary rebalance --configs 'canaries/*'",
                                          .options = options};

/* One without a time is earlier than any other. */
static bool earlier(const char *a, const char *b)
{
  int64_t x, y;
  bool has = dw_time_parse(a, strlen(a), &x), other = dw_time_parse(b, strlen(b), &y);
  return other && (!has || x < y);
}

/* The newest round's document: by its time; of equal ones, and without times, the last. */
static const dw_value *newest(const dw_evidence *evidence)
{
  const dw_value *best = NULL;
  const char *best_time = "";
  for (size_t i = 0; i < evidence->count; i++) {
    if (evidence->item[i].kind != DW_EVIDENCE_CONSENSUS || !dw_value_get(evidence->item[i].value, "canaries")) continue;
    const char *time = dw_value_text_of(evidence->item[i].value, "time", "");
    if (best && earlier(time, best_time)) continue;
    best = evidence->item[i].value;
    best_time = time;
  }
  if (best) return best;
  dw_err_set(&err, DW_ENODATA, "no document \"consensus\" with canaries: dw-compare --canaries --method consensus writes them");
  dw_cmd_fail(&err);
}

static dw_canary_place *places(const dw_value *consensus, size_t *count)
{
  const dw_value *list = dw_value_get(consensus, "canaries");
  dw_canary_place *place = dw_alloc_zero(dw_value_count(list), sizeof *place);
  *count = 0;
  for (const dw_value *item = dw_value_first(list); item; item = dw_value_next(item))
    place[(*count)++] = (dw_canary_place){.canary = dw_value_text_of(item, "canary", ""),
                                          .judged = dw_value_bool(dw_value_get(item, "judged"), true),
                                          .anomalous = dw_value_bool(dw_value_get(item, "anomalous"), false),
                                          .similarity = dw_value_number(dw_value_get(item, "similarity"), NAN)};
  return place;
}

/* 1 is what holds without the key. */
static void weigh(dw_canary_change *c, double weight)
{
  dw_buf number = {0};
  dw_config_change key = {"weight", NULL};
  if (weight == c->config->weight) return;
  if (weight != 1) {
    dw_buf_number(&number, weight);
    key.value = dw_buf_cstr(&number);
  }
  dw_canary_keep_edit(c, &key, 1);
  dw_buf_free(&number);
}

static void tell_weight(dw_canary_change *c, const dw_canary_place *place, const char *round, double median)
{
  dw_json json;
  dw_buf object = {0};
  dw_json_start(&json, &object, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "round", round);
  dw_json_number(&json, "weight", place->judged ? place->weight : c->config->weight);
  dw_json_number(&json, "before", c->config->weight);
  dw_json_bool(&json, "judged", place->judged);
  dw_json_bool(&json, "anomalous", place->judged && place->anomalous);
  dw_json_number(&json, "similarity", place->similarity);
  dw_json_number(&json, "median", median);
  dw_json_close(&json, '}');
  dw_canary_keep_tell(c, &object);
  dw_buf_free(&object);
}

void dw_canary_rebalance(const dw_text_list *operands)
{
  dw_canary_configs configs;
  dw_evidence *evidence;
  size_t count;
  double median;
  dw_cmd_check(dw_evidence_read(&evidence, operands->text, operands->count, &err), &err);
  dw_canary_keep_read(&set, &configs); /* behind the evidence: whoever writes it into a pipe may need the lock on the configs */
  const dw_value *consensus = newest(evidence);
  dw_canary_place *place = places(consensus, &count);
  dw_cmd_check(dw_canary_weights(place, count, &median, &err), &err);
  dw_canary_changes all = {.action = "rebalance", .item = dw_alloc_zero(count, sizeof *all.item)};
  for (size_t i = 0; i < count; i++) {
    const dw_canary_config *config = dw_canary_keep_find(&configs, place[i].canary);
    if (!config && place[i].judged && place[i].anomalous)
      dw_cmd_usage("the consensus says that \"%s\" departed, and no config of --configs has this id", place[i].canary);
    if (!config) continue; /* not ours, and it counts fully */
    dw_canary_change *c = &all.item[all.count++];
    *c = (dw_canary_change){.config = config, .path = config->path};
    if (place[i].judged) weigh(c, place[i].weight);
    tell_weight(c, &place[i], dw_value_text_of(consensus, "round", NULL), median);
  }
  if (!all.count) dw_cmd_usage("--configs: no canary of the consensus is among them");
  dw_canary_keep_end(&all, &set);
}
