/* parse: what the parts of options.c share (options.c: the command line, option_value.c: values, option_settings.c: environment and file,
 * option_list.c: in which order they are shown, option_help.c: --help, option_table.c: --help=table). Commands include options.h only. */
#ifndef DW_CMD_PARSE_H
#define DW_CMD_PARSE_H

#include "cmd/options/options.h"

enum { DW_PARSE_HELP, DW_PARSE_VERSION, DW_PARSE_CONFIG, DW_PARSE_QUIET, DW_PARSE_OWN };

/* One parse: the command's table and the options that every command has. */
typedef struct dw_parse {
  dw_command *command;
  const char *config;
  dw_option own[DW_PARSE_OWN + 1]; /* ended by one with name NULL */
} dw_parse;

void dw_parse_init(dw_parse *p, dw_command *command);
dw_option *dw_parse_find(dw_parse *p, const char *name, size_t length); /* NULL: no such option */
const char *dw_parse_nearest(dw_parse *p, const char *name);            /* for "did you mean" */
void dw_parse_append(dw_command *command, dw_text_list *list, const char *text);

/* Puts value into the option's target. `where` is what the value was given to, for the message: "--threads", "DW_THREADS",
 * "site.yaml:3: threads". */
dw_status dw_parse_value(dw_command *command, const dw_option *option, const char *value, const char *where, dw_err *err);
const char *dw_parse_choice(const dw_option *option, int index); /* a word of a CHOICE; NULL behind the last */
void dw_parse_choices(dw_buf *out, const dw_option *option);     /* "auto, ndjson or csv" */
void dw_parse_range(dw_buf *out, const dw_option *option);       /* "from 1 to 1024", "at least 0", or nothing */

/* An option under its heading. */
typedef struct dw_listed {
  const char *group;
  const dw_option *option;
} dw_listed;
enum { DW_LISTED = 256 };

/* The options by groups, as they are shown; with a verb those that go with it. Returns how many there are. */
size_t dw_parse_list(const dw_parse *p, const struct dw_verb *verb, dw_listed list[DW_LISTED]);
/* The verb that the first operand names, of the command's table; NULL: none. */
const struct dw_verb *dw_parse_verb(const dw_command *command);

/* What was not given yet comes from the environment, then from the file of --config. */
dw_status dw_parse_settings(dw_parse *p, dw_err *err);

#endif
