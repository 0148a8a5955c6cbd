/* bridge.h - what cgo cannot do: call function pointers, and hand functions of Go over as callbacks. One function a shape.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DMPLUGIN_BRIDGE_H
#define DMPLUGIN_BRIDGE_H

#include "dm_diagnosis.h"
#include "dm_housekeeping.h"
#include "dm_logs.h"
#include "dm_metrics.h"
#include "dm_plugin.h"
#include "dm_savepoint.h"

typedef struct bridge_library {
  void *handle;
  const dm_plugin *table; /* NULL: see problem */
  char *problem;          /* to be freed */
} bridge_library;

typedef struct bridge_reply {
  dm_status status;
  dm_document document;
} bridge_reply;

bridge_library bridge_load(const char *path);
void bridge_unload(void *handle);

/* log: the handle of a function of Go, or 0. The dm_host is made here, and lives until bridge_close(). */
bridge_reply bridge_open(const dm_plugin *plugin, const char *environment, size_t size, int32_t level, uintptr_t log,
                         dm_session **session, dm_host **host);
void bridge_close(const dm_plugin *plugin, dm_session *session, dm_host *host);

dm_status bridge_call_open(const dm_plugin *plugin, dm_session *session, uint64_t timeout_ms, const char *id, size_t id_size,
                           uintptr_t on_event, dm_call **call);
void bridge_call_cancel(const dm_plugin *plugin, dm_call *call);
void bridge_call_close(const dm_plugin *plugin, dm_call *call);
int bridge_session_cancel(const dm_plugin *plugin, dm_session *session); /* 0: the plugin is older */

/* The verb at an offset of the plugin's table (extension NULL) or of an extension's; NULL where there is none. */
dm_operation bridge_find(const dm_plugin *plugin, const char *extension, size_t offset);
bridge_reply bridge_run(dm_operation verb, dm_session *session, dm_call *call, const char *request, size_t size);
void bridge_release(const dm_plugin *plugin, dm_document document);

#endif
