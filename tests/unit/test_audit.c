#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "act/audit_parts.h"
#include "test.h"

static char folder[64], path[96], head[112];
static dw_err err;

static void fresh(void)
{
  snprintf(folder, sizeof folder, "dw-test-audit-XXXXXX");
  CHECK(mkdtemp(folder) != NULL);
  snprintf(path, sizeof path, "%s/audit.ndjson", folder);
  snprintf(head, sizeof head, "%s.head", path);
  setenv("DW_NOW", "2026-01-01T00:00:00Z", 1);
}

static void gone(void)
{
  remove(path);
  remove(head);
  CHECK(rmdir(folder) == 0); /* nothing else was left there */
}

static dw_status add(size_t count)
{
  dw_audit *audit;
  dw_status status = dw_audit_open(&audit, path, &(dw_audit_options){.wait = 30 * DW_SECOND}, &err);
  for (size_t i = 0; i < count && status == DW_OK; i++)
    status = dw_audit_append(
        audit, &(dw_audit_entry){.event = "plan", .run = "r-1", .step = i % 2 ? "r-1.1" : NULL, .document = "{\"a\":1}", .length = 7},
        &err);
  dw_audit_close(audit);
  return status;
}

static char *bytes(const char *name, size_t *length)
{
  FILE *file = fopen(name, "rb");
  char *out = calloc(1, 1 << 20);
  *length = file ? fread(out, 1, (1 << 20) - 1, file) : 0;
  if (file) fclose(file);
  return out;
}

static void put(const char *name, const char *text, size_t length)
{
  FILE *file = fopen(name, "wb");
  CHECK(file && fwrite(text, 1, length, file) == length && fclose(file) == 0);
}

TEST(lines)
{
  fresh();
  CHECK(add(2) == DW_OK && add(1) == DW_OK);
  size_t length;
  char *text = bytes(path, &length), hash[DW_SEAL_HASH + 1], want[400];
  static const char first[] = "{\"kind\":\"audit\",\"sequence\":1,\"time\":\"2026-01-01T00:00:00Z\",\"event\":\"plan\",\"run\":\"r-1\","
                              "\"step\":null,\"document\":{\"a\":1},\"previous\":"
                              "\"0000000000000000000000000000000000000000000000000000000000000000\"}";
  CHECK(strncmp(text, first, sizeof first - 1) == 0 && text[sizeof first - 1] == '\n');
  dw_seal_hash(first, sizeof first - 1, hash);
  snprintf(want, sizeof want,
           "{\"kind\":\"audit\",\"sequence\":2,\"time\":\"2026-01-01T00:00:00Z\",\"event\":\"plan\",\"run\":\"r-1\",\"step\":\"r-1.1\","
           "\"document\":{\"a\":1},\"previous\":\"%s\"}\n",
           hash);
  CHECK(strncmp(text + sizeof first, want, strlen(want)) == 0);
  free(text);
  dw_audit_report report;
  CHECK(dw_audit_verify(path, NULL, NULL, NULL, &report, &err) == DW_OK && report.whole && report.lines == 3 && report.head && !report.cut);
  CHECK(dw_audit_verify(path, NULL, report.last, NULL, &report, &err) == DW_OK && report.whole);
  CHECK(dw_audit_verify(path, NULL, hash, NULL, &report, &err) == DW_OK && report.whole);
  CHECK(dw_audit_verify(path, NULL, "0123", NULL, &report, &err) == DW_OK && !report.whole && report.line == 3);
  gone();
}

/* Five lines; what is done to them; the line that is named. */
static void tampered(const char *what, uint64_t line, const char *say)
{
  size_t length, head_length, start[7] = {0}, n = 0;
  fresh();
  CHECK(add(5) == DW_OK);
  char *text = bytes(path, &length), *top = bytes(head, &head_length), *changed = calloc(2, length);
  for (size_t i = 0; i < length; i++)
    if (text[i] == '\n') start[++n] = i + 1;
  CHECK(n == 5);
  size_t out = 0, last = 0;
  for (const char *p = what; *p; p++) { /* a digit: that line; d: the one before with another document */
    if (*p == 'd') {
      memcpy(strstr(changed + last, "\"a\":1"), "\"a\":2", 5);
    } else {
      size_t i = (size_t)(*p - '1');
      last = out;
      memcpy(changed + out, text + start[i], start[i + 1] - start[i]);
      out += start[i + 1] - start[i];
    }
  }
  dw_audit_report report;
  dw_audit_check(changed, out, top, head_length, NULL, NULL, &report);
  CHECK_MSG(!report.whole && report.line == line && strstr(report.what, say), "%s: line %llu %s", what, (unsigned long long)report.line,
            report.what);
  put(path, changed, out);
  CHECK(add(1) == DW_EDATA); /* nothing is appended to such a log */
  free(text);
  free(top);
  free(changed);
  gone();
}

TEST(tampering_is_named)
{
  tampered("1d2345", 1, "was changed");
  tampered("123d45", 3, "was changed");
  tampered("1234d5", 4, "was changed");
  tampered("12345d", 5, "was changed");
  tampered("2345", 1, "was removed");
  tampered("1245", 3, "was removed: entry 4");
  tampered("125", 3, "up to entry 4");
  tampered("1234", 5, "was removed: the head tells of 5 lines");
  tampered("123", 4, "with those behind it");
  tampered("", 1, "was removed, with those behind it");
  tampered("13245", 2, "out of order: entry 3 stands where entry 2 belongs");
  tampered("21345", 1, "out of order");
  tampered("123345", 4, "out of order");
  tampered("12354", 4, "out of order");
}

/* Each blank line cost 170 bytes: 200 MB of them, 34 GB. */
TEST(a_file_of_blank_lines_costs_no_memory)
{
  enum { LINES = 4000000, MOST = 64 << 10 }; /* KiB */
  struct rusage before, after;
  dw_audit_report report;
  char *text = malloc(LINES);
  memset(text, '\n', LINES);
  getrusage(RUSAGE_SELF, &before);
  dw_audit_check(text, LINES, NULL, 0, NULL, NULL, &report);
  getrusage(RUSAGE_SELF, &after);
  CHECK(!report.whole && report.line == 1 && report.lines == LINES);
  CHECK_MSG(after.ru_maxrss - before.ru_maxrss < MOST, "%ld KiB", after.ru_maxrss - before.ru_maxrss);
  free(text);
}

TEST(a_head_that_was_changed)
{
  size_t length, head_length;
  dw_audit_report report;
  fresh();
  CHECK(add(2) == DW_OK);
  char *text = bytes(path, &length), *top = bytes(head, &head_length);
  dw_audit_check(text, length, "junk", 4, NULL, NULL, &report);
  CHECK(!report.whole && report.line == 2);
  dw_audit_check(text, 0, "junk", 4, NULL, NULL, &report);
  CHECK(!report.whole && report.line == 1);
  dw_audit_check(text, length, "", 0, NULL, NULL, &report);
  CHECK(!report.whole && report.line == 2);
  dw_audit_check(text, length, NULL, 0, NULL, NULL, &report);
  CHECK(report.whole && !report.head);
  dw_audit_check(text, 0, NULL, 0, NULL, NULL, &report);
  CHECK(report.whole && report.lines == 0);
  dw_audit_check(text, 0, NULL, 0, NULL, report.last, &report);
  CHECK(!report.whole && report.line == 1); /* a hash is expected, and there is no line at all */
  free(text);
  free(top);
  gone();
}

/* A log that was put together by hand: lines and a head as dw-heal would have left them, announced or not. */
static void state(const char *text, size_t length, uint64_t sequence, const char *hash, const char *next, bool whole, const char *say)
{
  dw_audit_report report;
  dw_buf top = {0};
  dw_audit_head_print(&top, sequence, hash, next);
  dw_buf_char(&top, '\n');
  dw_audit_check(text, length, top.data, top.length, NULL, NULL, &report);
  CHECK_MSG(report.whole == whole && (whole || strstr(report.what, say)), "%zu bytes, %s: line %llu %s", length, dw_buf_cstr(&top),
            (unsigned long long)report.line, report.what);
  dw_buf_free(&top);
}

TEST(only_the_line_that_the_head_announces_may_stand_behind_it)
{
  size_t length, end[4] = {0}, n = 0;
  char hash[4][DW_SEAL_HASH + 1];
  fresh();
  CHECK(add(3) == DW_OK);
  char *text = bytes(path, &length);
  strcpy(hash[0], dw_audit_no_hash);
  for (size_t i = 0; i < length; i++)
    if (text[i] == '\n') {
      dw_seal_hash(text + end[n], i - end[n], hash[n + 1]);
      end[++n] = i + 1;
    }
  CHECK(n == 3);
  for (size_t k = 0; k < 3; k++) { /* k lines counted; the next one announced or not; the log has none, a part or all of it, or one more */
    static const char added[] = "the head does not know it";
    state(text, end[k], k, hash[k], "", true, "");
    state(text, end[k], k, hash[k], hash[k + 1], true, "");
    state(text, end[k] + 9, k, hash[k], hash[k + 1], true, "");
    state(text, end[k] + 9, k, hash[k], "", false, added);
    state(text, end[k + 1], k, hash[k], hash[k + 1], true, "");
    state(text, end[k + 1], k, hash[k], "", false, added);
    state(text, end[k + 1], k, hash[k], hash[k], false, "the head announces another one");
    if (k == 2) continue;
    state(text, end[k + 1] + 9, k, hash[k], hash[k + 1], false, added);
    state(text, end[k + 2], k, hash[k], hash[k + 1], false, added);
    state(text, end[k + 2], k, hash[k], "", false, added);
    state(text, end[k], k + 1, hash[k + 1], "", false, "was removed");
    state(text, end[k + 1], k + 1, hash[k], "", false, "carries another hash");
  }
  free(text);
  gone();
}

TEST(what_a_crash_leaves_is_mended)
{
  dw_audit_report report;
  for (int part = 0; part < 3; part++) { /* killed with the third line announced: nothing of it is written, a part, all */
    size_t length, two, head_length;
    char last[DW_SEAL_HASH + 1], next[DW_SEAL_HASH + 1];
    dw_buf top = {0};
    fresh();
    CHECK(add(2) == DW_OK && dw_audit_verify(path, NULL, NULL, NULL, &report, &err) == DW_OK);
    memcpy(last, report.last, sizeof last);
    free(bytes(path, &two));
    CHECK(add(1) == DW_OK && dw_audit_verify(path, NULL, NULL, NULL, &report, &err) == DW_OK);
    memcpy(next, report.last, sizeof next);
    char *text = bytes(path, &length);
    dw_audit_head_print(&top, 2, last, next);
    dw_buf_char(&top, '\n');
    put(head, top.data, top.length);
    put(path, text, part == 0 ? two : part == 1 ? two + 11 : length);
    CHECK(dw_audit_verify(path, NULL, NULL, NULL, &report, &err) == DW_OK && report.whole && report.cut == (part == 1) &&
          report.lines == (part == 2 ? 3 : 2));
    CHECK(add(1) == DW_OK);
    CHECK(dw_audit_verify(path, NULL, NULL, NULL, &report, &err) == DW_OK && report.whole && !report.cut &&
          report.lines == (part == 2 ? 4 : 3));
    free(text);
    text = bytes(head, &head_length);
    CHECK(strstr(text, part == 2 ? "\"sequence\":4" : "\"sequence\":3") && !strstr(text, "next"));
    free(text);
    dw_buf_free(&top);
    gone();
  }
}

TEST(nothing_is_done_on_a_log_without_its_end)
{
  size_t length;
  fresh();
  CHECK(add(3) == DW_OK && remove(head) == 0);
  char *text = bytes(path, &length);
  CHECK(add(1) == DW_EDATA && strstr(err.message, "audit.ndjson.head, which tells the last line, is not there"));
  put(path, "somebody's notes", 16); /* nor is a part of a line cut off that nobody announced */
  CHECK(add(1) == DW_EDATA);
  put(path, text, length);
  put(head, "", 0);
  CHECK(add(1) == DW_EDATA);
  free(text);
  gone();
}

TEST(what_is_no_file)
{
  dw_audit_report report;
  fresh();
  CHECK(mkdir(path, 0777) == 0 && add(1) == DW_ESYSTEM && dw_audit_verify(path, NULL, NULL, NULL, &report, &err) == DW_ESYSTEM &&
        strstr(err.message, path));
  CHECK(rmdir(path) == 0 && mkfifo(path, 0666) == 0 && add(1) == DW_ESYSTEM && strstr(err.message, "not a regular file"));
  CHECK(dw_audit_verify(path, NULL, NULL, NULL, &report, &err) == DW_ESYSTEM);
  CHECK(remove(path) == 0 && add(1) == DW_OK);
  CHECK(remove(head) == 0 && mkdir(head, 0777) == 0 && add(1) == DW_ESYSTEM && strstr(err.message, "is a folder"));
  CHECK(rmdir(head) == 0 && mkfifo(head, 0666) == 0 && add(1) == DW_ESYSTEM && strstr(err.message, "not a regular file"));
  CHECK(dw_audit_verify(path, NULL, NULL, NULL, &report, &err) == DW_ESYSTEM); /* and does not wait for whoever writes to it */
  CHECK(remove(head) == 0 && symlink("/dev/zero", head) == 0 && add(1) == DW_ESYSTEM);
  CHECK(remove(head) == 0 && symlink("/no/such/head", head) == 0 && add(1) == DW_EDATA);
  gone();
}

TEST(two_writers_do_not_interleave)
{
  fresh();
  for (int i = 0; i < 6; i++)
    if (fork() == 0) {
      for (int k = 0; k < 5; k++)
        if (add(2) != DW_OK) _exit(1);
      _exit(0);
    }
  int bad = 0, status;
  for (int i = 0; i < 6; i++) bad += wait(&status) < 0 || status != 0;
  dw_audit_report report;
  CHECK(bad == 0);
  CHECK(dw_audit_verify(path, NULL, NULL, NULL, &report, &err) == DW_OK && report.whole && report.lines == 60);
  dw_audit *one, *two;
  CHECK(dw_audit_open(&one, path, &(dw_audit_options){0}, &err) == DW_OK);
  CHECK(dw_audit_open(&two, path, &(dw_audit_options){.wait = DW_SECOND / 20}, &err) == DW_ESYSTEM && strstr(err.message, "at work here"));
  dw_audit_close(one);
  gone();
}

TEST(a_log_is_whole_while_somebody_writes)
{
  fresh();
  CHECK(add(1) == DW_OK);
  int status, bad = 0;
  pid_t writer = fork();
  if (writer == 0) _exit(add(60) == DW_OK ? 0 : 1);
  dw_audit_report report;
  for (int i = 0; i < 300; i++)
    if (dw_audit_verify(path, NULL, NULL, NULL, &report, &err) != DW_OK || !report.whole) bad++;
  CHECK_MSG(bad == 0, "%d times not: line %llu %s", bad, (unsigned long long)report.line, report.what);
  CHECK(waitpid(writer, &status, 0) == writer && status == 0);
  CHECK(dw_audit_verify(path, NULL, NULL, NULL, &report, &err) == DW_OK && report.whole && report.lines == 61);
  gone();
}

static const char one_pem[] =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
static const char other_pem[] =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbu73z4P7MDCFdWN+5cPYPYjhh0kAWEW\n-----END PRIVATE KEY-----\n";

static dw_seal *key(const char *pem, bool private)
{
  char name[] = "dw-test-key-XXXXXX";
  dw_seal *seal = NULL;
  int fd = mkstemp(name);
  CHECK(fd >= 0 && write(fd, pem, strlen(pem)) == (ssize_t)strlen(pem) && close(fd) == 0);
  CHECK(dw_seal_read(&seal, name, private, &err) == DW_OK);
  remove(name);
  return seal;
}

TEST(signed_lines)
{
  dw_seal *private = key(one_pem, true);
  dw_audit *audit;
  dw_audit_report report;
  size_t length, head_length;
  fresh();
  CHECK(dw_audit_open(&audit, path, &(dw_audit_options){.seal = private}, &err) == DW_OK);
  for (int i = 0; i < 3; i++) CHECK(dw_audit_append(audit, &(dw_audit_entry){.event = "plan", .run = "r"}, &err) == DW_OK);
  dw_audit_close(audit);
  CHECK(dw_audit_verify(path, private, NULL, NULL, &report, &err) == DW_OK && report.whole && report.lines == 3);
  char *text = bytes(path, &length), *top = bytes(head, &head_length);
  char *at = strstr(strchr(text, '\n'), "\"run\":\"r\"");
  at[7] = 's'; /* line 2; whoever forges the hashes as well still lacks the key */
  dw_audit_check(text, length, NULL, 0, private, NULL, &report);
  CHECK_MSG(!report.whole && report.line == 2, "line %llu %s", (unsigned long long)report.line, report.what);
  free(text);
  free(top);
  gone();
  fresh();
  CHECK(add(1) == DW_OK);
  CHECK(dw_audit_verify(path, private, NULL, NULL, &report, &err) == DW_OK && !report.whole && report.line == 1);
  gone();
  dw_seal_free(private);
}

static dw_status add_signed(size_t count, const dw_seal *seal)
{
  dw_audit *audit;
  dw_status status = dw_audit_open(&audit, path, &(dw_audit_options){.seal = seal}, &err);
  for (size_t i = 0; i < count && status == DW_OK; i++)
    status = dw_audit_append(audit, &(dw_audit_entry){.event = "plan", .run = "r"}, &err);
  dw_audit_close(audit);
  return status;
}

/* Every bit of the log and of its head, one after the other. What without a key cannot be seen is the head's own signature. */
static void flip(bool with_key, size_t lines, const dw_seal *seal, const dw_seal *look)
{
  size_t length[2], unseen = 0, flips = 0;
  fresh();
  CHECK((seal ? add_signed(lines, seal) : add(lines)) == DW_OK);
  char *text[2] = {bytes(path, &length[0]), bytes(head, &length[1])};
  dw_audit_report report;
  dw_audit_check(text[0], length[0], text[1], length[1], look, NULL, &report);
  CHECK(report.whole && report.lines == lines && report.signed_lines == (seal ? lines : 0));
  for (int file = 0; file < 2; file++)
    for (size_t bit = 0; bit < 8 * length[file]; bit++) {
      text[file][bit / 8] ^= (char)(1 << bit % 8);
      dw_audit_check(text[0], length[0], text[1], length[1], look, NULL, &report);
      flips++;
      if (report.whole) {
        unseen++;
        const char *signature = strstr(text[1], ",\"signature\":\"");
        size_t at = bit / 8, from = signature ? (size_t)(signature - text[1]) + 14 : SIZE_MAX;
        CHECK_MSG(!with_key && file == 1 && at >= from && at < from + DW_SEAL_SIGNATURE, "bit %zu of %s: whole", bit,
                  file ? "the head" : "the log");
      }
      text[file][bit / 8] ^= (char)(1 << bit % 8);
    }
  CHECK(flips > 3000 && (seal && !with_key ? unseen > 0 : unseen == 0));
  for (int file = 0; file < 2; file++) { /* cut short, and longer, anywhere */
    char *other = calloc(1, length[file] + 2);
    for (size_t cut = 0; cut <= length[file] + 1; cut++) {
      if (cut == length[file]) continue;
      memcpy(other, text[file], length[file]);
      other[length[file]] = '\n';
      if (file == 0) dw_audit_check(other, cut, text[1], length[1], look, NULL, &report);
      else dw_audit_check(text[0], length[0], other, cut, look, NULL, &report);
      CHECK_MSG(!report.whole, "%zu of %zu bytes of file %d", cut, length[file], file);
    }
    free(other);
  }
  free(text[0]);
  free(text[1]);
  gone();
}

TEST(every_bit_counts)
{
  dw_seal *private = key(one_pem, true);
  flip(false, 3, NULL, NULL);
  flip(true, 2, private, private);
  flip(false, 2, private, NULL);
  dw_seal_free(private);
}

TEST(with_a_key_everything_is_signed_by_it)
{
  dw_seal *one = key(one_pem, true), *other = key(other_pem, true);
  size_t length, head_length, plain_length;
  dw_audit_report report;
  dw_buf text = {0};
  fresh();
  CHECK(add(2) == DW_OK); /* begun without a key */
  CHECK(add_signed(1, one) == DW_EDATA && strstr(err.message, "begun without a key"));
  CHECK(dw_audit_read(path, one, &text, &report, &err) == DW_EDATA);
  CHECK(add(1) == DW_OK); /* nothing was done to it */
  gone();
  fresh();
  CHECK(add_signed(2, one) == DW_OK && add_signed(1, one) == DW_OK);
  CHECK(add(1) == DW_EUSAGE && strstr(err.message, "this log is signed"));
  CHECK(add_signed(1, other) == DW_EDATA && strstr(err.message, ":1: this line is not signed with this key"));
  CHECK(dw_audit_read(path, NULL, &text, &report, &err) == DW_OK && report.signed_lines == 3 && text.length > 0);
  CHECK(dw_audit_read(path, other, &text, &report, &err) == DW_EDATA);
  CHECK(dw_audit_read(path, one, &text, &report, &err) == DW_OK);
  char *log = bytes(path, &length), *top = bytes(head, &head_length);
  /* An unsigned line with the right number and hash, and a head that knows it. */
  char more[400], hash[DW_SEAL_HASH + 1];
  int n = snprintf(more, sizeof more,
                   "{\"kind\":\"audit\",\"sequence\":4,\"time\":\"2026-01-01T00:00:00Z\",\"event\":\"plan\",\"run\":\"r\",\"step\":null,"
                   "\"document\":null,\"previous\":\"%s\"}",
                   report.last);
  dw_buf forged = {0}, forged_head = {0};
  dw_buf_add(&forged, log, length);
  dw_buf_add(&forged, more, (size_t)n);
  dw_buf_char(&forged, '\n');
  dw_seal_hash(more, (size_t)n, hash);
  dw_audit_head_print(&forged_head, 4, hash, "");
  dw_buf_char(&forged_head, '\n');
  put(path, forged.data, forged.length);
  put(head, forged_head.data, forged_head.length);
  CHECK(dw_audit_verify(path, NULL, NULL, NULL, &report, &err) == DW_OK && report.whole && report.lines == 4 && report.signed_lines == 3);
  CHECK(dw_audit_verify(path, one, NULL, NULL, &report, &err) == DW_OK && !report.whole && report.line == 4);
  CHECK(add_signed(1, one) == DW_EDATA && strstr(err.message, ":4: this line is not signed with this key"));
  put(path, log, length); /* signed lines, a head that is not */
  dw_audit_check(log, length, top, head_length, one, NULL, &report);
  forged_head.length = 0;
  dw_audit_head_print(&forged_head, 3, report.last, "");
  dw_buf_char(&forged_head, '\n');
  put(head, forged_head.data, forged_head.length);
  CHECK(add_signed(1, one) == DW_EDATA && strstr(err.message, "the head, which should tell, was changed or is not signed"));
  free(bytes(path, &plain_length));
  CHECK(plain_length == length); /* and nothing was written */
  free(log);
  free(top);
  dw_buf_free(&text);
  dw_buf_free(&forged);
  dw_buf_free(&forged_head);
  gone();
  dw_seal_free(one);
  dw_seal_free(other);
}
