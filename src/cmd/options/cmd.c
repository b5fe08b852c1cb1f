#include "cmd/options/cmd_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/num.h"
#include "base/str.h"
#include "cmd/options/ending.h"
#include "io/bytes/upstream.h"

const char *const dw_on_error_words[] = {"stop", "skip", NULL};

static struct {
  dw_command *command;
  dw_made_input *inputs;
  size_t input_count, input_capacity;
} self;

const dw_command *dw_cmd_running(void) { return self.command; }

static const char *name(void) { return self.command ? self.command->name : "dw"; }

static void say(const char *kind, const char *message)
{
  dw_cmd_progress_end();
  fprintf(stderr, "%s: %s%s\n", name(), kind, message);
}

/* A descriptor that was closed by the caller becomes one that fails, instead of the next file that is opened. */
static void take_descriptors(void)
{
  for (int fd = 0; fd <= 2; fd++)
    if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd) _exit(DW_ESYSTEM);
}

static void print_and_exit(const dw_buf *text)
{
  fwrite(text->data, 1, text->length, stdout);
  dw_cmd_end(DW_OK);
}

void dw_cmd_start(dw_command *command, int argc, char **argv)
{
  self.command = command;
  dw_ending_start(command->name);
  take_descriptors();
  dw_err err;
  dw_command_wish wish;
  dw_status status = dw_command_read(command, argc, argv, &wish, &err);
  if (status == DW_EUSAGE) dw_cmd_usage("%s", err.message);
  dw_cmd_check(status, &err);
  dw_buf text = {0};
  if (wish == DW_COMMAND_HELP) dw_command_help(command, &text);
  if (wish == DW_COMMAND_TABLE) dw_command_table(command, &text);
  if (wish == DW_COMMAND_VERSION) dw_buf_format(&text, "%s %s\n", command->name, DW_VERSION);
  if (wish != DW_COMMAND_RUN) print_and_exit(&text);
}

void dw_cmd_start_all(dw_command *command, dw_command *const *all, size_t count, int argc, char **argv)
{
  dw_command_wish wish = argc > 1 ? dw_command_wished(argv[1]) : DW_COMMAND_RUN;
  bool help = wish == DW_COMMAND_HELP, table = wish == DW_COMMAND_TABLE;
  dw_cmd_start(command, help || table ? 1 : argc, argv);
  if (!help && !table) return;
  dw_buf text = {0};
  for (size_t i = 0; i < count; i++) {
    if (help && i) dw_buf_char(&text, '\n');
    if (help) dw_command_help(all[i], &text);
    else dw_command_table(all[i], &text);
  }
  print_and_exit(&text);
}

static bool reads_standard_input(void)
{
  const dw_text_list *operands = &self.command->operands;
  for (size_t i = 0; i < operands->count; i++)
    if (strcmp(operands->text[i], "-") == 0) return true;
  return operands->count == 0;
}

bool dw_cmd_follows_failure(void) { return self.command && reads_standard_input() && dw_upstream_failed(STDIN_FILENO); }

void dw_cmd_fail(const dw_err *err)
{
  bool of_input = err->status == DW_EDATA || err->status == DW_ENODATA;
  dw_cmd_progress_end();
  if (!of_input || !dw_cmd_follows_failure()) say("", err->message);
  if (err->see_help) fprintf(stderr, "Try '%s --help'.\n", name());
  dw_output_drop_all();
  dw_upstream_leave_word(STDOUT_FILENO);
  dw_ending_leave((int)err->status);
}

void dw_cmd_usage(const char *format, ...)
{
  va_list args;
  va_start(args, format);
  dw_err err;
  char message[sizeof err.message];
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  dw_err_usage(&err, "%s", message); /* cleans what came from outside */
  dw_cmd_fail(&err);
}

DW_PRINTF(2, 0)
static void tell(const char *word, const char *format, va_list args)
{
  if (self.command && self.command->quiet) return;
  dw_err err;
  char message[sizeof err.message];
  vsnprintf(message, sizeof message, format, args);
  dw_err_set(&err, DW_OK, "%s", message);
  say(word, err.message);
}

void dw_cmd_warn(const char *format, ...)
{
  va_list args;
  va_start(args, format);
  tell("warning: ", format, args);
  va_end(args);
}

void dw_cmd_note(const char *format, ...)
{
  va_list args;
  va_start(args, format);
  tell("", format, args);
  va_end(args);
}

static void warn_notice(void *context, const char *text) { dw_cmd_warn("%s", text); }

const dw_notices dw_cmd_notices = {.warn = warn_notice, .progress = dw_cmd_show_notice};

/* --- how the result was made --- */

void dw_cmd_made_by_input(const dw_made_input *input)
{
  self.inputs = dw_grow(self.inputs, &self.input_capacity, self.input_count + 1, sizeof *self.inputs);
  self.inputs[self.input_count++] = *input;
}

void dw_cmd_made_by_reader(const dw_reader *reader, const dw_text_list *paths, const char *what)
{
  const char *input = paths->count == 1 ? paths->text[0] : what ? what : paths->count ? "all inputs" : "-";
  dw_made_input facts = dw_reader_made_by(reader, input);
  dw_cmd_made_by_input(&facts);
}

void dw_cmd_made_by_stage(dw_buf *stages, const uint64_t *seed)
{
  const dw_text_list *arguments = &self.command->arguments;
  dw_made_by_add(stages, &(dw_made_stage){.command = self.command->name,
                                          .version = DW_VERSION,
                                          .arguments = arguments->text,
                                          .argument_count = arguments->count,
                                          .seed = seed,
                                          .inputs = self.inputs,
                                          .input_count = self.input_count});
}

void dw_cmd_made_by_list(dw_json *json, const uint64_t *seed)
{
  dw_buf stages = {0};
  dw_cmd_made_by_stage(&stages, seed);
  dw_made_by_write(json, stages.data, stages.length);
  dw_buf_free(&stages);
}

void dw_cmd_end_line(dw_json *json, dw_buf *line, dw_output *output)
{
  dw_err err;
  dw_json_close(json, '}');
  dw_buf_char(line, '\n');
  dw_cmd_check(dw_output_write(output, line->data, line->length, &err), &err);
  line->length = 0;
}

void dw_cmd_end_document(dw_json *json, dw_buf *line, const uint64_t *seed, dw_output *output)
{
  dw_cmd_made_by_list(json, seed);
  dw_cmd_end_line(json, line, output);
}

dw_status dw_cmd_write(void *output, const void *bytes, size_t length, dw_err *err) { return dw_output_write(output, bytes, length, err); }

dw_convert *dw_cmd_convert(int form, const dw_text_list *text, const dw_dialect *dialect, dw_output *output)
{
  if (form == DW_WRITTEN_PARQUET && dw_output_terminal(output)) dw_cmd_usage("Parquet is not for a terminal: give --output FILE");
  if (form != DW_WRITTEN_PARQUET && dw_text_match("*.parquet", dw_output_name(output)))
    dw_cmd_usage("--output %.400s: what is written there is no Parquet without --format parquet", dw_output_name(output));
  return dw_convert_new(&(dw_convert_options){.form = (dw_written)form,
                                              .dialect = dialect,
                                              .by = "driftwatch version " DW_VERSION,
                                              .text = text ? text->text : NULL,
                                              .text_count = text ? text->count : 0,
                                              .write = dw_cmd_write,
                                              .context = output});
}

void dw_cmd_check_converted(dw_status status, int form, const dw_text_list *paths, const dw_reader_options *how, dw_err *err)
{
  if (status != DW_OK && form != DW_WRITTEN_ALIKE) dw_reader_place_fault(paths->text, paths->count, how, err);
  dw_cmd_check(status, err);
}

void dw_cmd_end(dw_status status)
{
  dw_cmd_progress_end();
  errno = 0;
  if (fflush(stdout) != 0 || ferror(stdout)) {
    dw_err err;
    if (errno == EPIPE) dw_ending_leave((int)status); /* nobody reads on: not a failure */
    dw_err_system(&err, errno ? errno : EIO, "standard output");
    dw_cmd_fail(&err);
  }
  dw_ending_leave((int)status);
}
