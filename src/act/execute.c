#include "act/execute.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"

const char *const dw_outcome_names[] = {"done", "failed", "killed", "timed_out", "interrupted", "not_started", "unknown", NULL};

enum { GRACE_MS = 2000 };

static const char **vector(const char *const *text, size_t count)
{
  const char **out = dw_alloc_array(count + 1, sizeof *out);
  for (size_t i = 0; i < count; i++) out[i] = text[i];
  out[count] = NULL;
  return out;
}

static void stops(sigset_t *set, bool child)
{
  sigemptyset(set);
  sigaddset(set, SIGINT);
  sigaddset(set, SIGTERM);
  sigaddset(set, SIGHUP);
  if (child) sigaddset(set, SIGCHLD);
}

/* A program finds its signals as a shell would leave them. */
static int attributes(posix_spawnattr_t *attr)
{
  sigset_t none, usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  static const int reset[] = {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD};
  for (size_t i = 0; i < sizeof reset / sizeof *reset; i++) sigaddset(&usual, reset[i]);
  int problem = posix_spawnattr_init(attr);
  if (problem) return problem;
  posix_spawnattr_setsigmask(attr, &none);
  posix_spawnattr_setsigdefault(attr, &usual);
  posix_spawnattr_setpgroup(attr, 0);
  return posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

/* The program in the PATH of the environment that it will have, not in ours; name itself when it is a path, or is nowhere. The caller
 * frees. */
static char *program_find(const dw_execute_request *request)
{
  const char *name = request->argument[0], *path = NULL;
  for (size_t i = 0; i < request->environment_count; i++)
    if (strncmp(request->environment[i], "PATH=", 5) == 0) path = request->environment[i] + 5;
  while (path && !strchr(name, '/')) {
    size_t length = strcspn(path, ":");
    dw_buf full = {0};
    dw_buf_format(&full, "%.*s%s%s", (int)length, path, length ? "/" : "./", name);
    char *found = dw_strdup(dw_buf_cstr(&full));
    dw_buf_free(&full);
    if (access(found, X_OK) == 0) return found;
    dw_free(found);
    path = path[length] ? path + length + 1 : NULL;
  }
  return dw_strdup(name);
}

/* 0, or the errno of what stood in the way. */
static int start(const dw_execute_request *request, int output, int error, pid_t *pid)
{
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attr;
  int problem = posix_spawn_file_actions_init(&files);
  if (problem) return problem;
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, output, 1);
  posix_spawn_file_actions_adddup2(&files, error, 2);
  problem = attributes(&attr);
  if (!problem) {
    const char **argv = vector(request->argument, request->argument_count),
               **env = vector(request->environment, request->environment_count);
    char *program = program_find(request);
    problem = posix_spawn(pid, program, &files, &attr, (char *const *)argv, (char *const *)env);
    dw_free(program);
    dw_free(argv);
    dw_free(env);
    posix_spawnattr_destroy(&attr);
  }
  posix_spawn_file_actions_destroy(&files);
  return problem;
}

static bool ended(pid_t pid, int *status)
{
  pid_t got;
  while ((got = waitpid(pid, status, WNOHANG)) < 0 && errno == EINTR) continue;
  return got != 0;
}

/* Until a signal of set comes or the time is over; the signal, 0 for the time. */
static int signal_wait(const sigset_t *set, uint64_t until_ns)
{
  uint64_t now = dw_monotonic_ns();
  if (until_ns && now >= until_ns) return 0;
  uint64_t left = until_ns ? until_ns - now : UINT64_C(3600000000000);
  struct timespec wait = {.tv_sec = (time_t)(left / 1000000000u), .tv_nsec = (long)(left % 1000000000u)};
  int got = sigtimedwait(set, NULL, &wait);
  return got > 0 ? got : 0;
}

/* The program is told to end, then made to. */
static void stop(pid_t pid, int *status)
{
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  uint64_t end = dw_monotonic_ns() + GRACE_MS * UINT64_C(1000000);
  kill(-pid, SIGTERM);
  bool over = false;
  while (!(over = ended(pid, status)) && dw_monotonic_ns() < end) signal_wait(&child, end);
  kill(-pid, SIGKILL); /* what it started may still be there */
  if (!over)
    while (waitpid(pid, status, 0) < 0 && errno == EINTR) continue;
}

static void wait_for(pid_t pid, int64_t time_limit, const sigset_t *set, dw_execute_result *result)
{
  uint64_t end = time_limit > 0 ? dw_monotonic_ns() + (uint64_t)time_limit * 1000 : 0;
  int status = 0;
  for (;;) {
    if (ended(pid, &status)) break;
    int got = signal_wait(set, end);
    if (got == SIGCHLD) continue;
    if (got == 0 && !(end && dw_monotonic_ns() >= end)) continue;
    if (ended(pid, &status)) break;
    stop(pid, &status);
    *result = (dw_execute_result){got ? DW_OUTCOME_INTERRUPTED : DW_OUTCOME_TIMED_OUT, got};
    return;
  }
  if (WIFSIGNALED(status)) *result = (dw_execute_result){DW_OUTCOME_KILLED, WTERMSIG(status)};
  else *result = (dw_execute_result){WEXITSTATUS(status) ? DW_OUTCOME_FAILED : DW_OUTCOME_DONE, WEXITSTATUS(status)};
}

/* A FIFO that nobody reads is an error, and does not make us wait. */
static dw_status file_for(const char *path, int *fd, dw_err *err)
{
  if (!path) path = "/dev/null";
  *fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0666);
  if (*fd < 0) return dw_err_system(err, errno, "%s", path);
  int flags = fcntl(*fd, F_GETFL);
  if (flags >= 0) fcntl(*fd, F_SETFL, flags & ~O_NONBLOCK); /* the program writes as it is used to */
  return DW_OK;
}

dw_status dw_execute(const dw_execute_request *request, dw_execute_result *result, dw_err *err)
{
  pid_t pid;
  sigset_t set, before;
  int output = -1, error = -1;
  dw_status status = request->output_fd ? DW_OK : file_for(request->output, &output, err);
  if (status == DW_OK) status = file_for(request->error, &error, err);
  *result = (dw_execute_result){DW_OUTCOME_UNKNOWN, 0};
  if (status == DW_OK) {
    struct sigaction usual = {.sa_handler = SIG_DFL}, child;
    stops(&set, true);
    sigprocmask(SIG_BLOCK, &set, &before);
    sigaction(SIGCHLD, &usual, &child); /* an inherited SIG_IGN would eat the exit status */
    int problem = start(request, request->output_fd ? request->output_fd : output, error, &pid);
    if (problem) *result = (dw_execute_result){DW_OUTCOME_NOT_STARTED, problem};
    else wait_for(pid, request->time_limit, &set, result);
    sigaction(SIGCHLD, &child, NULL);
    sigprocmask(SIG_SETMASK, &before, NULL);
  }
  if (output >= 0) close(output);
  if (error >= 0) close(error);
  return status;
}

void dw_execute_words(const dw_execute_result *result, char *out, size_t size)
{
  dw_err reason;
  switch (result->outcome) {
  case DW_OUTCOME_DONE: snprintf(out, size, "done"); break;
  case DW_OUTCOME_FAILED: snprintf(out, size, "exit status %d", result->number); break;
  case DW_OUTCOME_KILLED: snprintf(out, size, "killed by signal %d", result->number); break;
  case DW_OUTCOME_TIMED_OUT: snprintf(out, size, "took longer than its time limit, and was killed"); break;
  case DW_OUTCOME_INTERRUPTED: snprintf(out, size, "interrupted by signal %d", result->number); break;
  case DW_OUTCOME_NOT_STARTED:
    dw_err_system(&reason, result->number, "could not be started");
    snprintf(out, size, "%s", reason.message);
    break;
  default: snprintf(out, size, "was started, and nobody knows how it ended"); break;
  }
}
