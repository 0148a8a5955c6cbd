// Flink's history server, asked when somebody wants to know how it is.
// SPDX-License-Identifier: Apache-2.0
#include "observation/history_server.h"

#include "base/clock.h"
#include "base/failure.h"
#include "base/names.h"
#include "http/http_client.h"

#include <fmt/format.h>

namespace manager {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::chrono::seconds good_for{30};
constexpr std::chrono::seconds patience{5};

}  // namespace

std::string history_server_address(const json::value& environment) {
  std::string address(json::text_of(environment, "flink_history_server"));
  if (address.empty()) return {};
  if (!address.starts_with("http://") && !address.starts_with("https://")) {
    address.insert(0, "http://");
  }
  if (!address.ends_with('/')) address += '/';
  return is_http_address(address) ? address : std::string();
}

history_server::health history_server::look() {
  const std::lock_guard lock(mutex_);
  if (!known_ || steady::now() - learnt_ > good_for) {
    known_ = ask();
    learnt_ = steady::now();
  }
  return *known_;
}

history_server::health history_server::ask() const {
  health found;
  found.asked_at = now_ms();
  if (address_.empty()) {
    found.state = "UNKNOWN";
    found.cause = "No Flink History Server is configured (environment.flink_history_server)";
    return found;
  }
  const auto began = steady::now();
  found.state = "ERROR";
  try {
    http_call call;
    call.url = address_ + "config";
    call.timeout = patience;
    call.largest_body = 64U << 10;
    const http_result answer = perform(call);
    std::string ignored;
    const auto body = json::parse(answer.body, ignored);
    if (answer.status != 200) {
      found.cause =
          fmt::format("Flink History Server - {} (request path = /config)", answer.status);
    } else if (!body || !body->IsObject()) {
      found.cause = "Flink History Server - no JSON (request path = /config)";
    } else {
      found.state = "OK";
      found.version = printable(json::text_of(*body, "flink-version"), 50);
    }
  } catch (const failure&) {
    found.cause = "Unable to connect to the Flink History Server (request path = /config)";
  }
  found.took_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(steady::now() - began).count();
  return found;
}

}  // namespace manager
