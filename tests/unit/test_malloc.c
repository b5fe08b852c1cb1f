#include "test.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "sanitized.h"

enum { SIZE = 64 << 20 };

static void *(*volatile own_malloc)(size_t) = malloc; /* volatile: the compiler knows what malloc does */
static void *(*volatile own_calloc)(size_t, size_t) = calloc;
static void *(*volatile own_realloc)(void *, size_t) = realloc;
static void *(*volatile own_memalign)(size_t, size_t) = memalign;
static void *(*volatile own_aligned_alloc)(size_t, size_t) = aligned_alloc;
static int (*volatile own_posix_memalign)(void **, size_t, size_t) = posix_memalign;

static void *by_malloc(void) { return own_malloc(SIZE); }
static void *by_calloc(void) { return own_calloc(SIZE / 8, 8); }
static void *by_realloc(void) { return own_realloc(own_malloc(8), SIZE); }
static void *by_memalign(void) { return own_memalign(64, SIZE); }
static void *by_aligned_alloc(void) { return own_aligned_alloc(64, SIZE); }
static void *by_posix_memalign(void)
{
  void *pointer = NULL;
  return own_posix_memalign(&pointer, 64, SIZE) == 0 ? pointer : NULL;
}

static void *(*const calls[])(void) = {by_malloc, by_calloc, by_realloc, by_memalign, by_aligned_alloc, by_posix_memalign};

static void last_word(void) { _exit(write(1, "gone\n", 5) == 5 ? DW_ESYSTEM : 1); }

TEST(whoever_asks_for_memory_gets_it_or_the_program_ends)
{
#if SANITIZED
  test_skip("the sanitizer has its own");
#endif
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    void *pointer = calls[i]();
    CHECK(pointer);
    free(pointer);
    for (int before = 0; before < 2; before++) {
      int status, ends[2];
      char said[8] = {0};
      CHECK(pipe(ends) == 0);
      pid_t child = fork();
      if (child == 0) {
        dup2(ends[1], 1);
        if (!freopen("/dev/null", "w", stderr)) _exit(1);
        struct rlimit none = {0, 0};
        if (setrlimit(RLIMIT_AS, &none) < 0) _exit(1);
        if (before) dw_mem_before_out(last_word);
        _exit(calls[i]() ? 2 : 3);
      }
      close(ends[1]);
      CHECK(read(ends[0], said, sizeof said) == (before ? 5 : 0));
      close(ends[0]);
      waitpid(child, &status, 0);
      CHECK_MSG(WIFEXITED(status) && WEXITSTATUS(status) == DW_ESYSTEM, "call %zu: status %#x", i, (unsigned)status);
    }
  }
}

TEST(what_cannot_be_is_refused_and_not_the_end)
{
#if SANITIZED
  test_skip("the sanitizer has its own");
#endif
  errno = 0;
  CHECK(!own_malloc(SIZE_MAX - 100) && errno == ENOMEM);
  errno = 0;
  CHECK(!own_calloc(SIZE_MAX / 2, 4) && errno == ENOMEM);
  void *pointer = NULL;
  CHECK(own_posix_memalign(&pointer, 3, 8) == EINVAL && !pointer);
}
