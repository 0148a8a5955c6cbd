// Questions of which one may lead to the next: all that are known are asked side by side, round by
// round, within one operation's time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "io/http.h"

namespace dm::guard {

class question_rounds {
 public:
  using taker = std::function<void(const result<io::http_response>& answer)>;

  explicit question_rounds(io::http_client& http) : http_(http) {}

  // take: called with the answer; may ask further questions, which belong to the next round.
  void ask(io::http_request request, taker take) {
    next_.emplace_back(std::move(request), std::move(take));
  }

  // At most four rounds. What is not answered by the operation's end is told so.
  void run(const io::operation& op) {
    constexpr int most_rounds = 4;
    for (int round = 0; round < most_rounds && !next_.empty(); ++round) {
      const auto asked = std::exchange(next_, {});
      std::vector<io::http_request> requests;
      for (const auto& one : asked) requests.push_back(one.first);
      const auto answers = http_.perform_all(op, requests);
      for (std::size_t i = 0; i < asked.size(); ++i) asked[i].second(answers[i]);
    }
    next_.clear();
  }

 private:
  io::http_client& http_;
  std::vector<std::pair<io::http_request, taker>> next_;
};

}  // namespace dm::guard
