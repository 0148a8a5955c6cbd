// Operations of the journal that this process cannot carry out.
// SPDX-License-Identifier: Apache-2.0
#include "operation/set_aside_operations.h"

#include "base/failure.h"
#include "base/log.h"

#include <fmt/format.h>

namespace manager {

void set_aside_operations::add(const operation_record& operation, const std::string& why) {
  log::error("event=set_aside operation={} verb={} {}={} information={}", operation.id,
             operation.verb, operation.noun, operation.name, why);
  const std::lock_guard lock(mutex_);
  entries_.push_back({operation, why});
}

std::optional<std::string> set_aside_operations::why(const std::string& noun,
                                                     const std::string& name) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [operation, why] : entries_) {
    if (operation.noun != noun || operation.name != name) continue;
    return fmt::format(
        "operation {} ({}, by {}) is left alone: {}. It is taken up when a Deployment Manager that "
        "can carry it out starts",
        operation.id, operation.verb, operation.user, why);
  }
  return std::nullopt;
}

void set_aside_operations::check(const std::string& noun, const std::string& name) const {
  if (const auto reason = why(noun, name)) {
    throw failure(failure_kind::failed_connection, *reason);
  }
}

std::optional<set_aside_operation> set_aside_operations::find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  for (const auto& entry : entries_) {
    if (entry.operation.id == id) return entry;
  }
  return std::nullopt;
}

std::vector<set_aside_operation> set_aside_operations::all() const {
  const std::lock_guard lock(mutex_);
  return entries_;
}

}  // namespace manager
