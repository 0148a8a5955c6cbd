// Components that an operation takes away or lays out at this moment.
// SPDX-License-Identifier: Apache-2.0
#include "application/components_apart.h"

#include <utility>

namespace manager {

components_apart::key components_apart::key_of(const component_record& component) {
  return {component.application, component.type, component.name};
}

void components_apart::take(const component_record& component, std::string why) {
  const std::lock_guard lock(mutex_);
  apart_[key_of(component)] = std::move(why);
}

void components_apart::put_back(const component_record& component) {
  const std::lock_guard lock(mutex_);
  apart_.erase(key_of(component));
}

void components_apart::forget(const std::string& application) {
  const std::lock_guard lock(mutex_);
  std::erase_if(apart_, [&](const auto& entry) { return std::get<0>(entry.first) == application; });
}

std::string components_apart::why(const component_record& component) const {
  const std::lock_guard lock(mutex_);
  const auto found = apart_.find(key_of(component));
  return found == apart_.end() ? std::string() : found->second;
}

}  // namespace manager
