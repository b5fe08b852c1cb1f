#include "io/bytes/upstream.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct timespec word = {.tv_sec = -1, .tv_nsec = 470300147};

static bool is_nameless_pipe(int fd)
{
  char path[40], target[40];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(path, target, sizeof target);
  return length > 6 && memcmp(target, "pipe:[", 6) == 0;
}

void dw_upstream_leave_word(int fd)
{
  if (is_nameless_pipe(fd)) futimens(fd, (struct timespec[2]){{.tv_nsec = UTIME_OMIT}, word});
}

bool dw_upstream_failed(int fd)
{
  struct stat about;
  return is_nameless_pipe(fd) && fstat(fd, &about) == 0 && about.st_mtim.tv_sec == word.tv_sec && about.st_mtim.tv_nsec == word.tv_nsec;
}
