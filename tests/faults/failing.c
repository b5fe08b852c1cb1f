/* A library to preload (LD_PRELOAD): it counts the calls of a command to the system, and fails the one that the plan names (faults.h).
 * Only in programs whose name begins with "dw-": what they start besides is not under test. Memory comes from glibc's own names, for
 * dlsym may itself ask for some.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "faults.h"

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t), *__libc_memalign(size_t, size_t);

static fault_plan *plan;

__attribute__((constructor)) static void begin(void)
{
  const char *path = getenv(FAULT_PLAN);
  if (!path || strncmp(program_invocation_short_name, "dw-", 3) != 0) return;
  int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *mapped = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); /* our own: no plan, nothing fails */
  syscall(SYS_close, fd);
  if (mapped != MAP_FAILED) plan = mapped;
}

/* What programs do once main and what it left for the end are over is not under test: a build that counts what runs (make coverage) writes
 * its counts there. */
static void over(void) { plan = NULL; }

static int (*own_main)(int, char **, char **);
static int main_then_over(int count, char **arguments, char **environment)
{
  atexit(over);
  return own_main(count, arguments, environment);
}

int __libc_start_main(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void), void (*)(void), void *);
int __libc_start_main(int (*start)(int, char **, char **), int count, char **arguments, void (*before)(void), void (*after)(void),
                      void (*unload)(void), void *stack)
{
  __typeof__(__libc_start_main) *next;
  *(void **)&next = dlsym(RTLD_NEXT, "__libc_start_main");
  own_main = start;
  return next(main_then_over, count, arguments, before, after, unload, stack);
}

static void explain(void)
{
  void *stack[48];
  fault_plan *kept = plan;
  plan = NULL; /* it asks for memory and opens files */
  int count = backtrace(stack, 48);
  backtrace_symbols_fd(stack, count, STDERR_FILENO);
  plan = kept;
}

/* 0: the call goes on; an errno, which is set; or FAULT_SHORT. */
static int fails(int kind)
{
  if (!plan) return 0;
  long call = atomic_fetch_add(&plan->calls[kind], 1) + 1;
  if (kind != plan->kind || (plan->lasting ? call < plan->at : call != plan->at)) return 0;
  if (atomic_fetch_add(&plan->failed, 1) == 0 && plan->explain) explain();
  if (plan->error == FAULT_SIGTERM) return raise(SIGTERM), 0;
  if (plan->error != FAULT_SHORT) errno = plan->error;
  return plan->error;
}

static size_t half(size_t length) { return length > 1 ? length / 2 : length; }

/* NAME returns FAILURE when it is the turn of KIND. */
#define FAILING(kind, failure, type, name, parameters, arguments)                                                                          \
  type name parameters                                                                                                                     \
  {                                                                                                                                        \
    static type(*next) parameters;                                                                                                         \
    if (!next) *(void **)&next = dlsym(RTLD_NEXT, #name);                                                                                  \
    if (fails(FAULT_##kind)) return failure;                                                                                               \
    return next arguments;                                                                                                                 \
  }

void *malloc(size_t size) { return fails(FAULT_memory) ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return fails(FAULT_memory) ? NULL : __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { return fails(FAULT_memory) ? NULL : __libc_realloc(old, size); }
void *memalign(size_t alignment, size_t size) { return fails(FAULT_memory) ? NULL : __libc_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return fails(FAULT_memory) ? NULL : __libc_memalign(alignment, size); }
int posix_memalign(void **out, size_t alignment, size_t size)
{
  if (fails(FAULT_memory)) return ENOMEM;
  void *memory = __libc_memalign(alignment, size);
  if (!memory) return ENOMEM;
  *out = memory;
  return 0;
}

FAILING(map, MAP_FAILED, void *, mmap, (void *at, size_t length, int protection, int flags, int fd, off_t offset),
        (at, length, protection, flags, fd, offset))
FAILING(map, MAP_FAILED, void *, mmap64, (void *at, size_t length, int protection, int flags, int fd, off64_t offset),
        (at, length, protection, flags, fd, offset))

/* The other end, and one, of a pipe or a pair of sockets whose ends are both open here: it wakes threads of this process. One end of a pipe
 * to or from a program is closed once the program has it. */
enum { PIPE_ENDS = 1024 };
static atomic_int other_end[PIPE_ENDS];

static bool may_be_end(int fd) { return fd >= 0 && fd < PIPE_ENDS; }

static void pipe_made(const int ends[2])
{
  if (!may_be_end(ends[0]) || !may_be_end(ends[1])) return;
  other_end[ends[0]] = ends[1] + 1;
  other_end[ends[1]] = ends[0] + 1;
}

static void pipe_closed(int fd)
{
  int other = may_be_end(fd) ? atomic_exchange(&other_end[fd], 0) - 1 : -1;
  if (other >= 0) other_end[other] = 0;
}

/* A disk that is full is felt by its files alone, a reader that went away by who writes to pipes and sockets, and what wakes threads of the
 * same process never fails. A connection that cannot be written to has ended: nothing comes from it either. */
static int write_fails(int fd)
{
  struct statx about; /* the one that is alike in the system and in the C library, on each machine */
  bool connection = false;
  if (plan && plan->kind == FAULT_write && plan->error > 0 && syscall(SYS_statx, fd, "", AT_EMPTY_PATH, STATX_TYPE, &about) == 0) {
    bool file = S_ISREG(about.stx_mode), wakes = (may_be_end(fd) && other_end[fd]) || (about.stx_mode & S_IFMT) == 0;
    connection = S_ISSOCK(about.stx_mode);
    if (wakes || (plan->error == ENOSPC && !file) || (plan->error == EPIPE && !connection && !S_ISFIFO(about.stx_mode))) return 0;
  }
  int error = fails(FAULT_write);
  if (error > 0 && error != EINTR && connection) shutdown(fd, SHUT_RDWR);
  if (error > 0) errno = error;
  return error;
}

static int read_fails(int fd) { return (void)fd, fails(FAULT_read); }

/* Those that may do a part of it. */
#define PARTIAL(kind, name, parameters, arguments, part)                                                                                   \
  ssize_t name parameters                                                                                                                  \
  {                                                                                                                                        \
    static ssize_t(*next) parameters;                                                                                                      \
    if (!next) *(void **)&next = dlsym(RTLD_NEXT, #name);                                                                                  \
    int error = kind##_fails(fd);                                                                                                          \
    return error > 0 ? -1 : error == FAULT_SHORT ? next part : next arguments;                                                             \
  }
PARTIAL(read, read, (int fd, void *to, size_t length), (fd, to, length), (fd, to, half(length)))
PARTIAL(read, pread, (int fd, void *to, size_t length, off_t at), (fd, to, length, at), (fd, to, half(length), at))
PARTIAL(read, pread64, (int fd, void *to, size_t length, off64_t at), (fd, to, length, at), (fd, to, half(length), at))
PARTIAL(read, recv, (int fd, void *to, size_t length, int flags), (fd, to, length, flags), (fd, to, half(length), flags))
PARTIAL(write, write, (int fd, const void *from, size_t length), (fd, from, length), (fd, from, half(length)))
PARTIAL(write, pwrite, (int fd, const void *from, size_t length, off_t at), (fd, from, length, at), (fd, from, half(length), at))
PARTIAL(write, pwrite64, (int fd, const void *from, size_t length, off64_t at), (fd, from, length, at), (fd, from, half(length), at))
PARTIAL(write, send, (int fd, const void *from, size_t length, int flags), (fd, from, length, flags), (fd, from, half(length), flags))
PARTIAL(read, recvfrom, (int fd, void *to, size_t length, int flags, struct sockaddr *restrict from, socklen_t *restrict size),
        (fd, to, length, flags, from, size), (fd, to, half(length), flags, from, size))
PARTIAL(write, sendto, (int fd, const void *from, size_t length, int flags, const struct sockaddr *to, socklen_t size),
        (fd, from, length, flags, to, size), (fd, from, half(length), flags, to, size))
PARTIAL(write, writev, (int fd, const struct iovec *parts, int count), (fd, parts, count), (fd, parts, count > 1 ? count - 1 : count))

FAILING(sync, -1, int, fsync, (int fd), (fd))
FAILING(sync, -1, int, fdatasync, (int fd), (fd))
/* Those that put something into a folder, which may be read-only, fail for that too. Half-written files can still be removed, or nobody
 * could. */
#define CHANGING(kind, type, name, parameters, arguments)                                                                                  \
  type name parameters                                                                                                                     \
  {                                                                                                                                        \
    static type(*next) parameters;                                                                                                         \
    if (!next) *(void **)&next = dlsym(RTLD_NEXT, #name);                                                                                  \
    return fails(FAULT_##kind) || fails(FAULT_create) ? -1 : next arguments;                                                               \
  }
CHANGING(rename, int, rename, (const char *from, const char *to), (from, to))
CHANGING(rename, int, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to))
CHANGING(rename, int, renameat2, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags))
CHANGING(rename, int, link, (const char *from, const char *to), (from, to))

static mode_t mode_of(int flags, va_list more) { return flags & (O_CREAT | __O_TMPFILE) ? (mode_t)va_arg(more, int) : 0; }
static bool writes(const char *path, int flags) { return (flags & O_ACCMODE) != O_RDONLY && strncmp(path, "/dev/", 5) != 0; }
#define OPENING(name, parameters, types, arguments)                                                                                        \
  int name parameters                                                                                                                      \
  {                                                                                                                                        \
    va_list more;                                                                                                                          \
    va_start(more, flags);                                                                                                                 \
    mode_t mode = mode_of(flags, more);                                                                                                    \
    va_end(more);                                                                                                                          \
    static int(*next) types;                                                                                                               \
    if (!next) *(void **)&next = dlsym(RTLD_NEXT, #name);                                                                                  \
    return fails(FAULT_open) || (writes(path, flags) && fails(FAULT_create)) ? -1 : next arguments;                                        \
  }
OPENING(open, (const char *path, int flags, ...), (const char *, int, ...), (path, flags, mode))
OPENING(open64, (const char *path, int flags, ...), (const char *, int, ...), (path, flags, mode))
OPENING(openat, (int folder, const char *path, int flags, ...), (int, const char *, int, ...), (folder, path, flags, mode))
OPENING(openat64, (int folder, const char *path, int flags, ...), (int, const char *, int, ...), (folder, path, flags, mode))
FAILING(open, NULL, FILE *, fopen, (const char *path, const char *mode), (path, mode))
FAILING(open, NULL, FILE *, fopen64, (const char *path, const char *mode), (path, mode))
CHANGING(open, int, mkstemp64, (char *path), (path))
CHANGING(open, int, mkostemp64, (char *path, int flags), (path, flags))
FAILING(open, NULL, DIR *, opendir, (const char *path), (path))
FAILING(open, NULL, DIR *, fdopendir, (int fd), (fd))
FAILING(open, -1, int, dup, (int fd), (fd))
#define PIPING(name, parameters, arguments)                                                                                                \
  int name parameters                                                                                                                      \
  {                                                                                                                                        \
    static int(*next) parameters;                                                                                                          \
    if (!next) *(void **)&next = dlsym(RTLD_NEXT, #name);                                                                                  \
    if (fails(FAULT_open) || next arguments < 0) return -1;                                                                                \
    pipe_made(ends);                                                                                                                       \
    return 0;                                                                                                                              \
  }
PIPING(pipe, (int ends[2]), (ends))
PIPING(pipe2, (int ends[2], int flags), (ends, flags))
PIPING(socketpair, (int domain, int type, int protocol, int ends[2]), (domain, type, protocol, ends))

/* The descriptor is closed nevertheless, as Linux does. */
int close(int fd)
{
  static int (*next)(int);
  if (!next) *(void **)&next = dlsym(RTLD_NEXT, "close");
  pipe_closed(fd);
  int error = fails(FAULT_close), ended = next(fd);
  if (!error) return ended;
  errno = error;
  return -1;
}

FAILING(stat, -1, int, fstat, (int fd, struct stat *out), (fd, out))
FAILING(stat, -1, int, fstat64, (int fd, struct stat64 *out), (fd, out))
FAILING(stat, -1, int, stat, (const char *path, struct stat *out), (path, out))
FAILING(stat, -1, int, stat64, (const char *path, struct stat64 *out), (path, out))
FAILING(stat, -1, int, lstat, (const char *path, struct stat *out), (path, out))
FAILING(stat, -1, int, lstat64, (const char *path, struct stat64 *out), (path, out))
FAILING(stat, -1, int, access, (const char *path, int mode), (path, mode))
FAILING(stat, NULL, char *, realpath, (const char *path, char *out), (path, out))
FAILING(stat, NULL, char *, getcwd, (char *out, size_t size), (out, size))
FAILING(stat, -1, ssize_t, readlink, (const char *path, char *out, size_t size), (path, out, size))
CHANGING(make, int, mkdir, (const char *path, mode_t mode), (path, mode))
FAILING(remove, -1, int, unlink, (const char *path), (path))
FAILING(remove, -1, int, unlinkat, (int folder, const char *path, int flags), (folder, path, flags))
FAILING(size, -1, int, ftruncate, (int fd, off_t length), (fd, length))
FAILING(size, -1, int, ftruncate64, (int fd, off64_t length), (fd, length))
FAILING(size, -1, off_t, lseek, (int fd, off_t at, int from), (fd, at, from))
FAILING(size, -1, off64_t, lseek64, (int fd, off64_t at, int from), (fd, at, from))
FAILING(lock, -1, int, flock, (int fd, int how), (fd, how))
FAILING(random, -1, ssize_t, getrandom, (void *out, size_t length, unsigned flags), (out, length, flags))
FAILING(socket, -1, int, socket, (int domain, int type, int protocol), (domain, type, protocol))
FAILING(socket, -1, int, bind, (int fd, const struct sockaddr *address, socklen_t length), (fd, address, length))
FAILING(socket, -1, int, listen, (int fd, int most), (fd, most))
FAILING(wait, -1, int, poll, (struct pollfd * polled, nfds_t count, int ms), (polled, count, ms))
FAILING(wait, -1, int, epoll_wait, (int fd, struct epoll_event *out, int most, int ms), (fd, out, most, ms))
FAILING(socket, -1, int, connect, (int fd, const struct sockaddr *address, socklen_t length), (fd, address, length))

static int locking(int fd, int command, void *argument, const char *name)
{
  int (*next)(int, int, ...);
  *(void **)&next = dlsym(RTLD_NEXT, name);
  return fails(FAULT_lock) ? -1 : next(fd, command, argument);
}
#define CONTROLLING(name)                                                                                                                  \
  int name(int fd, int command, ...)                                                                                                       \
  {                                                                                                                                        \
    va_list more;                                                                                                                          \
    va_start(more, command);                                                                                                               \
    void *argument = va_arg(more, void *);                                                                                                 \
    va_end(more);                                                                                                                          \
    return locking(fd, command, argument, #name);                                                                                          \
  }
CONTROLLING(fcntl)
CONTROLLING(fcntl64)

/* Those that return an errno. */
#define STARTING(name, parameters, arguments)                                                                                              \
  int name parameters                                                                                                                      \
  {                                                                                                                                        \
    static int(*next) parameters;                                                                                                          \
    if (!next) *(void **)&next = dlsym(RTLD_NEXT, #name);                                                                                  \
    return fails(FAULT_start) ? plan->error : next arguments;                                                                              \
  }
STARTING(pthread_create, (pthread_t * thread, const pthread_attr_t *attributes, void *(*run)(void *), void *with),
         (thread, attributes, run, with))
STARTING(posix_spawn,
         (pid_t * pid, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
          char *const arguments[], char *const environment[]),
         (pid, path, actions, attributes, arguments, environment))
STARTING(posix_spawnp,
         (pid_t * pid, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
          char *const arguments[], char *const environment[]),
         (pid, path, actions, attributes, arguments, environment))
