/* Does an audit log hold together? The pure half of audit.h. */
#include <stdio.h>

#include "act/audit_parts.h"
#include "io/text/json.h"
#include "io/text/lines.h"

static const char signature_key[] = ",\"signature\":\"";

typedef struct entry {
  const char *text;
  size_t length;
  bool valid; /* an audit line in form */
  double sequence;
  char hash[DW_SEAL_HASH + 1], previous[DW_SEAL_HASH + 1];
} entry;

static void entry_read(const char *text, size_t length, entry *e)
{
  dw_value *value;
  *e = (entry){.text = text, .length = length};
  dw_seal_hash(text, length, e->hash);
  if (dw_value_parse(&value, text, length, "", 1, NULL) != DW_OK) return;
  const char *previous = dw_value_text(dw_value_get(value, "previous"), ""), *kind = dw_value_text(dw_value_get(value, "kind"), "");
  e->sequence = dw_value_number(dw_value_get(value, "sequence"), -1);
  e->valid = strlen(previous) == DW_SEAL_HASH && strcmp(kind, "audit") == 0;
  if (e->valid) memcpy(e->previous, previous, sizeof e->previous);
  dw_value_free(value);
}

const char dw_audit_no_hash[] = "0000000000000000000000000000000000000000000000000000000000000000";

void dw_audit_head_print(dw_buf *out, uint64_t sequence, const char *hash, const char *next)
{
  dw_buf_format(out, "{\"kind\":\"audit_head\",\"sequence\":%llu,\"hash\":\"%s\"", (unsigned long long)sequence, hash);
  if (*next) dw_buf_format(out, ",\"next\":\"%s\"", next);
  dw_buf_char(out, '}');
}

static bool is_hex(const char *text, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if (!((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f'))) return false;
  return true;
}

/* Where the signature begins, which is the last member; NULL: there is none. */
static const char *signature_find(const char *text, size_t length)
{
  const size_t tail = sizeof signature_key - 1 + DW_SEAL_SIGNATURE + 2; /* and "} */
  if (length < tail) return NULL;
  const char *at = text + length - tail;
  bool there = memcmp(at, signature_key, sizeof signature_key - 1) == 0 && memcmp(text + length - 2, "\"}", 2) == 0;
  return there && is_hex(at + sizeof signature_key - 1, DW_SEAL_SIGNATURE) ? at : NULL;
}

/* It covers the line without it. */
static bool signature_holds(const char *text, size_t length, const dw_seal *seal)
{
  const char *at = signature_find(text, length);
  if (!at) return false;
  char signature[DW_SEAL_SIGNATURE + 1];
  memcpy(signature, at + sizeof signature_key - 1, DW_SEAL_SIGNATURE);
  signature[DW_SEAL_SIGNATURE] = '\0';
  dw_buf body = {0};
  dw_buf_add(&body, text, (size_t)(at - text));
  dw_buf_char(&body, '}');
  bool ok = dw_seal_holds(seal, body.data, body.length, signature);
  dw_buf_free(&body);
  return ok;
}

static void wrong(dw_audit_report *report, uint64_t line, const char *what)
{
  report->whole = false;
  report->line = line ? line : 1; /* of a log without lines, the one that should be there */
  snprintf(report->what, sizeof report->what, "%s", what);
}

/* Entry i (from 0) has not the number i + 1: somebody removed, added or moved lines. */
static void judge_order(dw_audit_report *report, const entry *e, size_t count, size_t i)
{
  char what[200];
  double want = (double)i + 1;
  if (strcmp(e[i].previous, i ? e[i - 1].hash : dw_audit_no_hash) == 0) {
    wrong(report, i + 1, "was changed (its number does not fit)");
    return;
  }
  bool later = false;
  for (size_t k = i + 1; k < count && !later; k++) later = e[k].valid && e[k].sequence == want;
  if (e[i].sequence < want || later)
    snprintf(what, sizeof what, "is out of order: entry %.0f stands where entry %.0f belongs", e[i].sequence, want);
  else if (e[i].sequence == want + 1) snprintf(what, sizeof what, "was removed: entry %.0f stands in its place", e[i].sequence);
  else snprintf(what, sizeof what, "was removed, with those up to entry %.0f, which stands in its place", e[i].sequence - 1);
  wrong(report, i + 1, what);
}

/* Entry i does not carry the hash of the line before it. Which of the two was changed? The line behind i vouches for i. */
static void judge_link(dw_audit_report *report, const entry *e, size_t count, size_t i)
{
  if (i == 0) {
    wrong(report, 1, "was changed, or lines before it were removed: it does not begin a log");
    return;
  }
  bool vouched = i + 1 < count && e[i + 1].valid && strcmp(e[i + 1].previous, e[i].hash) == 0;
  if (vouched) wrong(report, i, "was changed: the next line carries another hash of it");
  else if (i + 1 < count) wrong(report, i, "was changed, or the next one: they do not fit, and no other line vouches for either");
  else wrong(report, i, "was changed: the next line carries another hash of it");
}

typedef struct head_facts {
  uint64_t sequence;
  char hash[DW_SEAL_HASH + 1], next[DW_SEAL_HASH + 1]; /* next: of the line that is being written; "": none */
} head_facts;

static bool take_hash(const char *text, char out[DW_SEAL_HASH + 1])
{
  if (strlen(text) != DW_SEAL_HASH || !is_hex(text, DW_SEAL_HASH)) return false;
  memcpy(out, text, DW_SEAL_HASH + 1);
  return true;
}

/* What AUDIT.head says; false when it is not, byte for byte, what dw_audit_head_print makes of it (and signed, when there is a key). */
static bool head_read(const char *head, size_t length, const dw_seal *seal, head_facts *facts)
{
  dw_value *value;
  dw_buf want = {0};
  *facts = (head_facts){0};
  if (!length || length > DW_AUDIT_HEAD_BYTES || head[length - 1] != '\n') return false;
  length--;
  if (dw_value_parse(&value, head, length, "", 1, NULL) != DW_OK) return false;
  double number = dw_value_number(dw_value_get(value, "sequence"), -1);
  const char *next = dw_value_text(dw_value_get(value, "next"), NULL);
  bool ok = number >= 0 && number < 1e15 && take_hash(dw_value_text(dw_value_get(value, "hash"), ""), facts->hash) &&
            (!next || take_hash(next, facts->next));
  dw_value_free(value);
  if (!ok) return false;
  facts->sequence = (uint64_t)number;
  const char *signature = signature_find(head, length);
  dw_audit_head_print(&want, facts->sequence, facts->hash, facts->next);
  if (signature) want.length--; /* its } stands behind the signature */
  ok = dw_text_equal(head, signature ? (size_t)(signature - head) : length, dw_buf_cstr(&want));
  dw_buf_free(&want);
  return ok && (!seal || signature_holds(head, length, seal));
}

/* The end of the log against its head. */
static void check_head(dw_audit_report *report, const entry *e, size_t count, const char *head, size_t length, const dw_seal *seal)
{
  head_facts facts;
  char what[200];
  if (!head_read(head, length, seal, &facts)) {
    wrong(report, count,
          seal ? "is the last one, and the head, which should tell, was changed or is not signed with this key"
               : "is the last one, and the head, which should tell, was changed");
    return;
  }
  uint64_t sequence = facts.sequence;
  bool announced = *facts.next != '\0';
  if (sequence > count) {
    if (sequence == count + 1) snprintf(what, sizeof what, "was removed: the head tells of %llu lines", (unsigned long long)sequence);
    else snprintf(what, sizeof what, "was removed, with those behind it: the head tells of %llu lines", (unsigned long long)sequence);
    wrong(report, count + 1, what);
  } else if (strcmp(sequence ? e[sequence - 1].hash : dw_audit_no_hash, facts.hash) != 0) {
    wrong(report, sequence, "was changed: the head carries another hash of it");
  } else if (count > sequence + announced) {
    wrong(report, sequence + announced + 1, "was added: the head does not know it");
  } else if (count > sequence && strcmp(e[sequence].hash, facts.next) != 0) {
    wrong(report, count, "was added or changed: the head announces another one");
  } else if (report->cut && !(announced && count == sequence)) {
    wrong(report, count + 1, "was added, and has no end: the head does not know it");
  }
}

static void check_entries(dw_audit_report *report, const entry *e, size_t count, const dw_seal *seal, const char *expect)
{
  bool expected = !expect;
  for (size_t i = 0; i < count && report->whole; i++) {
    bool fits = strcmp(e[i].previous, i ? e[i - 1].hash : dw_audit_no_hash) == 0;
    if (!e[i].valid) wrong(report, i + 1, "was changed: it is no line of an audit log");
    else if (e[i].sequence != (double)i + 1) judge_order(report, e, count, i);
    else if (seal && !signature_holds(e[i].text, e[i].length, seal))
      wrong(report, i + 1, fits ? "is not signed with this key, or was changed" : "was changed: its signature does not hold");
    else if (!fits) judge_link(report, e, count, i);
    if (expect && strcmp(e[i].hash, expect) == 0) expected = true;
  }
  if (report->whole && !expected)
    wrong(report, count, "is the last one, and no line has the hash that was expected: lines were removed or changed");
}

void dw_audit_check(const char *text, size_t length, const char *head, size_t head_length, const dw_seal *seal, const char *expect,
                    dw_audit_report *report)
{
  entry *e = NULL;
  size_t count = 0, capacity = 0;
  bool form = true;
  *report = (dw_audit_report){.whole = true, .head = head != NULL};
  dw_lines lines = dw_lines_of(text, length);
  for (dw_line line; dw_lines_next(&lines, &line);) {
    report->cut = !line.ended;
    if (report->cut) break;
    report->lines++;
    if (signature_find(line.text, line.length)) report->signed_lines++;
    if (!form) continue; /* the log is not whole, whatever follows: a file of blank lines must not cost a hundred times its size */
    e = dw_grow(e, &capacity, count + 1, sizeof *e);
    entry_read(line.text, line.length, &e[count]);
    form = e[count++].valid;
  }
  memcpy(report->last, count ? e[count - 1].hash : dw_audit_no_hash, sizeof report->last);
  check_entries(report, e, count, seal, expect);
  if (report->whole && head) check_head(report, e, count, head, head_length, seal);
  dw_free(e);
}
