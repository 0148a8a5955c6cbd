// supervisord, which runs the guards of this node.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "health/probe.h"
#include "supervisor/supervisor.h"

namespace dm::health {

class supervisord_probe : public probe {
 public:
  supervisord_probe(io::http_client& http, supervisor::endpoint where, io::milliseconds slow)
      : asker_(http, std::move(where)), slow_(slow) {}

  std::vector<io::http_request> ask() override;
  void take(std::size_t index, timed_answer answer) override;
  finding conclude() override;

 private:
  supervisor::supervisor asker_;
  io::milliseconds slow_;
  bool asked_ = false;
  std::optional<error> barred_;
  std::optional<timed_answer> answer_;
};

}  // namespace dm::health
