// HDFS directories of components: whose rights delete what.
// SPDX-License-Identifier: Apache-2.0
#include "application/component_directories.h"

#include "base/failure.h"
#include "fake/name_node.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;
using texts = std::vector<std::string>;

namespace {

struct prepared {
  manager_test::temporary_directory directory;
  dm::fake::name_node node;
  configuration settings;
  registry memory{directory / "db"};
  package_files files{directory.path()};
  std::map<std::string, std::string, std::less<>> no_settings;
  json::document environment = json::make_object();
  plugin_directory plugins{FAKE_PLUGIN_DIRECTORY, environment, no_settings};
  web_hdfs hdfs = make_hdfs();
  components_apart apart;
  application_tools tools{settings, memory, files, plugins, hdfs, apart};
  cancellation cancel;

  web_hdfs make_hdfs() {
    auto& memory_of = environment.GetAllocator();
    json::set(environment, "webhdfs_host", "127.0.0.1", memory_of);
    json::set(environment, "webhdfs_port", node.address().substr(node.address().rfind(':') + 1),
              memory_of);
    json::set(environment, "webhdfs_user", "hdfs", memory_of);
    return {environment, std::chrono::seconds(5)};
  }
  std::vector<std::string> remove(const component_record& component, const std::string& owner) {
    operation_context context{cancel, {}};
    return delete_directories(tools, {}, component, owner, context);
  }
  std::string user_of_last_delete() {
    std::string user;
    for (const auto& request : node.server().requests()) {
      if (request.method == "DELETE") user = request.argument("user.name");
    }
    return user;
  }
  // Of all requests of one kind: who asked, and for what.
  texts asked_for(const std::string& operation) {
    texts all;
    for (const auto& request : node.server().requests()) {
      if (request.argument("op") != operation) continue;
      all.push_back(request.argument("user.name") + " " + request.path.substr(11));
    }
    return all;
  }
  // From now on only HDFS's superuser may make directories.
  void let_nobody_make_directories() {
    node.server().disturb(
        [](const dm::fake::request& asked) -> std::optional<dm::fake::disturbance> {
          const bool refused =
              asked.argument("op") == "MKDIRS" && asked.argument("user.name") != "hdfs";
          if (!refused) return std::nullopt;
          dm::fake::disturbance answer;
          answer.what = dm::fake::disturbance::kind::replace;
          answer.instead = dm::fake::json(
              403, R"({"RemoteException":{"exception":"AccessControlException",)"
                   R"("javaClassName":"org.apache.hadoop.security.AccessControlException",)"
                   R"("message":"Permission denied: user=daemon, access=WRITE"}})");
          return answer;
        });
  }
};

component_record with(const std::vector<hdfs_directory>& directories) {
  component_record component{"app",    0, "fake", "main", "{}", descriptors_text(directories),
                             "STOPPED"};
  return component;
}

}  // namespace

TEST_CASE("levels that did not exist are remembered, also over an interruption") {
  prepared p;
  p.node.files().put("/data/there/x", "");
  std::vector<hdfs_directory> list = {{"a", "/data/there/new/deep", 2, ""},
                                      {"b", "/data/there", 0, ""}};
  find_missing_levels(p.tools, list, {}, p.cancel);
  CHECK(list[0].made_from == "/data/there/new");
  CHECK(list[1].made_from.empty());
  make_directories(p.tools, list, "daemon", p.cancel);
  std::vector<hdfs_directory> again = {{"a", "/data/there/new/deep", 2, ""}};
  find_missing_levels(p.tools, again, directories_of(with(list)), p.cancel);
  CHECK(again[0].made_from == "/data/there/new");
}

TEST_CASE("what its account may make is made with that account's rights") {
  prepared p;
  std::vector<hdfs_directory> list = {{"a", "/data/out", 0, ""}};
  find_missing_levels(p.tools, list, {}, p.cancel);
  make_directories(p.tools, list, "daemon", p.cancel);
  CHECK(p.asked_for("MKDIRS") == texts{"daemon /data/out"});
  CHECK(p.asked_for("SETOWNER").empty());
}

TEST_CASE("what its account may not make is made below the roots, and given to the account") {
  prepared p;
  p.settings.hdfs_directory_roots = {"/user/${user}"};
  p.let_nobody_make_directories();
  std::vector<hdfs_directory> list = {{"a", "/user/daemon/out/deep", 0, ""}};
  find_missing_levels(p.tools, list, {}, p.cancel);
  make_directories(p.tools, list, "daemon", p.cancel);
  for (const char* path : {"/user/daemon", "/user/daemon/out", "/user/daemon/out/deep"}) {
    INFO(path);
    CHECK(p.node.files().status(path).status.owner == "daemon");
  }
  // Made as well, but nobody's below whose name the roots are.
  CHECK(p.node.files().status("/user").status.owner == "hdfs");
}

TEST_CASE("elsewhere nothing is made or given away with more rights than the account has") {
  prepared p;
  p.settings.hdfs_directory_roots = {"/user/${user}", "/pnda/apps/${user}"};
  p.let_nobody_make_directories();
  for (const char* path : {"/user/alice", "/user/alice/out", "/user/daemonic", "/user", "/data/out",
                           "/pnda/apps", "/pnda/apps/alice/out"}) {
    INFO(path);
    std::vector<hdfs_directory> list = {{"a", path, 0, ""}};
    find_missing_levels(p.tools, list, {}, p.cancel);
    try {
      make_directories(p.tools, list, "daemon", p.cancel);
      FAIL_CHECK("it was made");
    } catch (const failure& why) {
      CHECK(why.kind() == failure_kind::forbidden);
      CHECK(std::string(why.what()).find("hdfs_directory_roots") != std::string::npos);
    }
  }
  for (const std::string& one : p.asked_for("MKDIRS")) CHECK(one.starts_with("daemon "));
  CHECK(p.asked_for("SETOWNER").empty());
  CHECK(p.node.files().names("/").empty());
}

TEST_CASE("no deletion reaches where plugins keep the state of components") {
  prepared p;
  // Put there after the directory had been made.
  p.settings.hdfs_refused_roots = {"/data/app/state"};
  p.node.files().put("/data/app/out/x", "");
  p.node.files().put("/data/app/state/x", "");
  const auto stayed = p.remove(with({{"a", "/data/app/out", 2, "/data/app"}}), "daemon");
  CHECK(stayed.size() == 1);
  CHECK_FALSE(p.node.files().exists("/data/app/out"));
  CHECK(p.node.files().exists("/data/app/state/x"));
}

TEST_CASE(
    "what the host made it deletes itself; what was there goes with the owner's rights only") {
  prepared p;
  p.node.files().put("/data/there/x", "");
  p.node.files().put("/data/made/deep/x", "");
  CHECK(p.remove(with({{"a", "/data/made/deep", 2, "/data/made"}}), "daemon").empty());
  CHECK(p.user_of_last_delete() == "hdfs");
  CHECK(p.remove(with({{"a", "/data/there", 1, ""}}), "daemon").empty());
  CHECK(p.user_of_last_delete() == "daemon");
  CHECK_FALSE(p.node.files().exists("/data/made"));
  CHECK_FALSE(p.node.files().exists("/data/there"));
}

TEST_CASE("what HDFS does not let the owner delete stays, and is named") {
  prepared p;
  p.node.files().put("/data/there/x", "");
  p.node.set_safe_mode(true);
  const auto stayed = p.remove(with({{"a", "/data/there", 1, ""}}), "daemon");
  REQUIRE(stayed.size() == 1);
  CHECK(stayed[0].find("/data/there") != std::string::npos);
  CHECK_THROWS(p.remove(with({{"a", "/data/there", 1, "/data/there"}}), "daemon"));
}

TEST_CASE("what is shared goes with the last application of its owner, whoever made it") {
  prepared p;
  p.node.files().put("/data/shared/x", "");
  const std::string made = descriptors_text({{"a", "/data/shared", 1, "/data/shared"}});
  const std::string found = descriptors_text({{"a", "/data/shared", 1, ""}});
  p.tools.memory.transact([&](registry_view& view) {
    for (const auto& [name, user] :
         {std::pair("one", "daemon"), std::pair("two", "daemon"), std::pair("strange", "games")}) {
      view.applications.put({name, "CREATED", "", "p-1.0.0", user, "{}", "{}"});
      view.applications.put_component(
          {name, 0, "fake", "main", "{}", name == std::string("one") ? made : found, "STOPPED"});
    }
  });
  const auto component = [&](const std::string& name) {
    return p.tools.memory.transact(
        [&](registry_view& view) { return view.applications.components(name).at(0); });
  };
  const auto destroy = [&](const std::string& name, const std::string& user) {
    auto stayed = p.remove(component(name), user);
    p.tools.memory.transact([&](registry_view& view) { view.applications.erase(name); });
    return stayed;
  };
  CHECK(destroy("one", "daemon").size() == 1);
  CHECK(p.node.files().exists("/data/shared"));
  CHECK(directories_of(component("two"))[0].made_from == "/data/shared");
  CHECK(directories_of(component("strange"))[0].made_from.empty());
  destroy("strange", "games");
  CHECK(p.node.files().exists("/data/shared"));
  CHECK(destroy("two", "daemon").empty());
  CHECK_FALSE(p.node.files().exists("/data/shared"));
  CHECK(p.user_of_last_delete() == "hdfs");
}

TEST_CASE("a level above what two applications made goes with the last of them") {
  prepared p;
  p.node.files().put("/data/s/b/x", "");
  p.tools.memory.transact([&](registry_view& view) {
    view.applications.put({"two", "CREATED", "", "p-1.0.0", "daemon", "{}", "{}"});
    view.applications.put_component({"two", 0, "fake", "main", "{}",
                                     descriptors_text({{"b", "/data/s/b", 2, "/data/s/b"}}),
                                     "STOPPED"});
  });
  // "app" had made /data/s for its own /data/s/a.
  CHECK(p.remove(with({{"a", "/data/s/a", 2, "/data/s"}}), "daemon").size() == 1);
  const auto two = p.tools.memory.transact(
      [](registry_view& view) { return view.applications.components("two").at(0); });
  CHECK(directories_of(two)[0].made_from == "/data/s");
}
