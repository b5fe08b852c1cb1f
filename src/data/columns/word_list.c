#include "data/columns/word_list.h"

#include <assert.h>

#include "base/digest.h"
#include "base/letters.h"
#include "data/columns/word_list_files.h"
#include "io/text/lines.h"

enum { LINE_LIMIT = 2000, LINE_PHRASES = 2000, PHRASES = 100000 };

#define REST '\1' /* in a phrase: the rest of the word, whatever it is */

typedef struct phrase {
  const char *text;      /* as plain_text makes it */
  uint32_t length, next; /* next: the number of one that begins with the same byte, + 1 */
  bool exception;
} phrase;

struct dw_word_list {
  dw_word_kind kind;
  bool leet; /* digits and signs inside words are also read as the letters that they look like */
  phrase *item;
  size_t count, capacity, exceptions;
  uint32_t first[256]; /* by a phrase's first byte: its number + 1 */
  char digest[33];     /* of its text */
  dw_arena arena;
};

static const char *const names[DW_WORD_KINDS] = {"refusal", "toxicity"};

const char *dw_word_kind_name(dw_word_kind kind) { return names[kind]; }

dw_word_kind dw_word_list_kind(const dw_word_list *list) { return list->kind; }

size_t dw_word_list_count(const dw_word_list *list) { return list->count; }

const char *dw_word_list_digest(const dw_word_list *list) { return list->digest; }

void dw_word_list_free(dw_word_list *list)
{
  if (!list) return;
  dw_free(list->item);
  dw_arena_free(&list->arena);
  dw_free(list);
}

/* --- texts made alike --- */

/* In lower case, white space as single blanks and none at the ends of a phrase, typographic apostrophes plain. */
static void plain_text(const char *text, size_t length, dw_buf *out)
{
  out->length = 0;
  for (size_t at = 0; at < length;) {
    uint32_t c = dw_letters_next(text, length, &at);
    if (dw_letters_is_space(c)) {
      if (out->length && out->data[out->length - 1] != ' ') dw_buf_char(out, ' ');
    } else if (c < 0x80) {
      dw_buf_char(out, c < ' ' ? '\x1a' : (char)dw_letters_lower(c)); /* REST is not to be met in a text */
    } else if (c == 0x2019) {
      dw_buf_char(out, '\'');
    } else {
      out->length += dw_utf8_encode(dw_buf_room(out, 4), dw_letters_lower(c));
    }
  }
}

static bool is_word(uint32_t c) { return c < 0x80 ? (c | 32) - 'a' < 26 || c - '0' < 10 : dw_letters_is_letter(c); }

static uint32_t character_at(const dw_buf *plain, size_t at) { return dw_letters_next(plain->data, plain->length, &at); }

static uint32_t character_before(const dw_buf *plain, size_t at)
{
  size_t begin = at - 1;
  while (begin && at - begin < 4 && ((unsigned char)plain->data[begin] & 0xc0) == 0x80) begin--;
  return character_at(plain, begin);
}

/* Does no word go on over this place? */
static bool is_border(const dw_buf *plain, size_t at)
{
  if (at == 0 || at >= plain->length) return true;
  uint32_t before = character_before(plain, at), behind = character_at(plain, at);
  if (!is_word(before) || !is_word(behind)) return true;
  return dw_letters_is_ideograph(before) || dw_letters_is_ideograph(behind);
}

/* Where the phrase ends that begins at this place; 0: it does not stand there. */
static size_t end_of(const phrase *sought, const dw_buf *plain, size_t at)
{
  bool rest = false;
  for (uint32_t i = 0; i < sought->length; i++) {
    rest = sought->text[i] == REST;
    if (!rest && (at >= plain->length || plain->data[at] != sought->text[i])) return 0;
    if (!rest) at++;
    while (rest && at < plain->length) {
      size_t next = at;
      if (!is_word(dw_letters_next(plain->data, plain->length, &next))) break;
      at = next;
    }
  }
  return rest || is_border(plain, at) ? at : 0;
}

/* The furthest end of an exception, or of a phrase, that begins here. */
static size_t furthest(const dw_word_list *list, const dw_buf *plain, size_t at, bool exception)
{
  size_t most = 0;
  for (uint32_t i = list->first[(unsigned char)plain->data[at]]; i; i = list->item[i - 1].next) {
    if (list->item[i - 1].exception != exception) continue;
    size_t end = end_of(&list->item[i - 1], plain, at);
    if (end > most) most = end;
  }
  return most;
}

static bool has_phrase(const dw_word_list *list, const dw_buf *plain)
{
  size_t excepted = 0; /* up to here: what ends before is not told */
  for (size_t at = 0; at < plain->length; at++) {
    if (!list->first[(unsigned char)plain->data[at]] || ((unsigned char)plain->data[at] & 0xc0) == 0x80 || !is_border(plain, at)) continue;
    size_t end = list->exceptions ? furthest(list, plain, at, true) : 0;
    if (end > excepted) excepted = end;
    if (furthest(list, plain, at, false) > excepted) return true;
  }
  return false;
}

/* Of stretches without blanks that have a letter, signs become the letters that they look like. false: there are none. */
static bool read_leet(dw_buf *plain)
{
  static const char sign[] = "013457@$", letter[] = "oieastas";
  bool any = false;
  for (size_t at = 0, end; at < plain->length; at = end + 1) {
    bool word = false;
    for (end = at; end < plain->length && plain->data[end] != ' '; end++) word = word || ((unsigned)plain->data[end] | 32) - 'a' < 26;
    for (size_t i = at; i < end && word; i++) {
      const char *found = strchr(sign, plain->data[i]);
      if (!found || !*found) continue;
      plain->data[i] = letter[found - sign];
      any = true;
    }
  }
  return any;
}

bool dw_word_list_has(const dw_word_list *list, const char *text, size_t length, dw_buf *scratch)
{
  plain_text(text, length, scratch);
  return has_phrase(list, scratch) || (list->leet && read_leet(scratch) && has_phrase(list, scratch));
}

/* --- lists read --- */

typedef struct reading {
  dw_word_list *list;
  const char *name;
  uint64_t line;
  bool named, exception;
  size_t before;      /* phrases, when the line began */
  dw_buf open, plain; /* what a line has come to so far; scratch */
  dw_err *err;
} reading;

static dw_status refuse(const reading *r, const char *why) { return dw_err_at(r->err, DW_EDATA, r->name, r->line, 0, "%s", why); }

/* A phrase without alternatives: a star stays only at the end of a word. */
static dw_status add_phrase(reading *r, const char *text, size_t length)
{
  dw_word_list *list = r->list;
  dw_buf *plain = &r->plain, stars = {0};
  dw_status status = DW_OK;
  plain_text(text, length, plain);
  while (plain->length && plain->data[plain->length - 1] == ' ') plain->length--;
  for (size_t i = 0; i < plain->length && status == DW_OK; i++) {
    char c = plain->data[i];
    bool star = c == '*';
    if (c == '\\' && i + 1 < plain->length) c = plain->data[++i];
    if (star && (!i || plain->data[i - 1] == ' ' || (i + 1 < plain->length && plain->data[i + 1] != ' ')))
      status = refuse(r, "a * stands at the end of a word, for all that may follow there");
    dw_buf_char(&stars, star ? REST : c);
  }
  if (status == DW_OK && !stars.length) status = refuse(r, "an alternative leaves nothing to look for");
  if (status == DW_OK && list->count - r->before >= LINE_PHRASES) status = refuse(r, "more than 2000 alternatives");
  if (status == DW_OK && list->count >= PHRASES) status = refuse(r, "more than 100000 phrases");
  if (status == DW_OK) {
    list->item = dw_grow(list->item, &list->capacity, list->count + 1, sizeof *list->item);
    uint32_t *first = &list->first[(unsigned char)stars.data[0]];
    list->item[list->count++] =
        (phrase){dw_arena_strndup(&list->arena, stars.data, stars.length), (uint32_t)stars.length, *first, r->exception};
    *first = (uint32_t)list->count;
    list->exceptions += r->exception;
  }
  dw_buf_free(&stars);
  return status;
}

/* The byte behind this one, or behind what a backslash protects. */
static size_t step(const char *text, size_t length, size_t at) { return at + (text[at] == '\\' && at + 1 < length ? 2 : 1); }

/* What is open, with the rest of the line behind it: alternatives one after the other. */
static dw_status expand(reading *r, const char *text, size_t length)
{
  size_t from = 0, before = r->open.length;
  while (from < length && text[from] != '(' && text[from] != ')' && text[from] != '|') from = step(text, length, from);
  dw_buf_add(&r->open, text, from);
  if (from >= length) {
    dw_status status = add_phrase(r, r->open.data, r->open.length);
    r->open.length = before;
    return status;
  }
  size_t close = from + 1;
  while (close < length && text[close] != ')' && text[close] != '(') close = step(text, length, close);
  if (text[from] != '(' || close >= length || text[close] != ')')
    return refuse(r, "alternatives are written (one|other), not one in another");
  dw_status status = DW_OK;
  for (size_t at = from + 1; at <= close && status == DW_OK;) {
    size_t end = at, stem = r->open.length;
    while (end < close && text[end] != '|') end = step(text, length, end);
    dw_buf_add(&r->open, text + at, end - at);
    status = expand(r, text + close + 1, length - close - 1);
    r->open.length = stem;
    at = end + 1;
  }
  r->open.length = before;
  return status;
}

static dw_status take_rule(reading *r, const char *text, size_t length)
{
  static const char list[] = "list ";
  if (dw_text_equal(text, length, "leet")) {
    r->list->leet = true;
    return DW_OK;
  }
  if (length > sizeof list - 1 && memcmp(text, list, sizeof list - 1) == 0 && !r->named) {
    text += sizeof list - 1, length -= sizeof list - 1;
    for (int k = 0; k < DW_WORD_KINDS; k++) {
      if (!dw_text_equal(text, length, names[k])) continue;
      r->list->kind = (dw_word_kind)k;
      r->named = true;
      return DW_OK;
    }
  }
  return refuse(r, "expected @list refusal or @list toxicity, once, or @leet");
}

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static dw_status take_line(reading *r, const dw_line *line)
{
  const char *text = line->text;
  size_t length = line->length;
  r->line = line->number;
  r->before = r->list->count;
  if (r->line == 1) text += dw_utf8_mark(line->text, length), length -= dw_utf8_mark(line->text, length);
  while (length && is_blank(*text)) text++, length--;
  while (length && is_blank(text[length - 1])) length--;
  if (!length || *text == '#') return DW_OK;
  if (length > LINE_LIMIT) return refuse(r, "a line of more than 2000 bytes");
  if (!dw_utf8_valid(text, length)) return refuse(r, "not UTF-8");
  if (*text == '@') return take_rule(r, text + 1, length - 1);
  if (!r->named) return refuse(r, "expected @list refusal or @list toxicity before the first word");
  r->exception = *text == '!';
  return r->exception ? expand(r, text + 1, length - 1) : expand(r, text, length);
}

dw_status dw_word_list_parse(dw_word_list **out, const char *text, size_t length, const char *name, dw_err *err)
{
  dw_status status = DW_OK;
  dw_lines lines = dw_lines_of(text, length);
  reading r = {.list = dw_alloc_zero(1, sizeof *r.list), .name = name, .err = err};
  dw_digest digest;
  dw_digest_init(&digest);
  dw_digest_add(&digest, text, length);
  dw_digest_text(&digest, r.list->digest);
  dw_arena_init(&r.list->arena);
  for (dw_line line; status == DW_OK && dw_lines_next(&lines, &line);) status = take_line(&r, &line);
  if (status == DW_OK) {
    size_t words = 0;
    for (size_t i = 0; i < r.list->count; i++) words += !r.list->item[i].exception;
    if (!words) status = dw_err_set(err, DW_EDATA, "%s: a list of words without a word", name);
  }
  dw_buf_free(&r.open);
  dw_buf_free(&r.plain);
  *out = status == DW_OK ? r.list : NULL;
  if (status != DW_OK) dw_word_list_free(r.list);
  return status;
}

dw_word_list *dw_word_list_shipped(dw_word_kind kind)
{
  dw_err err;
  dw_word_list *list = NULL;
  bool refusal = kind == DW_WORDS_REFUSAL;
  dw_status status = dw_word_list_parse(&list, (const char *)(refusal ? dw_words_refusal : dw_words_toxicity),
                                        refusal ? dw_words_refusal_length : dw_words_toxicity_length, names[kind], &err);
  assert(status == DW_OK && list->kind == kind);
  (void)status;
  return list;
}
