// Another client.
// SPDX-License-Identifier: Apache-2.0
#include "probe.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <chrono>
#include <exception>
#include <utility>

namespace dm::bench {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

constexpr std::chrono::milliseconds interval{20};

}  // namespace

probe::probe(load_endpoint to, bool keeps, std::string kind)
    : to_(std::move(to)), keeps_(keeps), kind_(std::move(kind)), thread_([this] { run(); }) {}

const load_tally& probe::end() {
  ended_ = true;
  if (thread_.joinable()) thread_.join();
  return tally_;
}

void probe::run() {
  asio::io_context io(1);
  const std::string text = request_text("GET", "/applications");
  const auto ask_all = [&]() -> asio::awaitable<void> {
    load_connection connection(io, to_);
    while (!ended_) {
      if (forget_.exchange(false)) tally_ = load_tally();
      const bool kept = connection.is_open();
      const auto begin = steady_clock::now();
      load_connection::answer seen;
      bool ready = kept;
      if (!ready) ready = co_await connection.connect();
      if (ready) ready = co_await connection.send(text);
      if (ready) seen = co_await connection.receive();
      if (seen.status == 0 && kept) {
        tally_.note(kind_ + ": kept connections that had ended");
        connection.close();
        continue;
      }
      tally_.add(kind_, seen.status, steady_clock::now() - begin);
      if (!keeps_ || !seen.keep) connection.close();
      co_await pause_for(interval);
    }
  };
  asio::co_spawn(io, ask_all(), [this](std::exception_ptr thrown) {
    if (thrown) tally_.note(kind_ + ": could not go on");
  });
  io.run();
}

}  // namespace dm::bench
