#include "base/mem.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "base/err.h"

static _Atomic(void (*)(void)) mem_before_out;

void dw_mem_before_out(void (*call)(void)) { atomic_store(&mem_before_out, call); }

/* At once: what other threads still use is not torn down under them, and the lists of what exit and quick_exit call are under a lock that
 * whoever is out of memory may hold (a library is being loaded). */
void dw_mem_out(size_t size)
{
  void (*before)(void) = atomic_load(&mem_before_out);
  if (before) before();
  if (size) fprintf(stderr, "%s: out of memory: %zu bytes more were needed\n", program_invocation_short_name, size);
  else fprintf(stderr, "%s: out of memory\n", program_invocation_short_name);
  _exit(DW_ESYSTEM);
}

static void *mem_checked(void *pointer, size_t size)
{
  if (!pointer) dw_mem_out(size);
  return pointer;
}

static size_t mem_product(size_t count, size_t size)
{
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) dw_mem_out(SIZE_MAX);
  return bytes ? bytes : 1;
}

void *dw_alloc(size_t size)
{
  if (size == 0) size = 1;
  return mem_checked(malloc(size), size);
}

void *dw_alloc_zero(size_t count, size_t size)
{
  size_t bytes = mem_product(count, size);
  return mem_checked(calloc(bytes, 1), bytes);
}

void *dw_alloc_array(size_t count, size_t size) { return dw_alloc(mem_product(count, size)); }

void *dw_realloc_array(void *old, size_t count, size_t size)
{
  size_t bytes = mem_product(count, size);
  return mem_checked(realloc(old, bytes), bytes);
}

void dw_free(void *pointer) { free(pointer); }

void dw_mem_places(int most)
{
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, most);
#endif
}

void dw_free_to_system(void)
{
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

char *dw_strdup(const char *text) { return dw_strndup(text, strlen(text)); }

char *dw_strndup(const char *text, size_t length)
{
  char *copy = dw_alloc(length + 1);
  if (length) memcpy(copy, text, length);
  copy[length] = '\0';
  return copy;
}

void *dw_grow(void *array, size_t *capacity, size_t need, size_t size)
{
  if (need <= *capacity) return array;
  size_t wanted = *capacity < 8 ? 8 : *capacity;
  while (wanted < need) wanted = wanted > SIZE_MAX / 2 ? need : wanted * 2;
  array = dw_realloc_array(array, wanted, size);
  *capacity = wanted;
  return array;
}

struct dw_arena_chunk {
  _Alignas(16) struct dw_arena_chunk *before; /* and so all pieces are, on machines of 32 bits too */
  size_t size;                                /* of the bytes behind this header */
};

enum { ARENA_ALIGN = 16, ARENA_FIRST = 4096, ARENA_LARGEST = 1 << 20 };

void dw_arena_init(dw_arena *arena) { *arena = (dw_arena){0}; }

void *dw_arena_alloc(dw_arena *arena, size_t size)
{
  if (size > SIZE_MAX / 2) mem_checked(NULL, size); /* so that the sums below do not wrap */
  size_t need = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
  if (!arena->last || arena->last->size - arena->used < need) {
    size_t chunk = arena->last ? arena->last->size * 2 : ARENA_FIRST;
    if (chunk > ARENA_LARGEST) chunk = ARENA_LARGEST;
    if (chunk < need) chunk = need;
    struct dw_arena_chunk *fresh = dw_alloc(sizeof *fresh + chunk);
    fresh->before = arena->last;
    fresh->size = chunk;
    arena->last = fresh;
    arena->used = 0;
    arena->total += sizeof *fresh + chunk;
  }
  char *piece = (char *)(arena->last + 1) + arena->used;
  arena->used += need;
  return piece;
}

char *dw_arena_strndup(dw_arena *arena, const char *text, size_t length)
{
  char *copy = dw_arena_alloc(arena, length + 1);
  if (length) memcpy(copy, text, length);
  copy[length] = '\0';
  return copy;
}

void dw_arena_free(dw_arena *arena)
{
  if (!arena) return;
  struct dw_arena_chunk *chunk = arena->last;
  while (chunk) {
    struct dw_arena_chunk *before = chunk->before;
    dw_free(chunk);
    chunk = before;
  }
  dw_arena_init(arena);
}
