// A gate that lets everybody in, for tests of the HTTP server by itself.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http_gate.h"
#include "http/http_server.h"

#include <atomic>

namespace manager_test {

class open_gate final : public manager::http_gate {
 public:
  std::optional<manager::http_response> admit(manager::http_request& request,
                                              const manager::http_head& head,
                                              const manager::router::route*) override {
    request.who.user = "daemon";
    request.who.from = head.peer.shown;
    last_uid = head.peer.uid;
    return std::nullopt;
  }
  void finish(const manager::http_request&, const manager::http_head&, manager::http_response&,
              std::chrono::milliseconds) override {
    ++finished;
  }
  std::atomic<uid_t> last_uid{0};
  std::atomic<int> finished{0};
};

/// On any free port of 127.0.0.1.
inline manager::http_server_options any_port(const manager::http_limits& limits = {}) {
  return {{manager::http_listener_options()}, limits, [](const std::string&) {}};
}

}  // namespace manager_test
