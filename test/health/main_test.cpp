// The program flink-health as a timer runs it: against everything healthy, starting, empty, dead,
// hanging and wrong, with a data logger and a Graphite that receive, or do not.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>

#include "../io/temporary_directory.h"
#include "../support/text_receiver.h"
#include "fake/name_node.h"
#include "fake/resource_manager.h"
#include "fake/supervisord.h"
#include "fake_history.h"
#include "io/json.h"

using dm::test::fake_history;
using dm::test::text_receiver;
using kind = fake_history::kind;
namespace fake = dm::fake;

namespace {

using words = std::vector<std::string>;

struct ended {
  int code = 0;
  std::string output;
  std::string errors;
  std::chrono::milliseconds took{0};

  bool says(const std::string& text) const { return output.find(text) != std::string::npos; }
  dm::io::json_document json() const {
    auto document = dm::io::parse_json(output, "the output");
    REQUIRE(document);
    return std::move(*document);
  }
};

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct place {
  dm::test::temporary_directory directory;

  ended run(words options, const char* preload = nullptr) const {
    const auto begun = std::chrono::steady_clock::now();
    options.insert(options.begin(), DM_FLINK_HEALTH);
    std::vector<char*> argv;
    for (std::string& word : options) argv.push_back(word.data());
    argv.push_back(nullptr);
    const std::string output = directory / "output";
    const std::string errors = directory / "errors";
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::dup2(::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
      ::dup2(::open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
      if (preload != nullptr) ::setenv("LD_PRELOAD", preload, 1);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    int status = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    ended end;
    end.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    end.output = content(output);
    end.errors = content(errors);
    end.took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begun);
    return end;
  }
  std::string write(const std::string& name, const std::string& text, mode_t mode = 0600) const {
    std::ofstream(directory / name) << text;
    REQUIRE(::chmod((directory / name).c_str(), mode) == 0);
    return directory / name;
  }
};

// Everything that is looked at, healthy.
struct platform : place {
  fake_history history;
  fake::resource_manager yarn;
  fake::name_node hdfs;
  fake::supervisord supervisord;
  std::atomic<const char*> readiness{R"({"status":"ready","checks":{}})"};
  std::atomic<const char*> component_state{"RUNNING"};
  fake::http_server manager{[this](const fake::request& asked) {
    if (asked.header("authorization") != "Bearer abc") return fake::json(401, "{}");
    if (asked.path == "/healthz") return fake::json(200, R"({"status":"ok"})");
    if (asked.path == "/readyz") return fake::json(200, readiness.load());
    return fake::text(200,
                      "deployment_manager_component_state{application=\"a\",type=\"flink\","
                      "component=\"b\",state=\"" +
                          std::string(component_state) +
                          "\",confidence=\"confirmed\",watched=\"true\"} 1\n"
                          "deployment_manager_component_figures_age_seconds 2\n",
                      "text/plain; version=0.0.4; charset=utf-8");
  }};

  platform() {
    supervisord.require_login("ada", "tiger-secret");
    plant(3);
  }
  void plant(int jobs) {
    for (int i = 0; i < jobs; ++i)
      hdfs.files().put("/flink/completed-jobs/" + std::to_string(i), "{}");
  }
  std::string configuration(const std::string& more = {}) const {
    return write("health.json",
                 R"({"user": "pnda", "history_servers": [")" + history.address() +
                     R"("], "archives": ["hdfs:///flink/completed-jobs"],)" +
                     R"("resource_managers": [")" + yarn.address() + R"("], "name_nodes": [")" +
                     hdfs.address() + R"("], "supervisord": {"url": ")" + supervisord.url() +
                     R"(", "user": "ada", "password_file": ")" +
                     write("password", "tiger-secret\n") +
                     R"("}, "deployment_manager": {"url": ")" + manager.address() +
                     R"(", "token_file": ")" + write("token", "abc\n") + "\"}" + more + "}");
  }
  void stop_all() {
    history.server().stop();
    yarn.server().stop();
    hdfs.server().stop();
    supervisord.server().stop();
    manager.stop();
  }
  void hang_all() {
    for (fake::http_server* one :
         {&history.server(), &yarn.server(), &hdfs.server(), &supervisord.server(), &manager})
      one->disturb([](const fake::request&) { return fake::disturbance{}; });
  }
};

}  // namespace

TEST_CASE("help, version and wrong options") {
  const place here;
  const ended help = here.run({"--help"});
  CHECK(help.code == 0);
  for (const char* word : {"--history-server", "--post", "--graphite", "Exit codes", "--display"}) {
    CAPTURE(word);
    CHECK(help.says(word));
  }
  CHECK(here.run({"--version"}).says("flink-health 1."));
  CHECK(here.run({}).code == 3);
  CHECK(here.run({"--nonsense"}).code == 3);
  CHECK(here.run({"--config", "/no/such/file"}).code == 3);
  const ended wrong =
      here.run({"--history-server", "h:1", "--metric", "x", "--graphite", "carbon"});
  CHECK(wrong.code == 3);
  for (const char* option : {"--history-server: found h:1;", "--metric:", "--graphite:"}) {
    CAPTURE(option);
    CHECK(wrong.errors.find(option) != std::string::npos);
  }
  CHECK(wrong.errors.find("$.") == std::string::npos);
}

TEST_CASE("what an option gave is refused by the option's name, in its units, and says why") {
  const place here;
  const ended wrong = here.run({"--history-server", "http://ada:pw@h:8082", "--timeout", "-1",
                                "--deadline", "1e9", "--checkpoint-age", "nan", "--latency", "-5"});
  CHECK(wrong.code == 3);
  CAPTURE(wrong.errors);
  for (const char* line :
       {"--timeout: found -1; allowed: 0.1 to 60 s", "--deadline: found 1000000000; allowed: 0.5",
        "--checkpoint-age: found nan; allowed: 0 to", "--latency: found -5; allowed: 0 to 60000 ms",
        "--history-server: found http://h:8082 with a login", "without user and password, since"}) {
    CAPTURE(line);
    CHECK(wrong.errors.find(line) != std::string::npos);
  }
  CHECK(wrong.errors.find("pw@") == std::string::npos);
  CHECK(here.run({"--supervisord", "http://ada:pw@h:9001/RPC2"})
            .errors.find("--supervisord-password-file") != std::string::npos);
  std::ofstream(here.directory / "file.json")
      << R"({"history_servers": ["http://h:8082"], "limits": {"probe_ms": -1}})";
  const ended file = here.run({"--config", here.directory / "file.json", "--latency", "1"});
  CHECK(file.errors.find("$.limits.probe_ms: found -1") != std::string::npos);
}

TEST_CASE("all well: OK, exit code 0, and silence but for who asks for more") {
  const platform all;
  const std::string file = all.configuration();
  const ended silent = all.run({"--config", file});
  CAPTURE(silent.output, silent.errors);
  CHECK(silent.code == 0);
  CHECK(silent.output.empty());
  CHECK(silent.errors.empty());
  const ended table = all.run({"--config", file, "--display"});
  CHECK(table.output.starts_with("OK    hadoop.flink.health"));
  CHECK(table.says("Flink 1.20.5, 3 jobs"));
  CHECK(table.says("1 component"));
  CHECK_FALSE(table.says("1 components"));
  const auto json = all.run({"--config", file, "--json", "--metric", "flink.health"}).json();
  CHECK(json["health"] == "OK");
  CHECK(json["metric"] == "flink.health");
  CHECK(json["findings"].Size() == 6);
  CHECK(json["figures"]["flink.history_server_completed_jobs_count"].GetInt64() == 3);
  CHECK(json["figures"]["flink.archive_files_count"].GetInt64() == 3);
}

TEST_CASE("a history server that starts is a WARN, an empty one is OK") {
  platform all;
  all.history.become(kind::empty);
  all.plant(10'000);
  const ended starting = all.run({"--config", all.configuration()});
  CHECK(starting.code == 1);
  CHECK(starting.output.starts_with("hadoop.flink.health is WARN\n"));
  CHECK(starting.says("still reads archives: it shows none of the jobs in 10000 files"));
  platform other;
  other.history.become(kind::empty);
  other.hdfs.files().remove("/flink/completed-jobs", true);
  other.hdfs.files().make_directories("/flink/completed-jobs", "pnda", "777");
  CHECK(other.run({"--config", other.configuration()}).code == 0);
}

TEST_CASE("a long list of jobs is read as well as a short one") {
  platform all;
  std::string jobs = R"({"jobs":[)";
  for (int i = 0; i < 10'000; ++i)
    jobs +=
        (i == 0 ? "" : ",") +
        std::string(R"({"jid":"00000000000000000000000003d18cc7","name":"job","start-time":1,)") +
        R"("end-time":2,"duration":1,"state":"FINISHED","last-modification":2,"tasks":{"total":1}})";
  all.history.show(jobs + "]}");
  const auto json = all.run({"--config", all.configuration(), "--json"}).json();
  CHECK(json["figures"]["flink.history_server_completed_jobs_count"].GetInt64() == 10'000);
}

TEST_CASE("a dead history server and one that answers rubbish are an ERROR") {
  platform all;
  all.history.become(kind::rubbish);
  const ended rubbish = all.run({"--config", all.configuration(), "--display"});
  CHECK(rubbish.code == 2);
  CHECK(rubbish.output.find('\x1b') == std::string::npos);
  all.history.server().stop();
  const auto json = all.run({"--config", all.configuration(), "--json"}).json();
  CHECK(json["health"] == "ERROR");
  CHECK_FALSE(json["figures"]["flink.history_server_available_success"].GetBool());
  CHECK(json["figures"]["flink.history_server_available_ms"].GetInt64() == -1);
  CHECK(json["figures"]["flink.history_server_completed_jobs_count"].GetInt64() == -1);
  CHECK(json["figures"]["flink.installed_flink_version"] == "");
}

TEST_CASE("components that failed are an ERROR with their names") {
  platform all;
  all.component_state = "FAILED";
  const ended end = all.run({"--config", all.configuration()});
  CHECK(end.code == 2);
  CHECK(end.says("FAILED components: a/b"));
}

TEST_CASE("everything away at once, or hanging, stays within the deadline") {
  platform all;
  const bool hanging = GENERATE(false, true);
  const std::string file = all.configuration();
  if (hanging) {
    all.hang_all();
  } else {
    all.stop_all();
  }
  const ended end = all.run({"--config", file, "--json", "--timeout", "1", "--deadline", "8"});
  CHECK(end.code == 2);
  CHECK(end.took < std::chrono::seconds(8));
  const auto json = end.json();
  CHECK(json["health"] == "ERROR");
  CHECK(json["causes"].Size() >= 5);
  CHECK_FALSE(json["figures"].HasMember("flink.components_count"));
}

TEST_CASE("no secret is in the output, in no case (INV-7)") {
  platform all;
  const int state = GENERATE(0, 1, 2);
  const std::string file = all.configuration();
  if (state == 1) all.supervisord.require_login("ada", "another");
  if (state == 2) all.stop_all();
  const ended end = all.run({"--config", file, "--json", "--display", "--timeout", "2"});
  for (const std::string& text : {end.output, end.errors}) {
    CHECK(text.find("tiger") == std::string::npos);
    CHECK(text.find("Bearer") == std::string::npos);
  }
}

TEST_CASE("a secret that everybody may read is not used, and that is told") {
  platform all;
  const std::string file = all.configuration();
  all.write("token", "abc\n", 0644);
  const ended end = all.run({"--config", file});
  CHECK(end.code == 1);
  CHECK(end.says("no secret for it: everybody may read"));
  CHECK(all.manager.request_count() == 0);
}

TEST_CASE("the data logger and Graphite get what was found") {
  platform all;
  all.history.become(kind::empty);
  std::atomic<int> status{200};
  const fake::http_server logger(
      [&](const fake::request&) { return fake::text(status, "as told"); });
  text_receiver carbon;
  const words told = {"--config",   all.configuration(),
                      "--post",     logger.address() + "/metrics",
                      "--graphite", "127.0.0.1:" + std::to_string(carbon.port())};
  CHECK(all.run(told).code == 1);
  REQUIRE(logger.request_count() == 1);
  const auto body = dm::io::parse_json(logger.requests().front().body, "the body");
  REQUIRE(body);
  const auto& health = (*body)["data"][(*body)["data"].Size() - 1];
  CHECK(health["metric"] == "hadoop.flink.health");
  CHECK(health["value"] == "WARN");
  CHECK(std::string(health["causes"].GetString()).starts_with("[\""));
  const std::string lines = carbon.received();
  CHECK(lines.find("hadoop.flink.health 1 ") != std::string::npos);
  CHECK(lines.find("flink.history_server_available_success 1 ") != std::string::npos);
  CHECK(lines.find("1.20.5") == std::string::npos);
  // What could not be delivered is another exit code, with the reason.
  status = 500;
  const ended failed = all.run(told);
  CHECK(failed.code == 4);
  CHECK(failed.errors.find("answered HTTP 500") != std::string::npos);
  CHECK(carbon.received().find("hadoop.flink.health 1 ") != std::string::npos);
}

TEST_CASE("receivers that hang hold nobody beyond the deadline") {
  platform all;
  fake::http_server logger([](const fake::request&) { return fake::text(200, ""); });
  logger.disturb([](const fake::request&) { return fake::disturbance{}; });
  const ended end = all.run({"--config", all.configuration(), "--json", "--deadline", "4", "--post",
                             logger.address() + "/metrics"});
  CHECK(end.code == 4);
  CHECK(end.took < std::chrono::seconds(20));
  CHECK(end.json()["health"] == "OK");
}

#ifdef DM_SLOW_RESOLVER
TEST_CASE("a name server that does not answer holds nobody beyond the deadline") {
  const place here;
  const ended end = here.run(
      {"--history-server", "http://h.nowhere.example:8082", "--resource-manager",
       "http://rm.nowhere.example:8088", "--json", "--timeout", "1", "--deadline", "6", "--post",
       "http://logger.nowhere.example/metrics", "--graphite", "carbon.nowhere.example:2003"},
      DM_SLOW_RESOLVER);
  CHECK(end.code == 4);
  CHECK(end.took < std::chrono::seconds(30));
  CHECK(end.json()["health"] == "ERROR");
}
#endif
