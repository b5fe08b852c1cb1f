#include "detect/watch/watch_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"
#include "io/bytes/input.h"
#include "io/bytes/output.h"

enum { LOCK_WAIT_S = 10, LOCK_STEP_MS = 50 };

#define STATE_LIMIT ((size_t)1 << 30)

static const char check_key[] = ",\"check\":\"";
enum { CHECK_LENGTH = sizeof check_key - 1 + 32 + 3 }; /* ,"check":"…32 hex digits…"} and the line end */

/* --- the text --- */

static void digest_of(const char *text, size_t length, char out[33])
{
  dw_digest digest;
  dw_digest_init(&digest);
  dw_digest_add(&digest, text, length);
  dw_digest_text(&digest, out);
}

void dw_watch_file_seal(dw_buf *state)
{
  char check[33];
  digest_of(state->data, state->length, check);
  dw_buf_format(state, "%s%s\"}\n", check_key, check);
}

bool dw_watch_kind_of(const dw_watch_kind *kind, const char *text, size_t length)
{
  size_t begins = strlen(kind->begins);
  return length >= begins && memcmp(text, kind->begins, begins) == 0;
}

dw_status dw_watch_text_check(const dw_watch_kind *kind, const char *path, const char *text, size_t length, dw_err *err)
{
  char check[33];
  if (!dw_watch_kind_of(kind, text, length))
    return dw_err_at(err, DW_EDATA, path, 0, 0, "this is no state of %s; name another file", kind->option);
  if (length > CHECK_LENGTH && memcmp(text + length - CHECK_LENGTH, check_key, sizeof check_key - 1) == 0) {
    digest_of(text, length - CHECK_LENGTH, check);
    if (memcmp(text + length - 35, check, 32) == 0 && memcmp(text + length - 3, "\"}\n", 3) == 0) return DW_OK;
  }
  return dw_err_at(err, DW_EDATA, path, 0, 0, "this state was cut or changed after it was written: put back a copy, or %s", kind->anew);
}

dw_status dw_watch_reference_check(const char *path, const char *begun, const char *now, dw_err *err)
{
  if (strcmp(begun, now) == 0) return DW_OK;
  return dw_err_at(
      err, DW_EDATA, path, 0, 0,
      "this state was begun with another reference (digest %s, now %s): give that one, name another state file, or begin anew with "
      "--sequential-reset",
      begun, now);
}

/* --- the file --- */

static dw_status lock_state(dw_watch_file *file, dw_err *err)
{
  dw_buf path = {0};
  dw_buf_format(&path, "%s.lock", file->path);
  uint64_t end = dw_monotonic_ns() + LOCK_WAIT_S * UINT64_C(1000000000);
  dw_status status = DW_OK;
  file->lock = open(dw_buf_cstr(&path), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file->lock < 0) status = dw_err_system(err, errno, "%s", dw_buf_cstr(&path));
  while (status == DW_OK && flock(file->lock, LOCK_EX | LOCK_NB) < 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) status = dw_err_system(err, errno, "%s", dw_buf_cstr(&path));
    else if (dw_monotonic_ns() >= end) status = dw_err_at(err, DW_ESYSTEM, file->path, 0, 0, "another look is under way with this state");
    else nanosleep(&(struct timespec){.tv_nsec = LOCK_STEP_MS * 1000000L}, NULL);
  }
  dw_buf_free(&path);
  return status;
}

static dw_status check_reset(const dw_watch_file *file, const char *text, size_t length, dw_err *err)
{
  if (length == 0 || dw_watch_kind_of(file->kind, text, length)) return DW_OK;
  return dw_err_at(err, DW_EDATA, file->path, 0, 0, "this is no state of %s: it is not overwritten; name another file", file->kind->option);
}

static dw_status load_state(const dw_watch_file *file, bool reset, char **text, size_t *length, dw_err *err)
{
  struct stat about;
  if (stat(file->path, &about) < 0) return errno == ENOENT ? DW_OK : dw_err_system(err, errno, "%s", file->path);
  dw_status status = dw_input_whole(file->path, STATE_LIMIT, text, length, err);
  if (status != DW_OK) {
    *text = NULL;
    return status;
  }
  status = reset ? check_reset(file, *text, *length, err) : dw_watch_text_check(file->kind, file->path, *text, *length, err);
  if (status == DW_OK && !reset) return DW_OK;
  dw_free(*text);
  *text = NULL;
  return status;
}

dw_status dw_watch_file_open(dw_watch_file *file, const dw_watch_kind *kind, const char *path, bool reset, char **text, size_t *length,
                             dw_err *err)
{
  *text = NULL;
  *length = 0;
  *file = (dw_watch_file){.kind = kind, .path = dw_strdup(path), .lock = -1};
  dw_status status = lock_state(file, err);
  return status == DW_OK ? load_state(file, reset, text, length, err) : status;
}

dw_status dw_watch_file_commit(const dw_watch_file *file, const dw_buf *state, dw_err *err)
{
  return dw_output_file(file->path, state->data, state->length, err);
}

void dw_watch_file_close(dw_watch_file *file)
{
  if (file->path && file->lock >= 0) close(file->lock);
  dw_free(file->path);
  *file = (dw_watch_file){.lock = -1};
}
