// The real Deployment Manager as a process of its own.
// SPDX-License-Identifier: Apache-2.0
#include "manager_process.h"

#include "support/package_builder.h"

#include <fmt/format.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace dm::bench {
namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using std::chrono::milliseconds;

constexpr const char* package = "app-1.0.0";

// Root runs no applications.
std::string own_account() {
  if (::geteuid() == 0) return "daemon";
  const passwd* own = ::getpwuid(::geteuid());
  if (own == nullptr) throw std::runtime_error("this user has no account");
  return own->pw_name;
}

}  // namespace

manager_process::manager_process(const std::string& program, const std::string& plugins,
                                 const std::string& limits)
    : query_("?user.name=" + own_account()) {
  const std::string place = directory_.path().string();
  for (const char* folder : {"script", "repository"}) {
    std::filesystem::create_directories(directory_ / folder);
  }
  manager_test::write_simple_package(directory_.path(), package);
  manager_test::write_file(
      directory_ / "manager.json",
      fmt::format(
          R"({{"listen":{{"socket":{{"path":""}},)"
          R"("tcp":[{{"port":0,"authentication":["trust_user_name"]}}]{}{}}},)"
          R"("minimum_uid":1,"port_file":"port","environment":{{"namespace":"bench"}},)"
          R"("plugins_path":"{}","plugin_settings":{{"fake":{{"script":"{}/script"}}}},)"
          R"("data_root":"data","install_root":"install","package_repository":"repository"}})",
          limits.empty() ? "" : ",", limits, plugins, place));
  start(program);
}

manager_process::~manager_process() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  for (int i = 0; i < 600; ++i) {
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) return;
    std::this_thread::sleep_for(milliseconds(100));
  }
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void manager_process::start(const std::string& program) {
  const std::string configuration = (directory_ / "manager.json").string();
  const std::string output = (directory_ / "log").string();
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    ::execl(program.c_str(), program.c_str(), "--config", configuration.c_str(),
            static_cast<char*>(nullptr));
    ::_exit(127);
  }
  for (int i = 0; i < 600; ++i) {
    const std::string told = manager_test::read_file(directory_ / "port");
    if (!told.empty()) {
      port_ = static_cast<std::uint16_t>(std::stoi(told));
      return;
    }
    siginfo_t ended{};
    ::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT);
    if (ended.si_pid == pid_) break;
    std::this_thread::sleep_for(milliseconds(50));
  }
  throw std::runtime_error(program + " does not serve:\n" + log());
}

std::string manager_process::log() const {
  const std::string all = manager_test::read_file(directory_ / "log");
  return all.substr(all.size() > 4000 ? all.size() - 4000 : 0);
}

manager_process::reply manager_process::ask(const std::string& method, const std::string& target,
                                            const std::string& body) const {
  boost::asio::io_context io;
  boost::beast::tcp_stream stream(io);
  stream.connect(tcp::endpoint(boost::asio::ip::address_v4::loopback(), port_));
  http::request<http::string_body> request(http::string_to_verb(method), target, 11);
  request.set(http::field::host, "127.0.0.1");
  request.keep_alive(false);
  if (!body.empty()) {
    request.set(http::field::content_type, "application/json");
    request.body() = body;
    request.prepare_payload();
  }
  http::write(stream, request);
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(boost::none);
  http::read(stream, buffer, parser);
  reply told;
  told.status = parser.get().result_int();
  told.body = std::move(parser.get().body());
  told.json.Parse(told.body.c_str(), told.body.size());
  if (told.json.HasParseError()) told.json.SetNull();
  return told;
}

void manager_process::carry_out(const std::string& method, const std::string& path,
                                const std::string& body) const {
  const reply ended = ask(method, path + query_ + "&wait=120", body);
  const bool has_status = ended.json.IsObject() && ended.json.HasMember("status");
  if (ended.status == 200 && has_status && ended.json["status"] == "SUCCEEDED") return;
  throw std::runtime_error(
      fmt::format("{} {}: {} {}\n{}", method, path, ended.status, ended.body, log()));
}

std::string manager_process::archive() const {
  return manager_test::read_file(directory_ / (std::string(package) + ".tar.gz"));
}

void manager_process::make_applications(int count) const {
  const std::string file = std::string("/repository/packages/") + package + ".tar.gz";
  const reply taken = ask("PUT", file + query_, archive());
  if (taken.status != 201) throw std::runtime_error("upload: " + taken.body);
  carry_out("PUT", std::string("/packages/") + package);
  for (int i = 0; i < count; ++i) {
    const std::string path = fmt::format("/applications/app-{}", i);
    carry_out("PUT", path, fmt::format(R"({{"package":"{}"}})", package));
    if (i % 2 == 0) carry_out("POST", path + "/start");
  }
}

void manager_process::slow_down(const std::string& verb, int milliseconds) const {
  manager_test::write_file(directory_ / ("script/" + verb + ".json"),
                           fmt::format(R"({{"delay_ms":{}}})", milliseconds));
}

std::vector<std::string> manager_process::applications() const {
  const reply listed = ask("GET", "/applications");
  std::vector<std::string> names;
  if (!listed.json.IsArray()) throw std::runtime_error("GET /applications: " + listed.body);
  for (const auto& name : listed.json.GetArray()) names.emplace_back(name.GetString());
  return names;
}

std::vector<std::string> manager_process::under_way() const {
  std::vector<std::string> found;
  for (const char* status : {"QUEUED", "RUNNING", "CANCELLING"}) {
    const reply listed = ask("GET", std::string("/operations?limit=1000&status=") + status);
    if (!listed.json.IsObject()) throw std::runtime_error("GET /operations: " + listed.body);
    for (const auto& one : listed.json["operations"].GetArray()) {
      found.push_back(
          fmt::format("{} of {} ({})", one["verb"].GetString(), one["object"].GetString(), status));
    }
  }
  return found;
}

}  // namespace dm::bench
