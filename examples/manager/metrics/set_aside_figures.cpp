// Operations that are left alone.
// SPDX-License-Identifier: Apache-2.0
#include "metrics/set_aside_figures.h"

#include <map>

namespace manager::metrics {

void write_set_aside(exposition& into, const set_aside_operations& left) {
  std::map<labels, int> counts;
  for (const set_aside_operation& one : left.all()) {
    ++counts[{{"noun", one.operation.noun}, {"verb", one.operation.verb}}];
  }
  into.family("deployment_manager_operations_set_aside", "gauge",
              "Operations of the journal that this Deployment Manager cannot carry out and leaves "
              "alone.");
  for (const auto& [of, count] : counts) into.sample(of, count);
}

}  // namespace manager::metrics
