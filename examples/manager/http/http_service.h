// What all connections of one server share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/worker_pool.h"
#include "http/http_gate.h"
#include "http/http_limits.h"
#include "http/router.h"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace manager {

class http_connection;

/// On the thread of `io`, but for the lanes.
struct http_service {
  http_service(const http_limits& limits_, const router& routes_, http_gate& gate_)
      : limits(limits_),
        routes(routes_),
        gate(gate_),
        quick(limits.threads, limits.queue_length),
        outside(limits.threads, limits.queue_length),
        write(limits.threads, limits.queue_length),
        upload(limits.threads, limits.queue_length) {}

  worker_pool& lane(route_lane which) {
    switch (which) {
      case route_lane::quick:
        return quick;
      case route_lane::outside:
        return outside;
      case route_lane::upload:
        return upload;
      case route_lane::write:
        break;
    }
    return write;
  }

  const http_limits limits;
  const router& routes;
  http_gate& gate;
  boost::asio::io_context io{1};
  bool stopping = false;
  std::uint64_t body_bytes = 0;  // in memory, of all requests
  std::map<const http_connection*, std::weak_ptr<http_connection>> connections;
  // Last made, first ended: their jobs use everything above.
  worker_pool quick, outside, write, upload;
};

}  // namespace manager
