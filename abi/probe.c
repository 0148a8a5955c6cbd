/* probe.c - a plugin of nothing but its interface: what abi-check compares, and the proof that the headers are C.
 *
 * dm_abi_probe names every type that is reached only through a void pointer or an integer, so that these are compared
 * too. It is in no plugin; probe.abignore says so to abidiff.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dm_diagnosis.h"
#include "dm_housekeeping.h"
#include "dm_logs.h"
#include "dm_metrics.h"
#include "dm_plugin.h"
#include "dm_savepoint.h"

DM_PLUGIN_EXPORT void dm_abi_probe(const dm_savepoint *savepoint, enum dm_status_code status, enum dm_log_level level,
                  const dm_logs *logs, const dm_diagnosis *diagnosis, const dm_metrics *metrics,
                  const dm_housekeeping *housekeeping);

const dm_plugin *dm_plugin_entry(uint32_t abi_major) {
  (void)abi_major;
  return NULL;
}

void dm_abi_probe(const dm_savepoint *savepoint, enum dm_status_code status, enum dm_log_level level,
                  const dm_logs *logs, const dm_diagnosis *diagnosis, const dm_metrics *metrics,
                  const dm_housekeeping *housekeeping) {
  (void)savepoint;
  (void)status;
  (void)level;
  (void)logs;
  (void)diagnosis;
  (void)metrics;
  (void)housekeeping;
}
