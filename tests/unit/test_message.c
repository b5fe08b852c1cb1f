#include "test.h"

#include "base/clock.h"
#include "serve/receivers/message.h"

static dw_err err;

static const char opened[] =
    "{\"kind\":\"notification\",\"id\":\"run/ops\",\"receiver\":\"ops\",\"model\":\"fraud "
    "<eu>\",\"time\":\"2026-01-02T01:05:00Z\",\"news\":\"opened\","
    "\"severity\":\"high\",\"window\":{\"from\":\"2026-01-02T00:05:00Z\",\"to\":\"2026-01-02T01:05:00Z\"},\"rows\":120,\"drifted\":7,"
    "\"top_columns\":[\"amount\",\"age\"],\"alerts\":[{\"check\":\"data_drift\",\"news\":\"opened\",\"state\":\"open\",\"severity\":"
    "\"high\","
    "\"since\":\"2026-01-02T00:00:00Z\",\"opened\":\"2026-01-02T01:05:00Z\"},{\"check\":\"silence\",\"news\":\"resolved\",\"state\":"
    "\"closed\","
    "\"severity\":\"low\",\"since\":\"2026-01-01T00:00:00Z\",\"opened\":\"2026-01-01T01:05:00Z\",\"closed\":\"2026-01-02T01:05:00Z\"}]}";

static dw_notification read_it(const char *text)
{
  dw_notification n;
  CHECK_MSG(dw_notification_read(&n, text, strlen(text), &err) == DW_OK, "%s", err.message);
  return n;
}

/* A notification whose names are as long as the database takes them, of characters that JSON writes longest. */
static dw_notification longest(void)
{
  dw_buf text = {0}, name = {0};
  for (int i = 0; i < 200; i++) dw_buf_text(&name, "\\u0001");
  dw_buf_format(&text, "{\"model\":\"%s\",\"news\":\"opened\",\"severity\":\"high\",\"drifted\":99,\"top_columns\":[", dw_buf_cstr(&name));
  for (int i = 0; i < 5; i++) dw_buf_format(&text, "%s\"%s\"", i ? "," : "", dw_buf_cstr(&name));
  dw_buf_text(&text, "],\"alerts\":[");
  for (int i = 0; i < 5; i++)
    dw_buf_format(&text, "%s{\"check\":\"%s\",\"since\":\"%s\"}", i ? "," : "", dw_buf_cstr(&name), dw_buf_cstr(&name));
  dw_buf_text(&text, "]}");
  dw_notification n = read_it(dw_buf_cstr(&text));
  dw_buf_free(&name);
  dw_buf_free(&text);
  return n; /* its texts are copies */
}

TEST(slack_gets_blocks_whose_markup_calls_nobody)
{
  dw_notification n = read_it(opened);
  dw_buf out = {0};
  dw_message_slack(&n, &out);
  CHECK_TEXT(
      dw_buf_cstr(&out),
      "{\"text\":\"fraud &lt;eu&gt;: data_drift opened, silence resolved (high, as of the worst): amount, age and 5 "
      "more\",\"blocks\":[{\"type\":\"header\","
      "\"text\":{\"type\":\"plain_text\",\"text\":\"fraud <eu>: data_drift opened, silence resolved (high, as of the worst): amount, age "
      "and 5 more\"}},"
      "{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"data_drift opened, severity high, since 2026-01-02T00:00:00Z\\n"
      "silence resolved, severity low, since 2026-01-01T00:00:00Z\\nwindow 2026-01-02T00:05:00Z to 2026-01-02T01:05:00Z, 120 "
      "records\"}}]}");
  dw_notification_free(&n);
  dw_buf_free(&out);
}

TEST(pagerduty_gets_an_event_an_alert_with_one_key_from_beginning_to_end)
{
  dw_notification n = read_it(opened);
  dw_buf out = {0};
  dw_message_pagerduty(&n, 0, "R1", &out);
  CHECK_TEXT(
      dw_buf_cstr(&out),
      "{\"routing_key\":\"R1\",\"event_action\":\"trigger\",\"dedup_key\":\"driftwatch/fraud <eu>/data_drift\",\"payload\":{\"summary\":"
      "\"fraud <eu>: data_drift opened, silence resolved (high, as of the worst): amount, age and 5 more\",\"source\":\"fraud "
      "<eu>\",\"severity\":\"critical\","
      "\"timestamp\":\"2026-01-02T01:05:00Z\",\"class\":\"data_drift\",\"custom_details\":{\"since\":\"2026-01-02T00:00:00Z\","
      "\"window_from\":\"2026-01-02T00:05:00Z\",\"window_to\":\"2026-01-02T01:05:00Z\",\"rows\":120,\"drifted\":7,"
      "\"top_columns\":[\"amount\",\"age\"]}}}");
  out.length = 0;
  dw_message_pagerduty(&n, 1, "R1", &out);
  CHECK_TEXT(dw_buf_cstr(&out), "{\"routing_key\":\"R1\",\"event_action\":\"resolve\",\"dedup_key\":\"driftwatch/fraud <eu>/silence\"}");
  dw_notification_free(&n);
  dw_buf_free(&out);
}

TEST(discord_mentions_nobody_and_cloudevents_carry_the_notification)
{
  dw_notification n = read_it(opened);
  dw_buf out = {0}, want = {0};
  dw_message_discord(&n, &out);
  CHECK_TEXT(
      dw_buf_cstr(&out),
      "{\"embeds\":[{\"title\":\"fraud <eu>: data_drift opened, silence resolved (high, as of the worst): amount, age and 5 "
      "more\",\"description\":"
      "\"data_drift opened, severity high, since 2026-01-02T00:00:00Z\\nsilence resolved, severity low, since 2026-01-01T00:00:00Z\\n"
      "window 2026-01-02T00:05:00Z to 2026-01-02T01:05:00Z, 120 records\",\"timestamp\":\"2026-01-02T01:05:00Z\"}],"
      "\"allowed_mentions\":{\"parse\":[]}}");
  out.length = 0;
  dw_message_cloudevent(&n, opened, strlen(opened), &out);
  dw_buf_format(&want,
                "{\"specversion\":\"1.0\",\"id\":\"run/ops\",\"source\":\"/driftwatch/models/fraud%%20%%3Ceu%%3E\",\"type\":"
                "\"io.driftwatch.alert.opened\",\"time\":\"2026-01-02T01:05:00Z\",\"datacontenttype\":\"application/json\",\"data\":%s}",
                opened);
  CHECK_TEXT(dw_buf_cstr(&out), dw_buf_cstr(&want));
  dw_notification_free(&n);
  dw_buf_free(&out);
  dw_buf_free(&want);
}

TEST(teams_get_an_adaptive_card)
{
  dw_notification n = read_it(opened);
  dw_buf out = {0};
  dw_message_teams(&n, &out);
  CHECK_TEXT(
      dw_buf_cstr(&out),
      "{\"type\":\"message\",\"attachments\":[{\"contentType\":\"application/"
      "vnd.microsoft.card.adaptive\",\"contentUrl\":null,\"content\":{"
      "\"$schema\":\"http://adaptivecards.io/schemas/"
      "adaptive-card.json\",\"type\":\"AdaptiveCard\",\"version\":\"1.4\",\"body\":[{\"type\":"
      "\"TextBlock\",\"text\":\"fraud <eu>: data_drift opened, silence resolved (high, as of the worst): amount, age and 5 "
      "more\",\"wrap\":true,\"weight\":"
      "\"Bolder\"},{\"type\":\"TextBlock\",\"text\":\"data_drift opened, severity high, since 2026-01-02T00:00:00Z\\nsilence resolved, "
      "severity low, since 2026-01-01T00:00:00Z\\nwindow 2026-01-02T00:05:00Z to 2026-01-02T01:05:00Z, 120 records\",\"wrap\":true}]}}]}");
  dw_notification_free(&n);
  dw_buf_free(&out);
}

static size_t characters(const dw_value *value)
{
  size_t count = 0;
  for (const char *p = dw_value_text(value, ""); *p; p++) count += ((unsigned char)*p & 0xc0) != 0x80;
  return count;
}

static dw_value *parsed(const dw_buf *text)
{
  dw_value *value = NULL;
  CHECK_MSG(dw_value_parse(&value, text->data, text->length, "message", 0, &err) == DW_OK, "%s", err.message);
  return value;
}

TEST(limits_of_receivers_hold_for_the_longest_names)
{
  dw_notification n = longest();
  dw_buf out = {0};
  dw_message_teams(&n, &out);
  CHECK_MSG(out.length <= 24000, "%zu bytes", out.length);
  out.length = 0;
  dw_message_slack(&n, &out);
  dw_value *value = parsed(&out);
  const dw_value *block = dw_value_first(dw_value_get(value, "blocks"));
  CHECK(dw_value_count(dw_value_get(value, "blocks")) <= 50);
  CHECK(characters(dw_value_get(dw_value_get(block, "text"), "text")) <= 150);
  CHECK(characters(dw_value_get(dw_value_get(dw_value_next(block), "text"), "text")) <= 3000);
  dw_value_free(value);
  out.length = 0;
  dw_message_discord(&n, &out);
  value = parsed(&out);
  const dw_value *embed = dw_value_first(dw_value_get(value, "embeds"));
  CHECK(characters(dw_value_get(embed, "title")) <= 256 && characters(dw_value_get(embed, "description")) <= 4096);
  CHECK(characters(dw_value_get(embed, "title")) + characters(dw_value_get(embed, "description")) <= 6000);
  dw_value_free(value);
  out.length = 0;
  dw_message_pagerduty(&n, 0, "R", &out);
  value = parsed(&out);
  CHECK(strlen(dw_value_text_of(value, "dedup_key", "")) <= 255 && strlen(dw_value_text_of(value, "dedup_key", "")) > 11);
  CHECK(strlen(dw_value_text_of(dw_value_get(value, "payload"), "summary", "")) <= 1024);
  dw_value_free(value);
  dw_notification_free(&n);
  dw_buf_free(&out);
}

TEST(texts_are_cut_between_characters)
{
  static const struct {
    const char *text, *want;
    size_t most;
  } cases[] = {{"abc", "abc", 3}, {"abcd", "...", 3}, {"abcdef", "ab...", 5}, {"äöüß", "äöüß", 4}, {"äöüßé", "ä...", 4}, {"", "", 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_buf text = {0};
    dw_buf_text(&text, cases[i].text);
    dw_message_cut(&text, cases[i].most);
    CHECK_TEXT(dw_buf_cstr(&text), cases[i].want);
    dw_buf_free(&text);
  }
}

/* Signature by Python's hmac and base64 over "msg_ID.1767315900.{}". */
TEST(webhooks_are_signed_by_the_standard)
{
  dw_message_signature s;
  int64_t now = INT64_C(1767315900) * DW_SECOND + 999999;
  CHECK(dw_message_sign("whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1u", "run/ops", now, "{}", 2, &s));
  CHECK_TEXT(s.id, "webhook-id: msg_eac25490fdaf47c4af5df645e762cd19");
  CHECK_TEXT(s.timestamp, "webhook-timestamp: 1767315900");
  CHECK_TEXT(s.signature, "webhook-signature: v1,53BVajb2KvnbOKJOEtJBBbAqDQMKCOGK76+wQZZEPV4=");
  static const char *const wrong[] = {"",
                                      "whsec_",
                                      "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1u",
                                      "whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1",
                                      "whsec_MDEyMzQ1Njc4",
                                      "whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1!"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    CHECK_MSG(!dw_message_sign(wrong[i], "a", now, "", 0, &s) && !*s.signature, "%s", wrong[i]);
}

TEST(alertmanager_knows_alerts_by_what_never_changes)
{
  dw_alert_book book = {.model = "fraud", .now = 1000 * DW_SECOND};
  dw_alert *alert = &book.alert[DW_PART_DATA];
  dw_buf out = {0};
  CHECK(!dw_message_alertmanager(&book, 0, &out) && out.length == 0);
  *alert = (dw_alert){.open = true, .severity = DW_SEVERITY_HIGH, .opened = 900 * DW_SECOND};
  CHECK(!dw_message_alertmanager(&book, 0, &out)); /* silenced: nobody was told */
  dw_alert_tell(alert, book.now);
  CHECK(dw_message_alertmanager(&book, 2200 * DW_SECOND, &out));
  CHECK_TEXT(dw_buf_cstr(&out),
             "[{\"labels\":{\"alertname\":\"DriftWatch\",\"model\":\"fraud\",\"check\":\"data_drift\"},\"annotations\":{\"severity\":"
             "\"high\"},\"startsAt\":\"1970-01-01T00:15:00Z\",\"endsAt\":\"1970-01-01T00:36:40Z\"}]");
  *alert = (dw_alert){.opened = 900 * DW_SECOND, .closed = 700 * DW_SECOND};
  dw_alert_tell(alert, alert->closed);
  out.length = 0;
  CHECK(dw_message_alertmanager(&book, 2200 * DW_SECOND, &out)); /* over for exactly 5 minutes */
  CHECK_TEXT(dw_buf_cstr(&out),
             "[{\"labels\":{\"alertname\":\"DriftWatch\",\"model\":\"fraud\",\"check\":\"data_drift\"},\"annotations\":{},"
             "\"startsAt\":\"1970-01-01T00:15:00Z\",\"endsAt\":\"1970-01-01T00:11:40Z\"}]");
  book.now += 1;
  out.length = 0;
  CHECK(!dw_message_alertmanager(&book, 2200 * DW_SECOND, &out));
  dw_buf_free(&out);
}
