/* dw-calibrate: what a detector or a model says, set right by data. The first operand says which part of the command does it. */
#include <string.h>

#include "base/str.h"
#include "cmd/calibrate/calibrate.h"

typedef struct part {
  const char *word;
  dw_command *command;
  void (*run)(const dw_text_list *operands);
} part;

static const part parts[] = {
    {"scores", &dw_calibrate_scores_command, dw_calibrate_scores},
    {"thresholds", &dw_calibrate_thresholds_command, dw_calibrate_thresholds},
    {"adaptive", &dw_calibrate_adaptive_command, dw_calibrate_adaptive},
    {"canaries", &dw_calibrate_canaries_command, dw_calibrate_canaries},
    {"detector", &dw_calibrate_detector_command, dw_calibrate_detector},
};
enum { PARTS = sizeof parts / sizeof *parts, OPTIONS = 100 };

/* Without the word of a part: every option that one of them has, so that what was mistaken is told. */
static dw_option all_options[OPTIONS];
static dw_command whole = {.name = "dw-calibrate", .synopsis = "", .purpose = "", .options = all_options};

static void gather_options(void)
{
  size_t count = 0;
  for (size_t i = 0; i < PARTS; i++)
    for (const dw_option *o = parts[i].command->options; o->name && count + 1 < OPTIONS; o++)
      if (!dw_command_option(&whole, o->name)) all_options[count++] = *o;
}

static void print_help(void)
{
  dw_output *output;
  dw_err err;
  dw_buf text = {0};
  for (size_t i = 0; i < PARTS; i++) {
    if (i) dw_buf_char(&text, '\n');
    dw_command_help(parts[i].command, &text);
  }
  dw_cmd_check(dw_output_open(&output, "-", &err), &err);
  dw_cmd_check(dw_output_write(output, text.data, text.length, &err), &err);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_buf_free(&text);
  dw_cmd_end(DW_OK);
}

_Noreturn static void no_part(int argc, char **argv)
{
  gather_options();
  if (argc > 1 && strcmp(argv[1], "--help") == 0) {
    dw_cmd_start(&whole, 1, argv);
    print_help();
  }
  dw_cmd_start(&whole, argc, argv);
  dw_buf words = {0};
  for (size_t i = 0; i < PARTS; i++) dw_buf_format(&words, "%s%s", i == 0 ? "" : i + 1 == PARTS ? " or " : ", ", parts[i].word);
  const dw_text_list *operands = &whole.operands;
  dw_cmd_usage("the first argument says what is calibrated: %s%s%s%s", dw_buf_cstr(&words), operands->count ? ", not \"" : "",
               operands->count ? operands->text[0] : "", operands->count ? "\"" : "");
}

int main(int argc, char **argv)
{
  const part *chosen = NULL;
  for (size_t i = 0; i < PARTS && argc > 1; i++)
    if (strcmp(argv[1], parts[i].word) == 0) chosen = &parts[i];
  if (!chosen) no_part(argc, argv);
  dw_cmd_start(chosen->command, argc, argv);
  dw_text_list operands = {chosen->command->operands.text + 1, chosen->command->operands.count - 1, 0};
  chosen->run(&operands);
  dw_cmd_end(DW_OK);
}
