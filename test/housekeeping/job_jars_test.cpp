// Jars of jobs on HDFS that nothing runs from.
#include "library/job_jar.h"

#include <catch2/catch.hpp>

#include "planted.h"

using namespace dm;
using dm::test::planted;
using housekeeping::kind;

namespace {

struct with_jars {
  planted p;
  std::string directory = library::jar_directory(p.d.state_directory());
  std::string jar = directory + "/" + std::string(64, 'a') + ".jar";

  with_jars() {
    p.put(jar, 40);
    p.put(directory + "/" + std::string(64, 'b') + ".jar", 3);  // too young
    p.put(directory + "/precious.jar", 400);                    // nobody's
  }
};

}  // namespace

TEST_CASE("a jar goes when its component is not wanted and nothing of it lives") {
  with_jars w;
  w.p.d.play_stopped_run();
  CHECK(planted::paths_of(w.p.clean({kind::job_jar})) == std::set<std::string>{w.jar});
  CHECK_FALSE(w.p.d.name_node.files().exists(w.jar));
  CHECK(w.p.d.name_node.files().names(w.directory).size() == 2);
}

TEST_CASE("it stays while the component is wanted, and while YARN is silent") {
  with_jars w;
  SECTION("wanted") {
    w.p.d.run();
    CHECK(w.p.clean({kind::job_jar}).entries.empty());
  }
  SECTION("silent") {
    w.p.d.play_stopped_run();
    w.p.d.resource_manager.server().stop();
    const auto reply = w.p.clean({kind::job_jar});
    CHECK(reply.entries.empty());
    CHECK(reply.withheld.size() == 1);
  }
  CHECK(w.p.d.name_node.files().exists(w.jar));
}

TEST_CASE("what an upload of a jar that was broken off has left goes after its age") {
  with_jars w;
  w.p.d.run();
  w.p.put(w.directory + "/.aaaa.00ff.tmp", 10);
  CHECK(planted::paths_of(w.p.clean({kind::temporary})) ==
        std::set<std::string>{w.directory + "/.aaaa.00ff.tmp"});
}
