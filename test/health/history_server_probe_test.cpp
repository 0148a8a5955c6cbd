// Flink's history server as it is seen: running, empty, starting, old, dead, hanging, somebody
// else.
// SPDX-License-Identifier: Apache-2.0
#include "health/history_server_probe.h"

#include <catch2/catch.hpp>

#include "fake_history.h"

using namespace dm::health;
using dm::test::fake_history;
using dm::test::look;
using dm::test::tells;
using kind = fake_history::kind;

namespace {

constexpr dm::io::milliseconds no_limit{0};

struct looked {
  dm::io::http_client http;
  history_server_probe probe;
  finding found;
  explicit looked(const std::string& address, dm::io::milliseconds limit = std::chrono::seconds(20),
                  dm::io::milliseconds slow = no_limit)
      : probe(address, slow), found(look(http, probe, limit)) {}
};

}  // namespace

TEST_CASE("one that runs is OK, with version, jobs and times") {
  fake_history server;
  const looked now(server.address());
  CHECK(now.found.severity() == level::ok);
  CHECK(now.probe.available());
  CHECK(now.probe.version() == "1.20.5");
  CHECK(now.probe.jobs()->count == 3);
  CHECK(now.probe.available_ms() >= 0);
  CHECK(now.probe.jobs_ms() >= 0);
  CHECK(server.server().request_count() == 2);
}

TEST_CASE("no jobs: empty or still reading is told by the archive") {
  fake_history server(kind::empty);
  looked now(server.address());
  CHECK(now.found.severity() == level::ok);
  now.probe.compare(0, now.found);
  CHECK(now.found.severity() == level::ok);
  now.probe.compare(10'000, now.found);
  CHECK(tells(now.found, level::warn, "still reads archives: it shows none of the jobs in 10000"));
}

TEST_CASE("an archive that could not be looked at is no proof that all is well") {
  fake_history server(kind::empty);
  looked now(server.address());
  now.probe.compare(std::nullopt, now.found);
  CHECK(tells(now.found, level::warn, "could not be told, since the archive"));
  CHECK(now.found.severity() == level::warn);
  // Who shows jobs has read them.
  server.become(kind::running);
  looked later(server.address());
  later.probe.compare(std::nullopt, later.found);
  later.probe.compare(10'000, later.found);
  CHECK(later.found.severity() == level::ok);
}

TEST_CASE("an overview that is just being written is asked for again, then a WARN") {
  fake_history server(kind::rewriting);
  const looked once(server.address());
  CHECK(once.found.severity() == level::ok);
  CHECK(once.probe.jobs()->count == 3);
  server.become(kind::writing);
  const looked twice(server.address());
  CHECK(tells(twice.found, level::warn, "still writes its overview"));
  CHECK(twice.found.severity() == level::warn);
}

TEST_CASE("versions before 1.5 have another path, and before 1.11 none while they are empty") {
  fake_history server(kind::old);
  const looked old(server.address());
  CHECK(old.found.severity() == level::ok);
  CHECK(old.probe.jobs()->count == 1);
  server.become(kind::older_404);
  looked none(server.address());
  CHECK(none.found.severity() == level::ok);
  CHECK(none.probe.jobs()->count == 0);
  none.probe.compare(7, none.found);
  CHECK(tells(none.found, level::warn, "still reads archives"));
}

TEST_CASE("a dead one, a page of somebody else's and a JobManager are an ERROR") {
  fake_history server(kind::rubbish);
  const looked rubbish(server.address());
  CHECK(tells(rubbish.found, level::error, "does not answer as it should"));
  CHECK(rubbish.found.causes.size() == 1);
  CHECK(rubbish.found.causes.front().text.find('\x1b') == std::string::npos);
  CHECK_FALSE(rubbish.probe.available());
  server.become(kind::manager);
  CHECK(tells(looked(server.address()).found, level::error, "a JobManager answers"));
  server.server().stop();
  const looked dead(server.address());
  CHECK(dead.found.severity() == level::error);
  CHECK(dead.probe.available_ms() == -1);
  CHECK(dead.probe.jobs_ms() == -1);
  CHECK_FALSE(dead.probe.jobs_told());
}

TEST_CASE("a hanging one costs its time limit, and is an ERROR") {
  fake_history server;
  server.server().disturb([](const dm::fake::request&) { return dm::fake::disturbance{}; });
  const looked now(server.address(), std::chrono::milliseconds(200));
  CHECK(tells(now.found, level::error, "no answer within 200 ms"));
}

TEST_CASE("cut off by the end of the whole run it could not be told") {
  fake_history server;
  server.server().disturb([](const dm::fake::request&) { return dm::fake::disturbance{}; });
  dm::io::http_client http;
  history_server_probe probe(server.address(), no_limit);
  const finding found = look(http, probe, std::chrono::seconds(50), std::chrono::milliseconds(200));
  CHECK(tells(found, level::warn, "in the time of the whole run"));
  CHECK(found.severity() == level::warn);
}

TEST_CASE("a slow answer is a WARN") {
  fake_history server;
  server.server().disturb([](const dm::fake::request&) {
    dm::fake::disturbance late;
    late.what = dm::fake::disturbance::kind::delay;
    late.delay = std::chrono::milliseconds(60);
    return late;
  });
  const looked now(server.address(), std::chrono::seconds(20), std::chrono::milliseconds(50));
  CHECK(tells(now.found, level::warn, "answers slowly"));
  CHECK(now.found.severity() == level::warn);
  CHECK(now.found.causes.size() == 1);  // though it was asked twice
}
