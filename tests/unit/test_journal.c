#include "base/clock.h"
#include "act/journal.h"
#include "journal_case.h"
#include "test.h"

#define LINE JOURNAL_LINE
#define ONE "\"r-1.1\""
#define BEGUN(time, run, changes) /* with a plan of one command */                                                                         \
  LINE(time, "incident", run, "null", JOURNAL_INCIDENT)                                                                                    \
  LINE(time, "plan", run, "null", JOURNAL_PLAN(run, changes, JOURNAL_COMMAND(run ".1", "go")))
#define STARTED(time, run) LINE(time, "started", run, "\"" run ".1\"", "null")
#define ENDED(time, run) LINE(time, "ended", run, "\"" run ".1\"", JOURNAL_ACTION(run, run ".1", "go"))

static dw_journal journal;
static dw_err err;

static dw_status load(const char *text)
{
  dw_journal_free(&journal);
  return dw_journal_read(&journal, text, strlen(text), "log", &err);
}

static int64_t at(const char *text)
{
  int64_t instant = 0;
  CHECK(dw_time_parse(text, strlen(text), &instant));
  return instant;
}

TEST(where_a_run_stands)
{
  CHECK(load(BEGUN("1", "r-1", "true") STARTED("1", "r-1")) == DW_OK);
  dw_journal_run *run = dw_journal_unfinished(&journal);
  CHECK(run && strcmp(run->id, "r-1") == 0 && run->acted);
  const dw_journal_step *step = dw_journal_step_of(run, "r-1.1");
  CHECK(step && step->started && !step->ended && !dw_journal_step_of(run, "r-1.2"));
  CHECK(load(BEGUN("1", "r-1", "true") STARTED("1", "r-1") ENDED("1", "r-1") STARTED("1", "r-1")) == DW_OK);
  CHECK(!dw_journal_step_of(dw_journal_unfinished(&journal), "r-1.1")->ended); /* begun once more */
  CHECK(load(BEGUN("1", "r-1", "true") LINE("1", "finished", "r-1", "null", JOURNAL_FINISHED("r-1", "held"))) == DW_OK);
  CHECK(!dw_journal_unfinished(&journal));
  CHECK_TEXT(dw_journal_decision(dw_journal_find(&journal, "r-1")), "held");
  /* without a plan there is nothing to finish */
  CHECK(load(LINE("1", "incident", "r-1", "null", JOURNAL_INCIDENT)) == DW_OK && !dw_journal_unfinished(&journal));
  /* killed between the two */
  CHECK(load(LINE("1", "incident", "r-1", "null", JOURNAL_INCIDENT) BEGUN("1", "r-1", "true")) == DW_OK && dw_journal_unfinished(&journal));
}

TEST(approval)
{
#define WAITS BEGUN("1", "r-1", "true") LINE("1", "waiting", "r-1", ONE, "null")
  CHECK(load(WAITS) == DW_OK);
  CHECK(!dw_journal_unfinished(&journal) && dw_journal_waiting(&journal, "r-1") && dw_journal_waiting(&journal, "r-1.1") &&
        !dw_journal_waiting(&journal, "r-2"));
  CHECK(load(WAITS LINE("1", "approved", "r-1", ONE, "null")) == DW_OK);
  CHECK(dw_journal_unfinished(&journal) && !dw_journal_waiting(&journal, "r-1") &&
        dw_journal_step_of(dw_journal_find(&journal, "r-1"), "r-1.1")->approved);
  CHECK(load(WAITS LINE("1", "approved", "r-1", ONE, "null") STARTED("1", "r-1")) == DW_OK); /* what was approved was to do it once */
  CHECK(!dw_journal_step_of(dw_journal_find(&journal, "r-1"), "r-1.1")->approved);
}

TEST(runs_of_the_same_evidence)
{
  size_t number;
  CHECK(load(BEGUN("1", "r-1", "true") BEGUN("1", "r-12", "true") BEGUN("1", "r-1-2", "true")) == DW_OK);
  CHECK_TEXT(dw_journal_newest(&journal, "r-1", &number)->id, "r-1-2");
  CHECK(number == 2 && !dw_journal_newest(&journal, "r-3", &number) && number == 0);
}

TEST(changes)
{
  dw_journal_changes changes;
  CHECK(load(BEGUN("1T23:00:00Z", "r-1", "true") STARTED("1T23:00:00Z", "r-1") ENDED("2T01:00:00Z", "r-1")
                 BEGUN("2T02:00:00Z", "r-2", "false") STARTED("2T02:00:00Z", "r-2") BEGUN("2T03:00:00Z", "r-3", "true")
                     STARTED("2T03:00:00Z", "r-3") BEGUN("2T04:00:00Z", "r-4", "true")) == DW_OK);
  dw_journal_changes_of(&journal, at("2026-01-02T12:00:00Z"), &changes);
  CHECK(changes.any && changes.last == at("2026-01-02T03:00:00Z") && changes.today == 1);
  CHECK_TEXT(changes.what, "go");
  dw_journal_changes_of(&journal, at("2026-01-01T23:30:00Z"), &changes);
  CHECK(changes.today == 1);
  dw_journal_changes_of(&journal, at("2026-01-03"), &changes);
  CHECK(changes.today == 0);
  CHECK(load("") == DW_OK);
  dw_journal_changes_of(&journal, at("2026-01-03"), &changes);
  CHECK(!changes.any);
}

TEST(what_is_no_log)
{
  CHECK(load("{\"kind\":\"audit\"}\n") == DW_EDATA && journal.count == 0);
  CHECK(load("junk\n") == DW_EDATA);
  CHECK(load(LINE("1", "of a later version", "r-1", ONE, "null") "{\"cut") == DW_OK && journal.line_count == 1);
  dw_journal_free(&journal);
}
