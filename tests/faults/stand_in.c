/* A server that speaks OpenAI's protocol as far as dw-canary asks: each prompt is answered by itself, by any number of processes, in any
 * order, however often. It says where it is, and goes on until it is ended.
 */
#include <stddef.h>

#include "endpoint.h"

static const char *answer(endpoint *e, unsigned number, const char *request)
{
  static char body[ENDPOINT_REQUEST + 200];
  static const char mark[] = "\"content\":\"";
  const char *prompt = NULL;
  (void)number;
  endpoint_forget(e);
  for (const char *at = request; (at = strstr(at, mark));) prompt = at += sizeof mark - 1;
  size_t length = prompt ? strcspn(prompt, "\"") : 0;
  snprintf(body, sizeof body,
           "{\"model\":\"m\",\"choices\":[{\"message\":{\"content\":\"So: %.*s\"},\"finish_reason\":\"stop\"}],"
           "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}",
           (int)length, prompt ? prompt : "");
  return endpoint_say(e, "200 OK", "", body);
}

int main(void)
{
  static endpoint server;
  endpoint_start(&server, answer);
  printf("%s\n", server.url);
  fflush(stdout);
  pthread_join(server.thread, NULL);
}
