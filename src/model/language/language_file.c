#include "model/language/language_file.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "io/text/base64.h"
#include "base/digest.h"
#include "base/word.h"
#include "io/bytes/input.h"
#include "io/bytes/zstdio.h"
#include "io/text/json.h"
#include "io/text/made_by.h"
#include "model/language/language_parts.h"

enum { FORMAT = 1, VERSION = 1, HEAD = 14, CONTEXT = 10, GRAM = 6, DOCUMENT = 1 << 29 };

/* --- a model as bytes --- */

static void put(dw_buf *out, uint32_t value, unsigned bytes)
{
  for (unsigned i = 0; i < bytes; i++) dw_buf_char(out, (char)(value >> 8 * i & 0xff));
}

static void put_floats(dw_buf *out, const float *value, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, &value[i], sizeof bits);
    put(out, bits, 4);
  }
}

void dw_language_pack(const dw_language *l, dw_buf *out)
{
  dw_buf_room(out, HEAD + (size_t)l->contexts * CONTEXT + (size_t)l->grams * GRAM);
  dw_buf_add(out, "DWLM", 4);
  put(out, VERSION, 1);
  put(out, l->order, 1);
  put(out, l->contexts, 4);
  put(out, l->grams, 4);
  for (uint32_t c = 0; c < l->contexts; c++) put(out, l->child[c + 1] - l->child[c], 2);
  for (uint32_t c = 0; c < l->contexts; c++) put(out, l->first[c + 1] - l->first[c], 2);
  for (uint32_t c = 0; c < l->contexts; c++) put(out, l->oldest[c], 2);
  for (uint32_t g = 0; g < l->grams; g++) put(out, l->symbol[g], 2);
  put_floats(out, l->backoff, l->contexts);
  put_floats(out, l->weight, l->grams);
}

static uint16_t take_16(const char **from)
{
  const unsigned char *p = (const unsigned char *)*from;
  *from += 2;
  return (uint16_t)(p[0] | p[1] << 8);
}

static void take_floats(const char **from, float *value, size_t n)
{
  for (size_t i = 0; i < n; i++, *from += 4) {
    uint32_t bits = (uint32_t)dw_word_32((const unsigned char *)*from);
    memcpy(&value[i], &bits, sizeof bits);
  }
}

static bool symbols_ascend(const uint16_t *symbol, uint32_t from, uint32_t end)
{
  for (uint32_t i = from; i < end; i++)
    if (symbol[i] >= DW_LANGUAGE_SYMBOLS || (i > from && symbol[i] <= symbol[i - 1])) return false;
  return true;
}

static bool weights_hold(const float *weight, size_t n, float least)
{
  const float most = 1e30f; /* what they add up to is finite */
  for (size_t i = 0; i < n; i++)
    if (!(weight[i] >= least && weight[i] <= most)) return false;
  return true;
}

/* The levels that the numbers of children give are those of a tree: each context is reached before it is needed, none is deeper than
 * order, and the beginning of a document has nothing before it. */
static const char *tree_fault(const dw_language *l)
{
  uint32_t level_end = 1;
  unsigned depth = 0;
  for (uint32_t c = 0; c < l->contexts; c++) {
    if (c == level_end) {
      level_end = l->child[c];
      depth++;
    }
    bool children = l->child[c + 1] > l->child[c];
    if (l->child[c] <= c || l->child[c + 1] > l->contexts || depth > l->order) return "its contexts are no tree";
    if (children && (depth == l->order || (depth && l->oldest[c] == DW_LANGUAGE_END))) return "a context reaches too far back";
    if (!symbols_ascend(l->oldest, l->child[c], l->child[c + 1])) return "its contexts are not in order";
    if (l->first[c + 1] == l->first[c] || l->first[c + 1] > l->grams) return "a context has no grams";
    if (!symbols_ascend(l->symbol, l->first[c], l->first[c + 1])) return "its grams are not in order";
  }
  if (l->child[l->contexts] != l->contexts || l->first[l->contexts] != l->grams || l->oldest[0]) return "its contexts are no tree";
  if (!weights_hold(l->backoff, l->contexts, FLT_MIN)) return "a backoff is not a number above 0";
  if (!weights_hold(l->weight, l->grams, 0)) return "a weight is not a number from 0 on";
  return NULL;
}

dw_language *dw_language_unpack(const char *bytes, size_t length, const char **why)
{
  *why = "it is cut short";
  if (length < HEAD) return NULL;
  *why = "it is no packed model, or one of another version";
  if (memcmp(bytes, "DWLM", 4) != 0 || bytes[4] != VERSION) return NULL;
  unsigned order = (unsigned char)bytes[5];
  uint64_t contexts = dw_word_32((const unsigned char *)bytes + 6), grams = dw_word_32((const unsigned char *)bytes + 10);
  *why = "its order is not one of a model";
  if (order < 1 || order > DW_LANGUAGE_ORDER) return NULL;
  *why = "its length is not that of its contexts and grams";
  if (!contexts || HEAD + contexts * CONTEXT + grams * GRAM != length || length > DW_LANGUAGE_FILE) return NULL;
  dw_language *l = dw_language_new(order, (uint32_t)contexts, (uint32_t)grams);
  const char *at = bytes + HEAD;
  l->child[0] = 1;
  for (uint32_t c = 0; c < l->contexts; c++) l->child[c + 1] = l->child[c] + take_16(&at); /* below 2^32: fewer than 2^25 times 2^16 */
  for (uint32_t c = 0; c < l->contexts; c++) l->first[c + 1] = l->first[c] + take_16(&at);
  for (uint32_t c = 0; c < l->contexts; c++) l->oldest[c] = take_16(&at);
  for (uint32_t g = 0; g < l->grams; g++) l->symbol[g] = take_16(&at);
  take_floats(&at, l->backoff, l->contexts);
  take_floats(&at, l->weight, l->grams);
  *why = tree_fault(l);
  if (!*why) {
    dw_language_settle(l);
    return l;
  }
  dw_language_free(l);
  return NULL;
}

/* --- the document --- */

void dw_language_document_free(dw_language_document *d)
{
  dw_language_free(d->language);
  dw_buf_free(&d->training);
  dw_buf_free(&d->metrics);
  dw_buf_free(&d->made_by);
  *d = (dw_language_document){0};
}

static dw_status compress(const dw_buf *bytes, dw_buf *out, dw_err *err)
{
  dw_codec *codec;
  dw_status status = dw_zstd_writer(&codec, err);
  if (status != DW_OK) return status;
  dw_codec_io io = {.in = bytes->data, .in_length = bytes->length};
  dw_codec_state state = DW_CODEC_MORE;
  while (state == DW_CODEC_MORE) {
    char *room = dw_buf_room(out, 1 << 16);
    io.out = room;
    io.out_capacity = out->capacity - out->length;
    io.out_used = 0;
    state = codec->step(codec, &io, DW_CODEC_FINISH);
    out->length += io.out_used;
  }
  if (state == DW_CODEC_FAIL) status = dw_err_set(err, DW_ESYSTEM, "compressing the model: %s", codec->problem);
  codec->free(codec);
  return status;
}

static void write_part(dw_json *json, const char *key, const dw_buf *part)
{
  if (part->length) dw_json_raw(json, key, part->data, part->length);
  else dw_json_null(json, key);
}

dw_status dw_language_write(const dw_language_document *d, dw_buf *out, dw_err *err)
{
  dw_buf bytes = {0}, frame = {0}, data = {0};
  char digest[33];
  dw_json json;
  dw_language_pack(d->language, &bytes);
  dw_language_digest(d->language, digest);
  dw_status status = compress(&bytes, &frame, err);
  if (status == DW_OK) {
    dw_base64_encode(&data, frame.data, frame.length);
    dw_json_start(&json, out, 0);
    dw_json_open(&json, NULL, '{');
    dw_json_text(&json, "kind", "model");
    dw_json_integer(&json, "format", FORMAT);
    dw_json_text(&json, "type", "lm");
    dw_json_text(&json, "task", "language");
    dw_json_integer(&json, "order", d->language->order);
    dw_json_integer(&json, "contexts", d->language->contexts);
    dw_json_integer(&json, "grams", d->language->grams);
    write_part(&json, "training", &d->training);
    write_part(&json, "metrics", &d->metrics);
    dw_json_text(&json, "digest", digest);
    dw_json_bytes(&json, "data", data.data, data.length);
    dw_made_by_write(&json, d->made_by.data, d->made_by.length);
    dw_json_close(&json, '}');
    dw_buf_char(out, '\n');
  }
  dw_buf_free(&bytes);
  dw_buf_free(&frame);
  dw_buf_free(&data);
  return status;
}

/* --- reading --- */

static dw_status decompress(const dw_buf *frame, dw_buf *out, const char *name, dw_err *err)
{
  dw_input *input = dw_input_of_memory(name, frame->data, frame->length);
  dw_status status = DW_OK;
  size_t count = 1;
  while (status == DW_OK && count && out->length <= DW_LANGUAGE_FILE) {
    status = dw_input_read(input, dw_buf_room(out, 1 << 16), 1 << 16, &count, err);
    if (status == DW_OK) out->length += count;
  }
  dw_input_close(input);
  if (status == DW_OK && out->length > DW_LANGUAGE_FILE)
    status = dw_err_at(err, DW_EDATA, name, 0, 0, "the language model has more than %d bytes unpacked", DW_LANGUAGE_FILE);
  return status;
}

static dw_status unpack_data(dw_language_document *into, const char *code, const char *digest, const char *name, dw_err *err)
{
  dw_buf frame = {0}, bytes = {0};
  const char *why = NULL;
  char found[33] = "";
  dw_status status = DW_OK;
  if (!dw_base64_decode(&frame, code, strlen(code))) status = dw_err_at(err, DW_EDATA, name, 0, 0, "the data of the model are not base64");
  if (status == DW_OK) status = decompress(&frame, &bytes, name, err);
  if (status == DW_OK) {
    dw_digest sum;
    dw_digest_init(&sum);
    dw_digest_add(&sum, bytes.data, bytes.length);
    dw_digest_text(&sum, found);
    if (strcmp(found, digest) != 0) why = "its digest is another";
    else into->language = dw_language_unpack(bytes.data, bytes.length, &why);
    if (why) status = dw_err_at(err, DW_EDATA, name, 0, 0, "the language model is damaged: %s", why);
  }
  dw_buf_free(&frame);
  dw_buf_free(&bytes);
  return status;
}

static void read_part(dw_buf *part, const dw_value *document, const char *key)
{
  const dw_value *value = dw_value_get(document, key);
  if (dw_value_kind(value) != DW_VALUE_NULL) dw_value_print(value, part);
}

static dw_status read_document(dw_language_document *into, const dw_value *document, const char *name, dw_err *err)
{
  const char *data = dw_value_text_of(document, "data", NULL), *digest = dw_value_text_of(document, "digest", NULL);
  double format = dw_value_number(dw_value_get(document, "format"), 0);
  if (strcmp(dw_value_text_of(document, "kind", ""), "model") != 0 || strcmp(dw_value_text_of(document, "type", ""), "lm") != 0)
    return dw_err_at(err, DW_EDATA, name, 0, 0, "not a language model of dw-train (\"kind\":\"model\", \"type\":\"lm\")");
  if (format != FORMAT)
    return dw_err_at(err, DW_EDATA, name, 0, 0, "a language model of format %d; this version reads format %d",
                     format >= 0 && format < 1e9 ? (int)format : 0, FORMAT);
  if (!data || !digest) return dw_err_at(err, DW_EDATA, name, 0, 0, "the language model has no %s", data ? "digest" : "data");
  dw_status status = unpack_data(into, data, digest, name, err);
  if (status != DW_OK) return status;
  if (dw_value_number(dw_value_get(document, "order"), 0) != into->language->order)
    return dw_err_at(err, DW_EDATA, name, 0, 0, "the order of the document is not that of its data, which is %u", into->language->order);
  read_part(&into->training, document, "training");
  read_part(&into->metrics, document, "metrics");
  dw_made_by_copy(&into->made_by, dw_value_get(document, "made_by"));
  return DW_OK;
}

dw_status dw_language_parse(dw_language_document *into, const char *bytes, size_t length, const char *name, dw_err *err)
{
  dw_value *document;
  dw_status status = dw_value_parse(&document, bytes, length, name, 1, err);
  if (status != DW_OK) return status;
  status = read_document(into, document, name, err);
  dw_value_free(document);
  return status;
}

dw_status dw_language_open(dw_language_document *into, const char *path, dw_err *err)
{
  char *bytes;
  size_t length;
  dw_status status = dw_input_whole(path, DOCUMENT, &bytes, &length, err);
  if (status != DW_OK) return status;
  status = dw_language_parse(into, bytes, length, strcmp(path, "-") == 0 ? "standard input" : path, err);
  dw_free(bytes);
  return status;
}
