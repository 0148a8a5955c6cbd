// Operations of the journal that this process cannot carry out though another one can: of a newer
// version, or of a plugin that does not load. They stay in the journal, and their objects in their
// passing states, until a Deployment Manager starts that can.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/operation_journal.h"

#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace manager {

struct set_aside_operation {
  operation_record operation;
  std::string why;

  /// For people: why, and what ends it.
  std::string explanation() const;
};

/// All members may be called from any thread.
class set_aside_operations {
 public:
  void add(const operation_record& operation, const std::string& why);

  /// For people: which operation of the object is set aside, and why; nullopt when it has none.
  std::optional<std::string> why(const std::string& noun, const std::string& name) const;
  /// Throws failure(failed_connection), so 503, saying the same.
  void check(const std::string& noun, const std::string& name) const;

  std::optional<set_aside_operation> find(const std::string& id) const;
  /// Those of an application and of its savepoints, or of a package, in the order of their
  /// acceptance.
  std::vector<set_aside_operation> of_object(const std::string& noun,
                                             const std::string& name) const;
  /// In the order of their acceptance.
  std::vector<set_aside_operation> all() const;

 private:
  mutable std::mutex mutex_;
  std::vector<set_aside_operation> entries_;  // guarded by mutex_
};

}  // namespace manager
