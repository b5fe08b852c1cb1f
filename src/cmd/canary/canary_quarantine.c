/* dw-canary quarantine and release: canaries that are not asked for a while. */
#include <string.h>

#include "cmd/canary/canary_keep.h"
#include "cmd/canary/canary_settings.h"
#include "cmd/options/option_rows.h"

static dw_canary_keeping set = {.output = "-"};
static const char *reason;

/* clang-format off */
static dw_option of_quarantine[] = {
    DW_OPTION_KEEP_CONFIGS(&set.configs),
    DW_OPTION_KEEP_CANARIES(&set.canaries),
    {.name = "reason", .type = DW_OPTION_TEXT, .target = &reason, .argument = "TEXT", .help = "why, for people: stands in the config"},
    DW_GROUP("General"),
    DW_OPTION_OUTPUT(&set.output),
    {.name = NULL},
};
static dw_option of_release[] = {
    DW_OPTION_KEEP_CONFIGS(&set.configs),
    DW_OPTION_KEEP_CANARIES(&set.canaries),
    DW_GROUP("General"),
    DW_OPTION_OUTPUT(&set.output),
    {.name = NULL},
};
/* clang-format on */

dw_command dw_canary_quarantine_command = {.name = "dw-canary",
                                           .synopsis = "quarantine --configs FILES --canaries IDS [--reason TEXT]",
                                           .purpose = "Have canaries left out of the rounds to come.",
                                           .example = "dw-canary quarantine --configs canary.json --canaries echo --reason 'too slow'",
                                           .options = of_quarantine};
dw_command dw_canary_release_command = {.name = "dw-canary",
                                        .synopsis = "release --configs FILES --canaries IDS",
                                        .purpose = "End the quarantine of canaries.",
                                        .example = "dw-canary release --configs canary.json --canaries echo",
                                        .options = of_release};

void dw_canary_quarantine(const dw_text_list *operands)
{
  dw_canary_configs configs;
  dw_canary_keep_read(&set, &configs);
  if (operands->count) dw_cmd_usage("quarantine reads no files");
  dw_canary_changes all = dw_canary_keep_begin("quarantine", &set, &configs);
  dw_buf quoted = {0};
  if (reason) dw_json_quote(&quoted, reason, strlen(reason));
  for (size_t i = 0; i < all.count; i++) {
    const dw_config_change keys[] = {{"quarantined", "true"}, {"quarantine_reason", quoted.length ? dw_buf_cstr(&quoted) : NULL}};
    dw_json json;
    dw_buf object = {0};
    dw_canary_keep_edit(&all.item[i], keys, reason ? 2 : 1); /* without a reason, one from before stays */
    dw_json_start(&json, &object, 0);
    dw_json_open(&json, NULL, '{');
    dw_json_bool(&json, "quarantined", true);
    dw_json_text(&json, "reason", reason ? reason : all.item[i].config->quarantine_reason);
    dw_json_close(&json, '}');
    dw_canary_keep_tell(&all.item[i], &object);
    dw_buf_free(&object);
  }
  dw_canary_keep_end(&all, &set);
}

void dw_canary_release(const dw_text_list *operands)
{
  static const dw_config_change keys[] = {{"quarantined", NULL}, {"quarantine_reason", NULL}};
  dw_canary_configs configs;
  dw_canary_keep_read(&set, &configs);
  if (operands->count) dw_cmd_usage("release reads no files");
  dw_canary_changes all = dw_canary_keep_begin("release", &set, &configs);
  for (size_t i = 0; i < all.count; i++) {
    dw_canary_change *c = &all.item[i];
    if (c->config->quarantined || c->config->quarantine_reason) dw_canary_keep_edit(c, keys, 2);
    dw_buf_text(&c->members, ",\"quarantined\":false");
  }
  dw_canary_keep_end(&all, &set);
}
