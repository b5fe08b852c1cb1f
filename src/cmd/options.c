#include "cmd/options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "io/yaml.h"

enum { OWN = 4, HELP = 0, VERSION = 1, CONFIG = 2, QUIET = 3 };

/* One parse: the command's table and the four options that every command has. */
typedef struct parse {
  dw_command *command;
  const char *config;
  bool help, version;
  dw_option own[OWN + 1];
} parse;

static void parse_init(parse *p, dw_command *command)
{
  *p = (parse){.command = command};
  p->own[HELP] = (dw_option){.name = "help", .type = DW_OPTION_FLAG, .target = &p->help, .help = "print this and exit"};
  p->own[VERSION] = (dw_option){.name = "version", .type = DW_OPTION_FLAG, .target = &p->version, .help = "print the version and exit"};
  p->own[CONFIG] = (dw_option){.name = "config", .type = DW_OPTION_TEXT, .target = &p->config, .argument = "FILE",
                               .help = "settings in YAML: keys are option names", .unrecorded = true};
  p->own[QUIET] = (dw_option){.name = "quiet", .type = DW_OPTION_FLAG, .target = &command->quiet,
                              .help = "no progress and no warnings", .unrecorded = true};
}

static dw_option *find(parse *p, const char *name, size_t length)
{
  for (dw_option *o = p->command->options; o && o->name; o++)
    if (dw_text_equal(name, length, o->name)) return o;
  for (dw_option *o = p->own; o->name; o++)
    if (dw_text_equal(name, length, o->name)) return o;
  return NULL;
}

static const char *nearest(parse *p, const char *name)
{
  const char *known[256];
  size_t count = 0;
  for (dw_option *o = p->command->options; o && o->name && count < 200; o++) known[count++] = o->name;
  for (dw_option *o = p->own; o->name; o++) known[count++] = o->name;
  return dw_nearest(name, known, count);
}

static void list_append(dw_command *command, dw_text_list *list, const char *text)
{
  if (list->count == list->capacity) {
    size_t capacity = list->capacity ? 2 * list->capacity : 8;
    const char **grown = dw_arena_alloc(&command->arena, capacity * sizeof *grown);
    if (list->count) memcpy(grown, list->text, list->count * sizeof *grown);
    list->text = grown;
    list->capacity = capacity;
  }
  list->text[list->count++] = text;
}

/* --- values: `where` is what the value was given to ("--threads", "DW_THREADS", "site.yaml:3: threads") --- */

static dw_status set_flag(bool *target, const char *value, const char *where, dw_err *err)
{
  static const char *const yes[] = {"true", "yes", "on", "1"}, *const no[] = {"false", "no", "off", "0", ""};
  for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
    if (strcmp(value, yes[i]) == 0) return *target = true, DW_OK;
  for (size_t i = 0; i < sizeof no / sizeof *no; i++)
    if (strcmp(value, no[i]) == 0) return *target = false, DW_OK;
  return dw_err_set(err, DW_EUSAGE, "%s: \"%s\" is neither true nor false", where, value);
}

static dw_status set_list(dw_command *command, dw_text_list *list, const char *value, const char *where, dw_err *err)
{
  for (const char *start = value;;) {
    size_t length = strcspn(start, ",");
    if (!length) return dw_err_set(err, DW_EUSAGE, "%s: \"%s\" has an empty item; give words separated by commas", where, value);
    list_append(command, list, dw_arena_strndup(&command->arena, start, length));
    if (!start[length]) return DW_OK;
    start += length + 1;
  }
}

static dw_status set_choice(const dw_option *option, const char *value, const char *where, dw_err *err)
{
  size_t count = 0;
  for (; option->choices[count]; count++)
    if (strcmp(option->choices[count], value) == 0) return *(int *)option->target = (int)count, DW_OK;
  dw_buf words = {0};
  for (size_t i = 0; i < count; i++) dw_buf_format(&words, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", option->choices[i]);
  const char *near = dw_nearest(value, option->choices, count);
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
  else
    dw_buf_number(out, bound);
  dw_buf_text(out, units[unit]);
}

/* "from 1 to 1024", "at least 0", or nothing. Infinite ends are no ends. */
static void put_range(dw_buf *out, const dw_option *option)
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
  put_range(&range, option);
  const char *text = dw_buf_cstr(&range);
  if (malformed)
    dw_err_set(err, DW_EUSAGE, "%s: \"%s\" is not %s%s%s", where, value, kind, *text ? " " : "", text);
  else
    dw_err_set(err, DW_EUSAGE, "%s: %s is out of range; give %s%s%s", where, value, kind, *text ? " " : "", text);
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

static dw_status set_value(dw_command *command, const dw_option *option, const char *value, const char *where, dw_err *err)
{
  switch (option->type) {
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

/* --- command line --- */

static dw_status unknown_option(parse *p, const char *dashes, const char *name, size_t length, dw_err *err)
{
  char *text = dw_strndup(name, length);
  const char *near = nearest(p, text);
  if (near)
    dw_err_set(err, DW_EUSAGE, "unknown option %s%s; did you mean --%s?", dashes, text, near);
  else
    dw_err_set(err, DW_EUSAGE, "unknown option %s%s", dashes, text);
  dw_free(text);
  return DW_EUSAGE;
}

/* argv[*at] starts with two dashes; its value may be the next word. */
static dw_status read_option(parse *p, int argc, char **argv, int *at, dw_err *err)
{
  dw_command *command = p->command;
  const char *word = argv[*at], *name = word + 2;
  size_t length = strcspn(name, "=");
  dw_option *option = find(p, name, length);
  if (!option) return unknown_option(p, "--", name, length, err);
  const char *value = name[length] ? name + length + 1 : NULL;
  if (!option->unrecorded) list_append(command, &command->arguments, word);
  if (option->type == DW_OPTION_FLAG) {
    if (value) return dw_err_set(err, DW_EUSAGE, "--%s takes no value, got \"%s\"", option->name, value);
    value = "true";
  } else if (!value) {
    if (*at + 1 == argc || strncmp(argv[*at + 1], "--", 2) == 0)
      return dw_err_set(err, DW_EUSAGE, "--%s needs a value: --%s %s", option->name, option->name, option->argument);
    value = argv[++*at];
    if (!option->unrecorded) list_append(command, &command->arguments, value);
  }
  option->given = true;
  char where[128];
  snprintf(where, sizeof where, "--%s", option->name);
  return set_value(command, option, value, where, err);
}

static dw_status read_line(parse *p, int argc, char **argv, dw_err *err)
{
  dw_command *command = p->command;
  bool operands_only = false;
  for (int i = 1; i < argc; i++) {
    const char *word = argv[i];
    if (!operands_only && strcmp(word, "--") == 0) {
      operands_only = true;
    } else if (!operands_only && strncmp(word, "--", 2) == 0) {
      dw_status status = read_option(p, argc, argv, &i, err);
      if (status != DW_OK) return status;
      if (p->help || p->version) return DW_OK;
    } else if (!operands_only && word[0] == '-' && word[1]) {
      return unknown_option(p, "-", word + 1, strcspn(word + 1, "="), err);
    } else {
      list_append(command, &command->operands, word);
      list_append(command, &command->arguments, word);
    }
  }
  return DW_OK;
}

/* --- settings --- */

/* A setting is recorded as the option that it stands for. */
static void record(dw_command *command, const dw_option *option, const char *value)
{
  if (option->unrecorded) return;
  dw_buf text = {0};
  if (option->type != DW_OPTION_FLAG)
    dw_buf_format(&text, "--%s=%s", option->name, value);
  else if (*(bool *)option->target)
    dw_buf_format(&text, "--%s", option->name);
  if (text.length) list_append(command, &command->arguments, dw_arena_strndup(&command->arena, text.data, text.length));
  dw_buf_free(&text);
}

static dw_status read_environment_of(parse *p, dw_option *option, dw_err *err)
{
  if (option->given || option->type == DW_OPTION_EACH) return DW_OK;
  char name[128];
  size_t length = (size_t)snprintf(name, sizeof name, "DW_%s", option->name);
  for (size_t i = 3; i < length && i < sizeof name; i++)
    name[i] = name[i] == '-' ? '_' : name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 0x20) : name[i];
  const char *value = getenv(name);
  if (!value || !*value) return DW_OK;
  dw_status status = set_value(p->command, option, value, name, err);
  if (status != DW_OK) return status;
  option->given = true;
  record(p->command, option, value);
  return DW_OK;
}

static dw_status read_environment(parse *p, dw_err *err)
{
  dw_status status = DW_OK;
  for (dw_option *o = p->command->options; o && o->name && status == DW_OK; o++) status = read_environment_of(p, o, err);
  for (int i = CONFIG; i <= QUIET && status == DW_OK; i++) status = read_environment_of(p, &p->own[i], err);
  return status;
}

static dw_status read_setting(parse *p, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  dw_command *command = p->command;
  dw_option *option = find(p, node->key, strlen(node->key));
  if (!option || option == &p->own[HELP] || option == &p->own[VERSION] || option == &p->own[CONFIG]) {
    const char *near = nearest(p, node->key);
    if (near && !option)
      return dw_node_error(yaml, node, err, "unknown key; did you mean \"%s\"? Keys are the options of %s", near, command->name);
    return dw_node_error(yaml, node, err, "unknown key; keys are the options of %s", command->name);
  }
  if (option->type == DW_OPTION_EACH) return dw_node_error(yaml, node, err, "stands on the command line only");
  bool list = option->type == DW_OPTION_LIST && node->type == DW_NODE_LIST;
  if (node->type != DW_NODE_SCALAR && !list)
    return dw_node_error(yaml, node, err, option->type == DW_OPTION_LIST ? "wants a value or a list of values" : "wants one value");
  if (option->given) return DW_OK; /* option and environment go first; the file is still held to what it may hold */

  dw_buf where = {0};
  dw_buf_format(&where, "%s:%u: %s", dw_yaml_name(yaml), (unsigned)node->line, node->key);
  dw_status status = DW_OK;
  for (const dw_node *item = list ? node->first : node; item && status == DW_OK; item = list ? item->next : NULL) {
    if (item->type != DW_NODE_SCALAR) {
      status = dw_node_error(yaml, item, err, "wants a value or a list of values");
    } else if (strlen(item->text) != item->length) {
      status = dw_node_error(yaml, item, err, "holds a NUL character");
    } else {
      const char *value = dw_arena_strndup(&command->arena, item->text, item->length);
      if (list)
        list_append(command, option->target, value);
      else
        status = set_value(command, option, value, dw_buf_cstr(&where), err);
      if (status == DW_OK) record(command, option, value);
    }
  }
  option->given = true;
  dw_buf_free(&where);
  return status;
}

static dw_status read_config(parse *p, dw_err *err)
{
  if (!p->config) return DW_OK;
  dw_yaml *yaml;
  dw_status status = dw_yaml_read(&yaml, p->config, err);
  if (status != DW_OK) return status;
  const dw_node *root = dw_yaml_root(yaml);
  if (root && root->type != DW_NODE_MAP)
    status = dw_node_error(yaml, root, err, "settings are lines of the form `threads: 4`");
  else
    for (const dw_node *node = root ? root->first : NULL; node && status == DW_OK; node = node->next)
      status = read_setting(p, yaml, node, err);
  dw_yaml_free(yaml);
  return status;
}

dw_status dw_command_read(dw_command *command, int argc, char **argv, dw_command_wish *wish, dw_err *err)
{
  parse p;
  parse_init(&p, command);
  dw_arena_init(&command->arena);
  *wish = DW_COMMAND_RUN;
  dw_status status = read_line(&p, argc, argv, err);
  if (status != DW_OK) return status;
  if (p.help || p.version) return *wish = p.help ? DW_COMMAND_HELP : DW_COMMAND_VERSION, DW_OK;
  status = read_environment(&p, err);
  return status == DW_OK ? read_config(&p, err) : status;
}

const dw_option *dw_command_option(const dw_command *command, const char *name)
{
  for (const dw_option *o = command->options; o && o->name; o++)
    if (strcmp(o->name, name) == 0) return o;
  return NULL;
}

void dw_command_free(dw_command *command)
{
  dw_arena_free(&command->arena);
  command->operands = command->arguments = (dw_text_list){0};
}

/* --- help --- */

enum { WIDTH = 100, LEFT_MOST = 30 };

/* The words of text from column `indent` on, broken before WIDTH and continued there. */
static void put_wrapped(dw_buf *out, const char *text, size_t indent)
{
  size_t at = indent;
  for (size_t word; (word = strcspn(text, " ")) > 0; text += word, text += strspn(text, " ")) {
    if (at > indent && at + 1 + word > WIDTH) {
      dw_buf_format(out, "\n%*s", (int)indent, "");
      at = indent;
    } else if (at > indent) {
      dw_buf_char(out, ' ');
      at++;
    }
    dw_buf_add(out, text, word);
    at += word;
  }
  dw_buf_char(out, '\n');
}

static size_t left_width(const dw_option *option)
{
  return 2 + strlen(option->name) + (option->argument ? 1 + strlen(option->argument) : 0);
}

static void put_option(dw_buf *out, const dw_option *option, size_t left)
{
  size_t width = left_width(option), indent = 2 + left + 2;
  dw_buf_format(out, "  --%s%s%s", option->name, option->argument ? " " : "", option->argument ? option->argument : "");
  if (width > left)
    dw_buf_format(out, "\n%*s", (int)indent, "");
  else
    dw_buf_format(out, "%*s", (int)(left - width + 2), "");
  dw_buf text = {0}, range = {0};
  dw_buf_text(&text, option->help);
  if (option->type == DW_OPTION_UNSIGNED || option->type == DW_OPTION_REAL || option->type == DW_OPTION_SIZE) put_range(&range, option);
  if (range.length || option->initial) {
    dw_buf_format(&text, " (%s%s", range.length ? dw_buf_cstr(&range) : "", range.length && option->initial ? "; " : "");
    dw_buf_format(&text, "%s%s)", option->initial ? "default: " : "", option->initial ? option->initial : "");
  }
  put_wrapped(out, dw_buf_cstr(&text), indent);
  dw_buf_free(&text);
  dw_buf_free(&range);
}

void dw_command_help(const dw_command *command, dw_buf *out)
{
  parse p;
  dw_command scratch = *command;
  parse_init(&p, &scratch);
  const char *label = "Usage:";
  for (const char *line = command->synopsis; line;) {
    size_t length = strcspn(line, "\n");
    dw_buf_format(out, "%s %s %.*s\n", label, command->name, (int)length, line);
    line = line[length] ? line + length + 1 : NULL;
    label = "   or:";
  }
  put_wrapped(out, command->purpose, 0);
  size_t left = 0;
  for (const dw_option *o = command->options; o && o->name; o++)
    if (left_width(o) > left && left_width(o) <= LEFT_MOST) left = left_width(o);
  for (const dw_option *o = p.own; o->name; o++)
    if (left_width(o) > left) left = left_width(o);
  dw_buf_text(out, "\nOptions:\n");
  for (const dw_option *o = command->options; o && o->name; o++) put_option(out, o, left);
  for (const dw_option *o = p.own; o->name; o++) put_option(out, o, left);
  dw_buf_text(out, "\nExit status:\n  0  done\n");
  if (command->yes) dw_buf_format(out, "  1  done, and %s\n", command->yes);
  dw_buf_format(out, "  2  a mistake in the call or in a settings file\n  3  the data is not what it should be\n"
                     "  4  a file, the system or the network failed\n  5  not enough data, or no numerical answer\n"
                     "\nSettings: an option, else the environment (DW_QUIET for --quiet), else --config, else the default.\n"
                     "Manual: man %s\n", command->name);
}
