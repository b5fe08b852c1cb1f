/* From the text of a value to the target of an option, with messages that say what would be right. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "cmd/options/parse.h"
#include "io/text/yaml.h"

static dw_status set_flag(bool *target, const char *value, const char *where, dw_err *err)
{
  static const char *const yes[] = {"true", "yes", "on", "1"}, *const no[] = {"false", "no", "off", "0", ""};
  for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
    if (strcmp(value, yes[i]) == 0) return *target = true, DW_OK;
  for (size_t i = 0; i < sizeof no / sizeof *no; i++)
    if (strcmp(value, no[i]) == 0) return *target = false, DW_OK;
  return dw_err_set(err, DW_EUSAGE, "%s: \"%s\" is neither true nor false", where, value);
}

enum { CHOICES = 64 }; /* words of one option, at most */

static bool is_escaped(const char *at) { return at[0] == '\\' && (at[1] == ',' || at[1] == '\\'); }

static dw_status set_list(dw_command *command, dw_text_list *list, const char *value, const char *where, dw_err *err)
{
  for (const char *at = value;; at++) {
    char *item = dw_arena_strndup(&command->arena, at, strlen(at)), *out = item;
    for (; *at && *at != ','; at++) {
      at += is_escaped(at);
      *out++ = *at;
    }
    *out = '\0';
    if (out == item) return dw_err_set(err, DW_EUSAGE, "%s: \"%s\" has an empty item; give words separated by commas", where, value);
    dw_parse_append(command, list, item);
    if (!*at) return DW_OK;
  }
}

const char *dw_parse_choice(const dw_option *option, int index) { return option->choices ? option->choices[index] : option->choice(index); }

void dw_parse_choices(dw_buf *out, const dw_option *option)
{
  for (int i = 0; dw_parse_choice(option, i); i++)
    dw_buf_format(out, "%s%s", i == 0 ? "" : dw_parse_choice(option, i + 1) ? ", " : " or ", dw_parse_choice(option, i));
}

static dw_status set_choice(const dw_option *option, const char *value, const char *where, dw_err *err)
{
  const char *known[CHOICES];
  size_t count = 0;
  for (const char *word; count < CHOICES && (word = dw_parse_choice(option, (int)count)); known[count++] = word)
    if (strcmp(word, value) == 0) return *(int *)option->target = (int)count, DW_OK;
  dw_buf words = {0};
  dw_parse_choices(&words, option);
  const char *near = dw_nearest(value, known, count);
  dw_err_set(err, DW_EUSAGE, "%s: \"%s\" is not one of %s%s%s%s", where, value, dw_buf_cstr(&words), near ? "; did you mean " : "",
             near ? near : "", near ? "?" : "");
  dw_buf_free(&words);
  return DW_EUSAGE;
}

static void put_bound(dw_buf *out, double bound, bool size)
{
  static const char *const units[] = {"", "K", "M", "G", "T"};
  int unit = 0;
  for (; size && unit < 4 && bound >= 1024 && bound / 1024 == (double)(uint64_t)(bound / 1024); unit++) bound /= 1024;
  if (bound >= 18446744073709551615.0) /* the largest of 64 bits, which a double cannot hold */
    dw_buf_text(out, "18446744073709551615");
  else dw_buf_number(out, bound);
  dw_buf_text(out, units[unit]);
}

/* "from 1 to 1024", "at least 0", or nothing. Infinite ends are no ends. */
void dw_parse_range(dw_buf *out, const dw_option *option)
{
  if (option->low == 0 && option->high == 0) return;
  bool size = option->type == DW_OPTION_SIZE, low = option->low > -HUGE_VAL, high = option->high < HUGE_VAL;
  if (low) {
    dw_buf_text(out, high ? "from " : "at least ");
    put_bound(out, option->low, size);
  }
  if (high) {
    dw_buf_text(out, low ? " to " : "at most ");
    put_bound(out, option->high, size);
  }
}

static bool in_range(const dw_option *option, double value)
{
  return (option->low == 0 && option->high == 0) || (value >= option->low && value <= option->high);
}

/* "VALUE is not a whole number from 1 to 1024" when malformed, "VALUE is out of range; give …" when outside. */
static dw_status number_wrong(const dw_option *option, const char *value, const char *where, const char *kind, bool malformed, dw_err *err)
{
  dw_buf range = {0};
  dw_parse_range(&range, option);
  const char *text = dw_buf_cstr(&range);
  if (malformed) dw_err_set(err, DW_EUSAGE, "%s: \"%s\" is not %s%s%s", where, value, kind, *text ? " " : "", text);
  else dw_err_set(err, DW_EUSAGE, "%s: %s is out of range; give %s%s%s", where, value, kind, *text ? " " : "", text);
  dw_buf_free(&range);
  return DW_EUSAGE;
}

/* A run of digits that does not fit in 64 bits is a number out of range, not a malformed one. */
static bool all_digits(const char *text) { return *text && !text[strspn(text, "0123456789")]; }

static dw_status set_unsigned(const dw_option *option, const char *value, const char *where, dw_err *err)
{
  uint64_t number;
  if (!dw_num_parse_unsigned(value, strlen(value), &number))
    return number_wrong(option, value, where, "a whole number", !all_digits(value), err);
  if (!in_range(option, (double)number)) return number_wrong(option, value, where, "a whole number", false, err);
  *(uint64_t *)option->target = number;
  return DW_OK;
}

static dw_status set_real(const dw_option *option, const char *value, const char *where, dw_err *err)
{
  double number;
  if (!dw_num_parse(value, strlen(value), &number, NULL)) return number_wrong(option, value, where, "a number", true, err);
  if (!in_range(option, number) || !(number - number == 0)) return number_wrong(option, value, where, "a number", false, err);
  *(double *)option->target = number;
  return DW_OK;
}

static dw_status set_size(const dw_option *option, const char *value, const char *where, dw_err *err)
{
  static const char kind[] = "a size such as 64k, 512M or 1GiB";
  size_t digits = strspn(value, "0123456789.");
  const char *unit = value + digits;
  double scale = 1, number;
  if (*unit && *unit != 'B') {
    const char *letters = "kmgt", *at = strchr(letters, *unit | 0x20);
    if (!at) return number_wrong(option, value, where, kind, true, err);
    for (const char *c = letters; c <= at; c++) scale *= 1024;
    unit++;
    if (*unit == 'i' && unit[1] == 'B') unit++;
  }
  if (*unit == 'B') unit++;
  if (*unit || !dw_num_parse(value, digits, &number, NULL)) return number_wrong(option, value, where, kind, true, err);
  number *= scale;
  if (number >= 9223372036854775808.0 || !in_range(option, number)) return number_wrong(option, value, where, kind, false, err);
  *(uint64_t *)option->target = (uint64_t)number;
  return DW_OK;
}

dw_status dw_parse_value(dw_command *command, const dw_option *option, const char *value, const char *where, dw_err *err)
{
  switch (option->type) {
  case DW_OPTION_GROUP: break;
  case DW_OPTION_FLAG: return set_flag(option->target, value, where, err);
  case DW_OPTION_TEXT: return *(const char **)option->target = value, DW_OK;
  case DW_OPTION_LIST: return set_list(command, option->target, value, where, err);
  case DW_OPTION_EACH: return option->each(option->target, option->name, value, err);
  case DW_OPTION_CHOICE: return set_choice(option, value, where, err);
  case DW_OPTION_UNSIGNED: return set_unsigned(option, value, where, err);
  case DW_OPTION_REAL: return set_real(option, value, where, err);
  case DW_OPTION_SIZE: return set_size(option, value, where, err);
  case DW_OPTION_DURATION:
    if (dw_duration_parse(value, strlen(value), option->target)) return DW_OK;
    return dw_err_set(err, DW_EUSAGE, "%s: \"%s\" is not a duration such as 90s, 60m, 24h or 1h30m", where, value);
  }
  return DW_OK;
}
