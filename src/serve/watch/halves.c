#include "serve/watch/halves.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/num.h"
#include "io/formats/ndjson.h"
#include "io/record/json_member.h"
#include "io/record/scanner.h"
#include "io/text/json.h"
#include "io/text/json_text.h"

/* --- JSON in pieces --- */

typedef struct piece {
  const char *text;
  size_t length;
} piece;

/* The elements of an array, each as it stands; text holds them. */
typedef struct list {
  piece *item;
  size_t count, capacity;
  dw_buf text;
} list;

static void list_free(list *l)
{
  dw_free(l->item);
  dw_buf_free(&l->text);
}

/* false: it is no array. */
static bool list_of(list *l, piece array)
{
  dw_buf line = {0};
  *l = (list){0};
  if (!array.text) return false;
  dw_buf_add(&line, array.text, array.length);
  dw_buf_char(&line, '\n');
  memset(dw_buf_room(&line, DW_BLOCK_PADDING), 0, DW_BLOCK_PADDING);
  bool fine = dw_json_elements(line.data, array.length, DW_NDJSON_DEPTH, &l->text) == NULL;
  dw_buf_free(&line);
  for (size_t at = 0; fine && at < l->text.length;) {
    const char *end = memchr(l->text.data + at, '\n', l->text.length - at);
    l->item = dw_grow(l->item, &l->capacity, l->count + 1, sizeof *l->item);
    l->item[l->count++] = (piece){l->text.data + at, (size_t)(end - l->text.data) - at};
    at = (size_t)(end + 1 - l->text.data);
  }
  return fine;
}

/* A member as it stands, copied to the arena; text NULL: there is none. */
static piece member(dw_arena *arena, piece object, const char *name)
{
  dw_buf scratch = {0};
  size_t length = 0;
  const char *value = object.text ? dw_json_member(&scratch, object.text, object.length, name, DW_NDJSON_DEPTH, &length) : NULL;
  piece found = {value ? dw_arena_strndup(arena, value, length) : NULL, length};
  dw_buf_free(&scratch);
  return found;
}

static piece trim(piece p)
{
  while (p.length && dw_json_space(*p.text)) p.text++, p.length--;
  while (p.length && dw_json_space(p.text[p.length - 1])) p.length--;
  return p;
}

static bool is_object(piece p) { return p.text && p.length >= 2 && p.text[0] == '{'; }

/* --- a record --- */

static void begin(dw_buf *out, bool *more)
{
  if (*more) dw_buf_char(out, ',');
  *more = true;
}

/* The members of an object; what has a member of ours goes whole into a member of its own. */
static void add_members(dw_arena *arena, piece object, dw_buf *out, bool *more)
{
  piece inside = trim((piece){object.text + 1, object.length - 2});
  if (inside.length == 0) return;
  begin(out, more);
  if (member(arena, object, "input_data").text) dw_buf_format(out, "\"output\":%.*s", (int)object.length, object.text);
  else dw_buf_add(out, inside.text, inside.length);
}

static void write_record(dw_arena *arena, piece request, piece response, dw_buf *out)
{
  bool more = false;
  request = trim(request);
  response = trim(response);
  dw_buf_char(out, '{');
  if (request.text) {
    begin(out, &more);
    dw_buf_text(out, "\"input_data\":");
    dw_buf_add(out, request.text, request.length);
  }
  if (is_object(response)) {
    add_members(arena, response, out, &more);
  } else if (response.text) {
    begin(out, &more);
    dw_buf_text(out, "\"prediction\":");
    dw_buf_add(out, response.text, response.length);
  }
  dw_buf_text(out, "}\n");
}

/* --- many in one: tensors --- */

typedef struct tensor {
  piece name; /* with its quotes */
  list data;
  size_t width; /* numbers a record */
} tensor;

typedef struct tensors {
  tensor *item;
  size_t count, rows;
} tensors;

static void tensors_free(tensors *t)
{
  for (size_t i = 0; i < t->count; i++) list_free(&t->item[i].data);
  dw_free(t->item);
}

/* One of them; false: it is none, or has another number of records than those before it. */
static bool take_tensor(dw_arena *arena, tensors *all, tensor *t, piece text)
{
  list shape;
  uint64_t rows = 0;
  t->name = member(arena, text, "name");
  bool fine = t->name.text && *t->name.text == '"' && list_of(&t->data, member(arena, text, "data"));
  bool shaped = list_of(&shape, member(arena, text, "shape"));
  fine &= shaped && shape.count > 0 && dw_num_parse_unsigned(shape.item[0].text, shape.item[0].length, &rows);
  if (shaped) list_free(&shape);
  fine &= rows > 0 && t->data.count % (rows ? rows : 1) == 0 && t->data.count >= rows && (!all->rows || all->rows == rows);
  all->rows = (size_t)rows;
  t->width = fine ? t->data.count / (size_t)rows : 0;
  return fine;
}

/* false: it is no list of tensors of as many records each. */
static bool tensors_of(dw_arena *arena, tensors *t, piece array)
{
  list items;
  *t = (tensors){0};
  if (!list_of(&items, array)) return false;
  bool fine = items.count > 0;
  t->item = dw_alloc_array(items.count + 1, sizeof *t->item);
  memset(t->item, 0, (items.count + 1) * sizeof *t->item);
  while (fine && t->count < items.count) {
    tensor *next = &t->item[t->count];
    fine = take_tensor(arena, t, next, items.item[t->count]);
    t->count++;
  }
  list_free(&items);
  return fine;
}

static void write_value(const tensor *t, size_t row, dw_buf *out)
{
  if (t->width != 1) dw_buf_char(out, '[');
  for (size_t i = 0; i < t->width; i++) {
    const piece *value = &t->data.item[row * t->width + i];
    if (i) dw_buf_char(out, ',');
    dw_buf_add(out, value->text, value->length);
  }
  if (t->width != 1) dw_buf_char(out, ']');
}

/* {"name":value,…}, or the one value alone. */
static void write_tensors(const tensors *t, size_t row, bool alone, dw_buf *out)
{
  alone &= t->count == 1;
  for (size_t i = 0; i < t->count; i++) {
    if (!alone) dw_buf_char(out, i ? ',' : '{');
    if (!alone) dw_buf_add(out, t->item[i].name.text, t->item[i].name.length);
    if (!alone) dw_buf_char(out, ':');
    write_value(&t->item[i], row, out);
  }
  if (!alone) dw_buf_char(out, '}');
}

static size_t join_tensors(dw_arena *arena, piece request, piece response, dw_buf *out)
{
  tensors in, to;
  dw_buf row[2] = {{0}, {0}};
  piece inputs = member(arena, request, "inputs"), outputs = member(arena, response, "outputs");
  bool has_in = tensors_of(arena, &in, inputs), has_out = tensors_of(arena, &to, outputs);
  bool fits = (has_in || has_out) && has_in == (request.text != NULL) && has_out == (response.text != NULL);
  fits &= !(has_in && has_out) || in.rows == to.rows;
  size_t rows = !fits ? 0 : has_in ? in.rows : to.rows;
  for (size_t i = 0; i < rows; i++) {
    row[0].length = row[1].length = 0;
    if (has_in) write_tensors(&in, i, false, &row[0]);
    if (has_out) write_tensors(&to, i, true, &row[1]);
    write_record(arena, (piece){has_in ? row[0].data : NULL, row[0].length}, (piece){has_out ? row[1].data : NULL, row[1].length}, out);
  }
  for (int i = 0; i < 2; i++) dw_buf_free(&row[i]);
  tensors_free(&in);
  tensors_free(&to);
  return rows;
}

/* --- many in one: instances --- */

static size_t join_instances(dw_arena *arena, piece request, piece response, dw_buf *out)
{
  list in, to;
  bool has_in = list_of(&in, member(arena, request, "instances")), has_out = list_of(&to, member(arena, response, "predictions"));
  bool fits = (has_in || has_out) && has_in == (request.text != NULL) && has_out == (response.text != NULL);
  fits &= !(has_in && has_out) || in.count == to.count;
  size_t rows = !fits ? 0 : has_in ? in.count : to.count;
  for (size_t i = 0; i < rows; i++) write_record(arena, has_in ? in.item[i] : (piece){0}, has_out ? to.item[i] : (piece){0}, out);
  list_free(&in);
  list_free(&to);
  return rows;
}

size_t dw_halves_join(const char *request, size_t request_length, const char *response, size_t response_length, dw_buf *out)
{
  dw_arena arena;
  piece in = {request, request_length}, to = {response, response_length};
  dw_arena_init(&arena);
  size_t rows = join_instances(&arena, in, to, out);
  if (rows == 0) rows = join_tensors(&arena, in, to, out);
  if (rows == 0) {
    write_record(&arena, in, to, out);
    rows = 1;
  }
  dw_arena_free(&arena);
  return rows;
}

/* --- of a slice of time --- */

/* Halves that were read, by source and id. */
typedef struct half {
  int64_t time;
  piece content, label;
  bool used;
} half;

typedef struct halves {
  dw_map ids;
  half *item; /* [ids.count] */
  size_t capacity;
  dw_arena arena;
} halves;

static dw_status take_half(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  halves *all = context;
  dw_buf key = {0};
  dw_buf_add(&key, row->source, strlen(row->source) + 1);
  dw_buf_text(&key, row->id);
  uint32_t place = dw_map_intern(&all->ids, key.data, key.length);
  dw_buf_free(&key);
  all->item = dw_grow(all->item, &all->capacity, place + 1, sizeof *all->item);
  half *h = &all->item[place];
  *h = (half){.time = row->time, .content = {dw_arena_strndup(&all->arena, row->content, row->length), row->length}};
  if (row->label) h->label = (piece){dw_arena_strndup(&all->arena, row->label, row->label_length), row->label_length};
  return DW_OK;
}

static dw_status read_halves(halves *all, dw_records *records, const dw_halves_slice *slice, dw_record_kind kind, int64_t from, int64_t to,
                             dw_err *err)
{
  dw_records_query query = {.kind = kind, .model = slice->model, .from = from, .to = to, .labels = slice->labels};
  dw_map_init(&all->ids);
  dw_arena_init(&all->arena);
  return dw_records_get(records, &query, take_half, all, NULL, err);
}

static void forget_halves(halves *all)
{
  dw_map_free(&all->ids);
  dw_arena_free(&all->arena);
  dw_free(all->item);
}

/* A label is of the one record, and not of many. */
static void give(const half *first, const half *request, const half *response, dw_halves_sink *sink, void *context)
{
  dw_buf lines = {0};
  const half none = {0};
  if (!request) request = &none;
  if (!response) response = &none;
  size_t rows = dw_halves_join(request->content.text, request->content.length, response->content.text, response->content.length, &lines);
  const piece *label = request->label.text ? &request->label : &response->label;
  for (size_t at = 0; at < lines.length;) {
    const char *end = memchr(lines.data + at, '\n', lines.length - at);
    size_t length = (size_t)(end - lines.data) - at;
    sink(context, first->time, lines.data + at, length, rows == 1 ? label->text : NULL, label->length);
    at += length + 1;
  }
  dw_buf_free(&lines);
}

static dw_status pass_over(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  *stop = true;
  return DW_OK;
}

/* Those of the slice alone: what was read reaches beyond it. */
static dw_status count_strays(dw_records *records, const dw_halves_slice *slice, dw_record_kind kind, uint64_t *strays, dw_err *err)
{
  dw_records_query query = {.kind = kind, .model = slice->model, .from = slice->from, .to = slice->to, .limit = 1};
  *strays = 0;
  return dw_records_get(records, &query, pass_over, NULL, strays, err);
}

static bool near(const half *request, const half *response)
{
  int64_t apart = response->time > request->time ? response->time - request->time : request->time - response->time;
  return apart <= DW_HALVES_APART;
}

dw_status dw_halves_get(dw_records *records, const dw_halves_slice *slice, dw_halves_sink *sink, void *context, uint64_t *strays,
                        dw_err *err)
{
  halves in = {.capacity = 0}, out = {.capacity = 0};
  int64_t from = slice->from - DW_HALVES_APART, to = slice->to + DW_HALVES_APART; /* clocks of two senders: either half may be first */
  dw_status status = read_halves(&in, records, slice, DW_RECORD_REQUEST, from, to, err);
  dw_status read = read_halves(&out, records, slice, DW_RECORD_RESPONSE, from, to, status == DW_OK ? err : NULL);
  if (status == DW_OK) status = read;
  for (size_t i = 0; status == DW_OK && i < in.ids.count; i++) {
    uint32_t place = dw_map_find(&out.ids, in.ids.keys[i].text, in.ids.keys[i].length);
    half *response = place == DW_MAP_NONE ? NULL : &out.item[place];
    if (response && !near(&in.item[i], response)) response = NULL;
    if (response) response->used = true;
    if (in.item[i].time >= slice->from && in.item[i].time < slice->to) give(&in.item[i], &in.item[i], response, sink, context);
  }
  for (size_t i = 0; status == DW_OK && i < out.ids.count; i++)
    if (!out.item[i].used && out.item[i].time >= slice->from && out.item[i].time < slice->to)
      give(&out.item[i], NULL, &out.item[i], sink, context);
  forget_halves(&in);
  forget_halves(&out);
  if (status == DW_OK && strays) status = count_strays(records, slice, DW_RECORD_REQUEST, strays, err);
  return status;
}
