/* options: one table a command says what it takes; parsing, range checks, settings from environment and file, and --help come
 * from it.
 *
 * Order of precedence: option, then environment (DW_THREADS for --threads, DW_ON_ERROR for --on-error), then --config FILE.yaml (key
 * `threads`), then default. Long options may be `--name value` or `--name=value`; `--` ends options; abbreviations are refused
 * (scripts outlive them). Operands may stand anywhere. A value that starts with two dashes needs the `=` form. A flag in the environment or
 * a file is true or false. Of an option given twice the last counts; a LIST collects them all.
 * A row DW_GROUP("Columns") is the heading of the rows behind it, in --help, in the man page and in completions. A heading may come again,
 * from a macro of rows, say: its rows stand with those of the first. Rows before any heading stand under "Options".
 * In a file the items of a LIST may be a YAML list, and those of one with pairs a map, whose values may be lists: {zip: numeric} is
 * zip=numeric, {zip: [-, none]} is zip=-,zip=none, and {zip: } or {zip: []} is zip=.
 */
#ifndef DW_CMD_OPTIONS_H
#define DW_CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/text_list.h"

typedef enum dw_option_type {
  DW_OPTION_GROUP,    /* no option: name is the heading of the rows behind it */
  DW_OPTION_FLAG,     /* bool: present or not */
  DW_OPTION_TEXT,     /* const char * */
  DW_OPTION_LIST,     /* dw_text_list: each use appends; a value splits at commas; "\," is a comma in an item, "\\" a
                       * backslash, any other backslash stands for itself. An item of a YAML list is taken as it is */
  DW_OPTION_EACH,     /* each(context, name, value, err) is called at each use, in order of the command line (not from settings) */
  DW_OPTION_CHOICE,   /* int: index of the word, in choices or as choice has it */
  DW_OPTION_UNSIGNED, /* uint64_t in [low, high] */
  DW_OPTION_REAL,     /* double in [low, high] */
  DW_OPTION_SIZE,     /* uint64_t bytes: 512M, 1GiB, 64k (powers of 1024) */
  DW_OPTION_DURATION  /* int64_t microseconds: 60m, 24h */
} dw_option_type;

typedef dw_status dw_option_each(void *context, const char *name, const char *value, dw_err *err);

typedef struct dw_option {
  const char *name; /* without dashes */
  dw_option_type type;
  void *target;         /* holds the default before parsing */
  const char *argument; /* "FILE", "N": shown in help; NULL for flags */
  const char *initial;  /* default as shown in help and man page; NULL for none */
  const char *help;     /* one line */
  double low, high;     /* UNSIGNED, REAL, SIZE: allowed range (both ends included); both 0: any */
  const char *const
      *choices; /* CHOICE: words, NULL behind the last; TEXT, LIST, EACH: words that completions offer, among others perhaps */
  const char *(*choice)(int); /* without choices: a word by its index, NULL behind the last; of a CHOICE help begins with them */
  dw_option_each *each;       /* EACH; target is its context */
  bool pairs;                 /* LIST: items may be KEY=VALUE, which a file may give as a map */
  bool unrecorded;            /* cannot change the result (threads, output): left out of made_by, so that the bytes stay the same */
  bool given;                 /* set by parsing: the value came from option, environment or file */
} dw_option;

#define DW_GROUP(heading)                                                                                                                  \
  {                                                                                                                                        \
    .type = DW_OPTION_GROUP, .name = (heading)                                                                                             \
  }

struct dw_verb; /* verbs.h */

typedef struct dw_command {
  const char *name;            /* "dw-compare" */
  const char *synopsis;        /* "--ref REFERENCE [OPTION]... [CURRENT]..."; lines are separated by '\n' */
  const char *purpose;         /* one line, which --help does not break */
  const char *example;         /* lines of a shell that run as they stand on what dw-gen makes (tests/help.bats); NULL: none */
  const char *yes;             /* what exit status 1 says ("drift was found"); NULL when the command never exits with it */
  dw_option *options;          /* ended by one with name NULL; --help, --version, --quiet, --config are added */
  const struct dw_verb *verbs; /* what the first operand may say, ended by one with name NULL; NULL: no verbs, or none in a table */
  const char *const *common;   /* with verbs: options for all of them, NULL behind the last */
  bool quiet;                  /* set by --quiet */
  dw_text_list operands;
  dw_text_list arguments; /* what made_by records: options (settings from environment and file as --name=value) and operands */
  dw_arena arena;         /* holds the lists and every text that does not point into argv */
} dw_command;

typedef enum dw_command_wish { DW_COMMAND_RUN, DW_COMMAND_HELP, DW_COMMAND_TABLE, DW_COMMAND_VERSION } dw_command_wish;

/* What a word of the command line asks for: --help or -h, --help=table, --version; anything else lets the command run. */
dw_command_wish dw_command_wished(const char *word);

/* Reads command line, environment and settings file into the targets. DW_EUSAGE: a mistake; DW_ESYSTEM: the settings file cannot be
 * read. --help and --version win over everything behind them. Texts live as long as argv and the command. */
dw_status dw_command_read(dw_command *command, int argc, char **argv, dw_command_wish *wish, dw_err *err);

/* What --help prints, in 80 columns: of the verb that the first operand names, where there is one. */
void dw_command_help(const dw_command *command, dw_buf *out);

/* What --help=table prints, for programs: driftwatch-internals(7). */
void dw_command_table(const dw_command *command, dw_buf *out);

/* Option of the command's table by name; NULL when there is none. */
const dw_option *dw_command_option(const dw_command *command, const char *name);

/* For DW_OPTION_EACH with a dw_text_list as target: each value is one text, commas and all. The caller frees the list's text. */
dw_status dw_option_add_text(void *list, const char *name, const char *value, dw_err *err);

/* Frees the lists; the targets that point to them dangle. */
void dw_command_free(dw_command *command);

#endif
