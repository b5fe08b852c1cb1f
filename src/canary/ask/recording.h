/* recording: answers that were written down earlier, to be given again round by round (backend replay). All of a canary's are held in
 * memory, without what a response says of its embedding.
 */
#ifndef DW_CANARY_RECORDING_H
#define DW_CANARY_RECORDING_H

#include "base/map.h"
#include "canary/answers/response.h"

typedef struct dw_recording dw_recording;

/* Of the canary of that name; NULL: of all there are in the file, which must be one. DW_EDATA: not such a file; DW_ENODATA: nothing of the
 * canary in it; DW_ESYSTEM. */
dw_status dw_recording_read(dw_recording **out, const char *path, const char *canary, dw_err *err);
void dw_recording_free(dw_recording *recording); /* NULL is fine */

/* In the order of their first answers. */
size_t dw_recording_rounds(const dw_recording *recording);
const char *dw_recording_round(const dw_recording *recording, size_t index);
size_t dw_recording_prompts(const dw_recording *recording);
const char *dw_recording_prompt(const dw_recording *recording, size_t index, const char **text);
size_t dw_recording_most(const dw_recording *recording); /* answers of a round to a prompt, at most */

/* The answer number repeat of a round to a prompt, in the order of the file; NULL: there is none. */
const dw_response *dw_recording_answer(const dw_recording *recording, const char *round, const char *prompt, size_t repeat);

#endif
