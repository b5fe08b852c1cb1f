#include "data/datasets/chats.h"

#include "data/datasets/segments.h"
#include "fixture.h"
#include "golden.h"

/* Two sides as dw-compare reads them. */
typedef struct sides {
  dw_chats chats;
  dw_dataset set[2];
} sides;

static void read_side(dw_chats *chats, dw_dataset *set, const char *text, dw_selection *selection, const dw_dataset_options *options,
                      size_t block)
{
  dw_err err = {0};
  const dw_batch *batch = NULL;
  dw_status status;
  if (selection) selection->chats = true;
  dw_reader *reader = fixture_reader(
      text, &(dw_reader_options){.threads = 1, .block = block, .want = selection ? dw_selection_wants : NULL, .context = selection});
  dw_dataset_init(set, options ? options : &(dw_dataset_options){0});
  dw_chats_begin(chats, selection);
  while ((status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch)
    dw_dataset_add(set, reader, dw_chats_expand(chats, reader, batch), NULL);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  dw_reader_close(reader);
  dw_dataset_finish(set, 1);
}

static void read_sides(sides *s, const char *reference, const char *current, dw_selection *selection, const dw_dataset_options *options,
                       size_t block)
{
  *s = (sides){0};
  read_side(&s->chats, &s->set[0], reference, selection, options, block);
  read_side(&s->chats, &s->set[1], current, selection, options, block);
  dw_chats_settle(&s->chats, &s->set[0], &s->set[1]);
}

static void free_sides(sides *s)
{
  dw_chats_free(&s->chats);
  for (int i = 0; i < 2; i++) dw_dataset_free(&s->set[i]);
}

/* The columns with cells, in order: "name name". */
static bool has_columns(const dw_dataset *set, const char *want)
{
  dw_buf names = {0};
  for (size_t i = 0; i < set->column_count; i++)
    if (set->column[i]->tag[DW_ABSENT] < set->column[i]->rows) dw_buf_format(&names, "%s%s", names.length ? " " : "", set->column[i]->name);
  bool same = strcmp(dw_buf_cstr(&names), want) == 0;
  if (!same) fprintf(stderr, "columns: %s\n", names.data);
  dw_buf_free(&names);
  return same;
}

/* How often the column has the text. */
static uint64_t times(const dw_dataset *set, const char *name, const char *text)
{
  const dw_column *column = dw_dataset_find(set, name);
  uint32_t index = column ? dw_map_find(&column->texts, text, strlen(text)) : DW_MAP_NONE;
  return index == DW_MAP_NONE ? 0 : column->text_count[index];
}

#define U(text) "{\"role\":\"user\",\"content\":\"" text "\"}"
#define A(text) "{\"role\":\"assistant\",\"content\":\"" text "\"}"

static const char chat[] = "{\"n\":1,\"m\":[" U("a") "," A("b") "," U("c") "," A(
    "\\u00e4\\n") "],\"z\":2}\n"
                  "{\"n\":1,\"m\":[{\"role\":\"system\",\"content\":\"s\"}," U(
                      "d") "]}\n"
                           "{\"n\":1,\"m\":[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[]}]}\n"
                           "{\"n\":1,\"m\":null}\n"
                           "{\"n\":1,\"m\":[]}\n"
                           "{\"n\":1}\n";

static const char all_parts[] = "n z m.content m.user.content m.assistant.content m.system.content m.last_answer m.turns m.length";

TEST(columns_of_a_chat)
{
  static const size_t blocks[] = {1, 64, 256, 0};
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
    sides s;
    read_sides(&s, chat, chat, NULL, NULL, blocks[i]);
    for (int side = 0; side < 2; side++) {
      const dw_dataset *set = &s.set[side];
      CHECK_MSG(has_columns(set, all_parts) ||
                    has_columns(set, "n m.content m.user.content m.assistant.content m.system.content m.last_answer m.turns m.length z"),
                "blocks of %zu", blocks[i]);
      const dw_column *content = dw_dataset_find(set, "m.content"), *turns = dw_dataset_find(set, "m.turns"),
                      *length = dw_dataset_find(set, "m.length");
      CHECK(times(set, "m.content", "a\nb\nc\n\xc3\xa4\n") == 1 && times(set, "m.content", "s\nd") == 1 && content->texts.count == 2);
      CHECK(content->tag[DW_NULL] == 3 && content->tag[DW_ABSENT] == 1 && content->prose && !turns->prose);
      CHECK(times(set, "m.user.content", "a\nc") == 1 && times(set, "m.user.content", "d") == 1 &&
            times(set, "m.assistant.content", "b\n\xc3\xa4\n") == 1);
      CHECK(times(set, "m.system.content", "s") == 1 && times(set, "m.last_answer", "\xc3\xa4\n") == 1 &&
            dw_dataset_find(set, "m.last_answer")->texts.count == 1);
      CHECK(turns->sorted.total == 4 && turns->sorted.value[0] == 0 && turns->sorted.value[1] == 1 && turns->sorted.value[2] == 2 &&
            turns->sorted.value[3] == 4);
      CHECK(length->sorted.total == 4 && length->sorted.value[0] == 0 && length->sorted.value[2] == 2 && length->sorted.value[3] == 5 &&
            length->tag[DW_REAL] == 4);
      CHECK(turns->tag[DW_NULL] == 1 && turns->tag[DW_ABSENT] == 1);
    }
    free_sides(&s);
  }
}

/* Of two columns that would say the same, one; as the reference has it. */
TEST(what_says_the_same_is_left_out)
{
  static const char one[] = "{\"c\":[{\"index\":0,\"message\":" A("a") "}]}\n", users[] = "{\"c\":[" U("a") "]}\n",
                    two[] = "{\"c\":[" U("a") "," A("b") "]}\n", several[] = "{\"c\":[" U("a") "," A("b") "," A("c") "]}\n";
  static const struct {
    const char *reference, *current, *columns[2];
  } table[] = {
      {one, one, {"c.content c.turns c.length", "c.content c.turns c.length"}},
      {users, users, {"c.content c.turns c.length", "c.content c.turns c.length"}},
      {two,
       two,
       {"c.content c.user.content c.assistant.content c.turns c.length", "c.content c.user.content c.assistant.content c.turns c.length"}},
      {several,
       several,
       {"c.content c.user.content c.assistant.content c.last_answer c.turns c.length",
        "c.content c.user.content c.assistant.content c.last_answer c.turns c.length"}},
      {two,
       several,
       {"c.content c.user.content c.assistant.content c.turns c.length", "c.content c.user.content c.assistant.content c.turns c.length"}},
      {two,
       users,
       {"c.content c.user.content c.assistant.content c.turns c.length", "c.content c.user.content c.assistant.content c.turns c.length"}},
      {users, two, {"c.content c.assistant.content c.turns c.length", "c.content c.assistant.content c.turns c.length"}}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    sides s;
    read_sides(&s, table[i].reference, table[i].current, NULL, NULL, 0);
    CHECK_MSG(has_columns(&s.set[0], table[i].columns[0]) && has_columns(&s.set[1], table[i].columns[1]), "row %zu", i);
    free_sides(&s);
  }
}

/* Parts of one content are a text, beside plain strings; what is no message stays what it was. */
TEST(what_stays_in_the_column)
{
  sides s;
  read_sides(
      &s,
      "{\"content\":[{\"type\":\"text\",\"text\":\"a\"}],\"tags\":[\"x\"],\"p\":\"a "
      "string\"}\n{\"content\":\"b\",\"tags\":[\"y\",\"z\"],\"p\":[" U("c") "]}\n{\"content\":null,\"p\":[" U("d") "]}\n",
      "{\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}],\"p\":null}\n{\"content\":[],\"p\":[{\"sku\":1}]}\n",
      NULL, NULL, 0);
  CHECK(has_columns(&s.set[0], "content tags p p.content p.turns p.length"));
  CHECK(times(&s.set[0], "content", "a") == 1 && times(&s.set[0], "content", "b") == 1 &&
        dw_column_kinds(dw_dataset_find(&s.set[0], "content")) == DW_KIND_STRING);
  CHECK(dw_dataset_find(&s.set[0], "tags")->tag[DW_OTHER] == 2 && times(&s.set[0], "p", "a string") == 1 &&
        dw_dataset_find(&s.set[0], "p")->tag[DW_ABSENT] == 2);
  CHECK(dw_dataset_find(&s.set[0], "content")->prose && dw_dataset_find(&s.set[0], "p.content")->tag[DW_ABSENT] == 1);
  CHECK(dw_dataset_find(&s.set[1], "content")->tag[DW_NULL] == 2 && dw_dataset_find(&s.set[1], "p")->tag[DW_OTHER] == 1 &&
        dw_dataset_find(&s.set[1], "p.content")->tag[DW_NULL] == 1);
  free_sides(&s);
}

/* What stood before the first array of messages and had no value leaves no column behind; neither has a name that is an object elsewhere
 * two columns. */
TEST(columns_that_meet)
{
  sides s;
  read_sides(&s, "{\"m\":null}\n{\"m\":[]}\n{\"m\":[" U("a") "," A("b") "]}\n{\"m\":{\"content\":\"alone\",\"turns\":7}}\n",
             "{\"m\":{\"content\":\"alone\"}}\n{\"m\":[" U("a") "," A("b") "]}\n", NULL, NULL, 1);
  CHECK(has_columns(&s.set[0], "m.content m.turns m.user.content m.assistant.content m.length"));
  CHECK(times(&s.set[0], "m.content", "alone") == 1 && times(&s.set[0], "m.content", "a\nb") == 1 &&
        dw_dataset_find(&s.set[0], "m.turns")->sorted.total == 2);
  CHECK(times(&s.set[1], "m.content", "alone") == 1 && times(&s.set[1], "m.content", "a\nb") == 1);
  free_sides(&s);
  read_sides(&s, "{\"m\":[" U("a") "," A("b") "]}\n{\"m\":{\"content\":\"alone\"}}\n", "{\"m\":[" U("a") "]}\n", NULL, NULL, 0);
  CHECK(times(&s.set[0], "m.content", "alone") == 1 && times(&s.set[0], "m.content", "a\nb") == 1);
  free_sides(&s);
}

TEST(columns_that_are_wanted)
{
  static const char *const lists[][2] = {{"m.content"}, {"m.*"}, {"m"}, {"*ngth"}, {"n"}, {"n", "m.user.content"}, {"*"}};
  static const char *const columns[] = {"m.content",
                                        "m.content m.user.content m.assistant.content m.system.content m.last_answer m.turns m.length",
                                        "m.content m.user.content m.assistant.content m.system.content m.last_answer m.turns m.length",
                                        "m.length",
                                        "n",
                                        "n m.user.content",
                                        all_parts};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
    sides s;
    dw_selection selection = {.only = {lists[i], lists[i][1] ? 2 : 1}};
    read_sides(&s, chat, chat, &selection, NULL, 0);
    CHECK_MSG(has_columns(&s.set[0], columns[i]) && has_columns(&s.set[1], columns[i]), "%s", lists[i][0]);
    free_sides(&s);
  }
  sides users;
  dw_selection named = {.only = {(const char *const[]){"m.user.content", "m.last_answer", "m.t*"}, 3}};
  read_sides(&users, "{\"m\":[" U("a") "]}\n", "{\"m\":[" U("a") "]}\n", &named, NULL, 0);
  CHECK(has_columns(&users.set[0], "m.user.content m.last_answer m.turns"));
  free_sides(&users);
  static const char *const not [] = {"m.turns", "*.content", "m", "m.*"};
  static const char *const rest[] = {"n z m.content m.user.content m.assistant.content m.system.content m.last_answer m.length",
                                     "n z m.last_answer m.turns m.length", "n z", "n z"};
  for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) {
    sides s;
    dw_selection selection = {.exclude = {&not [i], 1}};
    read_sides(&s, chat, chat, &selection, NULL, 0);
    CHECK_MSG(has_columns(&s.set[0], rest[i]), "%s", not [i]);
    free_sides(&s);
  }
}

/* Segments and descriptions lose what the whole loses. */
TEST(what_hangs_on_columns)
{
  static const char *const described[] = {"c.*"};
  sides s;
  dw_dataset_options options = {.by = "k", .describe = {described, 1}};
  read_sides(&s, "{\"k\":1,\"c\":[" U("one") "]}\n{\"k\":2,\"c\":[" U("two") "]}\n", "{\"k\":1,\"c\":[" U("one") "]}\n", NULL, &options, 0);
  CHECK(has_columns(
      &s.set[0],
      "k c.content c.turns c.length c.content.length c.content.words c.content.sentences c.content.non_letter_share c.content.refusal"));
  const dw_dataset *segment = dw_segments_find(s.set[0].segments, &(dw_map_key){.text = "1", .length = 1});
  CHECK(segment && times(segment, "c.content", "one") == 1 && !dw_dataset_find(segment, "c.user.content") &&
        dw_dataset_find(segment, "c.turns"));
  free_sides(&s);
}

/* A column that begins with so many other arrays is no chat; one array less, and it is. */
TEST(columns_that_begin_with_others)
{
  for (int others = DW_CHATS_PROBES - 1; others <= DW_CHATS_PROBES; others++) {
    dw_buf text = {0};
    sides s;
    for (int i = 0; i < others; i++) dw_buf_text(&text, "{\"m\":[{\"sku\":1}]}\n");
    dw_buf_text(&text, "{\"m\":[" U("a") "]}\n");
    read_sides(&s, dw_buf_cstr(&text), "{\"m\":[{\"sku\":1}]}\n", NULL, NULL, 0);
    CHECK_MSG(has_columns(&s.set[0], others < DW_CHATS_PROBES ? "m m.content m.turns m.length" : "m"), "%d", others);
    CHECK(dw_dataset_find(&s.set[0], "m")->tag[DW_OTHER] == (uint64_t)others + (others == DW_CHATS_PROBES));
    free_sides(&s);
    dw_buf_free(&text);
  }
}

/* A batch without arrays is handed on as it is; columns of chats are bounded. */
TEST(no_chats_and_too_many)
{
  dw_chats chats = {0};
  const dw_batch *batch;
  dw_err err;
  dw_reader *reader = fixture_reader("{\"a\":1,\"v\":[1,2],\"s\":\"[]\"}\n", &(dw_reader_options){.threads = 1});
  dw_chats_begin(&chats, NULL);
  CHECK(dw_reader_next(reader, &batch, &err) == DW_OK && batch && dw_chats_expand(&chats, reader, batch) == batch && !chats.text.capacity);
  dw_reader_close(reader);
  dw_buf text = {0};
  for (int i = 0; i < DW_CHATS_MOST + 5; i++) dw_buf_format(&text, "%s\"m%d\":[" U("a") "]", i ? "," : "{", i);
  dw_buf_text(&text, "}\n");
  reader = fixture_reader(dw_buf_cstr(&text), &(dw_reader_options){.threads = 1});
  dw_chats_begin(&chats, NULL);
  CHECK(dw_reader_next(reader, &batch, &err) == DW_OK && batch);
  const dw_batch *made = dw_chats_expand(&chats, reader, batch);
  size_t left = 0;
  for (size_t i = 0; i < made->column_count; i++) {
    left += made->columns[i].tags[0] == DW_OTHER;
    CHECK(dw_batch_find(made, made->columns[i].id) == &made->columns[i]);
  }
  CHECK(left == 5 && made->column_count == 5 + (size_t)DW_CHATS_MOST * DW_CHAT_PARTS);
  dw_reader_close(reader);
  dw_buf_free(&text);
  dw_chats_free(&chats);
}
