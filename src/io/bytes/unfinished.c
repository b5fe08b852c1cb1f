#include "io/bytes/unfinished.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum { UNFINISHED_MOST = 64, SLOT_FREE = 0, SLOT_CLAIMED, SLOT_LISTED };

/* Lock-free atomics and unlink are all that the handler touches: both are async-signal-safe. */
static struct {
  atomic_int state;
  char path[PATH_MAX];
} slots[UNFINISHED_MOST];

void dw_unfinished_remove(void)
{
  for (int i = 0; i < UNFINISHED_MOST; i++)
    if (atomic_load(&slots[i].state) == SLOT_LISTED) unlink(slots[i].path);
}

static void unfinished_end(int number)
{
  int saved = errno;
  dw_unfinished_remove();
  signal(number, SIG_DFL);
  errno = saved;
  raise(number); /* taken when the handler returns */
}

static void unfinished_install(void)
{
  /* all that end a process and can be caught: what people and systems send, limits (ulimit -f, -t), timers, abort, and crashes */
  static const int numbers[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM,
                                SIGPROF, SIGXFSZ, SIGXCPU, SIGABRT, SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGSYS};
  dw_mem_before_out(dw_unfinished_remove);
  atexit(dw_unfinished_remove); /* a library that ends the process */
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    /* not SA_RESETHAND: a second signal (of timeout, or of a terminal's process group) may reach another thread while the first is
     * being handled, and would end the process with the files still there */
    struct sigaction now, ours = {.sa_handler = unfinished_end};
    sigemptyset(&ours.sa_mask);
    if (sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler == SIG_DFL) sigaction(numbers[i], &ours, NULL);
  }
}

int dw_unfinished_announce(const char *path)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, unfinished_install);
  size_t length = strlen(path);
  if (length >= PATH_MAX) return -1;
  for (int i = 0; i < UNFINISHED_MOST; i++) {
    int expected = SLOT_FREE;
    if (!atomic_compare_exchange_strong(&slots[i].state, &expected, SLOT_CLAIMED)) continue;
    memcpy(slots[i].path, path, length + 1);
    atomic_store(&slots[i].state, SLOT_LISTED);
    return i;
  }
  return -1;
}

void dw_unfinished_forget(int ticket)
{
  if (ticket >= 0) atomic_store(&slots[ticket].state, SLOT_FREE);
}
