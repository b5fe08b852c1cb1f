#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/bytes/input.h"
#include "io/bytes/output.h"
#include "io/bytes/unfinished.h"
#include "sanitized.h"

static char folder[] = "/tmp/dw-test-output-XXXXXX";

static pid_t owner; /* a child that exits leaves the folder to us */

static void clean_up(void)
{
  if (getpid() != owner) return;
  DIR *dir = opendir(folder);
  if (!dir) return;
  for (struct dirent *entry; (entry = readdir(dir));) unlinkat(dirfd(dir), entry->d_name, 0);
  closedir(dir);
  rmdir(folder);
}

static const char *in_folder(const char *name)
{
  static char paths[4][300];
  static int turn;
  static bool made;
  if (!made && (!mkdtemp(folder) || atexit(clean_up) != 0)) abort();
  if (!made) owner = getpid();
  made = true;
  char *path = paths[turn++ % 4];
  snprintf(path, sizeof *paths, "%s/%s", folder, name);
  return path;
}

/* Entries of the folder besides . and .., and how many of them are temporary names. */
static int entries(int *temporary)
{
  int count = 0;
  *temporary = 0;
  DIR *dir = opendir(folder);
  for (struct dirent *entry; (entry = readdir(dir));) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    count++;
    if (strstr(entry->d_name, ".dw-")) ++*temporary;
  }
  closedir(dir);
  return count;
}

static void put(const char *path, const char *text)
{
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text)) abort();
  close(fd);
}

/* The file's plain bytes. */
static const char *content(const char *path)
{
  static char *bytes;
  size_t length;
  static dw_err err;
  free(bytes);
  return dw_input_whole(path, 100 << 20, &bytes, &length, &err) == DW_OK ? bytes : err.message;
}

static dw_status write_text(dw_output *output, const char *text, dw_err *err) { return dw_output_write(output, text, strlen(text), err); }

TEST(output_old_or_new)
{
  const char *path = in_folder("report.json");
  dw_output *output;
  dw_err err;
  int temporary;
  put(path, "old");
  CHECK(dw_output_open(&output, path, &err) == DW_OK);
  CHECK(write_text(output, "new", &err) == DW_OK && dw_output_flush(output, &err) == DW_OK);
  CHECK_TEXT(content(path), "old");
  CHECK(entries(&temporary) == 2 && temporary == 1);
  CHECK(!dw_output_terminal(output) && !dw_output_closed(output));
  CHECK(dw_output_commit(output, &err) == DW_OK);
  CHECK_TEXT(content(path), "new");
  CHECK(entries(&temporary) == 1 && temporary == 0);
  CHECK(dw_output_open(&output, path, &err) == DW_OK && write_text(output, "dropped", &err) == DW_OK);
  dw_output_drop(output);
  CHECK_TEXT(content(path), "new");
  CHECK(entries(&temporary) == 1);
  dw_output_drop(NULL);
  unlink(path);
}

TEST(output_drop_all_removes_what_is_open)
{
  dw_output *a = NULL, *b = NULL;
  dw_err err;
  int before, temporary;
  entries(&before);
  CHECK(before == 0);
  CHECK(dw_output_open(&a, in_folder("all_a"), &err) == DW_OK && dw_output_open(&b, in_folder("all_b.gz"), &err) == DW_OK);
  entries(&temporary);
  CHECK(temporary == 2);
  dw_output_drop_all();
  entries(&temporary);
  CHECK(temporary == 0);
  CHECK(access(in_folder("all_a"), F_OK) != 0);
  dw_output_drop(a);
  dw_output_drop(b);
}

TEST(output_permissions)
{
  dw_output *output;
  dw_err err;
  struct stat about;
  const char *path = in_folder("mode");
  mode_t mask = umask(027);
  CHECK(dw_output_open(&output, path, &err) == DW_OK && dw_output_commit(output, &err) == DW_OK);
  CHECK(stat(path, &about) == 0 && (about.st_mode & 07777) == 0640 && about.st_size == 0);
  CHECK(chmod(path, 0604) == 0);
  CHECK(dw_output_open(&output, path, &err) == DW_OK && write_text(output, "x", &err) == DW_OK && dw_output_commit(output, &err) == DW_OK);
  CHECK(stat(path, &about) == 0 && (about.st_mode & 07777) == 0604 && about.st_size == 1);
  umask(mask);
  unlink(path);
}

/* Two at once, to the same name: both have their own temporary file, the last commit wins. */
TEST(output_two_at_once)
{
  dw_output *a = NULL, *b = NULL;
  dw_err err;
  int temporary;
  const char *path = in_folder("same");
  CHECK(dw_output_open(&a, path, &err) == DW_OK && dw_output_open(&b, path, &err) == DW_OK);
  CHECK(entries(&temporary) == 2 && temporary == 2);
  CHECK(write_text(a, "a", &err) == DW_OK && write_text(b, "b", &err) == DW_OK);
  CHECK(dw_output_commit(b, &err) == DW_OK && dw_output_commit(a, &err) == DW_OK);
  CHECK_TEXT(content(path), "a");
  CHECK(entries(&temporary) == 1);
  unlink(path);
}

TEST(output_sizes_and_compression)
{
  static const char *const names[] = {"data", "data.zst", "data.gz"};
  static const unsigned char magic[3][2] = {{0, 0}, {0x28, 0xb5}, {0x1f, 0x8b}};
  static const size_t sizes[] = {0, 1, 100, (256 << 10) - 1, 256 << 10, (256 << 10) + 1, 3000000};
  static const size_t pieces[] = {1, 999, 256 << 10, 300000, 3000000};
  char *bytes = malloc(3000000);
  uint64_t state = 5;
  for (size_t i = 0; i < 3000000; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    bytes[i] = (char)(state >> (i / 1000 % 3 ? 56 : 60));
  }
  for (int k = 0; k < 3; k++)
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
      for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
        if (pieces[p] == 1 && sizes[s] > 300000) continue;
        const char *path = in_folder(names[k]);
        dw_output *output;
        dw_err err;
        CHECK(dw_output_open(&output, path, &err) == DW_OK);
        for (size_t at = 0; at < sizes[s]; at += pieces[p]) {
          size_t n = sizes[s] - at < pieces[p] ? sizes[s] - at : pieces[p];
          CHECK(dw_output_write(output, bytes + at, n, &err) == DW_OK);
          if (at == pieces[p]) CHECK(dw_output_flush(output, &err) == DW_OK);
        }
        CHECK(dw_output_commit(output, &err) == DW_OK);
        char *back;
        size_t length;
        CHECK(dw_input_whole(path, 4000000, &back, &length, &err) == DW_OK);
        CHECK(back && length == sizes[s] && memcmp(back, bytes, length) == 0);
        free(back);
        unsigned char head[2] = {0};
        int fd = open(path, O_RDONLY);
        if (k) CHECK(read(fd, head, 2) == 2 && memcmp(head, magic[k], 2) == 0); /* an empty stream is a whole, empty frame */
        close(fd);
        unlink(path);
      }
  free(bytes);
}

/* After a flush, a reader of the pipe can undo all that was written. */
TEST(output_flush_through_compression)
{
  static const char *const names[] = {"pipe.zst", "pipe.gz", "pipe"};
  for (int k = 0; k < 3; k++) {
    const char *path = in_folder(names[k]);
    CHECK(mkfifo(path, 0600) == 0);
    int hold = open(path, O_RDWR); /* so that neither side waits for the other to open */
    dw_output *output = NULL;
    dw_input *input = NULL;
    dw_err err;
    char bytes[100];
    size_t got;
    CHECK(dw_output_open(&output, path, &err) == DW_OK && dw_input_open(&input, path, &err) == DW_OK);
    CHECK(write_text(output, "first line\n", &err) == DW_OK && dw_output_flush(output, &err) == DW_OK);
    CHECK(dw_input_read(input, bytes, sizeof bytes, &got, &err) == DW_OK && got > 0 && memcmp(bytes, "first line\n", got) == 0);
    dw_input_close(input);
    CHECK(dw_output_commit(output, &err) == DW_OK);
    close(hold);
    struct stat about;
    CHECK(stat(path, &about) == 0 && S_ISFIFO(about.st_mode)); /* the FIFO is still one */
    unlink(path);
  }
}

TEST(output_links)
{
  dw_output *output;
  dw_err err;
  struct stat about;
  const char *target = in_folder("target"), *link = in_folder("link"), *second = in_folder("second");
  put(target, "old");
  CHECK(symlink("target", link) == 0 && symlink(link, second) == 0);
  CHECK(dw_output_open(&output, second, &err) == DW_OK && write_text(output, "new", &err) == DW_OK &&
        dw_output_commit(output, &err) == DW_OK);
  CHECK_TEXT(content(target), "new");
  CHECK(lstat(link, &about) == 0 && S_ISLNK(about.st_mode) && lstat(second, &about) == 0 && S_ISLNK(about.st_mode));
  unlink(target); /* now they point at nothing: the file comes to be there */
  CHECK(dw_output_open(&output, second, &err) == DW_OK && write_text(output, "made", &err) == DW_OK &&
        dw_output_commit(output, &err) == DW_OK);
  CHECK_TEXT(content(target), "made");
  unlink(target), unlink(link), unlink(second);
  CHECK(symlink("link", link) == 0);
  CHECK(dw_output_open(&output, link, &err) == DW_ESYSTEM && !output);
  CHECK(strstr(err.message, "Too many levels of symbolic links") != NULL);
  unlink(link);
}

TEST(output_refuses)
{
  dw_output *output;
  dw_err err;
  int temporary;
  CHECK(dw_output_open(&output, in_folder("none/file"), &err) == DW_ESYSTEM && !output);
  CHECK(strstr(err.message, "/none/file: No such file or directory") != NULL);
  CHECK(dw_output_open(&output, folder, &err) == DW_ESYSTEM && !output);
  CHECK(strstr(err.message, "Is a directory") != NULL);
  CHECK(dw_output_open(&output, in_folder("new/"), &err) == DW_ESYSTEM && dw_output_open(&output, "", &err) == DW_ESYSTEM);
  CHECK(dw_output_open(&output, "/dev/fd/987", &err) == DW_ESYSTEM);
  CHECK(entries(&temporary) == 0);
}

/* A name as long as the file system takes leaves no room for the suffix of the temporary one. */
TEST(output_longest_name)
{
  char name[256];
  memset(name, 'n', 255);
  name[255] = '\0';
  char path[300];
  snprintf(path, sizeof path, "%s", in_folder(name));
  dw_output *output;
  dw_err err;
  CHECK(dw_output_open(&output, path, &err) == DW_OK && write_text(output, "x", &err) == DW_OK && dw_output_commit(output, &err) == DW_OK);
  CHECK_TEXT(content(path), "x");
  unlink(path);
}

TEST(output_full_device)
{
  dw_output *output;
  dw_err err;
  struct stat about;
  CHECK(dw_output_open(&output, "/dev/full", &err) == DW_OK);
  CHECK(write_text(output, "x", &err) == DW_OK); /* buffered */
  CHECK(dw_output_flush(output, &err) == DW_ESYSTEM);
  CHECK_TEXT(err.message, "/dev/full: No space left on device");
  CHECK(dw_output_commit(output, &err) == DW_ESYSTEM);
  CHECK(dw_output_open(&output, "/dev/full", &err) == DW_OK && write_text(output, "x", &err) == DW_OK);
  CHECK(dw_output_commit(output, &err) == DW_ESYSTEM);
  CHECK_TEXT(err.message, "/dev/full: No space left on device");
  CHECK(stat("/dev/full", &about) == 0 && S_ISCHR(about.st_mode));
  CHECK(dw_output_open(&output, "/dev/null", &err) == DW_OK && write_text(output, "x", &err) == DW_OK &&
        dw_output_commit(output, &err) == DW_OK);
  CHECK(stat("/dev/null", &about) == 0 && S_ISCHR(about.st_mode));
}

/* Standard output, and its other names, are written as they are even when a file lies behind. */
TEST(output_standard_output)
{
  static const char *const names[] = {"-", NULL, "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"};
  for (int k = 0; k < 5; k++) {
    const char *path = in_folder("stdout");
    put(path, "before ");
    fflush(stdout);
    int saved = dup(1), fd = open(path, O_WRONLY | O_APPEND);
    dup2(fd, 1);
    dw_output *output;
    dw_err err;
    dw_status status = dw_output_open(&output, names[k], &err);
    if (status == DW_OK) status = write_text(output, "text", &err);
    if (status == DW_OK) status = dw_output_commit(output, &err);
    bool open_still = fcntl(1, F_GETFD) >= 0;
    close(1);
    dw_output *none = NULL;
    dw_status shut = dw_output_open(&none, names[k], &err);
    dup2(saved, 1);
    close(saved), close(fd);
    CHECK(status == DW_OK && open_still && shut == DW_ESYSTEM && !none);
    CHECK_TEXT(err.message, "standard output: Bad file descriptor");
    CHECK_TEXT(content(path), "before text");
    unlink(path);
  }
}

TEST(output_closed_pipe_is_no_error)
{
  static char many[600000];
  int ends[2], saved = dup(1);
  dw_output *output;
  dw_err err;
  CHECK(pipe(ends) == 0);
  void (*before)(int) = signal(SIGPIPE, SIG_IGN);
  close(ends[0]);
  fflush(stdout);
  dup2(ends[1], 1);
  close(ends[1]);
  bool opened = dw_output_open(&output, "-", &err) == DW_OK;
  bool first = dw_output_write(output, many, 10, &err) == DW_OK && !dw_output_closed(output);
  bool wrote = dw_output_write(output, many, sizeof many, &err) == DW_OK && dw_output_closed(output);
  bool more = dw_output_write(output, many, sizeof many, &err) == DW_OK && dw_output_flush(output, &err) == DW_OK;
  bool done = dw_output_commit(output, &err) == DW_OK;
  dup2(saved, 1);
  close(saved);
  signal(SIGPIPE, before);
  CHECK(opened && first && wrote && more && done);
}

static void *drain(void *context)
{
  static char bytes[1000];
  size_t total = 0;
  for (ssize_t n; (n = read(*(int *)context, bytes, sizeof bytes)) > 0;) total += (size_t)n;
  return (void *)total;
}

/* A pipe set not to block, with a slow reader: everything arrives. */
TEST(output_waits_for_a_full_pipe)
{
  static char many[1000000];
  char name[40];
  int ends[2];
  dw_output *output;
  dw_err err;
  CHECK(pipe(ends) == 0 && fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
  snprintf(name, sizeof name, "/dev/fd/%d", ends[1]);
  pthread_t thread;
  pthread_create(&thread, NULL, drain, &ends[0]);
  CHECK(dw_output_open(&output, name, &err) == DW_OK && dw_output_write(output, many, sizeof many, &err) == DW_OK);
  CHECK(dw_output_commit(output, &err) == DW_OK);
  close(ends[1]);
  void *total;
  pthread_join(thread, &total);
  CHECK((size_t)total == sizeof many);
  close(ends[0]);
}

/* A process with two outputs begun, which then ends by what `end` does. Returns its wait status; the old file stands, nothing half-written
 * stays. */
static int ended_in_the_middle(void end(int), int argument)
{
  const char *path = in_folder("interrupted");
  int temporary, ready[2], go[2], status = -1;
  char c;
  put(path, "old");
  CHECK(pipe(ready) == 0 && pipe(go) == 0);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    dw_output *a, *b;
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    if (!freopen("/dev/null", "w", stderr)) _exit(97);
    if (dw_output_open(&a, path, NULL) != DW_OK || dw_output_open(&b, in_folder("other"), NULL) != DW_OK) _exit(99);
    write_text(a, "half", NULL);
    dw_output_flush(a, NULL);
    if (write(ready[1], "r", 1) != 1 || read(go[0], &c, 1) != 1) _exit(98);
    end(argument);
    for (;;) pause();
  }
  close(ready[1]);
  close(go[0]);
  CHECK(read(ready[0], &c, 1) == 1);
  CHECK(entries(&temporary) == 3 && temporary == 2);
  CHECK(write(go[1], "g", 1) == 1);
  CHECK(waitpid(child, &status, 0) == child);
  close(ready[0]);
  close(go[1]);
  CHECK_MSG(entries(&temporary) == 1, "%d left", temporary);
  CHECK_TEXT(content(path), "old");
  unlink(path);
  return status;
}

static void by_signal(int number) { kill(getpid(), number); }
static void by_abort(int number) { abort(); }
static void by_exit(int status) { exit(status); }
static void by_memory(int size) { dw_mem_out((size_t)size); }

/* A signal in the middle: the process dies of it. */
TEST(output_signals_clean_up)
{
  static const int numbers[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM,
                                SIGPROF, SIGXFSZ, SIGXCPU, SIGSYS,  SIGABRT, SIGSEGV, SIGBUS,  SIGFPE,  SIGILL};
  for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
    /* the sanitizer's, which then ends the process its own way */
    if (SANITIZED && (numbers[k] == SIGSEGV || numbers[k] == SIGBUS || numbers[k] == SIGFPE || numbers[k] == SIGILL)) continue;
    int status = ended_in_the_middle(by_signal, numbers[k]);
    CHECK_MSG(WIFSIGNALED(status) && WTERMSIG(status) == numbers[k], "signal %d: wait status %#x", numbers[k], (unsigned)status);
  }
  int status = ended_in_the_middle(by_abort, 0);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

TEST(output_exits_clean_up)
{
  int status = ended_in_the_middle(by_exit, 1); /* of a library: cmd/options/ending.h makes it status 4 */
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 1);
  status = ended_in_the_middle(by_memory, 123);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == DW_ESYSTEM);
}

/* A signal that the process ignores (nohup) or handles itself stays as it is. */
TEST(output_respects_other_dispositions)
{
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    dw_output *output;
    signal(SIGHUP, SIG_IGN);
    if (dw_output_open(&output, in_folder("ignored"), NULL) != DW_OK) _exit(99);
    raise(SIGHUP);
    struct sigaction now;
    sigaction(SIGHUP, NULL, &now);
    int temporary;
    bool fine = now.sa_handler == SIG_IGN && entries(&temporary) == 1 && temporary == 1;
    dw_output_drop(output);
    _exit(fine ? 0 : 1);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(unfinished_list_ends)
{
  int tickets[80], listed = 0;
  for (int i = 0; i < 80; i++) tickets[i] = dw_unfinished_announce("/nonexistent/name");
  for (int i = 0; i < 80; i++) {
    listed += tickets[i] >= 0;
    dw_unfinished_forget(tickets[i]);
  }
  CHECK(listed == 64);
  int again = dw_unfinished_announce("/nonexistent/name");
  CHECK(again >= 0);
  dw_unfinished_forget(again);
  char path[5000];
  memset(path, 'x', sizeof path - 1);
  path[sizeof path - 1] = '\0';
  CHECK(dw_unfinished_announce(path) == -1);
}
