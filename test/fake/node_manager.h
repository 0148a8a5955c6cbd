// A NodeManager's REST API for the log files of its containers and for how they ended, in the form
// of Hadoop 3.3.6 (NMWebServices, LogToolUtils, ContainerMetrics).
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
  void remove(const std::string& container);  // it has ended, and its logs are gone
  // What the NodeManager has about its end, as it forgets: first its state goes, then its metrics,
  // which have no code for the first `silent` questions.
  void ended(const std::string& container, int exit_code, const std::string& diagnostics);
  void forget_state(const std::string& container, int silent = 0);
  void forget_metrics(const std::string& container);
  void runs(const std::string& container);
  int questions() const;                            // for metrics
  void redirect_to(const std::string& log_server);  // yarn.log.server.web-service.url

 private:
  response answer(const request& asked);
  response list(const std::string& container) const;
  response content(const std::string& container, const std::string& file,
                   const std::string& size) const;

  mutable std::mutex mutex_;
  std::map<std::string, std::map<std::string, std::string>> containers_;
  struct ended_container {
    std::string state;  // empty: forgotten
    int exit_code = -1000;
    std::string diagnostics;
    bool metrics = true;
    int silent = 0;
  };
  response state_of(const std::string& container) const;
  response metrics_of(const std::string& container);

  std::map<std::string, ended_container> ends_;
  int questions_ = 0;
  std::string log_server_;
  http_server server_;
};

}  // namespace dm::fake
