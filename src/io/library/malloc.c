/* malloc and its relatives for all that is in the process, libraries too: they never return NULL, as dw_alloc never does (base/mem.h).
 *
 * A library that is out of memory ends in its own way: C++ aborts, or leaves threads that nobody joins, the loader ends with 127 where a
 * thread first touches its variables, libcrypto says that the key is none. What they ask for comes through here, for the linker makes a
 * definition in the program the one that they call; the memory itself comes from who would have been asked without this file.
 * Sanitizers have their own, and so it is left out with them; so it is where there is no glibc, in which dlsym needs no memory.
 */
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define MALLOC_OF_SANITIZER
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MALLOC_OF_SANITIZER
#endif

#if !defined(MALLOC_OF_SANITIZER) && defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)

static struct {
  atomic_bool known;
  void *(*malloc)(size_t), *(*calloc)(size_t, size_t), *(*realloc)(void *, size_t), *(*memalign)(size_t, size_t);
  void *(*aligned_alloc)(size_t, size_t);
  int (*posix_memalign)(void **, size_t, size_t);
} next;

static void next_find(void *call, const char *name)
{
  void *found = dlsym(RTLD_NEXT, name);
  *(void **)call = found; /* POSIX: a function's pointer is like an object's */
}

/* Before main, all of them: the loader asks for memory while it makes the text of an error, and is not to be asked for a name then. What
 * libraries need before that comes here too; whoever is first finds the same. */
__attribute__((constructor)) static void next_know(void)
{
  if (atomic_load_explicit(&next.known, memory_order_acquire)) return;
  int saved = errno;
  next_find(&next.malloc, "malloc");
  next_find(&next.calloc, "calloc");
  next_find(&next.realloc, "realloc");
  next_find(&next.memalign, "memalign");
  next_find(&next.aligned_alloc, "aligned_alloc");
  next_find(&next.posix_memalign, "posix_memalign");
  errno = saved;
  atomic_store_explicit(&next.known, true, memory_order_release);
}

/* An impossible size is a mistake of who asks, who is told; there is memory besides. */
static void *checked(void *pointer, size_t size)
{
  if (!pointer && size > 0 && size <= PTRDIFF_MAX) dw_mem_out(size);
  return pointer;
}

void *malloc(size_t size)
{
  next_know();
  return checked(next.malloc(size), size);
}

void *calloc(size_t count, size_t size)
{
  size_t bytes;
  next_know();
  if (__builtin_mul_overflow(count, size, &bytes)) bytes = SIZE_MAX;
  return checked(next.calloc(count, size), bytes);
}

void *realloc(void *old, size_t size)
{
  next_know();
  return checked(next.realloc(old, size), size);
}

static void *aligned(void *(*call)(size_t, size_t), size_t alignment, size_t size)
{
  int saved = errno;
  errno = 0;
  void *pointer = call(alignment, size);
  if (!pointer && errno == EINVAL) return NULL;
  errno = saved;
  return checked(pointer, size);
}

void *memalign(size_t alignment, size_t size)
{
  next_know();
  return aligned(next.memalign, alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
  next_know();
  return aligned(next.aligned_alloc, alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
  next_know();
  int error = next.posix_memalign(out, alignment, size);
  if (error == ENOMEM) checked(NULL, size);
  return error;
}

#endif
