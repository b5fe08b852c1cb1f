#include "io/bytes/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/num.h"
#include "io/bytes/gzipio.h"
#include "io/bytes/leftover.h"
#include "io/bytes/unfinished.h"
#include "io/bytes/visible.h"
#include "io/bytes/upstream.h"
#include "io/bytes/zstdio.h"

enum { OUTPUT_BUFFER = 256 << 10, OUTPUT_LINKS = 40, OUTPUT_TRIES = 1000 };

struct dw_output {
  char *name; /* for messages */
  int fd;
  int lock;     /* a copy of fd that keeps its lock until the file has its name; -1: none */
  bool ours;    /* to close */
  bool closed;  /* nobody reads the pipe any more */
  bool failed;  /* a write failed: what there is must not take the name */
  char *target; /* NULL when bytes go straight to fd; else the name that the temporary file takes */
  char *temporary;
  int ticket;
  dw_codec *codec; /* NULL: plain */
  char *buffer;
  size_t used;
  char *packed; /* compressed bytes on their way */
  bool exposed; /* a terminal reads it */
  dw_visible visible;
  dw_buf shown;
};

/* --- which file --- */

/* path with the symbolic links of its last part followed, even to a file that does not exist yet. NULL with errno. */
static char *output_follow(const char *path)
{
  char *at = dw_strdup(path), link[PATH_MAX];
  for (int i = 0; i < OUTPUT_LINKS; i++) {
    ssize_t length = readlink(at, link, sizeof link - 1);
    if (length < 0) return at; /* not a link, or not there */
    link[length] = '\0';
    const char *slash = strrchr(at, '/');
    dw_buf next = {0};
    if (link[0] != '/' && slash) dw_buf_add(&next, at, (size_t)(slash - at) + 1);
    dw_buf_text(&next, link);
    dw_free(at);
    at = dw_strdup(dw_buf_cstr(&next));
    dw_buf_free(&next);
  }
  dw_free(at);
  errno = ELOOP;
  return NULL;
}

/* "-" and the names that systems give to open descriptors: these are written as they are, whatever lies behind them. -1: a path. */
static int output_descriptor(const char *path)
{
  uint64_t number;
  if (!path || strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0) return STDOUT_FILENO;
  if (strcmp(path, "/dev/stderr") == 0) return STDERR_FILENO;
  const char *digits = strncmp(path, "/dev/fd/", 8) == 0 ? path + 8 : strncmp(path, "/proc/self/fd/", 14) == 0 ? path + 14 : NULL;
  if (digits && dw_num_parse_unsigned(digits, strlen(digits), &number) && number < INT_MAX) return (int)number;
  return -1;
}

/* Makes .NAME.dw-PID-N beside target (leftover.h). existing: what stands at target now, whose permissions the new file takes on. */
static dw_status output_temporary(dw_output *output, const struct stat *existing, dw_err *err)
{
  const char *slash = strrchr(output->target, '/');
  const char *base = slash ? slash + 1 : output->target;
  dw_leftover_sweep(output->target);
  for (unsigned n = 0; n < OUTPUT_TRIES; n++) {
    dw_buf path = {0};
    dw_buf_add(&path, output->target, (size_t)(base - output->target));
    dw_leftover_name(&path, base, n);
    output->temporary = dw_strdup(dw_buf_cstr(&path));
    dw_buf_free(&path);
    output->ticket = dw_unfinished_announce(output->temporary);
    output->fd = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    int problem = errno;
    if (output->fd >= 0 && !dw_leftover_hold(output->fd)) {
      close(output->fd);
      output->fd = -1;
      problem = EEXIST;
    }
    if (output->fd >= 0) {
      output->ours = true;
      if (existing && fchmod(output->fd, existing->st_mode & 0777) < 0) return dw_err_system(err, errno, "%s", output->name);
      return DW_OK;
    }
    dw_unfinished_forget(output->ticket);
    dw_free(output->temporary);
    output->temporary = NULL;
    output->ticket = -1;
    if (problem != EEXIST) return dw_err_system(err, problem, "%s", output->name);
  }
  return dw_err_system(err, EEXIST, "%s: no temporary name is free beside it", output->name);
}

static dw_status output_path(dw_output *output, const char *path, dw_err *err)
{
  struct stat about;
  char *resolved = output_follow(path);
  if (!resolved) return dw_err_system(err, errno, "%s", path);
  output->target = resolved;
  size_t length = strlen(path);
  bool exists = stat(resolved, &about) == 0;
  int problem = exists ? 0 : errno == ENOENT ? (length == 0 || path[length - 1] == '/' ? ENOENT : 0) : errno;
  if (exists && S_ISDIR(about.st_mode)) problem = EISDIR;
  if (problem) return dw_err_system(err, problem, "%s", path);
  if (!exists || S_ISREG(about.st_mode)) {
    if (exists && access(resolved, W_OK) < 0) return dw_err_system(err, errno, "%s", path);
    return output_temporary(output, exists ? &about : NULL, err);
  }
  /* A device or a FIFO: its name stays. */
  output->fd = open(resolved, O_WRONLY | O_CLOEXEC | O_NOCTTY);
  dw_free(resolved);
  output->target = NULL;
  if (output->fd < 0) return dw_err_system(err, errno, "%s", path);
  output->ours = true;
  return DW_OK;
}

static bool output_ends(const char *path, const char *suffix)
{
  size_t length = strlen(path), wanted = strlen(suffix);
  return length > wanted && strcmp(path + length - wanted, suffix) == 0;
}

dw_status dw_output_open(dw_output **out, const char *path, dw_err *err)
{
  *out = NULL;
  dw_output *output = dw_alloc_zero(1, sizeof *output);
  int descriptor = output_descriptor(path);
  output->name = dw_strdup(descriptor == STDOUT_FILENO ? "standard output" : path);
  output->fd = descriptor;
  output->lock = output->ticket = -1;
  dw_status status = DW_OK;
  if (descriptor < 0 && output_ends(path, ".zst")) status = dw_zstd_writer(&output->codec, err);
  if (descriptor < 0 && output_ends(path, ".gz")) status = dw_gzip_writer(&output->codec, err);
  if (status == DW_OK && descriptor < 0) status = output_path(output, path, err);
  if (descriptor >= 0 && fcntl(descriptor, F_GETFD) < 0) status = dw_err_system(err, errno, "%s", output->name);
  if (status != DW_OK) {
    dw_output_drop(output);
    return status;
  }
  output->exposed = !output->codec && isatty(output->fd);
  output->buffer = dw_alloc(OUTPUT_BUFFER);
  if (output->codec) output->packed = dw_alloc(OUTPUT_BUFFER);
  *out = output;
  return DW_OK;
}

/* --- bytes down --- */

static dw_status output_fail(dw_output *output, int problem, dw_err *err)
{
  output->failed = true;
  return dw_err_system(err, problem, "%s", output->name);
}

/* All of bytes to the file. */
static dw_status output_put(dw_output *output, const char *bytes, size_t length, dw_err *err)
{
  while (length > 0 && !output->closed) {
    ssize_t put = dw_fault_write(output->fd, bytes, length);
    if (put >= 0) {
      dw_upstream_wrote(output->fd, (size_t)put);
      bytes += put;
      length -= (size_t)put;
    } else if (errno == EPIPE) {
      output->closed = true;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      poll(&(struct pollfd){.fd = output->fd, .events = POLLOUT}, 1, -1);
    } else if (errno != EINTR) {
      return output_fail(output, errno, err);
    }
  }
  return DW_OK;
}

static dw_status output_pack(dw_output *output, const char *bytes, size_t length, dw_codec_aim aim, dw_err *err)
{
  dw_codec_io io = {.in = bytes, .in_length = length, .out = output->packed, .out_capacity = OUTPUT_BUFFER};
  dw_codec_state state = DW_CODEC_MORE;
  while (state == DW_CODEC_MORE && !output->closed) {
    io.out_used = 0;
    state = output->codec->step(output->codec, &io, aim);
    if (state == DW_CODEC_FAIL) {
      output->failed = true;
      return dw_err_at(err, DW_ESYSTEM, output->name, 0, 0, "%s compression failed: %s", output->codec->name, output->codec->problem);
    }
    dw_status status = output_put(output, output->packed, io.out_used, err);
    if (status != DW_OK) return status;
  }
  return DW_OK;
}

static dw_status output_down(dw_output *output, const char *bytes, size_t length, dw_codec_aim aim, dw_err *err)
{
  if (output->codec) return output_pack(output, bytes, length, aim, err);
  if (output->exposed) {
    output->shown.length = 0;
    dw_visible_add(&output->visible, bytes, length, &output->shown);
    if (aim == DW_CODEC_FINISH) dw_visible_end(&output->visible, &output->shown);
    return output_put(output, output->shown.data, output->shown.length, err);
  }
  return output_put(output, bytes, length, err);
}

static dw_status output_empty(dw_output *output, dw_codec_aim aim, dw_err *err)
{
  size_t length = output->used;
  output->used = 0;
  return output_down(output, output->buffer, length, aim, err);
}

dw_status dw_output_write(dw_output *output, const void *bytes, size_t length, dw_err *err)
{
  if (output->closed || length == 0) return DW_OK;
  if (length > OUTPUT_BUFFER - output->used) {
    dw_status status = output_empty(output, DW_CODEC_RUN, err);
    if (status != DW_OK) return status;
    if (length >= OUTPUT_BUFFER) return output_down(output, bytes, length, DW_CODEC_RUN, err);
  }
  memcpy(output->buffer + output->used, bytes, length);
  output->used += length;
  return DW_OK;
}

dw_status dw_output_flush(dw_output *output, dw_err *err) { return output_empty(output, DW_CODEC_FLUSH, err); }
bool dw_output_closed(const dw_output *output) { return output->closed; }
const char *dw_output_name(const dw_output *output) { return output->name; }

void dw_output_draws(dw_output *output) { output->exposed = false; }
bool dw_output_terminal(const dw_output *output) { return !output->codec && isatty(output->fd); }

/* --- the end --- */

static void output_free(dw_output *output)
{
  if (output->ours) close(output->fd);
  if (output->temporary) unlink(output->temporary);
  if (output->lock >= 0) close(output->lock);
  dw_unfinished_forget(output->ticket);
  if (output->codec) output->codec->free(output->codec);
  dw_free(output->temporary);
  dw_free(output->target);
  dw_free(output->buffer);
  dw_free(output->packed);
  dw_buf_free(&output->shown);
  dw_free(output->name);
  dw_free(output);
}

/* The new name itself must survive a crash: the folder holds it. Some file systems cannot sync folders. */
static dw_status output_sync_folder(dw_output *output, dw_err *err)
{
  const char *slash = strrchr(output->target, '/');
  char *folder = slash ? dw_strndup(output->target, (size_t)(slash - output->target) + 1) : dw_strdup(".");
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  dw_free(folder);
  if (fd < 0) return DW_OK; /* a folder that may be written but not read */
  dw_fault_point();
  int problem = fsync(fd) < 0 && errno != EINVAL && errno != ENOTSUP ? errno : 0;
  close(fd);
  return problem ? output_fail(output, problem, err) : DW_OK;
}

/* Closing can be where a write fails (network file systems). The caller's own descriptor stays open: its copy tells as well. */
static dw_status output_close(dw_output *output, dw_err *err)
{
  int fd = output->ours ? output->fd : dup(output->fd);
  output->ours = false;
  if (fd >= 0 && close(fd) < 0 && errno != EINTR) return output_fail(output, errno, err);
  return DW_OK;
}

static dw_status output_finish(dw_output *output, dw_err *err)
{
  if (output->failed) return dw_err_at(err, DW_ESYSTEM, output->name, 0, 0, "an earlier write failed");
  dw_status status = output_empty(output, DW_CODEC_FINISH, err);
  if (status == DW_OK && output->target) dw_fault_point();
  if (status == DW_OK && output->target && fsync(output->fd) < 0) status = output_fail(output, errno, err);
  if (output->target) output->lock = fcntl(output->fd, F_DUPFD_CLOEXEC, 0);
  if (status == DW_OK) status = output_close(output, err);
  if (status != DW_OK || !output->target) return status;
  dw_fault_point();
  if (rename(output->temporary, output->target) < 0) return output_fail(output, errno, err);
  dw_free(output->temporary);
  output->temporary = NULL;
  return output_sync_folder(output, err);
}

dw_status dw_output_commit(dw_output *output, dw_err *err)
{
  dw_status status = output_finish(output, err);
  output_free(output);
  return status;
}

void dw_output_drop(dw_output *output)
{
  if (output) output_free(output);
}

dw_status dw_output_file(const char *path, const void *bytes, size_t length, dw_err *err)
{
  dw_output *output;
  dw_status status = dw_output_open(&output, path, err);
  if (status != DW_OK) return status;
  status = dw_output_write(output, bytes, length, err);
  if (status == DW_OK) return dw_output_commit(output, err);
  dw_output_drop(output);
  return status;
}

void dw_output_drop_all(void) { dw_unfinished_remove(); }
