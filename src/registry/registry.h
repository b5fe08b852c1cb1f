/* registry: versions of a model, and which of them is used.
 *
 * Versions are called v1, v2, … in the order of registration. Each is in one stage: None, Staging, Production or Archived; Staging and
 * Production hold one version at most, and the one that another replaces is archived. Promotions to Production are remembered, so that a
 * rollback brings back the version before, and another rollback the one before that. Every change is one transaction of the store, with one
 * row in its history: concurrent callers and processes that are killed leave the registry before the change or after it.
 *
 * A change may have a key (`once`): a second change with the same key does nothing and answers what the first one did, so that a
 * program that was killed can ask again.
 */
#ifndef DW_REGISTRY_REGISTRY_H
#define DW_REGISTRY_REGISTRY_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum { DW_REGISTRY_VERSION = 24 }; /* bytes of a version's name */

typedef struct dw_registry dw_registry;

typedef enum dw_stage { DW_STAGE_NONE, DW_STAGE_STAGING, DW_STAGE_PRODUCTION, DW_STAGE_ARCHIVED } dw_stage;

/* The circumstances of a change; they go into the history. */
typedef struct dw_registry_call {
  int64_t now;         /* base/clock.h */
  const char *once;    /* NULL: no key */
  const char *reason;  /* NULL: none given */
  const char *made_by; /* JSON of one stage; NULL for none */
} dw_registry_call;

/* address: a store (store/keep/store.h). create: made when it is not there. */
dw_status dw_registry_open(dw_registry **out, const char *address, bool create, dw_err *err);
void dw_registry_close(dw_registry *registry); /* NULL is fine */

/* These append one line to out. Of changes: a document "model_change" (man/driftwatch-records.5). A version is "v3", or "production",
 * "staging" or "latest". DW_EDATA: no such version, a damaged registry, a key that was used for another kind of change; DW_ENODATA: no
 * version is in that stage, there is nothing to roll back to. */
dw_status dw_registry_register(dw_registry *registry, const char *model, size_t length, const char *members, const char *parent,
                               const dw_registry_call *call, dw_buf *out, dw_err *err); /* members: dw_version_describe */
dw_status dw_registry_promote(dw_registry *registry, const char *version, dw_stage stage, const dw_registry_call *call, dw_buf *out,
                              dw_err *err);
dw_status dw_registry_rollback(dw_registry *registry, const dw_registry_call *call, dw_buf *out, dw_err *err);

/* One document "model_version" a line, in order. */
dw_status dw_registry_list(dw_registry *registry, dw_buf *out, dw_err *err);
dw_status dw_registry_history(dw_registry *registry, dw_buf *out, dw_err *err); /* the changes, oldest first */

/* "v3", the version that is in this stage now; "": none. Reads the stages alone: cheap enough to be asked again and again. */
dw_status dw_registry_holder(dw_registry *registry, dw_stage stage, char out[DW_REGISTRY_VERSION], dw_err *err);

/* Whether these take it for a version; there may be none such. */
bool dw_registry_is_version(const char *text);

/* One version, and (model not NULL) the model's bytes, as they were registered; what was registered is held against its digest either
 * way (DW_EDATA: damaged). */
dw_status dw_registry_show(dw_registry *registry, const char *version, dw_buf *out, dw_buf *model, dw_err *err);

#endif
