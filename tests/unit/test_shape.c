#include "test.h"

#include "io/formats/ndjson.h"
#include "io/formats/shape.h"

enum { SEGMENTS = 13, PADDING = 256 };

/* {"a.a":{"a":{"a.a.a":{"v":1}}}}: SEGMENTS times the letter, cut into keys by the bits of `cuts`. All of them give the columns the same
 * name, and each opens objects that no other one opens. Returns the number of objects. */
static uint32_t nested_record(char *out, size_t room, unsigned cuts)
{
  dw_buf text = {0};
  uint32_t keys = 1;
  dw_buf_text(&text, "{\"a");
  for (int i = 0; i < SEGMENTS - 1; i++) {
    bool cut = cuts >> i & 1;
    dw_buf_text(&text, cut ? "\":{\"a" : ".a");
    keys += cut;
  }
  dw_buf_text(&text, "\":{\"v\":1\n");
  CHECK(text.length + PADDING < room);
  memset(out, 0, room);
  memcpy(out, text.data, text.length);
  dw_buf_free(&text);
  return keys;
}

/* However many ways lead to one name, a way is found by table: the walk stays as short as with names that differ. (It went through all of
 * them: four times the time for twice the records.) */
TEST(shape_one_name_by_very_many_ways)
{
  enum { WAYS = 1 << (SEGMENTS - 1), FURTHEST = 200 };
  dw_scan_options options = {.line_limit = DW_LINE_LIMIT, .field_limit = DW_FIELD_LIMIT};
  dw_builder builder;
  dw_shape shape;
  dw_builder_init(&builder, &options);
  dw_shape_init(&shape, &builder);
  char record[1024];
  uint32_t *state = dw_alloc_array(WAYS, sizeof *state);
  for (int turn = 0; turn < 2; turn++)
    for (unsigned cuts = 0; cuts < WAYS; cuts++) {
      const char *behind;
      dw_text_fault fault;
      uint32_t objects = nested_record(record, sizeof record, cuts), step = dw_shape_learn(&shape, 0, record, &behind, &fault);
      CHECK(step != DW_STEP_NONE && step != DW_STEP_BLANK);
      uint32_t target = shape.steps[step].target;
      CHECK(shape.contexts[shape.states[target].context].depth == objects + 1);
      if (turn == 0) {
        CHECK(target == cuts + 1); /* a state of its own */
        state[cuts] = target;
      }
      CHECK(target == state[cuts]);
    }
  CHECK(shape.object_names.count == SEGMENTS && shape.state_count == WAYS + 1 && shape.context_count == 2 * WAYS);
  CHECK(dw_map_longest_walk(&shape.context_pairs) < FURTHEST && dw_map_longest_walk(&shape.state_pairs) < FURTHEST);
  dw_free(state);
  dw_shape_free(&shape);
  dw_builder_free(&builder);
}
