/* Injected, restored, and a kill (kill -9) at every write of both: the config is the old or the new one, and restoring leads back to the
 * untouched one from wherever it is. Each change runs in a process of its own, since a process asks once where it is to die. */
#include "test.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "canary/config/config_backup.h"
#include "io/bytes/input.h"
#include "io/bytes/output.h"

static char folder[] = "dw-test-backup-XXXXXX", config[60], backup[70], notes[80], first_aside[80];
static dw_err err;
static const char healthy[] = "{\"id\": \"c\", \"seed\": 1}\n", hot[] = "{\"id\": \"c\", \"seed\": 1, \"temperature\": 1.5}\n",
                  worse[] = "{\"id\": \"c\", \"seed\": 1, \"temperature\": 1.5, \"top_p\": 0.5}\n",
                  by_hand[] = "{\"id\": \"c\", \"seed\": 2}\n";

static void clean_up(void)
{
  char command[100];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  if (system(command) != 0) perror("rm");
}

static void begin(void)
{
  char command[200];
  if (!*config && (!mkdtemp(folder) || atexit(clean_up) != 0)) abort();
  snprintf(config, sizeof config, "%s/c.json", folder);
  snprintf(backup, sizeof backup, "%s/backups/c.json", folder);
  snprintf(notes, sizeof notes, "%s.backup", backup);
  snprintf(first_aside, sizeof first_aside, "%s.1", backup);
  snprintf(command, sizeof command, "rm -rf '%s'/*", folder);
  if (system(command) != 0) abort();
}

static void put(const char *path, const char *text)
{
  FILE *file = fopen(path, "w");
  if (!file || fputs(text, file) < 0 || fclose(file) != 0) abort();
}

static const char *got(const char *path)
{
  static char text[1000];
  FILE *file = fopen(path, "r");
  size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;
  text[length] = '\0';
  if (file) fclose(file);
  return file ? text : "(none)";
}

static dw_status inject(const char *fresh)
{
  dw_config_place place = {.config = config};
  dw_status status = dw_config_backup_keep(&place, 0, fresh, strlen(fresh), "{\"x\":1}", &err);
  return status == DW_OK ? dw_output_file(config, fresh, strlen(fresh), &err) : status;
}

static dw_status restore(bool force, dw_config_state *state)
{
  dw_config_restore plan;
  dw_config_place place = {.config = config};
  dw_status status = dw_config_restore_plan(&plan, &place, force, &err);
  *state = plan.state;
  if (status == DW_OK) status = dw_config_restore_write(&plan, 1000000, &err);
  dw_config_restore_free(&plan);
  return status;
}

/* --- killed: before all else, since this process must not have come by a point where it could be --- */

enum { INJECT, RESTORE };

static int in_a_process(int work, const char *fresh, int nth)
{
  int status;
  pid_t child = fork();
  if (child == 0) {
    dw_config_state state;
    char number[20];
    snprintf(number, sizeof number, "%d", nth);
    setenv("DW_FAULT_WRITE", number, 1);
    bool ok = (work == INJECT ? inject(fresh) : restore(false, &state)) == DW_OK;
    if (!ok) fprintf(stderr, "%s\n", err.message);
    _exit(ok ? 0 : 1);
  }
  return waitpid(child, &status, 0) == child ? status : -1;
}

/* From the config `from` over its stack of injections; the untouched one is `back`. */
static int killed_at_each_write(const char *name, void (*prepare)(void), const char *from, const char *fresh, const char *back)
{
  int kills = 0, status = -1;
  for (int nth = 1; nth < 200 && status != 0; nth++) {
    dw_config_restore plan;
    dw_config_place place = {.config = config};
    prepare();
    status = in_a_process(INJECT, fresh, nth);
    bool old = strcmp(got(config), from) == 0, new = strcmp(got(config), fresh) == 0;
    CHECK_MSG(old || new, "%s at %d: \"%s\"", name, nth, got(config));
    CHECK_MSG(!new || strcmp(got(backup), back) == 0, "%s at %d: the new config, but no backup", name, nth);
    if (status == 0) break;
    kills++;
    CHECK_MSG(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "%s at %d: status %d", name, nth, status);
    dw_status planned = dw_config_restore_plan(&plan, &place, false, &err);
    CHECK_MSG(!new || planned == DW_OK, "%s at %d: %s", name, nth, err.message);
    dw_config_restore_free(&plan);
    /* the same again finishes it, and it comes back */
    CHECK_MSG(in_a_process(INJECT, fresh, 0) == 0 && strcmp(got(config), fresh) == 0, "%s at %d: again", name, nth);
    CHECK_MSG(in_a_process(RESTORE, NULL, 0) == 0 && strcmp(got(config), back) == 0, "%s at %d: restored", name, nth);
  }
  CHECK_MSG(status == 0, "%s: never got through", name);
  return kills;
}

static void untouched(void)
{
  begin();
  put(config, healthy);
}

static void once_injected(void)
{
  untouched();
  CHECK(in_a_process(INJECT, hot, 0) == 0);
}

static void changed_since(void)
{
  once_injected();
  put(config, by_hand);
}

TEST(an_injection_that_is_killed_can_be_undone)
{
  CHECK(killed_at_each_write("first", untouched, healthy, hot, healthy) >= 12);
  CHECK(killed_at_each_write("stacked", once_injected, hot, worse, healthy) >= 8);
  CHECK(killed_at_each_write("changed", changed_since, by_hand, worse, by_hand) >= 20);
  CHECK(strcmp(got(first_aside), healthy) == 0);
  begin();
  put(config, healthy);
  CHECK(in_a_process(INJECT, hot, 0) == 0);
  int status = -1, kills = 0;
  for (int nth = 1; nth < 100 && status != 0; nth++) {
    put(config, hot);
    status = in_a_process(RESTORE, NULL, nth);
    bool done = strcmp(got(config), healthy) == 0;
    CHECK_MSG(done || strcmp(got(config), hot) == 0, "restore at %d: \"%s\"", nth, got(config));
    CHECK(in_a_process(RESTORE, NULL, 0) == 0 && strcmp(got(config), healthy) == 0);
    kills += status != 0;
  }
  CHECK(status == 0 && kills >= 8);
}

/* --- not killed --- */

TEST(the_first_untouched_config_is_kept_and_comes_back)
{
  dw_config_state state;
  begin();
  put(config, healthy);
  CHECK(restore(false, &state) == DW_ENODATA && strstr(err.message, "nothing to restore"));
  CHECK(inject(hot) == DW_OK && inject(worse) == DW_OK);
  CHECK(strcmp(got(config), worse) == 0 && strcmp(got(backup), healthy) == 0);
  CHECK(restore(false, &state) == DW_OK && state == DW_CONFIG_INJECTED && strcmp(got(config), healthy) == 0);
  CHECK(strstr(got(notes), "\"restored\": \"1970-01-01T00:00:01Z\"") != NULL);
  CHECK(restore(false, &state) == DW_OK && state == DW_CONFIG_UNTOUCHED);
  /* an injection that never came to be written, and one of those before */
  put(config, hot);
  CHECK(restore(false, &state) == DW_OK && state == DW_CONFIG_INJECTED && strcmp(got(config), healthy) == 0);
  /* the next one begins anew */
  CHECK(inject(worse) == DW_OK && strstr(got(notes), "\"restored\": null") != NULL);
  put(config, hot);
  CHECK(restore(false, &state) == DW_EDATA && strcmp(got(first_aside), "(none)") == 0);
}

TEST(a_config_that_was_changed_by_hand_is_not_overwritten)
{
  dw_config_state state;
  begin();
  put(config, healthy);
  CHECK(inject(hot) == DW_OK);
  put(config, by_hand);
  CHECK(restore(false, &state) == DW_EDATA && strstr(err.message, "neither the untouched config nor one that was injected"));
  CHECK(strcmp(got(config), by_hand) == 0);
  /* injected, it is the untouched one of a new backup, and the old one is still there */
  CHECK(inject(worse) == DW_OK && strcmp(got(backup), by_hand) == 0 && strcmp(got(first_aside), healthy) == 0);
  CHECK(restore(false, &state) == DW_OK && strcmp(got(config), by_hand) == 0);
  /* changed after that: nothing to put back, but by force */
  put(config, healthy);
  CHECK(restore(false, &state) == DW_OK && state == DW_CONFIG_CHANGED && strcmp(got(config), healthy) == 0);
  CHECK(restore(true, &state) == DW_OK && strcmp(got(config), by_hand) == 0);
  CHECK(unlink(config) == 0 && inject(hot) == DW_ESYSTEM);
  CHECK(restore(true, &state) == DW_OK && strcmp(got(config), by_hand) == 0);
}

TEST(a_damaged_backup_is_not_put_back)
{
  dw_config_state state;
  begin();
  put(config, healthy);
  CHECK(inject(hot) == DW_OK);
  put(backup, by_hand);
  CHECK(restore(false, &state) == DW_EDATA && strstr(err.message, "the backup is damaged"));
  CHECK(restore(true, &state) == DW_EDATA && inject(worse) == DW_EDATA && strcmp(got(config), hot) == 0);
  CHECK(unlink(backup) == 0 && restore(false, &state) == DW_EDATA && strstr(err.message, "the backup is gone"));
  put(config, healthy); /* somebody has it still: the next injection keeps it again */
  CHECK(inject(worse) == DW_OK && strcmp(got(backup), healthy) == 0);
  put(notes, "{\"kind\":\"config_backup\",\"untouched\":\"12\",\"injected\":[]}\n");
  CHECK(restore(false, &state) == DW_EDATA && strstr(err.message, "c.json.backup:1: \"untouched\": expected a SHA-256"));
  put(notes, "{\"kind\":");
  CHECK(restore(false, &state) == DW_EDATA && strstr(err.message, "c.json.backup:1:"));
}

TEST(how_a_canary_counts_is_not_what_was_injected)
{
  dw_config_state state;
  begin();
  put(config, healthy);
  CHECK(inject(hot) == DW_OK);
  put(config, "{\"id\": \"c\", \"seed\": 1, \"temperature\": 1.5, \"quarantined\": true}\n");
  CHECK(restore(false, &state) == DW_OK && state == DW_CONFIG_INJECTED);
  CHECK(strcmp(got(config), "{\"id\": \"c\", \"seed\": 1, \"quarantined\": true}\n") == 0);
  CHECK(restore(false, &state) == DW_OK && state == DW_CONFIG_UNTOUCHED);
  put(config, "{\"id\": \"c\", \"seed\": 1, \"weight\": 0.5}\n");
  CHECK(inject("{\"id\": \"c\", \"seed\": 3, \"weight\": 0.5}\n") == DW_OK && strcmp(got(first_aside), "(none)") == 0);
  CHECK(restore(false, &state) == DW_OK && strcmp(got(config), "{\"id\": \"c\", \"seed\": 1, \"weight\": 0.5}\n") == 0);
}

TEST(a_folder_for_several_configs_keeps_them_apart)
{
  char other[60], shared[60], command[200];
  begin();
  snprintf(other, sizeof other, "%s/b/c.json", folder);
  snprintf(shared, sizeof shared, "%s/all", folder);
  snprintf(command, sizeof command, "mkdir '%s/b'", folder);
  CHECK(system(command) == 0);
  put(config, healthy);
  put(other, by_hand);
  dw_config_place one = {.config = config, .folder = shared}, two = {.config = other, .folder = shared};
  dw_config_restore plan;
  CHECK(dw_config_backup_keep(&one, 0, hot, strlen(hot), "{}", &err) == DW_OK && dw_config_has_backup(&one));
  CHECK(dw_config_backup_keep(&two, 0, hot, strlen(hot), "{}", &err) == DW_EUSAGE && strstr(err.message, "the backup of another config"));
  CHECK(dw_config_restore_plan(&plan, &two, true, &err) == DW_EUSAGE);
  dw_config_restore_free(&plan);
}
