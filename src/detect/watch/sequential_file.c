#include "detect/watch/sequential_state.h"

/* --- opening --- */

/* What the file holds, into an empty state. */
static dw_status load_state(dw_sequential *state, const char *path, const dw_sequential_look *look, dw_err *err)
{
  char *text;
  size_t length;
  dw_status status = dw_watch_file_open(&state->file, &dw_sequential_kind, path, look->reset, &text, &length, err);
  state->path = state->file.path;
  if (status != DW_OK || !text) return status;
  status = dw_sequential_read(state, text, length, err);
  if (status == DW_OK) status = dw_watch_reference_check(state->path, state->reference_digest, look->reference_digest, err);
  state->begun = true;
  dw_free(text);
  return status;
}

/* --- looks at the same data --- */

/* Half of a digest is kept. */
static const char *kept_part(const char *digest) { return digest + 32 - DW_DIGEST_KEPT; }

static bool was_seen(const dw_sequential *state, const char *digest)
{
  for (size_t i = 0; i < state->digests; i++)
    if (memcmp(state->digest + i * DW_DIGEST_KEPT, kept_part(digest), DW_DIGEST_KEPT) == 0) return true;
  return false;
}

/* The oldest goes when there are too many. */
static void keep_digest(dw_sequential *state, const char *digest)
{
  if (state->digests == DW_DIGESTS_KEPT) {
    state->digests--;
    memmove(state->digest, state->digest + DW_DIGEST_KEPT, state->digests * DW_DIGEST_KEPT);
  }
  state->digest = dw_grow(state->digest, &state->digest_capacity, (state->digests + 1) * DW_DIGEST_KEPT, 1);
  memcpy(state->digest + state->digests++ * DW_DIGEST_KEPT, kept_part(digest), DW_DIGEST_KEPT);
}

bool dw_sequential_goes_back(dw_sequential *state, int64_t first, int64_t last)
{
  bool known = state->latest != DW_FRAME_NO_INSTANT, back = known && first < state->latest;
  if (!known || last > state->latest) state->latest = last;
  return back && !state->repeated;
}

dw_status dw_sequential_open(dw_sequential **out, const char *path, const dw_sequential_look *look, const dw_dataset *reference,
                             const dw_dataset *current, dw_err *err)
{
  *out = NULL;
  if (reference->approximate || current->approximate)
    return dw_err_set(err, DW_ENODATA, "--sequential needs every value, and the %s is larger than --memory: raise it",
                      reference->approximate ? "reference" : "current data");
  dw_sequential *state = dw_alloc_zero(1, sizeof *state);
  state->now = look->now;
  state->latest = DW_FRAME_NO_INSTANT;
  dw_arena_init(&state->texts);
  dw_status status = load_state(state, path, look, err);
  if (status != DW_OK) {
    dw_sequential_close(state);
    return status;
  }
  state->repeated = state->begun && was_seen(state, look->current_digest);
  memcpy(state->reference_digest, look->reference_digest, sizeof state->reference_digest);
  if (!state->repeated) keep_digest(state, look->current_digest);
  if (!state->repeated) state->looks++;
  *out = state;
  return DW_OK;
}

/* --- the end --- */

dw_status dw_sequential_commit(dw_sequential *state, dw_err *err)
{
  dw_buf text = {0};
  if (state->repeated) return DW_OK;
  dw_sequential_write(state, &text);
  dw_status status = dw_watch_file_commit(&state->file, &text, err);
  dw_buf_free(&text);
  return status;
}

void dw_sequential_close(dw_sequential *state)
{
  if (!state) return;
  for (size_t i = 0; i < state->count; i++) dw_stream_free(state->stream[i]);
  dw_free(state->stream);
  dw_free(state->digest);
  dw_free(state->unit_words);
  dw_units_free(&state->baseline);
  dw_units_free(&state->arrived);
  dw_arena_free(&state->texts);
  dw_watch_file_close(&state->file);
  dw_free(state);
}
