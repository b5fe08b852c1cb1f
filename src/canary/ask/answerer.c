#include "canary/ask/answerer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"

enum { GRACE_MS = 2000, PIECE = 64 << 10 };

struct dw_answerer {
  const char *const *argument;
  pid_t pid;   /* 0: not running */
  int in, out; /* its standard input and output; -1: closed */
  dw_buf question, answer;
  size_t written, looked; /* bytes of question; of answer: without a newline */
  bool ended, too_long;
  bool answered;   /* this process did, once: it may end after each answer */
  bool distrusted; /* each question is to have a process of its own */
  char words[64];  /* how it ended */
};

dw_answerer *dw_answerer_new(const char *const *argument)
{
  dw_answerer *program = dw_alloc_zero(1, sizeof *program);
  program->argument = argument;
  program->in = program->out = -1;
  return program;
}

static void close_end(int *fd)
{
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

static void tell_end(dw_answerer *p, int status)
{
  if (WIFSIGNALED(status)) snprintf(p->words, sizeof p->words, "killed by signal %d", WTERMSIG(status));
  else snprintf(p->words, sizeof p->words, "ended with exit status %d", WEXITSTATUS(status));
}

static bool gone(dw_answerer *p)
{
  int status;
  pid_t got;
  while ((got = waitpid(p->pid, &status, WNOHANG)) < 0 && errno == EINTR) continue;
  if (got == 0) return false;
  if (got == p->pid) tell_end(p, status);
  p->pid = 0;
  return true;
}

/* Whether it ends within so many milliseconds by itself. */
static bool gone_soon(dw_answerer *p, int ms)
{
  uint64_t end = dw_monotonic_ns() + (uint64_t)ms * 1000000;
  for (struct timespec nap = {.tv_nsec = 1000000}; !gone(p); nanosleep(&nap, NULL)) {
    if (dw_monotonic_ns() >= end) return false;
    if (nap.tv_nsec < 20000000) nap.tv_nsec *= 2;
  }
  return true;
}

/* ms: the time that it has to end, once its input has ended. */
static void stop(dw_answerer *p, int ms)
{
  pid_t group = p->pid;
  close_end(&p->in);
  close_end(&p->out);
  if (!group) return;
  if (!gone_soon(p, ms)) {
    kill(-group, SIGTERM);
    if (!gone_soon(p, ms / 4 + 50)) {
      kill(-group, SIGKILL);
      gone_soon(p, 10 * GRACE_MS);
    }
  }
  kill(-group, SIGKILL); /* what it started may still be there */
  p->pid = 0;
}

void dw_answerer_free(dw_answerer *program)
{
  if (!program) return;
  stop(program, GRACE_MS);
  dw_buf_free(&program->question);
  dw_buf_free(&program->answer);
  dw_free(program);
}

void dw_answerer_kill(dw_answerer *program)
{
  if (program->pid) kill(-program->pid, SIGKILL);
  stop(program, GRACE_MS);
  program->ended = false;
}

void dw_answerer_distrust(dw_answerer *program)
{
  program->distrusted = true;
  dw_answerer_kill(program);
}

/* It finds its signals as a shell would leave them. */
static int attributes(posix_spawnattr_t *attr)
{
  static const int reset[] = {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD};
  sigset_t none, usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  for (size_t i = 0; i < sizeof reset / sizeof *reset; i++) sigaddset(&usual, reset[i]);
  int problem = posix_spawnattr_init(attr);
  if (problem) return problem;
  posix_spawnattr_setsigmask(attr, &none);
  posix_spawnattr_setsigdefault(attr, &usual);
  posix_spawnattr_setpgroup(attr, 0);
  return posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

extern char **environ;

static int spawn(dw_answerer *p, int in, int out)
{
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attr;
  int problem = posix_spawn_file_actions_init(&files);
  if (problem) return problem;
  posix_spawn_file_actions_adddup2(&files, in, 0);
  posix_spawn_file_actions_adddup2(&files, out, 1);
  problem = attributes(&attr);
  if (!problem) {
    problem = posix_spawnp(&p->pid, p->argument[0], &files, &attr, (char *const *)p->argument, environ);
    posix_spawnattr_destroy(&attr);
  }
  if (problem) p->pid = 0;
  posix_spawn_file_actions_destroy(&files);
  return problem;
}

static bool never_waits(int fd)
{
  int flags = fcntl(fd, F_GETFL);
  return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

static dw_status start(dw_answerer *p, dw_err *err)
{
  int to[2], from[2];
  if (pipe2(to, O_CLOEXEC) < 0) return dw_err_system(err, errno, "a pipe to %s", p->argument[0]);
  if (pipe2(from, O_CLOEXEC) < 0) {
    int problem = errno;
    close(to[0]);
    close(to[1]);
    return dw_err_system(err, problem, "a pipe to %s", p->argument[0]);
  }
  int problem = spawn(p, to[0], from[1]);
  close(to[0]);
  close(from[1]);
  p->in = to[1], p->out = from[0];
  p->answered = false;
  if (problem) {
    stop(p, 0);
    return dw_err_system(err, problem, "%s", p->argument[0]);
  }
  if (!never_waits(p->in) || !never_waits(p->out)) {
    problem = errno;
    dw_answerer_kill(p);
    return dw_err_system(err, problem, "a pipe to %s", p->argument[0]);
  }
  return DW_OK;
}

/* What was said unasked, or behind an answer, is no answer to what comes. False: nobody knows whether there is more of it. */
static bool drain(dw_answerer *p)
{
  char piece[4096];
  ssize_t n = 1;
  while (n > 0 || (n < 0 && errno == EINTR)) n = read(p->out, piece, sizeof piece);
  return n == 0 || errno == EAGAIN;
}

dw_status dw_answerer_ask(dw_answerer *program, const char *line, size_t length, dw_err *err)
{
  dw_status status = DW_OK;
  if (program->pid && program->distrusted) dw_answerer_kill(program);
  if (program->pid && program->out >= 0 && !drain(program)) dw_answerer_kill(program);
  program->answer.length = program->looked = program->question.length = program->written = 0;
  program->ended = program->too_long = false;
  if (program->pid && program->out < 0) stop(program, GRACE_MS);
  if (!program->pid) status = start(program, err);
  if (status == DW_OK) dw_buf_add(&program->question, line, length);
  return status;
}

size_t dw_answerer_polls(const dw_answerer *program, struct pollfd *out)
{
  size_t count = 0;
  if (program->out >= 0) out[count++] = (struct pollfd){.fd = program->out, .events = POLLIN};
  if (program->in >= 0 && program->written < program->question.length) out[count++] = (struct pollfd){.fd = program->in, .events = POLLOUT};
  return count;
}

/* It ended after its last answer, before it heard this question: another one hears it. */
static bool restart(dw_answerer *p)
{
  dw_err err;
  bool again = p->answered && !p->answer.length;
  p->answered = false;
  stop(p, GRACE_MS / 4);
  if (!again || start(p, &err) != DW_OK) return false;
  p->written = 0;
  return true;
}

/* Half a question, or half an answer, is none. */
static void broken(dw_answerer *p, int problem)
{
  dw_err err;
  dw_answerer_kill(p);
  dw_err_system(&err, problem, "a pipe to it");
  snprintf(p->words, sizeof p->words, "%.63s", err.message);
  p->answer.length = 0;
  p->ended = true;
}

static void write_some(dw_answerer *p)
{
  while (p->in >= 0 && p->written < p->question.length) {
    ssize_t n = write(p->in, p->question.data + p->written, p->question.length - p->written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0 && errno == EPIPE) close_end(&p->in); /* it reads no more; what it says still counts */
    else if (n < 0) broken(p, errno);
    else p->written += (size_t)n;
  }
}

static void read_some(dw_answerer *p)
{
  while (p->out >= 0 && !p->too_long) {
    ssize_t n = read(p->out, dw_buf_room(&p->answer, PIECE), PIECE);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) {
      broken(p, errno);
      return;
    }
    if (n == 0) {
      p->ended = !restart(p);
      return;
    }
    p->answer.length += (size_t)n;
    if (memchr(p->answer.data + p->answer.length - n, '\n', (size_t)n)) return;
    p->too_long = p->answer.length > DW_ANSWERER_LINE;
  }
  if (p->too_long) dw_answerer_kill(p);
}

void dw_answerer_advance(dw_answerer *program)
{
  write_some(program);
  read_some(program);
}

dw_answerer_state dw_answerer_look(dw_answerer *program, const char **line, size_t *length)
{
  const char *end = NULL;
  if (program->answer.length > program->looked)
    end = memchr(program->answer.data + program->looked, '\n', program->answer.length - program->looked);
  if (end) {
    *line = program->answer.data;
    *length = (size_t)(end - program->answer.data);
    program->answered = true;
    program->looked = 0; /* one answer a question: what stands behind it is forgotten by the next */
    return DW_ANSWERER_LINE_READY;
  }
  program->looked = program->answer.length;
  if (program->too_long) return DW_ANSWERER_LONG;
  if (!program->ended) return DW_ANSWERER_WAIT;
  *line = program->words;
  *length = strlen(program->words);
  return DW_ANSWERER_ENDED;
}
