/* fuzz_states: what watches remember from one process to the next: of dw-compare --sequential, and of canaries. Each is
 * sealed by a digest, so the input is a state without its end, and gets a new one. What is taken is written again, and then stays as it is.
 * Without its seal, or with one of another text, nothing is taken. */
#include "canary/judge/canary_watch_state.h"
#include "detect/watch/sequential_state.h"
#include "target.h"

/* Writes what was read of text behind out; DW_OK: it was taken. */
typedef dw_status again_function(const char *text, size_t length, dw_buf *out, dw_err *err);

static dw_status sequential_again(const char *text, size_t length, dw_buf *out, dw_err *err)
{
  dw_sequential *state = dw_alloc_zero(1, sizeof *state);
  state->path = "f";
  state->file.lock = -1;
  dw_arena_init(&state->texts);
  dw_status status = dw_sequential_read(state, text, length, err);
  if (status == DW_OK) dw_sequential_write(state, out);
  dw_sequential_close(state);
  return status;
}

static dw_status canary_again(const char *text, size_t length, dw_buf *out, dw_err *err)
{
  dw_canary_watch *watch = dw_alloc_zero(1, sizeof *watch);
  watch->file = (dw_watch_file){.path = dw_strdup("f"), .lock = -1};
  dw_arena_init(&watch->texts);
  dw_status status = dw_watch_text_check(&dw_canary_watch_kind, "f", text, length, err); /* as who opens the file does */
  if (status == DW_OK) status = dw_canary_watch_read(watch, text, length, err);
  if (status == DW_OK) dw_canary_watch_write(watch, out);
  dw_canary_watch_close(watch);
  return status;
}

static const char *state_holds(again_function *again, const char *bytes, size_t length)
{
  dw_err err = {0};
  dw_buf sealed = {0}, once = {0}, twice = {0};
  const char *problem = NULL;
  dw_buf_add(&sealed, bytes, length);
  dw_watch_file_seal(&sealed);
  if (again(sealed.data, sealed.length, &once, &err) == DW_OK) {
    if (again(once.data, once.length, &twice, &err) != DW_OK) problem = "what was written is refused";
    else if (once.length != twice.length || memcmp(once.data, twice.data, once.length) != 0) problem = "read again, it is another one";
    sealed.data[dw_rng_hash(bytes, length) % length] ^= 1;
    if (!problem && again(sealed.data, sealed.length, &twice, &err) == DW_OK) problem = "a state that was changed is taken";
  }
  dw_buf_free(&sealed);
  dw_buf_free(&once);
  dw_buf_free(&twice);
  return problem;
}

static const char *fuzz_one(const char *bytes, size_t length)
{
  static const struct {
    const char *begins;
    again_function *again;
  } kinds[] = {{"{\"kind\":\"sequential_state\"", sequential_again}, {"{\"kind\":\"canary_state\"", canary_again}};
  const char *problem = NULL;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !problem; i++)
    if (length >= strlen(kinds[i].begins) && memcmp(bytes, kinds[i].begins, strlen(kinds[i].begins)) == 0)
      problem = state_holds(kinds[i].again, bytes, length);
  return problem;
}

FUZZ_TARGET("states", fuzz_one, fuzz_values);
