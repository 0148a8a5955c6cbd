/* dm_logs.h - the extension "dm.logs/1": what components write: the logs of a component, wherever they lie.
 *
 * A source is one file, or one text, that tells what a component did: the guard's log, the client's output, the files of
 * a container of its YARN application, YARN's diagnostics. sources() says which there are now; read() gives a piece of
 * one, never more than the request allows, and where the next piece begins. Nothing is read whole, and nothing is kept
 * in the plugin between two calls.
 *
 * Contract: all rules of dm_plugin.h hold (DM-1 ... DM-26), and documents.md describes requests and replies. Requests are lent
 * (DM-10), replies are released with dm_plugin.release (DM-11). Every verb is [thread-safe], blocks its thread, and calls back
 * on that thread only (DM-16, DM-17). The table is the plugin's, constant, valid as long as the library is loaded (DM-6).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DM_LOGS_H
#define DM_LOGS_H

#include "dm_plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define DM_LOGS_EXTENSION "dm.logs/1"

/* New members are appended to the end only (DM-3, DM-6). Every verb is [thread-safe]. */
typedef struct dm_logs {
  size_t struct_size;
  dm_operation sources; /* which logs a component has, of its newest incarnations */
  dm_operation read;    /* a piece of one of them */
} dm_logs;

#ifdef __cplusplus
}
#endif

#endif /* DM_LOGS_H */
