#include "io/formats/shape.h"

#include "io/formats/ndjson.h"

/* Limits of memory, not of input: past them steps are not remembered, or all are forgotten and learned anew. */
enum { SHAPE_LONGEST = 1024, SHAPE_STEPS = 1 << 17, SHAPE_BYTES = 4 << 20, SHAPE_CHOICES = 8 };

void dw_shape_init(dw_shape *shape, dw_builder *builder)
{
  *shape = (dw_shape){.builder = builder};
  dw_shape_forget(shape);
}

void dw_shape_free(dw_shape *shape)
{
  dw_free(shape->steps_memory);
  dw_free(shape->first);
  dw_free(shape->used);
  dw_free(shape->states);
  dw_free(shape->contexts);
  dw_free(shape->opened);
  dw_free(shape->object_of);
  dw_free(shape->objects);
  dw_map_free(&shape->object_names);
  dw_map_free(&shape->context_pairs);
  dw_map_free(&shape->state_pairs);
  dw_buf_free(&shape->bytes);
  dw_buf_free(&shape->name);
  *shape = (dw_shape){0};
}

/* As dw_grow, on a cache line. */
static void shape_steps(dw_shape *shape, size_t need)
{
  enum { LINE = 64 };
  if (need <= shape->step_capacity) return;
  size_t capacity = need * 2 + 30;
  void *memory = dw_alloc_array(capacity + 1, sizeof *shape->steps);
  dw_step *steps = (dw_step *)(void *)((char *)memory + (LINE - (uintptr_t)memory % LINE) % LINE);
  if (shape->step_count) memcpy(steps, shape->steps, shape->step_count * sizeof *steps);
  dw_free(shape->steps_memory);
  shape->steps_memory = memory;
  shape->steps = steps;
  shape->step_capacity = capacity;
}

/* Room for what is known of columns up to this one. */
static void shape_columns(dw_shape *shape, uint32_t column)
{
  shape->object_of = dw_grow(shape->object_of, &shape->object_of_capacity, column + (size_t)1, sizeof *shape->object_of);
  for (; shape->of_count <= column; shape->of_count++) {
    const dw_map_key *key = &shape->builder->names->map.keys[shape->of_count];
    uint32_t object = dw_map_find(&shape->object_names, key->text, key->length);
    shape->object_of[shape->of_count] = object;
    if (object != DW_MAP_NONE) shape->objects[object].column = (uint32_t)shape->of_count;
  }
}

static uint32_t shape_object(dw_shape *shape, const char *name, size_t length)
{
  size_t before = shape->object_names.count;
  uint32_t object = dw_map_intern(&shape->object_names, name, length);
  if (object < before) return object;
  shape->objects = dw_grow(shape->objects, &shape->object_capacity, object + (size_t)1, sizeof *shape->objects);
  uint32_t column = dw_map_find(&shape->builder->names->map, name, length);
  shape->objects[object] = (dw_shape_object){.column = column};
  if (column < shape->of_count) shape->object_of[column] = object;
  return object;
}

static uint32_t pair_index(dw_map *pairs, uint32_t left, uint32_t right)
{
  uint32_t pair[2] = {left, right};
  return dw_map_intern(pairs, (const char *)pair, sizeof pair);
}

static uint32_t shape_context(dw_shape *shape, uint32_t parent, uint32_t object)
{
  uint32_t context = 1 + pair_index(&shape->context_pairs, parent, object);
  if (context < shape->context_count) return context;
  shape->contexts = dw_grow(shape->contexts, &shape->context_capacity, shape->context_count + 1, sizeof *shape->contexts);
  shape->contexts[shape->context_count++] = (dw_shape_context){parent, object, shape->contexts[parent].depth + 1};
  return context;
}

static void shape_add_state(dw_shape *shape, uint32_t context, uint32_t column)
{
  shape->states = dw_grow(shape->states, &shape->state_capacity, shape->state_count + 1, sizeof *shape->states);
  shape->first = dw_grow(shape->first, &shape->first_capacity, shape->state_count + 1, sizeof *shape->first);
  shape->states[shape->state_count] = (dw_shape_state){context, column};
  shape->first[shape->state_count++] = 0;
}

static uint32_t shape_state(dw_shape *shape, uint32_t context, uint32_t column)
{
  shape_columns(shape, column);
  uint32_t state = 1 + pair_index(&shape->state_pairs, context, column);
  if (state == shape->state_count) shape_add_state(shape, context, column);
  return state;
}

void dw_shape_forget(dw_shape *shape)
{
  shape->step_count = shape->state_count = shape->context_count = shape->opened_count = shape->of_count = shape->bytes.length = 0;
  dw_map *const maps[] = {&shape->object_names, &shape->context_pairs, &shape->state_pairs};
  for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
    dw_map_free(maps[i]);
    dw_map_init(maps[i]);
  }
  shape_steps(shape, 2);
  shape->steps[shape->step_count++] = (dw_step){.opens = DW_STEP_SPECIAL}; /* DW_STEP_MISSING */
  shape->steps[shape->step_count++] = (dw_step){.opens = DW_STEP_SPECIAL}; /* DW_STEP_SCRATCH */
  shape->contexts = dw_grow(shape->contexts, &shape->context_capacity, 1, sizeof *shape->contexts);
  shape->contexts[shape->context_count++] = (dw_shape_context){0, DW_MAP_NONE, 1};
  shape_add_state(shape, 0, DW_MAP_NONE);
}

bool dw_shape_matches(const dw_shape *shape, const dw_step *step, const char *p, size_t readable)
{
  if (step->length > readable) return false;
  if (step->length <= DW_STEP_BYTES) return memcmp(p, step->literal, step->length) == 0;
  return memcmp(p, step->literal, DW_STEP_BYTES) == 0 &&
         memcmp(p + DW_STEP_BYTES, shape->bytes.data + step->rest, step->length - DW_STEP_BYTES) == 0;
}

/* Puts the step, which follows `before` in the state's list (0: it is the first), in front. */
static uint32_t shape_front(dw_shape *shape, uint32_t state, uint32_t step, uint32_t before)
{
  if (!before) return step;
  shape->steps[before].next = shape->steps[step].next;
  shape->steps[step].next = shape->first[state];
  return shape->first[state] = step;
}

void dw_shape_used(dw_shape *shape, uint32_t state, uint32_t step, uint32_t before)
{
  bool again = shape->record - shape->used[step] <= 1;
  shape->used[step] = shape->record;
  if (again) shape_front(shape, state, step, before);
}

/* Room for one more step of the state, in front: the one that was used longest ago makes place when there are many. */
static uint32_t shape_room(dw_shape *shape, uint32_t state)
{
  uint32_t count = 0, before = 0, last = 0;
  for (uint32_t s = shape->first[state]; s; s = shape->steps[s].next, count++) {
    before = last;
    last = s;
  }
  if (count >= SHAPE_CHOICES) {
    shape->steps[before].next = 0;
  } else {
    shape_steps(shape, shape->step_count + 1);
    shape->used = dw_grow(shape->used, &shape->used_capacity, shape->step_count + 1, sizeof *shape->used);
    last = (uint32_t)shape->step_count++;
  }
  shape->used[last] = 0;
  shape->steps[last].next = shape->first[state];
  return shape->first[state] = last;
}

/* Keeps the scratch step, whose bytes stand at p; returns its place, which stays the scratch when it is too long to remember. */
static uint32_t shape_remember(dw_shape *shape, uint32_t state, const char *p)
{
  dw_step step = shape->steps[DW_STEP_SCRATCH];
  if (step.length > SHAPE_LONGEST) return DW_STEP_SCRATCH;
  uint32_t before = 0;
  for (uint32_t s = shape->first[state]; s; before = s, s = shape->steps[s].next)
    if (shape->steps[s].length == step.length && dw_shape_matches(shape, &shape->steps[s], p, step.length))
      return shape_front(shape, state, s, before);
  size_t head = step.length < DW_STEP_BYTES ? step.length : DW_STEP_BYTES;
  memset(step.literal, 0, sizeof step.literal);
  memcpy(step.literal, p, head);
  step.mask = head == DW_STEP_BYTES ? UINT32_MAX : (UINT32_C(1) << head) - 1;
  step.rest = (uint32_t)shape->bytes.length;
  dw_buf_add(&shape->bytes, p + head, step.length - head);
  uint32_t place = shape_room(shape, state);
  step.next = shape->steps[place].next;
  shape->steps[place] = step;
  return place;
}

/* --- the grammar between values --- */

typedef struct walk {
  const char *start; /* of the step */
  const char *p;
  uint32_t context;
  uint32_t opens;
  dw_text_fault *fault;
} walk;

static bool walk_fault(walk *w, const char *at, const char *what)
{
  w->fault->at = at;
  w->fault->what = *at == '\n' ? "the line ends before the record does" : what;
  return false;
}

/* The dotted name of a key, valid until the next one. */
static const char *walk_name(dw_shape *shape, const walk *w, const char *key, size_t *length, bool escaped)
{
  if (w->context == 0 && !escaped) return key;
  dw_buf *name = &shape->name;
  name->length = 0;
  if (w->context) {
    const dw_map_key *up = &shape->object_names.keys[shape->contexts[w->context].object];
    dw_buf_add(name, up->text, up->length);
    dw_buf_char(name, '.');
  }
  dw_json_text_decode(name, key, *length);
  *length = name->length;
  return name->data ? name->data : "";
}

static bool walk_open(dw_shape *shape, walk *w, uint32_t object, const char *key)
{
  if (shape->contexts[w->context].depth >= DW_NDJSON_DEPTH)
    return walk_fault(w, w->p, "objects and arrays are nested too deep; 64 levels are allowed");
  shape->opened = dw_grow(shape->opened, &shape->opened_capacity, shape->opened_count + 2, sizeof *shape->opened);
  if (!w->opens) w->opens = (uint32_t)shape->opened_count + 1;
  shape->opened[shape->opened_count++] = (dw_shape_open){object, (uint32_t)(key - w->start)};
  w->context = shape_context(shape, w->context, object);
  return true;
}

/* From a key's opening quote to the first value that is not an object with members. */
static bool walk_key(dw_shape *shape, walk *w)
{
  for (;;) {
    const char *key = w->p;
    bool escaped = false;
    if (*key != '"') return walk_fault(w, key, DW_JSON_NO_NAME);
    const char *close = dw_json_text_string(key + 1, &escaped, w->fault);
    if (!close) return false;
    w->p = dw_json_skip_space(close + 1);
    if (*w->p != ':') return walk_fault(w, w->p, "a colon is missing behind the name");
    w->p = dw_json_skip_space(w->p + 1);
    size_t length = (size_t)(close - key - 1);
    const char *name = walk_name(shape, w, key + 1, &length, escaped);
    if (escaped && memchr(name, '\0', length)) return walk_fault(w, key, "a name with \\u0000 in it");
    const char *inside = *w->p == '{' ? dw_json_skip_space(w->p + 1) : w->p;
    if (inside == w->p || *inside == '}') {
      dw_step *step = &shape->steps[DW_STEP_SCRATCH];
      step->column = dw_builder_name(shape->builder, name, length);
      step->key = (uint32_t)(key - w->start);
      step->target = shape_state(shape, w->context, step->column);
      return true;
    }
    if (!walk_open(shape, w, shape_object(shape, name, length), key)) return false;
    w->p = inside;
  }
}

static bool walk_end(dw_shape *shape, walk *w)
{
  w->p = dw_json_skip_space(w->p);
  if (*w->p != '\n') {
    w->fault->at = w->p;
    w->fault->what = "more text behind the record; NDJSON has one object a line";
    return false;
  }
  w->p++;
  shape->steps[DW_STEP_SCRATCH].column = DW_STEP_END;
  shape->steps[DW_STEP_SCRATCH].target = 0;
  return true;
}

/* Behind a value: brackets close, then a comma and a name, or the line's end. */
static bool walk_on(dw_shape *shape, walk *w)
{
  for (;;) {
    w->p = dw_json_skip_space(w->p);
    if (*w->p == ',') {
      w->p = dw_json_skip_space(w->p + 1);
      if (*w->p == '}') return walk_fault(w, w->p, "a comma before the closing bracket");
      return walk_key(shape, w);
    }
    if (*w->p != '}') return walk_fault(w, w->p, "a comma or } is missing");
    w->p++;
    if (w->context == 0) return walk_end(shape, w);
    w->context = shape->contexts[w->context].parent;
  }
}

static bool walk_begin(dw_shape *shape, walk *w)
{
  if (*w->p == '[') return walk_fault(w, w->p, DW_NDJSON_ARRAY);
  if (*w->p != '{') return walk_fault(w, w->p, "a record is a JSON object, {\"name\": value, ...}, one a line");
  w->p = dw_json_skip_space(w->p + 1);
  if (*w->p != '}') return walk_key(shape, w);
  w->p++;
  return walk_end(shape, w);
}

uint32_t dw_shape_learn(dw_shape *shape, uint32_t state, const char *p, const char **behind, dw_text_fault *fault)
{
  walk w = {.start = p, .p = dw_json_skip_space(p), .context = shape->states[state].context, .fault = fault};
  if (state == 0) {
    if (*w.p == '\n') {
      *behind = w.p + 1;
      return DW_STEP_BLANK;
    }
    if (shape->step_count > SHAPE_STEPS || shape->bytes.length > SHAPE_BYTES || shape->opened_count > SHAPE_STEPS ||
        shape->context_count > SHAPE_STEPS || shape->state_count > SHAPE_STEPS)
      dw_shape_forget(shape);
  }
  if (!(state == 0 ? walk_begin(shape, &w) : walk_on(shape, &w))) return DW_STEP_NONE;
  dw_step *step = &shape->steps[DW_STEP_SCRATCH];
  step->length = (uint32_t)(w.p - p);
  step->opens = w.opens | (step->length > DW_STEP_BYTES || step->column == DW_STEP_END ? DW_STEP_SPECIAL : 0);
  if (w.opens) {
    shape->opened = dw_grow(shape->opened, &shape->opened_capacity, shape->opened_count + 1, sizeof *shape->opened);
    shape->opened[shape->opened_count++] = (dw_shape_open){DW_MAP_NONE, 0};
  }
  return shape_remember(shape, state, p);
}
