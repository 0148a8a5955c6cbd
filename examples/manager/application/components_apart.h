// Components that an operation takes away or lays out at this moment: what their plugin would say
// of half of their files is true of neither version.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/application_store.h"

#include <map>
#include <mutex>
#include <string>
#include <tuple>

namespace manager {

/// All functions: [any-thread]
class components_apart {
 public:
  /// `why` is one sentence for people: which operation does what.
  void take(const component_record& component, std::string why);
  /// It is laid out again.
  void put_back(const component_record& component);
  /// Its operation has ended, whatever it has left.
  void forget(const std::string& application);
  /// Empty: it is whole.
  std::string why(const component_record& component) const;

 private:
  using key = std::tuple<std::string, std::string, std::string>;  // application, type, component
  static key key_of(const component_record& component);

  mutable std::mutex mutex_;
  std::map<key, std::string> apart_;  // guarded by mutex_
};

}  // namespace manager
