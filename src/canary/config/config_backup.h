/* config_backup: the untouched config of a canary, kept while another one stands in its place, and put back.
 *
 *   dw_config_place place = {.config = "canaries/canary_2.json"};          in canaries/backups/, unless a folder is given
 *   dw_config_backup_keep(&place, now, fresh, length, "{\"temperature\":…}", &err)   before fresh is written over the config
 *   dw_config_restore plan;
 *   dw_config_restore_plan(&plan, &place, force, &err) … dw_config_restore_write(&plan, now, &err)
 *
 * In the folder, for the config FILE: FILE, the bytes of the untouched one, and FILE.backup, a document:
 *
 *   {"kind":"config_backup","config":"/…/canary_2.json","untouched":"SHA-256 of FILE","time":"…",
 *    "injected":[{"sha256":"…","time":"…","what":{…}}],"restored":"…" (a time; null: not since the last injection)}
 *
 * injected are the configs that were put in its place, one on top of the other; FILE stays the one before the first. The hash of one that
 * is in place is taken without its keys weight, quarantined and quarantine_reason: these say how the canary counts, not what it answers,
 * are set and taken back by others while an injection stands, and a restored config keeps them as they are.
 *
 * A config that is neither untouched nor one of injected was changed by somebody else. When it is injected, it is the untouched one of a
 * new backup, and the one that was there stays beside as FILE.1 and FILE.1.backup (2, 3, … when these are taken).
 *
 * Killed at any point (files are renamed into their places): the config is the old or the new one; where it is the new one, FILE and
 * FILE.backup are whole and know it.
 */
#ifndef DW_CANARY_CONFIG_BACKUP_H
#define DW_CANARY_CONFIG_BACKUP_H

#include "base/err.h"
#include "base/str.h"
#include "io/bytes/sha256.h"

typedef struct dw_config_place {
  const char *config; /* path */
  const char *folder; /* NULL: backups/ beside the config; made when it is not there */
} dw_config_place;

/* Keeps the config as it stands, if it is not kept yet, and notes that fresh is about to stand in its place. what: JSON, an object. now:
 * microseconds since 1970. DW_EUSAGE: the backup in the folder is that of another config that is still there. DW_EDATA: the backup is
 * damaged. DW_ESYSTEM. After a failure the config must not be changed. */
dw_status dw_config_backup_keep(const dw_config_place *place, int64_t now, const void *fresh, size_t length, const char *what, dw_err *err);

typedef enum dw_config_state {
  DW_CONFIG_INJECTED,  /* to be restored */
  DW_CONFIG_UNTOUCHED, /* it is what the backup holds: nothing to do */
  DW_CONFIG_CHANGED    /* somebody changed it after the last restore, or (when forced) while it was injected */
} dw_config_state;

/* What restoring one config means: planned for all first, then written for all. */
typedef struct dw_config_restore {
  dw_config_state state;
  bool write;                                  /* after is to be written */
  bool gone;                                   /* there is no config: nothing stands before */
  char *config, *notes;                        /* paths: of the config, of FILE.backup */
  dw_buf before, after;                        /* the config as it stands, and as it shall be */
  char from[DW_SHA256 + 1], to[DW_SHA256 + 1]; /* SHA-256 of the two */
  dw_buf document;                             /* FILE.backup as it is */
  dw_buf what;                                 /* what was injected, JSON: a list of the objects */
} dw_config_restore;

/* DW_ENODATA: there is no backup. DW_EDATA: the backup is damaged (its bytes have another hash, or the document is none); or the config is
 * neither the untouched nor an injected one and force is not set. DW_ESYSTEM. Free the plan in any case. */
dw_status dw_config_restore_plan(dw_config_restore *plan, const dw_config_place *place, bool force, dw_err *err);
/* Writes after over the config, and into FILE.backup that it was done. */
dw_status dw_config_restore_write(const dw_config_restore *plan, int64_t now, dw_err *err);
dw_status dw_config_restore_undo(const dw_config_restore *plan, dw_err *err); /* before again, since another one of the same run failed */
void dw_config_restore_free(dw_config_restore *plan);

bool dw_config_has_backup(const dw_config_place *place);

#endif
