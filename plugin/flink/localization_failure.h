// Why YARN could not bring a container's files to its node: a NodeManager's words, which are
// a stack trace whose beginning may be cut off. Source: Hadoop 2.7 … 3.4, FSDownload,
// ResourceLocalizationService, SerializedExceptionPBImpl; ContainerImpl cuts it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "flink/failure_class.h"

namespace dm::flink {

struct localization_failure {
  std::string sentence;  // one line of valid UTF-8 with the file's address; empty: nothing tells
  // cluster_not_ready by a closed list of what was thrown: HDFS did not serve, the node has no
  // room, or the file is not as it was when it was named, which the next submission looks at anew.
  failure_class failure = failure_class::unknown;
};

// diagnostics: with what YARN or Flink say around it, or without. Line breaks may have become
// blanks.
localization_failure read_localization_failure(std::string_view diagnostics);

}  // namespace dm::flink
