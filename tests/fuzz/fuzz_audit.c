/* fuzz_audit: the chain of an audit log. The lines of the input are made a log: each gets its number and the hash of the one before, and a
 * head. That log holds together, and nothing done to it afterwards does: the last byte of the input says what is changed. The input as it
 * stands is checked too. */
#include <stdio.h>

#include "act/audit.h"
#include "act/audit_parts.h"
#include "io/text/json.h"
#include "target.h"

enum { LINES = 12 };

typedef struct chain {
  dw_buf text, head;
  size_t lines;
  size_t begin[LINES + 1];
} chain;

/* What stands in the place of the document of a line: that of the input, where it is JSON without what would end the line. */
static void chain_add(chain *c, const char *document, size_t length)
{
  char hash[DW_SEAL_HASH + 1];
  dw_value *value = NULL;
  bool fits = dw_value_parse(&value, document, length, "f", 1, NULL) == DW_OK;
  dw_value_free(value);
  memcpy(hash, dw_audit_no_hash, sizeof hash);
  if (c->lines) dw_seal_hash(c->text.data + c->begin[c->lines - 1], c->text.length - 1 - c->begin[c->lines - 1], hash);
  c->begin[c->lines++] = c->text.length;
  dw_buf_format(&c->text,
                "{\"kind\":\"audit\",\"sequence\":%zu,\"time\":\"2026-01-01T00:00:00Z\",\"event\":\"e\",\"run\":\"r\",\"step\":null,",
                c->lines);
  dw_buf_text(&c->text, "\"document\":");
  if (fits) dw_buf_add(&c->text, document, length);
  else dw_buf_text(&c->text, "null");
  dw_buf_format(&c->text, ",\"previous\":\"%s\"}\n", hash);
}

static void chain_make(chain *c, const char *bytes, size_t length)
{
  char hash[DW_SEAL_HASH + 1];
  const char *end = bytes + length;
  for (const char *line = bytes; line < end && c->lines < LINES;) {
    const char *stop = memchr(line, '\n', (size_t)(end - line));
    if (!stop) stop = end;
    chain_add(c, line, (size_t)(stop - line));
    line = stop + 1;
  }
  c->begin[c->lines] = c->text.length;
  memcpy(hash, dw_audit_no_hash, sizeof hash);
  if (c->lines) dw_seal_hash(c->text.data + c->begin[c->lines - 1], c->text.length - 1 - c->begin[c->lines - 1], hash);
  dw_audit_head_print(&c->head, c->lines, hash, "");
  dw_buf_char(&c->head, '\n');
}

static bool whole(const chain *c, dw_audit_report *report)
{
  dw_audit_check(c->text.data, c->text.length, c->head.data, c->head.length, NULL, NULL, report);
  return report->whole;
}

/* A change to one byte, a line less, two in another order, a cut. */
static void tamper(chain *c, unsigned how, size_t at)
{
  size_t line = at % c->lines, from = c->begin[line], length = c->begin[line + 1] - from;
  switch (how % 4) {
  case 0: c->text.data[at] ^= (char)(1u << (how >> 2) % 8); break;
  case 1: fuzz_splice(&c->text, from, length, "", 0); break;
  case 2:
    if (line + 1 == c->lines) {
      fuzz_splice(&c->text, from, length, "", 0);
    } else {
      dw_buf moved = {0};
      dw_buf_add(&moved, c->text.data + from, length);
      fuzz_splice(&c->text, c->begin[line + 2], 0, moved.data, moved.length);
      fuzz_splice(&c->text, from, length, "", 0);
      dw_buf_free(&moved);
    }
    break;
  default: c->text.length = at; break;
  }
}

static const char *fuzz_one(const char *bytes, size_t length)
{
  dw_audit_report report;
  chain c = {0};
  const char *problem = NULL;
  dw_audit_check(bytes, length, NULL, 0, NULL, NULL, &report);
  if (report.whole && report.lines && strlen(report.last) != DW_SEAL_HASH) problem = "a log that holds together and has no last line";
  dw_audit_check("", 0, bytes, length, NULL, NULL, &report);
  chain_make(&c, bytes, length);
  if (!whole(&c, &report) || report.lines != c.lines || !report.head || report.cut)
    problem = "a log that was just made does not hold together";
  if (!problem && c.lines) {
    unsigned how = (unsigned char)bytes[length - 1];
    size_t at = (size_t)(dw_rng_hash(bytes, length) % c.text.length);
    tamper(&c, how, at);
    if (whole(&c, &report)) problem = "a log that was changed holds together";
    else if (!report.what[0] || !report.line) problem = "nothing is said of what is wrong";
  }
  dw_buf_free(&c.text);
  dw_buf_free(&c.head);
  return problem;
}

FUZZ_TARGET("audit", fuzz_one, fuzz_values);
