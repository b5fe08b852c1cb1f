/* fuzz_text: texts, and the small languages of options: conditions, templates, gates, bins, times, durations, lists of words, chats, other
 * encodings. Each is taken, or refused with a reason; other encodings become UTF-8 in whatever pieces they come; names that a terminal
 * would obey do not reach a message. */
#include "base/clock.h"
#include "base/letters.h"
#include "data/columns/word_list.h"
#include "data/datasets/messages.h"
#include "decide/gate.h"
#include "detect/method/bin_rule.h"
#include "io/bytes/charset.h"
#include "io/record/time_format.h"
#include "io/text/base64.h"
#include "io/text/json.h"
#include "io/text/json_check.h"
#include "io/text/lines.h"
#include "synth/scenario/condition.h"
#include "synth/scenario/template.h"
#include "target.h"

static dw_operand some_value(void *context, size_t index)
{
  return index % 2 ? (dw_operand){.kind = DW_OPERAND_NUMBER, .number = (double)index} : dw_operand_literal("abc", 3, false);
}

static dw_status some_column(void *context, const char *name, size_t length, uint32_t *index, dw_err *err)
{
  *index = (uint32_t)length % 3;
  return DW_OK;
}

static const char *small_languages(const char *line, size_t length)
{
  dw_err err = {0};
  dw_condition *condition = NULL;
  dw_template template = {0};
  dw_gates gates = {0};
  dw_bin_rule rule;
  dw_time_format format;
  dw_arena arena;
  int64_t instant;
  char guess[2][DW_TIME_FORMAT_TEXT];
  const char *problem = NULL;
  dw_arena_init(&arena);
  if (dw_condition_parse(&condition, line, &err) == DW_OK) {
    dw_condition_holds(condition, some_value, NULL);
    dw_condition_free(condition);
  } else if (!err.message[0]) {
    problem = "refused without a reason";
  }
  for (const char *p = err.message; *p; p++)
    if ((unsigned char)*p < ' ' || *p == '\x7f') problem = "a message that a terminal would obey";
  dw_template_parse(&template, line, length, NULL, 0, some_column, NULL, &arena, &err);
  dw_gates_parse(&gates, line, &err);
  dw_gates_free(&gates);
  dw_bin_rule_parse(line, &arena, &rule, &err);
  if (dw_time_format_parse(&format, line, &err) == DW_OK) {
    dw_time_format_read(&format, "2026-01-31 10:11:12", 19, &instant);
    dw_time_format_read(&format, line, length, &instant);
  }
  int forms = dw_time_format_guess(line, length, guess);
  for (int i = 0; i < forms && !problem; i++)
    if (dw_time_format_parse(&format, guess[i], &err) != DW_OK || !dw_time_format_read(&format, line, length, &instant))
      problem = "a form of time that does not read what it was guessed from";
  dw_arena_free(&arena);
  return problem;
}

static const char *times(const char *text, size_t length)
{
  int64_t instant, again, duration;
  char printed[DW_TIME_TEXT];
  dw_duration_parse(text, length, &duration);
  if (!dw_time_parse(text, length, &instant)) return NULL;
  size_t count = dw_time_print(printed, instant);
  return dw_time_parse(printed, count, &again) && again == instant ? NULL : "a time that is another one when it is printed";
}

static void recode(const dw_recoder *how, const char *bytes, size_t length, size_t piece, dw_buf *out)
{
  for (size_t at = 0;;) {
    size_t have = length - at < piece ? length - at : piece;
    bool last = at + have == length;
    dw_codec_io io = {.in = bytes + at, .in_length = have, .out = dw_buf_room(out, 3 * have + 16), .out_capacity = 3 * have + 16};
    dw_recoder_step(how, &io, last);
    out->length += io.out_used;
    at += io.in_used;
    if (last && (at == length || !io.in_used)) break;
    if (!io.in_used) piece++; /* a part of a character */
  }
}

static const char *encodings(const char *bytes, size_t length)
{
  size_t mark;
  bool undecided;
  const char *problem = NULL;
  for (int charset = DW_CHARSET_AUTO; charset <= DW_CHARSET_UTF16 && !problem; charset++) {
    dw_recoder how = dw_recoder_for((dw_charset)charset, bytes, length, &mark, &undecided);
    dw_buf whole = {0}, pieces = {0};
    if (how.charset == DW_CHARSET_UTF8) continue;
    recode(&how, bytes, length, length + 1, &whole);
    recode(&how, bytes, length, 1 + length % 7, &pieces);
    if (whole.length != pieces.length || (whole.length && memcmp(whole.data, pieces.data, whole.length) != 0))
      problem = "it matters in which pieces a text is turned into UTF-8";
    if (!dw_utf8_valid(whole.data ? whole.data : "", whole.length)) problem = "what was turned into UTF-8 is none";
    dw_buf_free(&whole);
    dw_buf_free(&pieces);
  }
  dw_charset_likely(bytes, length);
  return problem;
}

static const char *pieces(const char *bytes, size_t length)
{
  dw_err err = {0};
  dw_buf out = {0}, back = {0};
  dw_messages messages = {0};
  dw_word_list *words = NULL;
  dw_json_marks marks = {0};
  const char *problem = NULL;
  for (size_t at = 0; at < length;) {
    size_t before = at;
    uint32_t c = dw_letters_next(bytes, length, &at);
    if (at <= before || at > length || c > 0x10ffff) problem = "a character that does not go on";
    dw_letters_lower(c), dw_letters_fold(c), dw_letters_misleads(c);
  }
  dw_base64_encode(&out, bytes, length);
  if (!dw_base64_decode(&back, out.data ? out.data : "", out.length) || back.length != length ||
      (length && memcmp(back.data, bytes, length) != 0))
    problem = "base64 does not give back what it was made of";
  back.length = out.length = 0;
  if (dw_base64_decode(&back, bytes, length)) dw_base64_encode(&out, back.data, back.length);
  if (dw_json_check(&(dw_json_source){.text = bytes, .length = length, .name = "f"}, &marks, &err) == DW_OK && length && *bytes == '[') {
    back.length = 0;
    dw_messages_read(&messages, bytes, length, &back);
    dw_messages_characters(&messages, &back);
  }
  if (dw_word_list_parse(&words, bytes, length, "f", &err) == DW_OK) {
    dw_word_list_has(words, bytes, length, &out);
    dw_word_list_free(words);
  }
  out.length = 0;
  dw_json_quote(&out, bytes, length);
  dw_value *value = NULL;
  if (dw_value_parse_shown(&value, out.data, out.length, "f", 1, &err) != DW_OK) problem = "a text that was quoted is no JSON";
  dw_value_free(value);
  dw_json_marks_free(&marks);
  dw_messages_free(&messages);
  dw_buf_free(&out);
  dw_buf_free(&back);
  return problem;
}

static const char *fuzz_one(const char *bytes, size_t length)
{
  char *line = dw_strndup(bytes, length);
  const char *problem = small_languages(line, strlen(line));
  if (!problem) problem = times(bytes, length);
  if (!problem) problem = encodings(bytes, length);
  if (!problem) problem = pieces(bytes, length);
  dw_free(line);
  return problem;
}

static void fuzz_change(dw_buf *input, dw_rng *rng)
{
  static const char *const piece[] = {"a",
                                      "\"x\"",
                                      " and ",
                                      " or ",
                                      "not ",
                                      "<=",
                                      "==",
                                      "(",
                                      ")",
                                      "{number}",
                                      "{word}",
                                      "{choice:a|b}",
                                      "auc",
                                      ">=0.8",
                                      ",",
                                      "%Y",
                                      "%m",
                                      "%d",
                                      "%H",
                                      "2026",
                                      "-01-31",
                                      "T10:00",
                                      "Z",
                                      "+01:00",
                                      "1h",
                                      "30m",
                                      "\xff\xfe",
                                      "\xfe\xff",
                                      "\xd8\x00",
                                      "\xc3\xa9",
                                      "\xe2\x80\xae",
                                      "1",
                                      "[",
                                      "\"role\":\"user\"",
                                      "# list\n"};
  fuzz_words(input, rng, piece, sizeof piece / sizeof *piece);
}

FUZZ_TARGET("text", fuzz_one, fuzz_change);
