#include "canary/ask/ask.h"

#include <string.h>

#include "base/clock.h"
#include "canary/ask/ask_parts.h"

enum { WINDOW_A_REQUEST = 4, WINDOW_LEAST = 512, WINDOW_MOST = 4096, PATIENCE_US = 60000000 };

/* --- open --- */

static char *joined(const char *base, const char *path)
{
  dw_buf url = {0};
  size_t length = strlen(base);
  while (length && base[length - 1] == '/') length--;
  dw_buf_add(&url, base, length);
  dw_buf_text(&url, path);
  char *out = dw_strdup(dw_buf_cstr(&url));
  dw_buf_free(&url);
  return out;
}

static dw_status open_member(dw_ask *ask, dw_ask_member *member, dw_err *err)
{
  const dw_canary_config *config = member->config;
  switch (config->backend) {
  case DW_CANARY_OPENAI:
    member->url = joined(config->base_url, config->chat ? "/chat/completions" : "/completions");
    return dw_secrets_key(&ask->secrets, config->base_url, config->api_key_env, &member->key, &member->key_missing, err);
  case DW_CANARY_EXEC: member->answerer = dw_answerer_new(config->command.text); return DW_OK;
  case DW_CANARY_REPLAY: return dw_recording_read(&member->recording, config->file, config->model, err);
  default: return dw_ask_language_open(&member->language, config, err);
  }
}

static dw_status open_embedder(dw_ask *ask, dw_err *err)
{
  const dw_ask_settings *s = ask->settings;
  dw_ask_member *member = &ask->embedder;
  if (s->embed == DW_EMBED_EXEC) member->answerer = dw_answerer_new(s->embed_command);
  if (s->embed != DW_EMBED_OPENAI) return DW_OK;
  member->url = joined(s->embed_url, "/embeddings");
  return dw_secrets_key(&ask->secrets, s->embed_url, NULL, &member->key, &member->key_missing, err);
}

dw_status dw_ask_open(dw_ask **out, const dw_canary_configs *configs, const dw_ask_settings *settings, dw_err *err)
{
  dw_ask *ask = dw_alloc_zero(1, sizeof *ask);
  dw_status status = DW_OK;
  ask->configs = configs;
  ask->settings = settings;
  ask->member = dw_alloc_zero(configs->count, sizeof *ask->member);
  ask->pool = dw_http_pool_new();
  dw_arena_init(&ask->arena);
  dw_secrets_read(&ask->secrets);
  dw_rng_start(&ask->jitter, dw_rng_derive(dw_monotonic_ns(), "back-off"), 0, 0);
  for (size_t i = 0; i < configs->count && status == DW_OK; i++) {
    ask->member[i].config = &configs->item[i];
    status = open_member(ask, &ask->member[i], err);
  }
  if (status == DW_OK) status = open_embedder(ask, err);
  if (status != DW_OK) dw_ask_close(ask);
  *out = status == DW_OK ? ask : NULL;
  return status;
}

static void close_member(dw_ask_member *member)
{
  dw_free(member->url);
  dw_answerer_free(member->answerer);
  dw_recording_free(member->recording);
  dw_ask_language_close(member->language);
}

void dw_ask_close(dw_ask *ask)
{
  if (!ask) return;
  dw_http_pool_free(ask->pool);
  for (size_t i = 0; i < ask->configs->count; i++) close_member(&ask->member[i]);
  close_member(&ask->embedder);
  dw_free(ask->member);
  dw_secrets_free(&ask->secrets);
  dw_arena_free(&ask->arena);
  dw_free(ask);
}

dw_ask_counts dw_ask_count(const dw_ask *ask) { return ask->counts; }

dw_ask_counts dw_ask_count_of(const dw_ask *ask, size_t canary) { return ask->member[canary].counts; }
void dw_ask_scrub(const dw_ask *ask, dw_buf *line) { dw_secrets_scrub(&ask->secrets, line, 0, false); }

/* --- recordings --- */

bool dw_ask_recorded(const dw_ask *ask)
{
  for (size_t i = 0; i < ask->configs->count; i++)
    if (!ask->member[i].recording) return false;
  return true;
}

void dw_ask_recorded_prompts(const dw_ask *ask, dw_prompts *out)
{
  for (size_t i = 0; i < ask->configs->count; i++) {
    const dw_recording *recording = ask->member[i].recording;
    for (size_t k = 0; recording && k < dw_recording_prompts(recording); k++) {
      const char *text, *id = dw_recording_prompt(recording, k, &text);
      dw_prompts_add(out, id, text);
    }
  }
}

static bool has_round(const dw_recording *recording, const char *round)
{
  for (size_t i = 0; i < dw_recording_rounds(recording); i++)
    if (strcmp(dw_recording_round(recording, i), round) == 0) return true;
  return false;
}

static dw_status check_rounds(const dw_ask *ask, const dw_ask_job *job, dw_err *err)
{
  if (!job->round && !dw_ask_recorded(ask)) return dw_err_usage(err, "replay beside other backends: --round says which round is replayed");
  for (size_t i = 0; i < ask->configs->count && job->round; i++) {
    const dw_recording *recording = ask->member[i].recording;
    if (recording && !has_round(recording, job->round))
      return dw_err_at(err, DW_EUSAGE, ask->configs->item[i].file, 0, 0, "has no round \"%.100s\"; the last one is \"%.100s\"", job->round,
                       dw_recording_round(recording, dw_recording_rounds(recording) - 1));
  }
  return DW_OK;
}

/* --- a run --- */

static void name_rounds(dw_ask *ask)
{
  dw_map names;
  dw_map_init(&names);
  if (ask->job->round) dw_map_intern(&names, ask->job->round, strlen(ask->job->round));
  for (size_t i = 0; i < ask->configs->count && !ask->job->round; i++)
    for (size_t k = 0; k < dw_recording_rounds(ask->member[i].recording); k++) {
      const char *round = dw_recording_round(ask->member[i].recording, k);
      dw_map_intern(&names, round, strlen(round));
    }
  ask->schedule.rounds = names.count;
  ask->round = dw_alloc_array(names.count, sizeof *ask->round);
  for (size_t i = 0; i < names.count; i++) ask->round[i] = dw_arena_strndup(&ask->arena, names.keys[i].text, names.keys[i].length);
  dw_map_free(&names);
}

static size_t repeats_of(const dw_ask *ask)
{
  size_t most = ask->job->repeats ? ask->job->repeats : 1;
  for (size_t i = 0; i < ask->configs->count && !ask->job->repeats; i++) {
    const dw_recording *recording = ask->member[i].recording;
    if (recording && dw_recording_most(recording) > most && dw_ask_recorded(ask)) most = dw_recording_most(recording);
  }
  return most;
}

static void begin(dw_ask *ask, const dw_ask_job *job)
{
  ask->job = job;
  ask->schedule = (dw_schedule){.repeats = repeats_of(ask), .prompts = job->prompts->count, .canaries = ask->configs->count};
  name_rounds(ask);
  ask->window = (size_t)ask->settings->parallel * WINDOW_A_REQUEST;
  if (ask->window < WINDOW_LEAST) ask->window = WINDOW_LEAST;
  if (ask->window > WINDOW_MOST) ask->window = WINDOW_MOST;
  ask->slot = dw_alloc_zero(ask->window, sizeof *ask->slot);
  ask->pair = dw_alloc_zero(ask->schedule.prompts * ask->schedule.canaries + 1, sizeof *ask->pair);
  ask->head = ask->next = ask->busy = 0;
}

static void end(dw_ask *ask)
{
  for (size_t i = 0; i < ask->window; i++) dw_arena_free(&ask->slot[i].arena);
  dw_free(ask->slot);
  dw_free(ask->pair);
  dw_free(ask->round);
  ask->slot = NULL, ask->pair = NULL, ask->round = NULL;
}

/* Responses whose turn it is. */
static dw_status release(dw_ask *ask, const dw_ask_sink *sink, bool *stop, dw_err *err)
{
  dw_status status = DW_OK;
  while (ask->head < ask->next && status == DW_OK && !*stop) {
    dw_ask_slot *slot = dw_ask_slot_at(ask, ask->head);
    if (slot->state != DW_ASK_DONE && slot->state != DW_ASK_SKIPPED) break;
    if (slot->state == DW_ASK_DONE) status = sink->take(sink->context, &slot->response, stop, err);
    ask->head++;
  }
  return status;
}

static bool over(const dw_ask *ask) { return ask->counts.stopped || ask->counts.spent; }

static void give_up(dw_ask *ask, bool busy_too)
{
  for (size_t i = ask->head; i < ask->next; i++) {
    dw_ask_slot *slot = dw_ask_slot_at(ask, i);
    if (slot->state == DW_ASK_BUSY && busy_too && slot->lead) dw_ask_slot_give_up(ask, slot);
    else if (slot->state == DW_ASK_BUSY && busy_too) {
      if (slot->of->asking == slot) {
        dw_answerer_kill(slot->of->answerer);
        slot->of->asking = NULL;
      } else dw_http_pool_stop(ask->pool, slot);
      ask->busy--;
      dw_ask_slot_give_up(ask, slot);
    } else if (slot->state == DW_ASK_WAITING) dw_ask_slot_give_up(ask, slot);
  }
}

/* ns, of what happens by itself. */
static uint64_t next_moment(const dw_ask *ask, uint64_t now)
{
  uint64_t moment = now + (uint64_t)PATIENCE_US * 1000, timeout = (uint64_t)ask->settings->timeout * 1000;
  if (ask->counts.stopped && ask->stop_at < moment) moment = ask->stop_at;
  for (size_t i = ask->head; i < ask->next; i++) {
    const dw_ask_slot *slot = &ask->slot[i % ask->window];
    bool waits = slot->state == DW_ASK_WAITING && !slot->of->asking && ask->busy < ask->settings->parallel;
    if (waits && slot->due < moment) moment = slot->due;
    if (slot->state == DW_ASK_BUSY && slot->of->asking == slot && slot->started + timeout < moment) moment = slot->started + timeout;
  }
  return moment;
}

static void stop_now(dw_ask *ask)
{
  ask->counts.stopped = true;
  ask->stop_at = dw_monotonic_ns() + (uint64_t)ask->settings->grace * 1000;
}

/* Without waiting: canaries that answer at once never make us wait. */
static void look_at_stop(dw_ask *ask)
{
  struct pollfd stop = {.fd = ask->settings->stop, .events = POLLIN};
  if (stop.fd >= 0 && !ask->counts.stopped && poll(&stop, 1, 0) > 0) stop_now(ask);
}

static void wait(dw_ask *ask)
{
  uint64_t now = dw_monotonic_ns(), moment = next_moment(ask, now);
  struct pollfd *others = dw_alloc_array((ask->configs->count + 1) * DW_ANSWERER_POLLS + 1, sizeof *others);
  size_t count = dw_ask_polls(ask, others), stop = count;
  if (ask->settings->stop >= 0 && !ask->counts.stopped) others[count++] = (struct pollfd){.fd = ask->settings->stop, .events = POLLIN};
  dw_http_pool_wait(ask->pool, others, count, moment > now ? (int64_t)((moment - now) / 1000) : 0);
  if (count > stop && others[stop].revents) stop_now(ask);
  dw_free(others);
}

static dw_status run(dw_ask *ask, const dw_ask_sink *sink, dw_err *err)
{
  size_t total = dw_schedule_count(&ask->schedule);
  for (;;) {
    look_at_stop(ask);
    while (ask->next < total && ask->next - ask->head < ask->window && !over(ask)) {
      dw_ask_slot_begin(ask, dw_ask_slot_at(ask, ask->next), ask->next);
      ask->next++;
    }
    if (!over(ask)) dw_ask_send_due(ask);
    if (over(ask)) give_up(ask, ask->counts.stopped && dw_monotonic_ns() >= ask->stop_at);
    size_t before = ask->head;
    bool stop = false;
    dw_status status = release(ask, sink, &stop, err);
    if (stop) give_up(ask, true);
    if (status != DW_OK || stop) return status;
    dw_notices_progress(ask->settings->notices, &(dw_progress){.rows = ask->head, .share = total ? (double)ask->head / (double)total : 1});
    if (ask->head == ask->next && (ask->next == total || over(ask))) break;
    if (ask->head > before && ask->next < total && !over(ask)) continue; /* there is room for more */
    wait(ask);
    dw_ask_receive(ask);
  }
  ask->counts.unasked += total - ask->next;
  return DW_OK;
}

dw_status dw_ask_run(dw_ask *ask, const dw_ask_job *job, const dw_ask_sink *sink, dw_err *err)
{
  dw_status status = check_rounds(ask, job, err);
  if (status != DW_OK) return status;
  begin(ask, job);
  status = run(ask, sink, err);
  dw_notices_progress(ask->settings->notices, NULL);
  if (status != DW_OK) give_up(ask, true);
  end(ask);
  return status;
}
