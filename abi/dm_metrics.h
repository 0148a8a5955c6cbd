/* dm_metrics.h - the extension "dm.metrics/1": figures of running components.
 *
 * figures() asks running jobs for their key figures: a batch of components, all side by side, as status does. It keeps
 * nothing: a host that wants their history keeps it.
 *
 * Contract: all rules of dm_plugin.h hold (DM-1 ... DM-26), and documents.md describes requests and replies. Requests are lent
 * (DM-10), replies are released with dm_plugin.release (DM-11). Every verb is [thread-safe], blocks its thread, and calls back
 * on that thread only (DM-16, DM-17). The table is the plugin's, constant, valid as long as the library is loaded (DM-6).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DM_METRICS_H
#define DM_METRICS_H

#include "dm_plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define DM_METRICS_EXTENSION "dm.metrics/1"

/* New members are appended to the end only (DM-3, DM-6). Every verb is [thread-safe]. */
typedef struct dm_metrics {
  size_t struct_size;
  dm_operation figures; /* key figures of a batch of components, as they are now */
} dm_metrics;

#ifdef __cplusplus
}
#endif

#endif /* DM_METRICS_H */
