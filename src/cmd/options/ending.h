/* ending: a command ends by dw_ending_leave and in no other way. */
#ifndef DW_CMD_ENDING_H
#define DW_CMD_ENDING_H

/* Ignores SIGPIPE and SIGXFSZ (a limit on the size of files): writes report both. From here on an exit that is not dw_ending_leave's,
 * which is one of a library that cannot go on, is a system error with a message and status 4, whatever its number: libgomp without memory
 * for its threads exits with 1, which would be an answer. name: of the command, for the message. */
void dw_ending_start(const char *name);
_Noreturn void dw_ending_leave(int status);

#endif
