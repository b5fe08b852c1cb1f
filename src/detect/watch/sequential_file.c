#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "detect/watch/sequential_state.h"
#include "io/bytes/input.h"
#include "io/bytes/output.h"

enum { LOCK_WAIT_S = 10, LOCK_STEP_MS = 50 };

#define STATE_LIMIT ((size_t)1 << 30)

/* --- opening --- */

static dw_status lock_state(dw_sequential *state, dw_err *err)
{
  dw_buf path = {0};
  dw_buf_format(&path, "%s.lock", state->path);
  uint64_t end = dw_monotonic_ns() + LOCK_WAIT_S * UINT64_C(1000000000);
  dw_status status = DW_OK;
  state->lock = open(dw_buf_cstr(&path), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (state->lock < 0) status = dw_err_system(err, errno, "%s", dw_buf_cstr(&path));
  while (status == DW_OK && flock(state->lock, LOCK_EX | LOCK_NB) < 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) status = dw_err_system(err, errno, "%s", dw_buf_cstr(&path));
    else if (dw_monotonic_ns() >= end) status = dw_err_at(err, DW_ESYSTEM, state->path, 0, 0, "another look is under way with this state");
    else nanosleep(&(struct timespec){.tv_nsec = LOCK_STEP_MS * 1000000L}, NULL);
  }
  dw_buf_free(&path);
  return status;
}

static dw_status take_reset(const dw_sequential *state, const char *text, size_t length, dw_err *err)
{
  if (length == 0 || dw_sequential_looks_like(text, length)) return DW_OK;
  return dw_err_at(err, DW_EDATA, state->path, 0, 0,
                   "this is no state of dw-compare --sequential: it is not overwritten; name another file");
}

static dw_status check_reference(const dw_sequential *state, const dw_sequential_look *look, dw_err *err)
{
  if (strcmp(state->reference_digest, look->reference_digest) == 0) return DW_OK;
  return dw_err_at(
      err, DW_EDATA, state->path, 0, 0,
      "this state was begun with another reference (digest %s, now %s): give that one, name another state file, or begin anew with "
      "--sequential-reset",
      state->reference_digest, look->reference_digest);
}

static dw_status load_state(dw_sequential *state, const dw_sequential_look *look, dw_err *err)
{
  struct stat about;
  char *text;
  size_t length;
  if (stat(state->path, &about) < 0) return errno == ENOENT ? DW_OK : dw_err_system(err, errno, "%s", state->path);
  dw_status status = dw_input_whole(state->path, STATE_LIMIT, &text, &length, err);
  if (status != DW_OK) return status;
  if (look->reset) {
    status = take_reset(state, text, length, err);
  } else {
    status = dw_sequential_read(state, text, length, err);
    if (status == DW_OK) status = check_reference(state, look, err);
    state->begun = true;
  }
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
  state->path = dw_strdup(path);
  state->lock = -1;
  state->now = look->now;
  state->latest = DW_FRAME_NO_INSTANT;
  dw_arena_init(&state->texts);
  dw_status status = lock_state(state, err);
  if (status == DW_OK) status = load_state(state, look, err);
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
  dw_status status = dw_output_file(state->path, text.data, text.length, err);
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
  if (state->lock >= 0) close(state->lock);
  dw_arena_free(&state->texts);
  dw_free(state->path);
  dw_free(state);
}
