/* dw-canary retrain: the models of builtin canaries, trained anew. */
#include "canary/config/canary_training.h"
#include "cmd/canary/canary_keep.h"
#include "cmd/canary/canary_settings.h"
#include "cmd/options/option_rows.h"

static dw_err err;
static dw_canary_keeping set = {.output = "-"};

/* clang-format off */
static dw_option options[] = {
    DW_OPTION_KEEP_CONFIGS(&set.configs),
    DW_OPTION_KEEP_CANARIES(&set.canaries),
    DW_GROUP("General"),
    DW_OPTION_OUTPUT(&set.output),
    {.name = NULL},
};
/* clang-format on */

dw_command dw_canary_retrain_command = {.name = "dw-canary",
                                        .synopsis = "retrain --configs FILES --canaries IDS",
                                        .purpose = "Train the models of builtin canaries anew, as their configs say.",
                                        .example = "dw-canary retrain --configs small.json --canaries small",
                                        .options = options};

void dw_canary_retrain(const dw_text_list *operands)
{
  dw_canary_configs configs;
  dw_canary_keep_read(&set, &configs);
  if (operands->count) dw_cmd_usage("retrain reads no files: a config names its base and texts");
  dw_canary_changes all = dw_canary_keep_begin("retrain", &set, &configs);
  for (size_t i = 0; i < all.count; i++) {
    dw_canary_change *c = &all.item[i];
    dw_canary_trained trained = {0};
    dw_json json;
    dw_buf object = {0};
    dw_cmd_check(dw_canary_train(&trained, c->config, &dw_cmd_notices, &err), &err);
    dw_cmd_made_by_stage(&trained.made.made_by, NULL);
    c->path = c->config->model;
    if (!trained.same) dw_cmd_check(dw_language_write(&trained.made, &c->bytes, &err), &err);
    dw_json_start(&json, &object, 0);
    dw_json_open(&json, NULL, '{');
    dw_json_text(&json, "model", c->path);
    dw_json_text(&json, "digest", trained.digest);
    dw_json_text(&json, "before", *trained.before ? trained.before : NULL);
    dw_json_close(&json, '}');
    dw_canary_keep_tell(c, &object);
    dw_buf_free(&object);
    dw_canary_trained_free(&trained);
  }
  dw_canary_keep_end(&all, &set);
}
