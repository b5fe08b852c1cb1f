/* dw-heal: findings, metrics or consensus and a policy in; incident, plan, actions and release out, all of it in the audit log. */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "cmd/options/cmd.h"
#include "act/audit.h"
#include "act/execute.h"
#include "act/heal.h"
#include "act/journal.h"

static struct settings {
  const char *policy, *events, *registry, *data, *holdout, *label, *id, *model, *configs, *approve, *sign, *key, *expect, *output;
  int64_t wait;
  bool dry_run, again, resume, exit_zero;
} set = {.wait = 60 * DW_SECOND, .output = "-"};

static dw_err err;

/* clang-format off */
static dw_option options[] = {
    DW_GROUP("What is done"),
    {.name = "policy", .type = DW_OPTION_TEXT, .target = &set.policy, .argument = "FILE", .help = "what to do: see driftwatch-policy(5)"},
    {.name = "dry-run", .type = DW_OPTION_FLAG, .target = &set.dry_run, .help = "print incident and plan, do nothing, write nothing"},
    {.name = "approve", .type = DW_OPTION_TEXT, .target = &set.approve, .argument = "ID", .help = "release the step or run that waits under this id, and go on"},
    {.name = "resume", .type = DW_OPTION_FLAG, .target = &set.resume, .help = "finish what a crash cut short; read nothing"},
    {.name = "again", .type = DW_OPTION_FLAG, .target = &set.again, .help = "handle evidence that was handled before once more"},
    {.name = "wait", .type = DW_OPTION_DURATION, .target = &set.wait, .argument = "DURATION", .initial = "1m", .help = "for another dw-heal at work in the same place", .unrecorded = true},
    DW_OPTION_EXIT_ZERO(&set.exit_zero, "blocked, held and waiting are exit status 0 too; 5 stays 5"),
    DW_GROUP("What steps are told"),
    {.name = "registry", .type = DW_OPTION_TEXT, .target = &set.registry, .argument = "WHERE", .help = "fills {registry}: the registry of dw-model"},
    {.name = "data", .type = DW_OPTION_TEXT, .target = &set.data, .argument = "FILE", .help = "fills {data}: fresh labelled records to train on"},
    {.name = "holdout", .type = DW_OPTION_TEXT, .target = &set.holdout, .argument = "FILE", .help = "fills {holdout}: fresh labelled records that nothing was trained on"},
    DW_OPTION_COLUMN("label", &set.label, "fills {label}: the true outcome"),
    DW_OPTION_COLUMN("id", &set.id, "fills {id}: what canary stages split the traffic by"),
    {.name = "model", .type = DW_OPTION_TEXT, .target = &set.model, .argument = "NAME", .help = "fills {model}: what the evidence is about"},
    {.name = "configs", .type = DW_OPTION_TEXT, .target = &set.configs, .argument = "FILES", .help = "fills {configs}: the canaries, as dw-canary takes them"},
    DW_GROUP("Audit log"),
    {.name = "events", .type = DW_OPTION_TEXT, .target = &set.events, .argument = "DIR", .help = "where reports, audit log and the work of the steps go", .unrecorded = true},
    {.name = "sign", .type = DW_OPTION_TEXT, .target = &set.sign, .argument = "KEY", .help = "sign the audit log, and believe only lines signed, with this Ed25519 key (PEM)"},
    {.name = "key", .type = DW_OPTION_TEXT, .target = &set.key, .argument = "PUBLIC", .help = "verify: every line is signed by this key"},
    {.name = "expect", .type = DW_OPTION_TEXT, .target = &set.expect, .argument = "HASH", .help = "verify: some line has this hash, kept elsewhere"},
    DW_GROUP("General"),
    DW_OPTION_OUTPUT(&set.output),
    {.name = NULL},
};
/* clang-format on */

static dw_command command = {
    .name = "dw-heal",
    .synopsis = "--policy FILE --events DIR [OPTION]... [EVIDENCE]...\n--policy FILE --dry-run [OPTION]... [EVIDENCE]...\n--events DIR "
                "--approve ID | --resume\nverify [--key PUBLIC] [--expect HASH] AUDIT",
    .purpose = "Decide what to do about drift, do it, and keep an audit log.",
    .example = "printf '%s\\n' 'version: 1' 'drift_policy: {on_high: alert}' >policy.yaml\n"
               "dw-compare --ref reference.ndjson --exit-zero current.ndjson |\n"
               "  dw-heal --policy policy.yaml --dry-run",
    .yes = "a release was blocked, an action is held back or waits for approval, or the audit log was changed",
    .options = options};

static dw_status emit(void *context, const char *text, size_t length, dw_err *e)
{
  dw_status status = dw_output_write(context, text, length, e);
  if (status == DW_OK) status = dw_output_write(context, "\n", 1, e);
  return status == DW_OK ? dw_output_flush(context, e) : status;
}

/* The supervisor's part: nothing of the user's settings is read. */
static int supervise(int argc, char **argv)
{
  dw_status status = dw_execute_supervise((size_t)argc - 3, (const char *const *)argv + 3, &err);
  if (status != DW_OK) fprintf(stderr, "dw-heal: %s\n", err.message);
  return (int)status;
}

static dw_seal *seal_of(const char *path, bool private)
{
  dw_seal *seal = NULL;
  if (path) dw_cmd_check(dw_seal_read(&seal, path, private, &err), &err);
  return seal;
}

static void say(const dw_buf *text)
{
  dw_output *output;
  dw_cmd_check(dw_output_open(&output, set.output, &err), &err);
  dw_cmd_check(dw_output_write(output, text->data, text->length, &err), &err);
  dw_cmd_check(dw_output_commit(output, &err), &err);
}

static bool is_hash(const char *text) { return strlen(text) == DW_SEAL_HASH && strspn(text, "0123456789abcdef") == DW_SEAL_HASH; }

static void warn_unlooked(const char *folder, const char *name, uint64_t count, uint64_t lines, const char *option)
{
  if (count)
    dw_cmd_warn("%s%s: %llu of %llu lines are signed, and nobody looked at the signatures (%s does)", folder, name,
                (unsigned long long)count, (unsigned long long)lines, option);
}

static _Noreturn void verify(void)
{
  dw_audit_report report;
  dw_buf text = {0}, lines = {0};
  dw_journal journal;
  if (command.operands.count != 2) dw_cmd_usage("verify takes one file: the audit log");
  if (set.expect && !is_hash(set.expect)) dw_cmd_usage("--expect takes a hash as verify prints it: 64 of the digits 0-9 and a-f");
  const char *path = command.operands.text[1];
  dw_seal *seal = seal_of(set.key, false);
  dw_cmd_check(dw_audit_verify(path, seal, set.expect, &lines, &report, &err), &err);
  if (report.whole) { /* nobody changed it: but is it what dw-heal writes? */
    dw_cmd_check(dw_journal_read(&journal, lines.data, lines.length, path, &err), &err);
    dw_journal_free(&journal);
  }
  dw_buf_free(&lines);
  bool open = report.whole && report.lines && !report.head && !set.expect; /* at its end */
  if (!report.whole)
    dw_buf_format(&text, "%s:%llu: line %llu %s\n", path, (unsigned long long)report.line, (unsigned long long)report.line, report.what);
  else
    dw_buf_format(&text, "%s: %s: %llu lines, the last with hash %s\n", path, open ? "whole as far as it goes" : "whole",
                  (unsigned long long)report.lines, report.last);
  if (!seal) warn_unlooked(path, "", report.signed_lines, report.lines, "--key PUBLIC");
  if (report.cut) dw_cmd_warn("%s: the last line has no end: dw-heal is at work, or was killed; the next run mends it", path);
  say(&text);
  dw_buf_free(&text);
  dw_seal_free(seal);
  if (open) {
    dw_err_set(&err, DW_ENODATA, "%s.head is not there: whether lines are missing at the end cannot be told (or give --expect HASH)", path);
    dw_cmd_fail(&err);
  }
  dw_cmd_end(report.whole || set.exit_zero ? DW_OK : DW_YES);
}

static void check_options(void)
{
  bool reads = !set.approve && !set.resume;
  if (set.key || set.expect) dw_cmd_usage("--key and --expect go with verify");
  if (set.dry_run && !reads) dw_cmd_usage("--dry-run does not go with --approve or --resume");
  if (set.approve && set.resume) dw_cmd_usage("--approve resumes by itself");
  if (!reads && command.operands.count) dw_cmd_usage("no evidence is read with --%s", set.approve ? "approve" : "resume");
  if (reads && !set.policy) dw_cmd_usage("what is to be done? give --policy FILE");
  if (!set.dry_run && !set.events) dw_cmd_usage("where does the audit log go? give --events DIR (or --dry-run)");
}

/* Where this program is: what it starts finds the other commands beside it. */
static const char *own_path(const char *called)
{
  static char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length <= 0) return called;
  path[length] = '\0';
  return path;
}

int main(int argc, char **argv)
{
  if (argc > 3 && strcmp(argv[1], "supervise") == 0 && strcmp(argv[2], "--") == 0) return supervise(argc, argv);
  dw_cmd_start(&command, argc, argv);
  if (command.operands.count && strcmp(command.operands.text[0], "verify") == 0) verify();
  check_options();

  dw_policy *policy = NULL;
  dw_evidence *evidence = NULL;
  dw_output *output;
  dw_heal_result result;
  if (set.policy) dw_cmd_check(dw_policy_read(&policy, set.policy, &err), &err);
  dw_seal *seal = seal_of(set.sign, true);
  dw_cmd_check(dw_output_open(&output, set.output, &err), &err);
  if (!set.approve && !set.resume) dw_cmd_check(dw_evidence_read(&evidence, command.operands.text, command.operands.count, &err), &err);
  dw_heal_options heal = {.policy = policy,
                          .evidence = evidence,
                          .approve = set.approve,
                          .again = set.again,
                          .dry_run = set.dry_run,
                          .seal = seal,
                          .wait = set.wait,
                          .settings = {.registry = set.registry,
                                       .data = set.data,
                                       .holdout = set.holdout,
                                       .label = set.label,
                                       .id = set.id,
                                       .model = set.model,
                                       .configs = set.configs,
                                       .events = set.events},
                          .self = own_path(argv[0]),
                          .emit = emit,
                          .context = output};
  dw_status status = dw_heal(&heal, &result, &err);
  dw_err problem = err;
  if (status == DW_OK || result.decision != DW_DECISION_NONE) dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_cmd_check(status, &problem);
  warn_unlooked(set.events, "/audit.ndjson", result.unlooked, result.lines, "--sign KEY");
  if (result.repeated) dw_cmd_warn("this evidence was handled before, and nothing was done (--again does it once more)");
  bool refused = result.decision == DW_DECISION_BLOCKED || result.decision == DW_DECISION_HELD || result.decision == DW_DECISION_WAITING;
  dw_evidence_free(evidence);
  dw_policy_free(policy);
  dw_seal_free(seal);
  dw_cmd_end(refused && !set.exit_zero ? DW_YES : DW_OK);
}
