/* A plugin of another project that offers nothing yet. */
#include <dm_plugin.h>

#define MANIFEST "{\"schema\":1,\"name\":\"empty\"}"

static const dm_plugin table = {
    .struct_size = sizeof table, .abi_major = 1, .abi_minor = 0, .manifest = {MANIFEST, sizeof MANIFEST - 1}};

DM_PLUGIN_EXPORT const dm_plugin *dm_plugin_entry(uint32_t abi_major) { return abi_major == 1 ? &table : NULL; }
