// Server-sent events, as they come in pieces.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace dmctl {

class event_stream {
 public:
  /// False: enough.
  using receiver = std::function<bool(const std::string& type, const std::string& data)>;
  explicit event_stream(receiver take) : take_(std::move(take)) {}

  /// Returns false when the receiver had enough. Throws problem (unreachable) where one event is
  /// larger than 4 MiB: this is no stream of events.
  bool feed(std::string_view piece);

 private:
  bool line(std::string_view text);

  receiver take_;
  std::string unfinished_;
  std::string type_;
  std::string data_;
};

}  // namespace dmctl
