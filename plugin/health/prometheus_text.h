// Prometheus' text format, version 0.0.4, as far as this project's own Deployment Manager writes
// it: one sample a line.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "io/error.h"

namespace dm::health {

struct sample {
  std::string_view name;
  std::map<std::string, std::string, std::less<>> labels;
  double value = 0;

  std::string_view label(std::string_view of) const;  // empty: it has none
};

// Each sample whose name begins with `prefix`, in order. INVALID_ARGUMENT names the first line that
// is none.
result<void> read_samples(std::string_view text, std::string_view prefix,
                          const std::function<void(const sample&)>& take);

}  // namespace dm::health
