/* option_rows: rows that several commands have in their tables of options. t: the target; s: the settings that hold the targets. */
#ifndef DW_CMD_OPTION_ROWS_H
#define DW_CMD_OPTION_ROWS_H

#include "cmd/options/offered.h"
#include "cmd/options/options.h"
#include "io/bytes/charset.h"
#include "io/formats/formats.h"
#include "io/record/dialect.h"

extern const char *const dw_on_error_words[];

/* clang-format off */
#define DW_OPTION_COLUMN(word, t, text) {.name = (word), .type = DW_OPTION_TEXT, .target = (t), .argument = "COLUMN", .help = (text)}
#define DW_OPTION_COLUMNS(word, t, text) {.name = (word), .type = DW_OPTION_LIST, .target = (t), .argument = "COLUMNS", .help = (text)}
#define DW_OPTION_TIME_FORMAT(t) \
  {.name = "time-format", .type = DW_OPTION_TEXT, .target = (t), .argument = "FORMAT", .initial = "ISO 8601, or a number", \
   .help = "form of --time, as strptime has it: '%d/%m/%Y %H:%M', %s"}
#define DW_OPTION_MISSING(t) \
  {.name = "missing", .type = DW_OPTION_LIST, .pairs = true, .target = (t), .argument = "MARKS", .initial = "NA, N/A, NaN, null, None …", \
   .help = "stands for a missing value: MARK, COLUMN=MARK, COLUMN="}
#define DW_OPTION_RENAME(t) \
  {.name = "rename", .type = DW_OPTION_LIST, .pairs = true, .target = (t), .argument = "OLD=NEW", \
   .help = "call a column NEW wherever the data calls it OLD"}
#define DW_OPTION_REFERENCE(t, text) \
  {.name = "ref", .type = DW_OPTION_EACH, .target = (t), .each = dw_option_add_text, .argument = "FILE", .help = (text)}
#define DW_OPTION_MEMORY(t, text) \
  {.name = "memory", .type = DW_OPTION_SIZE, .target = (t), .argument = "SIZE", .initial = "1GiB", .help = (text)}
#define DW_OPTION_POSITIVE(t) \
  {.name = "positive", .type = DW_OPTION_TEXT, .target = (t), .argument = "VALUE", .initial = "the model's second, or the larger", \
   .help = "the label that is positive, of two"}
#define DW_OPTION_CLASSES(t) \
  {.name = "classes", .type = DW_OPTION_TEXT, .target = (t), .argument = "CLASSES", .initial = "as the records say", \
   .help = "the model's classes in the order of its scores: a,b,c or a JSON array"}
#define DW_OPTION_METHODS(t) \
  {.name = "method", .type = DW_OPTION_LIST, .pairs = true, .target = (t), .argument = "METHODS", .initial = "by column", .choice = dw_offered_method, \
   .help = "METHOD, COLUMN=METHOD, or all"}
#define DW_OPTION_BINS(t) \
  {.name = "bins", .type = DW_OPTION_TEXT, .target = (t), .argument = "BINS", .initial = "10", \
   .help = "of numbers: N quantile bins of the reference, edges E1,E2,..., or evidently"}
#define DW_OPTION_EXIT_ZERO(t, text) {.name = "exit-zero", .type = DW_OPTION_FLAG, .target = (t), .help = (text), .unrecorded = true}
#define DW_OPTION_SEED(t) \
  {.name = "seed", .type = DW_OPTION_UNSIGNED, .target = (t), .argument = "S", .initial = "1", .help = "seed of the random numbers", \
   .low = 0, .high = 18446744073709551615.0}
#define DW_OPTION_THREADS(t) \
  {.name = "threads", .type = DW_OPTION_UNSIGNED, .target = (t), .argument = "N", .initial = "the cores", \
   .help = "worker threads; the result is the same", .low = 1, .high = 1024, .unrecorded = true}
#define DW_OPTION_INPUT_FORMAT(t) \
  {.name = "input-format", .type = DW_OPTION_CHOICE, .target = (t), .argument = "FORMAT", .initial = "auto", \
   .help = "told from the content unless given", .choice = dw_format_word}
#define DW_OPTION_ON_ERROR(t) \
  {.name = "on-error", .type = DW_OPTION_CHOICE, .target = (t), .argument = "stop|skip", .initial = "stop", \
   .help = "what a bad record does: stop, or be counted and left out", .choices = dw_on_error_words}
#define DW_OPTION_OUTPUT(t) \
  {.name = "output", .type = DW_OPTION_TEXT, .target = (t), .argument = "FILE", .initial = "-", \
   .help = "where the result goes; .zst and .gz are compressed", .unrecorded = true}

/* How the records are written. d: a dw_dialect, for dw_reader_options. */
#define DW_OPTIONS_DIALECT(d) \
  {.name = "delimiter", .type = DW_OPTION_TEXT, .target = &(d)->delimiter, .argument = "CHAR", .initial = "as the first record shows", \
   .help = "CSV: what stands between fields: ; or | or \\t"}, \
  {.name = "header", .type = DW_OPTION_LIST, .target = &(d)->header, .argument = "NAMES", \
   .help = "CSV: names of the columns, where the first record is data"}, \
  {.name = "decimal", .type = DW_OPTION_CHOICE, .target = &(d)->decimal, .argument = "CHAR", .initial = "auto", \
   .help = "CSV: what stands before decimals", .choices = dw_decimal_words}, \
  {.name = "encoding", .type = DW_OPTION_CHOICE, .target = &(d)->encoding, .argument = "NAME", .initial = "auto", \
   .help = "of CSV: auto is UTF-8, or UTF-16 where its mark says so", .choices = dw_charset_words}, \
  {.name = "nan", .type = DW_OPTION_CHOICE, .target = &(d)->nan, .argument = "stop|missing", .initial = "stop", \
   .help = "NDJSON: bare NaN, Infinity, 1e400: a bad record, or missing and infinite", .choices = dw_nan_words}, \
  DW_OPTION_RENAME(&(d)->rename), \
  DW_OPTION_MISSING(&(d)->missing)

/* The last rows of a command that reads records and writes a result; nothing follows. */
#define DW_OPTION_FORM(to) \
  {.name = "format", .type = DW_OPTION_CHOICE, .target = (to), .argument = "FORMAT", .initial = "input", .choices = dw_convert_words, \
   .help = "what is written: as the input is, or ndjson, csv, parquet"}
#define DW_OPTION_WRITTEN_TEXT(to) DW_OPTION_COLUMNS("text", to, "--format parquet: columns that are written as text, whatever their values are")

#define DW_OPTIONS_RECORDS(s) \
  DW_GROUP("Records"), DW_OPTION_INPUT_FORMAT(&(s).format), DW_OPTIONS_DIALECT(&(s).dialect), DW_OPTION_ON_ERROR(&(s).on_error), \
  DW_GROUP("General"), DW_OPTION_THREADS(&(s).threads), DW_OPTION_OUTPUT(&(s).output), {.name = NULL}
/* clang-format on */

#endif
