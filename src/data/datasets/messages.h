/* messages: the messages in an array of objects, as chats and the answers of language models are kept.
 *
 *   [{"role":"user","content":"…"}, …]                        OpenAI, Anthropic, Hugging Face (messages, prompt, chosen, rejected …)
 *   [{"from":"human","value":"…"}, …]                         ShareGPT
 *   [{"role":"user","parts":[{"text":"…"}]}, …]               Gemini; its candidates: [{"content":{"role":"model","parts":[…]}}]
 *   [{"index":0,"message":{"role":"assistant","content":"…"}}]  choices; also with "delta", or with "text" beside "index"
 *   [{"type":"human","content":"…"}, …]                       LangChain
 *   [{"type":"text","text":"…"}, …]                           no messages, but the parts of one content: a text (DW_MESSAGES_TEXT)
 *
 * A content is a string, null, or parts; of parts, and of what tools returned, the texts count; a refusal counts where there is no other
 * text. Texts of one message are joined by line ends, and so are messages. Other members (tool calls, images, names) are passed over. An
 * array that has anything but such objects in it is DW_MESSAGES_NONE: nothing is taken from it.
 */
#ifndef DW_DATA_MESSAGES_H
#define DW_DATA_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* human and prompter are users; gpt, model, ai, bot, chatbot and function_call assistants; developer is system; function, observation and
 * ipython are tools. */
typedef enum dw_role { DW_ROLE_USER, DW_ROLE_ASSISTANT, DW_ROLE_SYSTEM, DW_ROLE_TOOL, DW_ROLE_OTHER, DW_ROLES } dw_role;

typedef struct dw_message {
  dw_role role;
  bool spoken;           /* it has a text, be it an empty one */
  size_t offset, length; /* of the text, into the buffer read into */
} dw_message;

typedef enum dw_messages_kind { DW_MESSAGES_NONE, DW_MESSAGES_CHAT, DW_MESSAGES_TEXT } dw_messages_kind;

/* {0} is ready for use; reused from one array to the next. */
typedef struct dw_messages {
  dw_message *item; /* DW_MESSAGES_TEXT: one, of DW_ROLE_OTHER */
  size_t count, capacity;
  size_t offset, length; /* all texts, joined */
  bool spoken;           /* any is */
} dw_messages;

/* json: a checked array (RFC 8259). Texts are appended to `text`, which is left as it was for DW_MESSAGES_NONE. */
dw_messages_kind dw_messages_read(dw_messages *messages, const char *json, size_t length, dw_buf *text);
size_t dw_messages_characters(const dw_messages *messages, const dw_buf *text); /* of all texts */
void dw_messages_free(dw_messages *messages);

#endif
