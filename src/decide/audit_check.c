/* Does an audit log hold together? The pure half of audit.h. */
#include <stdio.h>

#include "decide/audit.h"
#include "io/json.h"

static const char signature_key[] = ",\"signature\":\"";

typedef struct entry {
  const char *text;
  size_t length;
  bool valid;        /* an audit line in form */
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

static const char no_hash[] = "0000000000000000000000000000000000000000000000000000000000000000";

/* The signature is the last member and covers the line without it. */
static bool signature_holds(const entry *e, const dw_seal *seal)
{
  const size_t tail = sizeof signature_key - 1 + DW_SEAL_SIGNATURE + 2; /* and "} */
  if (e->length < tail) return false;
  const char *at = e->text + e->length - tail;
  if (memcmp(at, signature_key, sizeof signature_key - 1) != 0) return false;
  char signature[DW_SEAL_SIGNATURE + 1];
  memcpy(signature, at + sizeof signature_key - 1, DW_SEAL_SIGNATURE);
  signature[DW_SEAL_SIGNATURE] = '\0';
  dw_buf body = {0};
  dw_buf_add(&body, e->text, (size_t)(at - e->text));
  dw_buf_char(&body, '}');
  bool ok = dw_seal_holds(seal, body.data, body.length, signature);
  dw_buf_free(&body);
  return ok;
}

static void wrong(dw_audit_report *report, uint64_t line, const char *what)
{
  report->line = line;
  snprintf(report->what, sizeof report->what, "%s", what);
}

/* Entry i (from 0) has not the number i + 1: somebody removed, added or moved lines. */
static void judge_order(dw_audit_report *report, const entry *e, size_t count, size_t i)
{
  char what[200];
  double want = (double)i + 1;
  if (strcmp(e[i].previous, i ? e[i - 1].hash : no_hash) == 0) {
    wrong(report, i + 1, "was changed (its number does not fit)");
    return;
  }
  bool later = false;
  for (size_t k = i + 1; k < count && !later; k++) later = e[k].valid && e[k].sequence == want;
  if (e[i].sequence < want || later)
    snprintf(what, sizeof what, "is out of order: entry %.0f stands where entry %.0f belongs", e[i].sequence, want);
  else if (e[i].sequence == want + 1)
    snprintf(what, sizeof what, "was removed: entry %.0f stands in its place", e[i].sequence);
  else
    snprintf(what, sizeof what, "was removed, with those up to entry %.0f, which stands in its place", e[i].sequence - 1);
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

/* Number and hash in AUDIT.head; false when it is not in form. */
static bool head_read(const char *head, size_t length, const dw_seal *seal, uint64_t *sequence, char hash[DW_SEAL_HASH + 1])
{
  dw_value *value;
  entry e = {.text = head, .length = length && head[length - 1] == '\n' ? length - 1 : length};
  if (dw_value_parse(&value, e.text, e.length, "", 1, NULL) != DW_OK) return false;
  const char *text = dw_value_text(dw_value_get(value, "hash"), "");
  double number = dw_value_number(dw_value_get(value, "sequence"), -1);
  bool ok = strlen(text) == DW_SEAL_HASH && number >= 0 && number < 1e15 && (!seal || signature_holds(&e, seal));
  if (ok) {
    memcpy(hash, text, DW_SEAL_HASH + 1);
    *sequence = (uint64_t)number;
  }
  dw_value_free(value);
  return ok;
}

/* The end of the log against its head, which is written right after each line: it may be one line behind. */
static void check_head(dw_audit_report *report, const entry *e, size_t count, const char *head, size_t length, const dw_seal *seal)
{
  uint64_t sequence = 0;
  char hash[DW_SEAL_HASH + 1], what[200];
  if (!head_read(head, length, seal, &sequence, hash)) {
    wrong(report, count, "is the last one, and the head, which should tell, was changed");
  } else if (sequence > count) {
    if (sequence == count + 1) snprintf(what, sizeof what, "was removed: the head tells of %llu lines", (unsigned long long)sequence);
    else snprintf(what, sizeof what, "was removed, with those behind it: the head tells of %llu lines", (unsigned long long)sequence);
    wrong(report, count + 1, what);
  } else if (sequence > 0 && strcmp(e[sequence - 1].hash, hash) != 0) {
    wrong(report, sequence, "was changed: the head carries another hash of it");
  } else if (sequence + 1 < count) {
    wrong(report, sequence + 2, "was added: the head does not know it");
  }
}

static void check_entries(dw_audit_report *report, const entry *e, size_t count, const dw_seal *seal, const char *expect)
{
  bool expected = !expect;
  for (size_t i = 0; i < count && !report->line; i++) {
    bool fits = strcmp(e[i].previous, i ? e[i - 1].hash : no_hash) == 0;
    if (!e[i].valid) wrong(report, i + 1, "was changed: it is no line of an audit log");
    else if (e[i].sequence != (double)i + 1) judge_order(report, e, count, i);
    else if (seal && !signature_holds(&e[i], seal))
      wrong(report, i + 1, fits ? "is not signed with this key, or was changed" : "was changed: its signature does not hold");
    else if (!fits) judge_link(report, e, count, i);
    if (expect && strcmp(e[i].hash, expect) == 0) expected = true;
  }
  if (!report->line && !expected) wrong(report, count, "is the last one, and no line has the hash that was expected: lines were removed or changed");
}

void dw_audit_check(const char *text, size_t length, const char *head, size_t head_length, const dw_seal *seal, const char *expect, dw_audit_report *report)
{
  entry *e = NULL;
  size_t count = 0, capacity = 0, at = 0;
  *report = (dw_audit_report){.head = head != NULL};
  for (const char *end; at < length && (end = memchr(text + at, '\n', length - at)); at = (size_t)(end - text) + 1) {
    e = dw_grow(e, &capacity, count + 1, sizeof *e);
    entry_read(text + at, (size_t)(end - text) - at, &e[count++]);
  }
  report->cut = at < length;
  report->lines = count;
  memcpy(report->last, count ? e[count - 1].hash : no_hash, sizeof report->last);
  check_entries(report, e, count, seal, expect);
  if (!report->line && head) check_head(report, e, count, head, head_length, seal);
  report->whole = !report->line;
  dw_free(e);
}
