/* cmd: what every command does the same: start, complain, show progress, end. Only files of cmd/ print to standard error and exit, and
 * only they keep static state (one command a process). */
#ifndef DW_CMD_CMD_H
#define DW_CMD_CMD_H

#include <stdbool.h>
#include <stdint.h>

#include "io/reader/notices.h"
#include "cmd/options/option_rows.h"
#include "io/text/json.h"
#include "io/text/made_by.h"
#include "io/bytes/output.h"
#include "io/formats/convert.h"
#include "io/reader/reader_run.h"

#define DW_VERSION "0.1.0"

/* Sets up signals (SIGPIPE and SIGXFSZ ignored: writes report it) and makes sure that descriptors 0 to 2 are taken, so that no file opened
 * later is mistaken for a closed standard stream. Then parses: --help and --version print and exit 0; a mistake prints "dw-NAME: message"
 * and "Try 'dw-NAME --help'." and exits 2. command lives as long as the process. */
void dw_cmd_start(dw_command *command, int argc, char **argv);

/* The same of a command whose first operand may lead to tables of their own: --help as the first word prints those of all. */
void dw_cmd_start_all(dw_command *command, dw_command *const *all, size_t count, int argc, char **argv);

/* Outputs that are open when a command fails are dropped: no half-written file stays. What writes this command's standard input may have
 * failed before, and said why (io/bytes/upstream.h): then an error of the input (status 3 or 5) is the exit status alone, and says nothing
 * more. */
_Noreturn void dw_cmd_fail(const dw_err *err);                        /* "dw-NAME: MESSAGE", exit with its status; see_help: as below */
_Noreturn void dw_cmd_usage(const char *format, ...) DW_PRINTF(1, 2); /* a mistake in the call: exit 2 with a pointer to --help */
void dw_cmd_warn(const char *format, ...) DW_PRINTF(1, 2);            /* "dw-NAME: warning: …", not with --quiet */
void dw_cmd_note(const char *format, ...) DW_PRINTF(1, 2);            /* the same without the word: what is no reason to worry */
bool dw_cmd_follows_failure(void);                                    /* so it is: for those to whom no input is no mistake */
static inline void dw_cmd_check(dw_status status, const dw_err *err)
{
  if (status != DW_OK) dw_cmd_fail(err);
}

/* Progress on standard error: only on a terminal, not with --quiet, at most ten times a second, wiped at the end. */
bool dw_cmd_progress_wanted(void);                                 /* somebody may see it: for news that cost something */
void dw_cmd_progress(uint64_t rows, uint64_t bytes, double share); /* share < 0: not known */
void dw_cmd_progress_text(const char *text);                       /* the same for other news, one short line */
void dw_cmd_progress_end(void);

/* What the library says goes to dw_cmd_warn and dw_cmd_progress. */
extern const dw_notices dw_cmd_notices;

/* For what writes through a callback; output: a dw_output. */
dw_status dw_cmd_write(void *output, const void *bytes, size_t length, dw_err *err);
/* The way out for --format and --text of a command that writes records: dw_convert_write with it, then dw_convert_end. text: NULL, or what
 * outlives it. dialect: of the records that go in, or NULL. */
dw_convert *dw_cmd_convert(int form, const dw_text_list *text, const dw_dialect *dialect, dw_output *output);

/* dw_cmd_check of what became of the records of these files; a fault that only the way out found is told with its file and line. */
void dw_cmd_check_converted(dw_status status, int form, const dw_text_list *paths, const dw_reader_options *how, dw_err *err);

/* This command's stage of made_by (io/text/made_by.h), behind those of stages. seed NULL: none. Options that cannot change the result
 * (dw_option.unrecorded) are left out of the arguments. */
void dw_cmd_made_by_stage(dw_buf *stages, const uint64_t *seed);
void dw_cmd_made_by_list(dw_json *json, const uint64_t *seed); /* the member made_by, with this stage alone */
void dw_cmd_made_by_input(const dw_made_input *input);         /* call before the two, once an input is read to its end */
/* The same of all inputs of a reader, under the name of the one that there is, or what, or "all inputs". what may be NULL. */
void dw_cmd_made_by_reader(const dw_reader *reader, const dw_text_list *paths, const char *what);
/* A document's end: its line goes to output, and line is empty. The second puts made_by behind the other members. */
void dw_cmd_end_line(dw_json *json, dw_buf *line, dw_output *output);
void dw_cmd_end_document(dw_json *json, dw_buf *line, const uint64_t *seed, dw_output *output);

/* Exit status DW_OK or DW_YES, after checking that standard output took everything. A command ends here or in dw_cmd_fail and
 * dw_cmd_usage, nowhere else: an exit that is none of these (a library's) is status 4, whatever number it has. */
_Noreturn void dw_cmd_end(dw_status status);

#endif
