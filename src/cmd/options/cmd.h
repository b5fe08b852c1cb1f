/* cmd: what every command does the same: start, complain, show progress, end. Only files of cmd/ print to standard error and exit, and
 * only they keep static state (one command a process). */
#ifndef DW_CMD_CMD_H
#define DW_CMD_CMD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cmd/options/options.h"
#include "io/text/json.h"
#include "io/text/made_by.h"
#include "io/bytes/output.h"
#include "io/formats/formats.h"
#include "io/reader/reader.h"

#define DW_VERSION "0.1.0"

/* Sets up signals (SIGPIPE and SIGXFSZ ignored: writes report it) and makes sure that descriptors 0 to 2 are taken, so that no file opened
 * later is mistaken for a closed standard stream. Then parses: --help and --version print and exit 0; a mistake prints "dw-NAME: message"
 * and "Try 'dw-NAME --help'." and exits 2. command lives as long as the process. */
void dw_cmd_start(dw_command *command, int argc, char **argv);

/* Outputs that are open when a command fails are dropped: no half-written file stays. */
_Noreturn void dw_cmd_fail(const dw_err *err);                        /* "dw-NAME: MESSAGE", exit with its status */
_Noreturn void dw_cmd_usage(const char *format, ...) DW_PRINTF(1, 2); /* a mistake in the call: exit 2 with a pointer to --help */
void dw_cmd_warn(const char *format, ...) DW_PRINTF(1, 2);            /* "dw-NAME: warning: …", not with --quiet */
static inline void dw_cmd_check(dw_status status, const dw_err *err)
{
  if (status != DW_OK) dw_cmd_fail(err);
}

/* Progress on standard error: only on a terminal, not with --quiet, at most ten times a second, wiped at the end. */
void dw_cmd_progress(uint64_t rows, uint64_t bytes, double share); /* share < 0: not known */
void dw_cmd_progress_text(const char *text);                       /* the same for other news, one short line */
void dw_cmd_progress_end(void);

/* Says on standard error what reading left out or found odd (skipped records, a last line without line end). what ("reference", NULL
 * for none) stands in front. */
void dw_cmd_report_reader(const dw_reader *reader, const char *what);

/* This command's stage of made_by (io/text/made_by.h), behind those of stages. seed NULL: none. Options that cannot change the result
 * (dw_option.unrecorded) are left out of the arguments. */
void dw_cmd_made_by_stage(dw_buf *stages, const uint64_t *seed);
void dw_cmd_made_by_list(dw_json *json, const uint64_t *seed);        /* the member made_by, with this stage alone */
void dw_cmd_made_by_input(const char *name, const dw_reader *reader); /* call before the two, once an input is read to its end */

/* Exit status DW_OK or DW_YES, after checking that standard output took everything. A command ends here or in dw_cmd_fail and
 * dw_cmd_usage, nowhere else: an exit that is none of these (a library's) is status 4, whatever number it has. */
_Noreturn void dw_cmd_end(dw_status status);

/* The standard options that several commands share, for their tables. */
#define DW_OPTION_INPUT_FORMAT(t)                                                                                                          \
  {                                                                                                                                        \
    .name = "input-format", .type = DW_OPTION_CHOICE, .target = (t), .argument = "FORMAT", .initial = "auto",                              \
    .help = "told from the content unless given", .choice = dw_format_word                                                                 \
  }
#define DW_OPTION_THREADS(t)                                                                                                               \
  {                                                                                                                                        \
    .name = "threads", .type = DW_OPTION_UNSIGNED, .target = (t), .argument = "N", .initial = "the cores",                                 \
    .help = "worker threads; the result is the same for any number", .low = 1, .high = 1024, .unrecorded = true                            \
  }
#define DW_OPTION_ON_ERROR(t)                                                                                                              \
  {                                                                                                                                        \
    .name = "on-error", .type = DW_OPTION_CHOICE, .target = (t), .argument = "stop|skip", .initial = "stop",                               \
    .help = "what a bad record does: stop, or be counted and left out", .choices = dw_on_error_words                                       \
  }
#define DW_OPTION_SEED(t)                                                                                                                  \
  {                                                                                                                                        \
    .name = "seed", .type = DW_OPTION_UNSIGNED, .target = (t), .argument = "S", .initial = "1", .help = "seed of the random numbers",      \
    .low = 0, .high = 18446744073709551615.0                                                                                               \
  }
#define DW_OPTION_OUTPUT(t)                                                                                                                \
  {                                                                                                                                        \
    .name = "output", .type = DW_OPTION_TEXT, .target = (t), .argument = "FILE", .initial = "-",                                           \
    .help = "where the result goes; .zst and .gz are compressed", .unrecorded = true                                                       \
  }
extern const char *const dw_on_error_words[];

#endif
