#include "test.h"

#include <unistd.h>

#include "base/clock.h"
#include "registry/registry.h"
#include "registry/version.h"
#include "store/keep/store.h"

static char folder[] = "dw-test-registry-XXXXXX";
static dw_err err;

static void clean_up(void)
{
  char command[100];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  if (system(command) != 0) perror("rm");
}

static dw_registry *fresh(char path[200])
{
  static int count;
  dw_registry *registry;
  if (count == 0 && (!mkdtemp(folder) || atexit(clean_up) != 0)) abort();
  snprintf(path, 200, "%s/r%d", folder, ++count);
  if (dw_registry_open(&registry, path, true, &err) != DW_OK) abort();
  return registry;
}

/* One change after another at 00:00:01, 00:00:02 …; the answer's document, or "STATUS MESSAGE". */
static const char *answer(dw_status status, dw_buf *out)
{
  static dw_buf kept;
  kept.length = 0;
  if (status == DW_OK) dw_buf_add(&kept, out->data, out->length);
  else dw_buf_format(&kept, "%d %s", (int)status, err.message);
  dw_buf_free(out);
  return dw_buf_cstr(&kept);
}

static int64_t seconds;
static dw_registry_call call_now(const char *once)
{
  return (dw_registry_call){.now = ++seconds * DW_SECOND, .once = once, .reason = "why", .made_by = "{}"};
}

static const char *add(dw_registry *registry, const char *model, const char *parent, const char *once)
{
  dw_buf members = {0}, out = {0};
  dw_registry_call call = call_now(once);
  dw_version_source source = {.model = model, .model_length = strlen(model), .model_name = "m"};
  if (dw_version_describe(&source, &members, &err) != DW_OK) abort();
  dw_status status = dw_registry_register(registry, model, strlen(model), dw_buf_cstr(&members), parent, &call, &out, &err);
  dw_buf_free(&members);
  return answer(status, &out);
}

static const char *promote(dw_registry *registry, const char *version, dw_stage stage, const char *once)
{
  dw_buf out = {0};
  dw_registry_call call = call_now(once);
  return answer(dw_registry_promote(registry, version, stage, &call, &out, &err), &out);
}

static const char *back(dw_registry *registry, const char *once)
{
  dw_buf out = {0};
  dw_registry_call call = call_now(once);
  return answer(dw_registry_rollback(registry, &call, &out, &err), &out);
}

/* The stages of all versions, by their first letters: "APN". */
static const char *stages(dw_registry *registry)
{
  static char text[40];
  dw_buf out = {0};
  size_t count = 0;
  CHECK(dw_registry_list(registry, &out, &err) == DW_OK);
  for (const char *at = dw_buf_cstr(&out); (at = strstr(at, "\"stage\":\"")); at++) text[count++] = at[9];
  text[count] = '\0';
  dw_buf_free(&out);
  return text;
}

static const char *history(dw_registry *registry)
{
  dw_buf out = {0};
  return answer(dw_registry_history(registry, &out, &err), &out);
}

static const char *show(dw_registry *registry, const char *version, dw_buf *model)
{
  dw_buf out = {0};
  return answer(dw_registry_show(registry, version, &out, model, &err), &out);
}

static int lines(const char *text)
{
  int count = 0;
  for (; *text; text++) count += *text == '\n';
  return count;
}

static const char first[] = "{\"kind\":\"model\",\"n\":1}", second[] = "{\"kind\":\"model\",\"n\":22}\n";

static const char *holder(dw_registry *registry, dw_stage stage)
{
  static char version[DW_REGISTRY_VERSION];
  CHECK_MSG(dw_registry_holder(registry, stage, version, &err) == DW_OK, "%s", err.message);
  return version;
}

TEST(who_is_in_a_stage_is_cheap_to_ask)
{
  char path[200];
  dw_registry *registry = fresh(path);
  CHECK_TEXT(holder(registry, DW_STAGE_PRODUCTION), "");
  for (int i = 0; i < 2; i++) add(registry, i ? second : first, NULL, NULL);
  promote(registry, "v2", DW_STAGE_PRODUCTION, NULL);
  promote(registry, "v1", DW_STAGE_STAGING, NULL);
  CHECK_TEXT(holder(registry, DW_STAGE_PRODUCTION), "v2");
  CHECK_TEXT(holder(registry, DW_STAGE_STAGING), "v1");
  promote(registry, "v1", DW_STAGE_PRODUCTION, NULL);
  CHECK_TEXT(holder(registry, DW_STAGE_PRODUCTION), "v1");
  CHECK_TEXT(holder(registry, DW_STAGE_STAGING), "");
  dw_registry_close(registry);
}

TEST(the_life_of_versions)
{
  char path[200];
  dw_registry *r = fresh(path);
  seconds = 0;
  CHECK_TEXT(stages(r), "");
  CHECK_TEXT(history(r), "");
  CHECK_TEXT(add(r, first, NULL, NULL),
             "{\"kind\":\"model_change\",\"change\":1,\"action\":\"register\",\"version\":\"v1\",\"from\":null,\"stage\":\"None\","
             "\"replaced\":null,"
             "\"changed\":true,\"reason\":\"why\",\"once\":null,\"time\":\"1970-01-01T00:00:01Z\",\"made_by\":[{}]}\n");
  CHECK(strstr(add(r, second, "v1", NULL), "\"version\":\"v2\""));
  CHECK(strstr(add(r, first, "latest", NULL), "\"version\":\"v3\""));
  CHECK_TEXT(stages(r), "NNN");
  CHECK_TEXT(promote(r, "v1", DW_STAGE_PRODUCTION, NULL),
             "{\"kind\":\"model_change\",\"change\":4,\"action\":\"promote\",\"version\":\"v1\",\"from\":\"None\",\"stage\":\"Production\","
             "\"replaced\":null,"
             "\"changed\":true,\"reason\":\"why\",\"once\":null,\"time\":\"1970-01-01T00:00:04Z\",\"made_by\":[{}]}\n");
  CHECK(strstr(promote(r, "v2", DW_STAGE_STAGING, NULL), "\"stage\":\"Staging\",\"replaced\":null"));
  CHECK_TEXT(stages(r), "PSN");
  CHECK(strstr(promote(r, "staging", DW_STAGE_PRODUCTION, NULL),
               "\"version\":\"v2\",\"from\":\"Staging\",\"stage\":\"Production\",\"replaced\":\"v1\""));
  CHECK_TEXT(stages(r), "APN");
  CHECK(strstr(promote(r, "v3", DW_STAGE_STAGING, NULL), "\"replaced\":null"));
  CHECK(strstr(promote(r, "v1", DW_STAGE_STAGING, NULL), "\"from\":\"Archived\",\"stage\":\"Staging\",\"replaced\":\"v3\""));
  CHECK_TEXT(stages(r), "SPA");
  CHECK(strstr(promote(r, "v3", DW_STAGE_PRODUCTION, NULL), "\"replaced\":\"v2\""));
  CHECK(strstr(promote(r, "v2", DW_STAGE_PRODUCTION, NULL), "\"replaced\":\"v3\""));
  CHECK_TEXT(stages(r), "SPA");
  dw_registry_close(r);
  CHECK(dw_registry_open(&r, path, false, &err) == DW_OK);
  /* back by the way it came: v3, v2, v1 (which waits in Staging) */
  CHECK(strstr(back(r, NULL),
               "\"action\":\"rollback\",\"version\":\"v3\",\"from\":\"Archived\",\"stage\":\"Production\",\"replaced\":\"v2\""));
  CHECK(strstr(back(r, NULL), "\"version\":\"v2\",\"from\":\"Archived\""));
  CHECK_TEXT(stages(r), "SPA");
  CHECK(strstr(back(r, NULL), "\"version\":\"v1\",\"from\":\"Staging\""));
  CHECK_TEXT(stages(r), "PAA");
  CHECK(strncmp(back(r, NULL), "5 ", 2) == 0);
  CHECK(strstr(err.message, "no version was in Production before v1"));
  CHECK(lines(history(r)) == 13);
  dw_registry_close(r);
}

TEST(what_is_so_already_is_no_change)
{
  char path[200];
  dw_registry *r = fresh(path);
  add(r, first, NULL, NULL);
  promote(r, "v1", DW_STAGE_PRODUCTION, NULL);
  CHECK(strstr(promote(r, "v1", DW_STAGE_PRODUCTION, NULL),
               "\"change\":null,\"action\":\"promote\",\"version\":\"v1\",\"from\":\"Production\","));
  CHECK(strstr(promote(r, "production", DW_STAGE_PRODUCTION, NULL), "\"changed\":false"));
  CHECK(lines(history(r)) == 2);
  CHECK(strncmp(promote(r, "v1", DW_STAGE_STAGING, NULL), "3 ", 2) == 0);
  CHECK(strstr(err.message, "v1 is in Production"));
  CHECK_TEXT(stages(r), "P");
  dw_registry_close(r);
}

TEST(a_key_makes_a_change_once)
{
  char path[200], before[600];
  dw_registry *r = fresh(path);
  snprintf(before, sizeof before, "%s", add(r, first, NULL, "step-1"));
  CHECK_TEXT(add(r, first, NULL, "step-1"), before);
  add(r, first, NULL, NULL);
  promote(r, "v1", DW_STAGE_PRODUCTION, NULL);
  snprintf(before, sizeof before, "%s", promote(r, "v2", DW_STAGE_PRODUCTION, "step-2"));
  CHECK(strstr(before, "\"once\":\"step-2\""));
  snprintf(before, sizeof before, "%s", back(r, "step-3"));
  CHECK_TEXT(back(r, "step-3"), before);
  CHECK_TEXT(stages(r), "PA");
  CHECK(strstr(promote(r, "v2", DW_STAGE_PRODUCTION, "step-2"), "\"version\":\"v2\"")); /* was done, is not done again */
  CHECK_TEXT(stages(r), "PA");
  CHECK(strncmp(back(r, "step-1"), "3 ", 2) == 0);
  CHECK(strstr(err.message, "\"step-1\" was used for a register"));
  /* nothing to do, and so it stays */
  CHECK(strstr(promote(r, "v1", DW_STAGE_PRODUCTION, "step-4"), "\"changed\":false"));
  promote(r, "v2", DW_STAGE_PRODUCTION, NULL);
  CHECK(strstr(promote(r, "v1", DW_STAGE_PRODUCTION, "step-4"), "\"changed\":false"));
  CHECK_TEXT(stages(r), "AP");
  CHECK(lines(history(r)) == 7);
  dw_registry_close(r);
}

TEST(versions_that_are_not_there)
{
  char path[200];
  dw_registry *r = fresh(path);
  CHECK(strncmp(show(r, "latest", NULL), "5 ", 2) == 0);
  CHECK(strncmp(show(r, "v1", NULL), "3 ", 2) == 0);
  CHECK(strstr(err.message, "no version v1; there is none yet"));
  CHECK(strncmp(back(r, NULL), "5 ", 2) == 0);
  CHECK(strstr(err.message, "no version is in Production"));
  CHECK(strncmp(add(r, first, "v1", NULL), "3 ", 2) == 0);
  add(r, first, NULL, NULL);
  static const char *const none[] = {"v0", "v01", "v2", "v99999999999999999999", "1", "v", "", "V1", "v1 ", "v-1"};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++)
    CHECK_MSG(strncmp(promote(r, none[i], DW_STAGE_PRODUCTION, NULL), "3 ", 2) == 0, "%s", none[i]);
  CHECK(strncmp(show(r, "production", NULL), "5 ", 2) == 0);
  CHECK(strstr(err.message, "no version is in Production"));
  CHECK(strncmp(add(r, first, "staging", NULL), "5 ", 2) == 0);
  CHECK_TEXT(stages(r), "N");
  CHECK(lines(history(r)) == 1);
  dw_registry_close(r);
}

TEST(the_model_comes_back_byte_for_byte_or_as_an_error)
{
  char path[200], command[500];
  dw_buf model = {0};
  dw_registry *r = fresh(path);
  add(r, first, NULL, NULL);
  add(r, second, "v1", NULL);
  const char *got = show(r, "v2", &model);
  CHECK(strncmp(got, "{\"kind\":\"model_version\",\"version\":\"v2\",\"stage\":\"None\",\"stage_since\":\"1970-", 70) == 0);
  CHECK(strstr(got, "\"parent\":\"v1\",\"registered_at\":\"1970-") && strstr(got, "\"model\":{\"format\":\"driftwatch\",\"bytes\":24,"));
  CHECK_TEXT(dw_buf_cstr(&model), second);
  /* the folder's own digest is mended, the registry's remains */
  snprintf(command, sizeof command,
           "cd '%s' && printf '{\"kind\":\"model\",\"n\":23}\\n' >000002-model-v2.json && cp index.json was && "
           "sed -i \"s/\\\"digest\\\": \\\"$(sed -n '/000002-model/,/digest/s/.*digest\\\": \\\"\\(.*\\)\\\"/\\1/p' "
           "index.json)/\\\"digest\\\": \\\"$D/\" index.json",
           path);
  char digest[33];
  dw_version_digest("{\"kind\":\"model\",\"n\":23}\n", 24, digest);
  setenv("D", digest, 1);
  CHECK(system(command) == 0);
  model.length = 0;
  CHECK(strncmp(show(r, "v2", &model), "3 ", 2) == 0);
  CHECK_MSG(strstr(err.message, "damaged: the model of v2 is not the one that was registered"), "%s", err.message);
  CHECK(model.length == 0);
  snprintf(command, sizeof command, "cd '%s' && mv was index.json", path);
  CHECK(system(command) == 0);
  CHECK(strncmp(show(r, "v2", NULL), "3 ", 2) == 0);
  CHECK(strstr(err.message, "000002-model-v2.json: damaged"));
  CHECK(strncmp(show(r, "v1", NULL), "{", 1) == 0);
  dw_buf_free(&model);
  dw_registry_close(r);
}

/* A registry as format 1 left it: the keys of its changes stand in the documents of the history alone. */
static dw_status write_format_1(dw_store *store, void *context, dw_err *e)
{
  static const char state[] = "{\"kind\":\"registry\",\"format\":1,\"changes\":2,\"versions\":[],\"former\":[]}";
  static const char *const history[] = {
      "{\"kind\":\"model_change\",\"change\":1,\"action\":\"register\",\"version\":\"v1\",\"once\":\"old\",\"time\":\"1970-01-01T00:00:"
      "01Z\"}",
      "{\"kind\":\"model_change\",\"change\":2,\"action\":\"promote\",\"version\":\"v1\",\"once\":null,\"time\":\"1970-01-01T00:00:02Z\"}"};
  dw_status status = dw_store_put(store, "registry", state, strlen(state), e);
  for (size_t i = 0; i < 2 && status == DW_OK; i++)
    status = dw_store_append(store, "history",
                             &(dw_store_row){.instant = DW_STORE_NO_INSTANT, .text = history[i], .length = strlen(history[i])}, e);
  return status;
}

TEST(keys_of_the_first_format_are_found_after_it_too)
{
  char path[200];
  dw_store *store;
  dw_registry *registry = fresh(path);
  CHECK(dw_store_open(&store, path, false, &err) == DW_OK);
  CHECK(dw_store_change(store, write_format_1, NULL, &err) == DW_OK);
  dw_store_close(store);
  CHECK(strstr(add(registry, first, NULL, "old"), "\"change\":1,"));
  CHECK(strstr(add(registry, first, NULL, "new"), "\"change\":3,"));
  CHECK(strstr(add(registry, first, NULL, "old"), "\"change\":1,"));
  CHECK(strstr(add(registry, first, NULL, "new"), "\"change\":3,"));
  CHECK(strstr(promote(registry, "v1", DW_STAGE_PRODUCTION, "old"), "was used for a register already"));
  dw_registry_close(registry);
}
