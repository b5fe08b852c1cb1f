/* Runs commands with each of their calls to the system failing in turn, and looks at what they leave.
 *
 *   fault_sweep -p FAILING.so -t TEMPLATE -w WORK [-m MOST] [-e EVERY] [-j JOBS] [-o CASE] [-v] CASES
 *
 * CASES (a file) has a case of these lines after another, with blank lines between; words are parted by blanks, '#' begins a comment:
 *
 *   case NAME
 *   first COMMAND ARGUMENT…   ahead of all in a new folder, without faults: what stands outside of it is made anew
 *   run COMMAND ARGUMENT…     what is under test; "<FILE" among the arguments is its standard input
 *   state PATTERN             files that are not compared byte by byte (fnmatch(3), as a path below the folder)
 *   cut PATTERN               files ("-": standard output) with what was done until a signal came
 *   then COMMAND ARGUMENT…    afterwards, without faults: says what it says before the run or after it
 *   again STATUS…             the same call afterwards, without faults, ends with one of these and leaves what a run without faults does
 *   empty STATUS…             after a failure the commands of "then" may also say nothing, with one of these: what they look at was about
 * to be made
 *
 * Each run has a fresh copy of TEMPLATE as its working folder, and its TMPDIR in it. First the calls are counted; then, for each way in
 * which a kind of call fails, for each n (at most MOST of them, spread evenly; 0: all; and of those each EVERY-th, 1), the n-th fails. It
 * is right when
 *   - the command ends by itself, within a time limit, and nothing that it started goes on;
 *   - with the status, standard output and files of the run without faults; or
 *   - with status 4, "dw-NAME: …" on standard error, the beginning of that output, and each file as before or as after, and no other file;
 *   - or by the signal that it was sent, with the same said of files;
 *   - a short read or write, and one that was interrupted (EINTR), changes nothing.
 * Prints a line a case, a line for each run that was not right, and the sum. Exit status 0: all were right; 1: some were not; 2 to 4: as
 * usual; 5: no case is called so.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "faults.h"

enum { WORDS_MOST = 64, LISTS_MOST = 8, CASES_MOST = 128, FILES_MOST = 512, PATH_MOST = 512, SECONDS_MOST = 100, REPORTS_MOST = 12 };

#define FAULT_NAME(name) #name,
static const char *const kind_names[] = {FAULT_KINDS(FAULT_NAME)};

typedef struct way {
  const char *name;
  int kind, error;
  bool lasting, harmless; /* harmless: nothing has failed, so nothing may change */
} way;

static const way ways[] = {
    {"memory", FAULT_memory, ENOMEM, false, false},
    {"memory, and all after it", FAULT_memory, ENOMEM, true, false},
    {"mmap", FAULT_map, ENOMEM, false, false},
    {"read EIO", FAULT_read, EIO, false, false},
    {"read EINTR", FAULT_read, EINTR, false, true},
    {"read short", FAULT_read, FAULT_SHORT, false, true},
    {"all reads short", FAULT_read, FAULT_SHORT, true, true},
    {"write EIO", FAULT_write, EIO, false, false},
    {"write ENOSPC, and all after it", FAULT_write, ENOSPC, true, false},
    {"write EPIPE", FAULT_write, EPIPE, false, false},
    {"write EINTR", FAULT_write, EINTR, false, true},
    {"write short", FAULT_write, FAULT_SHORT, false, true},
    {"all writes short", FAULT_write, FAULT_SHORT, true, true},
    {"fsync EIO", FAULT_sync, EIO, false, false},
    {"rename EIO", FAULT_rename, EIO, false, false},
    {"rename ENOSPC, and all after it", FAULT_rename, ENOSPC, true, false},
    {"open EMFILE, and all after it", FAULT_open, EMFILE, true, false},
    {"open EIO", FAULT_open, EIO, false, false},
    {"open EINTR", FAULT_open, EINTR, false, false},
    {"read-only from then on (EROFS)", FAULT_create, EROFS, true, false},
    {"close EIO", FAULT_close, EIO, false, false},
    {"stat EIO", FAULT_stat, EIO, false, false},
    {"mkdir ENOSPC", FAULT_make, ENOSPC, false, false},
    {"unlink EIO", FAULT_remove, EIO, false, false},
    {"seek, truncate EIO", FAULT_size, EIO, false, false},
    {"flock, fcntl ENOLCK", FAULT_lock, ENOLCK, false, false},
    {"thread, process EAGAIN", FAULT_start, EAGAIN, false, false},
    {"all threads, processes EAGAIN", FAULT_start, EAGAIN, true, false},
    {"socket ENOBUFS", FAULT_socket, ENOBUFS, false, false},
    {"poll EINTR", FAULT_wait, EINTR, false, true},
    {"poll ENOMEM", FAULT_wait, ENOMEM, false, false},
    {"SIGTERM at memory", FAULT_memory, FAULT_SIGTERM, false, false},
    {"SIGTERM at a read", FAULT_read, FAULT_SIGTERM, false, false},
    {"SIGTERM at a write", FAULT_write, FAULT_SIGTERM, false, false},
    {"SIGTERM at fsync", FAULT_sync, FAULT_SIGTERM, false, false},
    {"SIGTERM at a rename", FAULT_rename, FAULT_SIGTERM, false, false},
    {"SIGTERM at an open", FAULT_open, FAULT_SIGTERM, false, false},
    {"SIGTERM at a close", FAULT_close, FAULT_SIGTERM, false, false},
    {"getrandom ENOSYS", FAULT_random, ENOSYS, true, false},
};
enum { WAYS = sizeof ways / sizeof *ways };

typedef struct word_list {
  char *word[WORDS_MOST];
  int count;
} word_list;

typedef struct test_case {
  const char *name;
  word_list first, run, then[LISTS_MOST], state, cut, again, empty;
  int thens;
} test_case;

static test_case cases[CASES_MOST];
static int case_count;

typedef struct text {
  char *bytes;
  size_t length;
} text;

typedef struct file {
  char path[PATH_MOST];
  text content;
} file;

typedef struct tree {
  file *files;
  int count;
} tree;

typedef struct outcome {
  int status; /* what waitpid says */
  bool late, goes_on;
  text out, err, then[LISTS_MOST];
  tree left;
} outcome;

static struct {
  const char *library, *template, *only;
  char work[PATH_MOST];
  int most, every, jobs;
  bool verbose;
} options;

static struct {
  atomic_long injected, right, refused, wrong;
} * sums; /* [WAYS], shared by all workers */

static long total[4];    /* faults, right answers, errors, wrong */
static fault_plan *plan; /* of this worker */
static char box[PATH_MOST + 16], plan_path[PATH_MOST + 24], out_path[PATH_MOST + 24], err_path[PATH_MOST + 24];

static void stop(const char *what)
{
  fprintf(stderr, "fault_sweep: %s: %s\n", what, strerror(errno));
  exit(4);
}

static void *must(void *pointer)
{
  if (!pointer) stop("memory");
  return pointer;
}

static text whole(const char *path)
{
  text got = {must(malloc(1)), 0};
  struct stat about;
  int fd = open(path, O_RDONLY);
  if (fd < 0 || fstat(fd, &about) < 0) stop(path);
  if (!S_ISREG(about.st_mode)) {
    close(fd);
    return got;
  }
  got.bytes = must(realloc(got.bytes, (size_t)about.st_size + 1));
  for (ssize_t n; got.length < (size_t)about.st_size; got.length += (size_t)n)
    if ((n = read(fd, got.bytes + got.length, (size_t)about.st_size - got.length)) <= 0) break;
  got.bytes[got.length] = '\0';
  close(fd);
  return got;
}

static bool same(text a, text b) { return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0; }
static bool begins(text a, text b) { return a.length <= b.length && memcmp(a.bytes, b.bytes, a.length) == 0; }

/* VISIT is called for each entry below FOLDER, folders before and after what is in them. */
static void walk(const char *folder, const char *below, void (*visit)(const char *below, bool folder, bool before, void *with), void *with)
{
  char path[2 * PATH_MOST], inner[PATH_MOST];
  snprintf(path, sizeof path, "%s/%s", folder, below);
  DIR *dir = opendir(path);
  if (!dir) stop(path);
  for (struct dirent *entry; (entry = readdir(dir));) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if ((size_t)snprintf(inner, sizeof inner, "%s%s%s", below, *below ? "/" : "", entry->d_name) >= sizeof inner) continue;
    struct stat about;
    snprintf(path, sizeof path, "%s/%s", folder, inner);
    if (lstat(path, &about) < 0) continue;
    visit(inner, S_ISDIR(about.st_mode), true, with);
    if (S_ISDIR(about.st_mode)) {
      walk(folder, inner, visit, with);
      visit(inner, true, false, with);
    }
  }
  closedir(dir);
}

static void remove_one(const char *below, bool folder, bool before, void *with)
{
  char path[2 * PATH_MOST];
  snprintf(path, sizeof path, "%s/%s", (const char *)with, below);
  if (folder && before) chmod(path, 0700);
  else if (folder) rmdir(path);
  else unlink(path);
}

static void copy_one(const char *below, bool folder, bool before, void *with)
{
  char from[2 * PATH_MOST], to[2 * PATH_MOST];
  if (!before) return;
  snprintf(from, sizeof from, "%s/%s", options.template, below);
  snprintf(to, sizeof to, "%s/%s", (const char *)with, below);
  struct stat about;
  if (stat(from, &about) < 0) stop(from);
  if (folder) {
    if (mkdir(to, 0700) < 0) stop(to);
    return;
  }
  text content = whole(from);
  int fd = open(to, O_WRONLY | O_CREAT | O_EXCL, about.st_mode & 0777);
  if (fd < 0 || write(fd, content.bytes, content.length) != (ssize_t)content.length) stop(to);
  close(fd);
  free(content.bytes);
}

static void list_one(const char *below, bool folder, bool before, void *with)
{
  tree *all = with;
  char path[2 * PATH_MOST];
  if (folder) return;
  if (all->count == FILES_MOST) stop("too many files");
  if (!all->files) all->files = must(calloc(FILES_MOST, sizeof *all->files));
  file *one = &all->files[all->count++];
  snprintf(one->path, sizeof one->path, "%s", below);
  snprintf(path, sizeof path, "%s/%s", box, below);
  one->content = whole(path);
}

static void tree_free(tree *all)
{
  for (int i = 0; i < all->count; i++) free(all->files[i].content.bytes);
  free(all->files);
  *all = (tree){0};
}

static const file *find(const tree *all, const char *path)
{
  for (int i = 0; i < all->count; i++)
    if (strcmp(all->files[i].path, path) == 0) return &all->files[i];
  return NULL;
}

static void fresh_box(void)
{
  mkdir(box, 0700);
  walk(box, "", remove_one, box);
  walk(options.template, "", copy_one, box);
  char path[2 * PATH_MOST];
  snprintf(path, sizeof path, "%s/tmp", box);
  if (mkdir(path, 0700) < 0 && errno != EEXIST) stop(path);
}

static volatile sig_atomic_t running, late;
static void ring(int number)
{
  late = 1;
  if (running) kill(-running, SIGKILL);
}

/* The words run in the box; under the plan when FAULTS. */
static int start(const word_list *words, bool faults)
{
  char *argument[WORDS_MOST + 1], path[2 * PATH_MOST];
  const char *input = "/dev/null";
  int count = 0;
  for (int i = 0; i < words->count; i++)
    if (words->word[i][0] == '<') input = words->word[i] + 1;
    else argument[count++] = words->word[i];
  argument[count] = NULL;
  late = 0;
  pid_t child = fork();
  if (child < 0) stop("fork");
  if (child == 0) {
    setpgid(0, 0);
    signal(SIGALRM, SIG_DFL);
    if (chdir(box) < 0) _exit(126);
    int in = open(input, O_RDONLY), out = open(out_path, O_WRONLY | O_CREAT | O_TRUNC, 0600),
        err = open(err_path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0) _exit(126);
    for (int fd = 3; fd < 20; fd++) close(fd);
    snprintf(path, sizeof path, "%s/tmp", box);
    setenv("TMPDIR", path, 1);
    if (faults) {
      setenv(FAULT_PLAN, plan_path, 1);
      setenv("LD_PRELOAD", options.library, 1);
    }
    execvp(argument[0], argument);
    _exit(127);
  }
  setpgid(child, child);
  running = child;
  alarm(SECONDS_MOST);
  int status;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) stop("waitpid");
  alarm(0);
  running = 0;
  return status;
}

static void settle_box(const test_case *test)
{
  fresh_box();
  if (test->first.count && start(&test->first, false) != 0) stop("what is first");
}

/* Processes whose parent ended become this one's children. True: some went on for more than ten seconds; they are ended. */
static bool orphans(void)
{
  for (int round = 0; round < 10000; round++) {
    pid_t ended = waitpid(-1, NULL, WNOHANG);
    if (ended < 0) return false;
    if (ended > 0) continue;
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  char path[64];
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
  FILE *list = fopen(path, "r");
  for (int child; list && fscanf(list, "%d", &child) == 1;) kill(child, SIGKILL);
  if (list) fclose(list);
  while (waitpid(-1, NULL, 0) > 0) continue;
  return true;
}

static void run(const test_case *test, const way *how, long at, bool explains, outcome *got)
{
  settle_box(test);
  memset(plan, 0, sizeof *plan);
  plan->kind = how ? how->kind : -1;
  plan->error = how ? how->error : 0;
  plan->lasting = how && how->lasting;
  plan->at = at;
  plan->explain = explains;
  got->status = start(&test->run, true);
  got->late = late;
  got->goes_on = orphans();
  got->out = whole(out_path);
  got->err = whole(err_path);
  got->left = (tree){0};
  walk(box, "", list_one, &got->left);
}

/* What the commands of "then" say. False: one of them failed where IT_MAY is not. */
static bool ask(const test_case *test, text said[LISTS_MOST])
{
  bool ok = true;
  for (int i = 0; i < test->thens; i++) {
    int status = start(&test->then[i], false);
    said[i] = whole(out_path);
    if (late || !WIFEXITED(status)) ok = false;
    char end[32];
    int length = snprintf(end, sizeof end, "status %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    said[i].bytes = must(realloc(said[i].bytes, said[i].length + (size_t)length + 1));
    memcpy(said[i].bytes + said[i].length, end, (size_t)length + 1);
    said[i].length += (size_t)length;
  }
  return ok;
}

static void forget(outcome *got)
{
  free(got->out.bytes);
  free(got->err.bytes);
  tree_free(&got->left);
}

/* A file that is not compared: never, or not after a signal. */
static bool is_state(const test_case *test, const way *how, const char *path)
{
  for (int i = 0; i < test->cut.count && how->error == FAULT_SIGTERM; i++)
    if (fnmatch(test->cut.word[i], path, 0) == 0) return true;
  for (int i = 0; i < test->state.count; i++)
    if (fnmatch(test->state.word[i], path, 0) == 0) return true;
  return false;
}

/* NULL: it is right. *answered: with the answer of the run without faults. */
static const char *judge(const test_case *test, const outcome *before, const outcome *after, const way *how, const outcome *got,
                         bool *answered)
{
  static char said[PATH_MOST + 128];
  *answered = false;
  if (got->late) return "it hung";
  if (got->goes_on) return "a process that it started went on";
  bool ended = how->error == FAULT_SIGTERM && WIFSIGNALED(got->status) && WTERMSIG(got->status) == SIGTERM;
  if (WIFSIGNALED(got->status) && !ended) {
    snprintf(said, sizeof said, "killed by signal %d", WTERMSIG(got->status));
    return said;
  }
  if (strstr(got->err.bytes, "(null)") || strstr(got->out.bytes, "(null)")) return "(null) in what it says";
  int status = ended ? 4 : WEXITSTATUS(got->status), usual = WEXITSTATUS(after->status);
  bool failed = status != usual;
  if (failed && how->harmless) return "something harmless made it fail";
  if (failed && status != 4) {
    snprintf(said, sizeof said, "status %d", status);
    return said;
  }
  *answered = !failed;
  if (failed) {
    char begin[64];
    bool command = strncmp(test->run.word[0], "dw-", 3) == 0;
    snprintf(begin, sizeof begin, "%.50s%s", command ? test->run.word[0] : "dw-", command ? ": " : "");
    const char *at = strstr(got->err.bytes, begin);
    if (!ended && (!at || (at > got->err.bytes && at[-1] != '\n'))) return "no message";
    if (!begins(got->out, after->out) && !is_state(test, how, "-")) return "standard output is not the beginning of the right one";
  } else if (!same(got->out, after->out)) {
    return "standard output is another, with the right status";
  }
  for (int i = 0; i < got->left.count; i++) {
    const file *one = &got->left.files[i], *old = find(&before->left, one->path), *new = find(&after->left, one->path);
    if (is_state(test, how, one->path)) continue;
    if (!old && !new) snprintf(said, sizeof said, "it left %s", one->path);
    else if (new &&same(one->content, new->content)) continue;
    else if (failed && old && same(one->content, old->content)) continue;
    else snprintf(said, sizeof said, "%s is neither as before nor as after", one->path);
    return said;
  }
  for (int i = 0; i < after->left.count; i++) {
    const char *path = after->left.files[i].path;
    if (is_state(test, how, path) || find(&got->left, path)) continue;
    if (failed && !find(&before->left, path)) continue;
    snprintf(said, sizeof said, "%s is missing", path);
    return said;
  }
  return NULL;
}

static bool says_nothing(const test_case *test, text said)
{
  int status;
  if (strncmp(said.bytes, "status ", 7) != 0) return false;
  status = atoi(said.bytes + 7);
  for (int i = 0; i < test->empty.count; i++)
    if (status == atoi(test->empty.word[i])) return true;
  return false;
}

static const char *judge_then(const test_case *test, const outcome *before, const outcome *after, bool answered)
{
  static char said[PATH_MOST];
  const char *wrong = NULL;
  text now[LISTS_MOST] = {0};
  bool ended = ask(test, now);
  for (int i = 0; i < test->thens && !wrong; i++)
    if (!ended) wrong = "what looks at it afterwards was killed";
    else if (!same(now[i], after->then[i]) && (answered || (!same(now[i], before->then[i]) && !says_nothing(test, now[i])))) {
      snprintf(said, sizeof said, "\"then\" %d says neither what it says before nor after: %.200s", i + 1, now[i].bytes);
      wrong = said;
    }
  for (int i = 0; i < test->thens; i++) free(now[i].bytes);
  return wrong;
}

static const char *judge_again(const test_case *test, const outcome *after)
{
  static char said[2 * PATH_MOST];
  if (!test->again.count) return NULL;
  int status = start(&test->run, false);
  bool ok = false;
  for (int i = 0; i < test->again.count; i++) ok = ok || (WIFEXITED(status) && WEXITSTATUS(status) == atoi(test->again.word[i]));
  if (late || !ok) {
    text err = whole(err_path);
    snprintf(said, sizeof said, "the same call afterwards: status %d, %.300s", WIFEXITED(status) ? WEXITSTATUS(status) : -1, err.bytes);
    free(err.bytes);
    return said;
  }
  text now[LISTS_MOST] = {0};
  const char *wrong = NULL;
  ask(test, now);
  for (int i = 0; i < test->thens && !wrong; i++)
    if (!same(now[i], after->then[i])) {
      snprintf(said, sizeof said, "after the same call again, \"then\" %d says: %.200s", i + 1, now[i].bytes);
      wrong = said;
    }
  for (int i = 0; i < test->thens; i++) free(now[i].bytes);
  return wrong;
}

static void report(const test_case *test, const way *how, long at, const char *wrong, const outcome *got)
{
  char line[4096];
  char err[200];
  snprintf(err, sizeof err, "%s", got->err.bytes);
  for (char *c = err; *c; c++)
    if (*c == '\n') *c = '|';
  int length = snprintf(line, sizeof line, "not ok: %s: %s, call %ld: %s [%s]\n", test->name, how->name, at, wrong, err);
  if (write(STDOUT_FILENO, line, (size_t)length < sizeof line ? (size_t)length : sizeof line) < 0) stop("standard output");
}

static void inject(const test_case *test, const outcome *before, const outcome *after, int w, long at, int *reports)
{
  outcome got;
  bool answered;
  run(test, &ways[w], at, false, &got);
  long failed = plan->failed;
  const char *wrong = judge(test, before, after, &ways[w], &got, &answered);
  if (!wrong) wrong = judge_then(test, before, after, answered);
  if (!wrong) wrong = judge_again(test, after);
  if (failed) sums[w].injected++;
  if (wrong) sums[w].wrong++;
  else if (failed && answered) sums[w].right++;
  else if (failed) sums[w].refused++;
  if (wrong && (*reports)++ < REPORTS_MOST) {
    report(test, &ways[w], at, wrong, &got);
    if (options.verbose) {
      outcome explained;
      run(test, &ways[w], at, true, &explained);
      printf("%.6000s\n", explained.err.bytes);
      fflush(stdout);
      forget(&explained);
    }
  }
  forget(&got);
}

/* A folder, a plan and files of its own. */
static void settle(int worker)
{
  snprintf(box, sizeof box, "%s/box%d", options.work, worker);
  snprintf(plan_path, sizeof plan_path, "%s/plan%d", options.work, worker);
  snprintf(out_path, sizeof out_path, "%s/out%d", options.work, worker);
  snprintf(err_path, sizeof err_path, "%s/err%d", options.work, worker);
  int fd = open(plan_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate(fd, sizeof *plan) < 0) stop(plan_path);
  plan = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (plan == MAP_FAILED) stop(plan_path);
  close(fd);
}

/* What is before and after a run without faults. */
static bool expected(const test_case *test, outcome *before, outcome *after)
{
  settle_box(test);
  walk(box, "", list_one, &before->left);
  ask(test, before->then);
  run(test, NULL, 0, false, after);
  if (!WIFEXITED(after->status) || (WEXITSTATUS(after->status) > 1 && WEXITSTATUS(after->status) < 5) || WEXITSTATUS(after->status) > 5) {
    printf("not ok: %s: without a fault: status %x, %s\n", test->name, (unsigned)after->status, after->err.bytes);
    return false;
  }
  ask(test, after->then);
  return true;
}

static void work(const test_case *test, int worker, const long *calls)
{
  outcome before = {0}, after = {0};
  long item = test - cases, taken = 0; /* each case skips other kinds of calls */
  int reports = 0;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  settle(worker + 1);
  if (!expected(test, &before, &after)) exit(1);
  for (int w = 0; w < WAYS; w++) {
    long all = calls[ways[w].kind], most = options.most && options.most < all ? options.most : all;
    for (long i = 0; i < most; i++)
      if (item++ % options.every == 0 && taken++ % options.jobs == worker)
        inject(test, &before, &after, w, (2 * i + 1) * all / (2 * most) + 1, &reports);
  }
  exit(0);
}

static bool sweep(const test_case *test)
{
  outcome before = {0}, after = {0}, twice = {0};
  bool answered, ok = true;
  settle(0);
  if (!expected(test, &before, &after)) return false;
  long calls[FAULT_KIND_COUNT], injected = 0, right = 0, refused = 0, wrong = 0;
  for (int kind = 0; kind < FAULT_KIND_COUNT; kind++) calls[kind] = plan->calls[kind];
  run(test, NULL, 0, false, &twice);
  const char *differs = judge(test, &before, &after, &(way){.harmless = true}, &twice, &answered);
  if (!differs) differs = judge_then(test, &before, &after, true);
  if (!differs) differs = judge_again(test, &after);
  if (differs) {
    printf("not ok: %s: twice without a fault: %s\n", test->name, differs);
    return false;
  }
  memset((void *)sums, 0, WAYS * sizeof *sums);
  fflush(stdout);
  for (int worker = 0; worker < options.jobs; worker++)
    if (fork() == 0) work(test, worker, calls);
  for (int worker = 0, status; worker < options.jobs; worker++)
    if (wait(&status) < 0 || status != 0) ok = false;
  for (int w = 0; w < WAYS; w++) {
    injected += sums[w].injected, right += sums[w].right, refused += sums[w].refused, wrong += sums[w].wrong;
    total[0] += sums[w].injected, total[1] += sums[w].right, total[2] += sums[w].refused, total[3] += sums[w].wrong;
  }
  printf("%s: %ld faults: %ld the right answer, %ld an error, %ld wrong (calls:", test->name, injected, right, refused, wrong);
  for (int kind = 0; kind < FAULT_KIND_COUNT; kind++)
    if (calls[kind]) printf(" %ld %s", calls[kind], kind_names[kind]);
  printf(")\n");
  if (!ok) printf("not ok: %s: a worker ended early\n", test->name);
  forget(&after);
  forget(&twice);
  tree_free(&before.left);
  return ok && wrong == 0;
}

static void read_cases(const char *path)
{
  char *bytes = whole(path).bytes, *line, *rest = bytes;
  test_case *now = NULL;
  while ((line = strsep(&rest, "\n"))) {
    char *word = strsep(&line, " ");
    if (!*word || *word == '#') continue;
    if (strcmp(word, "case") == 0) {
      if (case_count == CASES_MOST) stop("too many cases");
      now = &cases[case_count++];
      now->name = line;
      continue;
    }
    if (!now) stop("no case");
    word_list *list = strcmp(word, "run") == 0     ? &now->run
                      : strcmp(word, "first") == 0 ? &now->first
                      : strcmp(word, "state") == 0 ? &now->state
                      : strcmp(word, "again") == 0 ? &now->again
                      : strcmp(word, "empty") == 0 ? &now->empty
                      : strcmp(word, "cut") == 0   ? &now->cut
                      : strcmp(word, "then") == 0  ? &now->then[now->thens++]
                                                   : NULL;
    for (char *next; list && (next = strsep(&line, " "));)
      if (*next && list->count < WORDS_MOST) list->word[list->count++] = next;
  }
}

int main(int count, char **arguments)
{
  options.jobs = options.every = 1;
  for (int letter; (letter = getopt(count, arguments, "p:t:w:m:e:j:o:v")) != -1;) switch (letter) {
    case 'p': options.library = optarg; break;
    case 't': options.template = optarg; break;
    case 'w': snprintf(options.work, sizeof options.work, "%s", optarg); break;
    case 'm': options.most = atoi(optarg); break;
    case 'e': options.every = atoi(optarg); break;
    case 'j': options.jobs = atoi(optarg); break;
    case 'o': options.only = optarg; break;
    case 'v': options.verbose = true; break;
    default: return 2;
    }
  if (!options.library || !options.template || !*options.work || options.every < 1 || optind != count - 1) return 2;
  signal(SIGALRM, ring);
  sums = mmap(NULL, WAYS * sizeof *sums, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (sums == MAP_FAILED) stop("mmap");
  read_cases(arguments[optind]);
  bool ok = true, none = true;
  for (int i = 0; i < case_count; i++)
    if (!options.only || fnmatch(options.only, cases[i].name, 0) == 0) {
      none = false;
      ok = sweep(&cases[i]) && ok;
    }
  if (none) return 5;
  printf("all: %ld faults: %ld the right answer, %ld an error, %ld wrong\n", total[0], total[1], total[2], total[3]);
  return ok && total[0] > 0 ? 0 : 1;
}
