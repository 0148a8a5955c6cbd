// What a guard finds around it that submits by itself: an installation of Flink, a jar, Flink's
// libraries on HDFS, and a ResourceManager that runs what it is given.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "io/json.h"
#include "surroundings.h"

namespace dm::test {

struct direct_surroundings : surroundings {
  std::string home = directory / "flink";
  std::string jar = directory / "app.jar";

  direct_surroundings() {
    namespace fs = std::filesystem;
    spec.submission = flink::submission_mode::direct;
    spec.flink_home = home;
    fs::create_directories(home + "/conf");
    fs::create_directories(home + "/bin");
    configure("");
    std::ofstream(home + "/conf/log4j.properties") << "rootLogger.level = INFO\n";
    std::ofstream(jar) << "a jar";
    command = {home + "/bin/flink",
               "run-application",
               "-t",
               "yarn-application",
               "-D",
               "taskmanager.numberOfTaskSlots=1",
               "-c",
               "example.Job",
               "@incarnation@",
               jar,
               "--input",
               "a b"};
    name_node.files().make_directories("/user/pnda", "pnda", "755");
    put_library("lib/flink-dist-1.20.5.jar");
    put_library("lib/log4j-api-2.jar");
    put_library("plugins/gs/flink-gs.jar");
    resource_manager.on_submission([this](fake::yarn_application& one) {
      one.state = "RUNNING";
      one.am_rpc_address = job_manager.rpc_address();
    });
  }

  // The installation's config.yaml, with more lines.
  void configure(const std::string& more) const {
    std::ofstream(home + "/conf/config.yaml")
        << "jobmanager.memory.process.size: 1600m\n"
           "yarn.provided.lib.dirs: hdfs:///flink/lib;hdfs:///flink/plugins\n"
        << more;
  }
  void put_library(const std::string& name) {
    name_node.files().put("/flink/" + name, name);
    name_node.files().set_permission("/flink/" + name, "644");
  }
  std::string staging(const std::string& application_id) const {
    return "/user/pnda/.flink/" + application_id;
  }
  // Directories of submissions that are on HDFS.
  std::vector<std::string> stagings() { return name_node.files().names("/user/pnda/.flink"); }
  // What YARN was told, each time.
  std::vector<io::json_document> submitted() {
    std::vector<io::json_document> all;
    for (const std::string& text : resource_manager.submissions())
      all.push_back(std::move(*io::parse_json(text, "a submission")));
    return all;
  }
  std::vector<std::string> submitted_ids() {
    std::vector<std::string> ids;
    for (const io::json_document& one : submitted())
      ids.push_back(io::string_member_or(one, "application-id", ""));
    return ids;
  }
  // An application that ends in order takes its files with it.
  void end_in_order(const std::string& application_id, const std::string& final_status) {
    finish(application_id, final_status);
    name_node.files().remove(staging(application_id), true);
  }
};

// One request spoilt: of this method, whose target has this part.
inline void spoil(fake::http_server& server, const std::string& method, const std::string& part,
                  fake::disturbance how, int times = 1) {
  auto left = std::make_shared<std::atomic<int>>(times);
  server.disturb([=](const fake::request& asked) -> std::optional<fake::disturbance> {
    if (asked.method != method || asked.target.find(part) == std::string::npos) return std::nullopt;
    if (left->fetch_sub(1) <= 0) return std::nullopt;
    return how;
  });
}

inline fake::disturbance closed(bool carried_out) {
  fake::disturbance d;
  d.what = fake::disturbance::kind::close;
  d.carried_out = carried_out;
  return d;
}

inline fake::disturbance answered(fake::response instead) {
  fake::disturbance d;
  d.what = fake::disturbance::kind::replace;
  d.instead = std::move(instead);
  return d;
}

// As Hadoop says no.
inline fake::response remote_exception(int status, const std::string& exception,
                                       const std::string& message) {
  return fake::json(status, R"({"RemoteException":{"exception":")" + exception +
                                R"(","message":")" + message + R"(","javaClassName":"x"}})");
}

}  // namespace dm::test
