// The log files of a container as its NodeManager tells them, and pieces of these. Source: YARN
// NodeManager REST, /ws/v1/node/containers/<container>/logs (Hadoop 2.8 and later), by its source
// of 3.3.6. A file's beginning or end can be asked for, nothing in between; but the answer says how
// long the file is, so that whoever takes the first bytes of an end knows where they stand.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/http.h"
#include "io/time.h"

namespace dm::cluster {

// A container and who has its files.
struct container_place {
  std::string id;         // a valid one
  std::string node;       // "http://host:8042", by the ResourceManager's word; empty: not known
  bool living = false;    // by the ResourceManager's word
  std::string node_id{};  // "host:45454"; empty: not known
};

struct container_file {
  std::string name;
  std::int64_t size_bytes = 0;
  io::wall_time modified_at{};  // zero: not told
};

// "http://host:port" of a NodeManager's page or of "host:port"; empty when it is no such thing.
std::string node_manager_of(std::string_view url);

// Container and NodeManager in the address of its pages, "http://<node>/node/containerlogs/<id>/…".
std::optional<container_place> container_in_url(std::string_view url);

io::http_request container_files_request(const container_place& container, const std::string& user);
// Those of this node's disk; UNAVAILABLE when the answer tells none: the NodeManager does not know
// the container (any more), or is none.
result<std::vector<container_file>> read_container_files(const io::http_response& response);

// The last `bytes` of the file, of which the first `limit` are taken.
io::http_request container_piece_request(const container_place& container, std::string_view file,
                                         const std::string& user, std::int64_t bytes,
                                         std::size_t limit);

struct container_piece {
  std::string bytes;
  std::int64_t offset = 0;      // of the first of them
  std::int64_t size_bytes = 0;  // of the file, when it was read
  bool whole = true;            // up to the end of the file
};
// The answer to that request. NOT_FOUND: the NodeManager says that there is no such file, or that
// it does not have the container any more; it has one word for both.
result<container_piece> read_container_piece(const io::http_response& response,
                                             std::string_view file, std::int64_t bytes,
                                             std::size_t limit);

// Where the NodeManager sends whoever asks for what it has no more:
// yarn.log.server.web-service.url, which answers in the same form. nullopt: nowhere.
std::optional<std::string> log_server_of(const io::http_response& response);

}  // namespace dm::cluster
