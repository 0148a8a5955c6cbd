// HDFS when NameNodes are standby, dead, in safe mode, or answers get lost.
#include <catch2/catch.hpp>

#include "cluster/hdfs.h"
#include "fake/name_node.h"

using namespace dm::cluster;
using dm::status_code;
namespace fake = dm::fake;
using dm::fake::disturbance;
using kind = dm::fake::disturbance::kind;
using dm::io::operation;
using option = hdfs::rename_option;

namespace {

const operation in_time = operation::within(std::chrono::minutes(1));

// Two NameNodes over the same files, the first one active.
struct pair {
  std::shared_ptr<fake::hdfs_files> files = std::make_shared<fake::hdfs_files>();
  fake::name_node first{files};
  fake::name_node second{files};
  dm::io::http_client http;
  std::shared_ptr<replicas> service =
      std::make_shared<replicas>(std::vector<std::string>{first.address(), second.address()});
  hdfs fs{http, service, "pnda"};
  pair() { second.set_standby(true); }
  void know_the_active() { service->set_active(0); }
  void fail_over() {
    first.set_standby(true);
    second.set_standby(false);
  }
};

disturbance trouble(kind what, bool carried_out = false) {
  disturbance d;
  d.what = what;
  d.carried_out = carried_out;
  return d;
}

disturbance instead(fake::response answer) {
  disturbance d;
  d.what = kind::replace;
  d.instead = std::move(answer);
  return d;
}

}  // namespace

TEST_CASE("a standby NameNode makes it ask the other one, which it then asks first") {
  pair p;
  p.files->put("/f", "x");
  p.know_the_active();
  CHECK(p.fs.read(in_time, "/f", 10));
  CHECK(p.second.server().request_count() == 0);
  p.fail_over();
  CHECK(p.fs.status(in_time, "/f"));
  p.first.server().forget_requests();
  CHECK(p.fs.status(in_time, "/f"));
  CHECK(p.first.server().request_count() == 0);
  CHECK(p.fs.make_directory(in_time, "/d"));
  CHECK(p.fs.create(in_time, "/d/g", "y"));
  CHECK(p.fs.rename(in_time, "/d/g", "/d/h", option::none));
  CHECK(p.files->get("/d/h") == "y");
}

TEST_CASE("a NameNode that is down makes it ask the other one, for changes too") {
  pair p;
  p.fail_over();
  p.first.server().stop();
  CHECK(p.fs.make_directory(in_time, "/d"));
  CHECK(p.fs.create(in_time, "/d/f", "x"));
  CHECK(p.fs.read(in_time, "/d/f", 10).value() == "x");
  CHECK(p.fs.remove(in_time, "/d", true).value());
}

TEST_CASE("no NameNode that serves is UNAVAILABLE, with what each one said") {
  pair p;
  p.first.set_standby(true);
  const auto both_standby = p.fs.status(operation::within(std::chrono::seconds(3)), "/f");
  REQUIRE_FALSE(both_standby);
  CHECK(both_standby.error().code == status_code::unavailable);
  CHECK(both_standby.error().causes.size() == 2);
  CHECK(both_standby.error().message.find("standby") != std::string::npos);
  p.first.server().stop();
  p.second.server().stop();
  CHECK(p.fs.status(in_time, "/f").error().code == status_code::unavailable);
  CHECK(p.fs.create(in_time, "/f", "x").error().code == status_code::unavailable);
}

TEST_CASE("safe mode is UNAVAILABLE for changes, and reads work") {
  pair p;
  p.files->put("/f", "x");
  p.first.set_safe_mode(true);
  CHECK(p.fs.read(in_time, "/f", 10));
  CHECK(p.fs.make_directory(in_time, "/d").error().code == status_code::unavailable);
  CHECK(p.fs.create(in_time, "/g", "x").error().code == status_code::unavailable);
  CHECK(p.fs.rename(in_time, "/f", "/g", option::none).error().code == status_code::unavailable);
}

TEST_CASE(
    "a change whose answer is lost is not asked of the other NameNode, and says that it may have "
    "happened") {
  pair p;
  p.files->put("/f", "x");
  p.know_the_active();
  p.second.set_standby(false);
  const auto what = GENERATE(kind::close, kind::reset);
  p.first.server().disturb_next(trouble(what, true));
  const auto renamed = p.fs.rename(in_time, "/f", "/g", option::none);
  REQUIRE_FALSE(renamed);
  CHECK(renamed.error().code == status_code::unavailable);
  CHECK(renamed.error().maybe_done);
  CHECK(p.second.server().request_count() == 0);
  CHECK(p.files->get("/g") == "x");
}

TEST_CASE("a creation whose answer is lost says that it may have happened") {
  pair p;
  p.first.data_node().disturb_next(trouble(kind::close, true));
  const auto created = p.fs.create(in_time, "/f", "x");
  REQUIRE_FALSE(created);
  CHECK(created.error().code == status_code::unavailable);
  CHECK(created.error().maybe_done);
  CHECK(p.files->get("/f") == "x");
}

TEST_CASE("a read whose answer is lost is simply asked again at the other NameNode") {
  pair p;
  p.files->put("/f", "x");
  p.second.set_standby(false);
  p.first.server().disturb([](const fake::request&) { return trouble(kind::close); });
  CHECK(p.fs.status(in_time, "/f"));
}

TEST_CASE("of several files those that do not come at once are asked for alone") {
  pair p;
  p.files->put("/f", "x");
  p.files->put("/g", "y");
  p.files->put("/h", "z");
  const std::vector<std::string> paths = {"/f", "/missing", "/g", "/h"};
  const std::vector<std::optional<std::string>> contents = {"x", std::nullopt, "y", "z"};
  SECTION("the NameNode has become a standby") { p.fail_over(); }
  SECTION("the NameNode has died") {
    p.fail_over();
    p.first.server().stop();
  }
  SECTION("the NameNode cuts a connection") { p.first.server().disturb_next(trouble(kind::close)); }
  SECTION("the DataNode cuts a connection") {
    p.first.data_node().disturb_next(trouble(kind::close));
  }
  CHECK(p.fs.read_all(in_time, paths, 10).value() == contents);
}

TEST_CASE("several files of an HDFS that is down are one error") {
  pair p;
  p.first.server().stop();
  p.second.server().stop();
  const auto read = p.fs.read_all(in_time, {"/f", "/g"}, 10);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == status_code::unavailable);
  CHECK(read.error().causes.size() == 2);
}

TEST_CASE("a DataNode that cannot be reached is excluded, and the NameNode asked for another one") {
  pair p;
  p.files->put("/f", "x");
  p.first.data_node().stop();
  p.first.server().disturb([&](const fake::request& asked) -> std::optional<disturbance> {
    const std::string op = asked.argument("op");
    if (asked.argument("excludedatanodes").empty()) return std::nullopt;
    // Another DataNode: the second NameNode's, which holds the same files.
    return instead(fake::json(200, "{\"Location\":\"" + p.second.data_node().address() +
                                       "/webhdfs/v1" + asked.path.substr(11) + "?op=" + op +
                                       "&user.name=pnda\"}"));
  });
  CHECK(p.fs.read(in_time, "/f", 10).value() == "x");
  CHECK(p.fs.create(in_time, "/g", "y"));
  CHECK(p.files->get("/g") == "y");
}

TEST_CASE("without any DataNode the error names it and what to check") {
  pair p;
  p.files->put("/f", "x");
  p.first.data_node().stop();
  const auto read = p.fs.read(in_time, "/f", 10);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == status_code::unavailable);
  CHECK(read.error().message.find(p.first.data_node().address()) != std::string::npos);
  CHECK(read.error().hint.find("DataNode") != std::string::npos);
  const auto created = p.fs.create(in_time, "/g", "x");
  REQUIRE_FALSE(created);
  CHECK_FALSE(created.error().maybe_done);  // the file is made by the DataNode
}

TEST_CASE(
    "the DataNode's address is believed only as a URL, and its token shown to nobody (INV-7)") {
  pair p;
  p.files->put("/f", "x");
  for (const char* location : {"file:///etc/passwd", "ftp://h/x", "/relative", "javascript:x"}) {
    p.first.set_location(location);
    CHECK(p.fs.read(in_time, "/f", 10).error().code == status_code::unavailable);
    CHECK(p.fs.create(in_time, "/g", "x").error().code == status_code::unavailable);
  }
  p.first.set_location("http://127.0.0.1:1/webhdfs/v1/f?op=OPEN&delegation=SECRET");
  const auto read = p.fs.read(in_time, "/f", 10);
  REQUIRE_FALSE(read);
  CHECK(read.error().text().find("127.0.0.1:1") != std::string::npos);
  CHECK(read.error().text().find("SECRET") == std::string::npos);
}

TEST_CASE("what answers but is no NameNode proves nothing (INV-4)") {
  pair p;
  const auto answer =
      GENERATE(fake::text(404, "<html>not found</html>", "text/html"),
               fake::text(200, "<html>welcome</html>", "text/html"), fake::json(200, "{}"),
               fake::json(200, "[]"), fake::json(200, "{\"FileStatus\""),
               fake::json(200, R"({"FileStatus":{"pathSuffix":"../x","type":"FILE"}})"),
               fake::json(404, "{}"), fake::text(503, "busy"));
  for (auto* one : {&p.first, &p.second})
    one->server().disturb([answer](const fake::request&) { return instead(answer); });
  CHECK(p.fs.status(in_time, "/f").error().code == status_code::unavailable);
  CHECK(p.fs.list(in_time, "/f").error().code == status_code::unavailable);
  CHECK(p.fs.summary(in_time, "/f").error().code == status_code::unavailable);
  CHECK(p.fs.remove(in_time, "/f", true).error().code == status_code::unavailable);
  CHECK(p.fs.make_directory(in_time, "/f").error().code == status_code::unavailable);
  CHECK(p.fs.read(in_time, "/f", 10).error().code == status_code::unavailable);
  CHECK(p.fs.create(in_time, "/f", "x").error().code == status_code::unavailable);
  CHECK(p.fs.rename(in_time, "/f", "/g", option::none).error().code == status_code::unavailable);
}

TEST_CASE("a listing that never ends is ended") {
  pair p;
  const std::string page =
      R"({"DirectoryListing":{"partialListing":{"FileStatuses":{"FileStatus":[)"
      R"({"pathSuffix":"a","type":"FILE","length":1}]}},"remainingEntries":5}})";
  p.first.server().disturb([page](const fake::request&) { return instead(fake::json(200, page)); });
  CHECK(p.fs.list(in_time, "/d").error().code == status_code::unavailable);
  CHECK(p.first.server().request_count() <= 3);
}

TEST_CASE("authentication and the operation's end are told as such") {
  pair p;
  p.first.server().disturb([](const fake::request&) {
    return instead(fake::text(401, "<html>Authentication required</html>", "text/html"));
  });
  CHECK(p.fs.status(in_time, "/f").error().code == status_code::unauthenticated);
  p.first.server().disturb([](const fake::request&) { return trouble(kind::never); });
  CHECK(p.fs.status(operation::within(std::chrono::milliseconds(50)), "/f").error().code ==
        status_code::deadline_exceeded);
  CHECK(p.fs.create(operation::within(std::chrono::milliseconds(50)), "/f", "x").error().code ==
        status_code::deadline_exceeded);
  dm::io::cancellation cancel;
  cancel.cancel();
  CHECK(p.fs.status(operation(dm::io::steady_time::max(), &cancel), "/f").error().code ==
        status_code::cancelled);
}

TEST_CASE("without an address there is nobody to ask") {
  dm::io::http_client http;
  hdfs fs(http, std::vector<std::string>{}, "pnda");
  CHECK(fs.status(in_time, "/f").error().code == status_code::invalid_argument);
}

TEST_CASE("a DataNode whose connection to a restarted NameNode is dead is asked once more") {
  pair p;
  p.files->put("/f", "x");
  const auto dead = instead(fake::json(
      403,
      R"({"RemoteException":{"exception":"EOFException","javaClassName":"java.io.EOFException",)"
      R"("message":"End of File Exception between local host is: \"vm/127.0.0.1\""}})"));
  p.first.data_node().disturb_next(dead);
  CHECK(p.fs.create(in_time, "/g", "y"));
  CHECK(p.files->get("/g") == "y");
  p.first.data_node().disturb_next(dead);
  CHECK(p.fs.read(in_time, "/f", 10).value() == "x");
  p.first.data_node().disturb_next(dead, 2);
  const auto read = p.fs.read(in_time, "/f", 10);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == status_code::unavailable);
}

TEST_CASE("a block that no DataNode has at the moment is no verdict about the file (INV-4)") {
  pair p;
  p.files->put("/f", "x");
  const auto refused = [](const char* message) {
    return instead(fake::json(
        403,
        std::string(
            R"({"RemoteException":{"exception":"IOException","javaClassName":"java.io.IOException","message":")") +
            message + "\"}}"));
  };
  SECTION("the NameNode knows of none") {
    p.first.server().disturb([&](const fake::request&) {
      return refused("No active nodes contain this block BP-1:blk_1 at offset 0");
    });
  }
  SECTION("the only one is away, and no other one is found") {
    p.first.data_node().stop();
    p.first.server().disturb([&](const fake::request& asked) -> std::optional<disturbance> {
      if (asked.argument("excludedatanodes").empty()) return std::nullopt;
      return refused("Failed to find datanode, suggest to check cluster health.");
    });
  }
  SECTION("a DataNode's connection to the NameNode breaks, whatever its class") {
    p.first.data_node().disturb(
        [&](const fake::request&) { return refused("Connection reset by peer"); });
  }
  const auto read = p.fs.read(in_time, "/f", 10);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == status_code::unavailable);
  CHECK(p.fs.read_part(in_time, "/f", 0, 1).error().code == status_code::unavailable);
  CHECK(p.fs.read_all(in_time, {"/f", "/g"}, 10).error().code == status_code::unavailable);
  const auto created = p.fs.create(in_time, "/new", "x");
  REQUIRE_FALSE(created);
  CHECK(created.error().code == status_code::unavailable);
}

TEST_CASE("the reason of a read that no DataNode served is the first one's silence") {
  pair p;
  p.files->put("/f", "x");
  p.first.data_node().stop();
  p.first.server().disturb([](const fake::request& asked) -> std::optional<disturbance> {
    if (asked.argument("excludedatanodes").empty()) return std::nullopt;
    return instead(fake::json(
        403,
        R"({"RemoteException":{"exception":"IOException","message":"Failed to find datanode"}})"));
  });
  const auto read = p.fs.read(in_time, "/f", 10);
  REQUIRE_FALSE(read);
  CHECK(read.error().message.find(p.first.data_node().address()) != std::string::npos);
  REQUIRE(read.error().causes.size() == 1);
  CHECK(read.error().causes[0].message.find("Failed to find datanode") != std::string::npos);
}

TEST_CASE("a file that exists after a creation whose answer was lost may be one's own") {
  pair p;
  p.files->put("/f", "somebody's");
  p.first.data_node().disturb_next(instead(fake::json(
      403,
      R"({"RemoteException":{"exception":"EOFException","message":"End of File Exception"}})")));
  const auto created = p.fs.create(in_time, "/f", "mine");
  REQUIRE_FALSE(created);
  CHECK(created.error().code == status_code::unavailable);
  CHECK(created.error().maybe_done);
}

TEST_CASE("a NameNode that is starting makes the other one answer") {
  pair p;
  p.files->put("/f", "x");
  p.second.set_standby(false);
  p.first.server().disturb([](const fake::request&) {
    return instead(fake::json(
        403,
        R"({"RemoteException":{"exception":"RetriableException","message":"Namenode is in startup mode"}})"));
  });
  CHECK(p.fs.read(in_time, "/f", 10).value() == "x");
}
