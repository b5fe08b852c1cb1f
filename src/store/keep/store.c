#include "store/keep/store.h"

#include <assert.h>
#include <string.h>

#include "store/keep/store_kind.h"

enum { STORE_TRIES = 20 };

static const struct {
  const char *prefix;
  bool kept; /* the prefix is a part of the place */
  const dw_store_kind *kind;
} store_kinds[] = {
    {"sqlite:", false, &dw_store_sqlite}, {"postgres://", true, &dw_store_pg}, {"postgresql://", true, &dw_store_pg},
    {"postgres:", false, &dw_store_pg},   {"", true, &dw_store_folder},
};

dw_status dw_store_open(dw_store **out, const char *address, bool create, dw_err *err)
{
  *out = NULL;
  size_t i = 0, length;
  while (length = strlen(store_kinds[i].prefix), strncmp(address, store_kinds[i].prefix, length) != 0) i++;
  const char *place = address + (store_kinds[i].kept ? 0 : length);
  if (*place == '\0') return dw_err_set(err, DW_EUSAGE, "\"%s\" names no store; DIR, sqlite:FILE or postgres:URL does", address);
  if (length == 0 && strstr(address, "://")) /* it may hold a password: not shown, and no folder's name */
    return dw_err_set(err, DW_EUSAGE, "%.*s:// names no kind of store; DIR, sqlite:FILE and postgres:URL do", (int)strcspn(address, ":"),
                      address);
  dw_store *store = dw_alloc_zero(1, sizeof *store);
  store->kind = store_kinds[i].kind;
  dw_status status = store->kind->open(store, place, create, err);
  if (status != DW_OK) {
    dw_store_close(store);
    return status;
  }
  *out = store;
  return DW_OK;
}

void dw_store_close(dw_store *store)
{
  if (!store) return;
  assert(!store->inside);
  store->kind->close(store);
  dw_free(store->name);
  dw_free(store);
}

const char *dw_store_name(const dw_store *store) { return store->name; }

static dw_status store_try(dw_store *store, dw_store_work *work, void *context, bool *again, dw_err *err)
{
  *again = false;
  dw_status status = store->kind->begin(store, store->changing, err);
  if (status != DW_OK) return status;
  store->inside = true;
  status = work(store, context, err);
  if (status == DW_OK) status = store->kind->commit(store, again, err);
  if (status != DW_OK) store->kind->undo(store, again);
  store->inside = false;
  return status;
}

static dw_status store_run(dw_store *store, bool change, dw_store_work *work, void *context, dw_err *err)
{
  assert(!store->inside);
  bool again = true;
  dw_status status = DW_OK;
  store->changing = change;
  for (int i = 0; i < STORE_TRIES && again; i++) status = store_try(store, work, context, &again, err);
  return status;
}

dw_status dw_store_read(dw_store *store, dw_store_work *work, void *context, dw_err *err)
{
  return store_run(store, false, work, context, err);
}

dw_status dw_store_change(dw_store *store, dw_store_work *work, void *context, dw_err *err)
{
  return store_run(store, true, work, context, err);
}

/* In a folder names are parts of file names, and an output that is called .gz is compressed. */
static bool store_ends(const char *name, size_t length, const char *suffix)
{
  size_t wanted = strlen(suffix);
  return length >= wanted && strcmp(name + length - wanted, suffix) == 0;
}

bool dw_store_name_valid(const char *name)
{
  size_t length = strlen(name);
  if (store_ends(name, length, ".gz") || store_ends(name, length, ".zst")) return false;
  if (length == 0 || length > DW_STORE_NAME || name[0] < 'a' || name[0] > 'z') return false;
  return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == length;
}

dw_status dw_store_get(dw_store *store, const char *name, dw_buf *out, bool *found, dw_err *err)
{
  assert(store->inside && !store->giving && dw_store_name_valid(name));
  return store->kind->get(store, name, out, found, err);
}

dw_status dw_store_put(dw_store *store, const char *name, const void *bytes, size_t length, dw_err *err)
{
  assert(store->inside && !store->giving && store->changing && dw_store_name_valid(name));
  return store->kind->put(store, name, bytes, length, err);
}

dw_status dw_store_append(dw_store *store, const char *series, const dw_store_row *row, dw_err *err)
{
  assert(store->inside && !store->giving && store->changing && dw_store_name_valid(series) && !memchr(row->text, '\n', row->length));
  return store->kind->append(store, series, row, err);
}

dw_status dw_store_rows(dw_store *store, const char *series, const dw_store_query *query, dw_store_sink *sink, void *context, dw_err *err)
{
  assert(store->inside && !store->giving && dw_store_name_valid(series));
  if (query->from >= query->to && query->to != INT64_MAX) return DW_OK;
  store->giving = true;
  dw_status status = store->kind->rows(store, series, query, sink, context, err);
  store->giving = false;
  return status;
}

dw_status dw_store_prune(dw_store *store, const char *series, int64_t before, uint64_t *removed, dw_err *err)
{
  uint64_t count = 0;
  assert(store->inside && !store->giving && store->changing && dw_store_name_valid(series));
  dw_status status = store->kind->prune(store, series, before, &count, err);
  if (removed) *removed = count;
  return status;
}
