/* unfinished: names of half-written files, removed when the process ends before they are complete: by a signal that can be caught, out of
 * memory, by exit. The list of names is global state: a signal handler has no other way to know them. Only kill -9 (and a power cut)
 * leaves the files; the next process that writes in their folder removes those (leftover.h).
 */
#ifndef DW_IO_UNFINISHED_H
#define DW_IO_UNFINISHED_H

/* Takes a copy of path; announce the name before the file is made. The first call installs a handler for those signals that still
 * have the default action; it removes the files and lets the signal take its course. Returns a ticket for dw_unfinished_forget;
 * a path too long or a full list (64) gives -1, and that file would stay behind. Threads may call both. */
int dw_unfinished_announce(const char *path);
void dw_unfinished_forget(int ticket); /* -1 is fine */
void dw_unfinished_remove(void);       /* removes the files now, as the signals do: dw_output_drop_all */

#endif
