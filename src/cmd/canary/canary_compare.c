#include "cmd/canary/canary_compare.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "canary/judge/canary_documents.h"
#include "canary/judge/consensus_documents.h"
#include "cmd/canary/canary_book.h"
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

static void warn_quarantined(const dw_canary_comparison *result, const dw_answer_book *book)
{
  const dw_map *canaries = dw_answer_book_canaries(book);
  for (size_t c = 0; c < canaries->count; c++)
    if (result->canary[c].quarantined)
      dw_cmd_warn("canary \"%s\" is quarantined, and not judged, in %zu of %zu rounds", canaries->keys[c].text,
                  result->canary[c].quarantined, result->canary[c].rounds);
}

static void warn_unpaired(const dw_canary_comparison *result)
{
  size_t lines = 0, most = 0;
  for (size_t i = 0; i < result->count; i++) {
    lines += result->line[i].unpaired > 0;
    if (result->line[i].unpaired > most) most = result->line[i].unpaired;
  }
  if (lines) dw_cmd_warn("prompts that one side alone answered are not compared: in %zu findings, up to %zu of them", lines, most);
}

static void warn_twice(const dw_answer_book *book)
{
  size_t twice = dw_answer_book_twice(book);
  if (twice)
    dw_cmd_warn("%zu answers stand in the reference, too: rounds that are held against themselves depart less than they did", twice);
}

static void warn_margins(const dw_canary_comparison *result)
{
  size_t own = 0;
  for (size_t i = 0; i < result->count; i++) own += result->line[i].found.judged && !result->line[i].calibrated;
  if (own)
    dw_cmd_warn("margins are the methods' own: those of these endpoints come from healthy rounds (dw-calibrate canaries, --margins)");
}

/* A reference that is much smaller lies further from healthy rounds than those that the margins are of did from each other. */
static void warn_small_reference(const dw_canary_comparison *result, const dw_answer_book *book)
{
  size_t lines = 0;
  const dw_canary_line *first = NULL;
  for (size_t i = 0; i < result->count; i++) {
    const dw_canary_line *line = &result->line[i];
    if (!line->found.judged || line->answers[DW_BOOK_REFERENCE] >= (double)line->margin_took / 2) continue;
    if (!lines++) first = line;
  }
  if (!lines) return;
  dw_cmd_warn(
      "margins are too narrow for this reference, in %zu findings: canary \"%s\" has %zu answers in it, and its rounds were held against "
      "%llu to make them: give the same healthy rounds as --ref",
      lines, dw_answer_book_canaries(book)->keys[first->canary].text, first->answers[DW_BOOK_REFERENCE],
      (unsigned long long)first->margin_took);
}

static void warn_blocks(const dw_canaries_asked *asked, const dw_canary_settings *settings)
{
  if (asked->block > 1 && (settings->ask[DW_CANARY_BEHAVIOR] || settings->ask[DW_CANARY_FINGERPRINT]))
    dw_cmd_warn("--block: behavior and fingerprint take answers one by one all the same");
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

static void warn_watch(const char *path, const dw_canary_watch *watch)
{
  char time[DW_TIME_TEXT + 1];
  const dw_canary_watch_notes *notes = dw_canary_watch_tell(watch);
  if (notes->repeated == 1)
    dw_cmd_warn("%s: round \"%s\": an earlier look was at this very data: it is not counted again", path, notes->repeated_round);
  if (notes->repeated > 1)
    dw_cmd_warn("%s: %zu rounds, the first of them \"%s\": an earlier look was at this very data: it is not counted again", path,
                notes->repeated, notes->repeated_round);
  if (notes->back) {
    time[dw_time_print(time, notes->back_at)] = '\0';
    dw_cmd_warn("%s: round \"%s\" begins at %s, before the end of an earlier look: times go backwards", path, notes->back_round, time);
  }
  if (notes->designs)
    dw_cmd_warn("%s: in %zu findings other prompts, or another number of answers, were asked for than in earlier looks: ranks begin anew",
                path, notes->designs);
  if (notes->coarse)
    dw_cmd_warn("%s: %zu finding%s as plain as %s permutations can show, and that is no alarm by itself at this look: --permutations asks "
                "for more",
                path, notes->coarse, notes->coarse == 1 ? " is" : "s are", notes->coarse == 1 ? "its" : "their");
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
                                 .length = asked->characters,
                                 .memory = asked->memory,
                                 .units = (dw_canary_units)asked->units,
                                 .tokens = asked->tokens,
                                 .latency = asked->latency,
                                 .block = asked->block,
                                 .seed = asked->seed,
                                 .threads = (unsigned)asked->threads};
  check_sequential(asked);
  if (!asked->reference->count) dw_cmd_usage("--ref: the answers of healthy rounds are needed");
  ask_methods(asked, &settings);
  dw_canary_read_words(&asked->words, settings.words);
  if (asked->margins) read_margins(asked->margins, &margins);
  if (asked->margins) settings.margins = &margins;
  if (asked->units != DW_CANARY_CHARACTERS) dw_answer_book_keep_tokens(reading.book, asked->tokens);
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
  if (settings.rule == DW_CANARY_RULE_OWN) warn_margins(&result);
  warn_blocks(asked, &settings);
  warn_small_reference(&result, reading.book);
  if (settings.rule == DW_CANARY_RULE_SEED)
    dw_cmd_warn("rule seed: somebody is always last, so that it flags healthy canaries too, at a rate that nobody knows");
  warn_unpaired(&result);
  warn_twice(reading.book);
  warn_quarantined(&result, reading.book);
  if (settings.watch) warn_watch(asked->sequential, settings.watch);
  if (result.answer == DW_ANSWER_NOT_JUDGED) end_unjudged(&result, reading.book);
  dw_answer answer = result.answer;
  dw_canary_comparison_free(&result);
  dw_canary_watch_close(settings.watch);
  dw_answer_book_free(reading.book);
  for (int k = 0; k < DW_WORD_KINDS; k++) dw_word_list_free((dw_word_list *)settings.words[k]);
  if (asked->margins) dw_canary_margins_free(&margins);
  dw_cmd_end(answer == DW_ANSWER_DRIFT && !asked->exit_zero ? DW_YES : DW_OK);
}
