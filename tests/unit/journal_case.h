/* journal_case: the lines of an audit log, with all their members, for tests. */
#ifndef DW_TESTS_JOURNAL_CASE_H
#define DW_TESTS_JOURNAL_CASE_H

#define JOURNAL_LINE(time, event, run, step, document)                                                                                     \
  "{\"kind\":\"audit\",\"sequence\":1,\"time\":\"2026-01-0" time "\",\"event\":\"" event "\",\"run\":\"" run "\",\"step\":" step           \
  ",\"document\":" document ",\"previous\":\"\"}\n"

#define JOURNAL_INCIDENT                                                                                                                   \
  "{\"kind\":\"incident\",\"id\":\"i-1\",\"time\":\"2026-01-05T00:00:00Z\",\"type\":\"feature_drift\",\"types\":[\"feature_drift\"],"      \
  "\"severity\":\"low\","                                                                                                                  \
  "\"summary\":\"1 of 1 columns "                                                                                                          \
  "drifted\",\"drift_share\":1,\"recommended_action\":\"go\",\"evidence\":[{\"kind\":\"finding\"}],\"evidence_count\":1}"

#define JOURNAL_PLAN(run, changes, steps)                                                                                                  \
  "{\"kind\":\"plan\",\"id\":\"" run                                                                                                       \
  "\",\"incident\":\"i-1\",\"time\":\"2026-01-05T00:00:00Z\",\"type\":\"feature_drift\",\"severity\":\"low\","                             \
  "\"recommended_action\":\"go\",\"held\":null,\"action\":\"go\",\"changes\":" changes ",\"reason\":\"why\","                              \
  "\"policy\":{\"name\":\"p\",\"version\":1,\"digest\":\"0123456789abcdef0123456789abcdef\"},\"gates\":[\"auc>=0.8\"],"                    \
  "\"release\":{\"promote_if_quality_gates_pass\":true,\"promote_stage\":\"Production\",\"require_better_than_current\":true},\"steps\":"  \
  "[" steps "]}"

#define JOURNAL_STEP(id, name, type, members)                                                                                              \
  "{\"id\":\"" id "\",\"name\":\"" name "\",\"type\":\"" type "\"," members ",\"when\":null,\"unless\":null,\"share\":null}"
#define JOURNAL_COMMAND(id, name)                                                                                                          \
  JOURNAL_STEP(id, name, "command",                                                                                                        \
               "\"arguments\":[\"/bin/true\",\"{version}\"],\"environment\":[\"A=1\"],\"pass_environment\":[\"HOME\"],"                    \
               "\"time_limit\":60,\"gives\":\"version\",\"repeat\":false,\"optional\":[5]")
#define JOURNAL_DECIDE(id, metrics) JOURNAL_STEP(id, "decide", "decide", "\"metrics\":\"" metrics "\",\"better_by\":\"auc\"")
#define JOURNAL_APPROVAL(id) JOURNAL_STEP(id, "approve-go", "approval", "\"of\":\"go\"")

#define JOURNAL_ACTION(run, step, name)                                                                                                    \
  "{\"kind\":\"action\",\"run\":\"" run "\",\"step\":\"" step "\",\"name\":\"" name                                                        \
  "\",\"type\":\"command\",\"time\":\"2026-01-05T00:00:00Z\","                                                                             \
  "\"outcome\":\"done\",\"exit_status\":0,\"reason\":\"done\"}"

#define JOURNAL_GATE(passed)                                                                                                               \
  "{\"gate\":\"auc>=0.8\",\"metric\":\"auc\",\"value\":0.9,\"threshold\":0.8,\"passed\":" passed ",\"reason\":\"auc is 0.9\"}"
#define JOURNAL_RELEASE(run, decision, members)                                                                                            \
  "{\"kind\":\"release\",\"run\":\"" run                                                                                                   \
  "\",\"incident\":\"i-1\",\"time\":\"2026-01-05T00:00:00Z\",\"action\":\"go\",\"decision\":\"" decision "\"," members                     \
  ",\"reasons\":[\"why\"],\"gates\":[" JOURNAL_GATE("true") "],\"comparison\":{\"metric\":\"auc\",\"current\":0.8,\"new\":0.9,"            \
                                                            "\"difference\":0.1,\"low\":0.05,\"high\":0.15,\"p_value\":0.01,\"method\":"   \
                                                            "\"delong\",\"passed\":true,\"reason\":\"better\"}}"
#define JOURNAL_JUDGED(run, decision) JOURNAL_RELEASE(run, decision, "\"share\":null")
#define JOURNAL_FINISHED(run, decision) JOURNAL_RELEASE(run, decision, "\"version\":\"v1\",\"stage\":\"Production\",\"stages\":[]")

#endif
