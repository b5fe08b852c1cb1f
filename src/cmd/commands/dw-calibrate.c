/* dw-calibrate: what a detector or a model says, set right by data. The first operand says which part of the command does it. */
#include <string.h>

#include "base/str.h"
#include "cmd/calibrate/calibrate.h"

enum { PARTS = 5, OPTIONS = 100 };

static dw_command *const commands[PARTS] = {&dw_calibrate_scores_command, &dw_calibrate_thresholds_command, &dw_calibrate_adaptive_command,
                                            &dw_calibrate_canaries_command, &dw_calibrate_detector_command};
static const struct {
  const char *word;
  void (*run)(const dw_text_list *operands);
} parts[PARTS] = {{"scores", dw_calibrate_scores},
                  {"thresholds", dw_calibrate_thresholds},
                  {"adaptive", dw_calibrate_adaptive},
                  {"canaries", dw_calibrate_canaries},
                  {"detector", dw_calibrate_detector}};

/* Without the word of a part: every option that one of them has, so that what was mistaken is told. */
static dw_option all_options[OPTIONS];
static dw_command whole = {.name = "dw-calibrate", .synopsis = "", .purpose = "", .options = all_options};

static void gather_options(void)
{
  size_t count = 0;
  for (size_t i = 0; i < PARTS; i++)
    for (const dw_option *o = commands[i]->options; o->name && count + 1 < OPTIONS; o++)
      if (o->type != DW_OPTION_GROUP && !dw_command_option(&whole, o->name)) all_options[count++] = *o;
}

_Noreturn static void no_part(int argc, char **argv)
{
  gather_options();
  dw_cmd_start_all(&whole, commands, PARTS, argc, argv);
  dw_buf words = {0};
  for (size_t i = 0; i < PARTS; i++) dw_buf_format(&words, "%s%s", i == 0 ? "" : i + 1 == PARTS ? " or " : ", ", parts[i].word);
  const dw_text_list *operands = &whole.operands;
  dw_cmd_usage("the first argument says what is calibrated: %s%s%s%s", dw_buf_cstr(&words), operands->count ? ", not \"" : "",
               operands->count ? operands->text[0] : "", operands->count ? "\"" : "");
}

int main(int argc, char **argv)
{
  size_t part = 0;
  while (part < PARTS && (argc < 2 || strcmp(argv[1], parts[part].word) != 0)) part++;
  if (part == PARTS) no_part(argc, argv);
  dw_command *command = commands[part];
  dw_cmd_start(command, argc, argv);
  parts[part].run(&(dw_text_list){command->operands.text + 1, command->operands.count - 1, 0});
  dw_cmd_end(DW_OK);
}
