// What a plugin under test is told about the world: services that never answer or are not there,
// and one node's folders.
// SPDX-License-Identifier: Apache-2.0
#include "surroundings.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>
#include <openssl/sha.h>

namespace conformance {

namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

int bound_socket(std::uint16_t& port) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made < 0) fail("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(made, reinterpret_cast<sockaddr*>(&address), size) != 0) fail("bind");
  if (::getsockname(made, reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
  port = ntohs(address.sin_port);
  return made;
}

}  // namespace

silent_server::silent_server() : listener_(bound_socket(port_)) {
  if (::listen(listener_, 128) != 0) fail("listen");
}

silent_server::~silent_server() {
  for (const int client : clients_) ::close(client);
  ::close(listener_);
}

bool silent_server::wait_for_client() {
  pollfd waiting{listener_, POLLIN, 0};
  if (::poll(&waiting, 1, 10'000) != 1) return false;
  const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return false;
  clients_.push_back(client);
  pollfd reading{client, POLLIN, 0};
  return ::poll(&reading, 1, 10'000) == 1;
}

refused_port::refused_port() : socket_(bound_socket(number_)) {}
refused_port::~refused_port() { ::close(socket_); }

node_folder::node_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "dm-conformance-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) fail("mkdtemp");
  path_ = pattern;
  for (const char* folder : {"flink/bin", "flink/lib", "conf.d", "opt"}) {
    std::filesystem::create_directories(path_ + "/" + folder);
  }
  std::ofstream(path_ + "/flink/lib/flink-dist-1.20.5.jar") << "a jar by its name";
  std::ofstream(path_ + "/flink/bin/flink") << "#!/bin/false\n";
  std::ofstream(path_ + "/flink-guard") << "#!/bin/false\n";
  std::filesystem::permissions(path_ + "/flink/bin/flink", std::filesystem::perms{0755});
  std::filesystem::permissions(path_ + "/flink-guard", std::filesystem::perms{0755});
}

node_folder::~node_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string environment_document(const node_folder& node, std::uint16_t port,
                                 const std::string& host) {
  return fmt::format(
      R"({{"schema":1,"environment":{{"namespace":"test","yarn_resource_manager_host":"{0}",)"
      R"("yarn_resource_manager_port":"{1}","webhdfs_host":"{0}","webhdfs_port":{1},"webhdfs_user":"hdfs",)"
      R"("flink":"{2}/flink/bin/flink"}},"settings":{{"supervisor_url":"http://{0}:{1}/RPC2",)"
      R"("supervisor_config_dir":"{2}/conf.d","install_root":"{2}/opt","guard":"{2}/flink-guard"}}}})",
      host, port, node.path());
}

namespace {

// The id of a component: the first 16 hex digits of SHA-256 over its names, joined by NUL.
std::string id_of(const std::string& component) {
  const std::string names = std::string("test") + '\0' + "app" + '\0' + component;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(names.data()), names.size(), digest.data());
  return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + 8, ""));
}

}  // namespace

std::string component_members(const std::string& component) {
  return fmt::format(
      R"("namespace":"test","application":"app","component":"{0}","data":{{"schema":1,"namespace":"test",)"
      R"("application":"app","component":"{0}","id":"{1}","node":"elsewhere.example.com","user":"pnda",)"
      R"("directory":"/opt/test/app/{0}","program":"flink.test.app.{0}",)"
      R"("program_file":"/etc/supervisor/conf.d/flink.test.app.{0}.conf","job_name":"app-{0}-job",)"
      R"("digest":"0","state_root":"/pnda/flink","flink_version":"1.20.5","job_type":"streaming",)"
      R"("submission":"per-job"}})",
      component, id_of(component));
}

std::string component_request(const std::string& more) {
  return R"({"schema":1,)" + component_members() + more + "}";
}

std::string status_request() {
  return R"({"schema":1,"components":[{)" + component_members() + "}]}";
}

std::string validate_request(bool online) {
  return fmt::format(
      R"({{"schema":1,"scope":"properties","online":{},"namespace":"test","application":"app","component":"stream",)"
      R"("properties":{{"component_main_jar":"job.jar","component_main_class":"com.example.Job",)"
      R"("component_flink_queue":"default"}}}})",
      online);
}

bool is_batch(const std::string& verb) {
  return verb == "status" || verb == "list" || verb == "figures";
}

std::string good_request(const std::string& verb) {
  if (verb == "validate") return validate_request(false);
  if (is_batch(verb)) return status_request();
  if (verb == "create") {
    return R"({"schema":1,"namespace":"test","application":"app","component":"stream","user":"nobody",)"
           R"("package":"app-1.0.0","staged_path":"/nonexistent/staged","properties":{"component_main_jar":"job.jar"}})";
  }
  const bool names_one = verb == "resume" || verb == "dispose" || verb == "pin" || verb == "unpin";
  return component_request(names_one ? R"(,"savepoint":"before-upgrade")" : "");
}

}  // namespace conformance
