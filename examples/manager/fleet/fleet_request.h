// What is asked for of the fleet: which components, in which order, how many at a time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "registry/application_store.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace manager {

inline constexpr std::int64_t usual_parallel = 4;
inline constexpr std::int64_t most_parallel = 32;
inline constexpr std::int64_t usual_patience_s = 15;
inline constexpr std::int64_t most_patience_s = 3600;  // of a start; of a stop: fleet_facts.h
inline constexpr std::size_t most_patterns = 1000;

/// The members that choose components. Several of one are alternatives, several members must all
/// fit.
inline constexpr std::string_view fleet_filters[] = {"application", "component", "type",
                                                     "package",     "user",      "queue"};

/// A list of patterns, or one of them.
bool are_patterns(const json::value& given);

/// The pattern's or patterns' texts; none where the member is not there.
std::vector<std::string_view> patterns_in(const json::value& wish, std::string_view member);

/// Of a pattern of "order": of applications, or of "application/component".
bool fits_order(const std::string& application, const std::string& component,
                std::string_view pattern);

/// Equal for requests that ask for the same, whatever the order of their members and of patterns
/// that are alternatives, and whether a default is written out. Without what is of one answer
/// alone: its id, and that it is a dry run.
std::string same_request(const std::string& verb, const json::value& wish);

/// A request whose members were checked. Reads `wish` as long as it lives.
class fleet_request {
 public:
  explicit fleet_request(const json::value& wish) : wish_(wish) {}

  bool all() const { return json::flag_of(wish_, "all", false); }
  bool has_filter() const;
  bool chooses_by_queue() const { return json::find(wish_, "queue") != nullptr; }
  /// By everything but the queue.
  bool chooses(const application_record& application, const component_record& component) const;
  bool chooses_queue(std::string_view queue) const;
  /// Of its turn: the first pattern of "order" that fits it; behind all others what none fits.
  std::int64_t rank(const std::string& application, const std::string& component) const;
  std::int64_t parallel() const { return number("parallel", usual_parallel); }
  std::int64_t patience_s() const { return number("patience_s", usual_patience_s); }

 private:
  bool fits(std::string_view member, std::string_view name) const;
  std::int64_t number(std::string_view member, std::int64_t otherwise) const;

  const json::value& wish_;
};

}  // namespace manager
