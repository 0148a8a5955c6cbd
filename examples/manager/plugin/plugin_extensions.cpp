// The extensions of a plugin that this host knows.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_extensions.h"

#include "plugin/plugin_document.h"

#include <array>
#include <cstddef>

namespace manager {
namespace {

/// The table of `id`, if it reaches as far as `last` and has all of `verbs`.
template <class Table, class... Verbs>
const Table* whole(const dm_plugin& plugin, std::string_view id, Verbs... verbs) {
  const auto* const found = static_cast<const Table*>(plugin.extension(lend(id)));
  if (found == nullptr) return nullptr;
  const auto* const begin = reinterpret_cast<const char*>(found);
  const auto covers = [&](auto verb) {
    const auto end = reinterpret_cast<const char*>(&(found->*verb) + 1) - begin;
    return static_cast<std::size_t>(end) <= found->struct_size && found->*verb != nullptr;
  };
  return (covers(verbs) && ...) ? found : nullptr;
}

}  // namespace

std::string_view id_of(plugin_extension extension) {
  constexpr std::array<std::string_view, 5> ids = {DM_SAVEPOINT_EXTENSION, DM_LOGS_EXTENSION,
                                                   DM_DIAGNOSIS_EXTENSION, DM_METRICS_EXTENSION,
                                                   DM_HOUSEKEEPING_EXTENSION};
  return ids.at(static_cast<std::size_t>(extension));
}

bool plugin_extensions::has(plugin_extension extension) const {
  switch (extension) {
    case plugin_extension::savepoint:
      return savepoint != nullptr;
    case plugin_extension::logs:
      return logs != nullptr;
    case plugin_extension::diagnosis:
      return diagnosis != nullptr;
    case plugin_extension::metrics:
      return metrics != nullptr;
    case plugin_extension::housekeeping:
      break;
  }
  return housekeeping != nullptr;
}

plugin_extensions extensions_of(const dm_plugin& table) {
  if (!DM_HAS_MEMBER(dm_plugin, &table, extension) || table.extension == nullptr) return {};
  return {
      .savepoint =
          whole<dm_savepoint>(table, DM_SAVEPOINT_EXTENSION, &dm_savepoint::trigger,
                              &dm_savepoint::list, &dm_savepoint::resume, &dm_savepoint::dispose,
                              &dm_savepoint::pin, &dm_savepoint::unpin, &dm_savepoint::plan),
      .logs = whole<dm_logs>(table, DM_LOGS_EXTENSION, &dm_logs::sources, &dm_logs::read),
      .diagnosis = whole<dm_diagnosis>(table, DM_DIAGNOSIS_EXTENSION, &dm_diagnosis::incidents,
                                       &dm_diagnosis::explain),
      .metrics = whole<dm_metrics>(table, DM_METRICS_EXTENSION, &dm_metrics::figures),
      .housekeeping = whole<dm_housekeeping>(table, DM_HOUSEKEEPING_EXTENSION,
                                             &dm_housekeeping::inspect, &dm_housekeeping::clean),
  };
}

}  // namespace manager
