#include "data/datasets/messages.h"

#include "base/mem.h"
#include "io/text/json_text.h"

/* --- checked JSON, read without checking it again; never past the end --- */

typedef struct span {
  const char *text;
  size_t length;
} span;

static bool is(span word, const char *text) { return dw_text_equal(word.text, word.length, text); }

static bool one_of(span word, const char *const *words)
{
  while (*words && !is(word, *words)) words++;
  return *words != NULL;
}

static const char *skip_space(const char *p, const char *end)
{
  while (p < end && dw_json_space(*p)) p++;
  return p;
}

/* p is behind the opening quote; returns the closing one: behind an even number of backslashes. */
static const char *string_end(const char *p, const char *end)
{
  for (const char *quote = p; (quote = memchr(quote, '"', (size_t)(end - quote))); quote++) {
    const char *before = quote;
    while (before > p && before[-1] == '\\') before--;
    if ((quote - before) % 2 == 0) return quote;
  }
  return end;
}

static const char *skip_string(const char *p, const char *end)
{
  p = string_end(p + 1, end);
  return p < end ? p + 1 : end;
}

static const char *skip_value(const char *p, const char *end)
{
  size_t depth = 0;
  do {
    if (p >= end) return end;
    if (*p == '"') {
      p = skip_string(p, end);
    } else if (*p == '{' || *p == '[') {
      depth++, p++;
    } else if (*p == '}' || *p == ']') {
      if (depth) depth--;
      p++;
    } else if (depth) {
      p++;
    } else {
      while (p < end && *p != ',' && *p != '}' && *p != ']' && !dw_json_space(*p)) p++;
    }
  } while (depth);
  return p;
}

/* *p is behind the opening bracket, or behind a value: moves it to the next value. false: there is none, *p is behind the closing one. */
static bool next_value(const char **p, const char *end)
{
  const char *at = skip_space(*p, end);
  if (at < end && *at == ',') at = skip_space(at + 1, end);
  bool any = at < end && *at != ']' && *at != '}';
  *p = any || at >= end ? at : at + 1;
  return any;
}

/* The same for a member of an object. A name that is written with escapes is none that is looked for. */
static bool next_member(const char **p, const char *end, span *name)
{
  if (!next_value(p, end) || **p != '"') return false;
  const char *quote = string_end(*p + 1, end);
  *name = (span){*p + 1, (size_t)(quote - *p - 1)};
  const char *at = skip_space(quote < end ? quote + 1 : end, end);
  if (at < end && *at == ':') at++;
  *p = skip_space(at, end);
  return *p < end;
}

/* The inside of a string, else empty. */
static span string_at(const char *p, const char *end)
{
  if (*p != '"') return (span){p, 0};
  return (span){p + 1, (size_t)(string_end(p + 1, end) - p - 1)};
}

/* --- texts --- */

typedef struct reading {
  dw_messages *messages;
  dw_buf *text;
  const char *end;
} reading;

/* One element of the array. */
typedef struct element {
  dw_message message;               /* its text so far */
  span type;                        /* "type" */
  bool role, content, call, choice; /* it has such members */
  bool nested, answer;              /* an object holds them; "message" or "delta" does */
  bool strange;                     /* a content is a number or a boolean */
  bool other;                       /* some member is not "text" */
} element;

static void add_piece(reading *r, dw_message *message, span piece)
{
  if (r->text->length > message->offset) dw_buf_char(r->text, '\n');
  dw_json_text_decode(r->text, piece.text, piece.length);
  message->spoken = true;
}

/* What a member of a message, or of something in it, is about. */
typedef enum member {
  MEMBER_OTHER,
  MEMBER_ROLE,
  MEMBER_TYPE,
  MEMBER_CONTENT,
  MEMBER_TEXT,
  MEMBER_VALUE,
  MEMBER_PARTS,
  MEMBER_ANSWER,
  MEMBER_REFUSAL,
  MEMBER_CALL,
  MEMBER_CHOICE
} member;

static member member_of(span name)
{
  static const struct {
    const char *name;
    member is;
  } members[] = {{"role", MEMBER_ROLE},          {"from", MEMBER_ROLE},       {"type", MEMBER_TYPE},
                 {"content", MEMBER_CONTENT},    {"text", MEMBER_TEXT},       {"value", MEMBER_VALUE},
                 {"parts", MEMBER_PARTS},        {"message", MEMBER_ANSWER},  {"delta", MEMBER_ANSWER},
                 {"refusal", MEMBER_REFUSAL},    {"tool_calls", MEMBER_CALL}, {"tool_call_id", MEMBER_CALL},
                 {"function_call", MEMBER_CALL}, {"index", MEMBER_CHOICE},    {"finish_reason", MEMBER_CHOICE},
                 {"logprobs", MEMBER_CHOICE}};
  for (size_t i = 0; i < sizeof members / sizeof *members; i++)
    if (*name.text == *members[i].name && is(name, members[i].name)) return members[i].is; /* the quote behind an empty name is no letter */
  return MEMBER_OTHER;
}

static bool holds_text(span name)
{
  member is = member_of(name);
  return is == MEMBER_CONTENT || is == MEMBER_TEXT || is == MEMBER_PARTS || is == MEMBER_VALUE || is == MEMBER_REFUSAL;
}

/* Adds the texts of a content: a string, parts, or an object that has them. Of an object, the first member with a text counts. */
static const char *read_text(reading *r, dw_message *message, const char *p)
{
  const char *end = r->end;
  span name;
  if (*p == '"') {
    add_piece(r, message, string_at(p, end));
    return skip_string(p, end);
  }
  if (*p == '[') {
    for (p++; next_value(&p, end);) p = read_text(r, message, p);
    return p;
  }
  if (*p != '{') return skip_value(p, end);
  bool spoken = message->spoken;
  message->spoken = false;
  for (p++; next_member(&p, end, &name);) p = !message->spoken && holds_text(name) ? read_text(r, message, p) : skip_value(p, end);
  message->spoken |= spoken;
  return p;
}

/* --- messages --- */

static dw_role role_of(span word)
{
  static const struct {
    const char *word;
    dw_role role;
  } roles[] = {{"user", DW_ROLE_USER},         {"human", DW_ROLE_USER},
               {"prompter", DW_ROLE_USER},     {"assistant", DW_ROLE_ASSISTANT},
               {"gpt", DW_ROLE_ASSISTANT},     {"model", DW_ROLE_ASSISTANT},
               {"ai", DW_ROLE_ASSISTANT},      {"bot", DW_ROLE_ASSISTANT},
               {"chatbot", DW_ROLE_ASSISTANT}, {"function_call", DW_ROLE_ASSISTANT},
               {"system", DW_ROLE_SYSTEM},     {"developer", DW_ROLE_SYSTEM},
               {"tool", DW_ROLE_TOOL},         {"function", DW_ROLE_TOOL},
               {"observation", DW_ROLE_TOOL},  {"ipython", DW_ROLE_TOOL}};
  char lower[16];
  if (word.length >= sizeof lower) return DW_ROLE_OTHER;
  for (size_t i = 0; i < word.length; i++) lower[i] = word.text[i] >= 'A' && word.text[i] <= 'Z' ? (char)(word.text[i] | 32) : word.text[i];
  for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
    if (is((span){lower, word.length}, roles[i].word)) return roles[i].role;
  return DW_ROLE_OTHER;
}

static const char *read_members(reading *r, element *e, const char *p, bool inside);

/* A member that may hold the text. An object that is no part holds a whole message (of a choice, of a candidate): its members are read as
 * if they stood here. Of several texts the first counts. */
static const char *read_content(reading *r, element *e, member is, const char *p)
{
  bool holds = *p == '{' && is != MEMBER_TEXT && is != MEMBER_VALUE;
  e->strange |= *p != '"' && *p != '{' && *p != '[' && *p != 'n';
  e->nested |= holds;
  e->answer |= holds && is == MEMBER_ANSWER;
  e->content |= !holds;
  if (holds) return read_members(r, e, p + 1, true);
  return e->message.spoken ? skip_value(p, r->end) : read_text(r, &e->message, p);
}

/* p stands behind the opening brace. */
static const char *read_members(reading *r, element *e, const char *p, bool inside)
{
  span name;
  while (next_member(&p, r->end, &name)) {
    member is = member_of(name);
    bool string = *p == '"';
    e->other |= is != MEMBER_TEXT;
    switch (is) {
    case MEMBER_ROLE:
      if (string) e->message.role = role_of(string_at(p, r->end));
      e->role |= string;
      break;
    case MEMBER_TYPE:
      if (string && !inside) e->type = string_at(p, r->end);
      break;
    case MEMBER_REFUSAL:
      e->content |= string;
      if (string && !e->message.spoken) add_piece(r, &e->message, string_at(p, r->end));
      break;
    case MEMBER_CALL: e->call = true; break;
    case MEMBER_CHOICE: e->choice = true; break;
    case MEMBER_OTHER: break;
    default: p = read_content(r, e, is, p); continue;
    }
    p = skip_value(p, r->end);
  }
  return p;
}

/* What LangChain calls the role. */
static bool speaks_as(span type)
{
  static const char *const types[] = {"human", "ai", "system", "tool", "function", "chat", NULL};
  return one_of(type, types);
}

static bool is_message(element *e)
{
  if (e->strange) return false;
  if (!e->role && e->content && !e->nested && speaks_as(e->type)) {
    e->message.role = role_of(e->type);
    return true;
  }
  if (e->role) return e->content || e->call || e->nested;
  e->message.role = DW_ROLE_ASSISTANT; /* only answers of a model have choices */
  return e->answer ? e->content || e->choice : e->choice && e->message.spoken;
}

/* A part of a content that says what it is. */
static bool is_part(const element *e)
{
  static const char *const texts[] = {"text", "input_text", "output_text", "refusal", NULL}, *const others[] = {"tool_use", "tool_result",
                                                                                                                "thinking",
                                                                                                                "redacted_thinking", NULL};
  if (e->strange || e->nested) return false;
  return (e->message.spoken && (one_of(e->type, texts) || !e->other)) || one_of(e->type, others);
}

static dw_message *new_message(dw_messages *messages)
{
  messages->item = dw_grow(messages->item, &messages->capacity, messages->count + 1, sizeof *messages->item);
  return &messages->item[messages->count++];
}

/* Elements with a type of their own (calls, reasoning, images) may stand among messages and among parts; anything else makes it another
 * array. */
static dw_messages_kind read_array(reading *r, const char *p)
{
  dw_messages *all = r->messages;
  dw_buf *text = r->text;
  size_t parts = 0;
  while (next_value(&p, r->end)) {
    if (*p != '{') return DW_MESSAGES_NONE;
    size_t before = text->length;
    if (before > all->offset) dw_buf_char(text, '\n');
    element e = {.message = {.role = DW_ROLE_OTHER, .offset = text->length}};
    p = read_members(r, &e, p + 1, false);
    e.message.length = text->length - e.message.offset;
    bool message = is_message(&e), part = !message && is_part(&e);
    if (!message && !part && (!e.type.length || e.strange)) return DW_MESSAGES_NONE;
    if ((message && parts) || (part && all->count)) return DW_MESSAGES_NONE;
    if (!e.message.length || (!message && !part)) text->length = before;
    parts += part;
    if (message) *new_message(all) = e.message;
    if (message || part) all->spoken |= e.message.spoken;
  }
  all->length = text->length - all->offset;
  if (!parts) return all->count ? DW_MESSAGES_CHAT : DW_MESSAGES_NONE;
  *new_message(all) = (dw_message){DW_ROLE_OTHER, all->spoken, all->offset, all->length};
  return DW_MESSAGES_TEXT;
}

dw_messages_kind dw_messages_read(dw_messages *messages, const char *json, size_t length, dw_buf *text)
{
  size_t before = text->length;
  messages->count = messages->length = 0;
  messages->offset = before;
  messages->spoken = false;
  if (length == 0 || *json != '[') return DW_MESSAGES_NONE;
  dw_messages_kind kind = read_array(&(reading){messages, text, json + length}, json + 1);
  if (kind == DW_MESSAGES_NONE) text->length = before;
  return kind;
}

size_t dw_messages_characters(const dw_messages *messages, const dw_buf *text)
{
  size_t count = 0;
  for (size_t i = 0; i < messages->count; i++) {
    const dw_message *message = &messages->item[i];
    for (size_t k = 0; k < message->length; k++) count += ((unsigned char)text->data[message->offset + k] & 0xc0) != 0x80;
  }
  return count;
}

void dw_messages_free(dw_messages *messages)
{
  dw_free(messages->item);
  *messages = (dw_messages){0};
}
