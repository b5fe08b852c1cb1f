#include <math.h>
#include <unistd.h>

#include "canary/judge/canary_comparison.h"

#include "answers_case.h"
#include "canary/judge/canary_watch_state.h"
#include "io/bytes/input.h"

/* Canaries a and b, asked one prompt; the state in a file of its own. */
typedef struct desk {
  char path[40];
  dw_canary_settings settings;
  bool reset;
  dw_answer_book *book;
  dw_canary_watch *watch;
  dw_canary_comparison got;
  dw_err err;
  dw_rng rng;
} desk;

enum { HEALTHY = 40, ANSWERS = 12 };

static void put(desk *d, dw_book_side side, const char *canary, const char *round, const char *text, int64_t instant)
{
  dw_response response = answer_of("p", round, text);
  dw_response_error error = {.message = "no"};
  response.canary = canary;
  response.time = instant ? "…" : NULL;
  response.instant = instant;
  if (!text) response.error = &error;
  CHECK(dw_answer_book_add(d->book, side, &response, NULL) == DW_OK);
}

static desk begin(void)
{
  desk d = {.path = "dw-canaries-XXXXXX", .settings = {.alpha = 0.05, .length = 20, .seed = 1, .threads = 1}};
  int file = mkstemp(d.path);
  CHECK(file >= 0 && close(file) == 0 && unlink(d.path) == 0);
  dw_rng_start(&d.rng, dw_rng_derive(4, "canary watch"), 0, 0);
  return d;
}

/* The reference is always the same. */
static void sit_down(desk *d)
{
  d->book = dw_answer_book_new();
  for (int i = 0; i < HEALTHY; i++)
    for (int c = 0; c < 2; c++) put(d, DW_BOOK_REFERENCE, c ? "b" : "a", "healthy", i % 2 ? "yes" : "no", i + 1);
}

/* Of so many answers, those of b are "maybe" with this chance. */
static void ask(desk *d, const char *round, int64_t instant, double maybe, int answers)
{
  for (int i = 0; i < answers; i++) {
    put(d, DW_BOOK_CURRENT, "a", round, dw_rng_uniform(&d->rng) < 0.5 ? "yes" : "no", instant + i);
    const char *usual = dw_rng_uniform(&d->rng) < 0.5 ? "yes" : "no";
    put(d, DW_BOOK_CURRENT, "b", round, dw_rng_uniform(&d->rng) < maybe ? "maybe" : usual, instant + i);
  }
}

static dw_status open_watch(desk *d)
{
  dw_canary_watch_how how = {.length = d->settings.length,
                             .block = d->settings.block,
                             .permutations = d->settings.permutations,
                             .alpha = d->settings.alpha,
                             .now = 77,
                             .reset = d->reset};
  memcpy(how.ask, d->settings.ask, sizeof how.ask);
  dw_answer_book_close(d->book);
  d->err = (dw_err){0};
  return dw_canary_watch_open(&d->watch, d->path, &how, d->book, &d->err);
}

static void look(desk *d)
{
  CHECK_MSG(open_watch(d) == DW_OK, "%s", d->err.message);
  d->settings.watch = d->watch;
  dw_canary_compare(&d->got, d->book, &d->settings);
  CHECK(dw_canary_watch_commit(d->watch, &d->err) == DW_OK);
}

static void stand_up(desk *d)
{
  dw_canary_comparison_free(&d->got);
  dw_canary_watch_close(d->watch);
  dw_answer_book_free(d->book);
  d->settings.watch = d->watch = NULL;
  d->got = (dw_canary_comparison){0};
}

static void end(desk *d)
{
  dw_buf lock = {0};
  unlink(d->path);
  dw_buf_format(&lock, "%s.lock", d->path);
  unlink(dw_buf_cstr(&lock));
  dw_buf_free(&lock);
}

/* One round in a call of its own; its line of b. */
static dw_canary_line look_at(desk *d, const char *round, int64_t instant, double maybe)
{
  sit_down(d);
  ask(d, round, instant, maybe, ANSWERS);
  look(d);
  CHECK(d->got.count == 2);
  dw_canary_line line = d->got.line[1];
  stand_up(d);
  return line;
}

TEST(a_change_is_found_in_its_first_round_and_the_alarm_stays)
{
  desk d = begin();
  for (int r = 0; r < 20; r++) {
    char name[16];
    snprintf(name, sizeof name, "r%d", r);
    dw_canary_line line = look_at(&d, name, 1000 + 100 * r, 0);
    const dw_canary_standing *at = &line.standing;
    CHECK(!line.drift && at->watched && at->looks == (uint64_t)r + 1 && at->observations == at->looks && at->streams == 2);
    CHECK(at->ranked == (uint64_t)r && at->alarm_look == 0 && at->p_adjusted >= at->p_value && line.p_adjusted == at->p_adjusted);
  }
  dw_canary_line line = look_at(&d, "swapped", 5000, 1);
  CHECK_MSG(line.drift && line.standing.alarm_look == 21 && line.severity == DW_SEVERITY_HIGH && line.p_adjusted <= 0.05, "p %g after %g",
            line.p_adjusted, line.standing.look_p);
  CHECK(line.standing.deals > 1000 && line.standing.look_p < 1e-4 && line.standing.deals_needed == 0 && line.standing.alarm_time == 77);
  double p = line.p_adjusted;
  line = look_at(&d, "healed", 6000, 0); /* it stays, whatever comes */
  CHECK(line.drift && line.standing.alarm_look == 21 && line.standing.looks == 22 && line.severity == DW_SEVERITY_LOW &&
        line.p_adjusted <= p);
  d.reset = true;
  line = look_at(&d, "anew", 7000, 0);
  CHECK(!line.drift && line.standing.looks == 1);
  end(&d);
}

TEST(a_slow_change_is_found_too)
{
  desk d = begin();
  int found = 0;
  for (int r = 0; r < 60 && !found; r++) {
    char name[16];
    snprintf(name, sizeof name, "r%d", r);
    dw_canary_line line = look_at(&d, name, 1000 + 100 * r, r < 15 ? 0 : (r - 14) * 0.02);
    if (line.drift) found = r;
  }
  CHECK_MSG(found > 15 && found < 50, "%d", found);
  end(&d);
}

/* All rounds in one call, or one after the other: the same state, byte for byte, and the same lines. */
TEST(many_rounds_at_once_are_many_looks)
{
  static const double maybe[] = {0, 0, 1, 0};
  desk one = begin(), all = begin();
  dw_canary_line single[8];
  size_t length[2];
  for (int r = 0; r < 4; r++) {
    char name[16];
    snprintf(name, sizeof name, "r%d", r);
    sit_down(&one);
    ask(&one, name, 1000 + 100 * r, maybe[r], ANSWERS);
    look(&one);
    memcpy(&single[2 * r], one.got.line, 2 * sizeof *single);
    stand_up(&one);
  }
  sit_down(&all);
  for (int r = 0; r < 4; r++) ask(&all, (const char *[]){"r0", "r1", "r2", "r3"}[r], 1000 + 100 * r, maybe[r], ANSWERS);
  for (int time = 0; time < 2; time++) { /* the second time they are known */
    look(&all);
    CHECK(all.got.count == 8 && all.got.answer == DW_ANSWER_DRIFT && all.got.canary[1].since == all.got.round[2]);
    for (int i = 0; i < 8; i++) {
      const dw_canary_standing *a = &single[i].standing, *b = &all.got.line[i].standing;
      CHECK(single[i].drift == all.got.line[i].drift && single[i].p_adjusted == all.got.line[i].p_adjusted && a->p_value == b->p_value);
      CHECK(a->looks == b->looks && a->ranked == b->ranked && a->capital == b->capital && a->highest == b->highest &&
            a->look_p == b->look_p);
      CHECK(a->observations == b->observations && a->alarm_look == b->alarm_look && a->deals == b->deals);
    }
    CHECK(dw_canary_watch_tell(all.watch)->repeated == (time ? 4 : 0));
    if (time) break;
    dw_canary_comparison_free(&all.got);
    dw_canary_watch_close(all.watch);
  }
  char *bytes[2];
  CHECK(dw_input_whole(one.path, 1 << 20, &bytes[0], &length[0], &all.err) == DW_OK);
  CHECK(dw_input_whole(all.path, 1 << 20, &bytes[1], &length[1], &all.err) == DW_OK);
  CHECK(length[0] == length[1] && memcmp(bytes[0], bytes[1], length[0]) == 0);
  dw_free(bytes[0]);
  dw_free(bytes[1]);
  stand_up(&all);
  end(&one);
  end(&all);
}

TEST(a_canary_that_is_not_judged_does_not_advance)
{
  desk d = begin();
  look_at(&d, "r1", 1000, 0);
  sit_down(&d);
  for (int i = 0; i < ANSWERS; i++) {
    put(&d, DW_BOOK_CURRENT, "a", "r2", i % 2 ? "yes" : "no", 2000 + i);
    put(&d, DW_BOOK_CURRENT, "b", "r2", NULL, 2000 + i);
    put(&d, DW_BOOK_CURRENT, "new", "r2", "yes", 2000 + i); /* the reference does not know it */
  }
  look(&d);
  CHECK(d.got.answer == DW_ANSWER_NOT_JUDGED && d.got.count == 3 && d.got.line[0].found.judged && d.got.line[0].standing.observations == 2);
  CHECK(!d.got.line[1].found.judged && d.got.line[1].standing.observations == 1 && isnan(d.got.line[1].standing.look_p));
  CHECK(!d.got.line[2].found.judged && !d.got.line[2].standing.watched && d.got.line[0].standing.streams == 2);
  stand_up(&d);
  dw_canary_line line = look_at(&d, "r3", 3000, 1);
  CHECK(line.drift && line.standing.looks == 3 && line.standing.observations == 2 && line.standing.ranked == 1);
  sit_down(&d); /* not judged, and the alarm stands */
  for (int i = 0; i < ANSWERS; i++) put(&d, DW_BOOK_CURRENT, "a", "r4", i % 2 ? "yes" : "no", 4000 + i);
  look(&d);
  CHECK(d.got.answer == DW_ANSWER_DRIFT && !d.got.line[1].found.judged && d.got.line[1].drift && d.got.line[1].standing.alarm_look == 3);
  stand_up(&d);
  end(&d);
}

TEST(other_prompts_are_ranked_among_themselves)
{
  desk d = begin();
  for (int r = 0; r < 3; r++) look_at(&d, (const char *[]){"r0", "r1", "r2"}[r], 1000 + 100 * r, 0);
  sit_down(&d);
  ask(&d, "r3", 2000, 0, ANSWERS / 2);
  look(&d);
  CHECK(d.got.line[1].standing.ranked == 0 && d.got.line[1].standing.observations == 4 && dw_canary_watch_tell(d.watch)->designs == 2);
  stand_up(&d);
  CHECK(look_at(&d, "r4", 3000, 0).standing.ranked == 3);
  sit_down(&d);
  ask(&d, "r5", 1500, 0, ANSWERS);
  look(&d);
  CHECK(dw_canary_watch_tell(d.watch)->back == 1 && strcmp(dw_canary_watch_tell(d.watch)->back_round, "r5") == 0);
  stand_up(&d);
  end(&d);
}

static dw_status again(desk *d, const char *round)
{
  sit_down(d);
  ask(d, round, 9000, 0, ANSWERS);
  dw_status status = open_watch(d);
  dw_canary_watch_close(d->watch);
  dw_answer_book_free(d->book);
  return status;
}

TEST(what_does_not_go_with_the_state)
{
  desk d = begin();
  look_at(&d, "r1", 1000, 0);
  CHECK(again(&d, "r2") == DW_OK);
  CHECK(again(&d, "r1") == DW_EDATA && strstr(d.err.message, "other answers of canary \"a\" in a round \"r1\""));
  CHECK(again(&d, "") == DW_OK); /* without a name there is nothing to mistake */
  d.settings.ask[DW_CANARY_HAMMING] = true;
  CHECK(again(&d, "r2") == DW_EUSAGE &&
        strstr(d.err.message, "begun with --method auto --characters 20 --block 1, now it is --method mmd_hamming"));
  d.settings.ask[DW_CANARY_HAMMING] = false;
  d.settings.block = 4;
  CHECK(again(&d, "r2") == DW_EUSAGE);
  d.settings.block = 1; /* as 0 */
  CHECK(again(&d, "r2") == DW_OK);
  d.settings.alpha = 0.2; /* a matter of taste */
  CHECK(again(&d, "r2") == DW_OK);
  sit_down(&d);
  put(&d, DW_BOOK_REFERENCE, "a", "healthy", "yes", 500);
  CHECK(open_watch(&d) == DW_EDATA && strstr(d.err.message, "another reference"));
  dw_canary_watch_close(d.watch);
  dw_answer_book_free(d.book);
  end(&d);
}

TEST(several_methods_are_streams_of_their_own)
{
  desk d = begin();
  d.settings.ask[DW_CANARY_BORDER] = d.settings.ask[DW_CANARY_BEHAVIOR] = true;
  sit_down(&d);
  ask(&d, "r1", 1000, 1, ANSWERS);
  look(&d);
  CHECK(d.got.count == 4);
  for (int i = 0; i < 4; i++) CHECK(d.got.line[i].standing.streams == 4 && d.got.line[i].drift == (i >= 2));
  stand_up(&d);
  end(&d);
}

/* Few deals are asked for, and a look by itself can be no alarm with them: it says so. */
TEST(deals_that_are_not_enough)
{
  desk d = begin();
  d.settings.permutations = 100;
  dw_canary_line line = look_at(&d, "r1", 1000, 1);
  CHECK(!line.drift && line.standing.deals == 100 && line.standing.deals_needed > 100);
  end(&d);
}

static void damage(const char *text, const char *from, const char *to, bool fits)
{
  dw_canary_watch watch = {.file = {.path = (char *)"state"}};
  dw_buf broken = {0};
  dw_err err;
  const char *at = strstr(text, from);
  CHECK_MSG(at != NULL, "%s", from);
  dw_buf_add(&broken, text, (size_t)(at - text));
  dw_buf_add(&broken, to, strlen(to));
  dw_buf_add(&broken, at + strlen(from), strlen(at + strlen(from)));
  dw_arena_init(&watch.texts);
  dw_status status = dw_canary_watch_read(&watch, broken.data, broken.length, &err);
  CHECK_MSG(status == (fits ? DW_OK : DW_EDATA), "%s to %s: %d", from, to, (int)status);
  for (size_t i = 0; i < watch.count; i++) dw_free(watch.stream[i].seen);
  dw_free(watch.stream);
  dw_free(watch.words);
  dw_arena_free(&watch.texts);
  dw_buf_free(&broken);
}

TEST(a_state_that_does_not_agree_with_itself)
{
  desk d = begin();
  size_t length;
  look_at(&d, "r1", 1000, 0);
  look_at(&d, "r2", 2000, 1);
  char *bytes;
  CHECK(dw_input_whole(d.path, 1 << 20, &bytes, &length, &d.err) == DW_OK);
  CHECK(dw_watch_kind_of(&dw_canary_watch_kind, bytes, length));
  CHECK(dw_watch_text_check(&dw_canary_watch_kind, "state", bytes, length, &d.err) == DW_OK);
  damage(bytes, "\"version\":1", "\"version\":1", true);
  damage(bytes, "\"version\":1", "\"version\":9", false);
  damage(bytes, "\"look\":[1,2]", "\"look\":[2,1]", false);
  damage(bytes, "\"look\":[1,2]", "\"look\":[1,3]", false);
  damage(bytes, "\"look\":[1,2]", "\"look\":[1]", false);
  damage(bytes, "\"ranked\":[0,1]", "\"ranked\":[0,\"x\"]", false);
  damage(bytes, "\"method\":\"border\"", "\"method\":\"magic\"", false);
  damage(bytes, "\"method\":\"border\"", "\"method\":null", false);
  damage(bytes, "\"observations\":2", "\"observations\":1", false);
  damage(bytes, "\"alarm_round\":\"r2\"", "\"alarm_round\":null", false);
  damage(bytes, "\"account\":[", "\"account\":[1,", false);
  damage(bytes, "\"rounds\":\"", "\"rounds\":\"0", false);
  damage(bytes, "\"streams\":[", "\"streams\":[7,", false);
  dw_free(bytes);
  end(&d);
}

/* More looks than are ranked, and than are kept: ranks begin anew, and old rounds are forgotten. */
TEST(a_long_watch_stays_small)
{
  desk d = begin();
  sit_down(&d);
  put(&d, DW_BOOK_CURRENT, "a", "x", "yes", 1);
  CHECK(open_watch(&d) == DW_OK);
  dw_canary_look one = {.canary = 0, .method = DW_CANARY_BORDER, .margin = 0.2, .answers = 10};
  for (int t = 1; t <= DW_CANARY_LOOKS_KEPT + 10; t++) {
    dw_canary_found found = {.judged = true, .p_value = dw_rng_uniform(&d.rng), .effect = 0, .made = 1000};
    d.watch->identity[0].content = (uint64_t)t + 1000;
    dw_canary_watch_begin(d.watch, 0);
    dw_canary_watch_take(d.watch, &one, &found, found.p_value);
    const dw_canary_stream *stream = &d.watch->stream[0];
    uint64_t ranked = (uint64_t)(t - 1) % DW_CANARY_LOOKS_RANKED;
    CHECK_MSG(stream->seen[stream->count - 1].ranked == ranked, "look %d: %d", t, (int)stream->seen[stream->count - 1].ranked);
    CHECK(stream->observations == (uint64_t)t && stream->count <= DW_CANARY_LOOKS_KEPT && d.watch->looks == (uint64_t)t);
  }
  CHECK(d.watch->stream[0].count == DW_CANARY_LOOKS_KEPT - DW_CANARY_LOOKS_RANKED + 10);
  CHECK(dw_any_look_p(&d.watch->stream[0].any) > 0.05);
  dw_buf text = {0};
  dw_canary_watch back = {.file = {.path = (char *)"state"}};
  dw_arena_init(&back.texts);
  dw_canary_watch_write(d.watch, &text);
  CHECK(text.length < 600000 && dw_canary_watch_read(&back, text.data, text.length, &d.err) == DW_OK);
  const dw_canary_stream *a = &d.watch->stream[0], *b = &back.stream[0];
  CHECK(a->count == b->count && a->ranks_from == b->ranks_from && a->any.bets.value == b->any.bets.value && a->any.tested == b->any.tested);
  for (size_t i = 0; i < back.count; i++) dw_free(back.stream[i].seen);
  dw_free(back.stream);
  dw_free(back.words);
  dw_arena_free(&back.texts);
  dw_buf_free(&text);
  dw_canary_watch_close(d.watch);
  dw_answer_book_free(d.book);
  end(&d);
}
