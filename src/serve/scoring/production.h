/* production: the model that a registry has in Production, in memory once for all requests, and exchanged when the registry names another.
 *
 *   dw_production_open(&production, "sqlite:var/registry.db", &notices, &err);
 *   dw_production_model *model;
 *   if (dw_production_hold(production, &model, &err) == DW_OK) { … dw_production_release(model); }
 *   dw_production_close(production);
 *
 * The registry is asked which version it is at most once a second, by one caller while the others go on with the model that is there; a
 * request ends with the model that it began with. A registry that cannot be asked, and a version that cannot be read, are told, and the
 * model that was there goes on: the next look is a second later.
 */
#ifndef DW_SERVE_PRODUCTION_H
#define DW_SERVE_PRODUCTION_H

#include <pthread.h>
#include <stdatomic.h>

#include "io/reader/notices.h"
#include "model/score/scorer.h"
#include "registry/registry.h"

typedef struct dw_production dw_production;

typedef struct dw_production_model {
  dw_model model;
  char version[DW_REGISTRY_VERSION]; /* "v3" */
  char *name;                        /* as it was registered (dw-model --name) */
  pthread_mutex_t turn;              /* a booster predicts for one at a time: held around dw_scorer_batch */
  atomic_uint held;
} dw_production_model;

/* registry: its address (registry/registry.h), which must be there; that no version is in Production yet is no error. notices outlive it;
 * they are called by whoever holds. */
dw_status dw_production_open(dw_production **out, const char *registry, const dw_notices *notices, dw_err *err);
void dw_production_close(dw_production *production); /* NULL is fine; what is held stays until it is released */

/* From any thread. DW_ENODATA: no version is in Production; DW_ESYSTEM, DW_EDATA: there is no model, for this reason. */
dw_status dw_production_hold(dw_production *production, dw_production_model **out, dw_err *err);
void dw_production_release(dw_production_model *model); /* NULL is fine */

void dw_production_look(dw_production *production); /* the next hold asks the registry, however short ago that was */

#endif
