#include "serve/receivers/postman.h"

#include <pthread.h>

#include "base/clock.h"
#include "serve/alerts/turns.h"
#include "serve/receivers/message.h"

/* How often the outbox is looked at when nobody says that there is anything new. */
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
  bool failed;          /* the last turn */
  pthread_mutex_t lock; /* of what follows */
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

static int64_t turn(void *context, dw_turns *turns)
{
  dw_postman *p = context;
  dw_err err;
  dw_outbox_counts counts;
  dw_receivers *receivers = dw_swap_take(p->settings.receivers);
  dw_mail mail = {.receivers = receivers, .stop = dw_turns_ending, .context = turns, .patience = p->settings.patience};
  tell_alertmanagers(p, &mail);
  dw_status status = dw_time_now(&mail.now, &err); /* only now: that may have taken its time */
  if (status == DW_OK && !dw_turns_ending(turns))
    status = dw_outbox_deliver(p->settings.records, DW_LETTER_NOTIFICATION, mail.now, dw_receiver_deliver, &mail, &counts, &err);
  dw_swap_give(p->settings.receivers, receivers);
  if (dw_turns_ending(turns)) return -1;
  if (status == DW_OK && p->settings.counted) p->settings.counted(p->settings.context, &counts);
  if (status != DW_OK && !p->failed) dw_notices_warn(p->settings.notices, "notifications: %s", err.message);
  p->failed = status != DW_OK; /* a database that is away: told once */
  return LOOK;
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

void dw_postman_resend(dw_postman *p, const dw_alert_book *book, int64_t until)
{
  dw_buf body = {0};
  if (dw_message_alertmanager(book, until, &body)) {
    pthread_mutex_lock(&p->lock);
    bulletin *b = bulletin_of(&p->waiting, book->model);
    dw_buf old = b->body;
    b->body = body;
    pthread_mutex_unlock(&p->lock);
    body = old;
  }
  dw_buf_free(&body);
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
