// A component's whole life through flink.so against servers that play supervisord, YARN, Flink and
// HDFS: each request is the sample of abi/samples, and each reply must look like its sample.
// SPDX-License-Identifier: Apache-2.0
#include <pwd.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <rapidjson/pointer.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <catch2/catch.hpp>

#include "fake/job_manager.h"
#include "fake/name_node.h"
#include "fake/resource_manager.h"
#include "fake/supervisord.h"
#include "host.h"
#include "shape.h"
#include "surroundings.h"

using namespace conformance;

namespace {

namespace fs = std::filesystem;

rapidjson::Document sample(const std::string& name) {
  std::ifstream file(std::string(SAMPLES) + "/" + name + ".json");
  REQUIRE(file);
  std::ostringstream text;
  text << file.rdbuf();
  rapidjson::Document document;
  document.Parse(text.str().c_str());
  REQUIRE_FALSE(document.HasParseError());
  return document;
}

std::string text_of(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

void set(rapidjson::Document& document, const char* pointer, const std::string& value) {
  rapidjson::Pointer(pointer).Set(document, value.c_str());
}

// Members of an error that depend on the case.
shape sample_shape(const std::string& name) {
  shape made = shape_of(sample(name));
  if (const auto error = made.members.find("error"); error != made.members.end()) {
    for (const char* optional : {"component", "hint", "correlation_id"})
      error->second.required[optional] = false;
  }
  return made;
}

void check_shape(const rapidjson::Value& real, const std::string& name) {
  INFO(name << ": " << text_of(real));
  const std::vector<std::string> found = differences(sample_shape(name), real);
  CHECK(found == std::vector<std::string>{});
}

void write_jar(const std::string& path) {
  archive* writer = archive_write_new();
  REQUIRE(archive_write_set_format_zip(writer) == ARCHIVE_OK);
  REQUIRE(archive_write_open_filename(writer, path.c_str()) == ARCHIVE_OK);
  for (const auto& [name, content] :
       {std::pair<std::string, std::string>("META-INF/MANIFEST.MF",
                                            "Manifest-Version: 1.0\r\n\r\n"),
        std::pair<std::string, std::string>("com/example/Counter.class", "\xCA\xFE\xBA\xBE")}) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    REQUIRE(archive_write_header(writer, entry) == ARCHIVE_OK);
    REQUIRE(archive_write_data(writer, content.data(), content.size()) ==
            static_cast<la_ssize_t>(content.size()));
    archive_entry_free(entry);
  }
  REQUIRE(archive_write_close(writer) == ARCHIVE_OK);
  archive_write_free(writer);
}

// An account that this process may set a component up for.
std::string run_as_user() {
  if (::geteuid() == 0) return "nobody";
  const passwd* own = ::getpwuid(::geteuid());
  REQUIRE(own != nullptr);
  return own->pw_name;
}

constexpr const char* program = "flink.production.clicks.counter";
constexpr const char* directory = "/pnda/flink/production/clicks/counter";

// The node and the cluster of the samples.
struct world {
  node_folder node;
  dm::fake::supervisord supervisord{node.path() + "/conf.d"};
  dm::fake::name_node name_node;
  dm::fake::resource_manager resource_manager;
  dm::fake::job_manager job_manager;
  std::string staged = node.path() + "/staged";
  std::string application_id;

  world() {
    fs::create_directories(staged);
    write_jar(staged + "/counter.jar");
    std::ofstream(staged + "/application.properties") << "greeting=hello\n";
    std::ofstream(staged + "/counter.py") << "# not needed by a Java program\n";
    std::ofstream(staged + "/properties.json") << "{}\n";
    name_node.files().make_directories("/pnda/flink", "hdfs", "1777");  // the administrator's part
  }

  std::string environment() const {
    rapidjson::Document document = sample("environment");
    const auto port = [](const std::string& address) {
      return address.substr(address.rfind(':') + 1);
    };
    for (const std::string name : {"yarn_resource_manager", "webhdfs"}) {
      const std::string& address =
          name == "webhdfs" ? name_node.address() : resource_manager.address();
      for (const std::string suffix : {"", "_backup"}) {
        set(document, ("/environment/" + name + "_host" + suffix).c_str(), "127.0.0.1");
        set(document, ("/environment/" + name + "_port" + suffix).c_str(), port(address));
      }
    }
    set(document, "/environment/flink", node.path() + "/flink/bin/flink");
    set(document, "/settings/supervisor_url", supervisord.url());
    set(document, "/settings/supervisor_config_dir", node.path() + "/conf.d");
    set(document, "/settings/install_root", node.path() + "/opt");
    set(document, "/settings/flink_home", node.path() + "/flink");
    set(document, "/settings/guard", node.path() + "/flink-guard");
    return text_of(document);
  }

  // What the guard would do once supervisord has started it: claim an epoch, submit, write down
  // what became of it.
  void play_guard(const std::string& id) {
    supervisord.on_start([this, id](const std::string& name) {
      if (name != program) return;
      dm::fake::yarn_application application;
      application.name = "clicks-counter-job";
      application.tags = {"dm-fleet-production", "dm-component-" + id, "dm-epoch-" + id + "-2"};
      application.am_rpc_address = job_manager.rpc_address();
      application_id = resource_manager.cluster().submit(application);
      const std::string log = std::string(directory) + "/log/";
      name_node.files().put(
          log + "2.json",
          R"({"schema":1,"kind":"incarnation","nonce":"00112233445566778899aabbccddeeff",)"
          R"("written_at":"2026-11-23T12:41:31.200Z","node":"edge1.example.com","tags":[],)"
          R"("spec_digest":"0","job_name":"clicks-counter-job"})");
      name_node.files().put(log + "2-app.json", R"({"schema":1,"application_id":")" +
                                                    application_id + R"(","job_manager":")" +
                                                    job_manager.address() + R"(","job_id":")" +
                                                    job_manager.job().id +
                                                    R"(","seen_at":"2026-11-23T12:41:40.000Z"})");
    });
    job_manager.on_end([this](const std::string&) {
      resource_manager.cluster().finish(application_id, "KILLED");
    });
  }
};

rapidjson::Document request(const std::string& name, const rapidjson::Value& data) {
  rapidjson::Document document = sample(name);
  const char* place = name == "status_request" ? "/components/0/data" : "/data";
  rapidjson::Value copy(data, document.GetAllocator());
  rapidjson::Pointer(place).Set(document, copy);
  return document;
}

}  // namespace

TEST_CASE("The manifest looks like its sample") {
  const library plugin;
  rapidjson::Document manifest;
  manifest.Parse(plugin->manifest.data, plugin->manifest.size);
  check_shape(manifest, "manifest");
}

TEST_CASE("A component's life: every request is the sample's, every reply looks like its sample") {
  const library plugin;
  world w;
  const recorder record;
  const std::string environment = w.environment();

  dm_session* opened = nullptr;
  dm_document document{};
  REQUIRE(plugin->open(record.host(), lend(environment), &opened, &document) == DM_STATUS_OK);
  rapidjson::Document open_reply;
  open_reply.Parse(document.data, document.size);
  check_shape(open_reply, "open_reply");
  plugin->release(&document);
  plugin->close(opened);

  const session dm(plugin, record, environment);
  rapidjson::Document validate = sample("validate_request");
  set(validate, "/staged_path", w.staged);
  set(validate, "/user", run_as_user());
  set(validate, "/properties/component_py_files", "counter.py");  // so that there is a warning
  const reply validated = dm.run(plugin->validate, text_of(validate));
  INFO(validated.text);
  REQUIRE(validated.status == DM_STATUS_OK);
  check_shape(validated.json, "validate_reply");
  CHECK(validated.json["warnings"].Size() >= 1);

  set(validate, "/properties/component_flink_parallelism", "0");
  const call named(plugin, dm, 0, "request-4711");
  const reply refused = dm.run(plugin->validate, text_of(validate), named.get());
  CHECK(refused.status == DM_STATUS_INVALID_ARGUMENT);
  CHECK(refused.has_detail("$.properties.component_flink_parallelism"));
  rapidjson::Document error_alone(rapidjson::kObjectType);
  error_alone.CopyFrom(refused.json, error_alone.GetAllocator());
  error_alone.RemoveMember("warnings");  // validate's own, beside the error
  check_shape(error_alone, "error");

  rapidjson::Document create = sample("create_request");
  set(create, "/staged_path", w.staged);
  set(create, "/user", run_as_user());
  const reply created = dm.run(plugin->create, text_of(create));
  INFO(created.text);
  REQUIRE(created.status == DM_STATUS_OK);
  check_shape(created.json, "create_reply");
  CHECK(created.json["changed"].GetBool());
  const rapidjson::Value& data = created.json["data"];
  const std::string id = data["id"].GetString();
  CHECK(id == sample("create_reply")["data"]["id"].GetString());

  const reply again = dm.run(plugin->create, text_of(create));
  CHECK(again.status == DM_STATUS_OK);
  CHECK_FALSE(again.json["changed"].GetBool());  // DM-25
  CHECK(text_of(again.json["data"]) == text_of(data));

  // Nobody submits anything yet: the start is awaited until its time is up.
  const call short_call(plugin, dm, 1500, "request-4711");
  const reply awaited =
      dm.run(plugin->start, text_of(request("start_request", data)), short_call.get());
  INFO(awaited.text);
  CHECK(awaited.status == DM_STATUS_DEADLINE_EXCEEDED);
  CHECK(std::string(awaited.json["desired"].GetString()) == "RUNNING");
  check_shape(awaited.json, "start_reply_awaited");
  REQUIRE_FALSE(short_call.events().empty());
  for (const std::string& event : short_call.events()) {
    rapidjson::Document parsed;
    parsed.Parse(event.c_str());
    check_shape(parsed, "progress_event");
  }

  REQUIRE(dm.run(plugin->stop, text_of(request("stop_request", data))).status == DM_STATUS_OK);
  CHECK(w.name_node.files().exists(std::string(directory) + "/log/2.json"));
  REQUIRE(dm.run(plugin->destroy, text_of(request("destroy_request", data))).status ==
          DM_STATUS_OK);
}

TEST_CASE("A component that runs: start, status, stop and destroy look like their samples") {
  const library plugin;
  world w;
  const recorder record;
  const session dm(plugin, record, w.environment());
  rapidjson::Document create = sample("create_request");
  set(create, "/staged_path", w.staged);
  set(create, "/user", run_as_user());
  const reply created = dm.run(plugin->create, text_of(create));
  REQUIRE(created.status == DM_STATUS_OK);
  const rapidjson::Value& data = created.json["data"];
  w.play_guard(data["id"].GetString());

  const reply started = dm.run(plugin->start, text_of(request("start_request", data)));
  INFO(started.text);
  REQUIRE(started.status == DM_STATUS_OK);
  check_shape(started.json, "start_reply");
  CHECK(std::string(started.json["state"].GetString()) == "RUNNING");
  CHECK(started.json["application_id"].GetString() == w.application_id);

  const reply restarted = dm.run(plugin->start, text_of(request("start_request", data)));
  CHECK(restarted.status == DM_STATUS_OK);
  CHECK_FALSE(restarted.json["changed"].GetBool());  // DM-25

  for (const bool detail : {true, false}) {
    rapidjson::Document asked = request("status_request", data);
    rapidjson::Pointer("/detail").Set(asked, detail);
    rapidjson::Pointer("/components/1")
        .Set(asked, rapidjson::Value(7));  // malformed: an error of its own
    const reply observed = dm.run(plugin->status, text_of(asked));
    REQUIRE(observed.status == DM_STATUS_OK);
    REQUIRE(observed.json["components"].Size() == 2);
    const auto& running = observed.json["components"][0];
    CHECK(std::string(running["state"].GetString()) == "RUNNING");
    CHECK(std::string(running["confidence"].GetString()) == "confirmed");
    CHECK(std::string(running["job_id"].GetString()) == w.job_manager.job().id);
    CHECK(running.HasMember("incarnations") == detail);
    shape expected = sample_shape("status_reply");
    shape& entry = *expected.members.at("components").element;
    for (const char* optional : {"incarnations"}) entry.required[optional] = detail;
    for (const char* optional : {"component", "hint"})
      entry.members.at("error").required[optional] = false;
    CHECK(differences(expected, observed.json) == std::vector<std::string>{});
  }

  const reply stopped = dm.run(plugin->stop, text_of(request("stop_request", data)));
  INFO(stopped.text);
  REQUIRE(stopped.status == DM_STATUS_OK);
  check_shape(stopped.json, "stop_reply");
  CHECK(std::string(stopped.json["state"].GetString()) == "STOPPED");

  const reply destroyed = dm.run(plugin->destroy, text_of(request("destroy_request", data)));
  INFO(destroyed.text);
  REQUIRE(destroyed.status == DM_STATUS_OK);
  check_shape(destroyed.json, "destroy_reply");
  CHECK_FALSE(fs::exists(w.node.path() + "/opt/production/clicks/counter"));
  CHECK_FALSE(fs::exists(w.node.path() + "/conf.d/" + program + ".conf"));

  const reply once_more = dm.run(plugin->destroy, text_of(request("destroy_request", data)));
  INFO(once_more.text);
  CHECK(once_more.status == DM_STATUS_OK);
  CHECK_FALSE(once_more.json["changed"].GetBool());  // DM-25
}

TEST_CASE("INV-8: data that names other places is refused, and nothing there is touched") {
  const library plugin;
  world w;
  const recorder record;
  const session dm(plugin, record, w.environment());
  rapidjson::Document create = sample("create_request");
  set(create, "/staged_path", w.staged);
  set(create, "/user", run_as_user());
  const reply created = dm.run(plugin->create, text_of(create));
  REQUIRE(created.status == DM_STATUS_OK);

  const std::string precious = w.node.path() + "/precious";
  fs::create_directories(precious);
  std::ofstream(precious + "/file") << "keep\nautostart=false\n";
  for (const char* member : {"/directory", "/program_file"}) {
    for (const auto& [name, verb] : verbs(plugin)) {
      if (std::string(name) != "start" && std::string(name) != "stop" && std::string(name) != "destroy") continue;
      INFO(name << " with another " << member);
      rapidjson::Document forged;
      forged.CopyFrom(created.json["data"], forged.GetAllocator());
      set(forged, member, member == std::string("/directory") ? precious : precious + "/file");
      const reply refused = dm.run(verb, text_of(request(std::string(name) + "_request", forged)));
      CHECK(refused.status == DM_STATUS_FAILED_PRECONDITION);
      std::ifstream file(precious + "/file");
      std::string line;
      std::getline(file, line);
      std::getline(file, line);
      CHECK(line == "autostart=false");
    }
  }
  CHECK(fs::exists(w.node.path() + "/conf.d/" + program + ".conf"));
  REQUIRE(dm.run(plugin->destroy, text_of(request("destroy_request", created.json["data"]))).status == DM_STATUS_OK);
}

TEST_CASE("What the comparison of samples itself sees") {
  rapidjson::Document wanted;
  wanted.Parse(R"({"a":1,"b":[{"c":"x","d":null},{"c":"y"}]})");
  const shape expected = shape_of(wanted);
  const auto compare = [&](const char* real) {
    rapidjson::Document document;
    document.Parse(real);
    return differences(expected, document);
  };
  CHECK(compare(R"({"a":2,"b":[]})").empty());
  CHECK(compare(R"({"a":2,"b":[{"c":"z"},{"c":"z","d":null}]})").empty());
  CHECK(compare(R"({"b":[]})") == std::vector<std::string>{"$.a is missing"});
  CHECK(compare(R"({"a":"2","b":[]})") ==
        std::vector<std::string>{"$.a is of another type than in the sample"});
  CHECK(compare(R"({"a":2,"b":[{"d":null}]})") == std::vector<std::string>{"$.b[0].c is missing"});
  CHECK(compare(R"({"a":2,"b":[{"c":"z","e":1}]})") ==
        std::vector<std::string>{"$.b[0].e is in no sample"});
}
