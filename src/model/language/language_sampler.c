#include "model/language/language_sampler.h"

#include <assert.h>
#include <stdbool.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "model/language/language_parts.h"

enum { SLOTS = 1024 };

/* The law of one context of the model: cumulated over the symbols, so that the last is the sum. */
typedef struct sampler_slot {
  uint32_t context; /* and 1; 0: free */
  double cumulated[DW_LANGUAGE_SYMBOLS];
} sampler_slot;

struct dw_language_sampler {
  const dw_language *language;
  double temperature, top_p;
  double root_most, root_tempered[DW_LANGUAGE_SYMBOLS]; /* of the empty context the largest p, and all of them tempered */
  sampler_slot slot[SLOTS];
};

static double largest(const double *p)
{
  double most = 0;
  for (int s = 0; s < DW_LANGUAGE_SYMBOLS; s++) most = p[s] > most ? p[s] : most;
  return most;
}

/* p^(1 / T), as a share of the largest: nothing overflows, and the largest stays where it is. */
static double tempered(const dw_language_sampler *s, double p, double most) { return dw_exp(dw_log(p / most) / s->temperature); }

dw_language_sampler *dw_language_sampler_new(const dw_language *language, double temperature, double top_p)
{
  assert(temperature >= 0 && temperature <= 100 && top_p > 0 && top_p <= 1);
  dw_language_sampler *s = dw_alloc_zero(1, sizeof *s);
  s->language = language;
  s->temperature = temperature;
  s->top_p = top_p;
  s->root_most = largest(language->root);
  for (int i = 0; i < DW_LANGUAGE_SYMBOLS && temperature > 0; i++) s->root_tempered[i] = tempered(s, language->root[i], s->root_most);
  return s;
}

void dw_language_sampler_free(dw_language_sampler *sampler) { dw_free(sampler); }

/* All of p tempered. The symbols that no context of the path has, most of them, keep the proportions of the empty context, and so do their
 * powers: one of them is computed for all. */
static void temper(const dw_language_sampler *s, const uint32_t *path, unsigned count, double *p)
{
  const dw_language *l = s->language;
  double most = largest(p), share = 1, power[DW_LANGUAGE_SYMBOLS];
  for (unsigned i = 1; i < count; i++) share *= l->backoff[path[i]] / l->total[path[i]];
  double all = tempered(s, share * s->root_most, most);
  for (int i = 0; i < DW_LANGUAGE_SYMBOLS; i++) power[i] = s->root_tempered[i] * all;
  for (unsigned i = 1; i < count; i++) {
    for (uint32_t g = l->first[path[i]]; g < l->first[path[i] + 1]; g++) {
      unsigned symbol = l->symbol[g];
      if (p[symbol] < 0) continue; /* done, on a shorter context */
      power[symbol] = tempered(s, p[symbol], most);
      p[symbol] = -1;
    }
  }
  memcpy(p, power, sizeof power);
}

/* a comes before b: more probable, or equal and the smaller symbol. */
static bool before(const double *p, unsigned a, unsigned b) { return p[a] > p[b] || (p[a] == p[b] && a < b); }

static void sift_down(const double *p, uint16_t *heap, unsigned n, unsigned at)
{
  uint16_t symbol = heap[at];
  for (unsigned child; (child = 2 * at + 1) < n; at = child) {
    if (child + 1 < n && before(p, heap[child + 1], heap[child])) child++;
    if (!before(p, heap[child], symbol)) break;
    heap[at] = heap[child];
  }
  heap[at] = symbol;
}

/* All but the most probable symbols, which hold the share top_p together, become 0. They come off a heap: mostly few are needed. */
static void keep_top(double *p, double top_p)
{
  uint16_t heap[DW_LANGUAGE_SYMBOLS];
  double sum = 0, held = 0;
  unsigned n = DW_LANGUAGE_SYMBOLS;
  for (unsigned s = 0; s < n; s++) {
    heap[s] = (uint16_t)s;
    sum += p[s];
  }
  for (unsigned at = n / 2; at-- > 0;) sift_down(p, heap, n, at);
  while (n && (n == DW_LANGUAGE_SYMBOLS || held < top_p * sum)) {
    held += p[heap[0]];
    heap[0] = heap[--n];
    sift_down(p, heap, n, 0);
  }
  while (n) p[heap[--n]] = 0;
}

static const sampler_slot *slot_of(dw_language_sampler *s, const dw_language_context *context)
{
  uint32_t path[DW_LANGUAGE_LEVELS];
  unsigned count = dw_language_path(s->language, context, path);
  uint32_t longest = path[count - 1];
  sampler_slot *slot = &s->slot[longest % SLOTS];
  if (slot->context == longest + 1) return slot;
  double *p = slot->cumulated;
  slot->context = longest + 1;
  dw_language_of_path(s->language, path, count, p);
  if (s->temperature == 0) {
    uint16_t first;
    dw_language_top(p, 1, &first);
    memset(p, 0, sizeof slot->cumulated);
    p[first] = 1;
  } else {
    if (s->temperature != 1) temper(s, path, count, p);
    if (s->top_p < 1) keep_top(p, s->top_p);
  }
  for (int i = 1; i < DW_LANGUAGE_SYMBOLS; i++) p[i] += p[i - 1];
  return slot;
}

unsigned dw_language_draw(dw_language_sampler *s, const dw_language_context *context, dw_rng *rng)
{
  const double *cumulated = slot_of(s, context)->cumulated;
  double all = cumulated[DW_LANGUAGE_SYMBOLS - 1], at = s->temperature == 0 ? 0 : dw_rng_uniform(rng) * all;
  if (!(at < all)) at = 0;                          /* rounded up to the end */
  unsigned low = 0, high = DW_LANGUAGE_SYMBOLS - 1; /* the first that is above at: one with a share, since sums before it are not */
  while (low < high) {
    unsigned middle = (low + high) / 2;
    if (cumulated[middle] > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

void dw_language_law(dw_language_sampler *s, const dw_language_context *context, double p[DW_LANGUAGE_SYMBOLS])
{
  const double *cumulated = slot_of(s, context)->cumulated;
  for (int i = 0; i < DW_LANGUAGE_SYMBOLS; i++) p[i] = (cumulated[i] - (i ? cumulated[i - 1] : 0)) / cumulated[DW_LANGUAGE_SYMBOLS - 1];
}

/* The stop text that out[from..) ends with; 0: none. */
static size_t stopped_by(const dw_language_asked *asked, const dw_buf *out, size_t from)
{
  for (size_t i = 0; i < asked->stops; i++) {
    size_t length = strlen(asked->stop[i]);
    if (length && out->length - from >= length && memcmp(out->data + out->length - length, asked->stop[i], length) == 0) return length;
  }
  return 0;
}

dw_language_ending dw_language_answer(dw_language_sampler *sampler, const dw_language_asked *asked, dw_rng *rng, dw_buf *out)
{
  dw_language_context context;
  size_t from = out->length;
  dw_language_begin(&context);
  dw_language_read(&context, asked->prompt, asked->length);
  while (out->length - from < asked->most) {
    unsigned symbol = dw_language_draw(sampler, &context, rng);
    if (symbol == DW_LANGUAGE_END) return DW_LANGUAGE_ENDED;
    dw_buf_char(out, (char)symbol);
    dw_language_pass(&context, symbol);
    size_t length = stopped_by(asked, out, from);
    if (!length) continue;
    out->length -= length;
    return DW_LANGUAGE_STOPPED;
  }
  return DW_LANGUAGE_CUT;
}
