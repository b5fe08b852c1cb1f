/* measure [-n RUNS] FILE COMMAND [ARGUMENT]...: runs the command and writes to FILE one line: mean wall seconds, mean CPU seconds, peak
 * resident kilobytes (of the largest process), and the exit status of the last run. For scripts/bench, on machines without /usr/bin/time.
 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double seconds(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec / 1e6; }

int main(int argc, char **argv)
{
  int runs = 1, first = 1;
  if (argc > 2 && strcmp(argv[1], "-n") == 0) runs = (int)strtol(argv[2], NULL, 10), first = 3;
  if (runs < 1 || argc < first + 2) return 2;
  double wall = 0, cpu = 0;
  long peak = 0;
  int status = 0;
  for (int i = 0; i < runs; i++) {
    struct timespec before, after;
    struct rusage usage;
    pid_t child;
    clock_gettime(CLOCK_MONOTONIC, &before);
    if (posix_spawnp(&child, argv[first + 1], NULL, NULL, argv + first + 1, environ) != 0) return 4;
    while (wait4(child, &status, 0, &usage) < 0)
      if (errno != EINTR) return 4;
    clock_gettime(CLOCK_MONOTONIC, &after);
    wall += (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
    cpu += seconds(usage.ru_utime) + seconds(usage.ru_stime);
    if (usage.ru_maxrss > peak) peak = usage.ru_maxrss;
  }
  FILE *out = fopen(argv[first], "w");
  if (!out) return 4;
  fprintf(out, "%.6f %.6f %ld %d\n", wall / runs, cpu / runs, peak, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return fclose(out) == 0 ? 0 : 4;
}
