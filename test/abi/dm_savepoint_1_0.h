/* dm_savepoint.h - the extension "dm.savepoint/1": savepoints of a component.
 *
 *   const dm_savepoint *savepoint = plugin->extension(DM_SAVEPOINT_EXTENSION as dm_string);
 *   if (savepoint != NULL) savepoint->list(session, call, request, &reply);
 *
 * A savepoint is a consistent image of a streaming job's state that the job can be resumed from. A restore point is
 * anything a job can be resumed from: a savepoint, or a checkpoint that Flink was told to retain.
 * All rules of dm_plugin.h hold; documents.md describes the documents.
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
