/* SPDX-License-Identifier: Apache-2.0 */
#include "bridge.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "_cgo_export.h"

/* In one function, since dlerror() belongs to a thread, and a goroutine to none. */
bridge_library bridge_load(const char *path) {
  bridge_library made = {NULL, NULL, NULL};
  dm_plugin_entry_function entry = NULL;
  made.handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (made.handle != NULL) *(void **)&entry = dlsym(made.handle, DM_PLUGIN_ENTRY_SYMBOL);
  if (entry == NULL) {
    made.problem = strdup(dlerror());
    return made;
  }
  made.table = entry(DM_PLUGIN_ABI_MAJOR);
  if (made.table == NULL) made.problem = strdup("speaks another ABI major");
  return made;
}

void bridge_unload(void *handle) {
  if (handle != NULL) dlclose(handle);
}

static void log_line(void *user, int32_t level, dm_string line) {
  dmpluginLog((uintptr_t)user, level, (char *)line.data, line.size);
}

static void event(void *user, dm_string document) { dmpluginEvent((uintptr_t)user, (char *)document.data, document.size); }

bridge_reply bridge_open(const dm_plugin *plugin, const char *environment, size_t size, int32_t level, uintptr_t log,
                         dm_session **session, dm_host **host) {
  bridge_reply reply = {DM_STATUS_RESOURCE_EXHAUSTED, {NULL, 0, NULL}};
  dm_string lent = {environment, size};
  *host = calloc(1, sizeof **host);
  if (*host == NULL) return reply;
  (*host)->struct_size = sizeof **host;
  (*host)->user = (void *)log;
  (*host)->log_level = level;
  (*host)->log = log == 0 ? NULL : log_line;
  reply.status = plugin->open(*host, lent, session, &reply.document);
  return reply;
}

void bridge_close(const dm_plugin *plugin, dm_session *session, dm_host *host) {
  plugin->close(session);
  free(host);
}

dm_status bridge_call_open(const dm_plugin *plugin, dm_session *session, uint64_t timeout_ms, const char *id, size_t id_size,
                           uintptr_t on_event, dm_call **call) {
  dm_call_options options = {sizeof options, timeout_ms, {id, id_size}, (void *)on_event, on_event == 0 ? NULL : event};
  return plugin->call_open(session, &options, call);
}

void bridge_call_cancel(const dm_plugin *plugin, dm_call *call) { plugin->call_cancel(call); }
void bridge_call_close(const dm_plugin *plugin, dm_call *call) { plugin->call_close(call); }

int bridge_session_cancel(const dm_plugin *plugin, dm_session *session) {
  if (!DM_HAS_MEMBER(dm_plugin, plugin, session_cancel)) return 0;
  plugin->session_cancel(session);
  return 1;
}

dm_operation bridge_find(const dm_plugin *plugin, const char *extension, size_t offset) {
  dm_string id = {extension, extension == NULL ? 0 : strlen(extension)};
  const char *table = extension == NULL ? (const char *)plugin : plugin->extension(id);
  /* Every table begins with its size (DM-3). */
  if (table == NULL || *(const size_t *)table < offset + sizeof(dm_operation)) return NULL;
  return *(const dm_operation *)(table + offset);
}

bridge_reply bridge_run(dm_operation verb, dm_session *session, dm_call *call, const char *request, size_t size) {
  bridge_reply reply = {DM_STATUS_INTERNAL, {NULL, 0, NULL}};
  dm_string lent = {request, size};
  reply.status = verb(session, call, lent, &reply.document);
  return reply;
}

void bridge_release(const dm_plugin *plugin, dm_document document) { plugin->release(&document); }
