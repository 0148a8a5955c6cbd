// What YARN says of the components' applications. Inside observation only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "context/session.h"
#include "observation/observed_component.h"

namespace dm::observation {

// One question to the ResourceManager for each user and namespace, nearly always one in all.
class yarn_question {
 public:
  // op: under which the requests will be sent.
  yarn_question(context::session& session, const io::operation& op, const observed_batch& batch);

  const std::vector<io::http_request>& requests() const { return requests_; }
  // Asks again where one of a pair did not answer as the active one.
  void take(const io::operation& op, std::span<result<io::http_response>> answers);

  // What is not in the answers does not exist: asked of an active ResourceManager that has been
  // that all along.
  static void confirm(context::session& session, const io::operation& op,
                      const observed_batch& batch);

 private:
  struct group {
    std::string name_space;
    std::string user;  // who may see them
    observed_batch members;
    std::string tags() const;  // separated by commas: YARN shows what has any of them
  };
  static std::vector<group> grouped(const observed_batch& batch);

  context::session& session_;
  std::string address_;  // of the ResourceManager that was active last
  cluster::silence& silence_;
  bool short_patience_;
  io::steady_time asked_at_ = std::chrono::steady_clock::now();
  std::vector<group> groups_;
  std::vector<io::http_request> requests_;
};

}  // namespace dm::observation
