// Who reads what a program has said. Reasons, causes and messages may hold what an application
// works on, as its logs may: they are for who may read these, the owner, those who share a group
// with him, and administrators. Everybody else who may read sees states, classes, places, times and
// addresses.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/caller.h"
#include "base/json.h"
#include "operation/event_hub.h"
#include "routes/routes.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace manager {

/// What stands in their place.
inline constexpr std::string_view withheld_words =
    "(shown to the application's owner and to administrators)";

/// Puts that in place of each text of `from` that is free words, at any depth, by the names that
/// documents give them: information, reason, cause, exception, message.
void withhold_words(json::value& from, json::allocator& memory);

/// The same of a text alone; what is empty or not there stays so.
std::optional<std::string> words_for(bool may_read, const std::optional<std::string>& text);

/// What one caller may read. Outlives no registry and no authorizer. [any-thread]
class word_reader {
 public:
  word_reader(registry& memory, const authorizer& rules, caller who)
      : memory_(memory), rules_(rules), who_(std::move(who)) {}
  word_reader(const route_tools& tools, const caller& who)
      : word_reader(tools.memory, tools.rules, who) {}

  /// The words of this application; of one that is no more only administrators may.
  bool may_read(const std::string& application) const;
  /// Of an operation's document: who asked for it may, too. Operations of packages and clean-ups
  /// hold no program's words.
  void withhold_of_operation(json::document& operation) const;
  /// An event's data, as this caller may read it. Never throws for what cannot be found out.
  std::string data_of(const host_event& event) const;

 private:
  bool may_read_of(const json::value& document, std::string_view object) const;

  registry& memory_;
  const authorizer& rules_;
  const caller who_;
};

}  // namespace manager
