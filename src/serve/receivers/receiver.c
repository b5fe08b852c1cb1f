#include "serve/receivers/receiver.h"

#include <stdio.h>

#include "io/bytes/http.h"
#include "serve/receivers/message.h"

/* A receiver answers soon, or is asked again later. */
#define PATIENCE (15 * DW_SECOND)

bool dw_receiver_hears(const dw_receiver *r, const char *model)
{
  bool match = r->models.count == 0;
  for (size_t i = 0; i < r->models.count && !match; i++) match = dw_text_match(r->models.text[i], model);
  return match;
}

dw_text_list dw_receivers_of(const dw_receivers *receivers, const char *model)
{
  dw_text_list list = {0};
  for (size_t i = 0; i < receivers->count; i++) {
    const dw_receiver *r = &receivers->receiver[i];
    if (r->type == DW_RECEIVER_ALERTMANAGER || !dw_receiver_hears(r, model)) continue;
    list.text = dw_grow(list.text, &list.capacity, list.count + 1, sizeof *list.text);
    list.text[list.count++] = r->name;
  }
  return list;
}

/* --- what an answer means --- */

static bool taken(dw_receiver_type type, int code, const char *body, size_t length)
{
  if (type == DW_RECEIVER_SLACK) {
    while (length && (body[length - 1] == '\n' || body[length - 1] == '\r')) length--;
    return code == 200 && dw_text_equal(body, length, "ok");
  }
  if (type == DW_RECEIVER_PAGERDUTY) return code == 202;
  return code >= 200 && code < 300;
}

/* Sent again, it would be refused again. */
static bool hopeless(dw_receiver_type type, int code)
{
  switch (type) {
  case DW_RECEIVER_SLACK:
  case DW_RECEIVER_DISCORD: return code == 400 || code == 401 || code == 403 || code == 404 || code == 410;
  case DW_RECEIVER_PAGERDUTY:
  case DW_RECEIVER_ALERTMANAGER:
  case DW_RECEIVER_TEAMS: return code == 400 || code == 413;
  default: return code == 410; /* Standard Webhooks: the receiver is gone for good */
  }
}

dw_delivery dw_receiver_answer(dw_receiver_type type, int code, const char *body, size_t length, int64_t retry_after)
{
  dw_delivery d = {.outcome = DW_DELIVERED};
  if (taken(type, code, body, length)) return d;
  d.outcome = hopeless(type, code) ? DW_DELIVER_NEVER : DW_DELIVER_AGAIN;
  d.retry_after = d.outcome == DW_DELIVER_AGAIN ? retry_after : 0;
  size_t shown = length < 120 ? length : 120;
  dw_err clean; /* an answer is whatever the other side wrote */
  dw_err_set(&clean, DW_ESYSTEM, "status %d%s%s%.*s", code, code >= 300 && code < 400 ? " (redirects are not followed)" : "",
             shown ? ": " : "", (int)shown, body ? body : "");
  snprintf(d.error, sizeof d.error, "%.*s", (int)sizeof d.error - 1, clean.message);
  return d;
}

/* --- one request --- */

/* Without the URL in front, whose path may be all that there is of a secret. */
static void tell_failure(char out[DW_OUTBOX_ERROR], const char *message)
{
  const char *behind = strstr(message, ": ");
  snprintf(out, DW_OUTBOX_ERROR, "%.*s", DW_OUTBOX_ERROR - 1, behind ? behind + 2 : message);
}

static bool is_over(const dw_mail *mail) { return mail->stop && mail->stop(mail->context); }

static dw_delivery post(const dw_receiver *r, const char *url, const char *type, const char *const *headers, const dw_buf *body,
                        const dw_mail *mail)
{
  dw_err err;
  int code = 0;
  int64_t retry_after = 0;
  dw_buf answer = {0};
  dw_http_request request = {.method = "POST",
                             .url = url,
                             .body = body->data,
                             .length = body->length,
                             .type = type,
                             .limit = mail->patience ? mail->patience : PATIENCE,
                             .headers = headers,
                             .public_only = !r->allow_private,
                             .stop = mail->stop,
                             .context = mail->context,
                             .retry_after = &retry_after};
  dw_delivery d = {.outcome = DW_DELIVER_LEFT};
  if (is_over(mail)) return d;
  d.outcome = DW_DELIVER_AGAIN;
  dw_status status = dw_http_ask(&request, &code, &answer, &err);
  if (status == DW_OK) d = dw_receiver_answer(r->type, code, answer.data, answer.length, retry_after);
  else tell_failure(d.error, err.message);
  if (status == DW_EUSAGE) d.outcome = DW_DELIVER_NEVER;
  if (status == DW_ESYSTEM && is_over(mail)) d.outcome = DW_DELIVER_LEFT; /* we hung up, not the other side */
  dw_buf_free(&answer);
  return d;
}

static dw_delivery post_webhook(const dw_receiver *r, const dw_letter *letter, const dw_mail *mail)
{
  dw_message_signature s;
  dw_buf body = {0};
  dw_buf_add(&body, letter->content, letter->length);
  bool is_signed = dw_message_sign(r->secret, letter->id, mail->now, body.data, body.length, &s);
  const char *headers[] = {s.id, s.timestamp, is_signed ? s.signature : NULL, NULL};
  dw_delivery d = post(r, r->url, NULL, headers, &body, mail);
  dw_buf_free(&body);
  return d;
}

/* An event an alert; the same keys again change nothing, so that all are sent again when one was not taken. */
static dw_delivery post_pages(const dw_receiver *r, const dw_notification *n, const dw_mail *mail)
{
  dw_delivery d = {.outcome = DW_DELIVERED}, worst = d;
  for (size_t i = 0; i < n->alert_count; i++) {
    dw_buf body = {0};
    dw_message_pagerduty(n, i, r->secret, &body);
    d = post(r, r->url, NULL, NULL, &body, mail);
    dw_buf_free(&body);
    if (d.outcome == DW_DELIVER_AGAIN || d.outcome == DW_DELIVER_LEFT) return d;
    if (d.outcome == DW_DELIVER_NEVER) worst = d;
  }
  return worst;
}

/* Discord answers with what became of it only where it is asked to wait. */
static dw_delivery post_discord(const dw_receiver *r, const dw_buf *body, const dw_mail *mail)
{
  dw_buf url = {0};
  dw_buf_format(&url, "%s%swait=true", r->url, strchr(r->url, '?') ? "&" : "?");
  dw_delivery d = post(r, dw_buf_cstr(&url), NULL, NULL, body, mail);
  dw_buf_free(&url);
  return d;
}

static dw_delivery post_form(const dw_receiver *r, const dw_letter *letter, const dw_notification *n, const dw_mail *mail)
{
  dw_buf body = {0};
  dw_delivery d;
  if (r->type == DW_RECEIVER_SLACK) dw_message_slack(n, &body);
  if (r->type == DW_RECEIVER_TEAMS) dw_message_teams(n, &body);
  if (r->type == DW_RECEIVER_DISCORD) dw_message_discord(n, &body);
  if (r->type == DW_RECEIVER_CLOUDEVENTS) dw_message_cloudevent(n, letter->content, letter->length, &body);
  if (r->type == DW_RECEIVER_DISCORD) d = post_discord(r, &body, mail);
  else d = post(r, r->url, r->type == DW_RECEIVER_CLOUDEVENTS ? "application/cloudevents+json; charset=utf-8" : NULL, NULL, &body, mail);
  dw_buf_free(&body);
  return d;
}

void dw_receiver_deliver(void *context, const dw_letter *letter, dw_delivery *out)
{
  const dw_mail *mail = context;
  const dw_receiver *r = NULL;
  dw_notification n;
  dw_err err;
  for (size_t i = 0; i < mail->receivers->count && !r; i++)
    if (strcmp(mail->receivers->receiver[i].name, letter->receiver) == 0) r = &mail->receivers->receiver[i];
  *out = (dw_delivery){.outcome = DW_DELIVER_AGAIN};
  if (!r) { /* of another process's file, or taken out of this one for now */
    snprintf(out->error, sizeof out->error, "there is no receiver \"%.100s\"", letter->receiver);
    return;
  }
  if (dw_notification_read(&n, letter->content, letter->length, &err) != DW_OK) {
    out->outcome = DW_DELIVER_NEVER;
    snprintf(out->error, sizeof out->error, "%.*s", (int)sizeof out->error - 1, err.message);
    return;
  }
  if (r->type == DW_RECEIVER_WEBHOOK) *out = post_webhook(r, letter, mail);
  else if (r->type == DW_RECEIVER_PAGERDUTY) *out = post_pages(r, &n, mail);
  else *out = post_form(r, letter, &n, mail);
  dw_notification_free(&n);
}

dw_delivery dw_receiver_send(const dw_receiver *r, const dw_buf *body, const dw_mail *mail)
{
  return post(r, r->url, NULL, NULL, body, mail);
}

void dw_receiver_warn(const dw_receiver *r, const dw_delivery *d, const dw_notices *notices)
{
  dw_notices_warn(notices, "receiver \"%s\": %s; it hears again with the next check", r->name, d->error);
}

void dw_receivers_resend(const dw_receivers *receivers, const dw_alert_book *book, int64_t until, const dw_notices *notices)
{
  dw_buf body = {0};
  dw_mail mail = {.receivers = receivers, .now = book->now};
  bool any = dw_message_alertmanager(book, until, &body);
  for (size_t i = 0; any && i < receivers->count; i++) {
    const dw_receiver *r = &receivers->receiver[i];
    if (r->type != DW_RECEIVER_ALERTMANAGER || !dw_receiver_hears(r, book->model)) continue;
    dw_delivery d = dw_receiver_send(r, &body, &mail);
    if (d.outcome != DW_DELIVERED) dw_receiver_warn(r, &d, notices);
  }
  dw_buf_free(&body);
}
