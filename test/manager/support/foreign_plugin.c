/* foreign.so: a plugin of another major of the contract.
 * SPDX-License-Identifier: Apache-2.0 */
#include <dm_plugin.h>

DM_PLUGIN_EXPORT const dm_plugin *dm_plugin_entry(uint32_t abi_major) {
  (void)abi_major;
  return NULL;
}
