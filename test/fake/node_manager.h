// A NodeManager's REST API for the log files of its containers, in the form of Hadoop 3.3.6
// (NMWebServices, LogToolUtils).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "fake/http_server.h"

namespace dm::fake {

class node_manager {
 public:
  node_manager();

  std::string address() const { return server_.address(); }
  std::string id() const { return address().substr(7); }  // the node's, as the fake YARN tells it
  http_server& server() { return server_; }
  // "http://…/node/containerlogs/<container>/pnda": what YARN shows of an ApplicationMaster.
  std::string page(const std::string& container) const;

  void write(const std::string& container, const std::string& file, const std::string& more);
  void replace(const std::string& container, const std::string& file, const std::string& content);
  void remove(const std::string& container);        // it has ended, and its logs are gone
  void redirect_to(const std::string& log_server);  // yarn.log.server.web-service.url

 private:
  response answer(const request& asked);
  response list(const std::string& container) const;
  response content(const std::string& container, const std::string& file,
                   const std::string& size) const;

  mutable std::mutex mutex_;
  std::map<std::string, std::map<std::string, std::string>> containers_;
  std::string log_server_;
  http_server server_;
};

}  // namespace dm::fake
