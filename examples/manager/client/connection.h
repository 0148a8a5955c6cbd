// HTTP to one Deployment Manager, by libcurl, over its socket or TCP. One request at a time; a
// request is never sent twice.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/interruption.h"
#include "client/place.h"
#include "client/problem.h"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dmctl {

/// There is no answer. What was sent may have had its effect where `sent` is true.
class no_answer : public problem {
 public:
  no_answer(const std::string& text, bool sent_before)
      : problem(exit_code::unreachable, text), sent(sent_before) {}
  bool sent;
};

/// Ctrl-C, while an answer was waited for.
class interrupted : public problem {
 public:
  explicit interrupted(bool sent_before)
      : problem(exit_code::interrupted, "interrupted"), sent(sent_before) {}
  bool sent;
};

struct request {
  std::string method = "GET";
  std::string target;
  std::string body;           // JSON; "" none
  std::FILE* file = nullptr;  // or a file that is sent as it is
  std::uint64_t file_bytes = 0;
  std::chrono::milliseconds longest{60'000};  // without a sign of life of the other end
  /// Of a 200 answer piece by piece, instead of answer::body; false: enough, the connection is cut.
  std::function<bool(std::string_view)> receive = {};
  /// Some times a second; true: enough, the connection is cut.
  std::function<bool()> enough = {};
  /// Some times a second: how much of the file is sent.
  std::function<void(std::uint64_t)> tick = {};
};

struct answer {
  long status = 0;
  std::string body;
  std::string location;  // headers of these names
  std::string link;
  bool cut = false;  // `receive` or `enough` said so
};

class connection {
 public:
  /// Reads token and key files' modes. Throws problem (usage).
  connection(place where, std::chrono::milliseconds connect_timeout, const interruption& stop);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// Throws no_answer and interrupted.
  answer ask(const request& what);
  const place& where() const { return where_; }
  const interruption& stop() const { return stop_; }

  struct transfer;  // of connection.cpp

 private:
  void set_place();
  void set_request(const request& what, transfer& running);
  int wait_for(transfer& running);
  std::string reason_of(int code, const std::string& trouble) const;

  place where_;
  std::chrono::milliseconds connect_timeout_;
  const interruption& stop_;
  std::vector<std::string> headers_;
  void* easy_ = nullptr;
  void* multi_ = nullptr;
};

}  // namespace dmctl
