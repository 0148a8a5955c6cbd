// What the node's queue policy said, to JSON and back, and for people.
// SPDX-License-Identifier: Apache-2.0
#include "component/queue_answer.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace dm::component {

namespace {

constexpr std::array<std::string_view, 5> words{"queue", "no_map", "no_rule", "not_allowed",
                                                "not_told"};

}  // namespace

std::string_view to_string(queue_word word) { return words.at(static_cast<std::size_t>(word)); }

std::string described(const queue_answer& answer) {
  const std::string colon = answer.text.empty() ? "" : ": " + answer.text;
  switch (answer.word) {
    case queue_word::queue:
      return answer.requested.empty()
                 ? fmt::format("the queue policy answered {}", answer.queue)
                 : fmt::format("the queue policy answered {} to the requested {}", answer.queue,
                               answer.requested);
    case queue_word::no_map:
      return "the queue policy has no map" + colon;
    case queue_word::no_rule:
      return "the queue policy has no rule for this account" + colon;
    case queue_word::not_allowed:
      return answer.requested.empty()
                 ? "the queue policy allows this account no queue" + colon
                 : fmt::format("the queue policy does not allow the requested queue {}{}",
                               answer.requested, colon);
    case queue_word::not_told:
      break;
  }
  return "the queue policy has not answered" + colon;
}

void put(io::json_writer& writer, std::string_view name, const queue_answer& answer) {
  io::key(writer, name);
  writer.StartObject();
  io::put_optional(writer, "requested", answer.requested);
  io::put(writer, "answer", to_string(answer.word));
  io::put_optional(writer, "queue", answer.queue);
  io::put_optional(writer, "text", answer.text);
  writer.EndObject();
}

std::optional<queue_answer> read_queue_answer(const io::json_value* value) {
  if (value == nullptr || !value->IsObject()) return std::nullopt;
  const std::string word = io::string_member_or(*value, "answer", "");
  const auto* const found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  queue_answer answer;
  answer.requested = io::string_member_or(*value, "requested", "");
  answer.word = static_cast<queue_word>(found - words.begin());
  answer.queue = io::string_member_or(*value, "queue", "");
  answer.text = io::string_member_or(*value, "text", "");
  return answer;
}

}  // namespace dm::component
