/* bench_start: how long a command takes to start, beside a program that does nothing: COMMAND --version, from posix_spawn to its end.
 *   bench_start RUNS NOTHING PROGRAM...   all of them in turns, RUNS times; NOTHING is what the others are divided by
 * Prints for each the median and the least time, the median of its pairs with NOTHING as a ratio, and the libraries that the loader takes
 * in.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

extern char **environ;

static int by_value(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double milliseconds(const char *program, const posix_spawn_file_actions_t *actions)
{
  char *words[] = {(char *)(uintptr_t)program, "--version", NULL};
  pid_t pid;
  int status;
  double start = now();
  if (posix_spawn(&pid, program, actions, NULL, words, environ) != 0 || waitpid(pid, &status, 0) != pid || status != 0) {
    fprintf(stderr, "bench_start: %s --version does not run\n", program);
    exit(4);
  }
  return now() - start;
}

/* The loader of glibc lists them, one a line; the kernel's own (vdso) and itself are no files that are looked for. */
static int libraries(const char *program)
{
  char line[4096];
  int count = 0;
  snprintf(line, sizeof line, "LD_TRACE_LOADED_OBJECTS=1 '%s' --version 2>/dev/null", program);
  FILE *said = popen(line, "r");
  while (said && fgets(line, sizeof line, said)) count += strstr(line, " => ") != NULL;
  if (said) pclose(said);
  return count;
}

int main(int argc, char **argv)
{
  int runs = argc > 2 ? atoi(argv[1]) : 0, programs = argc - 2;
  if (runs < 1) {
    fputs("usage: bench_start RUNS NOTHING PROGRAM...\n", stderr);
    return 2;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  double *taken = dw_alloc_array((size_t)(runs * programs), sizeof *taken), *ratio = dw_alloc_array((size_t)runs, sizeof *ratio);
  double *nothing = dw_alloc_array((size_t)runs, sizeof *nothing);
  for (int r = 0; r < runs; r++)
    for (int p = 0; p < programs; p++) taken[p * runs + r] = milliseconds(argv[p + 2], &actions);
  memcpy(nothing, taken, (size_t)runs * sizeof *nothing);
  for (int p = 0; p < programs; p++) {
    double *times = taken + p * runs;
    for (int r = 0; r < runs; r++) ratio[r] = times[r] / nothing[r];
    qsort(ratio, (size_t)runs, sizeof *ratio, by_value);
    qsort(times, (size_t)runs, sizeof *times, by_value);
    const char *name = strrchr(argv[p + 2], '/');
    printf("  %-24s median %6.3f ms  least %6.3f ms  %5.2f times nothing  %2d libraries\n", name ? name + 1 : argv[p + 2], times[runs / 2],
           times[0], ratio[runs / 2], libraries(argv[p + 2]));
  }
  dw_free(taken);
  dw_free(ratio);
  dw_free(nothing);
  return 0;
}
