/* verbs: commands whose first operand says what to do. */
#ifndef DW_CMD_VERBS_H
#define DW_CMD_VERBS_H

#include "cmd/options/options.h"

enum { DW_VERB_OPTIONS = 14 };

typedef struct dw_verb {
  const char *name;
  void (*run)(const char *operand);  /* the first operand behind the verb; NULL: there is none */
  const char *operand;               /* "VERSION"; NULL: the verb takes none; "[FILE]": any number */
  const char *asked;                 /* of an operand that must be there: what to say where it is not */
  const char *with[DW_VERB_OPTIONS]; /* the options that make sense with it, besides those of all */
} dw_verb;

/* The verb that the first operand names, of the command's verbs. Ends the command when there is none, when operands are missing or too
 * many, or an option on the command line is for other verbs: it would be passed over in silence. Settings from environment and file are
 * for all verbs. */
const dw_verb *dw_verb_asked(const dw_command *command, int argc, char **argv);

#endif
