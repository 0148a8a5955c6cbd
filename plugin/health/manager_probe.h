// The Deployment Manager: whether it answers and can take work, and how its components are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "health/probe.h"
#include "health/service_address.h"
#include "health/settings.h"

namespace dm::health {

class manager_probe : public probe {
 public:
  // token: empty for none.
  manager_probe(std::string url, std::string token, limits limit);

  std::vector<io::http_request> ask() override;
  void take(std::size_t index, timed_answer answer) override;
  finding conclude() override;

 private:
  bool conclude_alive(finding& found);
  bool conclude_ready(finding& found);
  void conclude_components(finding& found);

  std::string url_;
  std::string token_;
  limits limit_;
  service_address address_;
  bool asked_ = false;
  std::optional<error> barred_;
  std::vector<timed_answer> answers_;  // /healthz, /readyz, /metrics
};

}  // namespace dm::health
