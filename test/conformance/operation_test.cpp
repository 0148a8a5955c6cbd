// Threads and long operations: DM-16 … DM-22, from outside, against a server that never answers.
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "host.h"
#include "surroundings.h"

using namespace conformance;
using namespace std::chrono_literals;

namespace {

// Far beyond what is promised, far below what a lost wake-up would take: the assertion is about
// hanging, not speed.
constexpr auto hangs = 20s;
constexpr std::uint64_t long_timeout_ms = 120'000;

template <class Duration>
Duration elapsed_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - start);
}

struct fixture {
  library plugin;
  node_folder node;
  silent_server silent;
  recorder record;
  session opened{plugin, record, environment_document(node, silent.port())};

  // Operations that wait for the silent server.
  struct waiting {
    const char* name;
    dm_operation verb;
    std::string request;
  };
  std::vector<waiting> waiting_operations() const {
    return {{"validate", plugin->validate, validate_request(true)},
            {"status", plugin->status, status_request()},
            {"stop", plugin->stop, component_request()},
            {"list", savepoint_table(plugin).list, status_request()},
            {"figures", metrics_table(plugin).figures, status_request()},
            {"trigger", savepoint_table(plugin).trigger, component_request()}};
  }
};

}  // namespace

TEST_CASE("DM-19: timeout_ms bounds an operation that waits for a silent server") {
  fixture f;
  for (const auto& [name, verb, request] : f.waiting_operations()) {
    INFO(name);
    const call bounded(f.plugin, f.opened, 300);
    const auto start = std::chrono::steady_clock::now();
    const reply answer = f.opened.run(verb, request, bounded.get());
    CHECK(elapsed_since<std::chrono::milliseconds>(start) < hangs);
    if (std::string(name) == "figures") {
      // Whether it runs could not be told, and a reply says so (INV-10).
      CHECK(answer.status == DM_STATUS_OK);
      const auto& entry = answer.json["components"][0];
      CHECK_FALSE(entry.HasMember("figures"));
      CHECK(entry.HasMember("error"));
    } else if (std::string(name) == "list") {
      CHECK(answer.status == DM_STATUS_OK);
      const auto& entry = answer.json["components"][0];
      CHECK(std::string(entry["error"]["code"].GetString()) == "DEADLINE_EXCEEDED");
    } else if (std::string(name) == "status") {
      // status tells what it knows by then: nothing, and nothing worse (INV-4).
      CHECK(answer.status == DM_STATUS_OK);
      CHECK(std::string(answer.json["components"][0]["confidence"].GetString()) != "confirmed");
      CHECK(std::string(answer.json["components"][0]["state"].GetString()) != "FAILED");
    } else {
      CHECK(answer.status == DM_STATUS_DEADLINE_EXCEEDED);
      CHECK(answer.error_code() == "DEADLINE_EXCEEDED");
    }
  }
}

TEST_CASE("DM-19: a session's own default bounds an operation without a call") {
  const library plugin;
  const node_folder node;
  const silent_server silent;
  const recorder record;
  std::string environment = environment_document(node, silent.port());
  const std::string settings = "\"settings\":{";
  environment.insert(environment.find(settings) + settings.size(),
                     R"("timeouts_ms":{"stop":300},)");
  const session opened(plugin, record, environment);
  const auto start = std::chrono::steady_clock::now();
  CHECK(opened.run(plugin->stop, component_request()).status == DM_STATUS_DEADLINE_EXCEEDED);
  CHECK(elapsed_since<std::chrono::milliseconds>(start) < hangs);
}

TEST_CASE("DM-19: the largest time-out there is means a very long one") {
  fixture f;
  const call bounded(f.plugin, f.opened, UINT64_MAX);
  CHECK(f.opened.run(f.plugin->validate, validate_request(false), bounded.get()).status ==
        DM_STATUS_OK);
}

TEST_CASE("DM-20: cancel before the operation ends it at once, and is sticky and idempotent") {
  fixture f;
  for (const auto& [name, verb] : verbs(f.plugin)) {
    INFO(name);
    const call cancelled(f.plugin, f.opened, long_timeout_ms);
    cancelled.cancel();
    cancelled.cancel();
    for (int i = 0; i < 2; ++i) {
      const reply answer = f.opened.run(verb, component_request(), cancelled.get());
      CHECK(answer.status == DM_STATUS_CANCELLED);
      CHECK(answer.error_code() == "CANCELLED");
    }
  }
}

TEST_CASE("DM-20: cancel from another thread ends the waiting") {
  for (std::size_t which = 0; which < 6; ++which) {
    fixture f;
    const auto operation = f.waiting_operations().at(which);
    INFO(operation.name);
    const call cancellable(f.plugin, f.opened, long_timeout_ms);
    auto answer = std::async(std::launch::async, [&] {
      return f.opened.run(operation.verb, operation.request, cancellable.get());
    });
    REQUIRE(f.silent.wait_for_client());
    const auto start = std::chrono::steady_clock::now();
    cancellable.cancel();
    REQUIRE(answer.wait_for(hangs) == std::future_status::ready);
    // 100 ms are promised; a busy machine adds its own.
    CHECK(elapsed_since<std::chrono::milliseconds>(start) < hangs);
    CHECK(answer.get().status == DM_STATUS_CANCELLED);
  }
}

TEST_CASE("DM-20: cancel after the operation changes nothing of it, and holds for the next") {
  fixture f;
  const call late(f.plugin, f.opened);
  CHECK(f.opened.run(f.plugin->validate, validate_request(false), late.get()).status ==
        DM_STATUS_OK);
  late.cancel();
  CHECK(f.opened.run(f.plugin->validate, validate_request(false), late.get()).status ==
        DM_STATUS_CANCELLED);
}

TEST_CASE("DM-16: a call serves one operation at a time") {
  fixture f;
  const call shared(f.plugin, f.opened, long_timeout_ms);
  auto first = std::async(std::launch::async, [&] {
    return f.opened.run(f.plugin->stop, component_request(), shared.get());
  });
  REQUIRE(f.silent.wait_for_client());
  const reply second = f.opened.run(f.plugin->validate, validate_request(false), shared.get());
  CHECK(second.status == DM_STATUS_FAILED_PRECONDITION);
  shared.cancel();
  CHECK(first.get().status == DM_STATUS_CANCELLED);
}

TEST_CASE("DM-17: log lines come on the operation's thread, and only from the level asked for") {
  fixture f;
  const auto threads_of = [&](const recorder& record, const session& opened) {
    const std::size_t before = record.lines().size();
    std::thread::id operation_thread;
    std::thread([&] {
      operation_thread = std::this_thread::get_id();
      const call bounded(f.plugin, opened, 200);
      (void)opened.run(f.plugin->status, status_request(), bounded.get());
      (void)opened.run(f.plugin->stop, "{", bounded.get());
    }).join();
    const auto lines = record.lines();
    for (std::size_t i = before; i < lines.size(); ++i) CHECK(lines[i].thread == operation_thread);
    return lines.size() - before;
  };
  CHECK(threads_of(f.record, f.opened) > 0);

  for (const std::int32_t level :
       {DM_LOG_DEBUG, DM_LOG_INFO, DM_LOG_WARNING, DM_LOG_ERROR, DM_LOG_OFF}) {
    INFO("threshold " << level);
    const recorder record(level);
    const session opened(f.plugin, record, environment_document(f.node, f.silent.port()));
    const std::size_t lines = threads_of(record, opened);
    for (const log_line& line : record.lines()) CHECK(line.level >= level);
    if (level <= DM_LOG_WARNING) CHECK(lines > 0);
    if (level == DM_LOG_OFF) CHECK(record.lines().empty());
  }
}

TEST_CASE("DM-17: a log line is one line") {
  fixture f;
  (void)f.opened.run(f.plugin->stop,
                     "{\"schema\":1,\"component\":\"a\\nb\\u001b[2J\",\"savepoints\":\"\\r\\n\"}");
  for (const log_line& line : f.record.lines()) {
    INFO(line.text);
    CHECK(line.text.find_first_of("\r\n\x1b") == std::string::npos);
  }
}

TEST_CASE("DM-17: a callback may cancel the call it came from") {
  fixture f;
  const call own(f.plugin, f.opened, long_timeout_ms);
  f.record.on_line([&] { own.cancel(); });
  const auto start = std::chrono::steady_clock::now();
  // The first line is written before the waiting begins.
  CHECK(f.opened.run(f.plugin->stop, component_request(), own.get()).status == DM_STATUS_CANCELLED);
  CHECK(elapsed_since<std::chrono::milliseconds>(start) < hangs);
  f.record.on_line(nullptr);
}

TEST_CASE("The correlation id stands in log lines and errors") {
  fixture f;
  const call named(f.plugin, f.opened, 200, "order-4711");
  const reply answer = f.opened.run(f.plugin->stop, component_request(), named.get());
  CHECK(f.record.logged("order-4711"));
  CHECK(std::string(answer.json["error"]["correlation_id"].GetString()) == "order-4711");
}

TEST_CASE("DM-16: operations of one session run side by side on several threads") {
  fixture f;
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 5; ++round) {
        const call bounded(f.plugin, f.opened, 100);
        const reply answer =
            i % 2 == 0 ? f.opened.run(f.plugin->status, status_request(), bounded.get())
                       : f.opened.run(f.plugin->validate, validate_request(false), bounded.get());
        if (answer.status == DM_STATUS_OK && answer.json.IsObject()) ++answered;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(answered == 40);
}

TEST_CASE("DM-16: two sessions in two threads, each with its own host") {
  const library plugin;
  const node_folder node;
  const silent_server silent;
  const auto use = [&](const char* id, recorder& record) {
    for (int round = 0; round < 5; ++round) {
      const session opened(plugin, record, environment_document(node, silent.port()));
      const call bounded(plugin, opened, 50, id);
      (void)opened.run(plugin->status, status_request(), bounded.get());
      (void)opened.run(plugin->validate, "{", bounded.get());
    }
  };
  recorder first;
  recorder second;
  std::thread other([&] { use("of-the-second", second); });
  use("of-the-first", first);
  other.join();
  CHECK(first.logged("of-the-first"));
  CHECK(second.logged("of-the-second"));
  CHECK_FALSE(first.logged("of-the-second"));
  CHECK_FALSE(second.logged("of-the-first"));
}
