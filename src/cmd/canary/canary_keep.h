/* canary_keep: what quarantine, release, rebalance and retrain have in common: files of canaries changed. All is checked first and then
 * changed, file by file, whole or not at all; done again, nothing changes: whoever was killed in the middle begins anew.
 *
 *   dw_canary_keep_read(&set, &configs);
 *   dw_canary_changes all = dw_canary_keep_begin("release", &set, &configs);
 *   for each of all.item: dw_canary_keep_edit, or bytes filled in; dw_canary_keep_tell
 *   dw_canary_keep_end(&all, &set);
 *
 * Each ends the command where something is wrong; before dw_canary_keep_end nothing is written.
 */
#ifndef DW_CMD_CANARY_KEEP_H
#define DW_CMD_CANARY_KEEP_H

#include "canary/config/config_edit.h"
#include "cmd/options/cmd.h"

typedef struct dw_canary_keeping {
  dw_text_list configs, canaries; /* paths, stars and all; ids */
  const char *output;
} dw_canary_keeping;

/* clang-format off */
#define DW_OPTION_KEEP_CONFIGS(t) {.name = "configs", .type = DW_OPTION_LIST, .target = (t), .argument = "FILES", .help = "the canaries: a file each, YAML or JSON; with * and ? in quotes"}
#define DW_OPTION_KEEP_CANARIES(t) {.name = "canaries", .type = DW_OPTION_LIST, .target = (t), .argument = "IDS", .help = "which of them"}
/* clang-format on */

/* A canary that is to be changed: what is to stand in its file, and what is said of it. */
typedef struct dw_canary_change {
  const dw_canary_config *config;
  const char *path; /* of the file that changes */
  dw_buf bytes;     /* what will stand there; nothing, where it stays */
  dw_buf members;   /* of the document: JSON members, each with a comma in front */
} dw_canary_change;

typedef struct dw_canary_changes {
  const char *action;
  dw_canary_change *item;
  size_t count;
} dw_canary_changes;

/* What comes from the environment may be missing, and so may models: nobody is asked. */
void dw_canary_keep_read(const dw_canary_keeping *set, dw_canary_configs *out);
const dw_canary_config *dw_canary_keep_find(const dw_canary_configs *configs, const char *id); /* NULL: none */
/* Those of --canaries, each once. */
dw_canary_changes dw_canary_keep_begin(const char *action, const dw_canary_keeping *set, const dw_canary_configs *configs);
/* The config's file with these keys. */
void dw_canary_keep_edit(dw_canary_change *c, const dw_config_change *keys, size_t count);
/* The members of an object in JSON go into the canary's document. */
void dw_canary_keep_tell(dw_canary_change *c, const dw_buf *object);
/* Files are written, and then a document "canary_change" for each. */
_Noreturn void dw_canary_keep_end(const dw_canary_changes *all, const dw_canary_keeping *set);

#endif
