/* message: a notification in the form of each receiver: bytes for its HTTP request. Nothing is sent here.
 *
 *   webhook       the notification as it is, signed (Standard Webhooks 1.0)
 *   cloudevents   the notification in an envelope (CloudEvents 1.0, structured mode)
 *   slack         blocks: a header and a section of at most 3,000 characters; text for what shows none
 *   pagerduty     an event for each alert (Events API v2): dedup_key of at most 255 bytes, summary of at most 1,024
 *   alertmanager  labels that are the alert's identity, and nothing that changes while it is open (API v2)
 *   teams         an adaptive card in an attachment, at most 24,000 bytes in all
 *   discord       an embed, title of at most 256 and description of at most 4,096 characters, that mentions nobody
 */
#ifndef DW_SERVE_MESSAGE_H
#define DW_SERVE_MESSAGE_H

#include "serve/alerts/alert_book.h"
#include "serve/receivers/notification.h"

void dw_message_slack(const dw_notification *notification, dw_buf *out);
void dw_message_pagerduty(const dw_notification *notification, size_t alert, const char *routing_key, dw_buf *out);
void dw_message_teams(const dw_notification *notification, dw_buf *out);
void dw_message_discord(const dw_notification *notification, dw_buf *out);
void dw_message_cloudevent(const dw_notification *notification, const char *content, size_t length, dw_buf *out);
/* A list; false: there is nothing to say, and out is as it was. */
bool dw_message_alertmanager(const dw_alert_book *book, int64_t until, dw_buf *out);

/* Headers of a signed webhook, each a line without its end. id: of the notification; now: microseconds. false: the secret is none: "whsec_"
 * and base64 of 24 to 64 bytes. */
typedef struct dw_message_signature {
  char id[64], timestamp[64], signature[100];
} dw_message_signature;
bool dw_message_sign(const char *secret, const char *id, int64_t now, const void *body, size_t length, dw_message_signature *out);

/* The first `most` characters of a text; three dots in place of the rest. */
void dw_message_cut(dw_buf *text, size_t most);

#endif
