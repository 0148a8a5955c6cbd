// The extensions of a plugin that this host knows, as the plugin offers them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <dm_diagnosis.h>
#include <dm_housekeeping.h>
#include <dm_logs.h>
#include <dm_metrics.h>
#include <dm_plugin.h>
#include <dm_savepoint.h>

#include <string_view>

namespace manager {

enum class plugin_extension { savepoint, logs, diagnosis, metrics, housekeeping };

/// "dm.savepoint/1" and so on.
std::string_view id_of(plugin_extension extension);

/// Each is nullptr where the plugin has none, or one that lacks a verb of this revision (DM-3,
/// DM-6).
struct plugin_extensions {
  const dm_savepoint* savepoint = nullptr;
  const dm_logs* logs = nullptr;
  const dm_diagnosis* diagnosis = nullptr;
  const dm_metrics* metrics = nullptr;
  const dm_housekeeping* housekeeping = nullptr;

  bool has(plugin_extension extension) const;
};

/// Asks the plugin for each. Runs the plugin's code.
plugin_extensions extensions_of(const dm_plugin& table);

}  // namespace manager
