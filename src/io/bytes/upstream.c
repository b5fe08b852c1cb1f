#include "io/bytes/upstream.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORD = -470300147, COUNTED = 1000000000 };

static _Atomic uint64_t written;

static bool is_nameless_pipe(int fd)
{
  char path[40], target[40];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(path, target, sizeof target);
  return length > 6 && memcmp(target, "pipe:[", 6) == 0;
}

void dw_upstream_wrote(int fd, size_t count)
{
  if (fd == STDOUT_FILENO) atomic_fetch_add_explicit(&written, count, memory_order_relaxed);
}

void dw_upstream_leave_word(int fd)
{
  struct timespec word = {.tv_sec = WORD, .tv_nsec = (long)(atomic_load_explicit(&written, memory_order_relaxed) % COUNTED)};
  if (is_nameless_pipe(fd)) futimens(fd, (struct timespec[2]){{.tv_nsec = UTIME_OMIT}, word});
}

/* -1: no word */
static long word_of(int fd)
{
  struct stat about;
  return is_nameless_pipe(fd) && fstat(fd, &about) == 0 && about.st_mtim.tv_sec == WORD ? about.st_mtim.tv_nsec : -1;
}

bool dw_upstream_failed(int fd) { return word_of(fd) >= 0; }
bool dw_upstream_cut(int fd, uint64_t read) { return word_of(fd) == (long)(read % COUNTED); }
