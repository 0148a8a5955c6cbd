// All probes side by side in the one wait of io.
// SPDX-License-Identifier: Apache-2.0
#include "health/rounds.h"

#include <chrono>
#include <utility>

namespace dm::health {

namespace {

using clock = std::chrono::steady_clock;

constexpr int most_rounds = 4;
// What asks again does so because it was told "not yet".
constexpr io::milliseconds between_rounds{500};

struct asked {
  probe* by;
  std::size_t index;  // among those of that probe
  io::http_request request;
  clock::time_point begun{};
};

std::vector<asked> next_round(std::span<probe* const> probes, io::milliseconds limit) {
  std::vector<asked> all;
  for (probe* one : probes) {
    std::size_t index = 0;
    for (io::http_request& request : one->ask()) {
      request.timeout = request.connect_timeout = limit;
      request.leaves_resolver = true;
      all.push_back({one, index++, std::move(request), {}});
    }
  }
  return all;
}

}  // namespace

void ask_all(const io::operation& op, io::http_client& http, std::span<probe* const> probes,
             io::milliseconds limit) {
  io::http_client::rounds rounds(http);
  for (int round = 0; round < most_rounds; ++round) {
    std::vector<asked> all = next_round(probes, limit);
    if (all.empty()) return;
    if (round > 0) (void)http.sleep(op, between_rounds);
    // Answers are looked at after the last one: reading a long one would make others look slow.
    std::vector<timed_answer> answers(all.size());
    rounds.perform_each(
        op, all.size(),
        [&](std::size_t i) {
          all[i].begun = clock::now();
          return all[i].request;
        },
        [&](std::size_t i, result<io::http_response> response) {
          const auto took = clock::now() - all[i].begun;
          answers[i] = {std::move(response),
                        std::chrono::duration_cast<io::milliseconds>(took).count()};
        });
    for (std::size_t i = 0; i < all.size(); ++i)
      all[i].by->take(all[i].index, std::move(answers[i]));
  }
}

}  // namespace dm::health
