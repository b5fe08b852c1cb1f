#include "act/audit_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "io/text/json.h"
#include "io/bytes/output.h"
#include "io/text/lines.h"

enum { AUDIT_STEP_MS = 20, AUDIT_BYTES = 1 << 30, AUDIT_READS = 200 };

struct dw_audit {
  char *path, *head;
  int fd;
  const dw_seal *seal;
  dw_buf text;  /* all lines */
  size_t *line; /* where each begins */
  size_t count, capacity;
  char last[DW_SEAL_HASH + 1];
};

/* All bytes of fd from its begin. */
static dw_status whole_file(int fd, const char *path, size_t most, dw_buf *out, dw_err *err)
{
  struct stat about;
  if (fstat(fd, &about) < 0) return dw_err_system(err, errno, "%s", path);
  if (!S_ISREG(about.st_mode))
    return dw_err_at(err, DW_ESYSTEM, path, 0, 0, S_ISDIR(about.st_mode) ? "is a folder; expected a file" : "is not a regular file");
  for (off_t at = 0;;) {
    char *room = dw_buf_room(out, 64 << 10);
    ssize_t got = pread(fd, room, 64 << 10, at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return dw_err_system(err, errno, "%s", path);
    if (got == 0) return DW_OK;
    out->length += (size_t)got;
    at += got;
    if (out->length > most) return dw_err_at(err, DW_EDATA, path, 0, 0, "more than %zu bytes", most);
  }
}

/* The bytes of a file; there NULL: it has to be there. It may be anything: a FIFO does not make us wait. */
static dw_status file_read(const char *path, size_t most, dw_buf *out, bool *there, dw_err *err)
{
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  out->length = 0;
  if (there) *there = fd >= 0;
  if (fd < 0) return there && errno == ENOENT ? DW_OK : dw_err_system(err, errno, "%s", path);
  dw_status status = whole_file(fd, path, most, out, err);
  close(fd);
  return status;
}

static char *head_path(const char *path)
{
  dw_buf text = {0};
  dw_buf_format(&text, "%s.head", path);
  char *out = dw_strdup(dw_buf_cstr(&text));
  dw_buf_free(&text);
  return out;
}

/* Opened and locked. The name may have been given to another file while we waited: then that one is the log. */
static dw_status file_lock(dw_audit *audit, int64_t wait, dw_err *err)
{
  uint64_t end = dw_monotonic_ns() + (uint64_t)(wait > 0 ? wait : 0) * 1000;
  for (;;) {
    struct stat ours, named;
    audit->fd = open(audit->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (audit->fd < 0) return dw_err_system(err, errno, "%s", audit->path);
    while (flock(audit->fd, LOCK_EX | LOCK_NB) < 0) {
      if (errno == EINTR) continue;
      if (errno != EWOULDBLOCK) return dw_err_system(err, errno, "%s", audit->path);
      if (dw_monotonic_ns() >= end)
        return dw_err_at(err, DW_ESYSTEM, audit->path, 0, 0,
                         "another dw-heal, or an action that one started, is at work here (--wait DURATION waits longer)");
      nanosleep(&(struct timespec){.tv_nsec = AUDIT_STEP_MS * 1000000L}, NULL);
    }
    if (fstat(audit->fd, &ours) == 0 && stat(audit->path, &named) == 0 && ours.st_ino == named.st_ino && ours.st_dev == named.st_dev)
      return DW_OK;
    close(audit->fd);
  }
}

static void lines_add(dw_audit *audit, size_t from)
{
  dw_lines lines = dw_lines_of(audit->text.data + from, audit->text.length - from);
  for (dw_line line; dw_lines_next(&lines, &line) && line.ended; from += line.length + 1) {
    audit->line = dw_grow(audit->line, &audit->capacity, audit->count + 1, sizeof *audit->line);
    audit->line[audit->count++] = from;
  }
  audit->text.length = from;
}

/* {…} with the signature as its last member, when there is a key. */
static dw_status sign(const dw_audit *audit, dw_buf *line, dw_err *err)
{
  char signature[DW_SEAL_SIGNATURE + 1];
  if (!audit->seal) return DW_OK;
  dw_status status = dw_seal_sign(audit->seal, line->data, line->length, signature, err);
  if (status != DW_OK) return status;
  line->length--;
  dw_buf_format(line, ",\"signature\":\"%s\"}", signature);
  return DW_OK;
}

/* next: the hash of the line that is about to be written; "": none. */
static dw_status head_write(const dw_audit *audit, const char *next, dw_err *err)
{
  dw_buf line = {0};
  dw_audit_head_print(&line, audit->count, audit->last, next);
  dw_status status = sign(audit, &line, err);
  dw_buf_char(&line, '\n');
  if (status == DW_OK) status = dw_output_file(audit->head, line.data, line.length, err);
  dw_buf_free(&line);
  return status;
}

/* What may be read on. Without its head nobody can tell what is missing at the end of a log. */
static dw_status believe(const dw_audit_report *report, const char *path, const dw_seal *seal, dw_err *err)
{
  if (!report->whole)
    return dw_err_at(err, DW_EDATA, path, report->line, 0,
                     "this line %s; nothing is done on a log that does not hold together (dw-heal verify)%s", report->what,
                     seal && !report->signed_lines && report->lines
                         ? ": it was begun without a key; a signed log begins in a folder of its own"
                         : "");
  if (!report->head && (report->lines || report->cut))
    return dw_err_at(err, DW_EDATA, path, 0, 0,
                     "%s.head, which tells the last line, is not there; nothing is done on a log whose end may be missing: put it back, or "
                     "begin in another folder",
                     path);
  return DW_OK;
}

/* What a crash left is mended; what somebody changed is refused. */
static dw_status log_load(dw_audit *audit, dw_err *err)
{
  dw_audit_report report;
  dw_buf head = {0};
  bool there = false;
  dw_status status = whole_file(audit->fd, audit->path, AUDIT_BYTES, &audit->text, err);
  if (status == DW_OK) status = file_read(audit->head, DW_AUDIT_HEAD_BYTES, &head, &there, err);
  if (status == DW_OK) {
    dw_audit_check(audit->text.data, audit->text.length, there ? head.data : NULL, head.length, audit->seal, NULL, &report);
    status = believe(&report, audit->path, audit->seal, err);
  }
  dw_buf_free(&head);
  if (status == DW_OK && !audit->seal && report.signed_lines)
    status = dw_err_at(err, DW_EUSAGE, audit->path, 0, 0, "this log is signed: --sign KEY goes on with it (an unsigned line would end it)");
  if (status != DW_OK) return status;
  lines_add(audit, 0);
  memcpy(audit->last, report.last, sizeof audit->last);
  if (report.cut && ftruncate(audit->fd, (off_t)audit->text.length) < 0) return dw_err_system(err, errno, "%s", audit->path);
  return head_write(audit, "", err);
}

dw_status dw_audit_open(dw_audit **out, const char *path, const dw_audit_options *options, dw_err *err)
{
  dw_audit *audit = dw_alloc_zero(1, sizeof *audit);
  *out = NULL;
  audit->path = dw_strdup(path);
  audit->head = head_path(path);
  audit->seal = options->seal;
  dw_status status = file_lock(audit, options->wait, err);
  if (status == DW_OK) status = log_load(audit, err);
  if (status != DW_OK) {
    dw_audit_close(audit);
    return status;
  }
  *out = audit;
  return DW_OK;
}

size_t dw_audit_count(const dw_audit *audit) { return audit->count; }
int dw_audit_lock(const dw_audit *audit) { return audit->fd; }

const char *dw_audit_line(const dw_audit *audit, size_t index, size_t *length)
{
  size_t end = index + 1 < audit->count ? audit->line[index + 1] : audit->text.length;
  *length = end - audit->line[index] - 1;
  return audit->text.data + audit->line[index];
}

static dw_status line_make(const dw_audit *audit, const dw_audit_entry *entry, dw_buf *line, dw_err *err)
{
  int64_t now;
  char time[DW_TIME_TEXT];
  dw_json json;
  dw_status status = dw_time_now(&now, err);
  if (status != DW_OK) return status;
  dw_json_start(&json, line, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "audit");
  dw_json_integer(&json, "sequence", (int64_t)audit->count + 1);
  dw_json_bytes(&json, "time", time, dw_time_print(time, now));
  dw_json_text(&json, "event", entry->event);
  dw_json_text(&json, "run", entry->run);
  dw_json_text(&json, "step", entry->step);
  if (entry->document) dw_json_raw(&json, "document", entry->document, entry->length);
  else dw_json_null(&json, "document");
  dw_json_text(&json, "previous", audit->last);
  dw_json_close(&json, '}');
  status = sign(audit, line, err);
  dw_value *value = NULL; /* a line that cannot be read back (nested too deep) would end the log */
  if (status == DW_OK) status = dw_value_parse(&value, line->data, line->length, entry->event, 0, err);
  dw_value_free(value);
  dw_buf_char(line, '\n');
  return status;
}

/* The whole line or nothing: what was written of it before a failure is taken back. */
static dw_status line_write(dw_audit *audit, const dw_buf *line, dw_err *err)
{
  size_t put = 0;
  int problem = 0;
  while (put < line->length && !problem) {
    ssize_t n = dw_fault_write(audit->fd, line->data + put, line->length - put);
    if (n >= 0) put += (size_t)n;
    else if (errno != EINTR) problem = errno;
  }
  dw_fault_point();
  if (!problem && fsync(audit->fd) < 0 && errno != EINVAL) problem = errno;
  if (!problem) return DW_OK;
  if (ftruncate(audit->fd, (off_t)audit->text.length) < 0)
    return dw_err_system(err, problem, "%s (and its last line could not be taken back)", audit->path);
  return dw_err_system(err, problem, "%s", audit->path);
}

dw_status dw_audit_append(dw_audit *audit, const dw_audit_entry *entry, dw_err *err)
{
  dw_buf line = {0};
  char hash[DW_SEAL_HASH + 1];
  dw_status status = line_make(audit, entry, &line, err);
  if (status == DW_OK) {
    dw_seal_hash(line.data, line.length - 1, hash);
    status = head_write(audit, hash, err);
  }
  if (status == DW_OK) status = line_write(audit, &line, err);
  if (status == DW_OK) {
    size_t from = audit->text.length;
    dw_buf_add(&audit->text, line.data, line.length);
    memcpy(audit->last, hash, sizeof hash);
    lines_add(audit, from);
    dw_fault_point();
    status = head_write(audit, "", err);
  }
  dw_buf_free(&line);
  return status;
}

void dw_audit_close(dw_audit *audit)
{
  if (!audit) return;
  if (audit->fd >= 0) close(audit->fd);
  dw_buf_free(&audit->text);
  dw_free(audit->line);
  dw_free(audit->path);
  dw_free(audit->head);
  dw_free(audit);
}

/* Log and head as they were at one moment: the head says something else before and after each line, so that a log between two equal heads
 * belongs to them. */
static dw_status snapshot(const char *path, dw_buf *text, dw_buf *head, bool *there, dw_err *err)
{
  dw_buf after = {0};
  char *name = head_path(path);
  bool still = false, same = false;
  dw_status status = DW_OK;
  for (int i = 0; i < AUDIT_READS && status == DW_OK && !same; i++) {
    if (i) nanosleep(&(struct timespec){.tv_nsec = AUDIT_STEP_MS * 1000000L}, NULL);
    status = file_read(name, DW_AUDIT_HEAD_BYTES, head, there, err);
    if (status == DW_OK) status = file_read(path, AUDIT_BYTES, text, NULL, err);
    if (status == DW_OK) status = file_read(name, DW_AUDIT_HEAD_BYTES, &after, &still, err);
    same = *there == still && head->length == after.length && (!head->length || memcmp(head->data, after.data, head->length) == 0);
  }
  dw_free(name);
  dw_buf_free(&after);
  if (status == DW_OK && !same) return dw_err_at(err, DW_ESYSTEM, path, 0, 0, "is being written to all the time");
  return status;
}

dw_status dw_audit_verify(const char *path, const dw_seal *seal, const char *expect, dw_buf *text, dw_audit_report *report, dw_err *err)
{
  dw_buf own = {0}, head = {0};
  bool there = false;
  if (!text) text = &own;
  dw_status status = snapshot(path, text, &head, &there, err);
  if (status == DW_OK) dw_audit_check(text->data, text->length, there ? head.data : NULL, head.length, seal, expect, report);
  dw_buf_free(&own);
  dw_buf_free(&head);
  return status;
}

dw_status dw_audit_read(const char *path, const dw_seal *seal, dw_buf *text, dw_audit_report *report, dw_err *err)
{
  dw_status status = dw_audit_verify(path, seal, NULL, text, report, err);
  return status == DW_OK ? believe(report, path, seal, err) : status;
}
