#include "model/language/language.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/digest.h"
#include "base/fmath.h"
#include "base/mem.h"
#include "model/language/language_parts.h"

dw_language *dw_language_new(unsigned order, uint32_t contexts, uint32_t grams)
{
  dw_language *l = dw_alloc_zero(1, sizeof *l);
  l->order = order;
  l->contexts = contexts;
  l->grams = grams;
  l->oldest = dw_alloc_zero(contexts, sizeof *l->oldest);
  l->child = dw_alloc_zero((size_t)contexts + 1, sizeof *l->child);
  l->first = dw_alloc_zero((size_t)contexts + 1, sizeof *l->first);
  l->backoff = dw_alloc_zero(contexts, sizeof *l->backoff);
  l->symbol = dw_alloc_zero(grams, sizeof *l->symbol);
  l->weight = dw_alloc_zero(grams, sizeof *l->weight);
  l->total = dw_alloc_zero(contexts, sizeof *l->total);
  return l;
}

void dw_language_free(dw_language *l)
{
  if (!l) return;
  dw_free(l->oldest);
  dw_free(l->child);
  dw_free(l->first);
  dw_free(l->backoff);
  dw_free(l->symbol);
  dw_free(l->weight);
  dw_free(l->total);
  dw_free(l);
}

void dw_language_settle(dw_language *l)
{
  for (uint32_t c = 0; c < l->contexts; c++) {
    double total = l->backoff[c];
    for (uint32_t g = l->first[c]; g < l->first[c + 1]; g++) total += l->weight[g];
    l->total[c] = total;
  }
  for (int s = 0; s < DW_LANGUAGE_SYMBOLS; s++) l->root[s] = l->backoff[0] / l->total[0] / DW_LANGUAGE_SYMBOLS;
  for (uint32_t g = 0; g < l->first[1]; g++) l->root[l->symbol[g]] += l->weight[g] / l->total[0];
}

dw_language *dw_language_copy(const dw_language *from)
{
  dw_language *l = dw_language_new(from->order, from->contexts, from->grams);
  memcpy(l->oldest, from->oldest, from->contexts * sizeof *l->oldest);
  memcpy(l->child, from->child, ((size_t)from->contexts + 1) * sizeof *l->child);
  memcpy(l->first, from->first, ((size_t)from->contexts + 1) * sizeof *l->first);
  memcpy(l->backoff, from->backoff, from->contexts * sizeof *l->backoff);
  memcpy(l->symbol, from->symbol, from->grams * sizeof *l->symbol);
  memcpy(l->weight, from->weight, from->grams * sizeof *l->weight);
  dw_language_settle(l);
  return l;
}

unsigned dw_language_order(const dw_language *l) { return l->order; }
size_t dw_language_contexts(const dw_language *l) { return l->contexts; }

void dw_language_digest(const dw_language *l, char out[33])
{
  dw_digest digest;
  dw_buf bytes = {0};
  dw_language_pack(l, &bytes);
  dw_digest_init(&digest);
  dw_digest_add(&digest, bytes.data, bytes.length);
  dw_digest_text(&digest, out);
  dw_buf_free(&bytes);
}

/* --- contexts --- */

void dw_language_begin(dw_language_context *context) { *context = (dw_language_context){.recent = {DW_LANGUAGE_END}, .known = 1}; }

void dw_language_pass(dw_language_context *context, unsigned symbol)
{
  enum { MOST = DW_LANGUAGE_ORDER - 1 };
  assert(symbol < DW_LANGUAGE_SYMBOLS);
  if (symbol == DW_LANGUAGE_END) {
    dw_language_begin(context);
    return;
  }
  memmove(context->recent + 1, context->recent, (MOST - 1) * sizeof *context->recent);
  context->recent[0] = (uint16_t)symbol;
  if (context->known < MOST) context->known++;
  dw_language_topic_pass(&context->topic, (unsigned char)symbol);
}

void dw_language_read(dw_language_context *context, const char *text, size_t length)
{
  for (size_t i = 0; i < length; i++) dw_language_pass(context, (unsigned char)text[i]);
}

/* --- probabilities --- */

/* The child of c with this symbol; 0 (the root is nobody's child): none. */
static uint32_t child_of(const dw_language *l, uint32_t c, unsigned symbol)
{
  uint32_t low = l->child[c], end = l->child[c + 1], high = end;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (l->oldest[middle] < symbol) low = middle + 1;
    else high = middle;
  }
  return low < end && l->oldest[low] == symbol ? low : 0;
}

/* The symbol that is so far back, from 0 on; DW_LANGUAGE_SYMBOLS: there is none. The topic stands behind the bytes, not behind a beginning.
 */
static unsigned symbol_back(const dw_language *l, const dw_language_context *context, unsigned back)
{
  if (back + 1 < l->order) return back < context->known ? context->recent[back] : DW_LANGUAGE_SYMBOLS;
  bool begins = back && (back > context->known || context->recent[back - 1] == DW_LANGUAGE_END);
  return begins ? DW_LANGUAGE_SYMBOLS : context->topic.now;
}

unsigned dw_language_path(const dw_language *l, const dw_language_context *context, uint32_t path[DW_LANGUAGE_LEVELS])
{
  unsigned count = 1;
  path[0] = 0;
  while (count <= l->order) {
    uint32_t next = child_of(l, path[count - 1], symbol_back(l, context, count - 1));
    if (!next) break;
    path[count++] = next;
  }
  return count;
}

/* From the longest context on: what it has of its own, then its share of the next one, and at the end that of the empty context. */
void dw_language_of_path(const dw_language *l, const uint32_t *path, unsigned count, double p[DW_LANGUAGE_SYMBOLS])
{
  double share = 1;
  for (int s = 0; s < DW_LANGUAGE_SYMBOLS; s++) p[s] = 0;
  for (unsigned i = count; i-- > 1;) {
    uint32_t c = path[i];
    double scale = share / l->total[c];
    for (uint32_t g = l->first[c]; g < l->first[c + 1]; g++) p[l->symbol[g]] += l->weight[g] * scale;
    share = l->backoff[c] * scale;
  }
  for (int s = 0; s < DW_LANGUAGE_SYMBOLS; s++) p[s] += share * l->root[s];
}

void dw_language_next(const dw_language *l, const dw_language_context *context, double p[DW_LANGUAGE_SYMBOLS])
{
  uint32_t path[DW_LANGUAGE_LEVELS];
  dw_language_of_path(l, path, dw_language_path(l, context, path), p);
}

unsigned dw_language_top(const double p[DW_LANGUAGE_SYMBOLS], unsigned k, uint16_t *symbol)
{
  unsigned count = 0;
  if (k > DW_LANGUAGE_SYMBOLS) k = DW_LANGUAGE_SYMBOLS;
  for (unsigned s = 0; k && s < DW_LANGUAGE_SYMBOLS; s++) {
    if (count == k && !(p[s] > p[symbol[k - 1]])) continue;
    unsigned at = count < k ? count++ : k - 1;
    for (; at && p[s] > p[symbol[at - 1]]; at--) symbol[at] = symbol[at - 1];
    symbol[at] = (uint16_t)s;
  }
  return k;
}

/* p of one symbol: what dw_language_next says of it, without the others. */
static double next_of(const dw_language *l, const dw_language_context *context, unsigned symbol)
{
  uint32_t path[DW_LANGUAGE_LEVELS];
  double p = 0, share = 1;
  for (unsigned i = dw_language_path(l, context, path); i-- > 1;) {
    uint32_t c = path[i], low = l->first[c], high = l->first[c + 1];
    double scale = share / l->total[c];
    while (low < high) {
      uint32_t middle = low + (high - low) / 2;
      if (l->symbol[middle] < symbol) low = middle + 1;
      else high = middle;
    }
    if (low < l->first[c + 1] && l->symbol[low] == symbol) p += l->weight[low] * scale;
    share = l->backoff[c] * scale;
  }
  return p + share * l->root[symbol];
}

double dw_language_loss(const dw_language *l, const char *text, size_t length)
{
  dw_language_context context;
  double sum = 0;
  dw_language_begin(&context);
  for (size_t i = 0; i <= length; i++) {
    unsigned symbol = i < length ? (unsigned char)text[i] : DW_LANGUAGE_END;
    sum -= dw_log(next_of(l, &context, symbol));
    dw_language_pass(&context, symbol);
  }
  return sum;
}

/* --- divergence --- */

/* p log(p / q) - p + q, which is never negative, is summed in place of p log(p / q): where the distributions are near each other, terms of
 * both signs would leave nothing but rounding. */
static double divergence_term(double p, double q)
{
  double change = (q - p) / p, term = p * (change - dw_log1p(change));
  return term > 0 ? term : 0;
}

double dw_language_divergence(const dw_language *a, const dw_language *b, const dw_language_context *context)
{
  double p[DW_LANGUAGE_SYMBOLS], q[DW_LANGUAGE_SYMBOLS], sum = 0;
  dw_language_next(a, context, p);
  dw_language_next(b, context, q);
  for (int s = 0; s < DW_LANGUAGE_SYMBOLS; s++) sum += divergence_term(p[s], q[s]);
  return sum;
}

double dw_language_divergence_along(const dw_language *a, const dw_language *b, const char *text, size_t length)
{
  dw_language_context context;
  double sum = 0;
  dw_language_begin(&context);
  for (size_t i = 0; i <= length; i++) {
    sum += dw_language_divergence(a, b, &context);
    if (i < length) dw_language_pass(&context, (unsigned char)text[i]);
  }
  return sum / (double)(length + 1);
}
