// Where components of this node, its settings and its Flink configuration name libraries on HDFS.
// Inside housekeeping only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "housekeeping/scene.h"

namespace dm::housekeeping {

// Every text that may name one: commands, environments and configurations of the components of this
// node as they are now, and what the node gives to those to come. An error: of some component it is
// not known.
result<std::vector<std::string>> texts_in_use(scene& s, const io::operation& op);
// Whether one of them names the directory, something below it, or as a whole one that it lies in.
bool mention_library(const std::vector<std::string>& texts, const std::string& directory);

}  // namespace dm::housekeeping
