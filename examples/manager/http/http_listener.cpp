// Where the server is reached.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_listener.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace manager {
namespace {

constexpr int backlog = 511;

std::string message(int code) { return std::generic_category().message(code); }

gid_t group_id(const std::string& name) {
  std::vector<char> buffer(4096);
  for (;;) {
    group record{};
    group* found = nullptr;
    const int code = ::getgrnam_r(name.c_str(), &record, buffer.data(), buffer.size(), &found);
    if (code == ERANGE && buffer.size() < (1U << 20)) {
      buffer.resize(buffer.size() * 2);
      continue;
    }
    if (found != nullptr) return found->gr_gid;
    throw std::runtime_error(fmt::format(
        "listen.socket.group: there is no group \"{}\" on this machine (groupadd --system {})",
        name, name));
  }
}

sockaddr_un socket_address(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.size() >= sizeof(address.sun_path)) {
    throw std::runtime_error(
        fmt::format("listen.socket.path: {} is longer than the {} bytes that a "
                    "socket's path can have",
                    name, sizeof(address.sun_path) - 1));
  }
  std::memcpy(address.sun_path, name.c_str(), name.size());
  return address;
}

[[noreturn]] void refuse_path(const std::string& name, const std::string& why) {
  throw std::runtime_error(fmt::format("cannot listen on {}: {}", name, why));
}

[[noreturn]] void refuse_taken_path(const std::string& name) {
  throw address_taken(
      fmt::format("cannot listen on {}: another Deployment Manager does; stop that one, or set "
                  "listen.socket.path to another place",
                  name));
}

constexpr const char* no_socket = "it is there already and no socket";
constexpr const char* directory_advice =
    "its directory cannot be made; make it, or set listen.socket.path to another place";

bool somebody_listens(const sockaddr_un& address) {
  const file_descriptor made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return made.valid() && (::connect(made.get(), reinterpret_cast<const sockaddr*>(&address),
                                    sizeof(address)) == 0 ||
                          errno == EAGAIN);
}

void look_at_path(const std::filesystem::path& path) {
  const std::string name = path.string();
  const sockaddr_un address = socket_address(name);
  std::error_code ignored;
  const auto parent = path.parent_path();
  const auto written = std::filesystem::exists(parent, ignored) ? parent : parent.parent_path();
  if (!std::filesystem::is_directory(written, ignored)) {
    refuse_path(name, fmt::format("{}: {} is no directory", directory_advice, written.string()));
  }
  if (::access(written.c_str(), W_OK | X_OK) != 0) {
    refuse_path(name, fmt::format("{}: {}", written.string(), message(errno)));
  }
  struct stat existing {};
  if (::lstat(name.c_str(), &existing) != 0) return;
  if (!S_ISSOCK(existing.st_mode)) refuse_path(name, no_socket);
  if (somebody_listens(address)) refuse_taken_path(name);
}

std::string text_of(const sockaddr_storage& address, bool with_port) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  const auto* raw = reinterpret_cast<const sockaddr*>(&address);
  const socklen_t size = address.ss_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  if (::getnameinfo(raw, size, host.data(), host.size(), port.data(), port.size(),
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "unknown";
  }
  std::string text(host.data());
  // An IPv4 client of a listener on both: by its usual name.
  if (text.starts_with("::ffff:")) text.erase(0, 7);
  if (!with_port) return text;
  const bool brackets = text.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", brackets ? "[" : "", text, brackets ? "]" : "", port.data());
}

}  // namespace

std::string shown(const http_listener_options& options, int port) {
  if (options.is_socket()) return "unix:" + options.path.string();
  const bool brackets = options.address.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}", options.tls ? "https" : "http", brackets ? "[" : "",
                     options.address, brackets ? "]" : "", port);
}

void try_listener(const http_listener_options& options) {
  if (options.is_socket()) {
    look_at_path(options.path);
  } else {
    const http_listener tried(options);
  }
}

http_listener::http_listener(const http_listener_options& options) : path_(options.path) {
  if (options.is_socket()) {
    listen_on_path(options);
  } else {
    listen_on_address(options);
  }
}

http_listener::~http_listener() {
  if (path_.empty() || !lock_.valid()) return;
  ::unlink(path_.c_str());
}

void http_listener::listen_on_path(const http_listener_options& options) {
  const std::string name = path_.string();
  const sockaddr_un address = socket_address(name);
  const auto fail = [&](const std::string& what) {
    refuse_path(name, fmt::format("{}: {}", what, message(errno)));
  };
  if (::mkdir(path_.parent_path().c_str(), 0755) != 0 && errno != EEXIST) fail(directory_advice);
  // Whether somebody listens is asked of a lock, since a connection attempt tells nothing of one
  // who is about to.
  const std::string lock_name = name + ".lock";
  lock_ =
      file_descriptor(::open(lock_name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock_.valid()) fail("its lock file cannot be made");
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    lock_.reset();
    refuse_taken_path(name);
  }
  struct stat existing {};
  if (::lstat(name.c_str(), &existing) == 0) {
    if (!S_ISSOCK(existing.st_mode)) {
      lock_.reset();
      refuse_path(name, no_socket);
    }
    ::unlink(name.c_str());
  }
  descriptor_ = file_descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!descriptor_.valid()) fail("socket");
  // Nobody may connect before group and mode are what they are to be.
  const mode_t before = ::umask(0177);
  const int bound =
      ::bind(descriptor_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  const int bind_problem = errno;
  ::umask(before);
  errno = bind_problem;
  if (bound != 0) fail("bind");
  if (!options.group.empty() &&
      ::chown(name.c_str(), static_cast<uid_t>(-1), group_id(options.group)) != 0) {
    fail("its group cannot be set");
  }
  if (::chmod(name.c_str(), static_cast<mode_t>(options.mode)) != 0) fail("its mode cannot be set");
  if (::listen(descriptor_.get(), backlog) != 0) fail("listen");
}

void http_listener::listen_on_address(const http_listener_options& options) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* all = nullptr;
  const std::string port = fmt::to_string(options.port);
  const int code = ::getaddrinfo(options.address.c_str(), port.c_str(), &hints, &all);
  if (code != 0) {
    throw std::runtime_error(
        fmt::format("cannot listen on {}: it is no address of this machine: {}",
                    shown(options, options.port), ::gai_strerror(code)));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> found(all, ::freeaddrinfo);
  int problem = 0;
  for (const addrinfo* one = all; one != nullptr; one = one->ai_next) {
    file_descriptor made(
        ::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int yes = 1;
    const bool good = made.valid() &&
                      ::setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
                      ::bind(made.get(), one->ai_addr, one->ai_addrlen) == 0 &&
                      ::listen(made.get(), backlog) == 0;
    if (!good) {
      problem = errno;
      continue;
    }
    sockaddr_storage bound{};
    socklen_t size = sizeof(bound);
    ::getsockname(made.get(), reinterpret_cast<sockaddr*>(&bound), &size);
    port_ =
        ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6*>(&bound)->sin6_port
                                          : reinterpret_cast<const sockaddr_in*>(&bound)->sin_port);
    descriptor_ = std::move(made);
    return;
  }
  const std::string where =
      fmt::format("cannot listen on {}: {}", shown(options, options.port), message(problem));
  if (problem == EADDRINUSE) {
    throw address_taken(where + "; the port is taken (ss -ltnp shows by whom)");
  }
  throw std::runtime_error(where + "; is the address one of this machine's (ip address)?");
}

file_descriptor http_listener::accept(http_peer& peer) const {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  file_descriptor made(::accept4(descriptor_.get(), reinterpret_cast<sockaddr*>(&address), &size,
                                 SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!made.valid()) return made;
  peer.is_socket = is_socket();
  if (is_socket()) {
    ucred other{};
    socklen_t length = sizeof(other);
    if (::getsockopt(made.get(), SOL_SOCKET, SO_PEERCRED, &other, &length) != 0) {
      errno = ECONNABORTED;
      return file_descriptor();
    }
    peer.uid = other.uid;
    peer.shown = fmt::format("socket uid={} pid={}", other.uid, other.pid);
  } else {
    const int yes = 1;
    ::setsockopt(made.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    peer.address = text_of(address, false);
    peer.shown = text_of(address, true);
  }
  return made;
}

}  // namespace manager
