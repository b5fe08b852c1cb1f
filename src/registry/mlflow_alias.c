/* Aliases of registered models: api/2.0/mlflow/registered-models/alias, which MLflow has since 2.3. */
#include "base/clock.h"
#include "base/num.h"
#include "io/bytes/http.h"
#include "io/text/made_by.h"
#include "registry/mlflow_parts.h"

static const char alias_path[] = "mlflow/registered-models/alias";

/* As MLflow has it: what a regular expression calls a word, of any language. */
static bool word_letter(char c)
{
  bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || c == '_' || c == '-' || (unsigned char)c >= 0x80;
}

const char *dw_mlflow_alias_wrong(const char *alias)
{
  size_t length = strlen(alias), digits = 0;
  for (size_t i = 0; i < length; i++)
    if (!word_letter(alias[i])) return "an alias has letters, digits, _ and - alone";
  if (length == 0 || length > 255) return "an alias has 1 to 255 bytes";
  if (strcasecmp(alias, "latest") == 0) return "\"latest\" is MLflow's own";
  while (alias[1 + digits] >= '0' && alias[1 + digits] <= '9') digits++;
  return (alias[0] == 'v' || alias[0] == 'V') && digits && 1 + digits == length ? "v and digits are MLflow's names of versions" : NULL;
}

bool dw_mlflow_uri(const char *uri, dw_buf *name, const char **alias)
{
  static const char scheme[] = "models:/";
  const char *at = strrchr(uri, '@');
  if (strncmp(uri, scheme, sizeof scheme - 1) != 0 || !at || at < uri + sizeof scheme) return false;
  dw_buf_add(name, uri + sizeof scheme - 1, (size_t)(at - uri) - (sizeof scheme - 1));
  *alias = at + 1;
  return !strchr(dw_buf_cstr(name), '/') && !dw_mlflow_alias_wrong(*alias);
}

/* A call that has to work. */
static dw_status settle(dw_status status, const char *what, int code, const dw_value *answer, dw_err *err)
{
  if (status != DW_OK || (code >= 200 && code < 300)) return status;
  if (dw_mlflow_lacks(code, answer))
    return dw_err_set(err, DW_EDATA, "the MLflow server has no aliases (it answers %s with status %d); MLflow has them since 2.3", what,
                      code);
  return dw_mlflow_refused(what, code, answer, err);
}

static dw_status alias_call(const dw_mlflow *mlflow, const char *method, const char *name, const char *alias, const char *number,
                            dw_err *err)
{
  dw_buf body = {0};
  dw_json json;
  dw_value *answer;
  int code;
  dw_mlflow_body(&json, &body);
  dw_json_text(&json, "name", name);
  dw_json_text(&json, "alias", alias);
  if (number) dw_json_text(&json, "version", number);
  dw_json_close(&json, '}');
  dw_status status = dw_mlflow_ask(mlflow, method, alias_path, body.data, body.length, NULL, &code, &answer, err);
  status = settle(status, "registered-models/alias", code, answer, err);
  dw_value_free(answer);
  dw_buf_free(&body);
  return status;
}

dw_status dw_mlflow_alias_set(const dw_mlflow *mlflow, const char *name, const char *alias, const char *number, dw_err *err)
{
  return alias_call(mlflow, "POST", name, alias, number, err);
}

dw_status dw_mlflow_alias_delete(const dw_mlflow *mlflow, const char *name, const char *alias, dw_err *err)
{
  return alias_call(mlflow, "DELETE", name, alias, NULL, err);
}

/* That there is no such alias, servers say by either of two words: RESOURCE_DOES_NOT_EXIST, and INVALID_PARAMETER_VALUE with a message. */
static bool no_such_alias(int code, const dw_value *answer)
{
  const char *word = dw_mlflow_member(answer, "error_code"), *message = dw_mlflow_member(answer, "message");
  if (code == 404 && strcmp(word, "RESOURCE_DOES_NOT_EXIST") == 0) return true;
  return code == 400 && strcmp(word, "INVALID_PARAMETER_VALUE") == 0 && strstr(message, "alias") && strstr(message, "not found");
}

dw_status dw_mlflow_alias_find(const dw_mlflow *mlflow, const char *name, const char *alias, dw_value **version, dw_err *err)
{
  dw_buf path = {0};
  dw_value *answer;
  int code;
  *version = NULL;
  dw_buf_format(&path, "%s?name=", alias_path);
  dw_http_escape(&path, name, false);
  dw_buf_text(&path, "&alias=");
  dw_http_escape(&path, alias, false);
  dw_status status = dw_mlflow_ask(mlflow, "GET", dw_buf_cstr(&path), NULL, 0, NULL, &code, &answer, err);
  dw_buf_free(&path);
  if (status == DW_OK && no_such_alias(code, answer))
    status = dw_err_set(err, DW_ENODATA, "no version of \"%s\" has the alias \"%s\" at MLflow", name, alias);
  else status = settle(status, "registered-models/alias", code, answer, err);
  const dw_value *found = dw_value_get(answer, "model_version");
  if (status == DW_OK && !*dw_mlflow_member(found, "version"))
    status = dw_err_set(err, DW_ESYSTEM, "MLflow answers registered-models/alias without a version: is it an MLflow server?");
  if (status == DW_OK) *version = answer;
  else dw_value_free(answer);
  return status;
}

static const char *tag_of(const dw_value *version, const char *key)
{
  for (const dw_value *at = dw_value_first(dw_value_get(version, "tags")); at; at = dw_value_next(at))
    if (strcmp(dw_mlflow_member(at, "key"), key) == 0) return dw_mlflow_member(at, "value");
  return NULL;
}

static void put_text(dw_json *json, const char *key, const char *text) { dw_json_text(json, key, text && *text ? text : NULL); }

static void write_alias(const dw_mlflow *mlflow, const char *action, const char *name, const char *alias, const dw_value *version,
                        dw_buf *out)
{
  dw_json json;
  char time[DW_TIME_TEXT];
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "model_alias");
  dw_json_text(&json, "action", action);
  dw_json_text(&json, "name", name);
  dw_json_text(&json, "alias", alias);
  put_text(&json, "mlflow_version", dw_mlflow_member(version, "version"));
  put_text(&json, "version", tag_of(version, "driftwatch.version"));
  put_text(&json, "run_id", dw_mlflow_member(version, "run_id"));
  put_text(&json, "source", dw_mlflow_member(version, "source"));
  put_text(&json, "stage", dw_mlflow_member(version, "current_stage"));
  dw_json_bytes(&json, "time", time, dw_time_print(time, mlflow->now));
  dw_made_by_write(&json, mlflow->made_by, mlflow->made_by ? strlen(mlflow->made_by) : 0);
  dw_json_close(&json, '}');
  dw_buf_char(out, '\n');
}

dw_status dw_mlflow_alias(const dw_mlflow *mlflow, dw_mlflow_action action, const char *name, const char *alias, const char *number,
                          dw_buf *out, dw_err *err)
{
  static const char *const words[] = {"get", "set", "delete"};
  dw_value *answer = NULL;
  dw_status status = DW_OK;
  if (action == DW_MLFLOW_SET) status = dw_mlflow_alias_set(mlflow, name, alias, number, err);
  if (action == DW_MLFLOW_DELETE) status = dw_mlflow_alias_delete(mlflow, name, alias, err);
  else if (status == DW_OK) status = dw_mlflow_alias_find(mlflow, name, alias, &answer, err);
  if (status == DW_OK) write_alias(mlflow, words[action], name, alias, dw_value_get(answer, "model_version"), out);
  dw_value_free(answer);
  return status;
}
