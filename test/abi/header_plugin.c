/* dm_plugin.h by itself, twice, as C. */
#include "dm_plugin.h"
#include "dm_plugin.h"

int host_knows_extension(const dm_plugin *plugin);

int host_knows_extension(const dm_plugin *plugin) {
  return DM_HAS_MEMBER(dm_plugin, plugin, extension) && plugin->extension != NULL;
}
