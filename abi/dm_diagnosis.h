/* dm_diagnosis.h - the extension "dm.diagnosis/1": why a component is as it is.
 *
 * An incident is what the component's supervisor has kept of a failure, before the cluster forgets it: causes, tails of
 * logs, facts. incidents() lists them, or gives one whole. explain() says which facts and rules have led to the present
 * state. Both change nothing.
 *
 * Contract: all rules of dm_plugin.h hold (DM-1 ... DM-26), and documents.md describes requests and replies. Requests are lent
 * (DM-10), replies are released with dm_plugin.release (DM-11). Every verb is [thread-safe], blocks its thread, and calls back
 * on that thread only (DM-16, DM-17). The table is the plugin's, constant, valid as long as the library is loaded (DM-6).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DM_DIAGNOSIS_H
#define DM_DIAGNOSIS_H

#include "dm_plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define DM_DIAGNOSIS_EXTENSION "dm.diagnosis/1"

/* New members are appended to the end only (DM-3, DM-6). Every verb is [thread-safe]. */
typedef struct dm_diagnosis {
  size_t struct_size;
  dm_operation incidents; /* what was kept of failures, newest first; or one of them, whole */
  dm_operation explain;   /* the rules and facts that led to the present state, in sentences */
} dm_diagnosis;

#ifdef __cplusplus
}
#endif

#endif /* DM_DIAGNOSIS_H */
