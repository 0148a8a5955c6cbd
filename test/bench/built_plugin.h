// A flink.so that was built before, whichever commit it is of: loaded as a host loads it, driven
// through its C header alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dm_plugin.h"

namespace dm::bench {

// Throws std::runtime_error when it cannot be loaded. Stays loaded until the process ends.
class built_plugin {
 public:
  explicit built_plugin(const std::string& path);
  const dm_plugin* operator->() const { return table_; }

 private:
  const dm_plugin* table_ = nullptr;
};

struct answer {
  dm_status status = DM_STATUS_INTERNAL;
  std::string text;
  double seconds = 0;  // from call to return
};

class plugin_session {
 public:
  // environment: the document of open(). Throws std::runtime_error when it is refused.
  plugin_session(const built_plugin& plugin, const std::string& environment);
  ~plugin_session() { plugin_->close(session_); }
  plugin_session(const plugin_session&) = delete;
  plugin_session& operator=(const plugin_session&) = delete;

  // timeout_ms: 0 for the verb's own.
  answer run(dm_operation verb, std::string_view request, std::uint64_t timeout_ms = 0) const;
  // The same; throws std::runtime_error unless the verb succeeds.
  answer succeed(dm_operation verb, std::string_view request, std::uint64_t timeout_ms = 0) const;

 private:
  const built_plugin& plugin_;
  dm_session* session_ = nullptr;
};

}  // namespace dm::bench
