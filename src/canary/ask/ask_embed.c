/* Embeddings of endpoints: the answers that wait for one at the same time are one request, a list of inputs. */
#include <math.h>

#include "base/clock.h"
#include "canary/ask/ask_parts.h"
#include "canary/ask/request_body.h"
#include "io/text/json.h"

enum { INPUTS = 64, INPUT_BYTES = 256 << 10, COMPONENTS = 1 << 16 };

/* Others that wait ride with the lead: nobody is kept waiting for more of them. An endpoint that has refused a list gets them alone. */
static void gather(dw_ask *ask, dw_ask_slot *lead, uint64_t now)
{
  size_t bytes = lead->response.length;
  for (size_t i = ask->head; i < ask->next && lead->riders + 1 < INPUTS && !lead->alone; i++) {
    dw_ask_slot *slot = dw_ask_slot_at(ask, i);
    if (slot == lead || slot->state != DW_ASK_WAITING || !slot->embedding || slot->alone || slot->due > now) continue;
    if (bytes + slot->response.length > INPUT_BYTES) continue;
    bytes += slot->response.length;
    slot->state = DW_ASK_BUSY;
    slot->lead = lead;
    slot->place = ++lead->riders;
  }
}

static dw_ask_slot *rider_at(dw_ask *ask, dw_ask_slot *lead, size_t place)
{
  if (!place) return lead;
  for (size_t i = ask->head; i < ask->next; i++) {
    dw_ask_slot *slot = dw_ask_slot_at(ask, i);
    if (slot->lead == lead && slot->place == place) return slot;
  }
  return NULL; /* given up */
}

void dw_ask_embed_body(dw_ask *ask, dw_ask_slot *lead, uint64_t now, dw_buf *body)
{
  dw_json json;
  gather(ask, lead, now);
  if (!lead->riders) {
    dw_request_body_embed_openai(ask->settings->embed_model, lead->response.text, lead->response.length, body);
    return;
  }
  dw_json_start(&json, body, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "model", ask->settings->embed_model);
  dw_json_open(&json, "input", '[');
  for (size_t place = 0; place <= lead->riders; place++) {
    const dw_response *r = &rider_at(ask, lead, place)->response;
    dw_json_bytes(&json, NULL, r->text, r->length);
  }
  dw_json_close(&json, ']');
  dw_json_text(&json, "encoding_format", "float");
  dw_json_close(&json, '}');
}

/* --- the reply --- */

const char *dw_ask_embed_vector(dw_ask_slot *slot, const dw_value *list)
{
  size_t count = dw_value_count(list);
  if (dw_value_kind(list) != DW_VALUE_ARRAY || !count || count > COMPONENTS) return "no \"embedding\", a list of numbers";
  double *vector = dw_arena_alloc(&slot->arena, count * sizeof *vector);
  const dw_value *item = dw_value_first(list);
  for (size_t i = 0; i < count; i++, item = dw_value_next(item)) {
    vector[i] = dw_value_number(item, NAN);
    if (isnan(vector[i])) return "an embedding holds numbers";
  }
  slot->response.embedding = vector;
  slot->response.dimensions = count;
  return NULL;
}

/* Where an item of the list belongs: its "index", or, without one, as it comes. NaN: nowhere. */
static double place_of(const dw_value *item, size_t at)
{
  const dw_value *index = dw_value_get(item, "index");
  return index ? dw_value_number(index, NAN) : (double)at;
}

static const char *read_list(dw_ask *ask, dw_ask_slot *lead, const dw_value *data)
{
  const char *what = NULL;
  size_t inputs = lead->riders + 1, at = 0;
  if (dw_value_kind(data) != DW_VALUE_ARRAY || dw_value_count(data) != inputs) return "not as many embeddings as there were inputs";
  bool *seen = dw_alloc_zero(inputs, sizeof *seen);
  for (const dw_value *item = dw_value_first(data); item && !what; item = dw_value_next(item)) {
    double place = place_of(item, at++);
    if (!(place >= 0 && place < (double)inputs) || place != floor(place) || seen[(size_t)place])
      what = "an \"index\" of an embedding that is none of its input's";
    if (what) break;
    seen[(size_t)place] = true;
    dw_ask_slot *slot = rider_at(ask, lead, (size_t)place);
    if (slot) what = dw_ask_embed_vector(slot, dw_value_get(item, "embedding"));
  }
  dw_free(seen);
  return what;
}

const char *dw_ask_embed_list(dw_ask *ask, dw_ask_slot *lead, const dw_value *reply)
{
  const char *what = read_list(ask, lead, dw_value_get(reply, "data"));
  for (size_t place = 0; place <= lead->riders; place++) {
    dw_ask_slot *slot = rider_at(ask, lead, place);
    if (!slot) continue;
    if (what) slot->response.embedding = NULL, slot->response.dimensions = 0;
    else if (slot != lead) {
      slot->lead = NULL;
      dw_ask_slot_embedded(ask, slot);
    }
  }
  if (!what) lead->riders = 0;
  if (!what) dw_ask_slot_embedded(ask, lead);
  return what;
}

/* What one text may be to blame for is not held against the others: each is asked alone. Of an endpoint that is down, or busy, the lead
 * fails, and the others wait for their turn. */
bool dw_ask_embed_failed(dw_ask *ask, dw_ask_slot *lead, const dw_ask_failure *failure)
{
  uint64_t now = dw_monotonic_ns();
  bool apart = failure->kind != DW_RETRY_PATIENT && !failure->hopeless;
  for (size_t place = apart ? 0 : 1; place <= lead->riders; place++) {
    dw_ask_slot *slot = rider_at(ask, lead, place);
    if (!slot) continue;
    slot->state = DW_ASK_WAITING;
    slot->lead = NULL;
    slot->alone = apart;
    slot->due = now;
    if (slot == lead) slot->attempts = 0;
  }
  lead->riders = 0;
  return apart;
}
