/* dm_housekeeping.h - the extension "dm.housekeeping/1": what is left over, and may go.
 *
 * inspect() reports what nobody needs any more, and what does not fit together, for all components of a namespace on
 * this node and below the state root; it changes nothing. clean() removes what inspect() reported and the request names,
 * after it has looked at each once more. A service that does not answer means that nothing which depends on its word is
 * removed.
 *
 * Contract: all rules of dm_plugin.h hold (DM-1 ... DM-26), and documents.md describes requests and replies. Requests are lent
 * (DM-10), replies are released with dm_plugin.release (DM-11). Every verb is [thread-safe], blocks its thread, and calls back
 * on that thread only (DM-16, DM-17). The table is the plugin's, constant, valid as long as the library is loaded (DM-6).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DM_HOUSEKEEPING_H
#define DM_HOUSEKEEPING_H

#include "dm_plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define DM_HOUSEKEEPING_EXTENSION "dm.housekeeping/1"

/* New members are appended to the end only (DM-3, DM-6). Every verb is [thread-safe]. */
typedef struct dm_housekeeping {
  size_t struct_size;
  dm_operation inspect; /* what is left over: what, how large, why it may go, what would break */
  dm_operation clean;   /* removes what inspect reported; a dry run unless told otherwise */
} dm_housekeeping;

#ifdef __cplusplus
}
#endif

#endif /* DM_HOUSEKEEPING_H */
