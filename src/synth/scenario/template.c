#include "synth/scenario/template.h"

#include <string.h>

#include "base/num.h"

/* Common English words of four to eight letters: so that generated texts look like sentences. */
#define WORD(w)                                                                                                                            \
  {                                                                                                                                        \
    w, sizeof(w) - 1                                                                                                                       \
  }
static const dw_template_text built_in_words[] = {
    WORD("account"),  WORD("always"),    WORD("amount"),   WORD("answer"),  WORD("balance"), WORD("because"),  WORD("before"),
    WORD("better"),   WORD("between"),   WORD("bought"),   WORD("branch"),  WORD("broken"),  WORD("cancel"),   WORD("change"),
    WORD("charge"),   WORD("check"),     WORD("clear"),    WORD("close"),   WORD("credit"),  WORD("customer"), WORD("date"),
    WORD("delivery"), WORD("different"), WORD("early"),    WORD("email"),   WORD("error"),   WORD("every"),    WORD("family"),
    WORD("first"),    WORD("follow"),    WORD("forward"),  WORD("friend"),  WORD("great"),   WORD("happy"),    WORD("help"),
    WORD("house"),    WORD("invoice"),   WORD("item"),     WORD("large"),   WORD("later"),   WORD("letter"),   WORD("little"),
    WORD("message"),  WORD("money"),     WORD("month"),    WORD("morning"), WORD("never"),   WORD("number"),   WORD("offer"),
    WORD("order"),    WORD("paper"),     WORD("payment"),  WORD("people"),  WORD("phone"),   WORD("please"),   WORD("price"),
    WORD("problem"),  WORD("product"),   WORD("question"), WORD("quick"),   WORD("refund"),  WORD("service"),  WORD("thanks"),
    WORD("today"),
};

enum { PARTS = 256, REPEATS = 1000 };

typedef struct parser {
  const char *text;
  size_t length, at;
  dw_template_part part[PARTS];
  size_t count, longest;
  const dw_template_text *words;
  size_t word_count;
  dw_template_column *column;
  void *context;
  dw_arena *arena;
  dw_err *err;
} parser;

static dw_status template_error(parser *p, const char *what)
{
  return dw_err_set(p->err, DW_EUSAGE, "at byte %zu of the template: %s", p->at + 1, what);
}

static dw_status add_part(parser *p, dw_template_part part, size_t longest)
{
  if (p->count == PARTS) return template_error(p, "more than 256 parts");
  p->part[p->count++] = part;
  p->longest += longest;
  return DW_OK;
}

static size_t longest_of(const dw_template_text *texts, size_t count)
{
  size_t longest = 0;
  for (size_t i = 0; i < count; i++)
    if (texts[i].length > longest) longest = texts[i].length;
  return longest;
}

/* "8" or "08" or, where range, "3-12". */
static dw_status parse_counts(parser *p, dw_template_text argument, bool range, uint32_t most, dw_template_part *part)
{
  const char *dash = range ? memchr(argument.text, '-', argument.length) : NULL;
  size_t first = dash ? (size_t)(dash - argument.text) : argument.length;
  uint64_t low, high;
  bool ok = dw_num_parse_unsigned(argument.text, first, &low);
  high = low;
  if (dash) ok = ok && dw_num_parse_unsigned(dash + 1, argument.length - first - 1, &high);
  if (!ok || low < 1 || high < low || high > most)
    return dw_err_set(p->err, DW_EUSAGE, "at byte %zu of the template: \"%.*s\" is not a count from 1 to %u%s", p->at + 1,
                      (int)argument.length, argument.text, most, range ? " or a range such as 3-12" : "");
  part->low = (uint32_t)low;
  part->high = (uint32_t)high;
  return DW_OK;
}

static dw_status parse_choice(parser *p, dw_template_text argument)
{
  size_t count = 1;
  for (size_t i = 0; i < argument.length; i++) count += argument.text[i] == '|';
  dw_template_text *choices = dw_arena_alloc(p->arena, count * sizeof *choices);
  size_t start = 0, n = 0;
  for (size_t i = 0; i <= argument.length; i++) {
    if (i < argument.length && argument.text[i] != '|') continue;
    choices[n++] = (dw_template_text){argument.text + start, i - start};
    start = i + 1;
  }
  return add_part(p, (dw_template_part){.type = DW_TEMPLATE_CHOICE, .choices = choices, .choice_count = count}, longest_of(choices, count));
}

static dw_status parse_placeholder(parser *p, dw_template_text name, dw_template_text argument, bool has_argument)
{
  static const struct {
    const char *name;
    dw_template_type type;
  } characters[] = {{"digits", DW_TEMPLATE_DIGITS}, {"hex", DW_TEMPLATE_HEX}, {"letters", DW_TEMPLATE_LETTERS}};
  dw_template_part part = {.low = 1, .high = 1};
  dw_status status = DW_OK;
  if (dw_text_equal(name.text, name.length, "row")) {
    part.type = DW_TEMPLATE_ROW;
    if (has_argument) status = parse_counts(p, argument, false, 20, &part);
    return status == DW_OK ? add_part(p, part, 20) : status;
  }
  bool several = dw_text_equal(name.text, name.length, "words");
  if (several || dw_text_equal(name.text, name.length, "word")) {
    part.type = DW_TEMPLATE_WORDS;
    part.choices = p->words;
    part.choice_count = p->word_count;
    if (several != has_argument) return template_error(p, several ? "{words:COUNT} needs a count" : "{word} takes no argument");
    if (several) status = parse_counts(p, argument, true, REPEATS, &part);
    return status == DW_OK ? add_part(p, part, part.high * (longest_of(p->words, p->word_count) + 1)) : status;
  }
  for (size_t i = 0; i < sizeof characters / sizeof *characters; i++) {
    if (!dw_text_equal(name.text, name.length, characters[i].name)) continue;
    part.type = characters[i].type;
    if (!has_argument) return template_error(p, "{digits:N}, {hex:N} and {letters:N} need a count");
    status = parse_counts(p, argument, false, REPEATS, &part);
    return status == DW_OK ? add_part(p, part, part.low) : status;
  }
  if (dw_text_equal(name.text, name.length, "choice"))
    return has_argument ? parse_choice(p, argument) : template_error(p, "{choice:A|B} needs choices");
  if (has_argument) return template_error(p, "only row, words, digits, hex, letters and choice take an argument");
  part.type = DW_TEMPLATE_COLUMN;
  status = p->column(p->context, name.text, name.length, &part.column, p->err);
  return status == DW_OK ? add_part(p, part, 0) : status;
}

static dw_status parse_braces(parser *p)
{
  const char *open = p->text + p->at;
  const char *close = memchr(open, '}', p->length - p->at);
  if (!close) return template_error(p, "{ without }");
  dw_template_text inside = {open + 1, (size_t)(close - open) - 1};
  const char *colon = memchr(inside.text, ':', inside.length);
  dw_template_text name = {inside.text, colon ? (size_t)(colon - inside.text) : inside.length};
  dw_template_text argument = {colon ? colon + 1 : "", colon ? inside.length - name.length - 1 : 0};
  if (name.length == 0) return template_error(p, "{} needs a name");
  dw_status status = parse_placeholder(p, name, argument, colon != NULL);
  p->at += inside.length + 2;
  return status;
}

static dw_status parse_literal(parser *p)
{
  size_t start = p->at;
  while (p->at < p->length && p->text[p->at] != '{' && p->text[p->at] != '}') p->at++;
  size_t length = p->at - start;
  if (p->at < p->length && p->at + 1 < p->length && p->text[p->at] == p->text[p->at + 1]) {
    length++; /* a doubled brace stands for one */
    p->at += 2;
  } else if (p->at < p->length && p->text[p->at] == '}') {
    return template_error(p, "} without { (write }} for the brace itself)");
  }
  if (length == 0) return DW_OK;
  return add_part(p, (dw_template_part){.type = DW_TEMPLATE_LITERAL, .literal = {p->text + start, length}}, length);
}

dw_status dw_template_parse(dw_template *out, const char *text, size_t length, const dw_template_text *words, size_t word_count,
                            dw_template_column *column, void *context, dw_arena *arena, dw_err *err)
{
  if (!words) {
    words = built_in_words;
    word_count = sizeof built_in_words / sizeof *built_in_words;
  }
  parser p = {.text = dw_arena_strndup(arena, text, length),
              .length = length,
              .words = words,
              .word_count = word_count,
              .column = column,
              .context = context,
              .arena = arena,
              .err = err};
  dw_status status = DW_OK;
  while (status == DW_OK && p.at < length) {
    bool placeholder = p.text[p.at] == '{' && !(p.at + 1 < length && p.text[p.at + 1] == '{');
    status = placeholder ? parse_braces(&p) : parse_literal(&p);
  }
  if (status != DW_OK) return status;
  out->parts = dw_arena_alloc(arena, p.count * sizeof *out->parts);
  memcpy(out->parts, p.part, p.count * sizeof *out->parts);
  out->count = p.count;
  out->longest = p.longest;
  return DW_OK;
}
