#include "io/record/renames.h"

#include <stdatomic.h>

#include "base/map.h"
#include "base/mem.h"

typedef struct renamed {
  const char *to; /* the caller's */
  atomic_bool met;
} renamed;

struct dw_renames {
  dw_map old; /* by the same index: */
  renamed *column;
};

dw_status dw_renames_make(dw_renames **out, const dw_text_list *items, dw_err *err)
{
  *out = NULL;
  if (items->count == 0) return DW_OK;
  dw_renames *renames = dw_alloc_zero(1, sizeof *renames);
  renames->column = dw_alloc_zero(items->count, sizeof *renames->column);
  dw_map_init(&renames->old);
  for (size_t i = 0; i < items->count; i++) {
    const char *item = items->text[i], *equals = strchr(item, '=');
    dw_status status = DW_OK;
    if (!equals || equals == item || !equals[1])
      status = dw_err_set(err, DW_EUSAGE, "--rename: \"%s\" is not OLD=NEW, the column's name in the data and the one to call it by", item);
    else if (dw_map_find(&renames->old, item, (size_t)(equals - item)) != DW_MAP_NONE)
      status = dw_err_set(err, DW_EUSAGE, "--rename: \"%.*s\" is given two names", (int)(equals - item), item);
    if (status != DW_OK) {
      dw_renames_free(renames);
      return status;
    }
    renames->column[dw_map_intern(&renames->old, item, (size_t)(equals - item))].to = equals + 1;
  }
  *out = renames;
  return DW_OK;
}

void dw_renames_free(dw_renames *renames)
{
  if (!renames) return;
  dw_map_free(&renames->old);
  dw_free(renames->column);
  dw_free(renames);
}

const char *dw_renames_of(dw_renames *renames, const char *name, size_t length)
{
  uint32_t at = renames ? dw_map_find(&renames->old, name, length) : DW_MAP_NONE;
  if (at == DW_MAP_NONE) return NULL;
  atomic_store_explicit(&renames->column[at].met, true, memory_order_relaxed);
  return renames->column[at].to;
}

bool dw_renames_makes(const dw_renames *renames, const char *name, size_t length)
{
  for (size_t i = 0; renames && i < renames->old.count; i++)
    if (dw_text_equal(name, length, renames->column[i].to)) return true;
  return false;
}

dw_status dw_renames_check(const dw_renames *renames, const dw_roster *names, bool made, dw_err *err)
{
  for (size_t i = 0; renames && names->map.count && i < renames->old.count; i++) {
    const char *old = renames->old.keys[i].text;
    if (atomic_load_explicit(&renames->column[i].met, memory_order_relaxed) || (made && dw_roster_have(names, renames->column[i].to)))
      continue;
    dw_buf hint = {0};
    dw_roster_hint(names, old, "there are", &hint);
    dw_err_set(err, DW_EDATA, "--rename: there is no column \"%s\"%s", old, dw_buf_cstr(&hint));
    dw_buf_free(&hint);
    return DW_EDATA;
  }
  return DW_OK;
}
