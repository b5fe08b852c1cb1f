#include "detect/watch/sequential_state.h"

#include <math.h>

#include "base/num.h"
#include "io/text/json.h"

/* Version 1 knew the digest of the last look alone, and no periods. */
enum { STATE_VERSION = 2 };

const dw_watch_kind dw_sequential_kind = {"{\"kind\":\"sequential_state\"", "dw-compare --sequential",
                                          "begin anew with --sequential-reset"};

static const char *const kind_words[] = {"values", "missing", "errors"};

dw_stream *dw_stream_add(dw_sequential *state, const char *column, dw_stream_kind kind, dw_type type)
{
  dw_stream *stream = dw_alloc_zero(1, sizeof *stream);
  stream->column = dw_arena_strndup(&state->texts, column, strlen(column));
  stream->kind = kind;
  stream->type = type;
  state->stream = dw_grow(state->stream, &state->capacity, state->count + 1, sizeof *state->stream);
  state->stream[state->count++] = stream;
  return stream;
}

void dw_stream_free(dw_stream *stream)
{
  dw_unit_stream_free(stream->units);
  dw_free(stream->baseline_error);
  dw_free(stream->ladder);
  dw_free(stream->category);
  dw_free(stream->weight);
  dw_free(stream);
}

/* --- writing --- */

static void write_numbers(dw_json *json, const char *key, const double *number, size_t count)
{
  dw_json_open(json, key, '[');
  for (size_t i = 0; i < count; i++) dw_json_number(json, NULL, number[i]);
  dw_json_close(json, ']');
}

static void write_counts(dw_json *json, const char *key, const uint64_t *number, size_t count)
{
  dw_json_open(json, key, '[');
  for (size_t i = 0; i < count; i++) dw_json_integer(json, NULL, (int64_t)number[i]);
  dw_json_close(json, ']');
}

/* Numbers and texts as they are; a text that JSON readers would cut or mend, by its bytes. */
static void write_category(dw_json *json, const dw_category *category)
{
  static const char digits[] = "0123456789abcdef";
  if (category->numeric) {
    dw_json_number(json, NULL, category->number);
  } else if (dw_utf8_valid(category->text, category->length) && !memchr(category->text, '\0', category->length)) {
    dw_json_bytes(json, NULL, category->text, category->length);
  } else {
    dw_buf hex = {0};
    for (size_t i = 0; i < category->length; i++) {
      unsigned char byte = (unsigned char)category->text[i];
      dw_buf_char(&hex, digits[byte >> 4]);
      dw_buf_char(&hex, digits[byte & 15]);
    }
    dw_json_open(json, NULL, '{');
    dw_json_bytes(json, "bytes", hex.data, hex.length);
    dw_json_close(json, '}');
    dw_buf_free(&hex);
  }
}

static void write_bet(dw_json *json, const dw_martingale *bet)
{
  dw_json_integer(json, "bets", (int64_t)bet->looks);
  dw_json_number(json, "highest", bet->highest);
  write_numbers(json, "edge", bet->edge, bet->bins + 1);
  write_numbers(json, "seen", bet->seen, bet->bins);
  write_numbers(json, "account", bet->account, dw_martingale_accounts(bet));
  dw_json_open(json, "restart", '[');
  for (size_t k = 0; k < dw_martingale_restarts(bet); k++) write_numbers(json, NULL, bet->restart[k], bet->bins);
  dw_json_close(json, ']');
}

static void write_stream(dw_json *json, const dw_stream *stream)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "column", stream->column);
  dw_json_text(json, "of", kind_words[stream->kind]);
  dw_json_text(json, "type", stream->kind == DW_STREAM_VALUES ? dw_type_name(stream->type) : NULL);
  dw_json_integer(json, "reference_count", (int64_t)stream->reference_count);
  dw_json_integer(json, "observations", (int64_t)stream->observations);
  dw_json_integer(json, "alarm_look", (int64_t)stream->alarm_look);
  dw_json_integer(json, "alarm_time", stream->alarm_time);
  if (stream->units) {
    dw_unit_stream_write(stream->units, json);
    dw_json_close(json, '}');
    return;
  }
  if (stream->ladder) {
    write_numbers(json, "rung", stream->ladder->value, stream->ladder->rungs);
    write_numbers(json, "tie", stream->ladder->tie, stream->ladder->rungs);
  } else if (stream->kind == DW_STREAM_VALUES) {
    dw_json_open(json, "category", '[');
    for (size_t i = 0; i < stream->cells; i++) write_category(json, &stream->category[i]);
    dw_json_close(json, ']');
  }
  write_counts(json, "weight", stream->weight, stream->cells);
  write_bet(json, &stream->bet);
  dw_json_close(json, '}');
}

void dw_sequential_write(const dw_sequential *state, dw_buf *out)
{
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "sequential_state");
  dw_json_integer(&json, "version", STATE_VERSION);
  dw_json_integer(&json, "looks", (int64_t)state->looks);
  dw_json_text(&json, "reference_digest", state->reference_digest);
  dw_json_bytes(&json, "digests", state->digest ? state->digest : "", state->digests * DW_DIGEST_KEPT);
  if (state->latest != DW_FRAME_NO_INSTANT) dw_json_integer(&json, "latest", state->latest);
  if (state->unit_words) {
    dw_json_text(&json, "unit", state->unit_words);
    dw_json_integer(&json, "reference_last", state->reference_last);
    dw_json_integer(&json, "last_unit", state->last_unit);
    dw_json_number(&json, "usual_rows", state->usual);
  }
  dw_json_open(&json, "streams", '[');
  for (size_t i = 0; i < state->count; i++) write_stream(&json, state->stream[i]);
  dw_json_close(&json, ']');
  dw_watch_file_seal(out);
}

/* --- reading --- */

/* A document being read; the first thing that is wrong ends it. */
typedef struct state_reader {
  dw_sequential *state;
  bool bad;
} state_reader;

static uint64_t read_count(state_reader *r, const dw_value *value)
{
  double number = dw_value_number(value, -1);
  if (!(number >= 0 && number <= 9007199254740992.0 && number == floor(number))) r->bad = true;
  return r->bad ? 0 : (uint64_t)number;
}

static size_t read_length(state_reader *r, const dw_value *array, size_t most)
{
  size_t count = dw_value_count(array);
  if (dw_value_kind(array) != DW_VALUE_ARRAY || count > most) r->bad = true;
  return r->bad ? 0 : count;
}

/* Exactly count of them. */
static void read_counts(state_reader *r, const dw_value *array, uint64_t *out, size_t count)
{
  if (read_length(r, array, count) != count) r->bad = true;
  const dw_value *item = dw_value_first(array);
  for (size_t i = 0; i < count && !r->bad; i++, item = dw_value_next(item)) out[i] = read_count(r, item);
}

/* null, where it may stand, is minus infinity. */
static void read_numbers(state_reader *r, const dw_value *array, double *out, size_t count, bool nulls)
{
  if (read_length(r, array, count) != count) r->bad = true;
  const dw_value *item = dw_value_first(array);
  for (size_t i = 0; i < count && !r->bad; i++, item = dw_value_next(item)) {
    dw_value_type kind = dw_value_kind(item);
    out[i] = dw_value_number(item, -INFINITY);
    if (kind != DW_VALUE_NUMBER && !(nulls && kind == DW_VALUE_NULL)) r->bad = true;
  }
}

static uint64_t sum(const uint64_t *number, size_t count)
{
  uint64_t total = 0;
  for (size_t i = 0; i < count; i++) total += number[i];
  return total;
}

static int hex_value(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

static void read_bytes(state_reader *r, const char *hex, dw_category *category)
{
  size_t length = hex ? strlen(hex) / 2 : 0;
  char *text = dw_arena_alloc(&r->state->texts, length + 1);
  if (!hex || strlen(hex) % 2) r->bad = true;
  for (size_t i = 0; i < length && !r->bad; i++) {
    int high = hex_value(hex[2 * i]), low = hex_value(hex[2 * i + 1]);
    if (high < 0 || low < 0) r->bad = true;
    text[i] = (char)(high * 16 + low);
  }
  text[length] = '\0';
  category->text = text;
  category->length = (uint32_t)length;
}

static void read_categories(state_reader *r, dw_stream *stream, const dw_value *array)
{
  stream->cells = read_length(r, array, SIZE_MAX);
  stream->category = dw_alloc_zero(stream->cells, sizeof *stream->category);
  const dw_value *item = dw_value_first(array);
  for (size_t i = 0; i < stream->cells && !r->bad; i++, item = dw_value_next(item)) {
    dw_category *category = &stream->category[i];
    if (dw_value_kind(item) == DW_VALUE_NUMBER) {
      category->numeric = true;
      category->number = dw_value_number(item, 0);
    } else if (dw_value_kind(item) == DW_VALUE_STRING) {
      const char *text = dw_value_text(item, "");
      category->length = (uint32_t)strlen(text);
      category->text = dw_arena_strndup(&r->state->texts, text, category->length);
    } else {
      read_bytes(r, dw_value_text(dw_value_get(item, "bytes"), NULL), category);
    }
  }
}

static void read_ladder(state_reader *r, dw_stream *stream, const dw_value *value)
{
  const dw_value *rung = dw_value_get(value, "rung");
  stream->ladder = dw_alloc_zero(1, sizeof *stream->ladder);
  stream->ladder->rungs = read_length(r, rung, DW_LADDER_RUNGS);
  read_numbers(r, rung, stream->ladder->value, stream->ladder->rungs, false);
  read_numbers(r, dw_value_get(value, "tie"), stream->ladder->tie, stream->ladder->rungs, false);
  stream->cells = stream->ladder->rungs + 1;
}

static void read_bet(state_reader *r, dw_martingale *bet, const dw_value *value)
{
  double edge[DW_MARTINGALE_BINS + 1] = {0};
  const dw_value *edges = dw_value_get(value, "edge");
  size_t count = read_length(r, edges, DW_MARTINGALE_BINS + 1);
  read_numbers(r, edges, edge, count, false);
  r->bad |= count < 2 || edge[0] != 0 || edge[count - 1] != 1;
  for (size_t i = 1; i < count && !r->bad; i++) r->bad |= !(edge[i] > edge[i - 1]);
  if (r->bad) return;
  dw_martingale_init(bet, edge, count - 1);
  bet->looks = read_count(r, dw_value_get(value, "bets"));
  bet->highest = dw_value_number(dw_value_get(value, "highest"), -1);
  read_numbers(r, dw_value_get(value, "seen"), bet->seen, bet->bins, false);
  read_numbers(r, dw_value_get(value, "account"), bet->account, dw_martingale_accounts(bet), true);
  const dw_value *restarts = dw_value_get(value, "restart"), *item = dw_value_first(restarts);
  size_t wanted = dw_martingale_restarts(bet);
  r->bad |= !(bet->highest >= 0) || read_length(r, restarts, wanted) != wanted;
  for (size_t k = 0; k < wanted && !r->bad; k++, item = dw_value_next(item)) read_numbers(r, item, bet->restart[k], bet->bins, false);
  if (!r->bad) dw_martingale_restore(bet);
}

static void read_stream(state_reader *r, const dw_value *value)
{
  const char *column = dw_value_text(dw_value_get(value, "column"), NULL), *of = dw_value_text(dw_value_get(value, "of"), "");
  dw_type type = DW_TYPE_EMPTY;
  dw_stream_kind kind = DW_STREAM_VALUES;
  while (kind < DW_STREAM_ERRORS && strcmp(of, kind_words[kind]) != 0) kind++;
  bool values = kind == DW_STREAM_VALUES;
  r->bad |= !column || strcmp(of, kind_words[kind]) != 0;
  if (kind == DW_STREAM_ERRORS) type = DW_TYPE_NUMERIC;
  if (values)
    r->bad |= !dw_type_from_name(dw_value_text(dw_value_get(value, "type"), ""), &type) ||
              (type != DW_TYPE_NUMERIC && type != DW_TYPE_CATEGORICAL);
  if (r->bad) return;
  dw_stream *stream = dw_stream_add(r->state, column, kind, type);
  stream->reference_count = read_count(r, dw_value_get(value, "reference_count"));
  stream->observations = read_count(r, dw_value_get(value, "observations"));
  stream->alarm_look = read_count(r, dw_value_get(value, "alarm_look"));
  stream->alarm_time = (int64_t)read_count(r, dw_value_get(value, "alarm_time"));
  if (r->state->unit_words) {
    stream->units = dw_unit_stream_read(value, r->state->unit_cells, r->state->unit_line);
    r->bad |= !stream->units;
    return;
  }
  stream->cells = 2;
  if (type == DW_TYPE_NUMERIC) read_ladder(r, stream, value);
  if (type == DW_TYPE_CATEGORICAL) read_categories(r, stream, dw_value_get(value, "category"));
  stream->weight = dw_alloc_zero(stream->cells, sizeof *stream->weight);
  read_counts(r, dw_value_get(value, "weight"), stream->weight, stream->cells);
  read_bet(r, &stream->bet, value);
  uint64_t gaps = type == DW_TYPE_NUMERIC;
  r->bad |= sum(stream->weight, stream->cells) != stream->reference_count + stream->observations + gaps;
  r->bad |= stream->bet.looks > r->state->looks;
}

static void read_digest(state_reader *r, const dw_value *value, char out[33])
{
  const char *text = dw_value_text(value, "");
  if (strlen(text) != 32) r->bad = true;
  else memcpy(out, text, 33);
}

static void keep_digests(dw_sequential *state, const char *text, size_t count)
{
  if (count == 0) return;
  state->digests = count;
  state->digest = dw_grow(NULL, &state->digest_capacity, count * DW_DIGEST_KEPT, 1);
  memcpy(state->digest, text, count * DW_DIGEST_KEPT);
}

static void read_last_digest(state_reader *r, const dw_value *value)
{
  char last[33];
  read_digest(r, value, last);
  if (!r->bad) keep_digests(r->state, last + 32 - DW_DIGEST_KEPT, 1);
}

static void read_digests(state_reader *r, const dw_value *value)
{
  const char *text = dw_value_text(value, NULL);
  size_t length = text ? strlen(text) : 0;
  r->bad |= !text || length % DW_DIGEST_KEPT || length / DW_DIGEST_KEPT > DW_DIGESTS_KEPT;
  if (!r->bad) keep_digests(r->state, text, length / DW_DIGEST_KEPT);
}

static int64_t read_signed(state_reader *r, const dw_value *value)
{
  double number = dw_value_number(value, NAN);
  if (!(fabs(number) <= 9007199254740992.0 && number == floor(number))) r->bad = true;
  return r->bad ? 0 : (int64_t)number;
}

static void read_times(state_reader *r, const dw_value *root)
{
  const char *words = dw_value_text(dw_value_get(root, "unit"), NULL);
  if (dw_value_get(root, "latest")) r->state->latest = read_signed(r, dw_value_get(root, "latest"));
  if (!words) return;
  r->state->unit_words = dw_strdup(words);
  r->state->reference_last = read_signed(r, dw_value_get(root, "reference_last"));
  r->state->last_unit = read_signed(r, dw_value_get(root, "last_unit"));
  r->state->usual = dw_value_number(dw_value_get(root, "usual_rows"), 0);
  if (!dw_unit_words_read(words, &r->state->unit_cells, &r->state->unit_line)) r->bad = true;
}

dw_status dw_sequential_read(dw_sequential *state, const char *text, size_t length, dw_err *err)
{
  dw_value *root;
  dw_status status = dw_watch_text_check(&dw_sequential_kind, state->path, text, length, err);
  if (status == DW_OK) status = dw_value_parse(&root, text, length, state->path, 1, err);
  if (status != DW_OK) return status;
  double version = dw_value_number(dw_value_get(root, "version"), 0);
  if (version != STATE_VERSION && version != STATE_VERSION - 1) {
    dw_value_free(root);
    return dw_err_at(err, DW_EDATA, state->path, 0, 0,
                     "this state is of another version of dw-compare: begin anew with --sequential-reset");
  }
  state_reader r = {.state = state};
  state->looks = read_count(&r, dw_value_get(root, "looks"));
  read_digest(&r, dw_value_get(root, "reference_digest"), state->reference_digest);
  if (version < STATE_VERSION) read_last_digest(&r, dw_value_get(root, "last_digest"));
  else read_digests(&r, dw_value_get(root, "digests"));
  read_times(&r, root);
  const dw_value *streams = dw_value_get(root, "streams");
  read_length(&r, streams, SIZE_MAX);
  for (const dw_value *item = dw_value_first(streams); item && !r.bad; item = dw_value_next(item)) read_stream(&r, item);
  dw_value_free(root);
  if (!r.bad) return DW_OK;
  return dw_err_at(err, DW_EDATA, state->path, 0, 0,
                   "this state does not agree with itself: put back a copy, or begin anew with --sequential-reset");
}
