#include "data/datasets/messages.h"

#include <stdio.h>

#include "base/mem.h"
#include "golden.h"

/* "chat user=Hi / assistant=-" (-: no text), "text …", "none". */
static const char *shown(const char *json, size_t length, dw_buf *out)
{
  static const char *const kinds[] = {"none", "chat", "text"};
  static const char *const roles[DW_ROLES] = {"user", "assistant", "system", "tool", "other"};
  dw_messages messages = {0};
  dw_buf text = {0};
  dw_buf_text(&text, "before");
  out->length = 0;
  dw_messages_kind kind = dw_messages_read(&messages, json, length, &text);
  dw_buf_text(out, kinds[kind]);
  if (kind == DW_MESSAGES_NONE) CHECK(text.length == 6);
  for (size_t i = 0; kind != DW_MESSAGES_NONE && i < messages.count; i++) {
    const dw_message *message = &messages.item[i];
    if (i) dw_buf_text(out, " /");
    dw_buf_char(out, ' ');
    if (kind == DW_MESSAGES_CHAT) dw_buf_format(out, "%s=", roles[message->role]);
    if (!message->spoken) dw_buf_char(out, '-');
    CHECK(message->length == 0 || (message->spoken && message->offset >= 6 && message->offset + message->length <= text.length));
    if (message->length) dw_buf_add(out, text.data + message->offset, message->length);
  }
  dw_messages_free(&messages);
  dw_buf_free(&text);
  return dw_buf_cstr(out);
}

static void check_all(const char *const (*table)[2], size_t count)
{
  dw_buf out = {0};
  for (size_t i = 0; i < count; i++)
    CHECK_MSG(strcmp(shown(table[i][0], strlen(table[i][0]), &out), table[i][1]) == 0, "%s: %s, not %s", table[i][0], out.data,
              table[i][1]);
  dw_buf_free(&out);
}

#define CHECK_TABLE(table) check_all(table, sizeof table / sizeof table[0])

TEST(formats_of_chats)
{
  /* clang-format off */
  static const char *const table[][2] = {
      {"[{\"role\":\"system\",\"content\":\"S\"},{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\",\"content\":\"Yes.\"}]",
       "chat system=S / user=Hi / assistant=Yes."},
      {"[ { \"content\" : \"Hi\" , \"role\" : \"user\" } ]", "chat user=Hi"},
      {"[{\"from\":\"human\",\"value\":\"Hi\"},{\"from\":\"gpt\",\"value\":\"Ho\"},{\"from\":\"observation\",\"value\":\"3\"}]", "chat user=Hi / assistant=Ho / tool=3"},
      {"[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"A\",\"refusal\":null},\"logprobs\":{\"content\":[{\"token\":\"A\",\"logprob\":-1}]},\"finish_reason\":\"stop\"}]",
       "chat assistant=A"},
      {"[{\"text\":\"A\",\"index\":0,\"finish_reason\":\"length\"},{\"text\":\"B\",\"index\":1}]", "chat assistant=A / assistant=B"},
      {"[{\"index\":0,\"delta\":{\"content\":\"A\"}}]", "chat assistant=A"},
      {"[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]", "chat assistant=-"},
      {"[{\"content\":{\"parts\":[{\"text\":\"A\"},{\"text\":\"B\"}],\"role\":\"model\"},\"finishReason\":\"STOP\"}]", "chat assistant=A\nB"},
      {"[{\"content\":{\"role\":\"model\"},\"finishReason\":\"MAX_TOKENS\"}]", "chat assistant=-"},
      {"[{\"role\":\"user\",\"parts\":[{\"text\":\"Q\"},{\"inlineData\":{\"data\":\"AAAA\"}}]}]", "chat user=Q"},
      {"[{\"role\":\"USER\",\"message\":\"Q\"},{\"role\":\"CHATBOT\",\"message\":\"A\"}]", "chat user=Q / assistant=A"},
      {"[{\"type\":\"human\",\"content\":\"Q\"},{\"type\":\"ai\",\"content\":\"A\"}]", "chat user=Q / assistant=A"},
      {"[{\"type\":\"ai\",\"role\":\"user\",\"content\":\"Q\"}]", "chat user=Q"}, /* a role says more than a type */
      {"[{\"type\":\"reasoning\",\"summary\":[]},{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"A\",\"annotations\":[]}]},"
       "{\"type\":\"function_call\",\"name\":\"f\",\"arguments\":\"{}\"}]",
       "chat assistant=A"},
      {"[{\"role\":\"judge\",\"content\":\"J\"},{\"role\":\"\",\"content\":\"E\"},{\"role\":\"a name longer than any role\",\"content\":\"L\"}]", "chat other=J / other=E / other=L"},
      {"[{\"role\":\"developer\",\"content\":\"D\"},{\"role\":\"function\",\"name\":\"f\",\"content\":\"3\"}]", "chat system=D / tool=3"}};
  /* clang-format on */
  CHECK_TABLE(table);
}

TEST(contents)
{
  /* clang-format off */
  static const char *const table[][2] = {
      {"[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Look\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"http://x/y.png\"}},{\"type\":\"text\",\"text\":\"here\"}]}]",
       "chat user=Look\nhere"},
      {"[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"content\\\":\\\"no\\\"}\"}}]}]",
       "chat assistant=-"},
      {"[{\"role\":\"assistant\",\"tool_calls\":[]},{\"role\":\"user\",\"content\":\"\"}]", "chat assistant=- / user="},
      {"[{\"role\":\"assistant\",\"content\":null,\"refusal\":\"I cannot.\"}]", "chat assistant=I cannot."},
      {"[{\"role\":\"assistant\",\"content\":\"A\",\"refusal\":\"R\"}]", "chat assistant=A"},
      {"[{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":[{\"type\":\"text\",\"text\":\"4 C\"}]}]}]", "chat user=4 C"},
      {"[{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"x\"},{\"type\":\"text\",\"text\":\"A\"},"
       "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{\"text\":\"no\"}}]}]",
       "chat assistant=A"},
      {"[{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":{\"value\":\"A\",\"annotations\":[]}}]}]", "chat assistant=A"},
      {"[{\"role\":\"user\",\"content\":[]},{\"role\":\"user\",\"content\":[\"a\",\"b\"]}]", "chat user=- / user=a\nb"},
      {"[{\"role\":\"user\",\"content\":\"say \\\"hi\\\" \\\\ \\u00e9\\ud83d\\ude00\\n\"}]", "chat user=say \"hi\" \\ \xc3\xa9\xf0\x9f\x98\x80\n"},
      {"[{\"role\":\"user\",\"content\":\"a\\\\\"},{\"role\":\"user\",\"content\":\"]}\"}]", "chat user=a\\ / user=]}"},
      {"[{\"role\":\"user\",\"content\":\"Q\",\"meta\":{\"content\":[[[{\"text\":\"no\"}]]],\"n\":-1.5e3},\"ok\":true,\"x\":null}]", "chat user=Q"}};
  /* clang-format on */
  CHECK_TABLE(table);
}

TEST(parts_of_one_content)
{
  static const char *const table[][2] = {{"[{\"type\":\"text\",\"text\":\"A\"}]", "text A"},
                                         {"[{\"type\":\"text\",\"text\":\"A\",\"cache_control\":{\"type\":\"ephemeral\"}},{\"type\":"
                                          "\"image\",\"source\":{\"data\":\"AA\"}},{\"type\":\"text\",\"text\":\"B\"}]",
                                          "text A\nB"},
                                         {"[{\"text\":\"A\"},{\"text\":\"B\"}]", "text A\nB"},
                                         {"[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}]", "text -"},
                                         {"[{\"type\":\"refusal\",\"refusal\":\"No.\"}]", "text No."}};
  CHECK_TABLE(table);
}

/* Whatever else is in an array of objects is not taken for messages in part. */
TEST(other_arrays)
{
  static const char *const table[][2] = {{"[]", "none"},
                                         {"[{}]", "none"},
                                         {"[[]]", "none"},
                                         {"[\"a\",\"b\"]", "none"},
                                         {"[null]", "none"},
                                         {"[1,{\"role\":\"user\",\"content\":\"Hi\"}]", "none"},
                                         {"[{\"role\":\"user\",\"content\":\"Hi\"},\"a\"]", "none"},
                                         {"[{\"role\":\"user\",\"content\":\"Hi\"},{\"sku\":1}]", "none"},
                                         {"[{\"role\":\"user\",\"content\":\"Hi\"},{\"type\":\"text\",\"text\":\"a\"}]", "none"},
                                         {"[{\"type\":\"text\",\"text\":\"a\"},{\"role\":\"user\",\"content\":\"Hi\"}]", "none"},
                                         {"[{\"sku\":\"a\",\"price\":1.5}]", "none"},
                                         {"[{\"role\":\"owner\",\"name\":\"Ann\"}]", "none"},
                                         {"[{\"role\":5,\"content\":\"a\"}]", "none"},
                                         {"[{\"role\":\"owner\",\"value\":5}]", "none"},
                                         {"[{\"role\":\"owner\",\"content\":true}]", "none"},
                                         {"[{\"from\":1,\"to\":2,\"value\":3}]", "none"},
                                         {"[{\"name\":\"color\",\"value\":\"red\"}]", "none"},
                                         {"[{\"text\":\"Berlin\",\"label\":\"LOC\",\"start\":5}]", "none"},
                                         {"[{\"type\":\"LOC\",\"text\":\"Berlin\"}]", "none"},
                                         {"[{\"type\":\"image\",\"url\":\"http://x/y.png\"}]", "none"},
                                         {"[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]", "none"},
                                         {"[{\"index\":0,\"score\":3}]", "none"},
                                         {"[{\"message\":\"broken pipe\",\"code\":5}]", "none"},
                                         {"[{\"content\":{\"text\":\"a\"},\"price\":3}]", "none"},
                                         {"{}", "none"}};
  CHECK_TABLE(table);
}

/* Cut anywhere, it ends, reads nothing behind the cut, and leaves the buffer well. (The text that is read is checked JSON: this is a second
 * belt.) */
TEST(cut_anywhere)
{
  static const char whole[] = "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\\\\b\"}],\"x\":{\"y\":[1,null]}},{\"from\":"
                              "\"gpt\",\"value\":\"c\"}]";
  dw_buf out = {0};
  for (size_t length = 0; length < sizeof whole; length++) {
    char *copy = dw_strndup(whole, length);
    shown(copy, length, &out);
    dw_free(copy);
  }
  CHECK(strcmp(out.data, "chat user=a\\b / assistant=c") == 0);
  dw_buf_free(&out);
}

TEST(very_long)
{
  enum { MESSAGES = 20000 };
  dw_buf json = {0}, text = {0};
  dw_messages messages = {0};
  dw_buf_char(&json, '[');
  for (int i = 0; i < MESSAGES; i++) {
    dw_buf_format(&json, "%s{\"role\":\"%s\",\"content\":\"", i ? "," : "", i % 2 ? "assistant" : "user");
    for (int k = 0; k < 100; k++) dw_buf_text(&json, k % 10 ? "\xc3\xa4" : "\\u00e4");
    dw_buf_text(&json, "\"}");
  }
  dw_buf_char(&json, ']');
  CHECK(dw_messages_read(&messages, json.data, json.length, &text) == DW_MESSAGES_CHAT);
  CHECK(messages.count == MESSAGES && messages.length == text.length && text.length == MESSAGES * 201 - 1);
  CHECK(dw_messages_characters(&messages, &text) == MESSAGES * 100);
  CHECK(messages.item[MESSAGES - 1].offset == (MESSAGES - 1) * 201 && messages.item[MESSAGES - 1].length == 200);
  dw_messages_free(&messages);
  dw_buf_free(&json);
  dw_buf_free(&text);
}
