// The one function that flink.so exports (DM-1).
// SPDX-License-Identifier: Apache-2.0
#include "boundary/table.h"

extern "C" DM_PLUGIN_EXPORT const dm_plugin* dm_plugin_entry(uint32_t abi_major) {
  return abi_major == DM_PLUGIN_ABI_MAJOR ? &dm::boundary::plugin_table : nullptr;
}
