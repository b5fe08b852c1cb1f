#include "io/library/library.h"

#include <dlfcn.h>
#include <string.h>

#include "base/fault.h"

static dw_status library_missing(const dw_library *library, const char *why, dw_err *err)
{
  size_t name = strlen(library->name);
  /* dlerror has nothing to say without memory */
  if (!why) why = "the loader does not say why";
  if (strncmp(why, library->name, name) == 0 && why[name] == ':') why += name + 1 + (why[name + 1] == ' '); /* named already */
  return dw_err_set(err, DW_ESYSTEM, "%s is needed for %s and cannot be loaded: %s", library->name, library->use, why);
}

static const char left_out[] = "WITHOUT=";

bool dw_library_left_out(const dw_library *library) { return strncmp(library->name, left_out, sizeof left_out - 1) == 0; }

static dw_status library_open(dw_library *library, dw_err *err)
{
  if (dw_library_left_out(library))
    return dw_err_set(err, DW_ESYSTEM, "this build is without %s (make %s), which is needed for %s: run make deps, then make",
                      library->name + sizeof left_out - 1, library->name, library->use);
  if (dw_fault_missing(library->name)) return library_missing(library, "no such library (DW_FAULT_MISSING)", err);
  void *handle = dlopen(library->name, RTLD_NOW | RTLD_LOCAL);
  if (!handle) return library_missing(library, dlerror(), err);
  for (size_t i = 0; i < library->count; i++) {
    void *address = dlsym(handle, library->names[i]);
    if (!address) {
      dw_status status = library_missing(library, dlerror(), err);
      dlclose(handle);
      return status;
    }
    memcpy((char *)library->calls + i * sizeof address, &address, sizeof address); /* POSIX: a function's pointer is like an object's */
  }
  return DW_OK;
}

dw_status dw_library_load(dw_library *library, dw_err *err)
{
  if (atomic_load_explicit(&library->loaded, memory_order_acquire)) return DW_OK;
  pthread_mutex_lock(&library->lock);
  dw_status status = library->loaded ? DW_OK : library_open(library, err);
  atomic_store_explicit(&library->loaded, status == DW_OK, memory_order_release);
  pthread_mutex_unlock(&library->lock);
  return status;
}
