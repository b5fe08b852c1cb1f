#include "synth/scenario/catalogue.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/text/yaml.h"

enum { FOLDERS = 4, SHOWN = 20 };

/* The folder of the program itself, with a slash behind; "" when the system does not say. */
static void own_folder(dw_buf *out)
{
  char path[4096];
  ssize_t n = readlink("/proc/self/exe", path, sizeof path);
  if (n <= 0 || (size_t)n == sizeof path) return;
  while (n > 0 && path[n - 1] != '/') n--;
  dw_buf_add(out, path, (size_t)n);
}

/* Folder number i with a slash behind; false when there is none. */
static bool folder(size_t i, dw_buf *out)
{
  static const char *const beside[] = {"../scenarios/", "../share/driftwatch/scenarios/"};
  out->length = 0;
  if (i == 0) {
    const char *set = getenv("DW_SCENARIOS");
    if (!set || !*set) return false;
    dw_buf_text(out, set);
    dw_buf_char(out, '/');
    return true;
  }
  if (i == 1) {
    dw_buf_text(out, "scenarios/");
    return true;
  }
  own_folder(out);
  if (out->length == 0) return false;
  dw_buf_text(out, beside[i - 2]);
  return true;
}

static int entry_order(const void *a, const void *b)
{
  return strcmp(((const dw_catalogue_entry *)a)->name, ((const dw_catalogue_entry *)b)->name);
}

/* The description of a scenario; NULL when the file is none. */
static char *scenario_description(const char *path)
{
  dw_yaml *yaml;
  dw_err err;
  if (dw_yaml_read(&yaml, path, &err) != DW_OK) return NULL;
  const dw_node *root = dw_yaml_root(yaml), *description = dw_node_get(root, "description");
  char *text = NULL;
  if (dw_node_get(root, "columns") || dw_node_get(root, "extends"))
    text = dw_strdup(description && description->type == DW_NODE_SCALAR ? description->text : "");
  dw_yaml_free(yaml);
  return text;
}

typedef struct listing {
  dw_catalogue_entry *entries;
  size_t count, capacity;
} listing;

static void list_file(listing *list, dw_buf *path, const char *file)
{
  size_t length = strlen(file), folder_length = path->length;
  if (length <= 5 || strcmp(file + length - 5, ".yaml") != 0) return;
  for (size_t i = 0; i < list->count; i++) /* an earlier folder has it */
    if (dw_text_equal(file, length - 5, list->entries[i].name)) return;
  dw_buf_text(path, file);
  char *description = scenario_description(dw_buf_cstr(path));
  if (description) {
    list->entries = dw_grow(list->entries, &list->capacity, list->count + 1, sizeof *list->entries);
    list->entries[list->count++] =
        (dw_catalogue_entry){.name = dw_strndup(file, length - 5), .path = dw_strdup(path->data), .description = description};
  }
  path->length = folder_length;
}

void dw_catalogue_list(dw_catalogue_entry **entries, size_t *count)
{
  listing list = {0};
  dw_buf path = {0};
  for (size_t i = 0; i < FOLDERS; i++) {
    if (!folder(i, &path)) continue;
    DIR *dir = opendir(dw_buf_cstr(&path));
    if (!dir) continue;
    for (struct dirent *file = readdir(dir); file; file = readdir(dir)) list_file(&list, &path, file->d_name);
    closedir(dir);
  }
  dw_buf_free(&path);
  if (list.count) qsort(list.entries, list.count, sizeof *list.entries, entry_order);
  *entries = list.entries;
  *count = list.count;
}

void dw_catalogue_free(dw_catalogue_entry *entries, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    dw_free(entries[i].name);
    dw_free(entries[i].path);
    dw_free(entries[i].description);
  }
  dw_free(entries);
}

static dw_status not_found(const char *name, dw_err *err)
{
  dw_catalogue_entry *entries;
  size_t count;
  dw_buf list = {0};
  dw_catalogue_list(&entries, &count);
  const char **names = dw_alloc_array(count, sizeof *names);
  for (size_t i = 0; i < count; i++) {
    names[i] = entries[i].name;
    if (i >= SHOWN) continue;
    dw_buf_text(&list, i ? ", " : "; there are ");
    dw_buf_text(&list, names[i]);
  }
  const char *near = dw_nearest(name, names, count);
  if (near) dw_err_set(err, DW_EUSAGE, "there is no scenario \"%.100s\": did you mean \"%s\"?", name, near);
  else dw_err_set(err, DW_EUSAGE, "there is no scenario \"%.100s\"%s (a file needs a / or a . in its name)", name, dw_buf_cstr(&list));
  dw_free(names);
  dw_buf_free(&list);
  dw_catalogue_free(entries, count);
  return DW_EUSAGE;
}

dw_status dw_catalogue_find(const char *name, dw_buf *path, dw_err *err)
{
  path->length = 0;
  if (strpbrk(name, "/.")) {
    dw_buf_text(path, name);
    dw_buf_cstr(path);
    return DW_OK;
  }
  for (size_t i = 0; i < FOLDERS; i++) {
    if (!folder(i, path)) continue;
    dw_buf_text(path, name);
    dw_buf_text(path, ".yaml");
    if (access(dw_buf_cstr(path), F_OK) == 0) return DW_OK;
  }
  return not_found(name, err);
}
