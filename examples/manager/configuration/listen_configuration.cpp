// The configuration's `listen`.
// SPDX-License-Identifier: Apache-2.0
#include "configuration/listen_configuration.h"

#include "access/origin_rules.h"
#include "base/names.h"
#include "configuration/configuration_path.h"
#include "http/http_listener.h"
#include "http/http_transport.h"

#include <fmt/format.h>

#include <grp.h>
#include <unistd.h>
#include <array>
#include <charconv>
#include <exception>

namespace manager {
namespace {

constexpr const char* default_socket = "/run/deployment-manager/api.sock";

bool is_loopback(std::string_view address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

bool is_everywhere(std::string_view address) { return address == "0.0.0.0" || address == "::"; }

std::vector<std::string> host_names(const std::string& address) {
  std::vector<std::string> names = {
      host_name(address.find(':') == std::string::npos ? address : fmt::format("[{}]", address))};
  if (is_loopback(address) || is_everywhere(address)) {
    names.insert(names.end(), {"localhost", "127.0.0.1", "::1"});
  }
  std::array<char, 256> own{};
  if (!is_loopback(address) && ::gethostname(own.data(), own.size() - 1) == 0) {
    names.push_back(host_name(own.data()));
  }
  return names;
}

listener_access read_ways(configuration_reader& from, bool socket) {
  listener_access access;
  const std::string allowed = socket ? "peer_credentials, token, proxy, trust_user_name"
                                     : "one or more of token, proxy, certificate, trust_user_name";
  const auto ways =
      from.texts("authentication", socket ? std::vector<std::string>{"peer_credentials"}
                                          : std::vector<std::string>{});
  for (const std::string& way : ways) {
    if (way == "peer_credentials" && socket) {
      access.peer_credentials = true;
    } else if (way == "token") {
      access.token = true;
    } else if (way == "proxy") {
      access.proxy = true;
    } else if (way == "certificate" && !socket) {
      access.certificate = true;
    } else if (way == "trust_user_name") {
      access.trust_user_name = true;
    } else {
      from.problem_at("authentication", json::quote(printable(way)), allowed, "");
    }
  }
  if (ways.empty()) {
    from.problem_at("authentication", "nothing", allowed, "nobody is let in without a proof");
  }
  if (access.trust_user_name && ways.size() > 1) {
    from.problem_at("authentication", "trust_user_name with others", allowed,
                    "who believes user.name needs no other proof; give it a listener of its own");
  }
  return access;
}

void read_socket(configuration_reader from, const std::filesystem::path& base,
                 configuration& into) {
  http_listener_options options;
  options.path = absolute_path(from.text("path", default_socket), base);
  options.group = from.text("group", "");
  const std::string mode = from.text("mode", "0660");
  const char* const end = mode.data() + mode.size();
  const auto read = std::from_chars(mode.data(), end, options.mode, 8);
  if (read.ec != std::errc() || read.ptr != end || options.mode > 0777) {
    from.problem_at("mode", json::quote(printable(mode)), "octal digits such as \"0660\"", "");
  }
  listener_access access = read_ways(from, true);
  from.finish();
  if (options.path.empty()) return;  // "": no socket
  into.listeners.push_back(std::move(options));
  into.identity.listeners.push_back(std::move(access));
}

void read_tcp(configuration_reader from, const std::filesystem::path& base, configuration& into) {
  http_listener_options options;
  options.address = from.text("address", "127.0.0.1");
  options.port = static_cast<int>(from.integer("port", 5000, 0, 65535));
  listener_access access = read_ways(from, false);
  access.hosts = host_names(options.address);
  tls_files tls;
  tls.certificate = absolute_path(from.text("certificate", ""), base);
  tls.key = absolute_path(from.text("key", ""), base);
  tls.client_ca = absolute_path(from.text("client_ca", ""), base);
  const bool plain_text = from.flag("plain_text", false);
  if (tls.certificate.empty() != tls.key.empty()) {
    from.problem_at(tls.key.empty() ? "key" : "certificate", "nothing", "a file",
                    "certificate and key belong together");
  }
  if (access.certificate && tls.client_ca.empty()) {
    from.problem_at("client_ca", "nothing", "a file",
                    "clients' certificates are checked against it");
  }
  if (!tls.client_ca.empty() && tls.certificate.empty()) {
    from.problem_at("certificate", "nothing", "a file", "client_ca needs TLS");
  }
  if (!tls.certificate.empty()) options.tls = tls;
  const bool loopback = is_loopback(options.address);
  if (access.trust_user_name && !loopback) {
    from.problem_at(
        "authentication", "trust_user_name", "token, proxy, certificate",
        fmt::format("{} can be reached from other machines, and everybody there would be "
                    "believed",
                    options.address));
  }
  if (!loopback && !options.tls && !plain_text) {
    from.problem_at(
        "address", json::quote(printable(options.address)),
        "a loopback address, or certificate and key",
        "credentials would go over the network in plain text; \"plain_text\": true says "
        "that this is meant (a network of one's own, TLS by somebody else)");
  }
  for (const http_listener_options& other : into.listeners) {
    if (other.is_socket() || other.port == 0 || other.port != options.port) continue;
    if (other.address != options.address) continue;
    from.problem_at("port", shown(options, options.port), "each address and port once",
                    "another entry of listen.tcp has it");
  }
  from.finish();
  into.listeners.push_back(std::move(options));
  into.identity.listeners.push_back(std::move(access));
}

void read_http_limits(configuration_reader& from, configuration& into) {
  http_limits& limits = into.http;
  const auto number = [&](std::string_view name, auto& value, std::int64_t least,
                          std::int64_t most) {
    value = static_cast<std::remove_reference_t<decltype(value)>>(
        from.integer(name, static_cast<std::int64_t>(value), least, most));
  };
  const auto time = [&](std::string_view name, std::chrono::milliseconds& value) {
    value = std::chrono::milliseconds(from.integer(name, value.count(), 10, 3'600'000));
  };
  number("header_bytes", limits.header_bytes, 1024, 1 << 20);
  number("header_fields", limits.header_fields, 10, 10'000);
  number("target_bytes", limits.target_bytes, 256, 1 << 16);
  number("request_bytes", limits.body_bytes, 1024, 64 << 20);
  number("bodies_bytes", limits.bodies_bytes, 1 << 20, std::int64_t{1} << 40);
  time("header_ms", limits.header_time);
  time("request_ms", limits.request_time);
  number("upload_bytes_per_second", limits.upload_bytes_per_second, 0, 1 << 30);
  time("idle_ms", limits.idle_time);
  time("write_ms", limits.write_time);
  number("connections", limits.connections, 2, 100'000);
  number("connections_per_peer", limits.connections_per_peer, 1, 100'000);
  number("requests_per_connection", limits.requests_per_connection, 1, 1'000'000);
  number("request_threads", limits.threads, 1, 256);
  number("queue_length", limits.queue_length, 1, 100'000);
  time("shutdown_grace_ms", limits.shutdown_grace);
  into.request_bytes = limits.body_bytes;
}

}  // namespace

void read_listen(configuration_reader listen, const std::filesystem::path& base,
                 configuration& into) {
  read_socket(listen.child("socket"), base, into);
  for (configuration_reader& one : listen.children("tcp")) read_tcp(one, base, into);
  read_http_limits(listen, into);
  if (into.listeners.empty()) {
    listen.problem_at("socket.path", "\"\"", "a path, or an entry of listen.tcp",
                      "nobody could reach this Deployment Manager");
  }
  listen.finish();
}

void check_listeners(const configuration& checked, bool runs_already,
                     std::vector<problem>& problems) {
  for (const http_listener_options& one : checked.listeners) {
    const char* path = one.is_socket() ? "$.listen.socket.path" : "$.listen.tcp";
    const std::string found = shown(one, one.port);
    if (one.is_socket() && !one.group.empty() && ::getgrnam(one.group.c_str()) == nullptr) {
      problems.push_back({"$.listen.socket.group", one.group, "a group of this machine", ""});
    }
    try {
      if (one.tls) make_tls_context(*one.tls);
      try_listener(one);
    } catch (const address_taken& taken) {
      if (!runs_already) problems.push_back({path, found, "", taken.what()});
    } catch (const std::exception& problem) {
      problems.push_back({path, found, "", problem.what()});
    }
  }
}

void warn_of_listeners(const configuration& checked, std::vector<problem>& warnings) {
  for (std::size_t i = 0; i < checked.listeners.size(); ++i) {
    const http_listener_options& one = checked.listeners[i];
    if (checked.identity.listeners.at(i).trust_user_name) {
      warnings.push_back(
          {one.is_socket() ? "$.listen.socket.authentication" : "$.listen.tcp",
           one.is_socket() ? "trust_user_name" : shown(one, one.port) + " with trust_user_name",
           "a way that proves who asks",
           one.is_socket() ? "who may connect is believed to be whoever he says"
                           : "every account of this machine is believed to be "
                             "whoever it says, an administrator, too"});
    }
    if (one.is_socket()) {
      if ((one.mode & 0002U) != 0) {
        warnings.push_back({"$.listen.socket.mode", fmt::format("{:04o}", one.mode), "0660",
                            "every account of this machine may connect"});
      }
      continue;
    }
    if (is_everywhere(one.address)) {
      warnings.push_back({"$.listen.tcp", shown(one, one.port), "the address of one network",
                          "is reached by every network that this machine is in"});
    }
    if (!is_loopback(one.address) && !one.tls) {
      warnings.push_back({"$.listen.tcp", shown(one, one.port), "certificate and key",
                          "credentials go over the network in plain text"});
    }
  }
}

}  // namespace manager
