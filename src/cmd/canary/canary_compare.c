#include "cmd/canary/canary_compare.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "canary/judge/canary_documents.h"
#include "canary/judge/consensus_documents.h"
#include "cmd/canary/canary_book.h"
#include "cmd/canary/canary_warnings.h"
#include "io/bytes/input.h"

enum { MARGINS_LIMIT = 64 << 20 };

static void read_margins(const char *path, dw_canary_margins *margins)
{
  dw_err err;
  char *text;
  size_t length;
  dw_cmd_check(dw_input_whole(path, MARGINS_LIMIT, &text, &length, &err), &err);
  dw_cmd_check(dw_canary_margins_parse(margins, text, length, path, &err), &err);
  dw_free(text);
}

static void write_all(const dw_canaries_asked *asked, const dw_canary_comparison *result, const dw_answer_book *book,
                      const dw_canary_settings *settings)
{
  dw_err err;
  dw_output *output;
  const uint64_t seed = asked->seed;
  dw_buf lines = {0}, stages = {0};
  dw_canary_write_findings(result, book, settings, &lines);
  dw_consensus_write(result, book, settings, &lines);
  dw_cmd_made_by_stage(&stages, &seed);
  dw_canary_write_summary(result, book, &stages, &lines);
  dw_cmd_check(dw_output_open(&output, asked->output, &err), &err);
  dw_cmd_check(dw_output_write(output, lines.data, lines.length, &err), &err);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_buf_free(&lines);
  dw_buf_free(&stages);
}

/* The first line without an answer says why: what was not judged does not pass. */
_Noreturn static void end_unjudged(const dw_canary_comparison *result, const dw_answer_book *book)
{
  dw_err err;
  for (size_t i = 0; i < result->count; i++) {
    const dw_canary_line *line = &result->line[i];
    if (line->found.judged || line->quarantined) continue;
    dw_err_set(&err, DW_ENODATA, "not judged: canary \"%s\", round \"%s\": %.400s", dw_answer_book_canaries(book)->keys[line->canary].text,
               dw_answer_book_rounds(book, DW_BOOK_CURRENT)->keys[line->round].text, line->found.why);
    dw_cmd_fail(&err);
  }
  dw_err_set(&err, DW_ENODATA, result->count ? "not judged: all canaries are quarantined" : "not judged: there is no round");
  dw_cmd_fail(&err);
}

static void check_sequential(const dw_canaries_asked *asked)
{
  if (asked->sequential_reset && !asked->sequential) dw_cmd_usage("--sequential-reset goes with --sequential STATE");
  if (!asked->sequential) return;
  if (!asked->sequential[0] || strcmp(asked->sequential, "-") == 0)
    dw_cmd_usage("--sequential needs the name of a file that stays from one look to the next");
  if (asked->rule != DW_CANARY_RULE_OWN)
    dw_cmd_usage("--sequential goes with --rule own: rule %s knows no rate of false alarms", dw_canary_rule_words[asked->rule]);
  if (strcmp(asked->sequential, asked->output) == 0) dw_cmd_usage("--output would overwrite the state of --sequential: name another file");
}

/* NULL: rounds are judged by themselves. */
static dw_canary_watch *open_watch(const dw_canaries_asked *asked, const dw_canary_settings *settings, const dw_answer_book *book)
{
  dw_err err;
  dw_canary_watch *watch = NULL;
  dw_canary_watch_how how = {.length = settings->length,
                             .tokens = settings->tokens,
                             .units = settings->units,
                             .latency = settings->latency,
                             .words = {settings->words[0], settings->words[1]},
                             .block = settings->block,
                             .permutations = settings->permutations,
                             .alpha = settings->alpha,
                             .reset = asked->sequential_reset};
  if (!asked->sequential) return NULL;
  memcpy(how.ask, settings->ask, sizeof how.ask);
  dw_cmd_check(dw_time_now(&how.now, &err), &err);
  dw_cmd_check(dw_canary_watch_open(&watch, asked->sequential, &how, book, &err), &err);
  return watch;
}

/* A rule of others is one of a single method. */
static void ask_methods(const dw_canaries_asked *asked, dw_canary_settings *settings)
{
  dw_canary_method only = asked->rule == DW_CANARY_RULE_SEED ? DW_CANARY_CONSENSUS : DW_CANARY_BORDER;
  settings->rule = (dw_canary_rule)asked->rule;
  dw_canary_methods_asked(asked->method, settings->ask);
  if (settings->rule == DW_CANARY_RULE_OWN) return;
  const char *rule = dw_canary_rule_words[asked->rule];
  for (size_t i = 0; i < asked->method->count; i++)
    if (dw_canary_method_named(asked->method->text[i]) != only)
      dw_cmd_usage("--rule %s goes with --method %s alone", rule, dw_canary_method_name(only));
  if (asked->margins) dw_cmd_usage("--margins: rule %s knows no margins", rule);
  settings->ask[only] = true;
}

void dw_compare_canaries(const dw_canaries_asked *asked)
{
  dw_err err;
  dw_canary_margins margins;
  dw_canary_reading reading = {.book = dw_answer_book_new(),
                               .threads = asked->threads,
                               .memory = asked->memory,
                               .skip_errors = asked->skip_errors};
  dw_canary_settings settings = {.alpha = isnan(asked->alpha) ? 0.05 : asked->alpha,
                                 .permutations = (unsigned)asked->permutations,
                                 .length = dw_size(asked->characters),
                                 .memory = dw_size(asked->memory),
                                 .units = (dw_canary_units)asked->units,
                                 .tokens = dw_size(asked->tokens),
                                 .latency = asked->latency,
                                 .block = dw_size(asked->block),
                                 .seed = asked->seed,
                                 .threads = (unsigned)asked->threads};
  check_sequential(asked);
  if (!asked->reference->count) dw_cmd_usage("--ref: the answers of healthy rounds are needed");
  ask_methods(asked, &settings);
  dw_canary_read_words(&asked->words, settings.words);
  if (asked->margins) read_margins(asked->margins, &margins);
  if (asked->margins) settings.margins = &margins;
  if (asked->units != DW_CANARY_CHARACTERS) dw_answer_book_keep_tokens(reading.book, dw_size(asked->tokens));
  dw_canary_read_book(&reading, DW_BOOK_REFERENCE, asked->reference, "the reference");
  dw_canary_read_book(&reading, DW_BOOK_CURRENT, asked->current, "the current answers");
  dw_canary_close_book(&reading);
  dw_canary_methods_fit(asked->method, reading.book, settings.ask);
  dw_canary_comparison result;
  settings.watch = open_watch(asked, &settings, reading.book);
  dw_canary_compare(&result, reading.book, &settings);
  /* What was seen is remembered before anybody hears of it: an alarm that was given is never forgotten. */
  if (settings.watch) dw_cmd_check(dw_canary_watch_commit(settings.watch, &err), &err);
  write_all(asked, &result, reading.book, &settings);
  dw_canary_warn(asked, &result, reading.book, &settings);
  if (result.answer == DW_ANSWER_NOT_JUDGED) end_unjudged(&result, reading.book);
  dw_answer answer = result.answer;
  dw_canary_comparison_free(&result);
  dw_canary_watch_close(settings.watch);
  dw_answer_book_free(reading.book);
  for (int k = 0; k < DW_WORD_KINDS; k++) dw_word_list_free((dw_word_list *)settings.words[k]);
  if (asked->margins) dw_canary_margins_free(&margins);
  dw_cmd_end(answer == DW_ANSWER_DRIFT && !asked->exit_zero ? DW_YES : DW_OK);
}
