// Making class data of Flink's libraries on this node, by its Java.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "io/http.h"
#include "library/class_data.h"
#include "library/library_set.h"

namespace dm::guard {

struct class_data_order {
  std::string flink_home;
  std::string java_home;
  // The job that runs for some seconds, in one JVM of this node: what it needs of Flink goes into
  // the class data.
  std::string jar;
  std::string main_class;  // empty: as the jar says
  std::vector<std::string> arguments;
  std::string directory;  // of its own, empty, where everything is made; stays
};

// Packs lib, runs the job to see which classes a JobManager and a TaskManager need, writes them
// down and has the JVM confirm that it takes them. tell: a line for each step. FAILED_PRECONDITION:
// a program failed, and what it said; DEADLINE_EXCEEDED: it took too long.
result<library::class_data_files> make_class_data(
    const io::operation& op, io::http_client& http, const library::library_set& set,
    const class_data_order& order, const std::function<void(std::string_view)>& tell);

}  // namespace dm::guard
