#include "test.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "sanitized.h"

TEST(mem_sizes)
{
  char *nothing = dw_alloc(0);
  CHECK(nothing != NULL);
  dw_free(nothing);
  dw_free(NULL);
  unsigned char *zeros = dw_alloc_zero(1000, 3);
  int sum = 0;
  for (int i = 0; i < 3000; i++) sum += zeros[i];
  CHECK(sum == 0);
  dw_free(zeros);
  dw_free(dw_alloc_zero(0, 8));
  int *array = dw_alloc_array(10, sizeof *array);
  for (int i = 0; i < 10; i++) array[i] = i;
  array = dw_realloc_array(array, 10000, sizeof *array);
  CHECK(array[0] == 0 && array[9] == 9);
  array = dw_realloc_array(array, 0, sizeof *array);
  CHECK(array != NULL);
  dw_free(array);
}

/* 8 GiB are not 0 where an address has 32 bits. */
TEST(mem_sizes_asked_for)
{
  const uint64_t asked[] = {0, 1, UINT32_MAX, UINT64_C(8) << 30, UINT64_MAX};
  for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) CHECK(dw_size(asked[i]) == (asked[i] > SIZE_MAX ? SIZE_MAX : asked[i]));
}

TEST(mem_strings)
{
  char *copy = dw_strdup("driftwatch");
  CHECK_TEXT(copy, "driftwatch");
  dw_free(copy);
  copy = dw_strndup("a\0b", 3);
  CHECK(memcmp(copy, "a\0b", 4) == 0);
  dw_free(copy);
  copy = dw_strndup(NULL, 0);
  CHECK_TEXT(copy, "");
  dw_free(copy);
}

TEST(mem_grow_doubles)
{
  int *array = NULL;
  size_t capacity = 0, changes = 0;
  for (size_t i = 0; i < 100000; i++) {
    size_t before = capacity;
    array = dw_grow(array, &capacity, i + 1, sizeof *array);
    changes += capacity != before;
    array[i] = (int)i;
  }
  CHECK(capacity >= 100000 && capacity < 200000 && changes < 20);
  long long sum = 0;
  for (size_t i = 0; i < 100000; i++) sum += array[i];
  CHECK(sum == 4999950000);
  int *same = dw_grow(array, &capacity, 5, sizeof *array);
  CHECK(same == array);
  dw_free(array);
}

TEST(mem_arena_pieces_are_aligned_apart_and_stay)
{
  enum { PIECES = 2000 };
  dw_arena arena;
  dw_arena_init(&arena);
  static unsigned char *piece[PIECES];
  static size_t size[PIECES];
  size_t total = 0;
  for (int i = 0; i < PIECES; i++) {
    size[i] = i % 100 == 99 ? 70000 : (size_t)(i * 7 % 300);
    piece[i] = dw_arena_alloc(&arena, size[i]);
    CHECK(piece[i] != NULL && (uintptr_t)piece[i] % 16 == 0);
    if (size[i]) memset(piece[i], i & 255, size[i]);
    total += size[i];
  }
  for (int i = 0; i < PIECES; i++)
    for (size_t k = 0; k < size[i]; k += 37) CHECK(piece[i][k] == (i & 255));
  CHECK(arena.total >= total && arena.total < 3 * total);
  void *huge = dw_arena_alloc(&arena, 5 << 20); /* larger than any chunk */
  memset(huge, 1, 5 << 20);
  char *text = dw_arena_strndup(&arena, "ab\0c", 4);
  CHECK(memcmp(text, "ab\0c", 5) == 0);
  CHECK_TEXT(dw_arena_strndup(&arena, NULL, 0), "");
  dw_arena_free(&arena);
  CHECK(arena.last == NULL && arena.total == 0);
  CHECK(dw_arena_alloc(&arena, 1) != NULL); /* of use again */
  dw_arena_free(&arena);
  dw_arena_free(NULL);
}

static void product_overflows(void) { dw_alloc_array(SIZE_MAX / 4, 8); }
static void too_large(void) { dw_alloc(SIZE_MAX - 5); } /* half of it can be had, where there are 32 bits */
static void grow_too_large(void)
{
  size_t capacity = 8;
  dw_grow(NULL, &capacity, SIZE_MAX - 5, 1);
}
static void arena_too_large(void)
{
  dw_arena arena;
  dw_arena_init(&arena);
  dw_arena_alloc(&arena, SIZE_MAX - 3);
}

/* Out of memory ends the program with a message and the status of a system error, in a child. */
TEST(mem_out_of_memory_is_a_system_error)
{
#if SANITIZED
  test_skip("the sanitizer ends the program in its own way");
#endif
  void (*cases[])(void) = {product_overflows, too_large, grow_too_large, arena_too_large};
  for (size_t i = 0; i < 4; i++) {
    int pipe_ends[2];
    CHECK(pipe(pipe_ends) == 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
      dup2(pipe_ends[1], 2);
      cases[i]();
      _exit(0);
    }
    close(pipe_ends[1]);
    char message[200] = {0};
    CHECK(read(pipe_ends[0], message, sizeof message - 1) > 0);
    close(pipe_ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    CHECK_MSG(WIFEXITED(status) && WEXITSTATUS(status) == DW_ESYSTEM, "case %zu: status %#x", i, (unsigned)status);
    CHECK_MSG(strncmp(message, "test_mem: out of memory: ", 25) == 0, "case %zu: %s", i, message);
  }
}
