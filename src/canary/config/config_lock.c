#include "canary/config/config_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum { LOCK_WAIT_S = 60, LOCK_STEP_MS = 20 };

typedef struct folder {
  dev_t device;
  ino_t number;
  int fd;
  const char *config; /* for messages */
} folder;

/* fd -1: it cannot be read, or is not there; whoever reads the config says so. */
static folder open_folder(const char *config)
{
  folder out = {.fd = -1, .config = config};
  struct stat about;
  char *real = realpath(config, NULL);
  const char *path = real ? real : config, *slash = strrchr(path, '/');
  char *name = slash ? dw_strndup(path, (size_t)(slash - path) + 1) : dw_strdup(".");
  int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0 && fstat(fd, &about) == 0) out = (folder){about.st_dev, about.st_ino, fd, config};
  dw_free(name);
  free(real);
  return out;
}

static int by_number(const void *a, const void *b)
{
  const folder *x = a, *y = b;
  if (x->device != y->device) return x->device < y->device ? -1 : 1;
  return x->number < y->number ? -1 : x->number > y->number;
}

static dw_status lock_folder(const folder *f, uint64_t end, dw_err *err)
{
  while (flock(f->fd, LOCK_EX | LOCK_NB) < 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return DW_OK;
    if (dw_monotonic_ns() >= end)
      return dw_err_at(err, DW_ESYSTEM, f->config, 0, 0,
                       "another process has been changing configs in its folder for %d s: try again when it has ended", LOCK_WAIT_S);
    nanosleep(&(struct timespec){.tv_nsec = LOCK_STEP_MS * 1000000L}, NULL);
  }
  return DW_OK;
}

dw_status dw_config_lock(const char *const *paths, size_t count, dw_err *err)
{
  folder *all = dw_alloc_zero(count, sizeof *all);
  uint64_t end = dw_monotonic_ns() + LOCK_WAIT_S * UINT64_C(1000000000);
  dw_status status = DW_OK;
  size_t known = 0;
  for (size_t i = 0; i < count; i++) { /* a folder once: a second lock of one's own would wait for the first */
    folder f = open_folder(paths[i]);
    bool new = f.fd >= 0;
    for (size_t j = 0; j < known && new; j++) new = by_number(&f, &all[j]) != 0;
    if (new) all[known++] = f;
    else if (f.fd >= 0) close(f.fd);
  }
  if (known) qsort(all, known, sizeof *all, by_number);
  for (size_t i = 0; i < known && status == DW_OK; i++) status = lock_folder(&all[i], end, err);
  dw_free(all); /* descriptors stay open: they are the locks */
  return status;
}
