#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "decide/audit.h"
#include "test.h"

static char folder[64], path[96], head[112];
static dw_err err;

static void fresh(void)
{
  snprintf(folder, sizeof folder, "/tmp/dw-test-audit-XXXXXX");
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
    status = dw_audit_append(audit, &(dw_audit_entry){.event = "plan", .run = "r-1", .step = i % 2 ? "r-1.1" : NULL, .document = "{\"a\":1}", .length = 7}, &err);
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
  static const char first[] = "{\"kind\":\"audit\",\"sequence\":1,\"time\":\"2026-01-01T00:00:00Z\",\"event\":\"plan\",\"run\":\"r-1\",\"step\":null,\"document\":{\"a\":1},\"previous\":"
                              "\"0000000000000000000000000000000000000000000000000000000000000000\"}";
  CHECK(strncmp(text, first, sizeof first - 1) == 0 && text[sizeof first - 1] == '\n');
  dw_seal_hash(first, sizeof first - 1, hash);
  snprintf(want, sizeof want, "{\"kind\":\"audit\",\"sequence\":2,\"time\":\"2026-01-01T00:00:00Z\",\"event\":\"plan\",\"run\":\"r-1\",\"step\":\"r-1.1\",\"document\":{\"a\":1},\"previous\":\"%s\"}\n", hash);
  CHECK(strncmp(text + sizeof first, want, strlen(want)) == 0);
  free(text);
  dw_audit_report report;
  CHECK(dw_audit_verify(path, NULL, NULL, &report, &err) == DW_OK && report.whole && report.lines == 3 && report.head && !report.cut);
  CHECK(dw_audit_verify(path, NULL, report.last, &report, &err) == DW_OK && report.whole);
  CHECK(dw_audit_verify(path, NULL, hash, &report, &err) == DW_OK && report.whole);
  CHECK(dw_audit_verify(path, NULL, "0123", &report, &err) == DW_OK && !report.whole && report.line == 3);
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
  CHECK_MSG(!report.whole && report.line == line && strstr(report.what, say), "%s: line %llu %s", what, (unsigned long long)report.line, report.what);
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

TEST(a_head_that_was_changed)
{
  size_t length, head_length;
  dw_audit_report report;
  fresh();
  CHECK(add(2) == DW_OK);
  char *text = bytes(path, &length), *top = bytes(head, &head_length);
  dw_audit_check(text, length, "junk", 4, NULL, NULL, &report);
  CHECK(!report.whole && report.line == 2);
  dw_audit_check(text, length, NULL, 0, NULL, NULL, &report);
  CHECK(report.whole && !report.head);
  dw_audit_check(text, 0, NULL, 0, NULL, NULL, &report);
  CHECK(report.whole && report.lines == 0);
  free(text);
  free(top);
  gone();
}

TEST(what_a_crash_leaves_is_mended)
{
  size_t length, head_length, now;
  dw_audit_report report;
  fresh();
  CHECK(add(2) == DW_OK);
  char *top = bytes(head, &head_length);
  CHECK(add(1) == DW_OK);
  put(head, top, head_length); /* killed between line and head */
  CHECK(dw_audit_verify(path, NULL, NULL, &report, &err) == DW_OK && report.whole);
  FILE *file = fopen(path, "ab"); /* killed within a line */
  CHECK(file && fputs("{\"kind\":\"aud", file) > 0 && fclose(file) == 0);
  CHECK(dw_audit_verify(path, NULL, NULL, &report, &err) == DW_OK && report.whole && report.cut && report.lines == 3);
  CHECK(add(1) == DW_OK);
  CHECK(dw_audit_verify(path, NULL, NULL, &report, &err) == DW_OK && report.whole && !report.cut && report.lines == 4);
  char *text = bytes(path, &length), *again = bytes(head, &now);
  CHECK(length > 0 && strstr(again, "\"sequence\":4") != NULL);
  free(text);
  free(again);
  free(top);
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
  CHECK(dw_audit_verify(path, NULL, NULL, &report, &err) == DW_OK && report.whole && report.lines == 60);
  dw_audit *one, *two;
  CHECK(dw_audit_open(&one, path, &(dw_audit_options){0}, &err) == DW_OK);
  CHECK(dw_audit_open(&two, path, &(dw_audit_options){.wait = DW_SECOND / 20}, &err) == DW_ESYSTEM && strstr(err.message, "at work here"));
  dw_audit_close(one);
  gone();
}

static dw_seal *key(const char *pem, bool private)
{
  char name[] = "/tmp/dw-test-key-XXXXXX";
  dw_seal *seal = NULL;
  int fd = mkstemp(name);
  CHECK(fd >= 0 && write(fd, pem, strlen(pem)) == (ssize_t)strlen(pem) && close(fd) == 0);
  CHECK(dw_seal_read(&seal, name, private, &err) == DW_OK);
  remove(name);
  return seal;
}

TEST(signed_lines)
{
  dw_seal *private = key("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n", true);
  dw_audit *audit;
  dw_audit_report report;
  size_t length, head_length;
  fresh();
  CHECK(dw_audit_open(&audit, path, &(dw_audit_options){.seal = private}, &err) == DW_OK);
  for (int i = 0; i < 3; i++) CHECK(dw_audit_append(audit, &(dw_audit_entry){.event = "plan", .run = "r"}, &err) == DW_OK);
  dw_audit_close(audit);
  CHECK(dw_audit_verify(path, private, NULL, &report, &err) == DW_OK && report.whole && report.lines == 3);
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
  CHECK(dw_audit_verify(path, private, NULL, &report, &err) == DW_OK && !report.whole && report.line == 1);
  gone();
  dw_seal_free(private);
}
