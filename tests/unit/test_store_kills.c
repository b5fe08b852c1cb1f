/* Rows appended and pruned, and a kill (kill -9) at every write of it: the series is the one before or the one after, nothing is left over,
 * and the same change finishes the work. Each step runs in a process of its own, since a process asks once where it is to die
 * (base/fault.h): this one never opens a store. */
#include "test.h"

#include <sys/wait.h>
#include <unistd.h>

#include "store/keep/store.h"

static char folder[] = "dw-test-kills-XXXXXX";

static void clean_up(void)
{
  char command[100];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  if (system(command) != 0) perror("rm");
}

static dw_err err;
static const char start[] = "10:one 30:two 10:three 30:four ";

static dw_status append(dw_store *store, int64_t instant, const char *text, dw_err *e)
{
  return dw_store_append(store, "log", &(dw_store_row){.instant = instant, .key = text, .text = text, .length = strlen(text)}, e);
}

static dw_status begin(dw_store *store, void *context, dw_err *e)
{
  dw_status status = DW_OK;
  for (int i = 0; i < 4 && status == DW_OK; i++)
    status = append(store, i % 2 ? 30 : 10, (const char *[]){"one", "two", "three", "four"}[i], e);
  return status;
}

static dw_status prune(dw_store *store, void *context, dw_err *e) { return dw_store_prune(store, "log", 20, NULL, e); }

static dw_status prune_twice_and_append(dw_store *store, void *context, dw_err *e)
{
  dw_status status = append(store, 25, "five", e);
  if (status == DW_OK) status = dw_store_prune(store, "log", 20, NULL, e);
  if (status == DW_OK) status = append(store, 40, "six", e);
  if (status == DW_OK) status = dw_store_prune(store, "log", 30, NULL, e);
  return status == DW_OK ? append(store, 50, "seven", e) : status;
}

static dw_status nothing(dw_store *store, void *context, dw_err *e) { return DW_OK; }

static dw_status print_row(void *context, const dw_store_row *row, dw_err *e)
{
  return dprintf(*(int *)context, "%lld:%.*s ", (long long)row->instant, (int)row->length, row->text) > 0 ? DW_OK : DW_ESYSTEM;
}

static dw_status print(dw_store *store, void *context, dw_err *e)
{
  return dw_store_rows(store, "log", &DW_STORE_ALL, print_row, context, e);
}

/* The status that the process ended with when it changed the store, killed at its nth write (0: never). */
static int change(const char *address, dw_store_work *work, int nth)
{
  int status;
  pid_t child = fork();
  if (child == 0) {
    dw_store *store;
    char number[20];
    snprintf(number, sizeof number, "%d", nth);
    setenv("DW_FAULT_WRITE", number, 1);
    bool ok = dw_store_open(&store, address, true, &err) == DW_OK && dw_store_change(store, work, NULL, &err) == DW_OK;
    if (!ok) fprintf(stderr, "%s\n", err.message);
    _exit(ok ? 0 : 1);
  }
  return waitpid(child, &status, 0) == child ? status : -1;
}

static const char *rows(const char *address, char out[200])
{
  int ends[2], status;
  size_t length = 0;
  if (pipe(ends) < 0) abort();
  pid_t child = fork();
  if (child == 0) {
    dw_store *store;
    if (dw_store_open(&store, address, false, &err) != DW_OK || dw_store_read(store, print, &ends[1], &err) != DW_OK)
      dprintf(ends[1], "error: %s", err.message);
    _exit(0);
  }
  close(ends[1]);
  for (ssize_t got; (got = read(ends[0], out + length, 199 - length)) > 0;) length += (size_t)got;
  out[length] = '\0';
  close(ends[0]);
  return waitpid(child, &status, 0) == child && WIFEXITED(status) ? out : "the reader did not end";
}

static int files(void)
{
  int count = 0;
  char command[200], line[300];
  snprintf(command, sizeof command, "find '%s' -type f", folder);
  FILE *list = popen(command, "r");
  while (fgets(line, sizeof line, list)) count++;
  pclose(list);
  return count;
}

static void killed_everywhere(const char *kind, dw_store_work *work, const char *after)
{
  char address[300], anew[300], seen[200], clear[100];
  int kills = 0, status = -1, left = 0;
  snprintf(address, sizeof address, "%s%s/store", kind, folder);
  snprintf(clear, sizeof clear, "rm -rf '%s'/*", folder);
  snprintf(anew, sizeof anew, "cd '%s' && rm -rf store* && cp -r start store", folder);
  CHECK(system(clear) == 0 && change(address, begin, 0) == 0);
  snprintf(seen, sizeof seen, "cd '%s' && mv store start", folder);
  CHECK(system(seen) == 0);
  for (int nth = 0; nth < 500 && (nth < 2 || status != 0); nth++) { /* the first time it is not killed */
    CHECK(system(anew) == 0);
    status = change(address, work, nth);
    rows(address, seen);
    if (nth == 0) {
      CHECK(status == 0);
      CHECK_TEXT(seen, after);
      left = files();
    } else if (status != 0) {
      bool before = strcmp(seen, start) == 0;
      kills++;
      CHECK_MSG(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "%s at %d: status %d", kind, nth, status);
      CHECK_MSG(before || strcmp(seen, after) == 0, "%s at %d: \"%s\"", kind, nth, seen);
      CHECK(change(address, before ? work : nothing, 0) == 0);
      CHECK_TEXT(rows(address, seen), after);
      CHECK_MSG(files() == left, "%s at %d: %d files, not %d", kind, nth, files(), left);
    }
  }
  CHECK(status == 0);
  CHECK_MSG(kills >= 8, "%s: killed at %d writes only", kind, kills);
}

TEST(a_prune_that_is_killed_is_done_or_not_begun)
{
  if (!mkdtemp(folder) || atexit(clean_up) != 0) abort();
  for (int k = 0; k < 2; k++) {
    const char *kind = k ? "sqlite:" : "";
    killed_everywhere(kind, prune, "30:two 30:four ");
    killed_everywhere(kind, prune_twice_and_append, "30:two 30:four 40:six 50:seven ");
  }
}
