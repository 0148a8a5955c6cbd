// What a status of many components costs, as a multiple of the bare requests it is made of (curl,
// nothing parsed).
//
// The ResourceManager shows 10,000 applications of the namespace, its answer rendered once; all
// jobs have one JobManager. Both sides ask the same servers in the same way, so the ratio is what
// reading and judging add.
// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>
#include <curl/curl.h>
#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "component/component_name.h"
#include "fake/job_manager.h"
#include "fake/resource_manager.h"
#include "fake/supervisord.h"
#include "observation/status.h"

namespace {

using namespace dm;

constexpr int applications_in_yarn = 10'000;

component::component_name name_of(int number) {
  return {"bench", "app", "c" + std::to_string(number)};
}

struct cluster {
  fake::job_manager job_manager;
  fake::resource_manager real;
  fake::supervisord supervisord;
  std::string list;
  std::unique_ptr<fake::http_server> resource_manager;
  std::vector<input::component_data> components;
  std::unique_ptr<context::session> session;

  cluster() {
    job_manager.change([](fake::flink_job& job) { job.modified_ms = job.started_ms + 1000; });
    for (int i = 0; i < applications_in_yarn; ++i) {
      const std::string id = component::component_id(name_of(i));
      fake::yarn_application application;
      application.tags = {component::fleet_tag("bench"), component::component_tag(id),
                          component::epoch_tag(id, 2)};
      application.am_rpc_address = job_manager.rpc_address();
      real.cluster().submit(application);
    }
    io::http_client http;
    const io::operation op = io::operation::within(std::chrono::minutes(1));
    auto answer = http.perform(op, cluster::applications(real.address()));
    if (!answer) throw std::runtime_error(answer.error().text());
    list = answer->body;
    resource_manager = std::make_unique<fake::http_server>(
        [this](const fake::request&) { return fake::json(200, list); });
    input::settings settings;
    settings.name_space = "bench";
    settings.node = "edge1";
    settings.resource_managers = {resource_manager->address()};
    settings.name_nodes = {"http://127.0.0.1:1"};
    settings.supervisor.url = supervisord.url();
    session = std::make_unique<context::session>(settings);
  }

  static io::http_request applications(const std::string& address) {
    return dm::cluster::applications_request(address, component::fleet_tag("bench"));
  }

  void deploy(int count) {
    for (int i = static_cast<int>(components.size()); i < count; ++i) {
      input::component_data data;
      data.name = name_of(i);
      data.id = component::component_id(data.name);
      data.node = "edge1";
      data.program = component::program_name(data.name);
      components.push_back(data);
      fake::supervised_process guard;
      guard.name = data.program;
      guard.state = "RUNNING";
      supervisord.add(guard);
    }
    components.resize(static_cast<std::size_t>(count));
  }

  std::size_t requests() const {
    return resource_manager->request_count() + job_manager_requests() + supervisord_requests();
  }
  std::size_t job_manager_requests() const {
    return const_cast<fake::job_manager&>(job_manager).server().request_count();
  }
  std::size_t supervisord_requests() const {
    return const_cast<fake::supervisord&>(supervisord).server().request_count();
  }
};

cluster& the_cluster() {
  static cluster one;
  return one;
}

std::size_t discard(char*, std::size_t size, std::size_t count, void*) { return size * count; }

// The requests that a status of `jobs` components consists of, by curl's multi interface and
// nothing else. The connections are kept from one time to the next, as the session keeps its own.
class bare_requests {
 public:
  bare_requests(cluster& target, int jobs) : multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, 64L);
    add(cluster::applications(target.resource_manager->address()).url, "");
    add(target.supervisord.url(),
        "<?xml "
        "version=\"1.0\"?><methodCall><methodName>supervisor.getAllProcessInfo</methodName><params/"
        "></methodCall>");
    for (int i = 0; i < jobs; ++i) add(target.job_manager.address() + "/jobs/overview", "");
  }
  ~bare_requests() {
    for (CURL* handle : handles_) curl_easy_cleanup(handle);
    curl_multi_cleanup(multi_);
  }
  bare_requests(const bare_requests&) = delete;
  bare_requests& operator=(const bare_requests&) = delete;

  void perform() {
    for (CURL* handle : handles_) curl_multi_add_handle(multi_, handle);
    for (int running = 1; running > 0;) {
      curl_multi_perform(multi_, &running);
      if (running > 0) curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
    }
    for (CURL* handle : handles_) curl_multi_remove_handle(multi_, handle);
  }

 private:
  void add(const std::string& url, const char* body) {
    CURL* handle = curl_easy_init();
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &discard);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    if (*body != '\0') curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, body);
    handles_.push_back(handle);
  }
  CURLM* multi_;
  std::vector<CURL*> handles_;
};

double seconds_of(const std::function<void()>& what) {
  const auto begin = std::chrono::steady_clock::now();
  what();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// The counter times_bare is the figure: the status and its bare requests take turns, so that both
// see the same machine.
void status_of(benchmark::State& state) {
  cluster& target = the_cluster();
  const int count = static_cast<int>(state.range(0));
  target.deploy(count);
  const observation::status_request request{target.components, false};
  bare_requests bare(target, count);
  double with_status = 0;
  double with_curl = 0;
  std::size_t requests = 0;
  std::size_t unhealthy = 0;
  for (auto _ : state) {
    const std::size_t before = target.requests();
    std::vector<observation::component_status> statuses;
    const double took = seconds_of([&] {
      statuses = observation::status(*target.session,
                                     io::operation::within(std::chrono::minutes(2)), request);
    });
    requests += target.requests() - before;
    for (const auto& status : statuses)
      unhealthy += status.state != observation::component_state::running;
    state.SetIterationTime(took);
    with_status += took;
    with_curl += seconds_of([&] { bare.perform(); });
  }
  if (unhealthy > 0) {
    state.SkipWithError(fmt::format("{} answers were not RUNNING", unhealthy).c_str());
    return;
  }
  const auto rounds = static_cast<double>(state.iterations());
  state.counters["bare_ms"] = 1000.0 * with_curl / rounds;
  state.counters["times_bare"] = with_status / with_curl;
  state.counters["requests"] = static_cast<double>(requests) / rounds;
}

BENCHMARK(status_of)->Name("status")->Arg(1)->Arg(100)->Arg(1000)->UseManualTime()->Unit(
    benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
