// The replicas of one Hadoop service: a pair of ResourceManagers or NameNodes, of which one is
// active, or a single one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cluster/silence.h"
#include "io/http.h"

namespace dm::cluster {

// How long the replica that was active last is waited for alone; then the others are asked too.
constexpr io::milliseconds head_start{1'000};

// Their addresses, and which of them answered last as the active one. A session has one of these
// for each service and gives it to every client it makes, so that a replica that hangs costs its
// time once and not with each call (D-55). Thread-safe.
class replicas {
 public:
  // "http://host:port", in the order of the configuration.
  explicit replicas(std::vector<std::string> addresses) : addresses_(std::move(addresses)) {}
  replicas(const replicas&) = delete;
  replicas& operator=(const replicas&) = delete;

  const std::vector<std::string>& addresses() const { return addresses_; }
  // nullopt: none has answered yet, or the one that did fails.
  std::optional<std::size_t> active() const;
  // The active one, else the first; empty without addresses.
  std::string likely() const;

  void set_active(std::size_t index) { active_.store(static_cast<int>(index)); }
  // Unless another one has answered since.
  void forget(std::size_t index);

  // Of the service, which ask() keeps, and of what it names for contents, the DataNodes.
  silence& own_silence() { return own_silence_; }
  silence& contents_silence() { return contents_silence_; }

  // What each of them said, in the order in which they were asked.
  struct answer {
    std::size_t index;
    result<io::http_response> response;
  };
  struct answers {
    std::optional<answer> good;     // of the active one
    std::vector<answer> of_no_use;  // all that was said when none was good
  };
  using request_maker = std::function<io::http_request(const std::string& address)>;
  using judge = std::function<bool(const io::http_response&)>;

  // One GET of the active one; of all of them side by side while none is known, or when the known
  // one has had its head start or answers something else. The first answer that is `good` counts,
  // and the replica that gave it is the active one from now on.
  // Where none is good and one says that it is a `standby`, a failover is going on: seconds after
  // the active one has died, half a minute where it hangs. It is waited out, for a tenth of the
  // operation's time and thirty seconds at most, so that who has minutes does not fail for it and
  // who has seconds, a status, does not wait.
  answers ask(io::http_client& http, const io::operation& op, const request_maker& make,
              const judge& good, const judge& standby);

 private:
  answers ask_once(io::http_client& http, const io::operation& op, const request_maker& make,
                   const judge& good);

  std::vector<std::string> addresses_;
  std::atomic<int> active_{-1};
  silence own_silence_;
  silence contents_silence_;
};

}  // namespace dm::cluster
