#include "serve/request/head.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "serve/request/request_target.h"

static const char *const method_names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

const char *dw_http_method_name(dw_http_method method) { return method_names[method]; }

static int refuse(int code, const char *words, const char **why)
{
  *why = words;
  return code;
}

/* --- where a head ends --- */

/* One byte; DW_HEAD_WHOLE behind the empty line. */
static int scan_byte(dw_head_scan *scan, unsigned char c, const char **why)
{
  if (++scan->bytes > DW_HEAD_BYTES) return refuse(431, "the head of the request is longer than 16 KiB", why);
  if (scan->after_cr) {
    if (c != '\n') return refuse(400, "a CR without LF in the head", why);
    scan->after_cr = false;
    if (scan->line == 0 && scan->begun) return DW_HEAD_WHOLE;
    scan->first_done = scan->begun;
    scan->line = 0;
  } else if (c == '\r') {
    scan->after_cr = true;
  } else if (c == '\n') {
    return refuse(400, "a line of the head does not end in CR LF", why);
  } else if ((c < ' ' && c != '\t') || c == 0x7f) {
    return refuse(400, "a control character in the head", why);
  } else {
    scan->begun = true;
    if (++scan->line > DW_HEAD_LINE && !scan->first_done) return refuse(414, "the first line of the request is longer than 8 KiB", why);
  }
  return DW_HEAD_MORE;
}

int dw_head_scan_add(dw_head_scan *scan, const char *piece, size_t length, size_t *used, const char **why)
{
  int code = DW_HEAD_MORE;
  *used = 0;
  while (*used < length && code == DW_HEAD_MORE) code = scan_byte(scan, (unsigned char)piece[(*used)++], why);
  return code;
}

/* --- letters --- */

/* RFC 9110, 5.6.2 */
static bool is_token_letter(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static size_t token_length(const char *text)
{
  size_t n = 0;
  while (is_token_letter(text[n])) n++;
  return n;
}

/* A target in ASCII without spaces; what browsers send unescaped in a query passes. */
static bool is_target_letter(char c) { return c > ' ' && c < 0x7f && !strchr("\"#<>", c); }

/* host or host:port, host a name, an IPv4 address or an IPv6 address in brackets (RFC 9110, 7.2). */
static bool is_host(const char *text)
{
  size_t n = 0;
  if (text[0] == '[') {
    n = 1 + strspn(text + 1, "0123456789abcdefABCDEF:.");
    if (n == 1 || text[n++] != ']') return false;
  } else {
    while (text[n] && text[n] != ':' && (is_token_letter(text[n]) && !strchr("#^`|", text[n]))) n++;
    if (n == 0) return false;
  }
  if (text[n] == '\0') return true;
  return text[n] == ':' && strspn(text + n + 1, "0123456789") == strlen(text + n + 1) && strlen(text + n + 1) <= 5;
}

/* --- fields --- */

bool dw_head_lists(const char *value, const char *word)
{
  size_t want = strlen(word);
  while (value && *value) {
    size_t length = strcspn(value, ",");
    const char *at = value + strspn(value, " \t");
    const char *end = value + length;
    while (end > at && (end[-1] == ' ' || end[-1] == '\t')) end--;
    if (end >= at && (size_t)(end - at) == want && strncasecmp(at, word, want) == 0) return true;
    value += length;
    if (*value == ',') value++;
  }
  return false;
}

const char *dw_head_field_of(const dw_head *head, const char *name)
{
  for (size_t i = 0; i < head->count; i++)
    if (strcasecmp(head->fields[i].name, name) == 0) return head->fields[i].value;
  return NULL;
}

/* How often the field is there; *value is the first. */
static size_t field_count(const dw_head *head, const char *name, const char **value)
{
  size_t count = 0;
  *value = NULL;
  for (size_t i = 0; i < head->count; i++) {
    if (strcasecmp(head->fields[i].name, name) != 0) continue;
    if (count++ == 0) *value = head->fields[i].value;
  }
  return count;
}

/* "Name: value", a line without its end. */
static int parse_field(dw_head *head, char *line, const char **why)
{
  if (*line == ' ' || *line == '\t') return refuse(400, "a folded line in the head", why);
  size_t length = token_length(line);
  if (length > 0 && (line[length] == ' ' || line[length] == '\t')) return refuse(400, "white space in front of the colon of a field", why);
  if (length == 0 || line[length] != ':') return refuse(400, "a line of the head that is no field", why);
  if (head->count == DW_HEAD_FIELDS) return refuse(431, "more than 100 fields in the head", why);
  line[length] = '\0';
  char *value = line + length + 1, *end = value + strlen(value);
  while (*value == ' ' || *value == '\t') value++;
  while (end > value && (end[-1] == ' ' || end[-1] == '\t')) end--;
  *end = '\0';
  head->fields[head->count++] = (dw_head_field){line, value};
  return 0;
}

/* --- the request line --- */

static int parse_version(dw_head *head, const char *text, const char **why)
{
  bool form = strlen(text) == 8 && strncmp(text, "HTTP/", 5) == 0 && text[5] >= '0' && text[5] <= '9' && text[6] == '.' && text[7] >= '0' &&
              text[7] <= '9';
  if (!form) return refuse(400, "the first line is not METHOD TARGET HTTP/1.1", why);
  if (text[5] != '1') return refuse(505, "only HTTP/1.1 and HTTP/1.0 are spoken here", why);
  head->minor = text[7] > '0';
  return 0;
}

static int parse_method(dw_head *head, const char *text, const char **why)
{
  for (int m = 0; m < DW_METHODS; m++) {
    if (strcmp(text, method_names[m]) != 0) continue;
    head->method = (dw_http_method)m;
    return 0;
  }
  return refuse(501, "the method is not known here", why);
}

/* /path?query, http://host/path?query, or * */
static int parse_target(dw_head *head, char *text, const char **why)
{
  for (const char *at = text; *at; at++)
    if (!is_target_letter(*at)) return refuse(400, "the target holds what has to be escaped", why);
  head->query = head->host = "";
  if (strcmp(text, "*") == 0 && head->method == DW_METHOD_OPTIONS) {
    head->path = text;
    return 0;
  }
  char *path = text;
  if (strncasecmp(text, "http://", 7) == 0 || strncasecmp(text, "https://", 8) == 0) {
    char *host = strchr(text, '/') + 2;
    size_t length = strcspn(host, "/?");
    path = host + length;
    if (*path == '?' || *path == '\0') return refuse(400, "a target with a host and without a path", why);
    memmove(host - 1, host, length); /* makes room for a NUL */
    *(host - 1 + length) = '\0';
    head->host = host - 1;
    if (!is_host(head->host)) return refuse(400, "the host of the target is none", why);
  }
  if (*path != '/') return refuse(400, "the target does not begin with a slash", why);
  char *mark = strchr(path, '?');
  if (mark) {
    *mark = '\0';
    head->query = mark + 1;
  }
  head->path = path;
  if (strchr(path, '\\') || !dw_request_target_path_fits(path))
    return refuse(400, "the path holds a broken escape, or . or .. as a part", why);
  if (!dw_request_target_query_fits(head->query)) return refuse(400, "the query holds a broken escape, or no UTF-8", why);
  return 0;
}

static int parse_first_line(dw_head *head, char *line, const char **why)
{
  size_t method = token_length(line);
  char *target = line + method + 1, *space = method && line[method] == ' ' ? strchr(target, ' ') : NULL;
  if (!space || space == target || strchr(space + 1, ' ')) return refuse(400, "the first line is not METHOD TARGET HTTP/1.1", why);
  line[method] = *space = '\0';
  int code = parse_version(head, space + 1, why);
  if (code == 0) code = parse_method(head, line, why);
  return code ? code : parse_target(head, target, why);
}

/* --- what the fields mean --- */

static int check_host(dw_head *head, const char **why)
{
  const char *value;
  size_t count = field_count(head, "Host", &value);
  if (count > 1) return refuse(400, "Host is there twice", why);
  if (count == 0 && head->minor > 0) return refuse(400, "Host is missing", why);
  if (count == 0) return 0;
  if (!is_host(value)) return refuse(400, "Host is no host", why);
  if (*head->host && strcasecmp(head->host, value) != 0) return refuse(400, "Host and the host of the target differ", why);
  head->host = value;
  return 0;
}

/* How the body ends (RFC 9112, 6). */
static int check_body(dw_head *head, const char **why)
{
  const char *coding, *length;
  size_t codings = field_count(head, "Transfer-Encoding", &coding), lengths = field_count(head, "Content-Length", &length);
  if (codings && lengths) return refuse(400, "both Content-Length and Transfer-Encoding", why);
  if (codings && head->minor == 0) return refuse(400, "Transfer-Encoding in HTTP/1.0", why);
  if (codings > 1) return refuse(400, "Transfer-Encoding is there twice", why);
  if (lengths > 1) return refuse(400, "Content-Length is there twice", why);
  if (codings && strcasecmp(coding, "chunked") != 0)
    return refuse(dw_head_lists(coding, "chunked") ? 501 : 400, "Transfer-Encoding is not chunked", why);
  head->chunked = codings > 0;
  head->sized = lengths > 0;
  if (!lengths) return 0;
  bool digits = *length && strspn(length, "0123456789") == strlen(length) && strlen(length) <= 18;
  if (!digits || !dw_num_parse_unsigned(length, strlen(length), &head->length)) return refuse(400, "Content-Length is no number", why);
  return 0;
}

static int check_connection(dw_head *head, const char **why)
{
  head->keep_alive = head->minor > 0;
  for (size_t i = 0; i < head->count; i++) {
    if (strcasecmp(head->fields[i].name, "Connection") != 0) continue;
    if (dw_head_lists(head->fields[i].value, "close")) {
      head->keep_alive = false;
      break;
    }
    if (dw_head_lists(head->fields[i].value, "keep-alive")) head->keep_alive = true;
  }
  const char *expect;
  if (field_count(head, "Expect", &expect) == 0 || head->minor == 0) return 0;
  if (strcasecmp(expect, "100-continue") != 0) return refuse(417, "only 100-continue can be expected here", why);
  head->waits = head->chunked || head->length > 0;
  return 0;
}

static int parse_lines(dw_head *head, char *line, const char **why)
{
  while (strncmp(line, "\r\n", 2) == 0) line += 2;
  char *next = strstr(line, "\r\n");
  *next = '\0';
  int code = parse_first_line(head, line, why);
  for (line = next + 2; code == 0 && (next = strstr(line, "\r\n")) && next != line; line = next + 2) {
    *next = '\0';
    code = parse_field(head, line, why);
  }
  if (code == 0) code = check_host(head, why);
  if (code == 0) code = check_body(head, why);
  return code ? code : check_connection(head, why);
}

int dw_head_parse(dw_head *head, const char *bytes, size_t length, const char **why)
{
  dw_head_scan scan = {0};
  size_t used;
  memset(head, 0, sizeof *head);
  head->text = dw_strndup(bytes, length);
  int code = dw_head_scan_add(&scan, bytes, length, &used, why);
  if (code == DW_HEAD_MORE || (code == DW_HEAD_WHOLE && used != length)) return refuse(400, "the head of the request is cut short", why);
  code = code == DW_HEAD_WHOLE ? parse_lines(head, head->text, why) : code;
  if (code) head->keep_alive = false;
  return code;
}

void dw_head_free(dw_head *head)
{
  dw_free(head->text);
  head->text = NULL;
}
