/* slow.so: a library that takes three seconds to be loaded, and is no plugin of this contract then.
 * SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include <dm_plugin.h>

#include <time.h>

__attribute__((constructor)) static void take_time(void) {
  const struct timespec three_seconds = {3, 0};
  nanosleep(&three_seconds, 0);
}

DM_PLUGIN_EXPORT const dm_plugin *dm_plugin_entry(uint32_t abi_major) {
  (void)abi_major;
  return NULL;
}
