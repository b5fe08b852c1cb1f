#include "registry/registry.h"

#include <assert.h>

#include "base/clock.h"
#include "base/num.h"
#include "registry/version.h"
#include "io/text/json.h"
#include "io/text/made_by.h"
#include "store/keep/store.h"

/* In the store: the document "registry" (stages and the way back), "version-vN" and "model-vN" of each version (both never changed), and
 * the series "history". */
enum { REGISTRY_FORMAT = 2 };

struct dw_registry {
  dw_store *store;
};

typedef struct version_state {
  dw_stage stage;
  int64_t since; /* when it came into the stage */
} version_state;

/* Versions are numbered from 1; version[n - 1]. 0 is no version. */
typedef struct registry_state {
  version_state *version;
  size_t count, capacity;
  uint64_t *former; /* what was in Production, the last one last: the way back */
  size_t former_count, former_capacity;
  uint64_t changes;
  uint64_t without_keys; /* the first rows of the history were written by format 1, when rows had no keys in the store */
} registry_state;

/* One change on its way through the store. */
typedef struct change {
  const dw_registry_call *call;
  const char *action;                   /* "register", "promote", "rollback" */
  const char *version;                  /* promote */
  dw_stage stage;                       /* promote */
  const char *model, *members, *parent; /* register */
  size_t length;
  dw_buf *out;
  size_t out_before;    /* a transaction may run twice */
  const char *registry; /* for messages */
  bool made;            /* before, under the same key */
} change;

static const char *const stage_names[] = {"None", "Staging", "Production", "Archived"};

dw_status dw_registry_open(dw_registry **out, const char *address, bool create, dw_err *err)
{
  dw_store *store;
  *out = NULL;
  dw_status status = dw_store_open(&store, address, create, err);
  if (status != DW_OK) return status;
  *out = dw_alloc_zero(1, sizeof **out);
  (*out)->store = store;
  return DW_OK;
}

void dw_registry_close(dw_registry *registry)
{
  if (!registry) return;
  dw_store_close(registry->store);
  dw_free(registry);
}

/* --- the state --- */

static void state_free(registry_state *state)
{
  dw_free(state->version);
  dw_free(state->former);
}

static uint64_t state_holder(const registry_state *state, dw_stage stage)
{
  for (size_t i = 0; i < state->count; i++)
    if (state->version[i].stage == stage) return i + 1;
  return 0;
}

static void state_former_push(registry_state *state, uint64_t number)
{
  state->former = dw_grow(state->former, &state->former_capacity, state->former_count + 1, sizeof *state->former);
  state->former[state->former_count++] = number;
}

static version_state *state_add(registry_state *state)
{
  state->version = dw_grow(state->version, &state->capacity, state->count + 1, sizeof *state->version);
  return &state->version[state->count++];
}

static bool state_take_version(registry_state *state, const dw_value *value)
{
  const char *name = dw_value_text(dw_value_get(value, "stage"), ""), *since = dw_value_text(dw_value_get(value, "since"), "");
  version_state *version = state_add(state);
  *version = (version_state){0};
  size_t stage = 0;
  while (stage <= DW_STAGE_ARCHIVED && strcmp(name, stage_names[stage]) != 0) stage++;
  if (stage > DW_STAGE_ARCHIVED || !dw_time_parse(since, strlen(since), &version->since)) return false;
  /* one at most: anything else was not written by this program */
  if ((stage == DW_STAGE_PRODUCTION || stage == DW_STAGE_STAGING) && state_holder(state, (dw_stage)stage)) return false;
  version->stage = (dw_stage)stage;
  return true;
}

static bool state_take(registry_state *state, const dw_value *root)
{
  double changes = dw_value_number(dw_value_get(root, "changes"), -1);
  if (strcmp(dw_value_text(dw_value_get(root, "kind"), ""), "registry") != 0 || !(changes >= 0 && changes < 9e15)) return false;
  state->changes = (uint64_t)changes;
  double bare = dw_value_number(dw_value_get(root, "without_keys"), dw_value_number(dw_value_get(root, "format"), 1) < 2 ? changes : 0);
  if (!(bare >= 0 && bare <= changes)) return false;
  state->without_keys = (uint64_t)bare;
  for (const dw_value *at = dw_value_first(dw_value_get(root, "versions")); at; at = dw_value_next(at))
    if (!state_take_version(state, at)) return false;
  for (const dw_value *at = dw_value_first(dw_value_get(root, "former")); at; at = dw_value_next(at)) {
    double number = dw_value_number(at, 0);
    if (!(number >= 1 && number <= (double)state->count)) return false;
    state_former_push(state, (uint64_t)number);
  }
  return true;
}

/* A store that is empty is an empty registry. */
static dw_status state_read(dw_store *store, registry_state *state, dw_err *err)
{
  dw_buf text = {0};
  dw_value *root = NULL;
  bool found;
  *state = (registry_state){0};
  dw_status status = dw_store_get(store, "registry", &text, &found, err);
  if (status == DW_OK && found) {
    status = dw_value_parse(&root, text.data, text.length, dw_store_name(store), 0, err);
    if (status == DW_OK && dw_value_number(dw_value_get(root, "format"), 0) > REGISTRY_FORMAT)
      status = dw_err_set(err, DW_EDATA, "%s: a registry written by a newer version of DriftWatch", dw_store_name(store));
    else if (status == DW_OK && !state_take(state, root))
      status = dw_err_set(err, DW_EDATA, "%s: the registry's document is damaged", dw_store_name(store));
  }
  dw_value_free(root);
  dw_buf_free(&text);
  return status;
}

static void put_time(dw_json *json, const char *key, int64_t instant)
{
  char text[DW_TIME_TEXT];
  dw_json_bytes(json, key, text, dw_time_print(text, instant));
}

static void put_version(dw_json *json, const char *key, uint64_t number) /* 0: null */
{
  char text[DW_NUM_TEXT + 1] = "v";
  size_t length = 1 + dw_num_print_signed(text + 1, (int64_t)number);
  if (number) dw_json_bytes(json, key, text, length);
  else dw_json_null(json, key);
}

static dw_status state_write(dw_store *store, const registry_state *state, dw_err *err)
{
  dw_buf text = {0};
  dw_json json;
  dw_json_start(&json, &text, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "registry");
  dw_json_integer(&json, "format", REGISTRY_FORMAT);
  dw_json_integer(&json, "changes", (int64_t)state->changes);
  if (state->without_keys) dw_json_integer(&json, "without_keys", (int64_t)state->without_keys);
  dw_json_open(&json, "versions", '[');
  for (size_t i = 0; i < state->count; i++) {
    dw_json_open(&json, NULL, '{');
    dw_json_text(&json, "stage", stage_names[state->version[i].stage]);
    put_time(&json, "since", state->version[i].since);
    dw_json_close(&json, '}');
  }
  dw_json_close(&json, ']');
  dw_json_open(&json, "former", '[');
  for (size_t i = 0; i < state->former_count; i++) dw_json_integer(&json, NULL, (int64_t)state->former[i]);
  dw_json_close(&json, ']');
  dw_json_close(&json, '}');
  dw_buf_char(&text, '\n');
  dw_status status = dw_store_put(store, "registry", text.data, text.length, err);
  dw_buf_free(&text);
  return status;
}

static const struct {
  const char *word;
  dw_stage stage;
} in_stage[] = {{"production", DW_STAGE_PRODUCTION}, {"staging", DW_STAGE_STAGING}};

static bool is_number(const char *version, uint64_t *number)
{
  return version[0] == 'v' && version[1] != '0' && dw_num_parse_unsigned(version + 1, strlen(version + 1), number);
}

bool dw_registry_is_version(const char *text)
{
  uint64_t number;
  for (size_t i = 0; i < sizeof in_stage / sizeof *in_stage; i++)
    if (strcmp(text, in_stage[i].word) == 0) return true;
  return strcmp(text, "latest") == 0 || is_number(text, &number);
}

/* "v3", "production", "staging", "latest". */
static dw_status state_resolve(const registry_state *state, const char *version, const char *name, uint64_t *number, dw_err *err)
{
  for (size_t i = 0; i < sizeof in_stage / sizeof *in_stage; i++) {
    if (strcmp(version, in_stage[i].word) != 0) continue;
    *number = state_holder(state, in_stage[i].stage);
    return *number ? DW_OK : dw_err_set(err, DW_ENODATA, "%s: no version is in %s", name, stage_names[in_stage[i].stage]);
  }
  *number = state->count;
  if (strcmp(version, "latest") == 0) return *number ? DW_OK : dw_err_set(err, DW_ENODATA, "%s: no version yet", name);
  if (!is_number(version, number))
    return dw_err_set(err, DW_EDATA, "\"%s\" is not a version: v1, v2, …, production, staging or latest is", version);
  if (*number >= 1 && *number <= state->count) return DW_OK;
  if (state->count == 0) return dw_err_set(err, DW_EDATA, "%s: no version %s; there is none yet", name, version);
  return dw_err_set(err, DW_EDATA, "%s: no version %s; the latest is v%zu", name, version, state->count);
}

/* Puts a version into a stage, and archives the one that was there. Returns that one; 0: there was none. */
static uint64_t state_move(registry_state *state, uint64_t number, dw_stage stage, int64_t now)
{
  uint64_t holder = state_holder(state, stage);
  if (holder) state->version[holder - 1] = (version_state){DW_STAGE_ARCHIVED, now};
  state->version[number - 1] = (version_state){stage, now};
  return holder;
}

/* --- changes --- */

static void document_name(char out[DW_STORE_NAME], const char *what, uint64_t number)
{
  snprintf(out, DW_STORE_NAME, "%s-v%llu%s", what, (unsigned long long)number, strcmp(what, "model") == 0 ? ".json" : "");
}

/* A row of the history that may be the change that was made under the key. */
static dw_status change_meet(void *context, const dw_store_row *row, dw_err *err)
{
  change *c = context;
  dw_value *document;
  if (c->made) return DW_OK;
  dw_status status = dw_value_parse(&document, row->text, row->length, c->registry, 0, err);
  if (status != DW_OK) return status;
  const char *action = dw_value_text(dw_value_get(document, "action"), "");
  c->made = strcmp(dw_value_text(dw_value_get(document, "once"), ""), c->call->once) == 0;
  if (c->made && strcmp(action, c->action) != 0)
    status = dw_err_set(err, DW_EDATA, "the key \"%s\" was used for a %s already; each change needs its own", c->call->once, action);
  else if (c->made) dw_buf_format(c->out, "%.*s\n", (int)row->length, row->text);
  dw_value_free(document);
  return status;
}

/* Was a change made under this key? Rows of a registry of format 1 have their key in the document alone. */
static dw_status change_look_up(dw_store *store, const registry_state *state, change *c, dw_err *err)
{
  c->made = false;
  c->registry = dw_store_name(store);
  if (!c->call->once) return DW_OK;
  dw_store_query query = DW_STORE_ALL;
  query.key = c->call->once;
  dw_status status = dw_store_rows(store, "history", &query, change_meet, c, err);
  query = DW_STORE_ALL;
  query.limit = state->without_keys;
  if (status == DW_OK && !c->made && query.limit) status = dw_store_rows(store, "history", &query, change_meet, c, err);
  return status;
}

/* What was done, in the answer and (changed, or asked for once) in the history. */
static dw_status change_record(dw_store *store, registry_state *state, change *c, uint64_t number, dw_stage from, uint64_t replaced,
                               bool changed, dw_err *err)
{
  const dw_registry_call *call = c->call;
  bool recorded = changed || call->once;
  dw_json json;
  state->changes += recorded;
  dw_json_start(&json, c->out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "model_change");
  if (recorded) dw_json_integer(&json, "change", (int64_t)state->changes);
  else dw_json_null(&json, "change");
  dw_json_text(&json, "action", c->action);
  put_version(&json, "version", number);
  dw_json_text(&json, "from", strcmp(c->action, "register") == 0 ? NULL : stage_names[from]);
  dw_json_text(&json, "stage", stage_names[state->version[number - 1].stage]);
  put_version(&json, "replaced", replaced);
  dw_json_bool(&json, "changed", changed);
  dw_json_text(&json, "reason", call->reason);
  dw_json_text(&json, "once", call->once);
  put_time(&json, "time", call->now);
  dw_made_by_write(&json, call->made_by, call->made_by ? strlen(call->made_by) : 0);
  dw_json_close(&json, '}');
  dw_status status = DW_OK;
  dw_store_row row = {call->now, call->once, c->out->data + c->out_before, c->out->length - c->out_before};
  if (recorded) status = dw_store_append(store, "history", &row, err);
  if (status == DW_OK && recorded) status = state_write(store, state, err);
  dw_buf_char(c->out, '\n');
  return status;
}

static dw_status change_register(dw_store *store, registry_state *state, change *c, dw_err *err)
{
  uint64_t parent = 0, number = state->count + 1;
  char name[DW_STORE_NAME];
  if (c->parent) {
    dw_status status = state_resolve(state, c->parent, dw_store_name(store), &parent, err);
    if (status != DW_OK) return status;
  }
  document_name(name, "model", number);
  dw_status status = dw_store_put(store, name, c->model, c->length, err);
  if (status != DW_OK) return status;
  dw_buf text = {0};
  dw_json json;
  dw_json_start(&json, &text, 0);
  dw_json_open(&json, NULL, '{');
  put_version(&json, "parent", parent);
  put_time(&json, "registered_at", c->call->now);
  dw_buf_format(&text, ",%s}", c->members);
  document_name(name, "version", number);
  status = dw_store_put(store, name, text.data, text.length, err);
  dw_buf_free(&text);
  if (status != DW_OK) return status;
  *state_add(state) = (version_state){DW_STAGE_NONE, c->call->now};
  return change_record(store, state, c, number, DW_STAGE_NONE, 0, true, err);
}

static dw_status change_promote(dw_store *store, registry_state *state, change *c, dw_err *err)
{
  uint64_t number, replaced = 0;
  dw_status status = state_resolve(state, c->version, dw_store_name(store), &number, err);
  if (status != DW_OK) return status;
  dw_stage from = state->version[number - 1].stage;
  if (from == DW_STAGE_PRODUCTION && c->stage != from)
    return dw_err_set(err, DW_EDATA, "%s: v%llu is in Production; it leaves it when another version is promoted, or by a rollback",
                      dw_store_name(store), (unsigned long long)number);
  if (from != c->stage) {
    replaced = state_move(state, number, c->stage, c->call->now);
    if (replaced && c->stage == DW_STAGE_PRODUCTION) state_former_push(state, replaced);
  }
  return change_record(store, state, c, number, from, replaced, from != c->stage, err);
}

static dw_status change_rollback(dw_store *store, registry_state *state, change *c, dw_err *err)
{
  uint64_t now = state_holder(state, DW_STAGE_PRODUCTION);
  if (state->former_count == 0 && now)
    return dw_err_set(err, DW_ENODATA, "%s: nothing to roll back to: no version was in Production before v%llu", dw_store_name(store),
                      (unsigned long long)now);
  if (state->former_count == 0)
    return dw_err_set(err, DW_ENODATA, "%s: nothing to roll back: no version is in Production", dw_store_name(store));
  uint64_t number = state->former[--state->former_count];
  dw_stage from = state->version[number - 1].stage;
  uint64_t replaced = state_move(state, number, DW_STAGE_PRODUCTION, c->call->now);
  return change_record(store, state, c, number, from, replaced, true, err);
}

static dw_status change_work(dw_store *store, void *context, dw_err *err)
{
  change *c = context;
  registry_state state;
  c->out->length = c->out_before;
  dw_status status = state_read(store, &state, err);
  if (status == DW_OK) status = change_look_up(store, &state, c, err);
  if (status == DW_OK && !c->made) {
    if (strcmp(c->action, "register") == 0) status = change_register(store, &state, c, err);
    else if (strcmp(c->action, "promote") == 0) status = change_promote(store, &state, c, err);
    else status = change_rollback(store, &state, c, err);
  }
  state_free(&state);
  return status;
}

static dw_status change_make(dw_registry *registry, change *c, dw_err *err)
{
  c->out_before = c->out->length;
  dw_status status = dw_store_change(registry->store, change_work, c, err);
  if (status != DW_OK) c->out->length = c->out_before;
  return status;
}

dw_status dw_registry_register(dw_registry *registry, const char *model, size_t length, const char *members, const char *parent,
                               const dw_registry_call *call, dw_buf *out, dw_err *err)
{
  change c = {.call = call, .action = "register", .model = model, .length = length, .members = members, .parent = parent, .out = out};
  return change_make(registry, &c, err);
}

dw_status dw_registry_promote(dw_registry *registry, const char *version, dw_stage stage, const dw_registry_call *call, dw_buf *out,
                              dw_err *err)
{
  assert(stage == DW_STAGE_STAGING || stage == DW_STAGE_PRODUCTION);
  change c = {.call = call, .action = "promote", .version = version, .stage = stage, .out = out};
  return change_make(registry, &c, err);
}

dw_status dw_registry_rollback(dw_registry *registry, const dw_registry_call *call, dw_buf *out, dw_err *err)
{
  change c = {.call = call, .action = "rollback", .out = out};
  return change_make(registry, &c, err);
}

/* --- questions --- */

typedef struct question {
  const char *version; /* show */
  dw_buf *out, *model;
  size_t out_before, model_before;
} question;

/* A document that the state says is there, at the end of out. */
static dw_status version_part(dw_store *store, const char *what, uint64_t number, dw_buf *out, dw_err *err)
{
  char name[DW_STORE_NAME];
  bool found;
  document_name(name, what, number);
  dw_status status = dw_store_get(store, name, out, &found, err);
  if (status == DW_OK && !found) return dw_err_set(err, DW_EDATA, "%s: damaged: %s is missing", dw_store_name(store), name);
  return status;
}

/* The stored document with the stage in front. */
static dw_status version_write(dw_store *store, const registry_state *state, uint64_t number, dw_buf *out, dw_err *err)
{
  dw_buf stored = {0};
  dw_json json;
  dw_status status = version_part(store, "version", number, &stored, err);
  if (status == DW_OK && (stored.length < 3 || stored.data[0] != '{'))
    status = dw_err_set(err, DW_EDATA, "%s: damaged: the document of v%llu", dw_store_name(store), (unsigned long long)number);
  if (status == DW_OK) {
    dw_json_start(&json, out, 0);
    dw_json_open(&json, NULL, '{');
    dw_json_text(&json, "kind", "model_version");
    put_version(&json, "version", number);
    dw_json_text(&json, "stage", stage_names[state->version[number - 1].stage]);
    put_time(&json, "stage_since", state->version[number - 1].since);
    dw_buf_char(out, ',');
    dw_buf_add(out, stored.data + 1, stored.length - 1);
    dw_buf_char(out, '\n');
  }
  dw_buf_free(&stored);
  return status;
}

static dw_status list_work(dw_store *store, void *context, dw_err *err)
{
  question *q = context;
  registry_state state;
  q->out->length = q->out_before;
  dw_status status = state_read(store, &state, err);
  for (size_t i = 0; status == DW_OK && i < state.count; i++) status = version_write(store, &state, i + 1, q->out, err);
  state_free(&state);
  return status;
}

static dw_status history_line(void *context, const dw_store_row *row, dw_err *err)
{
  dw_buf_add(context, row->text, row->length);
  dw_buf_char(context, '\n');
  return DW_OK;
}

static dw_status history_work(dw_store *store, void *context, dw_err *err)
{
  question *q = context;
  q->out->length = q->out_before;
  return dw_store_rows(store, "history", &DW_STORE_ALL, history_line, q->out, err);
}

/* The model's bytes are those that were registered. */
static dw_status model_check(dw_store *store, const dw_buf *out, size_t from, const dw_buf *model, size_t model_from, dw_err *err)
{
  dw_value *version;
  char digest[33];
  dw_status status = dw_value_parse(&version, out->data + from, out->length - from - 1, dw_store_name(store), 0, err);
  if (status != DW_OK) return status;
  dw_version_digest(model->data + model_from, model->length - model_from, digest);
  if (strcmp(digest, dw_value_text(dw_value_get(dw_value_get(version, "model"), "digest"), "")) != 0)
    status = dw_err_set(err, DW_EDATA, "%s: damaged: the model of %s is not the one that was registered", dw_store_name(store),
                        dw_value_text(dw_value_get(version, "version"), ""));
  dw_value_free(version);
  return status;
}

static dw_status show_work(dw_store *store, void *context, dw_err *err)
{
  question *q = context;
  registry_state state;
  uint64_t number;
  dw_buf own = {0}, *model = q->model ? q->model : &own;
  q->out->length = q->out_before;
  model->length = q->model_before;
  dw_status status = state_read(store, &state, err);
  if (status == DW_OK) status = state_resolve(&state, q->version, dw_store_name(store), &number, err);
  if (status == DW_OK) status = version_write(store, &state, number, q->out, err);
  if (status == DW_OK) status = version_part(store, "model", number, model, err);
  if (status == DW_OK) status = model_check(store, q->out, q->out_before, model, q->model_before, err);
  dw_buf_free(&own);
  state_free(&state);
  return status;
}

static dw_status question_ask(dw_registry *registry, dw_store_work *work, question *q, dw_err *err)
{
  q->out_before = q->out->length;
  q->model_before = q->model ? q->model->length : 0;
  dw_status status = dw_store_read(registry->store, work, q, err);
  if (status == DW_OK) return DW_OK;
  q->out->length = q->out_before;
  if (q->model) q->model->length = q->model_before;
  return status;
}

typedef struct holding {
  dw_stage stage;
  uint64_t number;
} holding;

static dw_status holder_work(dw_store *store, void *context, dw_err *err)
{
  holding *h = context;
  registry_state state;
  dw_status status = state_read(store, &state, err);
  h->number = status == DW_OK ? state_holder(&state, h->stage) : 0;
  state_free(&state);
  return status;
}

dw_status dw_registry_holder(dw_registry *registry, dw_stage stage, char out[DW_REGISTRY_VERSION], dw_err *err)
{
  holding h = {.stage = stage};
  dw_status status = dw_store_read(registry->store, holder_work, &h, err);
  *out = '\0';
  if (h.number) snprintf(out, DW_REGISTRY_VERSION, "v%llu", (unsigned long long)h.number);
  return status;
}

dw_status dw_registry_list(dw_registry *registry, dw_buf *out, dw_err *err)
{
  return question_ask(registry, list_work, &(question){.out = out}, err);
}

dw_status dw_registry_history(dw_registry *registry, dw_buf *out, dw_err *err)
{
  return question_ask(registry, history_work, &(question){.out = out}, err);
}

dw_status dw_registry_show(dw_registry *registry, const char *version, dw_buf *out, dw_buf *model, dw_err *err)
{
  return question_ask(registry, show_work, &(question){.version = version, .out = out, .model = model}, err);
}
