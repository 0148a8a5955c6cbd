// Server-sent events.
// SPDX-License-Identifier: Apache-2.0
#include "client/event_stream.h"

#include "client/problem.h"

namespace dmctl {
namespace {

constexpr std::size_t largest_event = 4U << 20;

}  // namespace

bool event_stream::line(std::string_view text) {
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (text.empty()) {
    const std::string type = type_.empty() ? "message" : type_;
    std::string data;
    data.swap(data_);
    type_.clear();
    if (data.empty()) return true;
    data.pop_back();  // the end of its last line
    return take_(type, data);
  }
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "event") type_ = value;
  if (name == "data") data_.append(value).append("\n");
  return true;
}

bool event_stream::feed(std::string_view piece) {
  unfinished_ += piece;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = unfinished_.find('\n', begin);
    if (end == std::string::npos) break;
    if (!line(std::string_view(unfinished_).substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  unfinished_.erase(0, begin);
  if (unfinished_.size() + data_.size() > largest_event) {
    throw problem(exit_code::unreachable, "what comes is no stream of events");
  }
  return true;
}

}  // namespace dmctl
