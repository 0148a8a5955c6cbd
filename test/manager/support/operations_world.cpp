// Every operation from the same beginning, and the whole of what comes of it.
// SPDX-License-Identifier: Apache-2.0
#include "support/operations_world.h"

#include "base/failure.h"
#include "registry/database.h"
#include "support/package_builder.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <set>
#include <sstream>
#include <thread>

namespace manager_test {
namespace {

namespace fs = std::filesystem;

constexpr std::array saved_folders = {"data", "script", "install"};
constexpr std::chrono::seconds long_time{30};

constexpr const char* fails_at_start =
    R"({"status":9,"reply":{"schema":1,"desired":"STOPPED","state":"FAILED",
        "error":{"code":"FAILED_PRECONDITION","message":"no such topic"}}})";

answer ask(manager_fixture& dm, const std::string& method, const std::string& path,
           const std::string& body = "") {
  try {
    return dm.request(method, path + "?user.name=daemon", body);
  } catch (const manager::failure&) {
    return {};  // it died before it answered
  }
}

void must(const answer& given, long status) {
  INFO(given.body);
  REQUIRE(given.status == status);
}

std::function<answer(manager_fixture&)> asking(const std::string& method, const std::string& path,
                                               const std::string& body = "") {
  return [=](manager_fixture& dm) { return ask(dm, method, path, body); };
}

void write_package(const fs::path& repository, const std::string& package) {
  const std::string component = package + "/fake/main/";
  package_builder(repository / (package + ".tar.gz"))
      .file(component + "properties.json", R"({"main_jar":"main.jar","count":3})")
      .file(
          component + "hdfs.json",
          R"([{"name":"out","path":"/data/${component_application}/out","delete_on_undeploy":2}])")
      .file(component + "main.jar", std::string(20'000, 'j'))
      .close();
}

answer cancel_creation(manager_fixture& dm) {
  try {
    const auto list = dm.get("/operations?status=RUNNING&limit=1");
    const std::string id(manager::json::text_of(list.json["operations"][0], "id"));
    return ask(dm, "DELETE", "/operations/" + id);
  } catch (const manager::failure&) {
    return {};
  }
}

constexpr const char* evacuation = "0123456789abcdef0123456789abcdef";

void evacuate(manager_fixture& dm) {
  must(ask(dm, "POST", "/fleet/stop", fmt::format(R"({{"all":true,"id":"{}"}})", evacuation)), 202);
  dm.wait_for(fmt::format("/fleet/operations/{}", evacuation), "status", "SUCCEEDED");
}

void begin_slow_creation(manager_fixture& dm) {
  dm.script("create", R"({"delay_ms":60000,"once":true})");
  must(ask(dm, "PUT", "/applications/one", R"({"package":"app-1.0.0"})"), 202);
  const auto made = [&] {
    const auto calls = dm.calls("create");
    return !calls.empty() && calls.back()["request"]["application"] == "one";
  };
  eventually(made);
}

std::string package_bytes() {
  const temporary_directory elsewhere;
  write_package(elsewhere.path(), "new-1.0.0");
  return read_file(elsewhere / "new-1.0.0.tar.gz");
}

std::vector<scene> make_scenes() {
  const std::string one = "/applications/one";
  return {
      {"upload", beginning::absent,
       asking("PUT", "/repository/packages/new-1.0.0.tar.gz", package_bytes())},
      {"delete an upload", beginning::absent,
       asking("DELETE", "/repository/packages/app-2.0.0.tar.gz")},
      {"deploy", beginning::absent, asking("PUT", "/packages/app-3.0.0")},
      {"undeploy", beginning::absent, asking("DELETE", "/packages/app-2.0.0")},
      {"create", beginning::absent, asking("PUT", one, R"({"package":"app-1.0.0"})")},
      {"cancel a creation", beginning::absent, cancel_creation, begin_slow_creation},
      {"start", beginning::created, asking("POST", one + "/start")},
      {"stop", beginning::started, asking("POST", one + "/stop")},
      {"kill", beginning::started, asking("POST", one + "/stop", R"({"kill":true})")},
      {"trigger", beginning::started,
       asking("POST", one + "/savepoints", R"({"operation":"first"})")},
      {"pin", beginning::started, asking("POST", one + "/savepoints/before/pin")},
      {"dispose", beginning::started, asking("DELETE", one + "/savepoints/before")},
      {"resume", beginning::stopped, asking("POST", one + "/savepoints/before/resume")},
      {"upgrade", beginning::started,
       asking("POST", one + "/upgrade", R"({"package":"app-2.0.0"})"), nullptr, "start-app-2.0.0"},
      {"roll-back", beginning::started,
       asking("POST", one + "/upgrade", R"({"package":"app-2.0.0"})"),
       [](manager_fixture& dm) { dm.script("start-app-2.0.0", fails_at_start); }},
      {"destroy", beginning::started, asking("DELETE", one)},
      {"fleet stop", beginning::started, asking("POST", "/fleet/stop", R"({"all":true})")},
      {"fleet start", beginning::started,
       asking("POST", "/fleet/start", fmt::format(R"({{"from":"{}"}})", evacuation)), evacuate},
  };
}

void copy_all(const fs::path& from, const fs::path& to) {
  fs::create_directories(to);
  fs::copy(from, to, fs::copy_options::recursive);
}

}  // namespace

const std::vector<scene>& all_scenes() {
  static const std::vector<scene> scenes = make_scenes();
  return scenes;
}

const scene& every_scene() {
  return all_scenes()[GENERATE(Catch::Generators::range(std::size_t{0}, all_scenes().size()))];
}

const scene& scene_named(const std::string& name) {
  const auto& scenes = all_scenes();
  const auto found =
      std::find_if(scenes.begin(), scenes.end(), [&](const auto& one) { return one.name == name; });
  REQUIRE(found != scenes.end());
  return *found;
}

operations_world::operations_world(const std::string& small)
    : faults_(dm_.directory() / "faults", {dm_.directory() / "data", dm_.directory() / "install"},
              {dm_.directory() / "script/calls"}) {
  const std::string address = hdfs_.address().substr(7);
  dm_.configure_environment("webhdfs_host", address.substr(0, address.find(':')));
  dm_.configure_environment("webhdfs_port", address.substr(address.find(':') + 1));
  dm_.configure_environment("webhdfs_user", "hdfs");
  dm_.configure("package_repository",
                manager::json::quote((dm_.directory() / "data/repository").string()));
  dm_.configure("limits", R"({"reserve_bytes":0})");
  dm_.start();
  for (const char* package : {"app-1.0.0", "app-2.0.0", "app-3.0.0"}) {
    const temporary_directory elsewhere;
    write_package(elsewhere.path(), package);
    const std::string file = std::string(package) + ".tar.gz";
    must(ask(dm_, "PUT", "/repository/packages/" + file, read_file(elsewhere / file)), 201);
  }
  dm_.deploy("app-1.0.0");
  dm_.deploy("app-2.0.0");
  dm_.create("bystander", "app-1.0.0");
  save(beginning::absent);
  dm_.create("one", "app-1.0.0");
  save(beginning::created);
  must(ask(dm_, "POST", "/applications/one/start"), 202);
  dm_.wait_for_state("one", "STARTED");
  must(ask(dm_, "POST", "/applications/one/savepoints", R"({"operation":"before"})"), 202);
  dm_.wait_for("/applications/one/savepoints/before", "state", "COMPLETED");
  save(beginning::started);
  must(ask(dm_, "POST", "/applications/one/stop"), 202);
  dm_.wait_for_state("one", "CREATED");
  save(beginning::stopped);
  dm_.stop();
  if (!small.empty()) disk_.emplace(dm_.directory() / "data", small);
}

operations_world::~operations_world() {
  hdfs_.server().disturb(nullptr);
  if (dm_.program() > 0) dm_.kill_program();
}

fs::path operations_world::saved(beginning which) {
  return dm_.directory() / ("saved-" + std::to_string(static_cast<int>(which)));
}

void operations_world::save(beginning which) {
  eventually([&] { return !under_way(); });
  // Its archive goes when it has ended.
  eventually([&] { return fs::is_empty(dm_.directory() / "data/operations"); });
  dm_.stop();
  for (const char* folder : saved_folders) {
    copy_all(dm_.directory() / folder, saved(which) / folder);
  }
  beginnings_[which].hdfs = hdfs_tree();
  dm_.start();
}

std::map<std::string, std::string> operations_world::hdfs_tree() {
  std::map<std::string, std::string> tree;
  const std::function<void(const std::string&)> walk = [&](const std::string& directory) {
    for (const std::string& name : hdfs_.files().names(directory)) {
      const std::string path = (directory == "/" ? "" : directory) + "/" + name;
      tree[path] = hdfs_.files().status(path).status.owner;
      walk(path);
    }
  };
  walk("/");
  return tree;
}

void operations_world::begin(const scene& played) {
  hdfs_.server().disturb(nullptr);
  if (dm_.program() > 0) dm_.kill_program();
  for (const char* folder : saved_folders) {
    // What is inside, since the folder itself may be a mounted file system.
    fs::create_directories(dm_.directory() / folder);
    for (const auto& entry : fs::directory_iterator(dm_.directory() / folder)) {
      fs::remove_all(entry.path());
    }
    copy_all(saved(played.from) / folder, dm_.directory() / folder);
  }
  for (const std::string& name : hdfs_.files().names("/")) hdfs_.files().remove("/" + name, true);
  for (const auto& [path, owner] : beginnings_[played.from].hdfs) {
    hdfs_.files().make_directories(path, owner, "755");
  }
  fs::remove(dm_.directory() / "script/effects");
  hdfs_.server().forget_requests();
}

void operations_world::start(const scene& played, const disk_fault& fault) {
  begin(played);
  dm_.start_program(faults_.environment(fault));
  if (played.before) played.before(dm_);
  hdfs_.server().forget_requests();
  faults_.arm();
}

bool operations_world::under_way() {
  manager::database registry(dm_.directory() / "data/registry.sqlite");
  return registry.query("SELECT 1 FROM operations").step();
}

std::string operations_world::settled() {
  eventually([&] { return !under_way(); });
  // What is done when the end is recorded already: archives go.
  eventually([&] { return fs::is_empty(dm_.directory() / "data/operations"); });
  return picture();
}

endings operations_world::undisturbed(const scene& played) {
  endings result;
  start(played, {});
  dm_.kill_program();
  dm_.start_program();
  result.as_before = settled();

  start(played, {});
  const answer told = played.act(dm_);
  INFO(played.name << ": " << told.body);
  REQUIRE(told.status >= 200);
  REQUIRE(told.status < 300);
  result.carried_out = settled();
  result.effects = effects();
  result.steps = faults_.steps();
  for (const auto& request : hdfs_.server().requests()) {
    if (request.method != "GET") ++result.hdfs_steps;
  }
  REQUIRE(result.steps.size() > 0);
  CHECK(result.carried_out != result.as_before);

  if (!played.back_by.empty()) {
    begin(played);
    dm_.script(played.back_by, fails_at_start);
    dm_.start_program();
    must(played.act(dm_), 202);
    result.back = settled();
  }
  dm_.kill_program();
  return result;
}

std::string operations_world::picture() {
  std::string text;
  {
    manager::database registry(dm_.directory() / "data/registry.sqlite");
    const auto show = [&](const char* what, const char* sql) {
      auto query = registry.query(sql);
      while (query.step()) text += std::string(what) + " " + query.text(0) + "\n";
    };
    registry.run("BEGIN");
    // One that is not there may have a row for the reason why.
    show("application",
         "SELECT json_array(name, state, package, user, overrides, defaults) FROM applications "
         "WHERE state <> 'NOTCREATED' OR name IN (SELECT application FROM components) "
         "ORDER BY name");
    show("component",
         "SELECT json_array(application, type, name, data, descriptors, desired) FROM components "
         "ORDER BY application, name");
    show("package",
         "SELECT json_array(name, state, user, metadata) FROM packages "
         "WHERE state <> 'NOTDEPLOYED' ORDER BY name");
    show("operation", "SELECT json_array(noun, name, verb) FROM operations ORDER BY noun, name");
    show("fleet",
         "SELECT json_array(verb, application, name, outcome, json_extract(facts, '$.point.path'), "
         "json_extract(facts, '$.started_from')) "
         "FROM fleet_members JOIN fleet_operations ON id = operation "
         "ORDER BY verb, application, name");
    auto uploads = registry.query("SELECT file, user FROM uploads ORDER BY file");
    while (uploads.step()) {
      if (!fs::exists(dm_.directory() / "data/repository" / uploads.text(0))) continue;
      text += fmt::format("upload {} by {}\n", uploads.text(0), uploads.text(1));
    }
    registry.run("COMMIT");
  }
  std::set<std::string> lines;
  std::error_code gone;
  for (const char* folder : {"data", "install"}) {
    const fs::path top = dm_.directory() / folder;
    for (auto entry = fs::recursive_directory_iterator(top, gone);
         entry != fs::recursive_directory_iterator(); entry.increment(gone)) {
      const std::string name = entry->path().filename().string();
      if (name == ".lock" || name == "filler" || name.starts_with("registry.sqlite")) continue;
      const bool file = entry->is_regular_file(gone);
      lines.insert(fmt::format("file {} {}",
                               fs::relative(entry->path(), dm_.directory().path(), gone).string(),
                               file ? std::to_string(entry->file_size(gone)) : "/"));
    }
  }
  for (const auto& entry : fs::directory_iterator(dm_.directory() / "script")) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("made-") && !name.starts_with("savepoints-")) continue;
    lines.insert(fmt::format("plugin {} {}", name, read_file(entry.path())));
  }
  for (const auto& [path, owner] : hdfs_tree())
    lines.insert(fmt::format("hdfs {} {}", path, owner));
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::vector<std::string> operations_world::effects() {
  std::ifstream stream(dm_.directory() / "script/effects");
  std::vector<std::string> result;
  for (std::string line; std::getline(stream, line);) result.push_back(line);
  return result;
}

ending operations_world::judge(const endings& allowed, bool accepted, bool may_fail) {
  const bool may_be_as_before = !accepted || may_fail;
  const auto end = std::chrono::steady_clock::now() + long_time;
  std::string seen;
  do {
    seen = picture();
    if (seen == allowed.carried_out) return ending::carried_out;
    if (may_be_as_before && seen == allowed.as_before) return ending::as_before;
    if (may_fail && allowed.back && seen == *allowed.back) return ending::back;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  } while (std::chrono::steady_clock::now() < end);
  INFO("seen:\n" << seen);
  INFO("as before:\n" << allowed.as_before);
  INFO("carried out:\n" << allowed.carried_out);
  INFO(read_file(dm_.directory() / "log"));
  FAIL("the world is none of those that are allowed");
  return ending::as_before;
}

std::string operations_world::information() {
  const auto newest = dm_.get("/operations?limit=1");
  const auto& list = newest.json["operations"];
  return list.Empty() ? "" : std::string(manager::json::text_of(list[0], "information"));
}

}  // namespace manager_test
