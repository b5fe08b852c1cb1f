/* turns [-r ROUNDS] [--] LABEL COMMAND [ARGUMENT]... [-- LABEL COMMAND [ARGUMENT]...]...: runs commands in turns and prints a line for
 * each.
 *
 * Each is run once to warm up, then ROUNDS (5) times, the order turned round from one round to the next, so that whatever slows the machine
 * for a while slows all of them. Printed are the medians of wall seconds, CPU seconds and peak resident memory (of the largest process),
 * and from the second command on the medians over the rounds of its ratios to the first: time, CPU, memory. What a command prints goes
 * nowhere; where the label begins with @, its last line is taken instead for the figures: SECONDS CPU KILOBYTES, of a part of it, as it
 * measured it itself. A command that fails (an exit status above 1, or a signal) is named so and left out.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 8, ROUNDS_MOST = 99, FIGURES = 3 };

extern char **environ;

typedef struct contender {
  const char *label;
  char **argv;
  bool tells; /* its last line is its figures */
  int failed; /* how it ended; 0: well */
  double figure[FIGURES][ROUNDS_MOST];
} contender;

static double seconds(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec / 1e6; }

static bool last_line(FILE *from, double figure[FIGURES])
{
  char line[256];
  bool found = false;
  rewind(from);
  while (fgets(line, sizeof line, from)) found = sscanf(line, "%lf %lf %lf", &figure[0], &figure[1], &figure[2]) == FIGURES;
  return found;
}

/* 0, or how the command ended. */
static int run(const contender *c, double figure[FIGURES])
{
  struct timespec before, after;
  struct rusage usage;
  pid_t child;
  int status = 0;
  FILE *told = c->tells ? tmpfile() : NULL;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  if (told) posix_spawn_file_actions_adddup2(&actions, fileno(told), 1);
  else posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  clock_gettime(CLOCK_MONOTONIC, &before);
  int failed = posix_spawnp(&child, c->argv[0], &actions, NULL, c->argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed) return 127;
  while (wait4(child, &status, 0, &usage) < 0)
    if (errno != EINTR) return 127;
  clock_gettime(CLOCK_MONOTONIC, &after);
  figure[0] = (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
  figure[1] = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  figure[2] = (double)usage.ru_maxrss;
  int ended = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (told && ended <= 1 && !last_line(told, figure)) ended = 126;
  if (told) fclose(told);
  return ended <= 1 ? 0 : ended;
}

static int by_size(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(const double *x, int n)
{
  double sorted[ROUNDS_MOST];
  memcpy(sorted, x, (size_t)n * sizeof *x);
  qsort(sorted, (size_t)n, sizeof *sorted, by_size);
  return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

static void print(const contender *c, const contender *first, int rounds)
{
  if (c->failed) {
    printf("  %-34s did not run (%d)\n", c->label, c->failed);
    return;
  }
  printf("  %-34s %8.3f s %8.3f s %7.0f MB", c->label, median(c->figure[0], rounds), median(c->figure[1], rounds),
         median(c->figure[2], rounds) / 1024);
  for (int k = 0; k < FIGURES && c != first && !first->failed; k++) {
    double ratio[ROUNDS_MOST];
    for (int i = 0; i < rounds; i++) ratio[i] = c->figure[k][i] / first->figure[k][i];
    printf(k == 0 ? "   %6.2f x the time" : k == 1 ? ", %6.2f x the CPU" : ", %6.2f x the memory", median(ratio, rounds));
  }
  putchar('\n');
}

int main(int argc, char **argv)
{
  static contender all[MOST];
  int rounds = 5, at = 1, count = 0;
  if (argc > 2 && strcmp(argv[1], "-r") == 0) rounds = (int)strtol(argv[2], NULL, 10), at = 3;
  if (at < argc && strcmp(argv[at], "--") == 0) at++;
  for (; at < argc && count < MOST; count++) {
    contender *c = &all[count];
    c->tells = argv[at][0] == '@';
    c->label = argv[at++] + c->tells;
    c->argv = argv + at;
    while (at < argc && strcmp(argv[at], "--") != 0) at++;
    if (c->argv == argv + at) return 2;
    if (at < argc) argv[at++] = NULL;
  }
  if (count == 0 || at < argc || rounds < 1 || rounds > ROUNDS_MOST) return 2;
  for (int round = -1; round < rounds; round++)
    for (int k = 0; k < count; k++) {
      contender *c = &all[(round + 1) % 2 ? count - 1 - k : k];
      double figure[FIGURES];
      if (!c->failed) c->failed = run(c, figure);
      for (int f = 0; f < FIGURES && !c->failed && round >= 0; f++) c->figure[f][round] = figure[f];
    }
  for (int k = 0; k < count; k++) print(&all[k], &all[0], rounds);
  return 0;
}
