// What was found of one thing that was looked at, and what all of it makes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "health/level.h"
#include "io/time.h"

namespace dm::health {

struct cause {
  level severity = level::warn;
  std::string text;  // a sentence that stands alone; already fit to be shown
};

// One figure or word for the console and Graphite.
struct figure {
  std::string metric;
  std::variant<bool, std::int64_t, std::string> value;
};

struct finding {
  std::string subject;            // "history server http://h:8082"
  std::int64_t took_ms = -1;      // the slowest first answer; -1: none came
  std::vector<std::string> says;  // what it told, in a few words each
  std::vector<cause> causes;
  std::vector<figure> figures;

  level severity() const {
    level worst = level::ok;
    for (const cause& one : causes) worst = worse(worst, one.severity);
    return worst;
  }
  void warn(std::string text) { causes.push_back({level::warn, std::move(text)}); }
  void fault(std::string text) { causes.push_back({level::error, std::move(text)}); }
};

struct report {
  std::string metric;  // "hadoop.flink.health"
  io::wall_time at{};
  std::int64_t took_ms = 0;
  std::vector<finding> findings;

  level severity() const {
    level worst = level::ok;
    for (const finding& one : findings) worst = worse(worst, one.severity());
    return worst;
  }
  // Errors first; of very many the first ones and how many more there are.
  std::vector<std::string> causes() const;
};

}  // namespace dm::health
