#include "synth/scenario/catalogue.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

static char folder[] = "dw-catalogue-XXXXXX";

static void put(const char *name, const char *text)
{
  char path[200];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void take_away(const char *name)
{
  char path[200];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  unlink(path);
}

static const dw_catalogue_entry *entry(const dw_catalogue_entry *entries, size_t count, const char *name)
{
  const dw_catalogue_entry *found = NULL;
  for (size_t i = 0; i < count; i++)
    if (strcmp(entries[i].name, name) == 0) {
      CHECK(!found);
      found = &entries[i];
    }
  return found;
}

TEST(names_and_files)
{
  CHECK(mkdtemp(folder) != NULL);
  setenv("DW_SCENARIOS", folder, 1);
  put("zzz-one.yaml", "description: the first\ncolumns: {a: {distribution: sequence}}\n");
  put("zzz-two.yaml", "extends: zzz-one\n");
  put("zzz-policy.yaml", "description: no scenario\nrules: []\n");
  put("zzz-broken.yaml", "columns: {\n");
  put("zzz-other.txt", "columns: {}\n");

  dw_catalogue_entry *entries;
  size_t count;
  dw_catalogue_list(&entries, &count);
  const dw_catalogue_entry *one = entry(entries, count, "zzz-one"), *two = entry(entries, count, "zzz-two");
  CHECK(one && strcmp(one->description, "the first") == 0 && strncmp(one->path, folder, strlen(folder)) == 0);
  CHECK(two && strcmp(two->description, "") == 0);
  CHECK(!entry(entries, count, "zzz-policy") && !entry(entries, count, "zzz-broken") && !entry(entries, count, "zzz-other"));
  for (size_t i = 1; i < count; i++) CHECK(strcmp(entries[i - 1].name, entries[i].name) < 0);
  dw_catalogue_free(entries, count);

  dw_buf path = {0};
  dw_err err;
  char want[200];
  snprintf(want, sizeof want, "%s/zzz-two.yaml", folder);
  CHECK(dw_catalogue_find("zzz-two", &path, &err) == DW_OK);
  CHECK_TEXT(path.data, want);
  CHECK(dw_catalogue_find("no/such.yaml", &path, &err) == DW_OK);
  CHECK_TEXT(path.data, "no/such.yaml");
  CHECK(dw_catalogue_find("zzz-tow", &path, &err) == DW_EUSAGE);
  CHECK_TEXT(err.message, "there is no scenario \"zzz-tow\": did you mean \"zzz-two\"?");
  CHECK(dw_catalogue_find("something-else-entirely", &path, &err) == DW_EUSAGE);
  CHECK(strstr(err.message, "; there are ") && strstr(err.message, "zzz-one"));
  dw_buf_free(&path);

  take_away("zzz-one.yaml");
  take_away("zzz-two.yaml");
  take_away("zzz-policy.yaml");
  take_away("zzz-broken.yaml");
  take_away("zzz-other.txt");
  rmdir(folder);
  unsetenv("DW_SCENARIOS");
}

TEST(an_absent_folder_is_no_error)
{
  setenv("DW_SCENARIOS", "/nonexistent/folder", 1);
  dw_catalogue_entry *entries;
  size_t count = 1;
  dw_catalogue_list(&entries, &count);
  CHECK(!entry(entries, count, "zzz-one"));
  dw_catalogue_free(entries, count);
  unsetenv("DW_SCENARIOS");
}
