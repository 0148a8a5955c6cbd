/* dm_savepoint.h - the extension "dm.savepoint/1": savepoints of a component.
 *
 * A savepoint is a consistent image of a streaming job's state that the job can be resumed from. A restore point is
 * anything a job can be resumed from: a savepoint, or a checkpoint that Flink was told to retain. A host keeps no list
 * of them: list() finds all, also those that somebody made by hand. A typical host does:
 *
 *   dm_string id = {DM_SAVEPOINT_EXTENSION, sizeof DM_SAVEPOINT_EXTENSION - 1};
 *   const dm_savepoint *savepoint = (const dm_savepoint *)plugin->extension(id);
 *   if (savepoint != NULL && DM_HAS_MEMBER(dm_savepoint, savepoint, plan)) {
 *     status = savepoint->trigger(session, call, request, &reply);   // request: "operation": "before-upgrade"
 *     plugin->release(&reply);
 *     if (status == DM_STATUS_DEADLINE_EXCEEDED || status == DM_STATUS_UNAVAILABLE)
 *       status = savepoint->trigger(session, NULL, request, &reply); // asks what became of it, takes no second one
 *     ... use reply.data, reply.size ...
 *     plugin->release(&reply);
 *   }
 *
 * Contract: all rules of dm_plugin.h hold (DM-1 ... DM-25), and documents.md describes requests and replies.
 *   Ownership  The table is the plugin's, constant, valid as long as the library is loaded (DM-6). Requests are lent
 *              (DM-10), replies are released with dm_plugin.release (DM-11).
 *   Threads    Every verb is [thread-safe], blocks its thread, and calls back on that thread only (DM-16, DM-17).
 *   Errors     DM_STATUS_FAILED_PRECONDITION when the state of things forbids it (nothing runs, pinned, in use,
 *              damaged), DM_STATUS_NOT_FOUND for an unknown restore point, DM_STATUS_UNAVAILABLE when it could not be
 *              told. A savepoint that failed is DM_STATUS_FAILED_PRECONDITION with Flink's reason.
 *   Repeating  Every verb may be sent again after any failure or crash, from any host, and converges. trigger() of one
 *              operation id takes one savepoint, however often it is sent.
 *   Waiting    When the time is up (DM-19) or the call is cancelled (DM-20), what Flink was asked for goes on: a
 *              savepoint is completed and listed, whether or not anybody waits for it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DM_SAVEPOINT_H
#define DM_SAVEPOINT_H

#include "dm_plugin_1_0.h"

#ifdef __cplusplus
extern "C" {
#endif

#define DM_SAVEPOINT_EXTENSION "dm.savepoint/1"

/* New members are appended to the end only (DM-3, DM-6). Every verb is [thread-safe]. */
typedef struct dm_savepoint {
  size_t struct_size;
  dm_operation trigger; /* takes a savepoint of a running job, under an operation id that the caller chooses */
  dm_operation list;    /* restore points of components, newest first */
  dm_operation resume;  /* starts a component from a named restore point */
  dm_operation dispose; /* deletes a savepoint */
  dm_operation pin;     /* protects a savepoint from dispose and retention */
  dm_operation unpin;   /* takes the protection away */
  dm_operation plan;    /* says what a start, resume or upgrade would do, and does nothing */
} dm_savepoint;

#ifdef __cplusplus
}
#endif

#endif /* DM_SAVEPOINT_H */
