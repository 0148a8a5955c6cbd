// What a status of many components costs, as a multiple of the bare requests it is made of (curl,
// nothing parsed), and what a history costs the NameNode.
//
// The services are a process of their own, so that their memory and their threads are not ours. The
// ResourceManager shows as many applications as the fleet has; all jobs have one JobManager,
// and all logs one listing. Both sides ask the same servers the same questions in turns, so the
// ratio is what making requests, reading answers and judging add.
// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include "component/component_log.h"
#include "component/component_name.h"
#include "fake/job_manager.h"
#include "fake/name_node.h"
#include "fake/resource_manager.h"
#include "fake/supervisord.h"
#include "observation/status.h"

namespace {

using namespace dm;

constexpr std::array<int, 4> fleets = {1, 100, 1000, 10'000};

// A namespace for each size.
std::string name_space_of(int fleet) { return fmt::format("bench{}", fleet); }

component::component_name name_of(int fleet, int number) {
  return {name_space_of(fleet), "app", "c" + std::to_string(number)};
}

input::component_data data_of(int fleet, int number) {
  input::component_data data;
  data.name = name_of(fleet, number);
  data.id = component::component_id(data.name);
  data.node = "edge1";
  data.user = "pnda";
  data.state_root = "/pnda/flink";
  data.program = component::program_name(data.name);
  return data;
}

// The services, each with its answers rendered once.
class services {
 public:
  explicit services(int fleet) : fleet_tag_(component::fleet_tag(name_space_of(fleet))) {
    job_manager_.change([](fake::flink_job& job) { job.modified_ms = job.started_ms + 1000; });
    for (int i = 0; i < fleet; ++i) {
      const std::string id = component::component_id(name_of(fleet, i));
      fake::yarn_application application;
      application.tags = {fleet_tag_, component::component_tag(id), component::epoch_tag(id, 2)};
      application.am_rpc_address = job_manager_.rpc_address();
      applications_.cluster().submit(application);
      fake::supervised_process guard;
      guard.name = component::program_name(name_of(fleet, i));
      guard.state = "RUNNING";
      supervisord_.add(guard);
    }
    list_ = answer(cluster::applications_request(applications_.address(), fleet_tag_));
    overview_ = answer(flink::jobs_overview_request(job_manager_.address()));
    supervisor::supervisor client(http_, {supervisord_.url(), "", ""});
    processes_ = answer(client.all_processes_request());
    log_files_.files().put("/log/1.json", "{}");
    log_files_.files().put("/log/2.json", "{}");
    log_files_.files().put("/log/2-app.json", "{}");
    cluster::hdfs hdfs(http_, std::vector<std::string>{log_files_.address()}, "pnda");
    listing_ = answer(hdfs.list_request("/log"));
  }

  std::string addresses() const {
    return resource_manager_.address() + " " + jobs_.address() + " " + name_node_.address() + " " +
           programs_.address() + "/RPC2\n";
  }

 private:
  std::string answer(const io::http_request& request) {
    auto response = http_.perform(io::operation::within(std::chrono::minutes(2)), request);
    if (!response) throw std::runtime_error(response.error().text());
    return response->body;
  }

  std::string fleet_tag_;
  io::http_client http_;
  fake::job_manager job_manager_;
  fake::resource_manager applications_;
  fake::supervisord supervisord_;
  fake::name_node log_files_;
  std::string list_, overview_, processes_, listing_;
  // One application by its tags is asked of the fake; the whole fleet is ready.
  fake::http_server resource_manager_{[this](const fake::request& asked) {
    if (asked.argument("applicationTags") == fleet_tag_) return fake::json(200, list_);
    io::http_request few =
        cluster::applications_request(applications_.address(), asked.argument("applicationTags"));
    return fake::json(200, answer(few));
  }};
  fake::http_server jobs_{[this](const fake::request&) { return fake::json(200, overview_); }};
  fake::http_server name_node_{[this](const fake::request&) { return fake::json(200, listing_); }};
  fake::http_server programs_{[this](const fake::request& asked) {
    if (asked.body.find("getAllProcessInfo") != std::string::npos)
      return fake::text(200, processes_, "text/xml");
    io::http_request one;
    one.method = "POST";
    one.url = supervisord_.url();
    one.headers = {"Content-Type: text/xml"};
    one.body = asked.body;
    return fake::text(200, answer(one), "text/xml");
  }};
};

struct addresses {
  std::string resource_manager, job_manager, name_node, supervisord;
};

// By size of the fleet; brought up before any thread of this process.
std::map<int, addresses> start_services() {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("pipe");
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork");
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::close(ends[0]);
    std::vector<std::unique_ptr<services>> running;
    std::string text;
    for (const int fleet : fleets) {
      running.push_back(std::make_unique<services>(fleet));
      text += running.back()->addresses();
    }
    if (::write(ends[1], text.data(), text.size()) < 0) ::_exit(1);
    ::close(ends[1]);
    for (;;) ::pause();
  }
  ::close(ends[1]);
  std::string text;
  char buffer[512];
  for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  ::close(ends[0]);
  std::map<int, addresses> found;
  std::istringstream lines(text);
  for (const int fleet : fleets) {
    addresses& one = found[fleet];
    lines >> one.resource_manager >> one.job_manager >> one.name_node >> one.supervisord;
    if (one.supervisord.empty()) throw std::runtime_error("the services did not come up");
  }
  return found;
}

std::map<int, addresses>& the_services() {
  static std::map<int, addresses> found;
  return found;
}

std::size_t discard(char*, std::size_t size, std::size_t count, void*) { return size * count; }

// The requests that a status of `count` running components consists of, by curl's multi interface
// and nothing else, at most 64 at once as in the session.
class bare_requests {
 public:
  bare_requests(int fleet, const std::vector<input::component_data>& components) {
    const addresses& target = the_services().at(fleet);
    const auto count = static_cast<int>(components.size());
    const bool few = count <= 20;        // programs asked for one by one
    const bool own_tags = count <= 100;  // applications asked for by their own tags
    std::string tags = own_tags ? "" : component::fleet_tag(name_space_of(fleet));
    for (const input::component_data& data : components) {
      add(target.job_manager + "/jobs/overview", "");
      add(target.name_node + "/webhdfs/v1/log?op=LISTSTATUS_BATCH&startAfter=&user.name=pnda", "");
      if (own_tags) tags += (tags.empty() ? "" : ",") + component::component_tag(data.id);
      if (!few) continue;
      add(target.supervisord,
          call("supervisor.getProcessInfo",
               "<param><value><string>" + data.program + "</string></value></param>"));
    }
    add(cluster::applications_request(target.resource_manager, tags).url, "");
    if (!few) add(target.supervisord, call("supervisor.getAllProcessInfo", ""));
  }
  ~bare_requests() {
    for (CURL* handle : handles_) curl_easy_cleanup(handle);
  }
  bare_requests(const bare_requests&) = delete;
  bare_requests& operator=(const bare_requests&) = delete;

  std::size_t count() const { return handles_.size(); }

  // On connections of its own each time, like the other side: every component has a JobManager of
  // its own, of which none is kept between two questions.
  void perform() {
    CURLM* const multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 64L);
    std::size_t next = 0;
    std::size_t active = 0;
    do {
      while (active < 64 && next < handles_.size()) {
        curl_multi_add_handle(multi, handles_[next++]);
        ++active;
      }
      int running = 0;
      curl_multi_perform(multi, &running);
      int left = 0;
      bool any = false;
      while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
        curl_multi_remove_handle(multi, message->easy_handle);
        --active;
        any = true;
      }
      if (!any && active > 0) curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
    } while (active > 0 || next < handles_.size());
    curl_multi_cleanup(multi);
  }

 private:
  static std::string call(const std::string& method, const std::string& parameter) {
    return "<?xml version=\"1.0\"?><methodCall><methodName>" + method + "</methodName><params>" +
           parameter + "</params></methodCall>";
  }
  void add(const std::string& url, const std::string& body) {
    CURL* handle = curl_easy_init();
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &discard);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    if (!body.empty()) curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, body.c_str());
    handles_.push_back(handle);
  }
  std::vector<CURL*> handles_;
};

double seconds_of(const std::function<void()>& what) {
  const auto begin = std::chrono::steady_clock::now();
  what();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// "VmHWM", "VmRSS" of this process, in MB.
double memory_mb(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name + ":")) return std::stod(line.substr(name.size() + 1)) / 1024;
  }
  return 0;
}

// What the highest point during `what` is above what it leaves behind (the reply) and began with
// (the request).
double working_memory_mb(const std::function<void()>& what) {
  ::malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";  // the high-water mark begins anew
  what();
  const double highest = memory_mb("VmHWM");
  ::malloc_trim(0);
  return highest - memory_mb("VmRSS");
}

void status_of(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  observation::status_request request;
  const int fleet = static_cast<int>(state.range(1));
  for (int i = 0; i < count; ++i) request.components.push_back(data_of(fleet, i));
  const addresses& target = the_services().at(fleet);
  input::settings settings;
  settings.name_space = name_space_of(fleet);
  settings.node = "edge1";
  settings.resource_managers = {target.resource_manager};
  settings.name_nodes = {target.name_node};
  settings.supervisor.url = target.supervisord;
  context::session session(settings);
  bare_requests bare(fleet, request.components);

  std::vector<observation::component_status> statuses;
  const auto ask = [&] {
    statuses =
        observation::status(session, io::operation::within(std::chrono::minutes(5)), request);
  };
  std::vector<double> ratios;
  double with_curl = 0;
  std::size_t unhealthy = 0;
  for (auto _ : state) {
    // In turns, so that both see the same machine.
    const double took = seconds_of(ask);
    const double bare_took = seconds_of([&] { bare.perform(); });
    state.SetIterationTime(took);
    ratios.push_back(took / bare_took);
    with_curl += bare_took;
    for (const auto& status : statuses)
      unhealthy += status.state != observation::component_state::running ||
                   status.confidence != observation::confidence::confirmed;
  }
  if (unhealthy > 0) {
    state.SkipWithError(fmt::format("{} answers were not RUNNING, confirmed; the last one: {}",
                                    unhealthy, statuses.back().reason)
                            .c_str());
    return;
  }
  std::sort(ratios.begin(), ratios.end());
  state.counters["times_bare"] = ratios[ratios.size() / 2];
  state.counters["bare_ms"] = 1000.0 * with_curl / static_cast<double>(ratios.size());
  state.counters["requests"] = static_cast<double>(bare.count());
  statuses = {};
  state.counters["memory_mb"] = working_memory_mb(ask);
}

BENCHMARK(status_of)
    ->Name("status")
    ->ArgNames({"asked", "fleet"})
    ->Args({1, 1})
    ->Args({100, 100})
    ->Args({1000, 1000})
    ->Args({10'000, 10'000})
    ->Args({100, 10'000})
    ->Args({1000, 10'000})
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

// Requests to the NameNode and the DataNode for a status of 100 stopped components, by how often
// each was started and stopped.
void history_of(benchmark::State& state) {
  constexpr int components = 100;
  fake::name_node name_node;
  fake::resource_manager resource_manager;
  fake::supervisord supervisord;
  name_node.files().make_directories("/pnda/flink", "hdfs", "1777");
  observation::status_request request;
  const int fleet = 1;
  for (int i = 0; i < components; ++i) {
    request.components.push_back(data_of(fleet, i));
    const std::string log = component::hdfs_directory("/pnda/flink", name_of(fleet, i)) + "/log/";
    const auto put = [&](const std::string& name, const std::string& text) {
      name_node.files().put(log + name, text);
    };
    std::uint64_t number = 0;
    std::uint64_t epoch = 0;
    for (std::int64_t cycle = 0; cycle < state.range(0); ++cycle) {
      component::log_record record;
      record.number = ++number;
      record.kind = component::record_kind::run;
      record.last_epoch = epoch;
      put(fmt::format("{}.json", number), to_json(record));
      record.intent = number;
      record.number = epoch = ++number;
      record.kind = component::record_kind::incarnation;
      put(fmt::format("{}.json", number), to_json(record));
      component::application_fact application;
      application.epoch = epoch;
      application.application_id = fmt::format("application_1_{:04}", epoch);
      put(fmt::format("{}-app.json", epoch), to_json(application));
      component::end_fact end;
      end.epoch = epoch;
      end.outcome = component::outcome::stopped;
      put(fmt::format("{}-end.json", epoch), to_json(end));
      record = {};
      record.number = ++number;
      record.kind = component::record_kind::stop;
      record.last_epoch = epoch;
      record.stop_cause = "stop";
      put(fmt::format("{}.json", number), to_json(record));
    }
  }
  input::settings settings;
  settings.name_space = name_space_of(fleet);
  settings.node = "edge1";
  settings.resource_managers = {resource_manager.address()};
  settings.name_nodes = {name_node.address()};
  settings.supervisor.url = supervisord.url();
  context::session session(settings);
  std::size_t rounds = 0;
  for (auto _ : state) {
    const auto statuses =
        observation::status(session, io::operation::within(std::chrono::minutes(5)), request);
    ++rounds;
    for (const auto& status : statuses) {
      if (status.state != observation::component_state::stopped)
        return state.SkipWithError(("not STOPPED: " + status.reason).c_str());
    }
  }
  const auto of_each = [&](fake::http_server& server) {
    return static_cast<double>(server.request_count()) / static_cast<double>(rounds);
  };
  state.counters["name_node"] = of_each(name_node.server());
  state.counters["data_node"] = of_each(name_node.data_node());
}

BENCHMARK(history_of)
    ->Name("status_of_100_stopped/cycles")
    ->Arg(5)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace

int main(int argc, char** argv) {
  the_services() = start_services();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
