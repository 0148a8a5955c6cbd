// What the settings may be.
// SPDX-License-Identifier: Apache-2.0
#include "health/settings_check.h"

#include <catch2/catch.hpp>

using namespace dm::health;

namespace {

settings good() {
  settings given;
  given.history_servers = {"http://h:8082"};
  given.name_nodes = {"http://nn:9870"};
  return given;
}

std::size_t problems_of(const settings& given) { return check_settings(given).count(); }

}  // namespace

TEST_CASE("what may be") {
  settings given = good();
  CHECK(problems_of(given) == 0);
  given.metric = "flink.health";
  given.archives = {"hdfs:///flink/completed-jobs", "hdfs://ns1/a", "/a", "file:///var/a"};
  given.supervisord =
      GENERATE(as<std::string>{}, "unix:///run/supervisor.sock", "http://127.0.0.1:9001/RPC2");
  given.deployment_manager =
      GENERATE(as<std::string>{}, "unix:///run/dm/api.sock", "https://dm:5000");
  given.post = GENERATE(as<std::string>{}, "http://console:3001/metrics", "http://[::1]/metrics");
  given.graphite = GENERATE(as<std::string>{}, "carbon:2003", "[::1]:2003", "10.0.0.7:2003");
  CHECK(problems_of(given) == 0);
}

TEST_CASE("what may not be is told with its path") {
  struct row {
    const char* path;
    void (*change)(settings&);
  };
  const auto one = GENERATE(
      as<row>{}, row{"$.metric", [](settings& s) { s.metric = "flink"; }},
      row{"$.metric", [](settings& s) { s.metric = "a b.health"; }},
      row{"$.metric", [](settings& s) { s.metric = "a..health"; }},
      row{"$.metric", [](settings& s) { s.metric = std::string(300, 'a') + ".health"; }},
      row{"$.history_servers[0]", [](settings& s) { s.history_servers = {"h:8082"}; }},
      row{"$.history_servers[1]", [](settings& s) { s.history_servers.push_back("http://h/x"); }},
      row{"$.name_nodes[0]", [](settings& s) { s.name_nodes = {"http://u:p@nn:9870"}; }},
      row{"$.name_nodes[0]", [](settings& s) { s.name_nodes = {"http://nn:9870\n"}; }},
      row{"$.resource_managers",
          [](settings& s) { s.resource_managers.assign(17, "http://rm:8088"); }},
      row{"$.history_servers[0]", [](settings& s) { s.history_servers = {"http://h:99999"}; }},
      row{"$.history_servers[0]", [](settings& s) { s.history_servers = {"https://[::1]:0"}; }},
      row{"$.name_nodes",
          [](settings& s) {
            s.name_nodes = {"http://nn:9870", "http://nn:9870"};
          }},
      row{"$.supervisord.user",
          [](settings& s) {
            s.supervisord = "http://127.0.0.1:9001/RPC2";
            s.supervisord_user = "x";
          }},
      row{"$.post", [](settings& s) { s.post = "http://console:0/metrics"; }},
      row{"$.archives[0]", [](settings& s) { s.archives = {"s3://bucket/a"}; }},
      row{"$.archives[0]", [](settings& s) { s.archives = {"file:///a/../b"}; }},
      row{"$.archives[0]",
          [](settings& s) {
            s.archives = {"hdfs:///a"};
            s.name_nodes.clear();
          }},
      row{"$.supervisord.url", [](settings& s) { s.supervisord = "unix://relative"; }},
      row{"$.deployment_manager.url", [](settings& s) { s.deployment_manager = "dm:5000"; }},
      row{"$.post", [](settings& s) { s.post = "http://u:p@console:3001/metrics"; }},
      row{"$.graphite", [](settings& s) { s.graphite = "carbon"; }},
      row{"$.graphite", [](settings& s) { s.graphite = "carbon:70000"; }},
      row{"$.user", [](settings& s) { s.user = "a b"; }},
      row{"$.limits.probe_ms", [](settings& s) { s.limit.probe = std::chrono::milliseconds(1); }},
      row{"$.limits.run_ms", [](settings& s) { s.limit.run = std::chrono::hours(1); }},
      row{"$.limits.latency_ms", [](settings& s) { s.limit.latency = std::chrono::hours(-1); }},
      row{"$.limits.checkpoint_age_s", [](settings& s) { s.limit.checkpoint_age_s = -1; }},
      row{"$.limits.checkpoint_age_of.app",
          [](settings& s) { s.limit.checkpoint_age_of["app"] = 1; }});
  settings given = good();
  one.change(given);
  CAPTURE(one.path);
  const auto problems = check_settings(given);
  REQUIRE(problems.count() == 1);
  CHECK(problems.front().path == one.path);
  CHECK(problems.front().found.find("u:p") == std::string::npos);
  CHECK_FALSE(problems.front().allowed.empty());
}

TEST_CASE("nothing to look at is a problem, and several are told together") {
  CHECK(problems_of(settings()) == 1);
  settings given;
  given.metric = "x";
  given.graphite = "y";
  CHECK(problems_of(given) == 3);
}

TEST_CASE("places of archives and addresses of Graphite are taken apart") {
  CHECK(parse_archive("hdfs://ns1/flink/done/").path == "/flink/done");
  CHECK_FALSE(parse_archive("/flink/done").local);
  CHECK(parse_archive("file:///var/done").path == "/var/done");
  CHECK(parse_archive("file:///var/done").local);
  CHECK(parse_host_and_port("[::1]:2003").host == "[::1]");
  CHECK(parse_host_and_port("carbon:2003").port == 2003);
  CHECK(parse_host_and_port("car bon:2003").port == 0);
  CHECK(parse_host_and_port(":2003").port == 0);
  CHECK(parse_host_and_port("carbon:2003x").port == 0);
}
