// What a plugin under test is told about the world: services that never answer or are not there,
// and one node's folders.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace conformance {

// A socket that listens and never says a word: a client connects, sends its request, and waits.
class silent_server {
 public:
  silent_server();
  ~silent_server();
  silent_server(const silent_server&) = delete;
  silent_server& operator=(const silent_server&) = delete;

  std::uint16_t port() const { return port_; }
  // Waits until a client is connected and has sent something; false after ten seconds.
  bool wait_for_client();

 private:
  std::uint16_t port_ = 0;
  int listener_;
  std::vector<int> clients_;  // kept open: an end would be an answer
};

// A port on which nobody listens: bound, so that nobody else gets it.
class refused_port {
 public:
  refused_port();
  ~refused_port();
  refused_port(const refused_port&) = delete;
  refused_port& operator=(const refused_port&) = delete;
  std::uint16_t number() const { return number_; }

 private:
  std::uint16_t number_ = 0;
  int socket_;
};

// A folder of its own with what looks like an installation of Flink 1.20.5. Removed at the end.
class node_folder {
 public:
  node_folder();
  ~node_folder();
  node_folder(const node_folder&) = delete;
  node_folder& operator=(const node_folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The environment document of a node whose services all are at `host`:`port`.
std::string environment_document(const node_folder& node, std::uint16_t port,
                                 const std::string& host = "127.0.0.1");

// A component of namespace "test", with data as create of another node has returned it: none is
// needed.
std::string component_members(const std::string& component = "stream");
// {"schema":1, <the component's members> <more, beginning with a comma>}
std::string component_request(const std::string& more = "");
std::string status_request();
// A descriptor without fault; online makes it ask the cluster.
std::string validate_request(bool online);
// Whether a verb's request has an array of components.
bool is_batch(const std::string& verb);
// A request of each verb that is as it should be, offline where there is a choice. create names a
// folder that does not exist: it ends there.
std::string good_request(const std::string& verb);

}  // namespace conformance
