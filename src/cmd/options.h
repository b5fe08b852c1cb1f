/* options: one table a command says what it takes; parsing, range checks, settings from environment and file, and --help come
 * from it (house style, habit 6).
 *
 * Order of precedence: option, then environment (DW_THREADS for --threads), then --config FILE.yaml (key `threads`), then default.
 * Long options may be `--name value` or `--name=value`; `--` ends options; unambiguous abbreviations are refused (scripts outlive
 * them). Operands may stand anywhere.
 */
#ifndef DW_CMD_OPTIONS_H
#define DW_CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef enum dw_option_type {
  DW_OPTION_FLAG,     /* bool: present or not */
  DW_OPTION_TEXT,     /* const char * */
  DW_OPTION_LIST,     /* dw_text_list: each use appends; a value splits at commas */
  DW_OPTION_EACH,     /* each(context, name, value, err) is called at each use, in order of the command line (not from settings) */
  DW_OPTION_CHOICE,   /* int: index into choices, a NULL-terminated array of words */
  DW_OPTION_UNSIGNED, /* uint64_t in [low, high] */
  DW_OPTION_REAL,     /* double in [low, high] */
  DW_OPTION_SIZE,     /* uint64_t bytes: 512M, 1GiB, 64k (powers of 1024) */
  DW_OPTION_DURATION  /* int64_t microseconds: 60m, 24h */
} dw_option_type;

typedef struct dw_text_list {
  const char **text;
  size_t count;
  size_t capacity;
} dw_text_list;

typedef dw_status dw_option_each(void *context, const char *name, const char *value, dw_err *err);

typedef struct dw_option {
  const char *name;           /* without dashes */
  dw_option_type type;
  void *target;               /* holds the default before parsing */
  const char *argument;       /* "FILE", "N": shown in help; NULL for flags */
  const char *initial;        /* default as shown in help and man page; NULL for none */
  const char *help;           /* one line */
  double low, high;           /* UNSIGNED, REAL: allowed range (both ends included); both 0: any */
  const char *const *choices; /* CHOICE */
  dw_option_each *each;       /* EACH; target is its context */
  bool given;                 /* set by parsing: the value came from option, environment or file */
} dw_option;

typedef struct dw_command {
  const char *name;     /* "dw-compare" */
  const char *synopsis; /* "--ref REFERENCE [OPTION]... [CURRENT]..." */
  const char *purpose;  /* one line */
  dw_option *options;   /* ended by one with name NULL; --help, --version, --quiet, --config are added */
  bool quiet;           /* set by --quiet */
  dw_text_list operands;
} dw_command;

/* Parses. --help and --version print and exit 0. A mistake prints "dw-NAME: message" and "Try 'dw-NAME --help'." and exits 2. */
void dw_command_parse(dw_command *command, int argc, char **argv);
const dw_option *dw_command_option(const dw_command *command, const char *name);

#endif
