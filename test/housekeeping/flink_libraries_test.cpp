// Flink's libraries on HDFS that nobody uses, and what uploads of them have left.
#include "library/flink_libraries.h"

#include <catch2/catch.hpp>

#include "component/component_log.h"
#include "library/library_set.h"
#include "planted.h"

using namespace dm;
using dm::test::planted;
using housekeeping::kind;

namespace {

const std::string root = "/pnda/flink-libraries";
const std::string other = root + "/1.19.3-0123456789abcdef";

std::string installed(planted& p) {
  library::local_digests digests;
  const auto set = library::read_library_set({}, p.settings.flink_home, digests);
  REQUIRE(set);
  return root + "/" + set->name();
}

// A set of this node's libraries as it should be, below the name with this number.
std::string put_good(planted& p, const std::string& tail, std::int64_t days,
                     const std::string& owner = {}) {
  library::local_digests digests;
  const auto set = library::read_library_set({}, p.settings.flink_home, digests);
  REQUIRE(set);
  const std::string directory = root + "/" + set->name() + tail;
  fake::hdfs_files& files = p.d.name_node.files();
  for (const library::library_file& file : set->files) {
    files.put(directory + "/" + file.name, std::string(static_cast<std::size_t>(file.bytes), 'x'));
    files.set_permission(directory + "/" + file.name, "644");
  }
  files.set_owner(directory, owner.empty() ? p.d.data.user : owner);
  p.make_old_on_hdfs(directory, days);
  return directory;
}

}  // namespace

TEST_CASE("sets of this node's libraries that submissions pass over go, a good one never") {
  planted p;
  const std::string good = put_good(p, "", 400);
  const std::string cut = put_good(p, "-2", 100);
  p.d.name_node.files().put(cut + "/lib/more.jar", "x");
  p.make_old_on_hdfs(cut, 100);
  const std::string young = put_good(p, "-3", 10, "mallory");
  const std::string strangers = put_good(p, "-4", 100, "mallory");
  const std::string of_roots_owner = put_good(p, "-5", 100, "hdfs");
  p.d.name_node.files().set_owner(root, "hdfs");
  const auto seen = p.inspect({kind::library});
  CHECK(planted::paths_of(seen) == std::set<std::string>{cut, strangers});
  for (const auto& one : seen.entries) {
    if (one.path == cut)
      CHECK(one.why.find("pass it over since lib/more.jar does not belong there") !=
            std::string::npos);
  }
  SECTION("they are cleaned") {
    CHECK(planted::paths_of(p.clean({kind::library})) == std::set<std::string>{cut, strangers});
    CHECK(p.d.name_node.files().exists(good));
    CHECK(p.d.name_node.files().exists(young));
    CHECK(p.d.name_node.files().exists(of_roots_owner));
    CHECK_FALSE(p.d.name_node.files().exists(cut));
  }
  SECTION("an application of its owner's lives") {
    p.put_application("RUNNING", {}, "mallory");
    CHECK(planted::paths_of(p.clean({kind::library})) == std::set<std::string>{cut});
  }
  SECTION("an application of the components' user lives") {
    p.put_application("RUNNING");
    CHECK(p.clean({kind::library}).entries.empty());
  }
}

TEST_CASE("libraries of another Flink go, this node's, young ones and strangers' stay") {
  planted p;
  p.put_directory(other, 100);
  p.put_directory(root + "/1.18.1-0123456789abcdef-2", 100);
  p.put_directory(root + "/1.17.2-0123456789abcdef", 10);
  p.put_directory(root + "/somebody-elses", 400);
  put_good(p, "", 400);
  put_good(p, "-2", 400);
  CHECK(planted::paths_of(p.inspect({kind::library})) ==
        std::set<std::string>{other, root + "/1.18.1-0123456789abcdef-2"});
  CHECK(planted::paths_of(p.clean({kind::library})).size() == 2);
  CHECK_FALSE(p.d.name_node.files().exists(other));
  CHECK(p.d.name_node.files().exists(installed(p)));
}

TEST_CASE("what a setting names stays, and all where a component cannot be read") {
  planted p;
  p.put_directory(other, 100);
  SECTION("a setting") {
    p.settings.flink_configuration.emplace_back("yarn.provided.lib.dirs",
                                                "hdfs://" + other + "/lib");
    CHECK(p.inspect({kind::library}).entries.empty());
  }
  SECTION("a component that cannot be read") {
    test::write_text(p.d.data.directory + "/guard.json", "{");
    const auto reply = p.clean({kind::library});
    CHECK(reply.entries.empty());
    CHECK(reply.withheld.size() == 1);
  }
  SECTION("no installation") {
    p.settings.flink_home = "/nowhere";
    CHECK(p.clean({kind::library}).withheld.size() == 1);
  }
  CHECK(p.d.name_node.files().exists(other));
}

TEST_CASE("an application that lives keeps what it may have been given") {
  planted p;
  p.put_directory(other, 100);
  // Nobody's record says what it was given.
  const std::string stranger = p.put_application("RUNNING");
  CHECK(p.clean({kind::library}).entries.empty());
  CHECK(p.d.name_node.files().exists(other));
}

TEST_CASE("class data that submissions take stays, older and damaged goes, or with its Flink") {
  planted p;
  const std::string own = put_good(p, "", 400);
  fake::hdfs_files& files = p.d.name_node.files();
  for (const int number : {2, 9, 10}) {
    const std::string directory = own + "-classes-" + std::to_string(number);
    // The newest has no classes: submissions pass it over.
    for (const auto& [name, text] : std::vector<std::pair<std::string, std::string>>{
             {"classes.json", R"({"schema":1,"java":"17","class_path":["lib/a.jar"],)"
                              R"("libraries_bytes":1,"classes_bytes":1})"},
             {"lib.tar", "t"},
             {"classes.jsa", number == 10 ? "" : "c"}}) {
      files.put(directory + "/" + name, text);
      files.set_permission(directory + "/" + name, "644");
    }
    files.set_owner(directory, p.d.data.user);
    p.make_old_on_hdfs(directory, 100);
  }
  p.put_directory(other + "-classes-1", 100);
  p.put_directory(root + "/somebody-classes-1", 400);
  const std::set<std::string> superfluous{own + "-classes-2", own + "-classes-10",
                                          other + "-classes-1"};
  const auto seen = p.inspect({kind::library});
  CHECK(planted::paths_of(seen) == superfluous);
  for (const auto& one : seen.entries) {
    CHECK(one.what.starts_with("the class data of a Flink 1."));
    if (one.path.starts_with(own))
      CHECK(one.why.find("submissions of this node take " + own + "-classes-9") !=
            std::string::npos);
  }
  SECTION("it is cleaned") {
    CHECK(planted::paths_of(p.clean({kind::library})) == superfluous);
    CHECK(files.exists(own + "-classes-9"));
  }
  SECTION("an application lives of which it is not known what it was given") {
    p.put_application("RUNNING");
    CHECK(p.clean({kind::library}).entries.empty());
  }
  SECTION("none is good: none goes") {
    for (const char* number : {"2", "9"})
      files.put(own + "-classes-" + number + "/classes.jsa", "");
    p.make_old_on_hdfs(own + "-classes-2", 100);
    p.make_old_on_hdfs(own + "-classes-9", 100);
    CHECK(planted::paths_of(p.inspect({kind::library})) ==
          std::set<std::string>{other + "-classes-1"});
  }
}

TEST_CASE("what an upload that was broken off has left goes after its age") {
  planted p;
  const std::string left = root + "/.1.20.5-0123456789abcdef.00ff.tmp";
  p.put_directory(left, 10);
  p.put_directory(root + "/.1.20.5-0123456789abcdef.11ff.tmp", 1);
  CHECK(planted::paths_of(p.clean({kind::temporary})) == std::set<std::string>{left});
  CHECK_FALSE(p.d.name_node.files().exists(left));
}
