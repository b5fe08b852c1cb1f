/* mem: memory that never comes back NULL.
 *
 * Out of memory ends the program in one place, with a message and DW_ESYSTEM: half-written files are removed
 * (io/bytes/unfinished.h). So it does where a library asks (io/library/malloc.c). Sizes that come from input are
 * limited before they reach here. Who allocates frees, with dw_free.
 */
#ifndef DW_BASE_MEM_H
#define DW_BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

/* The one place where running out of memory ends the program; also for libraries that allocate by themselves (size 0: not known). */
_Noreturn void dw_mem_out(size_t size);
/* The one thing that is done before. It has no memory to work with, and any lock may be held. */
void dw_mem_before_out(void (*call)(void));

/* A size or a count that was asked for, as this machine can address it: SIZE_MAX for all beyond, where an address has 32 bits. */
static inline size_t dw_size(uint64_t asked) { return asked < SIZE_MAX ? (size_t)asked : SIZE_MAX; }

void *dw_alloc(size_t size);                     /* uninitialised; size 0 gives a pointer that can be freed */
void *dw_alloc_zero(size_t count, size_t size);  /* zeroed; the product is checked */
void *dw_alloc_array(size_t count, size_t size); /* uninitialised; the product is checked */
void *dw_realloc_array(void *old, size_t count, size_t size);
void dw_free(void *pointer); /* NULL is fine */
/* Behind a large piece of work of a process that lives on: what was freed goes back to the system, as far as that can be asked for. Takes
 * milliseconds. */
void dw_free_to_system(void);
/* For a process with many threads that lives on, before they start: so many places at most that memory is handed out from. What each thread
 * once needed stays in a place of its own otherwise, eight a processor. */
void dw_mem_places(int most);
char *dw_strdup(const char *text);
char *dw_strndup(const char *text, size_t length); /* NUL added; length bytes are copied as they are */

/* Grows array (of *capacity elements of size bytes) so that it holds at least need elements, doubling; returns it. */
void *dw_grow(void *array, size_t *capacity, size_t need, size_t size);

/* An arena: many small pieces, freed together. Pieces are aligned to 16 bytes and never move. */
typedef struct dw_arena {
  struct dw_arena_chunk *last;
  size_t used;  /* bytes of the last chunk handed out */
  size_t total; /* bytes held by all chunks */
} dw_arena;

void dw_arena_init(dw_arena *arena);
void *dw_arena_alloc(dw_arena *arena, size_t size);
char *dw_arena_strndup(dw_arena *arena, const char *text, size_t length); /* NUL added */
void dw_arena_free(dw_arena *arena);

#endif
