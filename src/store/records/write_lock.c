#include "store/records/write_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum { WRITE, GATE, USE }; /* bytes of the file: who waits for WRITE holds GATE */

struct dw_write_lock {
  int fd;
  char *path;
};

dw_status dw_write_lock_open(dw_write_lock **out, const char *path, dw_err *err)
{
  *out = NULL;
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) return dw_err_system(err, errno, "%s", path);
  *out = dw_alloc_zero(1, sizeof **out);
  **out = (dw_write_lock){.fd = fd, .path = dw_strdup(path)};
  return DW_OK;
}

void dw_write_lock_close(dw_write_lock *lock)
{
  if (!lock) return;
  close(lock->fd);
  dw_free(lock->path);
  dw_free(lock);
}

static int set(const dw_write_lock *lock, int byte, short type)
{
  struct flock part = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
  return fcntl(lock->fd, F_OFD_SETLK, &part);
}

/* Waiting by looking again: a lock that is waited for in the kernel has no end. */
static dw_status take(const dw_write_lock *lock, int byte, short type, int seconds, dw_err *err)
{
  uint64_t end = dw_monotonic_ns() + (uint64_t)seconds * 1000000000u;
  long wait = 50000; /* ns, doubling up to 2 ms */
  while (set(lock, byte, type) < 0) {
    if (errno != EAGAIN && errno != EACCES && errno != EINTR) return dw_err_system(err, errno, "%s: cannot be locked", lock->path);
    if (dw_monotonic_ns() >= end)
      return dw_err_set(err, DW_ESYSTEM, "%s: another process has held the database for %d seconds", lock->path, seconds);
    nanosleep(&(struct timespec){.tv_nsec = wait}, NULL);
    if (wait < 2000000) wait *= 2;
  }
  return DW_OK;
}

dw_status dw_write_lock_take(dw_write_lock *lock, int seconds, dw_err *err)
{
  dw_status status = take(lock, GATE, F_WRLCK, seconds, err);
  if (status != DW_OK) return status;
  status = take(lock, WRITE, F_WRLCK, seconds, err);
  set(lock, GATE, F_UNLCK);
  return status;
}

void dw_write_lock_give(dw_write_lock *lock) { set(lock, WRITE, F_UNLCK); }

dw_status dw_write_lock_use(dw_write_lock *lock, bool alone, int seconds, dw_err *err)
{
  return take(lock, USE, alone ? F_WRLCK : F_RDLCK, seconds, err);
}
