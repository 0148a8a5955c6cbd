// Servers that play supervisord, YARN, Flink and HDFS for a built flink.so.
// SPDX-License-Identifier: Apache-2.0
#include "bench_cluster.h"

#include <stdexcept>

#include <fmt/format.h>

#include "component/log_record.h"
#include "io/json.h"

namespace dm::bench {

namespace {

constexpr const char* state_root = "/state";

std::string log_of(const made_component& component) {
  return component::hdfs_directory(state_root, component.name) + "/log/";
}

std::string port_of(const std::string& address) { return address.substr(address.rfind(':') + 1); }

component::log_record record_of(component::record_kind kind) {
  component::log_record record;
  record.kind = kind;
  record.nonce = "00112233445566778899aabbccddeeff";
  record.node = "edge1";
  record.user = "pnda";
  return record;
}

std::string names_of(const made_component& component) {
  return fmt::format(R"("namespace":"{}","application":"{}","component":"{}","data":{})",
                     component.name.name_space, component.name.application,
                     component.name.component, component.data);
}

}  // namespace

bench_cluster::bench_cluster() {
  files->make_directories(state_root, "hdfs", "1777");
  second_name_node.set_standby(true);
  second_resource_manager.set_standby(first_resource_manager.address());
}

std::string bench_cluster::environment(const std::string& supervisor_url) const {
  return fmt::format(
      R"({{"schema":1,"environment":{{"namespace":"bench",)"
      R"("yarn_resource_manager_host":"127.0.0.1","yarn_resource_manager_port":"{}",)"
      R"("yarn_resource_manager_host_backup":"127.0.0.1","yarn_resource_manager_port_backup":"{}",)"
      R"("webhdfs_host":"127.0.0.1","webhdfs_port":"{}",)"
      R"("webhdfs_host_backup":"127.0.0.1","webhdfs_port_backup":"{}",)"
      R"("webhdfs_user":"hdfs","name_node":"hdfs://cluster","flink":"{path}/flink/bin/flink"}},)"
      R"("settings":{{"state_root":"{root}","install_root":"{path}/opt","supervisor_url":"{url}",)"
      R"("supervisor_config_dir":"{path}/conf.d","flink_home":"{path}/flink",)"
      R"("guard":"{path}/flink-guard","node":"edge1"}}}})",
      port_of(first_resource_manager.address()), port_of(second_resource_manager.address()),
      port_of(first_name_node.address()), port_of(second_name_node.address()),
      fmt::arg("path", node.path()), fmt::arg("root", state_root),
      fmt::arg("url", supervisor_url.empty() ? supervisord.url() : supervisor_url));
}

std::size_t bench_cluster::name_node_requests() {
  return first_name_node.server().request_count() + second_name_node.server().request_count();
}

std::size_t bench_cluster::requests() {
  return name_node_requests() + first_name_node.data_node().request_count() +
         second_name_node.data_node().request_count() +
         first_resource_manager.server().request_count() +
         second_resource_manager.server().request_count() + job_manager.server().request_count();
}

std::vector<made_component> bench_cluster::create(const built_plugin& plugin, int count) {
  const plugin_session session(plugin, environment());
  std::vector<made_component> made;
  for (int i = 0; i < count; ++i) {
    made_component component;
    component.name = {"bench", "app", fmt::format("c{}", i)};
    component.id = component::component_id(component.name);
    const answer created = session.succeed(
        plugin->create,
        fmt::format(
            R"({{"schema":1,"namespace":"bench","application":"app","component":"{0}","user":"{1}",)"
            R"("package":"app-1.0.0","staged_path":"{2}","properties":{{"environment_namespace":"bench",)"
            R"("component_main_jar":"job.jar","component_main_class":"example.Job",)"
            R"("component_application":"app","component_name":"{0}","component_job_name":"app-{0}-job",)"
            R"("application_user":"{1}"}}}})",
            component.name.component, run_as_user(), node.staged()));
    auto reply = io::parse_json(created.text, "the reply of create");
    const io::json_value* data = reply ? io::member(*reply, "data") : nullptr;
    if (data == nullptr) throw std::runtime_error("create gave no data: " + created.text);
    component.data = io::to_text(*data);
    made.push_back(std::move(component));
  }
  return made;
}

std::uint64_t bench_cluster::add_cycles(const made_component& component, int cycles) {
  const std::string log = log_of(component);
  std::uint64_t number = 1;
  std::uint64_t epoch = 0;
  for (int i = 0; i < cycles; ++i) {
    auto run = record_of(component::record_kind::run);
    run.began = number;
    run.last_epoch = epoch;
    files->put(fmt::format("{}{}.json", log, number), to_json(run));
    auto incarnation = record_of(component::record_kind::incarnation);
    incarnation.intent = number;
    epoch = ++number;
    files->put(fmt::format("{}{}.json", log, epoch), to_json(incarnation));
    component::application_fact seen;
    seen.epoch = epoch;
    seen.application_id = fmt::format("application_1795438290777_{:04}", epoch);
    files->put(fmt::format("{}{}-app.json", log, epoch), to_json(seen));
    auto stop = record_of(component::record_kind::stop);
    stop.stop_cause = "stop";
    stop.last_epoch = epoch;
    files->put(fmt::format("{}{}.json", log, ++number), to_json(stop));
    component::end_fact end;
    end.epoch = epoch;
    end.outcome = component::outcome::stopped;
    end.application_id = seen.application_id;
    files->put(fmt::format("{}{}-end.json", log, epoch), to_json(end));
    ++number;
  }
  return number;
}

void bench_cluster::start_job(const made_component& component) {
  const std::string log = log_of(component);
  std::uint64_t number = 1;
  while (files->exists(fmt::format("{}{}.json", log, number))) ++number;
  auto run = record_of(component::record_kind::run);
  run.began = number;
  run.last_epoch = number > 2 ? number - 2 : 0;
  files->put(fmt::format("{}{}.json", log, number), to_json(run));
  const std::uint64_t epoch = number + 1;
  auto incarnation = record_of(component::record_kind::incarnation);
  incarnation.intent = number;
  files->put(fmt::format("{}{}.json", log, epoch), to_json(incarnation));

  fake::flink_job job;
  job_manager.set_job(job);
  fake::yarn_application application;
  application.user = run_as_user();
  application.tags = {component::fleet_tag("bench"), component::component_tag(component.id),
                      component::epoch_tag(component.id, epoch)};
  application.am_rpc_address = job_manager.rpc_address();
  component::application_fact seen;
  seen.epoch = epoch;
  seen.application_id = yarn->submit(application);
  seen.job_manager = job_manager.address();
  seen.job_id = job.id;
  files->put(fmt::format("{}{}-app.json", log, epoch), to_json(seen));
  supervisord.change(component::program_name(component.name),
                     [](fake::supervised_process& process) { process.state = "RUNNING"; });
  job_manager.on_end([this, log, seen](const std::string& state) {
    yarn->finish(seen.application_id, state == "FINISHED" ? "SUCCEEDED" : "KILLED");
    component::end_fact end;
    end.epoch = seen.epoch;
    end.outcome = component::outcome::stopped;
    end.application_id = seen.application_id;
    files->put(fmt::format("{}{}-end.json", log, seen.epoch), to_json(end));
  });
}

std::string request_of(const made_component& component, const std::string& more) {
  return R"({"schema":1,)" + names_of(component) + more + "}";
}

std::string status_request(const std::vector<made_component>& components) {
  std::string text = R"({"schema":1,"components":[)";
  for (const made_component& component : components)
    text += (text.back() == '[' ? "{" : ",{") + names_of(component) + "}";
  return text + "]}";
}

std::size_t count_state(const std::string& reply, const std::string& state) {
  const std::string wanted = "\"state\":\"" + state + "\"";
  std::size_t count = 0;
  for (auto at = reply.find(wanted); at != std::string::npos; at = reply.find(wanted, at + 1))
    ++count;
  return count;
}

}  // namespace dm::bench
