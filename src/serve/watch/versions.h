/* versions: which version of a model its records are of, by their member "model_version" (a text or a number), and since when.
 *
 *   dw_versions versions;
 *   dw_versions_read(&versions, records, "fraud", now, err);          what checks before this one saw
 *   dw_versions_see(&versions, records, times, err);                  what the records of some time say
 *   dw_versions_periods(&versions, &rule, window, &left_out, &out);   the times of a baseline
 *   dw_versions_free(&versions);
 *
 * A version takes over when a record is of one that was never seen, or when all records of a time are of one that is not the last (a
 * rollback). It opens a fresh baseline: what is trailing begins with it. A version that runs beside another for a while (a canary) has
 * taken over from its first record on.
 */
#ifndef DW_SERVE_VERSIONS_H
#define DW_SERVE_VERSIONS_H

#include "base/mem.h"
#include "serve/watch/baseline_rule.h"
#include "store/records/records.h"

#define DW_VERSION_MEMBER "model_version"

typedef struct dw_version_span {
  const char *version;
  int64_t since; /* the span ends with the next one */
  bool fresh;    /* seen just now: it is to be written down */
} dw_version_span;

typedef struct dw_versions {
  dw_version_span *span; /* in the order of time */
  size_t count, capacity;
  const char *model;
  dw_arena arena;
} dw_versions;

/* model outlives it. Free it also after a failure. */
dw_status dw_versions_read(dw_versions *versions, dw_records *records, const char *model, int64_t now, dw_err *err);
dw_status dw_versions_see(dw_versions *versions, dw_records *records, dw_period time, dw_err *err);
void dw_versions_free(dw_versions *versions);

/* What of the rule is known, and of what there is: ID itself, or what "current" and "previous" stand for; NULL: any, or there is none. */
const char *dw_versions_asked(const dw_versions *versions, const dw_baseline_rule *rule);
/* As dw_baseline_rule_periods, behind out. */
void dw_versions_periods(const dw_versions *versions, const dw_baseline_rule *rule, dw_period window, const dw_periods *left_out,
                         dw_periods *out);

/* Each fresh one as a document of the kind "version": into the table model_versions, and as an event. The arena's. */
void dw_versions_items(const dw_versions *versions, dw_arena *arena, dw_records_item **items, size_t *count, size_t *capacity, int64_t now);

/* The version that a record says, in scratch; NULL: none. */
const char *dw_version_of(const char *content, size_t length, dw_buf *scratch);

#endif
