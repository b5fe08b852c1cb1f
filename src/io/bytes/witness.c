#include "io/bytes/witness.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SECOND INT64_C(1000000000)
/* Kernels move the clock of file times 100 times a second at least; where a time has no fraction, it may be the file system's own clock,
 * of one second or two. */
#define STEP (SECOND / 50)
#define STEP_WHOLE (2 * SECOND)

static int64_t nanoseconds(struct timespec t) { return (int64_t)t.tv_sec * SECOND + t.tv_nsec; }

int64_t dw_witness_now(void)
{
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return nanoseconds(now);
}

static bool take(dw_witness *witness, const struct stat *about)
{
  *witness = (dw_witness){0};
  if (!S_ISREG(about->st_mode)) return false;
  *witness = (dw_witness){.device = about->st_dev,
                          .inode = about->st_ino,
                          .size = (uint64_t)about->st_size,
                          .modified = nanoseconds(about->st_mtim),
                          .changed = nanoseconds(about->st_ctim)};
  return true;
}

/* Opened, too: what may not be read is not seen, and a file server is asked for its file as it is now. Not what is no file: whoever writes
 * to a pipe would take us for its reader. */
bool dw_witness_take(dw_witness *witness, const char *path)
{
  struct stat about;
  int fd = stat(path, &about) == 0 && S_ISREG(about.st_mode) ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) : -1;
  bool seen = dw_witness_take_open(witness, fd);
  if (fd >= 0) close(fd);
  return seen;
}

bool dw_witness_take_open(dw_witness *witness, int fd)
{
  struct stat about = {0};
  return take(witness, fstat(fd, &about) == 0 ? &about : &(struct stat){0});
}

bool dw_witness_same(const dw_witness *a, const dw_witness *b)
{
  return a->inode && a->device == b->device && a->inode == b->inode && a->size == b->size && a->modified == b->modified &&
         a->changed == b->changed;
}

bool dw_witness_settled(const dw_witness *witness, int64_t at)
{
  int64_t last = witness->modified > witness->changed ? witness->modified : witness->changed;
  bool whole = witness->modified % SECOND == 0 || witness->changed % SECOND == 0;
  return last < at - (whole ? STEP_WHOLE : STEP);
}
