// Who reads what a program has said.
// SPDX-License-Identifier: Apache-2.0
#include "routes/program_words.h"

#include "base/log.h"

#include <algorithm>
#include <array>
#include <exception>

namespace manager {
namespace {

// "text" is a queue policy's, which may name an account's groups.
constexpr std::array<std::string_view, 6> free_words = {"information", "reason",  "cause",
                                                        "exception",   "message", "text"};

bool is_of_application(std::string_view kind) {
  return kind == "application" || kind == "savepoint";
}

// "one" of "one/nightly", which a savepoint's operation names.
std::string application_of(std::string_view object) {
  return std::string(object.substr(0, object.find('/')));
}

}  // namespace

void withhold_words(json::value& from, json::allocator& memory) {
  if (from.IsArray()) {
    for (auto& one : from.GetArray()) withhold_words(one, memory);
    return;
  }
  if (!from.IsObject()) return;
  for (auto& member : from.GetObject()) {
    const bool words = std::find(free_words.begin(), free_words.end(), json::view(member.name)) !=
                       free_words.end();
    if (!words || !member.value.IsString()) {
      withhold_words(member.value, memory);
    } else if (member.value.GetStringLength() > 0) {
      member.value = json::make_string(withheld_words, memory);
    }
  }
}

std::optional<std::string> words_for(bool may_read, const std::optional<std::string>& text) {
  if (may_read || !text || text->empty()) return text;
  return std::string(withheld_words);
}

bool word_reader::may_read(const std::string& application) const {
  if (who_.roles.has(role::administer) || reads_unnamed(who_)) return true;
  if (who_.user.empty()) return false;
  const auto record =
      memory_.transact([&](registry_view& view) { return view.applications.find(application); });
  return record && rules_.may_act_for(who_, record->user);
}

// The data of an event, or an operation's document.
bool word_reader::may_read_of(const json::value& document, std::string_view object) const {
  const std::string_view asker = json::text_of(document, "user");
  return (!asker.empty() && asker == who_.user) || may_read(application_of(object));
}

void word_reader::withhold_of_operation(json::document& operation) const {
  // Why one is left alone this host says itself.
  if (!is_of_application(json::text_of(operation, "kind")) ||
      json::text_of(operation, "status") == "SET_ASIDE" ||
      may_read_of(operation, json::text_of(operation, "object"))) {
    return;
  }
  withhold_words(operation, operation.GetAllocator());
}

std::string word_reader::data_of(const host_event& event) const {
  json::document data = json::parse_or_throw(event.data, "event");
  // Of an operation or its progress the object is named beside its kind.
  const bool of_state = is_of_application(event.type);
  if (!of_state && !is_of_application(json::text_of(data, "kind"))) return event.data;
  bool readable = false;
  try {
    readable = may_read_of(data, json::text_of(data, of_state ? "name" : "object"));
  } catch (const std::exception& problem) {
    log::warning("event=event_withheld user={} information={}", who_.user, problem.what());
  }
  if (readable) return event.data;
  withhold_words(data, data.GetAllocator());
  return json::to_text(data);
}

}  // namespace manager
