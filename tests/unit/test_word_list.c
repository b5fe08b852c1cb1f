#include "data/columns/word_list.h"

#include "test.h"

static dw_word_list *list_of(const char *text)
{
  dw_err err = {0};
  dw_word_list *list = NULL;
  dw_status status = dw_word_list_parse(&list, text, strlen(text), "w", &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  return list;
}

static bool has(const dw_word_list *list, const char *text)
{
  dw_buf scratch = {0};
  bool found = dw_word_list_has(list, text, strlen(text), &scratch);
  dw_buf_free(&scratch);
  return found;
}

static void check_texts(const char *words, const char *const *yes, const char *const *no)
{
  dw_word_list *list = list_of(words);
  for (; *yes; yes++) CHECK_MSG(has(list, *yes), "[%s] is not found by %s", *yes, words);
  for (; *no; no++) CHECK_MSG(!has(list, *no), "[%s] is found by %s", *no, words);
  dw_word_list_free(list);
}

TEST(words_phrases_and_their_borders)
{
  static const char *const yes[] = {"an IDIOT!",       "idiot",   "(idiot)",  "idiot's", "x\nshut \t up",
                                    "Shut up, please", "ÉCOLE é", "你坏人吗", NULL};
  static const char *const no[] = {"",         "idiots", "aidiot", "idiot2",          "2idiot", "shutup", "shut uphill",
                                   "shut, up", "eécole", "écoles", "a \xff idio\xff", NULL};
  check_texts("# a comment\n@list toxicity\n\n  idiot \r\nshut   up\nécole\n坏人\n", yes, no);
}

TEST(stars_are_the_rest_of_a_word)
{
  static const char *const yes[] = {"moron", "moronic", "MORONÉs", "threatening you", "i threaten you.", NULL};
  static const char *const no[] = {"oxymoron", "threat you", "threaten", "threatening your", "moro", NULL};
  check_texts("@list toxicity\nmoron*\nthreaten* you\n", yes, no);
}

TEST(alternatives)
{
  static const char *const yes[] = {"i will hurt you", "I'll kill you", "i\xe2\x80\x99ll hurt you", "you fool", "you big fool", NULL};
  static const char *const no[] = {"i will help you", "i will hurt", "you big big fool", NULL};
  check_texts("@list toxicity\n(i will|i'll) (hurt|kill) you\nyou (|big )fool\n", yes, no);
  dw_word_list *list = list_of("@list refusal\n(a|b|c) (d|e)\n!x\n");
  CHECK(dw_word_list_count(list) == 7 && dw_word_list_kind(list) == DW_WORDS_REFUSAL);
  CHECK(has(list, "c e") && !has(list, "a b"));
  dw_word_list_free(list);
}

TEST(exceptions_cover_what_stands_in_them)
{
  static const char *const yes[] = {"kill", "kill the process, then kill", "kill the", "do not kill yourself, kill", NULL};
  static const char *const no[] = {"kill the process", "KILL  the process", "do not kill yourself", "skill", NULL};
  check_texts("@list toxicity\nkill*\n! kill the process\n!do not kill yourself\n", yes, no);
}

TEST(signs_are_letters_only_by_a_rule)
{
  static const char *const yes[] = {"id10t", "1DIOT", "you f00l", "a$$", "idiot", NULL}, *const no[] = {"1010", "10 dot", "5", NULL};
  check_texts("@list toxicity\n@leet\nidiot\nyou fool\nass\n", yes, no);
  static const char *const plain_yes[] = {"idiot", NULL}, *const plain_no[] = {"id10t", "1diot", NULL};
  check_texts("@list toxicity\nidiot\n", plain_yes, plain_no);
}

TEST(what_is_special_can_be_meant)
{
  static const char *const yes[] = {"a*b", "#1", "(sic)", "@home", "x|y", "c\\d", NULL}, *const no[] = {"ab", "sic", "home", "x", NULL};
  check_texts("@list toxicity\na\\*b\n\\#1\n\\(sic\\)\n\\@home\nx\\|y\nc\\\\d\n", yes, no);
}

TEST(lists_that_are_none)
{
  static const struct {
    const char *text, *why;
  } table[] = {{"", "without a word"},
               {"@list toxicity\n! a\n", "without a word"},
               {"idiot\n", "w:1: expected @list"},
               {"@list\na\n", "w:1: expected @list"},
               {"@list rude\n", "w:1: expected @list"},
               {"@list refusal\n@list refusal\n", "w:2: expected @list"},
               {"@list refusal\n@l33t\n", "w:2: expected @list"},
               {"@list refusal\nmo*ron\n", "w:2: a * stands at the end"},
               {"@list refusal\n*\n", "w:2: a * stands at the end"},
               {"@list refusal\na *\n", "w:2: a * stands at the end"},
               {"@list refusal\n(a|b\n", "w:2: alternatives"},
               {"@list refusal\na)\n", "w:2: alternatives"},
               {"@list refusal\na|b\n", "w:2: alternatives"},
               {"@list refusal\n((a|b)|c)\n", "w:2: alternatives"},
               {"@list refusal\n(|a)\n", "nothing to look for"},
               {"@list refusal\n!\n", "nothing to look for"},
               {"@list refusal\n(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)\n", "more than 2000"},
               {"@list refusal\n\xff\n", "w:2: not UTF-8"}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    dw_err err = {0};
    dw_word_list *list = NULL;
    CHECK_MSG(dw_word_list_parse(&list, table[i].text, strlen(table[i].text), "w", &err) == DW_EDATA && !list, "%s", table[i].text);
    CHECK_MSG(strstr(err.message, table[i].why), "%s: %s", table[i].text, err.message);
  }
}

TEST(what_is_shipped)
{
  static const struct {
    dw_word_kind kind;
    const char *text;
    bool found;
  } table[] = {{DW_WORDS_TOXICITY, "You are such an idiot.", true},
               {DW_WORDS_TOXICITY, "you're a loser", true},
               {DW_WORDS_TOXICITY, "Shut the hell up", true},
               {DW_WORDS_TOXICITY, "I'm going to hurt you", true},
               {DW_WORDS_TOXICITY, "You deserve to suffer", true},
               {DW_WORDS_TOXICITY, "Go kill yourself", true},
               {DW_WORDS_TOXICITY, "kill yourself", true},
               {DW_WORDS_TOXICITY, "I will help you with that.", false},
               {DW_WORDS_TOXICITY, "Do not kill yourself; please call somebody.", false},
               {DW_WORDS_TOXICITY, "Kill the process, and shut it down.", false},
               {DW_WORDS_TOXICITY, "There is no stupid question.", false},
               {DW_WORDS_TOXICITY, "A bastard file has coarse teeth.", false},
               {DW_WORDS_REFUSAL, "I'm sorry, but no.", true},
               {DW_WORDS_REFUSAL, "As a large language model, I", true},
               {DW_WORDS_REFUSAL, "as a language model", true},
               {DW_WORDS_REFUSAL, "i have to decline", true},
               {DW_WORDS_REFUSAL, "I can help", false}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    dw_word_list *list = dw_word_list_shipped(table[i].kind);
    CHECK(dw_word_list_kind(list) == table[i].kind);
    CHECK_MSG(has(list, table[i].text) == table[i].found, "%s: %s", dw_word_kind_name(table[i].kind), table[i].text);
    dw_word_list_free(list);
  }
}
