// A good guest: DM-18, DM-23 and INV-9. The process is looked at before the library is loaded, and
// after it is gone.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <clocale>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "host.h"
#include "surroundings.h"

extern "C" char** environ;

using namespace conformance;

namespace {

namespace fs = std::filesystem;

std::string content(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::map<int, std::string> descriptors() {
  std::map<int, std::string> open;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;  // the directory's own descriptor
    const std::string target = fs::read_symlink(entry.path(), gone).string();
    if (!gone && target.find("/proc/") != 0) open[std::stoi(entry.path().filename())] = target;
  }
  return open;
}

std::set<std::string> threads() {
  std::set<std::string> ids;
  for (const auto& entry : fs::directory_iterator("/proc/self/task"))
    ids.insert(entry.path().filename());
  return ids;
}

std::string children() {
  std::string all;
  for (const std::string& thread : threads())
    all += content("/proc/self/task/" + thread + "/children");
  return all;
}

std::string umask_text() {
  const std::string status = content("/proc/self/status");
  const std::size_t at = status.find("Umask:");
  return status.substr(at, status.find('\n', at) - at);
}

bool mapped() {
  return content("/proc/self/maps").find(fs::path(PLUGIN_PATH).filename().string()) !=
         std::string::npos;
}

// The socket pair that libcurl 7.88 wakes itself with is not close-on-exec, and nobody can get at
// it to make it so.
bool wake_up_pair(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return false;
  return address.ss_family == AF_UNIX && size == sizeof(sa_family_t);  // it has no name
}

// All that belongs to the process and not to the plugin.
struct process_state {
  std::map<int, std::string> open = descriptors();
  std::set<std::string> running = threads();
  std::string forked = children();
  std::vector<std::string> environment;
  std::string directory = fs::current_path();
  std::string umask = umask_text();
  std::string locale = std::setlocale(LC_ALL, nullptr);
  std::vector<std::string> dispositions;
  std::vector<int> blocked;

  process_state() {
    for (char** variable = environ; *variable != nullptr; ++variable)
      environment.emplace_back(*variable);
    sigset_t mask;
    pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    for (int number = 1; number < NSIG; ++number) {
      struct sigaction action {};
      if (sigaction(number, nullptr, &action) != 0) continue;
      std::ostringstream text;
      text << number << " " << reinterpret_cast<void*>(action.sa_handler) << " " << action.sa_flags;
      dispositions.push_back(text.str());
      if (sigismember(&mask, number) == 1) blocked.push_back(number);
    }
  }

  void check_same_as(const process_state& before) const {
    CHECK(open == before.open);
    CHECK(running == before.running);
    CHECK(forked == before.forked);
    CHECK(environment == before.environment);
    CHECK(directory == before.directory);
    CHECK(umask == before.umask);
    CHECK(locale == before.locale);
    CHECK(dispositions == before.dispositions);
    CHECK(blocked == before.blocked);
  }
};

// A little of everything: a refused connection, a silent server, a name to be resolved, a cancel,
// an error.
void use_plugin(const library& plugin, const node_folder& node, silent_server& silent,
                std::uint16_t nobody) {
  const recorder record;
  for (const auto& environment :
       {environment_document(node, nobody), environment_document(node, silent.port()),
        environment_document(node, nobody, "localhost")}) {
    const session opened(plugin, record, environment);
    for (const auto& [name, verb] : verbs(plugin)) {
      const call bounded(plugin, opened, 200);
      (void)opened.run(verb, good_request(name), bounded.get());
      (void)opened.run(verb, "{", bounded.get());
    }
  }
  const session opened(plugin, record, environment_document(node, silent.port()));
  const call cancelled(plugin, opened, 60'000);
  auto waiting = std::async(std::launch::async, [&] {
    return opened.run(plugin->stop, component_request(), cancelled.get()).status;
  });
  CHECK(silent.wait_for_client());
  cancelled.cancel();
  CHECK(waiting.get() == DM_STATUS_CANCELLED);
}

}  // namespace

TEST_CASE("DM-18, DM-23, INV-9: after close and dlclose the process is as it was") {
  const node_folder node;
  const refused_port nobody;
  // What the C library and the shared libraries below the plugin set up once for the process is
  // theirs: a first round, unmeasured, has them do it.
  {
    library plugin;
    silent_server silent;
    use_plugin(plugin, node, silent, nobody.number());
  }
  CHECK_FALSE(mapped());

  const process_state before;
  {
    library plugin;
    CHECK(mapped());
    silent_server silent;
    use_plugin(plugin, node, silent, nobody.number());
  }
  CHECK_FALSE(mapped());
  process_state().check_same_as(before);
}

TEST_CASE("DM-18: the library leaves and comes back any number of times") {
  const node_folder node;
  const refused_port nobody;
  const recorder record(DM_LOG_OFF);
  { const library once; }
  const process_state before;
  for (int i = 0; i < 10; ++i) {
    library plugin;
    {
      const session opened(plugin, record, environment_document(node, nobody.number()));
      CHECK(opened.run(plugin->status, status_request()).status == DM_STATUS_OK);
    }
    plugin.unload();
    REQUIRE_FALSE(mapped());
  }
  process_state().check_same_as(before);
}

TEST_CASE("DM-18: open alone uses no thread and no descriptor, and does no network") {
  const library plugin;
  const node_folder node;
  silent_server silent;
  const recorder record;
  const auto threads_before = threads();
  const session opened(plugin, record, environment_document(node, silent.port()));
  CHECK(threads() == threads_before);
  // Nobody has connected: the next client is the operation's.
  const call bounded(plugin, opened, 100);
  CHECK(opened.run(plugin->validate, validate_request(false), bounded.get()).status ==
        DM_STATUS_OK);
}

TEST_CASE("DM-23: every descriptor that an operation opens is close-on-exec") {
  const library plugin;
  const node_folder node;
  silent_server silent;
  const recorder record;
  const session opened(plugin, record, environment_document(node, silent.port()));
  const auto before = descriptors();
  const call cancellable(plugin, opened, 60'000);
  auto waiting = std::async(std::launch::async, [&] {
    return opened.run(plugin->stop, component_request(), cancellable.get()).status;
  });
  REQUIRE(silent.wait_for_client());
  int examined = 0;
  for (const auto& [number, target] : descriptors()) {
    if (before.count(number) > 0 || wake_up_pair(number)) continue;
    const int flags = ::fcntl(number, F_GETFD);
    if (flags < 0) continue;  // closed meanwhile
    INFO("descriptor " << number << " " << target);
    CHECK((flags & FD_CLOEXEC) != 0);
    ++examined;
  }
  CHECK(examined > 0);
  cancellable.cancel();
  CHECK(waiting.get() == DM_STATUS_CANCELLED);
}

TEST_CASE("DM-23: nothing is written to the standard streams") {
  const node_folder node;
  const refused_port nobody;
  const std::string path = node.path() + "/output";
  const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  REQUIRE(file >= 0);
  const int output = ::dup(STDOUT_FILENO);
  const int error = ::dup(STDERR_FILENO);
  ::dup2(file, STDOUT_FILENO);
  ::dup2(file, STDERR_FILENO);
  {
    const library plugin;
    silent_server silent;
    use_plugin(plugin, node, silent, nobody.number());
  }
  ::dup2(output, STDOUT_FILENO);
  ::dup2(error, STDERR_FILENO);
  ::close(output);
  ::close(error);
  ::close(file);
  CHECK(content(path).empty());
}
