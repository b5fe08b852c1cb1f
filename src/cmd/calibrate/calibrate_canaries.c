/* dw-calibrate canaries: how far healthy rounds of each canary lie from each other. */
#include <math.h>

#include "canary/judge/canary_margins.h"
#include "cmd/calibrate/calibrate.h"
#include "cmd/canary/canary_book.h"
#include "cmd/options/option_rows.h"

static struct settings {
  dw_text_list method, words;
  const char *output;
  double alpha;
  int units;
  uint64_t permutations, characters, tokens, block, seed, threads, memory;
  int on_error;
  bool latency;
} set = {.output = "-", .alpha = 0.05, .permutations = 1000, .characters = 1000, .tokens = 50, .seed = 1, .memory = UINT64_C(1) << 30};

/* clang-format off */
static dw_option options[] = {
    DW_GROUP("Judgement"),
    {.name = "method", .type = DW_OPTION_LIST, .pairs = true, .target = &set.method, .argument = "METHODS", .initial = "auto", .choice = dw_offered_canary_method, .help = "logprobs, border, mmd_hamming, embedding, text …, all or auto"},
    {.name = "alpha", .type = DW_OPTION_REAL, .target = &set.alpha, .argument = "P", .initial = "0.05", .low = 1e-9, .high = 0.5, .help = "p-values at most that are counted as alarms of healthy rounds"},
    {.name = "permutations", .type = DW_OPTION_UNSIGNED, .target = &set.permutations, .argument = "N", .initial = "1000", .low = 1, .high = 1e6, .help = "deals behind a p-value"},
    {.name = "latency", .type = DW_OPTION_FLAG, .target = &set.latency, .help = "behavior judges latency, too, which is also the load's"},
    {.name = "words", .type = DW_OPTION_LIST, .target = &set.words, .argument = "FILES", .help = "words of refusals, toxic words, instead of our own"},
    DW_OPTION_SEED(&set.seed),
    DW_GROUP("What mmd_hamming reads"),
    {.name = "characters", .type = DW_OPTION_UNSIGNED, .target = &set.characters, .argument = "N", .initial = "1000", .low = 1, .high = 1e6, .help = "of an answer, that mmd_hamming reads"},
    {.name = "tokens", .type = DW_OPTION_UNSIGNED, .target = &set.tokens, .argument = "N", .initial = "50", .low = 1, .high = 1e6, .help = "of an answer, that mmd_hamming reads where they are given"},
    {.name = "units", .type = DW_OPTION_CHOICE, .target = &set.units, .argument = "UNITS", .initial = "auto", .help = "what mmd_hamming compares:", .choices = dw_canary_unit_words},
    {.name = "block", .type = DW_OPTION_UNSIGNED, .target = &set.block, .argument = "N", .initial = "1", .low = 1, .high = 1e6, .help = "so many answers in a row are dealt out together"},
    DW_GROUP("General"),
    DW_OPTION_MEMORY(&set.memory, "bound on the answers that are held"),
    DW_OPTION_THREADS(&set.threads),
    DW_OPTION_ON_ERROR(&set.on_error),
    DW_OPTION_OUTPUT(&set.output),
    {.name = NULL},
};
/* clang-format on */

dw_command dw_calibrate_canaries_command = {.name = "dw-calibrate",
                                            .synopsis = "canaries [OPTION]... [RESPONSES]...",
                                            .purpose = "Make margins from healthy rounds of canaries, which an alarm has to exceed.",
                                            .example = "dw-calibrate canaries --permutations 100 rounds.ndjson >margins.json",
                                            .options = options};

void dw_calibrate_canaries(const dw_text_list *operands)
{
  dw_err err;
  dw_output *output;
  dw_buf lines = {0};
  dw_canary_margins margins;
  dw_canary_reading reading = {.book = dw_answer_book_new(),
                               .threads = set.threads,
                               .memory = set.memory,
                               .skip_errors = set.on_error == 1};
  dw_canary_calibration calibration = {.how = {.permutations = (unsigned)set.permutations,
                                               .length = dw_size(set.characters),
                                               .tokens = dw_size(set.tokens),
                                               .units = (dw_canary_units)set.units,
                                               .key = dw_rng_derive(set.seed, "dw-calibrate canaries"),
                                               .memory = dw_size(set.memory),
                                               .threads = (unsigned)set.threads,
                                               .margin = NAN,
                                               .latency = set.latency},
                                       .alpha = set.alpha,
                                       .block = dw_size(set.block)};
  dw_canary_methods_asked(&set.method, calibration.ask);
  dw_canary_read_words(&set.words, calibration.how.words);
  if (set.units != DW_CANARY_CHARACTERS) dw_answer_book_keep_tokens(reading.book, dw_size(set.tokens));
  dw_canary_read_book(&reading, DW_BOOK_REFERENCE, operands, "the healthy rounds");
  dw_canary_close_book(&reading);
  dw_canary_methods_fit(&set.method, reading.book, calibration.ask);
  dw_cmd_check(dw_canary_calibrate(&margins, reading.book, &calibration, &err), &err);
  dw_canary_margins_write(&margins, &lines);
  dw_cmd_check(dw_output_open(&output, set.output, &err), &err);
  dw_cmd_check(dw_output_write(output, lines.data, lines.length, &err), &err);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_buf_free(&lines);
  dw_canary_margins_free(&margins);
  dw_answer_book_free(reading.book);
  for (int k = 0; k < DW_WORD_KINDS; k++) dw_word_list_free((dw_word_list *)calibration.how.words[k]);
}
