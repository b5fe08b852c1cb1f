#include "serve/receivers/postman.h"

#include <pthread.h>

#include "base/clock.h"
#include "serve/alerts/turns.h"
#include "serve/receivers/message.h"

/* How often the outbox is looked at when nobody says that there is anything new: with a receiver that is down it may have grown long. */
#define LOOK (30 * DW_SECOND)

/* What Alertmanager is to hear of a model: the newest. */
typedef struct bulletin {
  char *model;
  dw_buf body;
} bulletin;

typedef struct bulletins {
  bulletin *of;
  size_t count, capacity;
} bulletins;

struct dw_postman {
  dw_postman_settings settings;
  dw_turns *turns;
  bool failed;          /* the last look at the outbox */
  uint64_t next_look;   /* monotonic, ns */
  pthread_mutex_t lock; /* of what follows */
  bool letters;         /* new ones */
  bulletins waiting;
};

static void free_bulletins(bulletins *all)
{
  for (size_t i = 0; i < all->count; i++) {
    dw_buf_free(&all->of[i].body);
    dw_free(all->of[i].model);
  }
  dw_free(all->of);
}

/* One receiver's: after the first that it could not be given it is left alone, since the next check says all of it again. */
static void send_bulletins(const dw_postman *p, const dw_receiver *r, const bulletins *all, const dw_mail *mail)
{
  for (size_t i = 0; i < all->count; i++) {
    if (!dw_receiver_hears(r, all->of[i].model)) continue;
    dw_delivery d = dw_receiver_send(r, &all->of[i].body, mail);
    if (d.outcome == DW_DELIVER_LEFT) return;
    if (d.outcome != DW_DELIVERED) dw_receiver_warn(r, &d, p->settings.notices);
    if (d.outcome == DW_DELIVER_AGAIN) return;
  }
}

static void tell_alertmanagers(dw_postman *p, const dw_mail *mail)
{
  pthread_mutex_lock(&p->lock);
  bulletins all = p->waiting;
  p->waiting = (bulletins){0};
  pthread_mutex_unlock(&p->lock);
  for (size_t i = 0; i < mail->receivers->count; i++)
    if (mail->receivers->receiver[i].type == DW_RECEIVER_ALERTMANAGER) send_bulletins(p, &mail->receivers->receiver[i], &all, mail);
  free_bulletins(&all);
}

static bool is_look_due(dw_postman *p)
{
  pthread_mutex_lock(&p->lock);
  bool due = p->letters || dw_monotonic_ns() >= p->next_look;
  p->letters = false;
  pthread_mutex_unlock(&p->lock);
  return due;
}

static void look(dw_postman *p, dw_mail *mail, dw_turns *turns)
{
  dw_err err;
  dw_outbox_counts counts;
  dw_status status = dw_time_now(&mail->now, &err);
  if (status == DW_OK)
    status = dw_outbox_deliver(p->settings.records, DW_LETTER_NOTIFICATION, mail->now, dw_receiver_deliver, mail, &counts, &err);
  p->next_look = dw_monotonic_ns() + (uint64_t)LOOK * 1000;
  if (dw_turns_ending(turns)) return;
  if (status == DW_OK && p->settings.counted) p->settings.counted(p->settings.context, &counts);
  if (status != DW_OK && !p->failed) dw_notices_warn(p->settings.notices, "notifications: %s", err.message);
  p->failed = status != DW_OK; /* a database that is away: told once */
}

static int64_t turn(void *context, dw_turns *turns)
{
  dw_postman *p = context;
  dw_receivers *receivers = dw_swap_take(p->settings.receivers);
  dw_mail mail = {.receivers = receivers, .stop = dw_turns_ending, .context = turns, .patience = p->settings.patience};
  tell_alertmanagers(p, &mail);
  if (!dw_turns_ending(turns) && is_look_due(p)) look(p, &mail, turns);
  dw_swap_give(p->settings.receivers, receivers);
  uint64_t now = dw_monotonic_ns();
  return now < p->next_look ? (int64_t)((p->next_look - now) / 1000) : 0;
}

dw_status dw_postman_start(dw_postman **out, const dw_postman_settings *settings, dw_err *err)
{
  dw_postman *p = dw_alloc_zero(1, sizeof *p);
  p->settings = *settings;
  pthread_mutex_init(&p->lock, NULL);
  *out = p;
  dw_status status = dw_turns_start(&p->turns, "the notifications", turn, p, err);
  if (status == DW_OK) return DW_OK;
  pthread_mutex_destroy(&p->lock);
  dw_free(p);
  *out = NULL;
  return status;
}

/* With the lock held: that of a model, a new one if there is none. */
static bulletin *bulletin_of(bulletins *all, const char *model)
{
  for (size_t i = 0; i < all->count; i++)
    if (strcmp(all->of[i].model, model) == 0) return &all->of[i];
  all->of = dw_grow(all->of, &all->capacity, all->count + 1, sizeof *all->of);
  all->of[all->count] = (bulletin){.model = dw_strdup(model)};
  return &all->of[all->count++];
}

/* The newest takes the place of what was not sent yet. */
static void keep_bulletin(dw_postman *p, const char *model, dw_buf *body)
{
  pthread_mutex_lock(&p->lock);
  bulletin *b = bulletin_of(&p->waiting, model);
  dw_buf old = b->body;
  b->body = *body;
  pthread_mutex_unlock(&p->lock);
  *body = old;
}

static bool is_heard(dw_postman *p, const char *model)
{
  bool heard = false;
  dw_receivers *receivers = dw_swap_take(p->settings.receivers);
  for (size_t i = 0; i < receivers->count; i++) {
    const dw_receiver *r = &receivers->receiver[i];
    heard |= r->type == DW_RECEIVER_ALERTMANAGER && dw_receiver_hears(r, model);
  }
  dw_swap_give(p->settings.receivers, receivers);
  return heard;
}

void dw_postman_resend(dw_postman *p, const dw_alert_book *book, int64_t until)
{
  dw_buf body = {0};
  bool news = is_heard(p, book->model) && dw_message_alertmanager(book, until, &body), letters = false;
  if (news) keep_bulletin(p, book->model, &body);
  dw_buf_free(&body);
  for (size_t i = 0; i < book->item_count; i++) letters |= book->item[i].kind == DW_RECORD_OUTBOX;
  if (!news && !letters) return;
  pthread_mutex_lock(&p->lock);
  p->letters |= letters;
  pthread_mutex_unlock(&p->lock);
  dw_turns_wake(p->turns);
}

void dw_postman_stop(dw_postman *p)
{
  if (!p) return;
  dw_turns_stop(p->turns);
  free_bulletins(&p->waiting);
  pthread_mutex_destroy(&p->lock);
  dw_free(p);
}
