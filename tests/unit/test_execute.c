#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "act/execute.h"
#include "test.h"

static char folder[64], out_file[96], err_file[96], status_file[96], started_file[112];
static dw_err err;

static void fresh(void)
{
  snprintf(folder, sizeof folder, "dw-test-execute-XXXXXX");
  CHECK(mkdtemp(folder) != NULL);
  snprintf(out_file, sizeof out_file, "%s/out", folder);
  snprintf(err_file, sizeof err_file, "%s/err", folder);
  snprintf(status_file, sizeof status_file, "%s/status", folder);
  snprintf(started_file, sizeof started_file, "%s.started", status_file);
}

static void gone(void)
{
  remove(out_file);
  remove(err_file);
  remove(status_file);
  remove(started_file);
  CHECK(rmdir(folder) == 0);
}

static const char *text(const char *path)
{
  static char out[4096];
  FILE *file = fopen(path, "rb");
  out[file ? fread(out, 1, sizeof out - 1, file) : 0] = '\0';
  if (file) fclose(file);
  return out;
}

static dw_execute_result run(const char *const *argument, size_t count, int64_t limit)
{
  dw_execute_result result = {DW_OUTCOME_UNKNOWN, -1};
  static const char *const environment[] = {"PATH=/usr/bin:/bin", "A=b c"};
  dw_execute_request request = {.argument = argument,
                                .argument_count = count,
                                .environment = environment,
                                .environment_count = 2,
                                .time_limit = limit,
                                .output = out_file,
                                .error = err_file};
  CHECK_MSG(dw_execute(&request, &result, &err) == DW_OK, "%s", err.message);
  return result;
}
#define RUN(limit, ...) run((const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *), limit)

TEST(arguments_reach_the_program_as_they_are)
{
  fresh();
  dw_execute_result r = RUN(0, "printf", "%s|", "a b", "$HOME", "; rm x", "*", "");
  CHECK(r.outcome == DW_OUTCOME_DONE && r.number == 0);
  CHECK_TEXT(text(out_file), "a b|$HOME|; rm x|*||");
  r = RUN(0, "env");
  CHECK_TEXT(text(out_file), "PATH=/usr/bin:/bin\nA=b c\n");
  r = RUN(0, "cat");
  CHECK(r.outcome == DW_OUTCOME_DONE);
  gone();
}

TEST(the_path_is_that_of_the_given_environment)
{
  dw_execute_result r;
  fresh();
  char variable[120], program[120];
  snprintf(program, sizeof program, "%s/dw-only-here", folder);
  FILE *file = fopen(program, "w");
  CHECK(file && fputs("#!/bin/sh\necho here\n", file) > 0 && fclose(file) == 0 && chmod(program, 0755) == 0);
  snprintf(variable, sizeof variable, "PATH=/bin:%s", folder);
  dw_execute_request request = {.argument = (const char *const[]){"dw-only-here"},
                                .argument_count = 1,
                                .environment = (const char *const[]){variable},
                                .environment_count = 1,
                                .output = out_file,
                                .error = err_file};
  CHECK(dw_execute(&request, &r, &err) == DW_OK && r.outcome == DW_OUTCOME_DONE);
  CHECK_TEXT(text(out_file), "here\n");
  request.environment_count = 0;
  CHECK(dw_execute(&request, &r, &err) == DW_OK && r.outcome == DW_OUTCOME_NOT_STARTED);
  remove(program);
  gone();
}

TEST(outcomes)
{
  char words[200];
  fresh();
  dw_execute_result r = RUN(0, "sh", "-c", "echo no >&2; exit 7");
  CHECK(r.outcome == DW_OUTCOME_FAILED && r.number == 7);
  CHECK_TEXT(text(err_file), "no\n");
  dw_execute_words(&r, words, sizeof words);
  CHECK_TEXT(words, "exit status 7");
  r = RUN(0, "sh", "-c", "kill -9 $$");
  CHECK(r.outcome == DW_OUTCOME_KILLED && r.number == 9);
  r = RUN(0, "/no/such/program");
  CHECK(r.outcome == DW_OUTCOME_NOT_STARTED && r.number == ENOENT);
  dw_execute_words(&r, words, sizeof words);
  CHECK_TEXT(words, "could not be started: No such file or directory");
  dw_execute_request request = {.argument = (const char *const[]){"true"}, .argument_count = 1, .output = "/no/such/folder/out"};
  CHECK(dw_execute(&request, &r, &err) == DW_ESYSTEM);
  gone();
}

TEST(what_hangs_is_killed_with_all_it_started)
{
  fresh();
  uint64_t before = dw_monotonic_ns();
  dw_execute_result r = RUN(DW_SECOND / 5, "sh", "-c", "sleep 61 & echo $!; wait");
  CHECK(r.outcome == DW_OUTCOME_TIMED_OUT && dw_monotonic_ns() - before < UINT64_C(4000000000));
  long pid = atol(text(out_file));
  bool there = true; /* its grandchild is dead, or a zombie that nobody has buried yet */
  for (int i = 0; i < 100 && there; i++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    const char *state = strstr(text(path), ") ");
    there = pid > 0 && state && state[2] != 'Z';
    if (there) usleep(10000);
  }
  CHECK(pid > 0 && !there);
  gone();
}

TEST(what_ignores_sigterm_is_killed_too)
{
  fresh();
  uint64_t before = dw_monotonic_ns();
  dw_execute_result r = RUN(DW_SECOND / 5, "sh", "-c", "trap '' TERM; while :; do sleep 1; done");
  CHECK(r.outcome == DW_OUTCOME_TIMED_OUT && dw_monotonic_ns() - before < UINT64_C(6000000000));
  gone();
}

TEST(a_supervisor_writes_the_outcome_down)
{
  bool known = true;
  dw_execute_result r;
  fresh();
  CHECK(dw_execute_outcome(status_file, &r, &known, &err) == DW_OK && !known);
  const char *const arguments[] = {"5000000", status_file, out_file, err_file, "sh", "-c", "echo x; exit 3"};
  CHECK_MSG(dw_execute_supervise(7, arguments, &err) == DW_OK, "%s", err.message);
  CHECK_TEXT(text(status_file), "{\"outcome\":\"failed\",\"number\":3}\n");
  CHECK(dw_execute_outcome(status_file, &r, &known, &err) == DW_OK && known && r.outcome == DW_OUTCOME_FAILED && r.number == 3);
  CHECK(access(started_file, F_OK) == 0);
  remove(status_file);
  CHECK(dw_execute_outcome(status_file, &r, &known, &err) == DW_OK && known && r.outcome == DW_OUTCOME_UNKNOWN);
  CHECK(dw_execute_supervise(4, arguments, &err) == DW_EUSAGE);
  gone();
}

/* The lowest descriptor that is free. */
static int next_free(void)
{
  int fd = dup(0);
  close(fd);
  return fd;
}

TEST(files_that_cannot_be)
{
  fresh();
  const char *const argument[] = {"/bin/true"};
  char missing[112];
  snprintf(missing, sizeof missing, "%s/no/such", folder);
  dw_execute_result result;
  int free_before = next_free();
  const struct {
    const char *output, *error, *say;
  } table[] = {{missing, NULL, "no/such"},
               {NULL, missing, "no/such"},
               {out_file, missing, "no/such"},
               {folder, NULL, folder},
               {out_file, folder, folder}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    dw_execute_request request = {.argument = argument, .argument_count = 1, .output = table[i].output, .error = table[i].error};
    CHECK_MSG(dw_execute(&request, &result, &err) == DW_ESYSTEM && strstr(err.message, table[i].say) && !strstr(err.message, "null"),
              "%zu: %s", i, err.message);
    CHECK(next_free() == free_before);
  }
  remove(out_file);
  CHECK(mkfifo(out_file, 0666) == 0); /* that nobody reads */
  dw_execute_request request = {.argument = argument, .argument_count = 1, .output = out_file};
  CHECK(dw_execute(&request, &result, &err) == DW_ESYSTEM && strstr(err.message, out_file));
  request.output = NULL;
  CHECK(dw_execute(&request, &result, &err) == DW_OK && result.outcome == DW_OUTCOME_DONE && next_free() == free_before);
  gone();
}

TEST(a_status_that_somebody_else_wrote)
{
  /* clang-format off */
  static const char *const bad[] = {"", "junk", "[]", "{}", "{\"outcome\":\"done\"}", "{\"outcome\":\"done\",\"number\":1}", "{\"outcome\":\"done\",\"number\":null}",
                                    "{\"outcome\":\"failed\",\"number\":0}", "{\"outcome\":\"failed\",\"number\":1e300}", "{\"outcome\":\"failed\",\"number\":-1}",
                                    "{\"outcome\":\"failed\",\"number\":0.5}", "{\"outcome\":\"killed\",\"number\":1e10}", "{\"outcome\":7,\"number\":0}",
                                    "{\"outcome\":\"unknown\",\"number\":0}", "{\"outcome\":\"great\",\"number\":0}", "{\"outcome\":\"done\",\"outcome\":\"failed\",\"number\":0}"};
  /* clang-format on */
  dw_execute_result result;
  bool known;
  fresh();
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    FILE *file = fopen(status_file, "w");
    CHECK(file && fputs(bad[i], file) >= 0 && fclose(file) == 0);
    CHECK_MSG(dw_execute_outcome(status_file, &result, &known, &err) == DW_EDATA && strstr(err.message, status_file) &&
                  result.outcome == DW_OUTCOME_UNKNOWN,
              "%s: %s", bad[i], err.message);
  }
  remove(status_file);
  CHECK(mkdir(status_file, 0777) == 0 && dw_execute_outcome(status_file, &result, &known, &err) == DW_ESYSTEM && rmdir(status_file) == 0);
  CHECK(mkfifo(status_file, 0666) == 0 && dw_execute_outcome(status_file, &result, &known, &err) == DW_ESYSTEM &&
        strstr(err.message, "not a regular file"));
  gone();
}
