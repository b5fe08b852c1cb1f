#include "test.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/records/write_lock.h"

static char path[] = "dw-test-lock-XXXXXX";
static dw_err err;

static void clean_up(void) { unlink(path); }

static dw_write_lock *handle(void)
{
  static bool made;
  dw_write_lock *lock = NULL;
  if (!made && (close(mkstemp(path)) < 0 || atexit(clean_up) != 0)) abort();
  made = true;
  CHECK(dw_write_lock_open(&lock, path, &err) == DW_OK);
  return lock;
}

TEST(one_at_a_time)
{
  dw_write_lock *a = handle(), *b = handle();
  char want[200];
  CHECK(dw_write_lock_take(a, 1, &err) == DW_OK);
  CHECK(dw_write_lock_take(b, 0, &err) == DW_ESYSTEM);
  snprintf(want, sizeof want, "%s: another process has held the database for 0 seconds", path);
  CHECK_TEXT(err.message, want);
  dw_write_lock_give(a);
  CHECK(dw_write_lock_take(b, 0, &err) == DW_OK);
  CHECK(dw_write_lock_take(a, 0, &err) == DW_ESYSTEM);
  dw_write_lock_close(b); /* closing gives it back */
  CHECK(dw_write_lock_take(a, 0, &err) == DW_OK);
  dw_write_lock_close(a);
}

TEST(use_together_or_alone)
{
  dw_write_lock *a = handle(), *b = handle(), *c = handle();
  CHECK(dw_write_lock_use(a, false, 0, &err) == DW_OK && dw_write_lock_use(b, false, 0, &err) == DW_OK);
  CHECK(dw_write_lock_use(c, true, 0, &err) == DW_ESYSTEM);
  dw_write_lock_close(a);
  CHECK(dw_write_lock_use(c, true, 0, &err) == DW_ESYSTEM);
  dw_write_lock_close(b);
  CHECK(dw_write_lock_use(c, true, 0, &err) == DW_OK);
  b = handle();
  CHECK(dw_write_lock_use(b, false, 0, &err) == DW_ESYSTEM);
  CHECK(dw_write_lock_take(b, 0, &err) == DW_OK); /* another lock */
  dw_write_lock_close(b);
  dw_write_lock_close(c);
}

TEST(a_lock_goes_away_with_its_process)
{
  int status, ends[2];
  char byte;
  dw_write_lock *a = handle();
  if (pipe(ends) < 0) abort();
  pid_t child = fork();
  if (child == 0) {
    dw_write_lock *own;
    if (dw_write_lock_open(&own, path, NULL) == DW_OK && dw_write_lock_take(own, 1, NULL) == DW_OK && write(ends[1], "x", 1) == 1) pause();
    _exit(1);
  }
  CHECK(read(ends[0], &byte, 1) == 1);
  CHECK(dw_write_lock_take(a, 0, &err) == DW_ESYSTEM);
  kill(child, SIGKILL);
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(dw_write_lock_take(a, 0, &err) == DW_OK);
  dw_write_lock_close(a);
  close(ends[0]);
  close(ends[1]);
}

/* Who takes it again at once does not keep another out: the one who waits is next. */
typedef struct greedy {
  int stop, rounds; /* __atomic */
} greedy;

static void *take_again_and_again(void *context)
{
  greedy *g = context;
  dw_write_lock *lock = handle();
  while (!__atomic_load_n(&g->stop, __ATOMIC_SEQ_CST)) {
    if (dw_write_lock_take(lock, 60, NULL) != DW_OK) break;
    usleep(200);
    dw_write_lock_give(lock);
    __atomic_add_fetch(&g->rounds, 1, __ATOMIC_SEQ_CST);
  }
  dw_write_lock_close(lock);
  return NULL;
}

TEST(who_waits_gets_it)
{
  greedy g = {0};
  pthread_t thread;
  dw_write_lock *lock = handle();
  CHECK(pthread_create(&thread, NULL, take_again_and_again, &g) == 0);
  while (__atomic_load_n(&g.rounds, __ATOMIC_SEQ_CST) < 5) usleep(100);
  for (int i = 0; i < 20; i++) {
    CHECK(dw_write_lock_take(lock, 60, &err) == DW_OK);
    dw_write_lock_give(lock);
  }
  __atomic_store_n(&g.stop, 1, __ATOMIC_SEQ_CST);
  pthread_join(thread, NULL);
  dw_write_lock_close(lock);
}
