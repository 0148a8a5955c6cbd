// The destroy verb: what goes, what stays, and that it converges from wherever it was interrupted.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>

#include "placement/component_files.h"
#include "state/savepoint_ledger.h"
#include "support/deployment.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::observation;
using namespace dm::package;
using namespace dm::placement;
using dm::status_code;
using dm::component::record_kind;
using dm::test::deployment;
using dm::test::exists;
using dm::test::require_good;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

destroy_reply destroy_it(deployment& d,
                         std::chrono::milliseconds limit = std::chrono::seconds(30)) {
  destroy_request request;
  request.data = d.data;
  request.user = "alice";
  return destroy(d.session(), io::operation::within(limit), request);
}

void require_gone(deployment& d) {
  CHECK_FALSE(exists(d.data.program_file));
  CHECK_FALSE(exists(d.data.directory));
  CHECK_FALSE(d.edge.supervisord().process(d.data.program));
  CHECK(d.live_ids().empty());
}

// What HDFS says to whoever may not.
fake::disturbance denied(const std::string& access) {
  fake::disturbance answer;
  answer.what = fake::disturbance::kind::replace;
  answer.instead = fake::json(
      403,
      R"({"RemoteException":{"exception":"AccessControlException","javaClassName":"org.apache.hadoop.security.AccessControlException","message":"Permission denied: user=x, access=)" +
          access + R"(, inode=\"log\":y:supergroup:drwxr-x---"}})");
  return answer;
}

}  // namespace

TEST_CASE("destroy of what was never started removes what create made, and converges") {
  deployment d;
  const destroy_reply reply = destroy_it(d);
  require_good(reply);
  CHECK(reply.changed);
  require_gone(d);
  for (int i = 0; i < 2; ++i) {
    const destroy_reply again = destroy_it(d);
    require_good(again);
    CHECK_FALSE(again.changed);
  }
}

TEST_CASE("destroy ends the job first; the log stays, so that epochs never restart") {
  deployment d;
  d.run();
  require_good(destroy_it(d));
  require_gone(d);
  CHECK(d.log().newest_intent()->stop_cause == "destroy");
  CHECK(d.log().newest_incarnation()->number == 2);

  d.data = d.create("stream");
  d.run();
  CHECK(d.log().newest_incarnation()->number > 3);
  CHECK(d.live_ids().size() == 1);
}

TEST_CASE("a long log is pruned, its newest numbers stay") {
  deployment d;
  for (int i = 0; i < 35; ++i) {
    d.append(record_kind::run);
    d.append(record_kind::stop);
  }
  require_good(destroy_it(d));
  CHECK(d.log().records.size() == 50);
  CHECK(d.log().newest_number() == 71);  // the mark
  CHECK_FALSE(d.log().wanted());
}

TEST_CASE("a job whose end cannot be seen is not abandoned: nothing is removed (INV-4)") {
  deployment d;
  d.run();
  SECTION("the ResourceManager is silent") { d.resource_manager.server().stop(); }
  SECTION("the JobManager is silent") { d.job_manager.server().stop(); }
  SECTION("HDFS is away") { d.name_node.server().stop(); }
  const destroy_reply reply = destroy_it(d, std::chrono::seconds(5));
  REQUIRE(reply.failure);
  CHECK(exists(d.data.program_file));
  CHECK(exists(d.data.directory));
  CHECK(d.live_ids().size() == 1);
  d.resource_manager.server().start();
  d.job_manager.server().start();
  d.name_node.server().start();
  require_good(destroy_it(d));
  require_gone(d);
}

TEST_CASE("destroy converges from wherever it was killed (INV-5)") {
  deployment d;
  d.run();
  SECTION("after stop was recorded") { d.append(record_kind::stop); }
  SECTION("after the program file was removed") { std::filesystem::remove(d.data.program_file); }
  SECTION("after the files were removed") {
    std::filesystem::remove(d.data.program_file);
    std::filesystem::remove_all(d.data.directory);
  }
  const destroy_reply reply = destroy_it(d);
  require_good(reply);
  CHECK(reply.changed);
  require_gone(d);
  CHECK_FALSE(d.log().wanted());
}

TEST_CASE("supervisord away: the files stay, for the next attempt") {
  deployment d;
  d.edge.supervisord().server().stop();
  const destroy_reply reply = destroy_it(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::unavailable);
  CHECK(exists(d.data.directory));
  d.edge.supervisord().server().start();
  require_good(destroy_it(d));
  require_gone(d);
}

TEST_CASE("other components are left alone") {
  deployment d;
  const component_data other = d.create("other");
  const auto files = dm::test::tree_of(other.directory);
  require_good(destroy_it(d));
  require_gone(d);
  CHECK(exists(other.program_file));
  CHECK(dm::test::tree_of(other.directory) == files);
  CHECK(d.edge.supervisord().process(other.program));
}

TEST_CASE("destroy on another node is refused, naming the node (D-9)") {
  deployment d;
  destroy_request request;
  request.data = d.data;
  const auto elsewhere = d.session_on("edge2");
  const destroy_reply reply =
      destroy(*elsewhere, io::operation::within(std::chrono::seconds(10)), request);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(reply.failure->message.find("edge1") != std::string::npos);
  CHECK(exists(d.data.directory));
}

TEST_CASE("destroy saves the state of a running job, and keeps it") {
  deployment d;
  d.run();
  require_good(destroy_it(d));
  require_gone(d);
  CHECK(d.job_manager.savepoints_triggered() == 1);
  const std::string path = d.job_manager.savepoint_paths().front().substr(7);
  CHECK(d.files->exists(path + "/_metadata"));
  CHECK_FALSE(d.log().newest_intent()->savepoint_operation.empty());
}

TEST_CASE(
    "a savepoint that fails keeps destroy from doing anything, and the answer says what to do") {
  deployment d;
  d.run();
  d.job_manager.script_savepoint({0, "java.io.IOException: disk full", true, 1});
  const destroy_reply reply = destroy_it(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(reply.failure->message.find("disk full") != std::string::npos);
  CHECK(reply.failure->why == dm::reason_code::savepoint_failed);
  CHECK(reply.failure->hint.find("stop it first") != std::string::npos);
  CHECK(exists(d.data.program_file));
  CHECK(exists(d.data.directory));
  CHECK(d.live_ids().size() == 1);
  CHECK(d.log().wanted());
  CHECK(d.program_state() == "RUNNING");
}

TEST_CASE("a savepoint that fails since the job fails over keeps destroy from going on as well") {
  deployment d;
  d.run();
  d.job_manager.script_savepoint({0, "java.io.IOException: disk full", true, 1});
  d.job_manager.server().disturb([&](const fake::request& asked) {
    if (asked.method == "GET" && asked.path.find("/savepoints/") != std::string::npos)
      d.job_manager.change([](fake::flink_job& job) { job.state = "RESTARTING"; });
    return std::optional<fake::disturbance>();
  });
  const destroy_reply reply = destroy_it(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(reply.failure->message.find("disk full") != std::string::npos);
  CHECK(exists(d.data.program_file));
  CHECK(exists(d.data.directory));
  CHECK(d.live_ids().size() == 1);
  CHECK(d.job_manager.job().state == "RESTARTING");
  CHECK(d.log().wanted());
}

TEST_CASE("destroy saves what an earlier stop was not to save") {
  deployment d;
  d.run();
  d.append(record_kind::stop);
  require_good(destroy_it(d));
  require_gone(d);
  CHECK(d.job_manager.savepoints_triggered() == 1);
}

TEST_CASE("disposing of savepoints deletes all of the state but the log") {
  deployment d;
  d.run();
  const std::string savepoint = d.put_savepoint("sp-1", 2);
  const std::string checkpoint = d.put_checkpoint(2, 5);
  const auto dispose = [&] {
    destroy_request request;
    request.data = d.data;
    request.dispose_savepoints = true;
    return destroy(d.session(), io::operation::within(std::chrono::seconds(30)), request);
  };
  SECTION("at once") {}
  SECTION("although it was destroyed with them kept") { require_good(destroy_it(d)); }
  const destroy_reply reply = dispose();
  require_good(reply);
  CHECK(reply.changed);
  require_gone(d);
  CHECK_FALSE(d.files->exists(savepoint));
  CHECK_FALSE(d.files->exists(checkpoint));
  CHECK(d.files->names(d.state_directory()) == std::vector<std::string>{"log"});
  const destroy_reply again = dispose();
  require_good(again);
  CHECK_FALSE(again.changed);
}

TEST_CASE("after a destroy that disposed of all state the next start is the first one") {
  deployment d;
  d.run();
  d.put_savepoint("sp-1", 2);
  destroy_request request;
  request.data = d.data;
  request.dispose_savepoints = true;
  const auto dispose = [&] {
    return destroy(d.session(), io::operation::within(std::chrono::seconds(30)), request);
  };
  require_good(dispose());
  const auto marked = d.log();
  CHECK(marked.newest_intent()->state_disposed);
  CHECK(marked.state_ended() == marked.newest_number());
  require_good(dispose());
  CHECK(d.log().newest_number() == marked.newest_number());  // marked once
  d.data = d.create("stream");
  d.run();
  CHECK(d.log().newest_incarnation()->restore_path.empty());
}

TEST_CASE("a pinned savepoint keeps destroy from disposing of anything") {
  deployment d;
  d.run();
  const std::string savepoint = d.put_savepoint("sp-1", 2);
  auto hdfs = d.session().hdfs_for(d.data.user);
  dm::state::savepoint_ledger ledger(hdfs, d.state_directory());
  REQUIRE(ledger.pin({}, "sp-1", {"alice", "audit", io::now()}));
  destroy_request request;
  request.data = d.data;
  request.dispose_savepoints = true;
  const destroy_reply reply =
      destroy(d.session(), io::operation::within(std::chrono::seconds(30)), request);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(reply.failure->message.find("audit") != std::string::npos);
  CHECK(d.live_ids().size() == 1);
  CHECK(d.files->exists(savepoint));
  CHECK(exists(d.data.directory));
}

TEST_CASE("a job that flaps, and so can take no savepoint, is destroyed; its checkpoints stay") {
  deployment d;
  d.run();
  d.job_manager.change([](dm::fake::flink_job& job) { job.state = "RESTARTING"; });
  SECTION("state is optional") {
    require_good(destroy_it(d));
    require_gone(d);
    CHECK(d.job_manager.savepoints_triggered() == 0);
  }
  SECTION("state is required, and there is some") {
    d.data.state = dm::component::state_policy::required;
    const std::string checkpoint = d.put_checkpoint(2, 5);
    require_good(destroy_it(d));
    require_gone(d);
    CHECK(d.files->exists(checkpoint));
  }
  SECTION("state is required, and there is none") {
    d.data.state = dm::component::state_policy::required;
    const destroy_reply reply = destroy_it(d);
    REQUIRE(reply.failure);
    CHECK(reply.failure->code == status_code::failed_precondition);
    CHECK(reply.failure->message.find("RESTARTING") != std::string::npos);
    CHECK(exists(d.data.directory));
    CHECK(d.live_ids().size() == 1);
  }
}

TEST_CASE(
    "a component whose log is another account's is removed from this node, and its log left") {
  deployment d;
  const std::string application = d.state_directory().substr(0, d.state_directory().rfind('/'));
  SECTION("never started") { d.files->make_directories(d.state_directory(), "hdfs", "750"); }
  SECTION("its directory was handed over when it had run") {
    d.run();
    stop_request ended;
    ended.data = d.data;
    ended.user = "alice";
    require_good(stop(d.session(), io::operation::within(std::chrono::seconds(30)), ended));
  }
  d.files->set_owner(application, "alice");
  d.name_node.keep_others_out_of(application);
  const auto before = d.files->all_files();

  destroy_request request;
  request.data = d.data;
  request.user = "alice";
  request.dispose_savepoints = true;
  const auto op = io::operation::within(std::chrono::seconds(30));
  const destroy_reply refused = destroy(d.session(), op, request);
  REQUIRE(refused.failure);
  CHECK(refused.failure->code == status_code::failed_precondition);
  CHECK_THAT(refused.failure->message, Catch::Matchers::Contains("alice's"));
  CHECK(exists(d.data.program_file));

  require_good(destroy_it(d));
  require_gone(d);
  CHECK(d.files->all_files() == before);
  const destroy_reply again = destroy_it(d);
  require_good(again);
  CHECK_FALSE(again.changed);
}

TEST_CASE(
    "one that lives, or of which YARN does not tell, is not removed without its log (INV-4)") {
  deployment d;
  d.run();
  const std::string application = d.state_directory().substr(0, d.state_directory().rfind('/'));
  d.files->set_owner(application, "alice");
  d.name_node.keep_others_out_of(application);
  std::string word = d.live_ids().front();
  SECTION("it lives") {}
  SECTION("it lives, and YARN does not say whose it is") {
    d.resource_manager.cluster().change(word, [](fake::yarn_application& a) { a.user.clear(); });
  }
  SECTION("YARN is silent") {
    d.resource_manager.server().stop();
    word = "YARN does not tell";
  }
  const destroy_reply reply = destroy_it(d, std::chrono::seconds(5));
  REQUIRE(reply.failure);
  CHECK_THAT(reply.failure->text(), Catch::Matchers::Contains(word));
  CHECK_THAT(reply.failure->text(), Catch::Matchers::Contains("alice's"));
  CHECK(exists(d.data.program_file));
  CHECK(exists(d.data.directory));
  CHECK(d.program_state() == "RUNNING");
}

TEST_CASE("where another account's log may be read and not written, destroy is over all the same") {
  deployment d;
  d.append(record_kind::run);
  d.append(record_kind::stop);
  d.files->set_owner(d.state_directory(), "alice");
  d.name_node.server().disturb([](const fake::request& asked) {
    return asked.method == "GET" ? std::nullopt : std::optional(denied("WRITE"));
  });
  require_good(destroy_it(d));
  require_gone(d);
}

TEST_CASE("a log of one's own that cannot be read keeps destroy from going on") {
  deployment d;
  d.files->make_directories(d.state_directory() + "/log", d.data.user, "000");
  d.name_node.server().disturb([&](const fake::request& asked) {
    const bool lists = asked.argument("op").starts_with("LISTSTATUS");
    return lists ? std::optional(denied("READ_EXECUTE")) : std::nullopt;
  });
  const destroy_reply reply = destroy_it(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::permission_denied);
  CHECK(exists(d.data.program_file));
}
