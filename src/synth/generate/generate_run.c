/* Threads: workers take blocks of rows in order into a ring of buffers; the caller hands them on in order. */
#include <pthread.h>
#include <unistd.h>

#include "synth/generate/generate_parts.h"

#define BLOCK_BYTES ((size_t)1 << 20)
enum { BLOCK_ROWS_MOST = 4096, BLOCK_ROWS_LEAST = 16 };

typedef struct slot {
  dw_buf text;
  bool ready;
} slot;

typedef struct ring {
  const dw_generator *generator;
  uint64_t first, end, block_rows;
  uint64_t blocks, taken, given; /* blocks in all; begun by workers; handed to the sink */
  slot *slots;
  size_t slot_count;
  bool stop;
  pthread_mutex_t lock;
  pthread_cond_t changed;
} ring;

static uint64_t block_first(const ring *r, uint64_t block) { return r->first + block * r->block_rows; }

static uint64_t block_end(const ring *r, uint64_t block)
{
  return r->end - block_first(r, block) < r->block_rows ? r->end : block_first(r, block) + r->block_rows;
}

static void *worker(void *context)
{
  ring *r = context;
  pthread_mutex_lock(&r->lock);
  for (;;) {
    while (!r->stop && r->taken < r->blocks && r->taken - r->given >= r->slot_count) pthread_cond_wait(&r->changed, &r->lock);
    if (r->stop || r->taken >= r->blocks) break;
    uint64_t block = r->taken++;
    slot *s = &r->slots[block % r->slot_count];
    pthread_mutex_unlock(&r->lock);
    s->text.length = 0;
    dw_generator_rows(r->generator, block_first(r, block), block_end(r, block), &s->text);
    pthread_mutex_lock(&r->lock);
    s->ready = true;
    pthread_cond_broadcast(&r->changed);
  }
  pthread_mutex_unlock(&r->lock);
  return NULL;
}

static dw_status ring_drain(ring *r, dw_generate_sink *sink, void *context, dw_err *err)
{
  dw_status status = DW_OK;
  bool stop = false;
  while (status == DW_OK && !stop && r->given < r->blocks) {
    uint64_t block = r->given;
    slot *s = &r->slots[block % r->slot_count];
    pthread_mutex_lock(&r->lock);
    while (!s->ready) pthread_cond_wait(&r->changed, &r->lock);
    pthread_mutex_unlock(&r->lock);
    status = sink(context, s->text.data, s->text.length, block_end(r, block) - block_first(r, block), &stop, err);
    pthread_mutex_lock(&r->lock);
    s->ready = false;
    r->given++;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
  }
  pthread_mutex_lock(&r->lock);
  r->stop = true;
  pthread_cond_broadcast(&r->changed);
  pthread_mutex_unlock(&r->lock);
  return status;
}

static dw_status run_alone(ring *r, dw_generate_sink *sink, void *context, dw_err *err)
{
  dw_buf text = {0};
  dw_status status = DW_OK;
  bool stop = false;
  for (uint64_t block = 0; block < r->blocks && status == DW_OK && !stop; block++) {
    text.length = 0;
    dw_generator_rows(r->generator, block_first(r, block), block_end(r, block), &text);
    status = sink(context, text.data, text.length, block_end(r, block) - block_first(r, block), &stop, err);
  }
  dw_buf_free(&text);
  return status;
}

dw_status dw_generator_run(const dw_generator *g, uint64_t first, uint64_t end, unsigned threads, dw_generate_sink *sink, void *context,
                           dw_err *err)
{
  ring r = {.generator = g, .first = first, .end = end, .block_rows = BLOCK_BYTES / g->longest};
  if (r.block_rows > BLOCK_ROWS_MOST) r.block_rows = BLOCK_ROWS_MOST;
  if (r.block_rows < BLOCK_ROWS_LEAST) r.block_rows = BLOCK_ROWS_LEAST;
  r.blocks = first < end ? (end - first - 1) / r.block_rows + 1 : 0;
  if (threads == 0) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    threads = cores < 1 ? 1 : (unsigned)cores;
  }
  if (threads > r.blocks) threads = (unsigned)r.blocks;
  if (threads < 2) return run_alone(&r, sink, context, err);
  r.slot_count = 2 * (size_t)threads;
  r.slots = dw_alloc_zero(r.slot_count, sizeof *r.slots);
  pthread_t *ids = dw_alloc_array(threads, sizeof *ids);
  pthread_mutex_init(&r.lock, NULL);
  pthread_cond_init(&r.changed, NULL);
  unsigned started = 0;
  while (started < threads && pthread_create(&ids[started], NULL, worker, &r) == 0) started++;
  dw_status status = started ? ring_drain(&r, sink, context, err) : run_alone(&r, sink, context, err);
  for (unsigned i = 0; i < started; i++) pthread_join(ids[i], NULL);
  pthread_cond_destroy(&r.changed);
  pthread_mutex_destroy(&r.lock);
  for (size_t i = 0; i < r.slot_count; i++) dw_buf_free(&r.slots[i].text);
  dw_free(r.slots);
  dw_free(ids);
  return status;
}
