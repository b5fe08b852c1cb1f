/* The supervisor of execute.h: a process that outlives ours by as long as the program takes, and writes down how it ended. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/num.h"
#include "act/execute.h"
#include "io/bytes/input.h"
#include "io/text/json.h"
#include "io/bytes/output.h"

enum { LOCK_FD = 3, FIXED = 4, STATUS_BYTES = 4096, MOST_NUMBER = 4096 /* exit statuses, signals, errnos */ };

static char *started_name(const char *status_file)
{
  dw_buf text = {0};
  dw_buf_format(&text, "%s.started", status_file);
  char *out = dw_strdup(dw_buf_cstr(&text));
  dw_buf_free(&text);
  return out;
}

static dw_status outcome_write(const char *path, const dw_execute_result *result, dw_err *err)
{
  dw_buf text = {0};
  dw_buf_format(&text, "{\"outcome\":\"%s\",\"number\":%d}\n", dw_outcome_names[result->outcome], result->number);
  dw_status status = dw_output_file(path, text.data, text.length, err);
  dw_buf_free(&text);
  return status;
}

extern char **environ;

dw_status dw_execute_supervise(size_t count, const char *const *arguments, dw_err *err)
{
  int64_t limit;
  if (count <= FIXED || !dw_num_parse_signed(arguments[0], strlen(arguments[0]), &limit))
    return dw_err_set(err, DW_EUSAGE, "supervise is how dw-heal calls itself: TIME_LIMIT STATUS_FILE OUTPUT ERROR PROGRAM ARGUMENT...");
  if (fcntl(LOCK_FD, F_GETFD) >= 0) fcntl(LOCK_FD, F_SETFD, FD_CLOEXEC); /* the lock is ours, not the program's */
  size_t variables = 0;
  while (environ[variables]) variables++;
  dw_execute_request request = {.argument = arguments + FIXED,
                                .argument_count = count - FIXED,
                                .environment = (const char *const *)environ,
                                .environment_count = variables,
                                .time_limit = limit,
                                .output = arguments[2],
                                .error = arguments[3]};
  dw_execute_result result = {DW_OUTCOME_UNKNOWN, 0};
  char *started = started_name(arguments[1]);
  int fd = open(started, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  dw_status status = DW_OK;
  if (fd < 0 || fsync(fd) < 0) status = dw_err_system(err, errno, "%s", started);
  if (fd >= 0) close(fd);
  dw_free(started);
  if (status == DW_OK) status = dw_execute(&request, &result, err);
  if (status == DW_OK) status = outcome_write(arguments[1], &result, err);
  return status;
}

dw_status dw_execute_outcome(const char *status_file, dw_execute_result *result, bool *known, dw_err *err)
{
  char *text, *started = started_name(status_file);
  size_t length;
  bool began = false, ended = false;
  dw_status there = dw_input_there(started, &began, err);
  if (there == DW_OK) there = dw_input_there(status_file, &ended, err);
  dw_free(started);
  *known = began || ended;
  *result = (dw_execute_result){DW_OUTCOME_UNKNOWN, 0};
  if (!ended) return there;
  struct stat about;
  if (stat(status_file, &about) < 0) return dw_err_system(err, errno, "%s", status_file);
  if (!S_ISREG(about.st_mode)) return dw_err_at(err, DW_ESYSTEM, status_file, 0, 0, "is not a regular file");
  dw_status status = dw_input_whole(status_file, STATUS_BYTES, &text, &length, err);
  if (status != DW_OK) return status;
  dw_value *value;
  status = dw_value_parse(&value, text, length, status_file, 1, err);
  dw_free(text);
  if (status != DW_OK) return status;
  const char *word = dw_value_text(dw_value_get(value, "outcome"), "");
  double number = dw_value_number(dw_value_get(value, "number"), -1);
  for (int i = 0; i < DW_OUTCOME_UNKNOWN; i++)
    if (strcmp(word, dw_outcome_names[i]) == 0) result->outcome = (dw_outcome)i;
  bool done = result->outcome == DW_OUTCOME_DONE;
  if (result->outcome == DW_OUTCOME_UNKNOWN || !(number >= 0 && number <= MOST_NUMBER) || rint(number) != number || (done && number != 0) ||
      (result->outcome == DW_OUTCOME_FAILED && !(number > 0 && number < 256)))
    status = dw_err_at(err, DW_EDATA, status_file, 1, 0,
                       "not how a program ended: expected an object with \"outcome\" (done, failed ...) and its \"number\"");
  else result->number = (int)number;
  dw_value_free(value);
  if (status != DW_OK) result->outcome = DW_OUTCOME_UNKNOWN;
  return status;
}

/* What the supervisor is called with. */
static const char **call(const dw_execute_request *request, const char *self, const char *status_file, const char *limit, size_t *count)
{
  const char *fixed[] = {self, "supervise", "--", limit, status_file, request->output, request->error};
  *count = sizeof fixed / sizeof *fixed + request->argument_count;
  const char **out = dw_alloc_array(*count + 1, sizeof *out);
  memcpy(out, fixed, sizeof fixed);
  memcpy(out + sizeof fixed / sizeof *fixed, request->argument, request->argument_count * sizeof *out);
  out[*count] = NULL;
  return out;
}

static int supervisor_start(const char **argv, const dw_execute_request *request, int lock, int diagnostics, pid_t *pid)
{
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attr;
  sigset_t usual;
  int problem = posix_spawn_file_actions_init(&files);
  if (problem) return problem;
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&files, diagnostics, 2);
  if (lock == LOCK_FD) fcntl(lock, F_SETFD, 0);
  else if (lock >= 0) posix_spawn_file_actions_adddup2(&files, lock, LOCK_FD);
  problem = posix_spawnattr_init(&attr);
  if (!problem) {
    const char **env = dw_alloc_array(request->environment_count + 1, sizeof *env);
    if (request->environment_count) memcpy(env, request->environment, request->environment_count * sizeof *env);
    env[request->environment_count] = NULL;
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attr, &usual);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
    problem = posix_spawn(pid, argv[0], &files, &attr, (char *const *)argv, (char *const *)env);
    dw_free(env);
    posix_spawnattr_destroy(&attr);
  }
  posix_spawn_file_actions_destroy(&files);
  if (lock == LOCK_FD) fcntl(lock, F_SETFD, FD_CLOEXEC);
  return problem;
}

dw_status dw_execute_supervised(const dw_execute_request *request, const char *self, const char *status_file, int lock,
                                dw_execute_result *result, dw_err *err)
{
  char limit[DW_NUM_TEXT + 1];
  size_t count;
  pid_t pid;
  int status;
  bool known;
  limit[dw_num_print_signed(limit, request->time_limit)] = '\0';
  const char **argv = call(request, self, status_file, limit, &count);
  int problem = supervisor_start(argv, request, lock, STDERR_FILENO, &pid);
  dw_free(argv);
  if (problem) return dw_err_system(err, problem, "%s", self);
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return dw_err_system(err, errno, "waiting for an action");
  if (WIFEXITED(status) && WEXITSTATUS(status) == DW_OK) return dw_execute_outcome(status_file, result, &known, err);
  *result = (dw_execute_result){DW_OUTCOME_UNKNOWN, 0};
  dw_status answer = dw_execute_outcome(status_file, result, &known, err);
  if (answer == DW_OK && result->outcome == DW_OUTCOME_UNKNOWN)
    return dw_err_set(err, DW_ESYSTEM, "the supervisor of %s ended without an outcome (%s)", request->argument[0], status_file);
  return answer;
}
