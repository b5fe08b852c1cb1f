/* config_edit: single keys of a canary's config changed, everything else byte for byte as it stands: the order of keys, blanks, and in YAML
 * the comments (but those on the line of a key that is removed, and those between a key and a list or map in lines that is replaced).
 *
 *   dw_config_change change[] = {{"temperature", "1.5"}, {"system", NULL}};
 *   dw_config_edit_file("canaries/canary_2.yaml", change, 2, &defaults, &err);
 *
 * A value is JSON text (dw_json_quote() makes one of a text), in YAML too: JSON is YAML, and there a text in quotes stays a text. NULL
 * removes the key; one that is not there is none to remove. A key that is not there yet is put behind the last one. What was added and is
 * then removed leaves the file as it was.
 *
 * No result is trusted: it is parsed again, each changed key must have its new value and all others what they had, and a file that was
 * strict JSON must be that still.
 */
#ifndef DW_CANARY_CONFIG_EDIT_H
#define DW_CANARY_CONFIG_EDIT_H

#include "canary/config/canary_config.h"

typedef struct dw_config_change {
  const char *key;
  const char *value; /* JSON; NULL: the key goes */
} dw_config_change;

/* text with the changes, behind out (of a failure: as it was). path is for messages. DW_EUSAGE: text is no map in YAML or JSON, or stands
 * so that a change cannot be made; the place and why. */
dw_status dw_config_edit(const char *text, size_t length, const char *path, const dw_config_change *change, size_t count, dw_buf *out,
                         dw_err *err);

/* The same of a file: read, changed, held to canary_config's rules (defaults as there), and written whole or not at all. Nothing is
 * written where nothing changes. The errors of both, and DW_ESYSTEM. */
dw_status dw_config_edit_file(const char *path, const dw_config_change *change, size_t count, const dw_canary_defaults *defaults,
                              dw_err *err);

/* The id of a config, also of one that breaks rules: the text of its key id, or the file's name without its ending. DW_EUSAGE: it is no map
 * in YAML or JSON. */
dw_status dw_config_id(const char *text, size_t length, const char *path, dw_buf *out, dw_err *err);

/* Whether text is a config that dw-canary takes, by canary_config's rules; path is its own (model files stand beside it). */
dw_status dw_config_valid(const char *text, size_t length, const char *path, const dw_canary_defaults *defaults, dw_err *err);

#endif
