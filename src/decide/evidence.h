/* evidence: the documents that a decision rests on: what dw-compare, dw-eval and dw-canary wrote, read whole and checked.
 *
 *   dw_evidence *evidence;
 *   dw_evidence_read(&evidence, paths, count, err);     // no paths: standard input
 *   evidence->item[0].finding …
 *   dw_evidence_free(evidence);
 *
 * Kept are documents of the kinds finding, metric, consensus, summary, and watch (a check of dw-serve that is no comparison); others are
 * passed over.
 */
#ifndef DW_DECIDE_EVIDENCE_H
#define DW_DECIDE_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"
#include "io/text/json.h"
#include "kinds/finding.h"
#include "kinds/summary.h"

typedef enum dw_evidence_kind {
  DW_EVIDENCE_FINDING,
  DW_EVIDENCE_METRIC,
  DW_EVIDENCE_CONSENSUS,
  DW_EVIDENCE_SUMMARY,
  DW_EVIDENCE_WATCH
} dw_evidence_kind;

typedef struct dw_evidence_item {
  dw_evidence_kind kind;
  dw_value *value; /* the document */
  uint64_t line;
  dw_finding *finding; /* of a finding, otherwise NULL */
  dw_summary *summary; /* of a summary, otherwise NULL */
} dw_evidence_item;

typedef struct dw_evidence {
  dw_evidence_item *item;
  size_t count, capacity;
  dw_arena arena;   /* findings, summaries and what they have */
  dw_digest digest; /* of the kept lines: the same evidence has the same fingerprint, from wherever it came */
} dw_evidence;

/* DW_EDATA: malformed, or findings or metrics of an input without the summary that ends them (a result cut short). DW_ENODATA: no document
 * of these kinds at all. */
dw_status dw_evidence_read(dw_evidence **out, const char *const *paths, size_t count, dw_err *err);
/* One input as text; name is for messages. */
dw_status dw_evidence_parse(dw_evidence **out, const char *text, size_t length, const char *name, dw_err *err);
void dw_evidence_free(dw_evidence *evidence); /* NULL is fine */
/* A comparison whose verdict is "not judged": its summary, NULL: none. That nothing drifted is not known then. */
const dw_summary *dw_evidence_not_judged(const dw_evidence *evidence);

#endif
