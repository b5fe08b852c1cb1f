#include "canary/config/config_backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "canary/config/config_edit.h"
#include "io/bytes/input.h"
#include "io/bytes/output.h"
#include "io/text/yaml.h"
#include "kinds/fields.h"

enum { BACKUP_LARGEST = 4 << 20, BACKUP_ASIDE = 1000000 };

/* Keys that say how a canary counts, not what it answers. */
static const dw_config_change aside[] = {{"weight", NULL}, {"quarantined", NULL}, {"quarantine_reason", NULL}};
enum { ASIDE = sizeof aside / sizeof *aside };

/* --- files and their names --- */

/* FOLDER/FILE and what is behind it. The caller frees it. */
static char *path_of(const dw_config_place *place, const char *behind)
{
  const char *slash = strrchr(place->config, '/');
  dw_buf path = {0};
  if (place->folder) dw_buf_text(&path, place->folder);
  else {
    dw_buf_add(&path, place->config, slash ? (size_t)(slash + 1 - place->config) : 0);
    dw_buf_text(&path, "backups");
  }
  dw_buf_format(&path, "/%s%s", slash ? slash + 1 : place->config, behind);
  char *out = dw_strdup(dw_buf_cstr(&path));
  dw_buf_free(&path);
  return out;
}

/* *there false: there is no such file. */
static dw_status read_file(const char *path, dw_buf *out, bool *there, dw_err *err)
{
  char *bytes;
  size_t length;
  *there = access(path, F_OK) == 0 || errno != ENOENT;
  if (!*there) return DW_OK;
  dw_status status = dw_input_whole(path, BACKUP_LARGEST, &bytes, &length, err);
  if (status != DW_OK) return status;
  dw_buf_add(out, bytes, length);
  dw_free(bytes);
  return DW_OK;
}

/* The folder that a path lies in survives a crash with what is in it. Some file systems cannot sync folders. */
static void sync_folder_of(const char *path)
{
  const char *slash = strrchr(path, '/');
  char *folder = slash ? dw_strndup(path, (size_t)(slash - path) + 1) : dw_strdup(".");
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  dw_free(folder);
  dw_fault_point();
  if (fd >= 0) fsync(fd);
  if (fd >= 0) close(fd);
}

static dw_status make_folder(const char *file, dw_err *err)
{
  char *folder = dw_strndup(file, (size_t)(strrchr(file, '/') - file));
  dw_status status = DW_OK;
  dw_fault_point();
  if (mkdir(folder, 0777) == 0) sync_folder_of(folder);
  else if (errno != EEXIST) status = dw_err_system(err, errno, "%s", folder);
  dw_free(folder);
  return status;
}

/* --- hashes --- */

/* Of the config without the keys that are left aside; of its bytes where it is no map. */
static void core_hash(const dw_buf *config, char out[DW_SHA256 + 1])
{
  dw_buf core = {0};
  if (dw_config_edit(config->length ? config->data : "", config->length, "", aside, ASIDE, &core, NULL) == DW_OK)
    dw_sha256(core.data, core.length, out);
  else dw_sha256(config->data, config->length, out);
  dw_buf_free(&core);
}

static bool equal(const dw_buf *a, const dw_buf *b)
{
  return a->length == b->length && (!a->length || memcmp(a->data, b->data, a->length) == 0);
}

/* --- FILE.backup --- */

/* What is in a folder about a config. */
typedef struct backup {
  const dw_config_place *place;
  char *file, *notes; /* paths */
  dw_buf untouched;   /* bytes of file */
  dw_buf text;        /* of notes */
  bool filed, noted;  /* they are there */
  dw_value *document; /* NULL without notes */
  const char *hash;   /* of the untouched config, as the document has it */
  const char *config; /* whose backup it is */
  const char *restored;
} backup;

static void backup_free(backup *b)
{
  dw_value_free(b->document);
  dw_buf_free(&b->untouched);
  dw_buf_free(&b->text);
  dw_free(b->file);
  dw_free(b->notes);
}

static bool is_hash(const char *text) { return strlen(text) == DW_SHA256 && strspn(text, "0123456789abcdef") == DW_SHA256; }

static dw_status read_notes(backup *b, dw_err *err)
{
  dw_fields at = {.name = b->notes, .line = 1, .err = err};
  dw_status status = dw_value_parse(&b->document, dw_buf_cstr(&b->text), b->text.length, b->notes, 1, err);
  if (status != DW_OK) return status;
  if (strcmp(dw_value_text_of(b->document, "kind", ""), "config_backup") != 0) dw_fields_refuse(&at, "kind", "\"config_backup\"");
  b->hash = dw_fields_text(&at, b->document, "untouched", "");
  b->config = dw_fields_text(&at, b->document, "config", "");
  b->restored = dw_fields_text(&at, b->document, "restored", NULL);
  if (at.status == DW_OK && !is_hash(b->hash)) dw_fields_refuse(&at, "untouched", "a SHA-256 in hexadecimal digits");
  const dw_value *list = dw_fields_list(&at, b->document, "injected");
  for (const dw_value *item = dw_value_first(list); item && at.status == DW_OK; item = dw_value_next(item)) {
    if (!is_hash(dw_fields_text(&at, item, "sha256", ""))) dw_fields_refuse(&at, "sha256", "a SHA-256 in hexadecimal digits");
    dw_fields_object(&at, item, "what");
  }
  return at.status;
}

static dw_status backup_read(backup *b, const dw_config_place *place, dw_err *err)
{
  *b = (backup){.place = place, .file = path_of(place, ""), .notes = path_of(place, ".backup")};
  dw_status status = read_file(b->file, &b->untouched, &b->filed, err);
  if (status == DW_OK) status = read_file(b->notes, &b->text, &b->noted, err);
  return status == DW_OK && b->noted ? read_notes(b, err) : status;
}

/* Whether file is what notes say it is. */
static dw_status backup_whole(const backup *b, dw_err *err)
{
  char hash[DW_SHA256 + 1];
  dw_sha256(b->untouched.data, b->untouched.length, hash);
  if (b->filed && strcmp(hash, b->hash) == 0) return DW_OK;
  return dw_err_at(err, DW_EDATA, b->file, 0, 0, "the backup is %s: its SHA-256 must be %s, as %s says", b->filed ? "damaged" : "gone",
                   b->hash, b->notes);
}

static bool injected(const backup *b, const char *core)
{
  for (const dw_value *item = dw_value_first(dw_value_get(b->document, "injected")); item; item = dw_value_next(item))
    if (strcmp(dw_value_text_of(item, "sha256", ""), core) == 0) return true;
  return false;
}

/* One that is of a file elsewhere which is still there must not be taken for ours; beside the config it cannot be another's. */
static dw_status backup_ours(const backup *b, const char *config, dw_err *err)
{
  if (!b->noted || !b->place->folder || strcmp(b->config, config) == 0 || access(b->config, F_OK) != 0) return DW_OK;
  return dw_err_at(err, DW_EUSAGE, b->notes, 0, 0, "the backup of another config, %s: give %s a folder of its own (--backups)", b->config,
                   b->place->config);
}

static void time_text(dw_json *json, const char *key, int64_t instant)
{
  char text[DW_TIME_TEXT + 1];
  text[dw_time_print(text, instant)] = '\0';
  dw_json_text(json, key, text);
}

/* --- kept --- */

/* The backup that is there goes aside, as FILE.N and FILE.N.backup; one that holds the same bytes already takes it. Its notes go last from
 * their place: without them nothing is taken for a backup. */
static dw_status set_aside(backup *b, dw_err *err)
{
  dw_status status = DW_OK;
  bool done = false;
  for (unsigned n = 1; n < BACKUP_ASIDE && !done && status == DW_OK; n++) {
    char behind[32];
    dw_buf other = {0};
    bool there;
    snprintf(behind, sizeof behind, ".%u", n);
    char *file = path_of(b->place, behind);
    snprintf(behind, sizeof behind, ".%u.backup", n);
    char *notes = path_of(b->place, behind);
    status = read_file(file, &other, &there, err);
    done = status == DW_OK && (!there || equal(&other, &b->untouched));
    if (done && b->noted) status = dw_output_file(notes, b->text.data, b->text.length, err);
    if (done && status == DW_OK && !there) status = dw_output_file(file, b->untouched.data, b->untouched.length, err);
    dw_free(file);
    dw_free(notes);
    dw_buf_free(&other);
  }
  if (status == DW_OK && !done) return dw_err_at(err, DW_EDATA, b->file, 0, 0, "no number is free for the backup that it replaces");
  if (status != DW_OK || !b->noted) return status;
  dw_fault_point();
  if (unlink(b->notes) < 0) return dw_err_system(err, errno, "%s", b->notes);
  sync_folder_of(b->notes);
  return DW_OK;
}

static dw_status write_notes(const backup *b, bool stacked, const char *config, const char *hash, int64_t now, const char *core,
                             const char *what, dw_err *err)
{
  dw_buf text = {0};
  dw_json json;
  dw_json_start(&json, &text, 2);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "config_backup");
  dw_json_text(&json, "config", config);
  dw_json_text(&json, "untouched", hash);
  if (b->noted && stacked) dw_json_text(&json, "time", dw_value_text_of(b->document, "time", NULL));
  else time_text(&json, "time", now);
  dw_json_open(&json, "injected", '[');
  const dw_value *first = stacked ? dw_value_first(dw_value_get(b->document, "injected")) : NULL;
  for (const dw_value *item = first; item; item = dw_value_next(item)) {
    dw_buf old = {0};
    if (strcmp(dw_value_text_of(item, "sha256", ""), core) == 0) continue; /* the same once more: noted anew */
    dw_value_print(item, &old);
    dw_json_raw(&json, NULL, old.data, old.length);
    dw_buf_free(&old);
  }
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "sha256", core);
  time_text(&json, "time", now);
  dw_json_raw(&json, "what", what, strlen(what));
  dw_json_close(&json, '}');
  dw_json_close(&json, ']');
  dw_json_null(&json, "restored");
  dw_json_close(&json, '}');
  dw_buf_char(&text, '\n');
  dw_status status = dw_output_file(b->notes, text.data, text.length, err);
  dw_buf_free(&text);
  return status;
}

static dw_status keep(backup *b, const dw_buf *config, const char *real, int64_t now, const char *fresh, const char *what, dw_err *err)
{
  char hash[DW_SHA256 + 1], core[DW_SHA256 + 1], kept[DW_SHA256 + 1];
  dw_sha256(config->data, config->length, hash);
  core_hash(config, core);
  core_hash(&b->untouched, kept);
  bool same = b->filed && equal(config, &b->untouched), stacked = false;
  dw_status status = backup_ours(b, real, err);
  if (status == DW_OK && b->noted && strcmp(hash, b->hash) != 0) {
    status = backup_whole(b, err);
    same = same || strcmp(core, kept) == 0; /* but for the keys that are left aside */
    stacked = !same && injected(b, core);
  }
  if (status != DW_OK) return status;
  if (same || stacked) return write_notes(b, stacked, real, b->noted ? b->hash : hash, now, fresh, what, err);
  /* Bytes with the hash of the untouched config that their file has lost are no other config. */
  bool other = b->filed && !(b->noted && strcmp(hash, b->hash) == 0);
  status = make_folder(b->file, err);
  if (status == DW_OK && other) status = set_aside(b, err);
  if (status == DW_OK) status = dw_output_file(b->file, config->data, config->length, err);
  return status == DW_OK ? write_notes(b, false, real, hash, now, fresh, what, err) : status;
}

dw_status dw_config_backup_keep(const dw_config_place *place, int64_t now, const void *fresh, size_t length, const char *what, dw_err *err)
{
  backup b;
  dw_buf config = {0}, next = {0};
  char core[DW_SHA256 + 1];
  bool there;
  dw_buf_add(&next, fresh, length);
  core_hash(&next, core);
  char *real = realpath(place->config, NULL);
  dw_status status = real ? DW_OK : dw_err_system(err, errno, "%s", place->config);
  if (status == DW_OK) status = read_file(place->config, &config, &there, err);
  dw_status read = backup_read(&b, place, status == DW_OK ? err : NULL);
  if (status == DW_OK) status = read;
  if (status == DW_OK) status = keep(&b, &config, real, now, core, what, err);
  backup_free(&b);
  free(real);
  dw_buf_free(&config);
  dw_buf_free(&next);
  return status;
}

/* --- restored --- */

bool dw_config_has_backup(const dw_config_place *place)
{
  char *notes = path_of(place, ".backup");
  bool there = access(notes, F_OK) == 0;
  dw_free(notes);
  return there;
}

/* The untouched config, with the keys that are left aside as they stand in the config now. */
static dw_status with_aside(const dw_config_place *place, const dw_buf *now, const dw_buf *untouched, dw_buf *out, dw_err *err)
{
  dw_yaml *yaml;
  dw_config_change change[ASIDE];
  dw_buf value[ASIDE] = {{0}};
  dw_status status = dw_yaml_parse(&yaml, now->data, now->length, place->config, err);
  if (status != DW_OK) return status;
  for (size_t i = 0; i < ASIDE; i++) {
    const dw_node *node = dw_node_get(dw_yaml_root(yaml), aside[i].key);
    if (node) dw_buf_add(&value[i], now->data + node->place.begin, node->place.end - node->place.begin);
    change[i] = (dw_config_change){aside[i].key, node ? dw_buf_cstr(&value[i]) : NULL};
  }
  status = dw_config_edit(untouched->data, untouched->length, place->config, change, ASIDE, out, err);
  for (size_t i = 0; i < ASIDE; i++) dw_buf_free(&value[i]);
  dw_yaml_free(yaml);
  return status;
}

static void list_what(const backup *b, dw_buf *out)
{
  char separator = '[';
  for (const dw_value *item = dw_value_first(dw_value_get(b->document, "injected")); item; item = dw_value_next(item)) {
    dw_buf_char(out, separator);
    dw_value_print(dw_value_get(item, "what"), out);
    separator = ',';
  }
  dw_buf_text(out, separator == '[' ? "[]" : "]");
}

static dw_status plan_of(dw_config_restore *plan, backup *b, bool force, dw_err *err)
{
  char core[DW_SHA256 + 1], kept[DW_SHA256 + 1];
  bool there;
  if (!b->noted) return dw_err_at(err, DW_ENODATA, b->place->config, 0, 0, "no backup of it (%s): nothing to restore", b->notes);
  dw_status status = backup_whole(b, err);
  if (status == DW_OK) status = read_file(b->place->config, &plan->before, &there, err);
  if (status != DW_OK) return status;
  list_what(b, &plan->what);
  core_hash(&plan->before, core);
  core_hash(&b->untouched, kept);
  bool ours = there && injected(b, core);
  plan->gone = !there;
  plan->state = there && strcmp(core, kept) == 0 ? DW_CONFIG_UNTOUCHED : ours ? DW_CONFIG_INJECTED : DW_CONFIG_CHANGED;
  plan->write = plan->state == DW_CONFIG_INJECTED || (plan->state == DW_CONFIG_CHANGED && force);
  if (plan->state == DW_CONFIG_CHANGED && !force && !b->restored)
    return dw_err_at(
        err, DW_EDATA, b->place->config, 0, 0,
        there ? "neither the untouched config nor one that was injected: somebody changed it since; --force puts the backup over it"
              : "is gone; --force puts the backup in its place");
  if (plan->state == DW_CONFIG_INJECTED) return with_aside(b->place, &plan->before, &b->untouched, &plan->after, err);
  if (plan->write) dw_buf_add(&plan->after, b->untouched.data, b->untouched.length);
  else dw_buf_add(&plan->after, plan->before.data, plan->before.length);
  return DW_OK;
}

dw_status dw_config_restore_plan(dw_config_restore *plan, const dw_config_place *place, bool force, dw_err *err)
{
  backup b;
  *plan = (dw_config_restore){.config = dw_strdup(place->config), .notes = path_of(place, ".backup")};
  dw_status status = backup_read(&b, place, err);
  if (status == DW_OK && b.noted && place->folder) {
    char *real = realpath(place->config, NULL);
    if (real) status = backup_ours(&b, real, err);
    free(real);
  }
  if (status == DW_OK) status = plan_of(plan, &b, force, err);
  dw_sha256(plan->before.data, plan->before.length, plan->from);
  dw_sha256(plan->after.data, plan->after.length, plan->to);
  if (status == DW_OK) dw_buf_add(&plan->document, b.text.data, b.text.length);
  backup_free(&b);
  return status;
}

/* The last member is "restored": the others stay as they are. */
static dw_status note_restored(const dw_config_restore *plan, int64_t now, dw_err *err)
{
  dw_value *document;
  dw_buf text = {0}, part = {0};
  dw_json json;
  dw_status status = dw_value_parse(&document, plan->document.data, plan->document.length, plan->notes, 1, err);
  if (status != DW_OK) return status;
  dw_json_start(&json, &text, 2);
  dw_json_open(&json, NULL, '{');
  for (const dw_value *item = dw_value_first(document); item; item = dw_value_next(item)) {
    if (strcmp(dw_value_key(item), "restored") == 0) continue;
    part.length = 0;
    dw_value_print(item, &part);
    dw_json_raw(&json, dw_value_key(item), part.data, part.length);
  }
  time_text(&json, "restored", now);
  dw_json_close(&json, '}');
  dw_buf_char(&text, '\n');
  status = dw_output_file(plan->notes, text.data, text.length, err);
  dw_buf_free(&text);
  dw_buf_free(&part);
  dw_value_free(document);
  return status;
}

dw_status dw_config_restore_write(const dw_config_restore *plan, int64_t now, dw_err *err)
{
  if (!plan->write) return DW_OK;
  dw_status status = dw_output_file(plan->config, plan->after.data, plan->after.length, err);
  return status == DW_OK ? note_restored(plan, now, err) : status;
}

/* Nothing is written where nothing was changed: what could not be changed cannot be written either. */
static dw_status put_back(const char *path, const dw_buf *before, dw_err *err)
{
  dw_buf now = {0};
  bool there;
  dw_status status = read_file(path, &now, &there, err);
  if (status == DW_OK && !(there && equal(&now, before))) status = dw_output_file(path, before->data, before->length, err);
  dw_buf_free(&now);
  return status;
}

dw_status dw_config_restore_undo(const dw_config_restore *plan, dw_err *err)
{
  if (!plan->write) return DW_OK;
  dw_status status = DW_OK;
  if (!plan->gone) status = put_back(plan->config, &plan->before, err);
  else if (unlink(plan->config) < 0 && errno != ENOENT) status = dw_err_system(err, errno, "%s", plan->config);
  dw_status noted = put_back(plan->notes, &plan->document, status == DW_OK ? err : NULL);
  return status == DW_OK ? noted : status;
}

void dw_config_restore_free(dw_config_restore *plan)
{
  dw_free(plan->config);
  dw_free(plan->notes);
  dw_buf_free(&plan->before);
  dw_buf_free(&plan->after);
  dw_buf_free(&plan->document);
  dw_buf_free(&plan->what);
  *plan = (dw_config_restore){0};
}
