// A node and a cluster with a component on them, on which a test plants what is left over.
// SPDX-License-Identifier: Apache-2.0
#include "planted.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include <fmt/format.h>

#include "component/component_name.h"

namespace dm::test {

using component::record_kind;
using housekeeping::kind;

namespace {

std::int64_t days_ago(std::int64_t days) {
  return io::now().time_since_epoch().count() - days * day_ms;
}

}  // namespace

planted::planted() : settings(d.settings()), records{{d.data.name, d.data}} {
  settings.client_temporary_directory = d.edge.path() + "/tmp";
  d.resource_manager.set_started_on(days_ago(30));
}

context::session& planted::session() {
  session_ = std::make_unique<context::session>(settings);
  return *session_;
}

housekeeping::inspect_request planted::request(std::vector<kind> kinds) const {
  housekeeping::inspect_request request;
  request.name_space = "prod";
  request.records = records;
  request.kinds = std::move(kinds);
  return request;
}

housekeeping::inspect_reply planted::inspect(std::vector<kind> kinds) {
  return housekeeping::inspect(session(), io::operation::within(std::chrono::seconds(60)),
                               request(std::move(kinds)));
}

housekeeping::inspect_reply planted::clean(std::vector<kind> kinds, bool dry_run) {
  housekeeping::clean_request asked;
  asked.what = request(std::move(kinds));
  asked.all = true;
  asked.dry_run = dry_run;
  return housekeeping::clean(session(), io::operation::within(std::chrono::seconds(60)), asked);
}

input::component_data planted::add_component(const std::string& name) {
  input::component_data data = d.create(name);
  records.push_back({data.name, data});
  return data;
}

void planted::put(const std::string& path, std::int64_t days, const std::string& owner) {
  d.name_node.files().put(path, "some bytes");
  d.name_node.files().set_modified(path, days_ago(days));
  d.name_node.files().set_owner(path, owner.empty() ? d.data.user : owner);
}

void planted::put_directory(const std::string& path, std::int64_t days) {
  put(path + "/file", days);
  d.name_node.files().set_modified(path, days_ago(days));
  d.name_node.files().set_owner(path, d.data.user);
}

void planted::make_old_on_hdfs(const std::string& path, std::int64_t days) {
  d.name_node.files().set_modified(path, days_ago(days));
}

void planted::make_old(const std::string& path, std::int64_t days) {
  const std::int64_t at = days_ago(days) / 1000;
  const timespec times[2] = {{at, 0}, {at, 0}};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
}

void planted::put_local(const std::string& path, std::int64_t days) {
  write_text(path, "some bytes");
  make_old(path, days);
}

std::string planted::put_application(const std::string& state, const std::vector<std::string>& tags,
                                     const std::string& user) {
  fake::yarn_application application;
  application.user = user.empty() ? d.data.user : user;
  application.state = state;
  application.final_status = state == "RUNNING" ? "UNDEFINED" : "KILLED";
  application.tags = tags;
  return d.resource_manager.cluster().submit(application);
}

std::string planted::staging(const std::string& application_id, std::int64_t days) {
  const std::string path = fmt::format("/user/{}/.flink/{}", d.data.user, application_id);
  put_directory(path, days);
  return path;
}

void planted::append_run(const input::component_data& data) {
  cluster::hdfs hdfs = d.session().hdfs_for(data.user);
  component::component_log log(hdfs, component::hdfs_directory(data.state_root, data.name));
  REQUIRE(log.prepare({}, data.state_root));
  component::log_record record;
  record.kind = record_kind::run;
  record.node = data.node;
  REQUIRE(log.claim({}, record, 0));
}

void planted::forget_program(const std::string& program_file, const std::string& program) {
  REQUIRE(std::filesystem::remove(program_file));
  REQUIRE(d.session().supervisor().apply(io::operation::within(std::chrono::seconds(30)), program));
}

std::set<std::string> planted::paths_of(const housekeeping::inspect_reply& reply) {
  std::set<std::string> paths;
  for (const housekeeping::entry& one : reply.entries) paths.insert(one.path);
  return paths;
}

std::map<std::string, int> planted::counts_of(const housekeeping::inspect_reply& reply) {
  std::map<std::string, int> counts;
  for (const housekeeping::entry& one : reply.entries)
    ++counts[std::string(housekeeping::to_string(one.kind))];
  return counts;
}

planted_everything::planted_everything() {
  deployment& d = p.d;
  fake::hdfs_files& files = d.name_node.files();
  p.settings.history_archive_dir = "/pnda/archive";
  p.settings.library_directory = "/pnda/lib/beam";
  p.settings.temporary_directories = {"/pnda/flink-tmp/dc"};
  p.settings.history_server = "http://127.0.0.1:1";
  std::vector<std::uint64_t> epochs;
  for (int i = 0; i < 5; ++i) epochs.push_back(d.play_stopped_run());
  d.run();
  const std::uint64_t running = d.log().newest_incarnation()->number;
  for (const std::uint64_t epoch : epochs) d.put_checkpoint(epoch, 1);
  d.put_checkpoint(running, 1);

  const auto gone = [this](const std::string& path) { on_hdfs.insert(path); };
  const std::string state = d.state_directory();
  for (int i = 0; i < 4; ++i) {  // archived-job
    const std::string own = fmt::format("{}/archive/{:032x}", state, i + 1);
    const std::string shared = fmt::format("/pnda/archive/{:032x}", i + 100);
    p.put(own, 40);
    p.put(shared, 40);
    gone(own);
    gone(shared);
    p.put(fmt::format("{}/archive/{:032x}", state, i + 50), 2);  // stays
  }
  for (const char* end : {"FINISHED", "KILLED"}) gone(p.staging(p.put_application(end)));
  gone(p.staging("application_1700000000000_0001"));
  gone(p.staging("application_1700000000000_0002"));
  p.staging(p.put_application("RUNNING"));                            // stays
  p.staging("application_1700000000000_0003", 0);                     // too young
  p.put_directory("/user/" + d.data.user + "/.flink/precious", 100);  // nobody's staging
  for (const char* name : {"python-dist-1", "python-dist-2"}) {
    p.put_directory(std::string("/pnda/flink-tmp/dc/") + name, 30);
    gone(std::string("/pnda/flink-tmp/dc/") + name);
  }
  const std::string blob = "/pnda/flink-tmp/dc/blob-" + p.put_application("FINISHED");
  p.put(blob, 30);
  gone(blob);
  p.put("/pnda/flink-tmp/dc/blob-" + p.put_application("RUNNING"), 30);  // stays
  const std::string unpacked = d.edge.path() + "/tmp/pyflink/0a9c2e71-b45d-4d18-8c55-2b7c9e0f1a23";
  p.put_local(unpacked + "/udf.py", 30);
  if (::geteuid() == 0) {
    const passwd* account = ::getpwnam(d.data.user.c_str());
    REQUIRE(account != nullptr);
    REQUIRE(::chown(unpacked.c_str(), account->pw_uid, account->pw_gid) == 0);
  }
  p.make_old(unpacked, 30);
  on_node.insert(unpacked);
  for (const auto& [version, days] :
       {std::pair("1.0", 300), std::pair("1.1", 200), std::pair("1.2", 150)})
    p.put_directory(std::string("/pnda/lib/beam/") + version, days);  // the newest stays
  gone("/pnda/lib/beam/1.0");
  gone("/pnda/lib/beam/1.1");
  for (int i = 0; i < 2; ++i) {
    for (const std::string& name :
         {fmt::format("client-{}.log", epochs[i]), fmt::format("client-{}.end", epochs[i])}) {
      p.put_local(d.data.directory + "/logs/" + name, 60);
      on_node.insert(d.data.directory + "/logs/" + name);
    }
  }
  p.put_local(fmt::format("{}/logs/client-{}.log", d.data.directory, running), 60);  // stays
  p.put_local(d.data.directory + "/logs/guard.log", 60);
  for (int i = 0; i < 3; ++i) {
    const std::string incident = fmt::format("{}/incidents/{}-0a9c2e7{}.json", state, i + 1, i);
    p.put(incident, 100);
    gone(incident);
  }
  p.put(state + "/incidents/index.json", 200);
  // checkpoint: those of two runs before the running one stay.
  for (int i = 0; i < 3; ++i) gone(fmt::format("{}/checkpoints/{}", state, epochs[i]));

  const input::component_data twice = p.add_component("twice");
  for (const int epoch : {1, 2})
    p.put_application("RUNNING", {component::fleet_tag("prod"), component::component_tag(twice.id),
                                  component::epoch_tag(twice.id, epoch)});
  p.put_application("RUNNING",
                    {component::fleet_tag("prod"), component::component_tag("0123456789abcdef")});
  p.append_run(p.add_component("idle"));
  const input::component_data without = p.add_component("without");
  p.forget_program(without.program_file, without.program);

  for (const char* name : {"ghost", "shadow"}) {
    const std::string path = fmt::format("{}/flink.prod.old.{}.conf", d.edge.config_dir(), name);
    write_text(path, fmt::format("[program:flink.prod.old.{}]\ncommand=/bin/false\n", name));
    on_node.insert(path);
  }
  fake::supervised_process process;
  process.name = "flink.prod.old.shade";
  process.state = "EXITED";
  d.edge.supervisord().add(process);
  const input::component_data orphan = d.create("orphan");
  p.forget_program(orphan.program_file, orphan.program);
  p.make_old(orphan.directory, 20);
  on_node.insert(orphan.directory);
  const std::string application = d.edge.install_root() + "/prod/app/";
  for (const char* name : {"x.new-0123456789abcdef", "x.old-0123456789abcdef", "past.logs"}) {
    write_text(application + name + "/file", "some bytes");
    p.make_old(application + name, 20);
    on_node.insert(application + name);
  }

  for (const char* id : {"sp-1", "sp-2"}) {
    d.put_savepoint(id, epochs[0]);
    files.remove(state + "/savepoints/" + id, true);
  }
  d.put_savepoint("sp-3", epochs[0]);  // stays
  for (const char* name : {"empty-1", "empty-2"}) {
    p.put_directory(state + "/savepoints/" + name, 20);
    gone(state + "/savepoints/" + name);
  }
  files.put(state + "/savepoints/by-hand/savepoint-79027c-0123456789ab/_metadata",
            deployment::metadata(3));
  write_text(d.edge.flink_home() + "/conf/flink-conf.yaml", "rest.port: 8081\n");

  counts = {{"archived-job", 8},
            {"staging", 4},
            {"temporary", 4},
            {"library", 2},
            {"client-log", 4},
            {"incident", 3},
            {"checkpoint", 3},
            {"second-application", 1},
            {"live-without-record", 1},
            {"record-without-application", 1},
            {"record-without-files", 1},
            {"program-without-component", 3},
            {"files-without-component", 4},
            {"ledger-without-files", 2},
            {"files-without-ledger", 3},
            {"history-server", 1}};
}

}  // namespace dm::test
