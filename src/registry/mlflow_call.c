#include "io/bytes/http.h"
#include "registry/mlflow_parts.h"

const char *dw_mlflow_member(const dw_value *object, const char *key) { return dw_value_text(dw_value_get(object, key), ""); }

dw_status dw_mlflow_refused(const char *what, int code, const dw_value *answer, dw_err *err)
{
  const char *reason = dw_mlflow_member(answer, "message"), *word = dw_mlflow_member(answer, "error_code");
  return dw_err_set(err, DW_ESYSTEM, "MLflow refuses %s: status %d%s%s%s%s", what, code, *word ? ", " : "", word, *reason ? ": " : "",
                    reason);
}

dw_status dw_mlflow_ask(const dw_mlflow *mlflow, const char *method, const char *path, const char *body, size_t length, const char *type,
                        int *code, dw_value **answer, dw_err *err)
{
  dw_buf url = {0}, text = {0};
  size_t base = strlen(mlflow->url);
  while (base > 0 && mlflow->url[base - 1] == '/') base--;
  dw_buf_add(&url, mlflow->url, base);
  dw_buf_format(&url, "/api/2.0/%s", path);
  dw_http_request request = {.method = method,
                             .url = dw_buf_cstr(&url),
                             .body = body,
                             .length = length,
                             .type = type,
                             .bearer = mlflow->token,
                             .user = mlflow->user,
                             .password = mlflow->password};
  *answer = NULL;
  dw_status status = dw_http_ask(&request, code, &text, err);
  dw_err ignored;
  if (status == DW_OK && text.length && dw_value_parse(answer, text.data, text.length, "MLflow", 0, &ignored) != DW_OK) *answer = NULL;
  dw_buf_free(&url);
  dw_buf_free(&text);
  return status;
}

dw_status dw_mlflow_post(const dw_mlflow *mlflow, const char *path, const dw_buf *body, dw_value **answer, dw_err *err)
{
  int code;
  dw_value *got;
  dw_buf full = {0};
  dw_buf_format(&full, "mlflow/%s", path);
  dw_status status = dw_mlflow_ask(mlflow, "POST", dw_buf_cstr(&full), body->data, body->length, NULL, &code, &got, err);
  if (status == DW_OK && (code < 200 || code > 299)) status = dw_mlflow_refused(path, code, got, err);
  if (status == DW_OK && answer && dw_value_kind(got) != DW_VALUE_OBJECT)
    status = dw_err_set(err, DW_ESYSTEM, "MLflow answers %s with something that is not a JSON object: is it an MLflow server?", path);
  if (status == DW_OK && answer) *answer = got;
  else dw_value_free(got);
  dw_buf_free(&full);
  return status;
}

void dw_mlflow_body(dw_json *json, dw_buf *body)
{
  body->length = 0;
  dw_json_start(json, body, 0);
  dw_json_open(json, NULL, '{');
}

bool dw_mlflow_lacks(int code, const dw_value *answer)
{
  static const char *const words[] = {"ENDPOINT_NOT_FOUND", "NOT_IMPLEMENTED", "FEATURE_DISABLED"};
  const char *word = dw_mlflow_member(answer, "error_code");
  bool lacks = code == 405 || code == 501 || (code == 404 && !*word);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) lacks |= code >= 400 && strcmp(word, words[i]) == 0;
  return lacks;
}
