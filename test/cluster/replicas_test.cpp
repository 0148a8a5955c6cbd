// A pair of which one hangs: it costs its time once at most, whichever it is (D-55).
#include "cluster/replicas.h"

#include <catch2/catch.hpp>

#include <thread>

#include "cluster/hdfs.h"
#include "cluster/resource_manager.h"
#include "fake/name_node.h"
#include "fake/resource_manager.h"

using namespace dm::cluster;
namespace fake = dm::fake;
using dm::io::operation;
using std::chrono::steady_clock;

namespace {

const operation in_time = operation::within(std::chrono::minutes(1));
// A request gives up after ten seconds; what hangs must not be waited for that long.
constexpr std::chrono::seconds well_below_a_time_out{7};

void hang(fake::http_server& server) {
  server.disturb([](const fake::request&) { return fake::disturbance{}; });
}

// Two servers over the same service; `serving` is the active one, the other one a standby.
template <class Server, class State>
struct pair_of {
  std::shared_ptr<State> state = std::make_shared<State>();
  Server first{state};
  Server second{state};
  Server& serving;
  Server& other;
  dm::io::http_client http;
  std::shared_ptr<replicas> service =
      std::make_shared<replicas>(std::vector<std::string>{first.address(), second.address()});
  explicit pair_of(bool first_serves)
      : serving(first_serves ? first : second), other(first_serves ? second : first) {}
  void know_the_active() { service->set_active(&serving == &first ? 0 : 1); }
};
using name_nodes_of_a_test = pair_of<fake::name_node, fake::hdfs_files>;
using resource_managers_of_a_test = pair_of<fake::resource_manager, fake::yarn_cluster>;

}  // namespace

TEST_CASE("which one is active is remembered by all who share it, until it fails") {
  replicas service({"http://a", "http://b"});
  CHECK_FALSE(service.active());
  CHECK(service.likely() == "http://a");
  service.set_active(1);
  CHECK(service.likely() == "http://b");
  service.forget(0);  // somebody else's old knowledge
  CHECK(service.active() == 1U);
  service.forget(1);
  CHECK_FALSE(service.active());
  CHECK(replicas({}).likely().empty());
}

TEST_CASE("a NameNode that hangs is neither waited for at first, nor asked again") {
  name_nodes_of_a_test p(GENERATE(true, false));
  p.state->put("/f", "x");
  p.other.set_standby(true);
  hang(p.other.server());
  const auto start = steady_clock::now();
  CHECK(hdfs(p.http, p.service, "pnda").read(in_time, "/f", 10).value() == "x");
  for (int i = 0; i < 5; ++i) {
    // A new client each time, as each verb makes one.
    hdfs fs(p.http, p.service, "pnda");
    CHECK(fs.read(in_time, "/f", 10).value() == "x");
    CHECK(fs.read_all(in_time, {"/f", "/g", "/f"}, 10).value().size() == 3);
    CHECK(fs.make_directory(in_time, "/d"));
    CHECK(fs.create(in_time, "/d/" + std::to_string(i), "y"));
  }
  CHECK(p.other.server().request_count() <= 1);  // the first time, and given up
  CHECK(steady_clock::now() - start < well_below_a_time_out);
}

TEST_CASE("the first thing that is asked of a pair may be a change") {
  name_nodes_of_a_test p(GENERATE(true, false));
  p.other.set_standby(true);
  hang(p.other.server());
  const auto start = steady_clock::now();
  CHECK(hdfs(p.http, p.service, "pnda").make_directory(in_time, "/d"));
  CHECK(steady_clock::now() - start < well_below_a_time_out);
  // The hanging one was asked who it is, never to change something.
  for (const fake::request& asked : p.other.server().requests()) CHECK(asked.method == "GET");
}

TEST_CASE("an active NameNode that begins to hang is passed over by reads once it had its chance") {
  name_nodes_of_a_test p(GENERATE(true, false));
  p.state->put("/f", "x");
  p.know_the_active();
  hang(p.serving.server());
  const auto start = steady_clock::now();
  for (int i = 0; i < 3; ++i)
    CHECK(hdfs(p.http, p.service, "pnda").read_all(in_time, {"/f", "/f"}, 10));
  CHECK(steady_clock::now() - start < well_below_a_time_out);
  CHECK(p.serving.server().request_count() == 1);
}

TEST_CASE("a change to an active NameNode that begins to hang is sent to it alone") {
  name_nodes_of_a_test p(GENERATE(true, false));
  p.other.set_standby(true);
  p.know_the_active();
  hang(p.serving.server());
  p.other.set_standby(false);
  const auto made = hdfs(p.http, p.service, "pnda")
                        .make_directory(operation::within(std::chrono::milliseconds(200)), "/e");
  REQUIRE_FALSE(made);
  CHECK(made.error().maybe_done);
  CHECK(p.other.server().request_count() == 0);
}

TEST_CASE("a ResourceManager that hangs is neither waited for at first, nor asked again") {
  resource_managers_of_a_test p(GENERATE(true, false));
  fake::yarn_application a;
  a.tags = {"t"};
  const std::string id = p.state->submit(a);
  p.other.set_standby(p.serving.address());
  hang(p.other.server());
  const auto start = steady_clock::now();
  CHECK(resource_manager(p.http, p.service, "pnda").find(in_time, "t")->applications.size() == 1);
  for (int i = 0; i < 5; ++i) {
    resource_manager rm(p.http, p.service, "pnda");
    CHECK(rm.find(in_time, "t"));
    CHECK(rm.find_confirmed(in_time, "t"));
    CHECK(rm.find_application(in_time, id));
    CHECK(rm.kill(in_time, id));
  }
  CHECK(p.other.server().request_count() <= 1);  // the first time, and given up
  CHECK(steady_clock::now() - start < well_below_a_time_out);
}

TEST_CASE("an active ResourceManager that begins to hang is passed over by all who share it") {
  resource_managers_of_a_test p(GENERATE(true, false));
  p.know_the_active();
  hang(p.serving.server());
  const auto start = steady_clock::now();
  for (int i = 0; i < 3; ++i)
    CHECK(resource_manager(p.http, p.service, "pnda").find(in_time, "t")->address ==
          p.other.address());
  CHECK(steady_clock::now() - start < well_below_a_time_out);
  CHECK(p.serving.server().request_count() == 1);
}

TEST_CASE("whoever runs out of time does not ask the one that hangs first for ever") {
  resource_managers_of_a_test p(true);
  p.other.set_standby(p.serving.address());
  resource_manager rm(p.http, p.service, "pnda");
  CHECK(rm.active(in_time));
  hang(p.serving.server());
  p.other.set_active();
  CHECK_FALSE(rm.active(operation::within(std::chrono::milliseconds(100))));
  CHECK(rm.active(in_time)->address == p.other.address());
}

TEST_CASE("a failover is waited out by whoever has the time, for reads and for changes") {
  name_nodes_of_a_test p(true);
  p.state->put("/f", "x");
  p.know_the_active();
  p.other.set_standby(true);
  p.serving.server().stop();
  std::thread takes_over([&p] {
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    p.other.set_standby(false);
  });
  SECTION("a read") { CHECK(hdfs(p.http, p.service, "pnda").read(in_time, "/f", 10)); }
  SECTION("a change") { CHECK(hdfs(p.http, p.service, "pnda").make_directory(in_time, "/d")); }
  takes_over.join();
}

TEST_CASE("a failover of the ResourceManagers is waited out as well") {
  resource_managers_of_a_test p(true);
  p.know_the_active();
  p.other.set_standby(p.serving.address());
  p.serving.server().stop();
  std::thread takes_over([&p] {
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    p.other.set_active();
  });
  resource_manager rm(p.http, p.service, "pnda");
  SECTION("asked for applications") { CHECK(rm.find(in_time, "t")); }
  SECTION("asked which one is active") { CHECK(rm.active(in_time)); }
  takes_over.join();
}

TEST_CASE("a failover is not waited for by who has no time, nor where nobody is a standby") {
  name_nodes_of_a_test p(true);
  p.know_the_active();
  p.serving.server().stop();
  SECTION("a status has seconds") {
    p.other.set_standby(true);
    const auto start = steady_clock::now();
    const auto said =
        hdfs(p.http, p.service, "pnda").status(operation::within(std::chrono::seconds(5)), "/f");
    REQUIRE_FALSE(said);
    CHECK(said.error().code == dm::status_code::unavailable);
    CHECK(steady_clock::now() - start < std::chrono::seconds(3));
  }
  SECTION("both are dead") {
    p.other.server().stop();
    const auto start = steady_clock::now();
    CHECK_FALSE(hdfs(p.http, p.service, "pnda").status(in_time, "/f"));
    CHECK(steady_clock::now() - start < std::chrono::seconds(4));
  }
}

TEST_CASE("a failover from a NameNode that hangs costs a status its time once") {
  name_nodes_of_a_test p(true);
  p.know_the_active();
  p.other.set_standby(true);
  hang(p.serving.server());
  const auto look = [&p] {
    const auto start = steady_clock::now();
    const operation op = operation::within(std::chrono::seconds(4));
    const auto said = hdfs(p.http, p.service, "pnda").status(op, "/");
    REQUIRE_FALSE(said);
    // Not the operation's end, unless that is what it was.
    CHECK((said.error().code == dm::status_code::unavailable || !op.check("")));
    return steady_clock::now() - start;
  };
  look();
  CHECK(look() < std::chrono::seconds(2));
  CHECK(look() < std::chrono::seconds(2));
  p.other.set_standby(false);
  CHECK(hdfs(p.http, p.service, "pnda").status(operation::within(std::chrono::seconds(4)), "/"));
}

TEST_CASE("a failover that is waited out ends with the operation's cancellation, as that") {
  name_nodes_of_a_test p(true);
  p.know_the_active();
  p.other.set_standby(true);
  p.serving.server().stop();
  dm::io::cancellation cancel;
  std::thread gives_up([&cancel] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    cancel.cancel();
  });
  const operation op(steady_clock::now() + std::chrono::minutes(5), &cancel);
  const auto said = hdfs(p.http, p.service, "pnda").status(op, "/f");
  gives_up.join();
  REQUIRE_FALSE(said);
  CHECK(said.error().code == dm::status_code::cancelled);
}
