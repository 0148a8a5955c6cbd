/* Plugins that are not what the adapter was written for, by VARIANT: 1 another major, 2 a later minor with a longer table and
 * outcomes of its own, 3 another component type, 4 another schema, 5 a table shorter than 1.0's, 6 no plugin at all.
 * SPDX-License-Identifier: Apache-2.0 */
#include <dm_plugin.h>

#if VARIANT == 6
DM_PLUGIN_EXPORT int something_else(void) { return 0; }
#else

#if VARIANT == 3
#define MANIFEST "{\"schema\":1,\"component_type\":\"spark\",\"schemas\":[1]}"
#elif VARIANT == 4
#define MANIFEST "{\"schema\":2,\"component_type\":\"flink\",\"schemas\":[2]}"
#else
#define MANIFEST "{\"schema\":1,\"component_type\":\"flink\",\"schemas\":[1,2],\"new\":{}}"
#endif

struct dm_session {
  int unused;
};
static struct dm_session session_of_all;

static dm_status open_session(const dm_host *host, dm_string environment, dm_session **session, dm_document *reply) {
  (void)host, (void)environment, (void)reply;
  *session = &session_of_all;
  return DM_STATUS_OK;
}
static void close_session(dm_session *session) { (void)session; }
static dm_status call_open(dm_session *session, const dm_call_options *options, dm_call **call) {
  (void)session, (void)options;
  *call = NULL;
  return DM_STATUS_OK;
}
static void end_call(dm_call *call) { (void)call; }
/* An outcome that no header had when the adapter was written (DM-5), and not a word more. */
static dm_status verb(dm_session *session, dm_call *call, dm_string request, dm_document *reply) {
  (void)session, (void)call, (void)request, (void)reply;
  return 77;
}
static void release(dm_document *document) { (void)document; }
static const void *extension(dm_string id) {
  (void)id;
  return NULL;
}

static const struct {
  dm_plugin known;
  void *later[8];
} table = {{
#if VARIANT == 5
               sizeof(size_t) + 8,
#else
               sizeof(table),
#endif
               DM_PLUGIN_ABI_MAJOR, 99, {MANIFEST, sizeof(MANIFEST) - 1}, open_session, close_session, call_open, end_call,
               end_call, verb, verb, verb, verb, verb, verb, release, extension, close_session, verb},
           {NULL}};

DM_PLUGIN_EXPORT const dm_plugin *dm_plugin_entry(uint32_t abi_major) {
#if VARIANT == 1
  return abi_major == DM_PLUGIN_ABI_MAJOR + 1 ? &table.known : NULL;
#else
  return abi_major == DM_PLUGIN_ABI_MAJOR ? &table.known : NULL;
#endif
}
#endif
