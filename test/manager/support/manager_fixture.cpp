// A Deployment Manager for a test.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"

#include "base/failure.h"
#include "base/log.h"
#include "http/http_client.h"
#include "support/raw_client.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <chrono>
#include <fstream>
#include <thread>

extern char** environ;

namespace manager_test {
namespace {

constexpr std::chrono::seconds long_time{30};

}  // namespace

void eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + long_time;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) FAIL("it did not happen in time");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

std::string answer::text(const std::string& member) const {
  return std::string(manager::json::text_of(json, member));
}

manager_fixture::manager_fixture() : configuration_(manager::json::make_object()) {
  manager::log::set_threshold(manager::log::level::off);
  for (const char* name : {"script", "repository", "data", "install"}) {
    std::filesystem::create_directories(directory_ / name);
  }
  // As the original did it: user.name is believed. Tests of the other ways say what they need.
  configure("listen", R"({"socket":{"path":""},
                          "tcp":[{"port":0,"authentication":["trust_user_name"]}]})");
  configure("minimum_uid", "0");
  configure("refused_users", R"(["root"])");
  configure("environment", R"({"namespace":"test","hadoop_manager_password":"hush"})");
  bring_plugins_back();
  configure("plugin_settings",
            fmt::format(R"({{"fake":{{"script":"{}"}}}})", (directory_ / "script").string()));
  configure("data_root", R"("data")");
  configure("install_root", R"("install")");
  configure("package_repository", manager::json::quote(repository().string()));
  configure("port_file", R"("port")");
  configure("status_cache_ms", "0");
  // No calls of the plugin but those that a test asks for.
  configure("metrics_interval_ms", "0");
  configure("figures_interval_ms", "0");
  configure("log_level", R"("ERROR")");
}

manager_fixture::~manager_fixture() {
  stop();
  if (program_ > 0) kill_program();
}

void manager_fixture::configure(const std::string& member, const std::string& json_text) {
  auto& memory = configuration_.GetAllocator();
  const auto parsed = manager::json::parse_or_throw(json_text, member);
  manager::json::set(configuration_, member, manager::json::copy(parsed, memory), memory);
}

void manager_fixture::take_plugins_away() {
  std::filesystem::create_directories(directory() / "no-plugins");
  configure("plugins_path", manager::json::quote((directory() / "no-plugins").string()));
}

void manager_fixture::bring_plugins_back() {
  configure("plugins_path", manager::json::quote(FAKE_PLUGIN_DIRECTORY));
}

void manager_fixture::outlive(int deaths) {
  for (int i = 0; i < deaths; ++i) {
    eventually([&] { return program_ended(); });
    kill_program();
    start_program();
  }
}

void manager_fixture::configure_environment(const std::string& member, const std::string& text) {
  manager::json::set(configuration_["environment"], member, text, configuration_.GetAllocator());
}

std::string manager_fixture::configuration_text() const {
  return manager::json::to_text(configuration_);
}

manager::configuration manager_fixture::settings() const {
  std::vector<manager::problem> problems;
  auto settings = manager::parse_configuration(configuration_text(), directory_.path(), problems);
  INFO(manager::to_text(problems));
  REQUIRE(settings);
  return std::move(*settings);
}

void manager_fixture::start() {
  inside_ = std::make_unique<manager::deployment_manager>(settings());
  port_ = inside_->port();
}

void manager_fixture::stop() { inside_.reset(); }

pid_t manager_fixture::spawn(std::vector<std::string> words,
                             const std::vector<std::string>& environment,
                             const std::filesystem::path& output,
                             const std::filesystem::path& errors) {
  const auto file = directory_ / "manager.json";
  write_file(file, configuration_text());
  words.insert(words.begin(), DEPLOYMENT_MANAGER_PROGRAM);
  words.insert(words.end(), {"--config", file.string()});
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::vector<std::string> own = environment;
  std::vector<char*> variables;
  for (std::string& one : own) variables.push_back(one.data());
  for (char** one = environ; *one != nullptr; ++one) variables.push_back(*one);
  variables.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  constexpr int flags = O_WRONLY | O_CREAT | O_APPEND;
  posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), flags, 0644);
  posix_spawn_file_actions_addopen(&actions, 2, errors.c_str(), flags, 0644);
  pid_t started = -1;
  const int code = posix_spawn(&started, words[0].c_str(), &actions, nullptr, arguments.data(),
                               variables.data());
  posix_spawn_file_actions_destroy(&actions);
  REQUIRE(code == 0);
  return started;
}

void manager_fixture::start_program(const std::vector<std::string>& environment) {
  std::filesystem::remove(directory_ / "port");
  program_ = spawn({}, environment, "/dev/null", directory_ / "log");
  eventually([&] {
    INFO(program_log());
    const std::string text = read_file(directory_ / "port");
    if (text.empty()) {
      // The program may die by its script at once, even before it serves.
      return program_ended();
    }
    port_ = std::stoi(text);
    return true;
  });
}

bool manager_fixture::program_ended() {
  siginfo_t information{};
  if (program_ <= 0) return true;
  ::waitid(P_PID, static_cast<id_t>(program_), &information, WEXITED | WNOHANG | WNOWAIT);
  return information.si_pid == program_;
}

void manager_fixture::kill_program() {
  ::kill(program_, SIGKILL);
  ::waitpid(program_, nullptr, 0);
  program_ = -1;
}

int manager_fixture::wait_for_program() {
  eventually([&] { return program_ended(); });
  int status = 0;
  ::waitpid(program_, &status, 0);
  program_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void manager_fixture::signal_program(int number) { ::kill(program_, number); }

manager_fixture::finished manager_fixture::run_program(
    const std::vector<std::string>& words, const std::vector<std::string>& environment) {
  const auto file = directory_ / "output";
  std::filesystem::remove(file);
  const pid_t started = spawn(words, environment, file, file);
  int status = 0;
  ::waitpid(started, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(file),
          WIFSIGNALED(status) ? WTERMSIG(status) : 0};
}

int manager_fixture::terminate_program() {
  ::kill(program_, SIGTERM);
  int status = 0;
  ::waitpid(program_, &status, 0);
  program_ = -1;
  return status;
}

answer manager_fixture::request(const std::string& method, const std::string& path,
                                const std::string& body) {
  manager::http_call call;
  call.method = method;
  call.url = fmt::format("http://127.0.0.1:{}{}", port_, path);
  call.body = body;
  const auto result = manager::perform(call);
  answer received{result.status, result.body, manager::json::make_object()};
  std::string ignored;
  if (auto parsed = manager::json::parse(result.body, ignored)) received.json = std::move(*parsed);
  return received;
}

void manager_fixture::request_that_kills(const std::string& method, const std::string& path,
                                         const std::string& body) {
  long status = 202;
  try {  // outside of the assertion, which takes an exception for a failure
    status = request(method, path, body).status;
  } catch (const manager::failure&) {
    eventually([&] { return program_ended(); });
  }
  REQUIRE(status == 202);
}

std::string manager_fixture::next_page(const std::string& path) const {
  const std::string answer = converse(port_, manager_test::request("GET " + path));
  const std::string before = "\r\nLink: <";
  const std::size_t begin = answer.find(before);
  if (begin == std::string::npos) return {};
  const std::size_t end = answer.find(">; rel=\"next\"\r\n", begin);
  REQUIRE(end != std::string::npos);
  return answer.substr(begin + before.size(), end - begin - before.size());
}

answer manager_fixture::wait_for(const std::string& path, const std::string& member,
                                 const std::string& value) {
  // As the owner, who reads the words, too.
  const std::string asked =
      path + (path.find('?') == std::string::npos ? "?" : "&") + "user.name=" + some_user;
  answer last;
  eventually([&] {
    last = get(asked);
    return last.text(member) == value;
  });
  return last;
}

void manager_fixture::deploy(const std::string& package) {
  REQUIRE(request("PUT", "/packages/" + package + "?user.name=daemon").status == 202);
  const answer seen = wait_for("/packages/" + package + "/status", "status", "DEPLOYED");
  REQUIRE(seen.text("information").starts_with("Deployed " + package + " at "));
}

void manager_fixture::create(const std::string& application, const std::string& package) {
  REQUIRE(request("PUT", "/applications/" + application + "?user.name=daemon",
                  fmt::format(R"({{"package":"{}"}})", package))
              .status == 202);
  wait_for_state(application, "CREATED");
}

void manager_fixture::create_and_start(const std::string& application, const std::string& package) {
  create(application, package);
  REQUIRE(request("POST", "/applications/" + application + "/start?user.name=daemon").status ==
          202);
  wait_for_state(application, "STARTED");
}

void manager_fixture::script(const std::string& name, const std::string& json_text) {
  // In one step: the plugin may be reading.
  write_file(directory_ / ("script/." + name), json_text);
  std::filesystem::rename(directory_ / ("script/." + name),
                          directory_ / ("script/" + name + ".json"));
}

void manager_fixture::unscript(const std::string& name) {
  std::filesystem::remove(directory_ / ("script/" + name + ".json"));
}

std::vector<manager::json::document> manager_fixture::calls(const std::string& verb) const {
  std::ifstream stream(directory_ / "script/calls");
  std::vector<manager::json::document> result;
  for (std::string line; std::getline(stream, line);) {
    auto call = manager::json::parse_or_throw(line, "a call");
    if (manager::json::text_of(call, "verb") == verb) result.push_back(std::move(call));
  }
  return result;
}

bool manager_fixture::made(const std::string& application, const std::string& component) const {
  return std::filesystem::exists(directory_ / ("script/made-" + application + "-" + component));
}

}  // namespace manager_test
