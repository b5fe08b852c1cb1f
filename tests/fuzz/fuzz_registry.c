/* fuzz_registry: a registry in a folder, from a stranger: its index, or the document that its index leads to, which the index's digest
 * guards (so it is made to fit). Its versions, its history and who holds a stage are told, or it is refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "registry/registry.h"
#include "target.h"

static char folder[64], index_path[96], document_path[96];

static void clear(void)
{
  char command[128];
  snprintf(command, sizeof command, "rm -rf %s", folder);
  if (system(command) != 0) fprintf(stderr, "%s stays\n", folder);
}

static bool prepared(void)
{
  if (*folder) return true;
  snprintf(folder, sizeof folder, "%s/dw-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
  if (!mkdtemp(folder)) return false;
  snprintf(index_path, sizeof index_path, "%s/index.json", folder);
  snprintf(document_path, sizeof document_path, "%s/000001-registry", folder);
  atexit(clear);
  return true;
}

static bool put(const char *path, const char *bytes, size_t length)
{
  FILE *file = fopen(path, "wb");
  if (!file) return false;
  bool good = fwrite(bytes, 1, length, file) == length;
  return fclose(file) == 0 && good;
}

static const char *fuzz_one(const char *bytes, size_t length)
{
  if (!prepared()) return "no folder";
  dw_err err = {0};
  dw_registry *registry = NULL;
  dw_buf index = {0}, told = {0}, model = {0};
  char digest[33], holder[DW_REGISTRY_VERSION];
  const char *problem = NULL;
  dw_digest d;
  if (memmem(bytes, length, "\"store\"", 7)) {
    dw_buf_add(&index, bytes, length);
  } else {
    dw_digest_init(&d);
    dw_digest_add(&d, bytes, length);
    dw_digest_text(&d, digest);
    dw_buf_format(&index,
                  "{\"kind\":\"store\",\"format\":2,\"generation\":1,\"documents\":[{\"name\":\"registry\",\"file\":\"000001-registry\","
                  "\"bytes\":%zu,\"digest\":\"%s\"}],\"series\":[]}\n",
                  length, digest);
  }
  if (!put(document_path, bytes, length) || !put(index_path, index.data, index.length)) problem = "nothing can be written";
  dw_status status = dw_registry_open(&registry, folder, false, &err);
  if (status == DW_OK) {
    dw_status list = dw_registry_list(registry, &told, &err);
    if (list != DW_OK && list != DW_EDATA && list != DW_ENODATA && list != DW_ESYSTEM) problem = "an error of no kind";
    dw_registry_history(registry, &told, &err);
    dw_registry_show(registry, "production", &told, &model, &err);
    for (int stage = DW_STAGE_STAGING; stage <= DW_STAGE_PRODUCTION; stage++)
      if (dw_registry_holder(registry, (dw_stage)stage, holder, &err) == DW_OK && *holder && !dw_registry_is_version(holder))
        problem = "a holder that is no version";
  }
  dw_registry_close(registry);
  dw_buf_free(&index);
  dw_buf_free(&told);
  dw_buf_free(&model);
  return problem;
}

FUZZ_TARGET("registry", fuzz_one, fuzz_values);
