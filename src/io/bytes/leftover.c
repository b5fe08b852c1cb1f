#include "io/bytes/leftover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/num.h"

enum { BASE_MOST = 200, ENTRIES_MOST = 1 << 16, PID_DIGITS = 10, N_DIGITS = 4 };

void dw_leftover_name(dw_buf *out, const char *base, unsigned n)
{
  size_t length = strlen(base);
  dw_buf_format(out, ".%.*s.dw-%ld-%u", (int)(length < BASE_MOST ? length : BASE_MOST), base, (long)getpid(), n);
}

/* Digits as they are printed: no zero before others. */
static bool printed(const char *digits, size_t length, size_t most, uint64_t *value)
{
  return length > 0 && length <= most && (length == 1 || digits[0] != '0') && dw_num_parse_unsigned(digits, length, value);
}

bool dw_leftover_is(const char *entry, long *pid)
{
  uint64_t process, n;
  const char *dash = strrchr(entry, '-'), *mark = NULL;
  if (entry[0] != '.' || !dash) return false;
  for (const char *at = entry + 1; (at = strstr(at, ".dw-")) && at < dash; at++) mark = at;
  if (!mark || mark == entry + 1 || mark + 4 >= dash || mark - entry - 1 > BASE_MOST) return false;
  if (!printed(mark + 4, (size_t)(dash - mark - 4), PID_DIGITS, &process) || process == 0 || process > INT32_MAX) return false;
  *pid = (long)process;
  return printed(dash + 1, strlen(dash + 1), N_DIGITS, &n);
}

bool dw_leftover_hold(int fd)
{
  struct stat about;
  if (flock(fd, LOCK_EX | LOCK_NB) < 0) return errno != EWOULDBLOCK; /* a file system without locks: nothing is removed there either */
  return fstat(fd, &about) < 0 || about.st_nlink > 0;
}

/* Locks hold for all who can write here. The numbers are of statfs(2): ext2 to ext4, xfs, btrfs, f2fs, zfs, bcachefs, tmpfs, ramfs,
 * overlayfs. */
static bool of_one_system(int folder)
{
  static const uint64_t kinds[] = {0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x2fc12fc1, 0xca451a4e, 0x01021994, 0x858458f6, 0x794c7630};
  struct statfs about;
  if (fstatfs(folder, &about) < 0) return false;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if ((uint32_t)about.f_type == kinds[i]) return true;
  return false;
}

static bool dead(long pid) { return pid == (long)getpid() || (kill((pid_t)pid, 0) < 0 && errno == ESRCH); }

static void remove_leftover(int folder, const char *entry)
{
  struct stat about;
  int fd = openat(folder, entry, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return;
  /* one link: under the lock the name is still this file's, not one that another sweep made room for */
  if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
      fstat(fd, &about) == 0 && about.st_nlink == 1)
    unlinkat(folder, entry, 0);
  close(fd);
}

static bool seen_before(int folder)
{
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  static struct stat last;
  struct stat about;
  if (fstat(folder, &about) < 0) return true;
  pthread_mutex_lock(&mutex);
  bool seen = last.st_nlink && about.st_dev == last.st_dev && about.st_ino == last.st_ino;
  last = about;
  pthread_mutex_unlock(&mutex);
  return seen;
}

void dw_leftover_sweep(const char *path)
{
  const char *slash = strrchr(path, '/');
  char *folder = slash ? dw_strndup(path, (size_t)(slash - path) + 1) : dw_strdup(".");
  long pid;
  int saved = errno, fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  dw_free(folder);
  DIR *dir = fd >= 0 && of_one_system(fd) && !seen_before(fd) ? fdopendir(fd) : NULL;
  if (dir) {
    struct dirent *entry;
    for (int i = 0; i < ENTRIES_MOST && (entry = readdir(dir)); i++)
      if (dw_leftover_is(entry->d_name, &pid) && dead(pid)) remove_leftover(fd, entry->d_name);
    closedir(dir);
  } else if (fd >= 0) {
    close(fd);
  }
  errno = saved;
}
