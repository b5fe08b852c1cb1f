#include "serve/receivers/message.h"

#include "base/clock.h"
#include "base/digest.h"
#include "io/bytes/http.h"

enum {
  SLACK_HEADER = 150,
  SLACK_SECTION = 3000,
  PAGERDUTY_KEY = 255,
  PAGERDUTY_SUMMARY = 1024,
  TEAMS_TITLE = 500,
  TEAMS_TEXT = 2000,
  DISCORD_TITLE = 256,
  DISCORD_TEXT = 4096
};

#define RESOLVED_FOR (5 * 60 * DW_SECOND) /* how long Alertmanager hears that an alert is over */

void dw_message_cut(dw_buf *text, size_t most)
{
  size_t at = 0, count = 0, step, keep = 0;
  for (; at < text->length && count <= most; at += step, count++) {
    if (count + 3 == most) keep = at;
    step = dw_utf8_length(text->data + at, text->length - at);
    if (!step) step = 1;
  }
  if (count <= most) return;
  text->length = keep;
  dw_buf_text(text, most >= 3 ? "..." : "");
}

/* An alert a line, then the window. */
static void add_lines(const dw_notification *n, dw_buf *out)
{
  for (size_t i = 0; i < n->alert_count; i++) {
    dw_notification_line(n, i, out);
    dw_buf_char(out, '\n');
  }
  dw_buf_format(out, "window %s to %s, %zu records", n->from, n->to, (size_t)n->rows);
}

static void put_text(dw_json *json, const char *key, dw_buf *text) { dw_json_bytes(json, key, text->data, text->length); }

static dw_buf headline(const dw_notification *n, size_t most)
{
  dw_buf text = {0};
  dw_notification_headline(n, &text);
  dw_message_cut(&text, most);
  return text;
}

/* Slack's markup takes &, < and > for its own: <!channel> would call everybody. */
static dw_buf slack_text(dw_buf *plain)
{
  dw_buf out = {0};
  for (size_t i = 0; i < plain->length; i++) {
    char c = plain->data[i];
    if (c == '&') dw_buf_text(&out, "&amp;");
    else if (c == '<') dw_buf_text(&out, "&lt;");
    else if (c == '>') dw_buf_text(&out, "&gt;");
    else dw_buf_char(&out, c);
  }
  dw_buf_free(plain);
  return out;
}

void dw_message_slack(const dw_notification *n, dw_buf *out)
{
  dw_json json;
  dw_buf title = headline(n, SLACK_HEADER), lines = {0}, whole = headline(n, SLACK_SECTION / 6);
  whole = slack_text(&whole);
  add_lines(n, &lines);
  dw_message_cut(&lines, SLACK_SECTION / 6); /* each character may become five */
  lines = slack_text(&lines);
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  put_text(&json, "text", &whole);
  dw_json_open(&json, "blocks", '[');
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "type", "header");
  dw_json_open(&json, "text", '{');
  dw_json_text(&json, "type", "plain_text");
  put_text(&json, "text", &title);
  dw_json_close(&json, '}');
  dw_json_close(&json, '}');
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "type", "section");
  dw_json_open(&json, "text", '{');
  dw_json_text(&json, "type", "mrkdwn");
  put_text(&json, "text", &lines);
  dw_json_close(&json, '}');
  dw_json_close(&json, '}');
  dw_json_close(&json, ']');
  dw_json_close(&json, '}');
  dw_buf_free(&title);
  dw_buf_free(&lines);
  dw_buf_free(&whole);
}

/* The same for an alert from its beginning to its end. */
static void put_dedup_key(dw_json *json, const char *model, const char *check)
{
  dw_buf key = {0};
  char mark[33];
  dw_buf_format(&key, "driftwatch/%s/%s", model, check);
  if (key.length > PAGERDUTY_KEY) {
    dw_digest digest;
    dw_digest_init(&digest);
    dw_digest_add(&digest, key.data, key.length);
    dw_digest_text(&digest, mark);
    key.length = 0;
    dw_buf_format(&key, "driftwatch/%s", mark);
  }
  put_text(json, "dedup_key", &key);
  dw_buf_free(&key);
}

void dw_message_pagerduty(const dw_notification *n, size_t i, const char *routing_key, dw_buf *out)
{
  static const char *const words[][2] = {{"high", "critical"}, {"medium", "error"}, {"low", "warning"}};
  dw_json json;
  bool over = strcmp(n->alert[i].news, "resolved") == 0;
  const char *severity = "info";
  for (size_t w = 0; w < 3; w++)
    if (strcmp(n->alert[i].severity, words[w][0]) == 0) severity = words[w][1];
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "routing_key", routing_key);
  dw_json_text(&json, "event_action", over ? "resolve" : "trigger");
  put_dedup_key(&json, n->model, n->alert[i].check);
  if (!over) {
    dw_buf summary = headline(n, PAGERDUTY_SUMMARY / 4); /* a character may be four bytes */
    dw_json_open(&json, "payload", '{');
    put_text(&json, "summary", &summary);
    dw_json_text(&json, "source", *n->model ? n->model : "driftwatch");
    dw_json_text(&json, "severity", severity);
    dw_json_text(&json, "timestamp", n->time);
    dw_json_text(&json, "class", n->alert[i].check);
    dw_json_open(&json, "custom_details", '{');
    dw_json_text(&json, "since", n->alert[i].since);
    dw_json_text(&json, "window_from", n->from);
    dw_json_text(&json, "window_to", n->to);
    dw_json_number(&json, "rows", n->rows);
    dw_json_number(&json, "drifted", n->drifted);
    dw_json_open(&json, "top_columns", '[');
    for (size_t c = 0; c < n->top_count; c++) dw_json_text(&json, NULL, n->top[c]);
    dw_json_close(&json, ']');
    dw_json_close(&json, '}');
    dw_json_close(&json, '}');
    dw_buf_free(&summary);
  }
  dw_json_close(&json, '}');
}

static void put_block(dw_json *json, dw_buf *text, bool title)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "type", "TextBlock");
  put_text(json, "text", text);
  dw_json_bool(json, "wrap", true);
  if (title) dw_json_text(json, "weight", "Bolder");
  dw_json_close(json, '}');
}

void dw_message_teams(const dw_notification *n, dw_buf *out)
{
  dw_json json;
  dw_buf title = headline(n, TEAMS_TITLE), line = {0};
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "type", "message");
  dw_json_open(&json, "attachments", '[');
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "contentType", "application/vnd.microsoft.card.adaptive");
  dw_json_null(&json, "contentUrl");
  dw_json_open(&json, "content", '{');
  dw_json_text(&json, "$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
  dw_json_text(&json, "type", "AdaptiveCard");
  dw_json_text(&json, "version", "1.4");
  dw_json_open(&json, "body", '[');
  put_block(&json, &title, true);
  add_lines(n, &line);
  dw_message_cut(&line, TEAMS_TEXT);
  put_block(&json, &line, false);
  dw_json_close(&json, ']');
  dw_json_close(&json, '}');
  dw_json_close(&json, '}');
  dw_json_close(&json, ']');
  dw_json_close(&json, '}');
  dw_buf_free(&title);
  dw_buf_free(&line);
}

void dw_message_discord(const dw_notification *n, dw_buf *out)
{
  dw_json json;
  dw_buf title = headline(n, DISCORD_TITLE), lines = {0};
  add_lines(n, &lines);
  dw_message_cut(&lines, DISCORD_TEXT);
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_open(&json, "embeds", '[');
  dw_json_open(&json, NULL, '{');
  put_text(&json, "title", &title);
  put_text(&json, "description", &lines);
  dw_json_text(&json, "timestamp", n->time);
  dw_json_close(&json, '}');
  dw_json_close(&json, ']');
  dw_json_open(&json, "allowed_mentions", '{');
  dw_json_open(&json, "parse", '[');
  dw_json_close(&json, ']');
  dw_json_close(&json, '}');
  dw_json_close(&json, '}');
  dw_buf_free(&title);
  dw_buf_free(&lines);
}

void dw_message_cloudevent(const dw_notification *n, const char *content, size_t length, dw_buf *out)
{
  dw_json json;
  dw_buf source = {0}, type = {0};
  dw_buf_text(&source, "/driftwatch/models/");
  dw_http_escape(&source, n->model, false);
  dw_buf_format(&type, "io.driftwatch.alert.%s", n->news);
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "specversion", "1.0");
  dw_json_text(&json, "id", n->id);
  put_text(&json, "source", &source);
  put_text(&json, "type", &type);
  dw_json_text(&json, "time", n->time);
  dw_json_text(&json, "datacontenttype", "application/json");
  dw_json_raw(&json, "data", content, length);
  dw_json_close(&json, '}');
  dw_buf_free(&source);
  dw_buf_free(&type);
}

static void put_time(dw_json *json, const char *key, int64_t instant)
{
  char text[DW_TIME_TEXT];
  dw_json_bytes(json, key, text, dw_time_print(text, instant));
}

bool dw_message_alertmanager(const dw_alert_book *book, int64_t until, dw_buf *out)
{
  dw_json json;
  bool any = false;
  size_t before = out->length;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '[');
  for (int part = 0; part < DW_PARTS; part++) {
    const dw_alert *alert = &book->alert[part];
    bool fires = alert->open && alert->told.open;
    bool over = !alert->open && !alert->told.open && alert->told.time && book->now - alert->closed <= RESOLVED_FOR;
    if (!fires && !over) continue;
    any = true;
    dw_json_open(&json, NULL, '{');
    dw_json_open(&json, "labels", '{');
    dw_json_text(&json, "alertname", "DriftWatch");
    dw_json_text(&json, "model", book->model);
    dw_json_text(&json, "check", dw_look_part_word((dw_look_part)part));
    dw_json_close(&json, '}');
    dw_json_open(&json, "annotations", '{');
    if (fires) dw_json_text(&json, "severity", dw_severity_word(alert->severity));
    dw_json_close(&json, '}');
    put_time(&json, "startsAt", alert->opened);
    put_time(&json, "endsAt", fires ? until : alert->closed);
    dw_json_close(&json, '}');
  }
  dw_json_close(&json, ']');
  if (!any) out->length = before;
  return any;
}
