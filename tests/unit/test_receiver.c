#include "records_case.h"

#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/str.h"
#include "serve/receivers/message.h"
#include "serve/receivers/receiver.h"

static const char content[] =
    "{\"kind\":\"notification\",\"id\":\"run/r\",\"receiver\":\"r\",\"model\":\"fraud\",\"time\":\"2026-01-02T01:05:00Z\",\"news\":"
    "\"opened\",\"severity\":\"low\",\"rows\":120,\"drifted\":1,\"top_columns\":[\"x\"],\"alerts\":[{\"check\":\"data_drift\","
    "\"news\":\"opened\",\"state\":\"open\",\"severity\":\"low\",\"since\":\"2026-01-02T00:00:00Z\"},{\"check\":\"silence\","
    "\"news\":\"opened\",\"state\":\"open\",\"severity\":\"high\",\"since\":\"2026-01-02T00:00:00Z\"}]}";

/* A receiver that keeps what it hears and gives its answers in turn, the last one again and again. */
typedef struct hearing {
  int fd, port, count;
  const char *answer[4];
  char request[4][6000];
  pthread_t thread;
} hearing;

static void hear_one(hearing *h, int peer)
{
  char *into = h->request[h->count];
  size_t length = 0, wanted = 0;
  for (ssize_t got; (got = read(peer, into + length, sizeof h->request[0] - 1 - length)) > 0;) {
    length += (size_t)got;
    into[length] = '\0';
    char *body = strstr(into, "\r\n\r\n"), *head = strstr(into, "Content-Length: ");
    if (!body) continue;
    wanted = head ? (size_t)strtol(head + 16, NULL, 10) : 0;
    if (length >= (size_t)(body + 4 - into) + wanted) break;
  }
  int last = 0;
  while (last < 3 && h->answer[last + 1]) last++;
  const char *answer = h->answer[h->count < last ? h->count : last];
  if (write(peer, answer, strlen(answer)) < 0) perror("write");
  h->count++;
}

static void *listen_on(void *context)
{
  hearing *h = context;
  for (int peer; h->count < 4 && (peer = accept(h->fd, NULL, NULL)) >= 0; close(peer)) hear_one(h, peer);
  return NULL;
}

static void start(hearing *h, const char *first, const char *second)
{
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  *h = (hearing){.fd = socket(AF_INET, SOCK_STREAM, 0), .answer = {first, second}};
  if (bind(h->fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(h->fd, 5) < 0 || getsockname(h->fd, (struct sockaddr *)&at, &size) < 0)
    abort();
  h->port = ntohs(at.sin_port);
  setenv("no_proxy", "127.0.0.1", 1);
  pthread_create(&h->thread, NULL, listen_on, h);
}

static void stop(hearing *h)
{
  shutdown(h->fd, SHUT_RDWR);
  pthread_join(h->thread, NULL);
  close(h->fd);
}

static const char *body_of(const hearing *h, int at)
{
  const char *body = strstr(h->request[at], "\r\n\r\n");
  return body ? body + 4 : "";
}

#define ANSWER(head, body_length, body) "HTTP/1.1 " head "\r\nConnection: close\r\nContent-Length: " body_length "\r\n\r\n" body

/* What a receiver of a type makes of these answers. */
static dw_delivery delivered(hearing *h, dw_receiver_type type, const char *path, const char *secret, const char *first, const char *second)
{
  char url[200];
  dw_delivery d;
  start(h, first, second);
  snprintf(url, sizeof url, "http://127.0.0.1:%d%s", h->port, path);
  dw_receiver r = {.name = "r", .url = url, .secret = secret, .type = type, .allow_private = true};
  dw_receivers all = {.receiver = &r, .count = 1};
  dw_letter letter = {.id = "run/r", .model = "fraud", .receiver = "r", .content = content, .length = strlen(content)};
  dw_receiver_deliver(&(dw_mail){.receivers = &all, .now = NOON}, &letter, &d);
  stop(h);
  return d;
}

TEST(webhooks_are_sent_byte_for_byte_and_signed)
{
  static hearing h;
  dw_message_signature s;
  const char *secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1u";
  dw_delivery d = delivered(&h, DW_RECEIVER_WEBHOOK, "/hook?a=%41&b=1+2", secret, ANSWER("204 No Content", "0", ""), NULL);
  CHECK_MSG(d.outcome == DW_DELIVERED && h.count == 1, "%s", d.error);
  CHECK(strncmp(h.request[0], "POST /hook?a=%41&b=1+2 HTTP/1.1\r\n", 33) == 0);
  CHECK_TEXT(body_of(&h, 0), content);
  CHECK(dw_message_sign(secret, "run/r", NOON, content, strlen(content), &s));
  const char *const wanted[] = {s.id, s.timestamp, s.signature, "Content-Type: application/json"};
  for (size_t i = 0; i < 4; i++) {
    char line[200];
    snprintf(line, sizeof line, "\r\n%s\r\n", wanted[i]);
    CHECK_MSG(strstr(h.request[0], line) != NULL, "%s", wanted[i]);
  }
  d = delivered(&h, DW_RECEIVER_WEBHOOK, "/hook", "", ANSWER("200 OK", "0", ""), NULL);
  CHECK(d.outcome == DW_DELIVERED && strstr(h.request[0], "\r\nwebhook-id: ") && !strstr(h.request[0], "webhook-signature"));
}

TEST(redirects_are_not_followed)
{
  static hearing h;
  dw_delivery d = delivered(&h, DW_RECEIVER_WEBHOOK, "/", "",
                            "HTTP/1.1 302 Found\r\nLocation: /other\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", NULL);
  CHECK(d.outcome == DW_DELIVER_AGAIN && h.count == 1);
  CHECK_TEXT(d.error, "status 302 (redirects are not followed)");
}

TEST(slack_has_taken_it_when_it_says_ok)
{
  static hearing h;
  CHECK(delivered(&h, DW_RECEIVER_SLACK, "/services/T/B/x", "", ANSWER("200 OK", "2", "ok"), NULL).outcome == DW_DELIVERED);
  CHECK(strstr(body_of(&h, 0), "{\"text\":\"fraud: data_drift opened, silence opened (low, as of the worst): x\",\"blocks\":[") ==
        body_of(&h, 0));
  CHECK(delivered(&h, DW_RECEIVER_SLACK, "/", "", ANSWER("200 OK", "4", "nope"), NULL).outcome == DW_DELIVER_AGAIN);
  dw_delivery d = delivered(&h, DW_RECEIVER_SLACK, "/", "",
                            "HTTP/1.1 429 Slow\r\nRetry-After: 42\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", NULL);
  CHECK(d.outcome == DW_DELIVER_AGAIN && d.retry_after == 42 * DW_SECOND);
  d = delivered(&h, DW_RECEIVER_SLACK, "/", "", ANSWER("404 Not Found", "10", "no_service"), NULL);
  CHECK(d.outcome == DW_DELIVER_NEVER);
  CHECK_TEXT(d.error, "status 404: no_service");
}

TEST(pagerduty_gets_each_alert_and_is_not_asked_again_what_it_refuses)
{
  static hearing h;
  dw_delivery d = delivered(&h, DW_RECEIVER_PAGERDUTY, "/v2/enqueue", "R1", ANSWER("202 Accepted", "0", ""), NULL);
  CHECK(d.outcome == DW_DELIVERED && h.count == 2);
  CHECK(strstr(body_of(&h, 0), "\"dedup_key\":\"driftwatch/fraud/data_drift\"") &&
        strstr(body_of(&h, 1), "\"dedup_key\":\"driftwatch/fraud/silence\""));
  CHECK(delivered(&h, DW_RECEIVER_PAGERDUTY, "/", "R1", ANSWER("200 OK", "0", ""), NULL).outcome == DW_DELIVER_AGAIN);
  d = delivered(&h, DW_RECEIVER_PAGERDUTY, "/", "R1", ANSWER("400 Bad Request", "0", ""), ANSWER("202 Accepted", "0", ""));
  CHECK(d.outcome == DW_DELIVER_NEVER && h.count == 2); /* the other alert is told all the same */
  d = delivered(&h, DW_RECEIVER_PAGERDUTY, "/", "R1", ANSWER("202 Accepted", "0", ""), ANSWER("500 Oops", "0", ""));
  CHECK(d.outcome == DW_DELIVER_AGAIN);
}

TEST(discord_is_asked_to_wait_and_teams_urls_stay_as_they_are)
{
  static hearing h;
  CHECK(delivered(&h, DW_RECEIVER_DISCORD, "/api/webhooks/1/x", "", ANSWER("200 OK", "2", "{}"), NULL).outcome == DW_DELIVERED);
  CHECK(strncmp(h.request[0], "POST /api/webhooks/1/x?wait=true HTTP/1.1\r\n", 43) == 0);
  CHECK(delivered(&h, DW_RECEIVER_DISCORD, "/x?thread_id=7", "", ANSWER("200 OK", "2", "{}"), NULL).outcome == DW_DELIVERED);
  CHECK(strncmp(h.request[0], "POST /x?thread_id=7&wait=true HTTP/1.1\r\n", 40) == 0);
  CHECK(delivered(&h, DW_RECEIVER_TEAMS, "/workflows/a%2Fb/../c?sp=%2Ftriggers%2fx&sv=1.0&sig=A_b-%2B", "", ANSWER("202 Accepted", "0", ""),
                  NULL)
            .outcome == DW_DELIVERED);
  CHECK(strncmp(h.request[0], "POST /workflows/a%2Fb/../c?sp=%2Ftriggers%2fx&sv=1.0&sig=A_b-%2B HTTP/1.1\r\n", 74) == 0);
  CHECK(delivered(&h, DW_RECEIVER_CLOUDEVENTS, "/", "", ANSWER("200 OK", "0", ""), NULL).outcome == DW_DELIVERED);
  CHECK(strstr(h.request[0], "\r\nContent-Type: application/cloudevents+json; charset=utf-8\r\n") != NULL);
}

TEST(receivers_on_this_machine_must_be_allowed_and_errors_name_no_url)
{
  char url[] = "http://127.0.0.1:9/services/secret";
  dw_receiver r = {.name = "r", .url = url, .secret = "", .type = DW_RECEIVER_SLACK};
  dw_receivers all = {.receiver = &r, .count = 1};
  dw_letter letter = {.id = "run/r", .model = "fraud", .receiver = "r", .content = content, .length = strlen(content)};
  dw_delivery d;
  dw_receiver_deliver(&(dw_mail){.receivers = &all, .now = NOON}, &letter, &d);
  CHECK(d.outcome == DW_DELIVER_AGAIN && strstr(d.error, "private network") && !strstr(d.error, "secret"));
  r.allow_private = true; /* nobody listens there */
  dw_receiver_deliver(&(dw_mail){.receivers = &all, .now = NOON}, &letter, &d);
  CHECK(d.outcome == DW_DELIVER_AGAIN && d.error[0] && !strstr(d.error, "secret"));
  letter.receiver = "gone";
  dw_receiver_deliver(&(dw_mail){.receivers = &all, .now = NOON}, &letter, &d);
  CHECK(d.outcome == DW_DELIVER_AGAIN);
  CHECK_TEXT(d.error, "there is no receiver \"gone\"");
}

TEST(alertmanager_hears_again_with_each_check)
{
  static hearing h;
  char url[100];
  start(&h, ANSWER("200 OK", "0", ""), NULL);
  snprintf(url, sizeof url, "http://127.0.0.1:%d/api/v2/alerts", h.port);
  static const char *patterns[] = {"fraud*"};
  dw_receiver r = {
      .name = "am", .url = url, .secret = "", .type = DW_RECEIVER_ALERTMANAGER, .allow_private = true, .models = {patterns, 1, 1}};
  dw_receivers all = {.receiver = &r, .count = 1};
  dw_alert_book book = {.model = "fraud", .now = NOON};
  book.alert[DW_PART_DATA] = (dw_alert){.open = true, .severity = DW_SEVERITY_LOW, .opened = NOON, .told = {true, DW_SEVERITY_LOW, NOON}};
  for (int i = 0; i < 2; i++) dw_receivers_resend(&all, &book, NOON + HOUR, NULL);
  book.model = "churn"; /* of which it hears nothing */
  dw_receivers_resend(&all, &book, NOON + HOUR, NULL);
  stop(&h);
  CHECK(h.count == 2);
  CHECK_TEXT(body_of(&h, 1), body_of(&h, 0));
  CHECK(strncmp(h.request[0], "POST /api/v2/alerts HTTP/1.1\r\n", 30) == 0);
  dw_text_list names = dw_receivers_of(&all, "fraud");
  CHECK(names.count == 0);
}

TEST(receivers_are_read_from_a_file_and_mistakes_are_named_with_their_line)
{
  static const char good[] =
      "receivers:\n  - name: ops\n    type: slack\n    url_env: DW_TEST_URL\n  - name: page\n    type: pagerduty\n"
      "    secret: R1\n    models: [\"fraud*\", churn]\n  - name: here\n    type: webhook\n    url: http://127.0.0.1:1/\n"
      "    allow_private: true\n";
  static const struct {
    const char *text, *message;
  } wrong[] = {
      {"x: 1\n", "f: there is no list \"receivers\""},
      {"receivers:\n  - name: a\n", "f:2: "},
      {"receivers:\n  - name: a\n    type: email\n    url: https://x\n", "f:3: type: no such receiver"},
      {"receivers:\n  - name: a\n    type: slack\n", "f:2: "},
      {"receivers:\n  - name: a\n    type: slack\n    url: ftp://x\n", "f:2: "},
      {"receivers:\n  - name: a\n    type: slack\n    url_env: DW_TEST_NONE\n", "f:4: url_env: the environment has no DW_TEST_NONE"},
      {"receivers:\n  - name: a\n    type: slack\n    urll: https://x\n", "f:4: "},
      {"receivers:\n  - name: a\n    type: pagerduty\n", "f:2: "},
      {"receivers:\n  - name: a\n    type: webhook\n    url: https://x\n    secret: abc\n", "f:2: "},
      {"receivers:\n  - {name: a, type: slack, url: https://x}\n  - {name: a, type: slack, url: https://y}\n",
       "f:3: name: there is another"},
  };
  dw_receivers all;
  setenv("DW_TEST_URL", "https://hooks.example/x", 1);
  CHECK_MSG(dw_receivers_parse(&all, good, strlen(good), "f", &err) == DW_OK, "%s", err.message);
  CHECK(all.count == 3 && all.receiver[2].allow_private && !all.receiver[0].allow_private);
  CHECK_TEXT(all.receiver[0].url, "https://hooks.example/x");
  CHECK_TEXT(all.receiver[1].url, "https://events.pagerduty.com/v2/enqueue");
  CHECK_TEXT(all.receiver[1].secret, "R1");
  static const struct {
    const char *model;
    size_t count;
  } who[] = {{"fraud-2", 3}, {"churn", 3}, {"churn2", 2}, {"", 2}};
  for (size_t i = 0; i < sizeof who / sizeof *who; i++) {
    dw_text_list names = dw_receivers_of(&all, who[i].model);
    CHECK_MSG(names.count == who[i].count, "%s", who[i].model);
    dw_free(names.text);
  }
  dw_receivers_free(&all);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    CHECK_MSG(dw_receivers_parse(&all, wrong[i].text, strlen(wrong[i].text), "f", &err) == DW_EUSAGE, "case %zu", i);
    CHECK_MSG(strncmp(err.message, wrong[i].message, strlen(wrong[i].message)) == 0, "%s, want %s", err.message, wrong[i].message);
    dw_receivers_free(&all);
  }
}
