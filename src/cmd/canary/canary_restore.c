/* dw-canary restore: configs as they were before something was injected. */
#include <string.h>

#include "base/clock.h"
#include "canary/config/config_backup.h"
#include "canary/config/config_edit.h"
#include "canary/config/config_lock.h"
#include "cmd/canary/canary_settings.h"
#include "cmd/options/option_rows.h"
#include "io/bytes/input.h"

enum { CONFIG_LARGEST = 4 << 20 };

static dw_err err, fault;
static dw_text_list configs, canaries;
static const char *backups, *output = "-";
static bool force, each;

/* clang-format off */
static dw_option options[] = {
    {.name = "configs", .type = DW_OPTION_LIST, .target = &configs, .argument = "FILES", .help = "the canaries: a file each, YAML or JSON; with * and ? in quotes"},
    {.name = "canaries", .type = DW_OPTION_LIST, .target = &canaries, .argument = "IDS", .initial = "all that have a backup", .help = "which of them"},
    {.name = "backups", .type = DW_OPTION_TEXT, .target = &backups, .argument = "FOLDER", .initial = "backups/ beside each config", .help = "where the untouched configs are"},
    {.name = "force", .type = DW_OPTION_FLAG, .target = &force, .help = "also over a config that somebody changed after the injection"},
    {.name = "each", .type = DW_OPTION_FLAG, .target = &each, .help = "each for itself: what one of them fails at does not hold up the others"},
    DW_GROUP("General"),
    DW_OPTION_OUTPUT(&output),
    {.name = NULL},
};
/* clang-format on */

dw_command dw_canary_restore_command = {.name = "dw-canary",
                                        .synopsis = "restore --configs FILES [--canaries IDS] [OPTION]...",
                                        .purpose = "Put back the configs that stood there before something was injected.",
                                        .example = "dw-inject canary --configs canary.json --temperature 1.5\n"
                                                   "dw-canary restore --configs canary.json",
                                        .options = options};

typedef struct restoring {
  dw_config_place place;
  const char *id;
  bool asked; /* for, or having a backup where none is named */
  dw_config_restore plan;
} restoring;

/* The id of a config that is broken, or gone, is that of its backup. */
static const char *id_of(const dw_config_place *place)
{
  char *text = NULL;
  size_t length;
  dw_buf id = {0};
  dw_config_restore plan = {0};
  dw_status status = dw_input_whole(place->config, CONFIG_LARGEST, &text, &length, &err);
  if (status == DW_OK) status = dw_config_id(text, length, place->config, &id, &err);
  dw_free(text);
  dw_err ignored;
  if (status != DW_OK && dw_config_has_backup(place) && dw_config_restore_plan(&plan, place, true, &ignored) == DW_OK)
    status = dw_config_id(plan.after.data, plan.after.length, place->config, &id, &err);
  dw_cmd_check(status, &err);
  const char *out = dw_strdup(dw_buf_cstr(&id));
  dw_config_restore_free(&plan);
  dw_buf_free(&id);
  return out;
}

static bool named(const char *id)
{
  for (size_t i = 0; i < canaries.count; i++)
    if (strcmp(canaries.text[i], id) == 0) return true;
  return false;
}

/* All fail with one of them; with --each the others go on, and the first fault is what the command ends with. */
static void fail_one(const dw_err *why)
{
  if (!each) dw_cmd_fail(why);
  if (fault.status != DW_OK) dw_cmd_warn("%s", why->message);
  else fault = *why;
}

static void choose(restoring *all, size_t count)
{
  for (size_t i = 0; i < canaries.count; i++) {
    bool found = false;
    for (size_t j = 0; j < count; j++) found = found || strcmp(canaries.text[i], all[j].id) == 0;
    if (found) continue;
    dw_err_usage(&err, "--canaries: no canary \"%s\" among the %zu of --configs", canaries.text[i], count);
    fail_one(&err);
  }
  size_t asked = 0;
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 0; j < i; j++)
      if (strcmp(all[i].id, all[j].id) == 0)
        dw_cmd_usage("the id \"%s\" is that of %s and of %s", all[i].id, all[j].place.config, all[i].place.config);
    all[i].asked = canaries.count ? named(all[i].id) : dw_config_has_backup(&all[i].place);
    asked += all[i].asked;
  }
  if (asked) return;
  if (fault.status != DW_OK) dw_cmd_fail(&fault);
  dw_err_set(&err, DW_ENODATA, "none of the %zu canaries has a backup: nothing to restore", count);
  dw_cmd_fail(&err);
}

/* A config that its backends would not take is no cure. */
static dw_status plan(restoring *r)
{
  dw_canary_defaults defaults = dw_canary_defaults_asked();
  if (!defaults.model) defaults.model = "-"; /* whoever restores, dw-heal say, need not be whoever asks, and know CHAT_MODEL */
  dw_status status = dw_config_restore_plan(&r->plan, &r->place, force, &err);
  if (status == DW_OK && r->plan.state == DW_CONFIG_CHANGED && !r->plan.write && canaries.count)
    status = dw_err_at(&err, DW_EDATA, r->place.config, 0, 0, "somebody changed it after it was restored: --force puts the backup over it");
  if (status == DW_OK && r->plan.write && !force)
    status = dw_config_valid(r->plan.after.data, r->plan.after.length, r->place.config, &defaults, &err);
  return status;
}

static void plan_all(restoring *all, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    if (!all[i].asked || plan(&all[i]) == DW_OK) continue;
    all[i].asked = false;
    fail_one(&err);
  }
}

static void undo(const restoring *r)
{
  dw_err why;
  if (r->asked && dw_config_restore_undo(&r->plan, &why) != DW_OK)
    dw_cmd_warn("%s may be restored, and cannot be taken back: %s", r->place.config, why.message);
}

/* All or none: what one of them fails at, the others give back; with --each this one alone. */
static void write_all(restoring *all, size_t count, int64_t now)
{
  for (size_t i = 0; i < count; i++) {
    if (!all[i].asked || dw_config_restore_write(&all[i].plan, now, &err) == DW_OK) continue;
    for (size_t j = i + 1; j-- > (each ? i : 0);) undo(&all[j]);
    all[i].asked = false;
    fail_one(&err);
  }
}

static void tell(const restoring *r, const char *now, dw_output *out)
{
  static const char *const words[] = {
      [DW_CONFIG_INJECTED] = "restored", [DW_CONFIG_UNTOUCHED] = "untouched", [DW_CONFIG_CHANGED] = "changed"};
  dw_json json;
  dw_buf line = {0};
  dw_json_start(&json, &line, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "restored");
  dw_json_text(&json, "canary", r->id);
  dw_json_text(&json, "time", now);
  dw_json_text(&json, "config", r->place.config);
  dw_json_text(&json, "state", r->plan.write ? "restored" : words[r->plan.state]);
  dw_json_bool(&json, "forced", r->plan.write && r->plan.state == DW_CONFIG_CHANGED);
  dw_json_text(&json, "sha256_before", r->plan.gone ? NULL : r->plan.from);
  dw_json_text(&json, "sha256", r->plan.to);
  dw_json_raw(&json, "injected", r->plan.what.data, r->plan.what.length);
  dw_cmd_end_document(&json, &line, NULL, out);
  dw_buf_free(&line);
}

_Noreturn void dw_canary_restore(const dw_text_list *operands)
{
  dw_output *out;
  dw_text_list paths;
  int64_t now;
  if (operands->count) dw_cmd_usage("unexpected operand \"%s\": canaries are named by --configs and --canaries", operands->text[0]);
  dw_canary_config_paths(&configs, &paths);
  dw_cmd_check(dw_config_lock(paths.text, paths.count, &err), &err);
  restoring *all = dw_alloc_zero(paths.count, sizeof *all);
  for (size_t i = 0; i < paths.count; i++) {
    all[i].place = (dw_config_place){.config = paths.text[i], .folder = backups};
    all[i].id = id_of(&all[i].place);
  }
  choose(all, paths.count);
  plan_all(all, paths.count);
  dw_cmd_check(dw_time_now(&now, &err), &err);
  dw_cmd_check(dw_output_open(&out, output, &err), &err);
  write_all(all, paths.count, now);
  for (size_t i = 0; i < paths.count; i++)
    if (all[i].asked) tell(&all[i], dw_canary_now(), out);
  dw_cmd_check(dw_output_commit(out, &err), &err);
  if (fault.status != DW_OK) dw_cmd_fail(&fault);
  dw_cmd_end(DW_OK);
}
