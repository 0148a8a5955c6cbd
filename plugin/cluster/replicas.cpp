// The replicas of one Hadoop service, of which one is active.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/replicas.h"

#include <algorithm>

namespace dm::cluster {

namespace {

constexpr io::milliseconds longest_failover{30'000};
constexpr int share_of_the_time = 10;
constexpr io::milliseconds between_looks{500};

}  // namespace

std::optional<std::size_t> replicas::active() const {
  const int index = active_.load();
  return index < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(index));
}

std::string replicas::likely() const {
  return addresses_.empty() ? std::string() : addresses_[active().value_or(0)];
}

void replicas::forget(std::size_t index) {
  int expected = static_cast<int>(index);
  active_.compare_exchange_strong(expected, -1);
}

replicas::answers replicas::ask(io::http_client& http, const io::operation& op,
                                const request_maker& make, const judge& good,
                                const judge& standby) {
  const auto until = std::chrono::steady_clock::now() +
                     std::min(longest_failover, op.remaining() / share_of_the_time);
  for (;;) {
    answers said = ask_once(http, op, make, good);
    if (said.good || addresses_.size() < 2) return said;
    const bool failing_over =
        std::any_of(said.of_no_use.begin(), said.of_no_use.end(),
                    [&](const answer& one) { return one.response && standby(*one.response); });
    if (!failing_over || std::chrono::steady_clock::now() + between_looks >= until) return said;
    if (const auto slept = http.sleep(op, between_looks); !slept) {
      for (answer& one : said.of_no_use) one.response = fail(slept.error());
      return said;
    }
  }
}

replicas::answers replicas::ask_once(io::http_client& http, const io::operation& op,
                                     const request_maker& make, const judge& good) {
  const std::optional<std::size_t> known = active();
  std::vector<std::size_t> order;
  std::vector<io::http_request> requests;
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    order.push_back((known.value_or(0) + i) % addresses_.size());
    requests.push_back(make(addresses_[order.back()]));
  }
  const io::steady_time since = std::chrono::steady_clock::now();
  auto race = http.perform_first(
      own_silence_.patience(op), requests, known ? head_start : io::milliseconds(0),
      [&](const result<io::http_response>& response) { return response && good(*response); });
  answers said;
  if (race.winner) {
    const std::size_t index = order[*race.winner];
    set_active(index);
    own_silence_.note_answer();
    said.good = answer{index, std::move(race.answers[*race.winner])};
    return said;
  }
  if (!op.cancelled()) own_silence_.note_none(since);
  // Somebody who gave up says nothing about the one that was asked.
  if (known && !op.cancelled()) forget(*known);
  for (std::size_t k = 0; k < order.size(); ++k) {
    auto& response = race.answers[k];
    // A patience that was short has ended, not the operation.
    if (!response && response.error().code == status_code::deadline_exceeded &&
        op.check("an answer")) {
      response.error().code = status_code::unavailable;
      response.error().hint.clear();
    }
    said.of_no_use.push_back(answer{order[k], std::move(response)});
  }
  return said;
}

}  // namespace dm::cluster
