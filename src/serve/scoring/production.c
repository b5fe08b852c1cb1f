#include "serve/scoring/production.h"

#include "base/clock.h"
#include "base/mem.h"
#include "io/text/json.h"

#define LOOK_AGAIN (UINT64_C(1) * 1000000000) /* ns */

struct dw_production {
  char *address;
  const dw_notices *notices;
  pthread_mutex_t looking; /* of whoever asks the registry, which may take long */
  dw_registry *registry;   /* the looker's; NULL: to be opened again */
  pthread_mutex_t lock;    /* of what follows, and never for long */
  dw_production_model *model;
  uint64_t next_look;
  dw_err why; /* without a model: why there is none */
};

/* --- one model --- */

void dw_production_release(dw_production_model *model)
{
  if (!model || atomic_fetch_sub(&model->held, 1) > 1) return;
  dw_model_free(&model->model);
  pthread_mutex_destroy(&model->turn);
  dw_free(model->name);
  dw_free(model);
}

static dw_status name_model(dw_production_model *model, const dw_buf *document, dw_err *err)
{
  dw_value *value;
  dw_status status = dw_value_parse(&value, document->data, document->length, model->version, 0, err);
  if (status != DW_OK) return status;
  model->name = dw_strdup(dw_value_text_of(value, "name", "model"));
  dw_value_free(value);
  return DW_OK;
}

static dw_status read_model(dw_production_model **out, dw_registry *registry, const char *version, dw_err *err)
{
  dw_buf document = {0}, bytes = {0};
  dw_production_model *model = dw_alloc_zero(1, sizeof *model);
  atomic_init(&model->held, 1);
  pthread_mutex_init(&model->turn, NULL);
  snprintf(model->version, sizeof model->version, "%s", version);
  dw_model_init(&model->model);
  dw_status status = dw_registry_show(registry, version, &document, &bytes, err);
  if (status == DW_OK) status = name_model(model, &document, err);
  if (status == DW_OK) status = dw_model_parse(&model->model, bytes.data, bytes.length, version, NULL, err);
  dw_buf_free(&document);
  dw_buf_free(&bytes);
  if (status == DW_OK) *out = model;
  else dw_production_release(model);
  return status;
}

/* --- the one that is used --- */

/* By the looker alone. A registry that gave no answer is opened again the next time. */
static dw_status ask(dw_production *p, char version[DW_REGISTRY_VERSION], dw_err *err)
{
  dw_status status = p->registry ? DW_OK : dw_registry_open(&p->registry, p->address, false, err);
  if (status == DW_OK) status = dw_registry_holder(p->registry, DW_STAGE_PRODUCTION, version, err);
  if (status == DW_OK) return DW_OK;
  dw_registry_close(p->registry);
  p->registry = NULL;
  return status;
}

/* model NULL: it stays as it was, for this reason. */
static void settle(dw_production *p, dw_production_model *model, dw_status status, const dw_err *why)
{
  pthread_mutex_lock(&p->lock);
  dw_production_model *old = p->model;
  bool stays = old && status != DW_OK;
  bool new = status != DW_OK &&strcmp(p->why.message, why->message) != 0;
  if (status == DW_OK) {
    p->model = model;
    p->why.message[0] = '\0';
  } else {
    p->why = *why;
  }
  p->next_look = dw_monotonic_ns() + LOOK_AGAIN;
  pthread_mutex_unlock(&p->lock);
  if (status == DW_OK) dw_production_release(old);
  if (new) dw_notices_warn(p->notices, "%s%s", why->message, stays ? "; the model that was in Production goes on" : "");
}

static void look(dw_production *p)
{
  dw_err why = {0};
  char version[DW_REGISTRY_VERSION] = "";
  dw_status status = ask(p, version, &why);
  if (status == DW_OK && !*version) status = dw_err_set(&why, DW_ENODATA, "no version is in Production in the registry");
  pthread_mutex_lock(&p->lock);
  bool same = status == DW_OK && p->model && strcmp(p->model->version, version) == 0;
  if (same) {
    p->next_look = dw_monotonic_ns() + LOOK_AGAIN;
    p->why.message[0] = '\0';
  }
  pthread_mutex_unlock(&p->lock);
  if (same) return;
  dw_production_model *model = NULL;
  if (status == DW_OK) status = read_model(&model, p->registry, version, &why);
  settle(p, model, status, &why);
}

/* false: there is none. */
static bool take(dw_production *p, dw_production_model **out, bool *due, dw_err *err)
{
  pthread_mutex_lock(&p->lock);
  *out = p->model;
  *due = dw_monotonic_ns() >= p->next_look;
  if (*out) atomic_fetch_add(&(*out)->held, 1);
  else *err = p->why;
  pthread_mutex_unlock(&p->lock);
  return *out != NULL;
}

dw_status dw_production_hold(dw_production *p, dw_production_model **out, dw_err *err)
{
  bool due;
  bool there = take(p, out, &due, err);
  if (there && !due) return DW_OK;
  if (there && pthread_mutex_trylock(&p->looking) != 0) return DW_OK; /* somebody looks already */
  dw_production_release(*out);
  if (!there) pthread_mutex_lock(&p->looking);
  there = take(p, out, &due, err); /* who waited finds what the other one found */
  if (due) {
    dw_production_release(*out);
    look(p);
    there = take(p, out, &due, err);
  }
  pthread_mutex_unlock(&p->looking);
  return there ? DW_OK : err->status;
}

void dw_production_look(dw_production *p)
{
  pthread_mutex_lock(&p->lock);
  p->next_look = 0;
  pthread_mutex_unlock(&p->lock);
}

dw_status dw_production_open(dw_production **out, const char *registry, const dw_notices *notices, dw_err *err)
{
  dw_registry *opened;
  *out = NULL;
  dw_status status = dw_registry_open(&opened, registry, false, err);
  if (status != DW_OK) return status;
  dw_production *p = dw_alloc_zero(1, sizeof *p);
  p->address = dw_strdup(registry);
  p->notices = notices;
  p->registry = opened;
  pthread_mutex_init(&p->looking, NULL);
  pthread_mutex_init(&p->lock, NULL);
  *out = p;
  return DW_OK;
}

void dw_production_close(dw_production *p)
{
  if (!p) return;
  dw_production_release(p->model);
  dw_registry_close(p->registry);
  pthread_mutex_destroy(&p->looking);
  pthread_mutex_destroy(&p->lock);
  dw_free(p->address);
  dw_free(p);
}
