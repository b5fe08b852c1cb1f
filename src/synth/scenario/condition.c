#include "synth/scenario/condition.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/num.h"

enum { CONDITION_DEPTH = 64, CONDITION_LONGEST = 1 << 16 }; /* both bound the recursion */

typedef enum node_kind { NODE_AND, NODE_OR, NODE_NOT, NODE_COMPARE, NODE_IN, NODE_MISSING } node_kind;
typedef enum relation { LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, EQUAL, UNEQUAL } relation;

/* A tree by pointers into the condition's arena: a condition is read once and asked millions of times. */
typedef struct node {
  node_kind kind;
  relation relation;        /* COMPARE */
  uint32_t column;          /* COMPARE, IN, MISSING */
  uint32_t count;           /* values */
  dw_operand *values;       /* COMPARE: 1, IN: count */
  const struct node *left;  /* AND, OR, NOT */
  const struct node *right; /* AND, OR */
} node;

struct dw_condition {
  dw_arena arena;
  dw_map columns;
  const node *root;
};

typedef enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_QUOTED, TOKEN_NAME, TOKEN_SIGN, TOKEN_BROKEN } token_kind;

typedef struct token {
  token_kind kind;
  const char *text; /* QUOTED, NAME: the content, doubled quotes undone */
  size_t length;
  size_t at; /* first byte in the source */
} token;

typedef struct parser {
  dw_condition *condition;
  const char *source;
  size_t length;
  size_t at;
  token token; /* the one to look at */
  int depth;
  dw_err *err;
} parser;

static bool parser_fail(parser *p, const char *format, ...) DW_PRINTF(2, 3);
static bool parser_fail(parser *p, const char *format, ...)
{
  char what[300];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  dw_err_set(p->err, DW_EUSAGE, "condition \"%.300s\", byte %zu: %s", p->source, p->token.at + 1, what);
  return false;
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
static bool is_word(char c) { return !is_space(c) && !strchr("()<>=!,'\"`", c); } /* NUL is no word: strchr finds it */

static void token_quoted(parser *p, char quote)
{
  size_t start = p->at++;
  char *text = dw_arena_alloc(&p->condition->arena, p->length - start + 1);
  size_t n = 0;
  for (; p->at < p->length; p->at++) {
    if (p->source[p->at] == quote) {
      if (p->at + 1 >= p->length || p->source[p->at + 1] != quote) break;
      p->at++;
    }
    text[n++] = p->source[p->at];
  }
  text[n] = '\0';
  bool closed = p->at < p->length;
  if (closed) p->at++;
  p->token = (token){!closed ? TOKEN_BROKEN : quote == '`' ? TOKEN_NAME : TOKEN_QUOTED, text, n, start};
}

static void parser_next(parser *p)
{
  while (p->at < p->length && is_space(p->source[p->at])) p->at++;
  const char *s = p->source + p->at;
  p->token = (token){TOKEN_END, s, 0, p->at};
  if (p->at == p->length) return;
  if (*s == '\'' || *s == '"' || *s == '`') {
    token_quoted(p, *s);
    return;
  }
  size_t n = 0;
  if (is_word(*s)) {
    while (p->at + n < p->length && is_word(s[n])) n++;
    p->token.kind = TOKEN_WORD;
  } else {
    n = strchr("<>=!", *s) && p->at + 1 < p->length && s[1] == '=' ? 2 : 1;
    p->token.kind = TOKEN_SIGN;
  }
  p->token.length = n;
  p->at += n;
}

static bool token_is(const token *t, token_kind kind, const char *text)
{
  return t->kind == kind && t->length == strlen(text) && strncasecmp(t->text, text, t->length) == 0;
}

static bool accept(parser *p, token_kind kind, const char *text)
{
  if (!token_is(&p->token, kind, text)) return false;
  parser_next(p);
  return true;
}

static bool accept_sign(parser *p, const char *text) { return accept(p, TOKEN_SIGN, text); }
static bool accept_word(parser *p, const char *text) { return accept(p, TOKEN_WORD, text); }

static bool is_keyword(const token *t)
{
  static const char *const words[] = {"and", "or", "not", "in", "is", "missing", "&&", "||"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (token_is(t, TOKEN_WORD, words[i])) return true;
  return false;
}

static node *node_new(parser *p, node_kind kind)
{
  node *n = dw_arena_alloc(&p->condition->arena, sizeof *n);
  *n = (node){.kind = kind};
  return n;
}

/* "expected WHAT", and what stands there instead. */
static bool parser_expected(parser *p, const char *what)
{
  if (p->token.kind == TOKEN_BROKEN) return parser_fail(p, "the quote %c is not closed", p->source[p->token.at]);
  if (p->token.kind == TOKEN_END) return parser_fail(p, "expected %s, got the end", what);
  size_t shown = p->token.length < 60 ? p->token.length : 60;
  return parser_fail(p, "expected %s, got \"%.*s\"", what, (int)shown, p->token.text);
}

static bool parse_value(parser *p, dw_operand *value)
{
  const token *t = &p->token;
  if (t->kind == TOKEN_QUOTED) {
    *value = dw_operand_literal(t->text, t->length, true);
  } else if (t->kind == TOKEN_WORD && !is_keyword(t) && !token_is(t, TOKEN_WORD, "null")) {
    *value = dw_operand_literal(dw_arena_strndup(&p->condition->arena, t->text, t->length), t->length, false);
  } else {
    return parser_expected(p, token_is(t, TOKEN_WORD, "null") ? "a value (for absent ones: is missing)" : "a value");
  }
  parser_next(p);
  return true;
}

static bool parse_list(parser *p, node *n)
{
  size_t capacity = 0;
  dw_operand *values = NULL;
  if (!accept_sign(p, "(")) return parser_expected(p, "( behind in");
  bool ok;
  do {
    values = dw_grow(values, &capacity, (size_t)n->count + 1, sizeof *values);
    ok = parse_value(p, &values[n->count]);
    if (ok) n->count++;
  } while (ok && accept_sign(p, ","));
  if (ok && !accept_sign(p, ")")) ok = parser_expected(p, "a comma or )");
  if (ok) {
    n->values = dw_arena_alloc(&p->condition->arena, n->count * sizeof *values);
    memcpy(n->values, values, n->count * sizeof *values);
  }
  dw_free(values);
  return ok;
}

static bool parse_sign(parser *p, relation *out)
{
  static const struct {
    const char *sign;
    relation relation;
  } signs[] = {{"<", LESS}, {"<=", LESS_EQUAL}, {">", GREATER}, {">=", GREATER_EQUAL}, {"=", EQUAL}, {"==", EQUAL}, {"!=", UNEQUAL}};
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
    if (!accept_sign(p, signs[i].sign)) continue;
    *out = signs[i].relation;
    return true;
  }
  return false;
}

static const node *negate(parser *p, const node *inner)
{
  node *n = node_new(p, NODE_NOT);
  n->left = inner;
  return n;
}

/* column relation. `not in` is false on a missing value, as every relation is: it becomes (not in) and (not missing). */
static const node *parse_relation(parser *p)
{
  const token *t = &p->token;
  if (!(t->kind == TOKEN_NAME || (t->kind == TOKEN_WORD && !is_keyword(t)))) {
    parser_expected(p, "a column");
    return NULL;
  }
  uint32_t column = dw_map_intern(&p->condition->columns, t->text, t->length);
  parser_next(p);
  node *n = node_new(p, NODE_COMPARE);
  n->column = column;
  if (parse_sign(p, &n->relation)) {
    n->values = dw_arena_alloc(&p->condition->arena, sizeof *n->values);
    n->count = 1;
    return parse_value(p, n->values) ? n : NULL;
  }
  if (accept_word(p, "is")) {
    bool no = accept_word(p, "not");
    n->kind = NODE_MISSING;
    if (!accept_word(p, "missing")) {
      parser_expected(p, "missing (is missing, is not missing)");
      return NULL;
    }
    return no ? negate(p, n) : n;
  }
  bool no = accept_word(p, "not");
  n->kind = NODE_IN;
  if (!accept_word(p, "in")) {
    parser_expected(p, "a relation (<, <=, >, >=, =, !=, in, is)");
    return NULL;
  }
  if (!parse_list(p, n)) return NULL;
  if (!no) return n;
  node *missing = node_new(p, NODE_MISSING), *both = node_new(p, NODE_AND);
  missing->column = column;
  both->left = negate(p, missing);
  both->right = negate(p, n);
  return both;
}

static const node *parse_either(parser *p);

static const node *parse_part(parser *p)
{
  if (++p->depth > CONDITION_DEPTH) {
    parser_fail(p, "nested deeper than %d", CONDITION_DEPTH);
    return NULL;
  }
  const node *n;
  if (accept_word(p, "not")) {
    n = parse_part(p);
    if (n) n = negate(p, n);
  } else if (accept_sign(p, "(")) {
    n = parse_either(p);
    if (n && !accept_sign(p, ")")) {
      parser_expected(p, "and, or, )");
      n = NULL;
    }
  } else {
    n = parse_relation(p);
  }
  p->depth--;
  return n;
}

static const node *parse_both(parser *p)
{
  const node *left = parse_part(p);
  while (left && (accept_word(p, "and") || accept_word(p, "&&"))) {
    node *n = node_new(p, NODE_AND);
    n->left = left;
    n->right = parse_part(p);
    left = n->right ? n : NULL;
  }
  return left;
}

static const node *parse_either(parser *p)
{
  const node *left = parse_both(p);
  while (left && (accept_word(p, "or") || accept_word(p, "||"))) {
    node *n = node_new(p, NODE_OR);
    n->left = left;
    n->right = parse_both(p);
    left = n->right ? n : NULL;
  }
  return left;
}

dw_status dw_condition_parse(dw_condition **out, const char *text, dw_err *err)
{
  if (strlen(text) > CONDITION_LONGEST) return dw_err_set(err, DW_EUSAGE, "a condition is at most %d bytes long", CONDITION_LONGEST);
  dw_condition *condition = dw_alloc(sizeof *condition);
  dw_arena_init(&condition->arena);
  dw_map_init(&condition->columns);
  parser p = {.condition = condition, .source = text, .length = strlen(text), .err = err};
  parser_next(&p);
  condition->root = parse_either(&p);
  if (condition->root && p.token.kind != TOKEN_END) {
    parser_expected(&p, "and, or, or the end");
    condition->root = NULL;
  }
  if (!condition->root) {
    dw_condition_free(condition);
    return DW_EUSAGE;
  }
  *out = condition;
  return DW_OK;
}

void dw_condition_free(dw_condition *condition)
{
  if (!condition) return;
  dw_arena_free(&condition->arena);
  dw_map_free(&condition->columns);
  dw_free(condition);
}

size_t dw_condition_columns(const dw_condition *condition) { return condition->columns.count; }

const char *dw_condition_column(const dw_condition *condition, size_t index)
{
  assert(index < condition->columns.count);
  return condition->columns.keys[index].text;
}

dw_operand dw_operand_literal(const char *text, size_t length, bool quoted)
{
  dw_operand operand = {.kind = DW_OPERAND_TEXT, .text = text, .length = length};
  if (quoted) return operand;
  double number;
  if (dw_num_parse(text, length, &number, NULL)) return (dw_operand){.kind = DW_OPERAND_NUMBER, .number = number};
  if (length == 4 && strncasecmp(text, "true", 4) == 0) return (dw_operand){.kind = DW_OPERAND_BOOL, .number = 1};
  if (length == 5 && strncasecmp(text, "false", 5) == 0) return (dw_operand){.kind = DW_OPERAND_BOOL, .number = 0};
  return operand;
}

static bool operand_numeric(const dw_operand *a) { return a->kind == DW_OPERAND_NUMBER || a->kind == DW_OPERAND_BOOL; }

/* -1, 0, 1; 2 when they cannot be compared (of different kinds, or one is missing). */
static int operand_compare(const dw_operand *a, const dw_operand *b)
{
  if (operand_numeric(a) && operand_numeric(b))
    return a->number < b->number ? -1 : a->number > b->number ? 1 : a->number == b->number ? 0 : 2;
  if (a->kind != DW_OPERAND_TEXT || b->kind != DW_OPERAND_TEXT) return 2;
  size_t shorter = a->length < b->length ? a->length : b->length;
  int order = shorter ? memcmp(a->text, b->text, shorter) : 0;
  if (order == 0) order = a->length < b->length ? -1 : a->length > b->length;
  return order < 0 ? -1 : order > 0;
}

bool dw_operand_equal(const dw_operand *a, const dw_operand *b) { return operand_compare(a, b) == 0; }

static bool compare_holds(relation how, const dw_operand *a, const dw_operand *b)
{
  if (a->kind == DW_OPERAND_MISSING) return false;
  int order = operand_compare(a, b);
  switch (how) {
  case LESS: return order == -1;
  case LESS_EQUAL: return order == -1 || order == 0;
  case GREATER: return order == 1;
  case GREATER_EQUAL: return order == 1 || order == 0;
  case EQUAL: return order == 0;
  case UNEQUAL: return order != 0;
  }
  return false;
}

static bool node_holds(const node *n, dw_condition_lookup *lookup, void *context)
{
  switch (n->kind) {
  case NODE_AND: return node_holds(n->left, lookup, context) && node_holds(n->right, lookup, context);
  case NODE_OR: return node_holds(n->left, lookup, context) || node_holds(n->right, lookup, context);
  case NODE_NOT: return !node_holds(n->left, lookup, context);
  default: break;
  }
  dw_operand value = lookup(context, n->column);
  if (n->kind == NODE_MISSING) return value.kind == DW_OPERAND_MISSING;
  if (n->kind == NODE_COMPARE) return compare_holds(n->relation, &value, n->values);
  for (uint32_t i = 0; i < n->count; i++)
    if (dw_operand_equal(&value, &n->values[i])) return true;
  return false;
}

bool dw_condition_holds(const dw_condition *condition, dw_condition_lookup *lookup, void *context)
{
  return node_holds(condition->root, lookup, context);
}

static dw_status node_values(const node *n, dw_condition_check *check, void *context, dw_err *err)
{
  if (!n) return DW_OK;
  dw_status status = node_values(n->left, check, context, err);
  if (status == DW_OK) status = node_values(n->right, check, context, err);
  bool ordered = n->kind == NODE_COMPARE && n->relation < EQUAL;
  for (uint32_t i = 0; i < n->count && status == DW_OK; i++) status = check(context, n->column, &n->values[i], ordered, err);
  return status;
}

dw_status dw_condition_values(const dw_condition *condition, dw_condition_check *check, void *context, dw_err *err)
{
  return node_values(condition->root, check, context, err);
}
