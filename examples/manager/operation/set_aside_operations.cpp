// Operations of the journal that this process cannot carry out.
// SPDX-License-Identifier: Apache-2.0
#include "operation/set_aside_operations.h"

#include "base/failure.h"
#include "base/log.h"

#include <fmt/format.h>

namespace manager {

std::string set_aside_operation::explanation() const {
  return fmt::format(
      "operation {} ({}, by {}) is left alone: {}. It is taken up when a Deployment Manager that "
      "can carry it out starts: one of the version that wrote it, or this one with what is missing",
      operation.id, operation.verb, operation.user, why);
}

void set_aside_operations::add(const operation_record& operation, const std::string& why) {
  log::error("event=set_aside operation={} verb={} {}={} information={}", operation.id,
             operation.verb, operation.noun, operation.name, why);
  const std::lock_guard lock(mutex_);
  entries_.push_back({operation, why});
}

std::optional<std::string> set_aside_operations::why(const std::string& noun,
                                                     const std::string& name) const {
  const std::lock_guard lock(mutex_);
  for (const auto& one : entries_) {
    if (one.operation.noun == noun && one.operation.name == name) return one.explanation();
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

std::vector<set_aside_operation> set_aside_operations::of_object(const std::string& noun,
                                                                 const std::string& name) const {
  const std::lock_guard lock(mutex_);
  std::vector<set_aside_operation> found;
  for (const auto& one : entries_) {
    const bool own = one.operation.noun == noun && one.operation.name == name;
    const bool of_savepoint = noun == "application" && one.operation.noun == "savepoint" &&
                              one.operation.name.starts_with(name + "/");
    if (own || of_savepoint) found.push_back(one);
  }
  return found;
}

std::vector<set_aside_operation> set_aside_operations::all() const {
  const std::lock_guard lock(mutex_);
  return entries_;
}

}  // namespace manager
