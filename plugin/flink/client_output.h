// What a flink client printed: the application, the job, and why it failed. Read as evidence only;
// YARN decides.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flink/failure_class.h"

namespace dm::flink {

struct client_output {
  std::vector<std::string> application_ids;  // in order of appearance, each once
  std::vector<std::string> job_ids;
  std::string exception;  // the sentence for people after "The program finished with the following
                          // exception", or empty
  failure_class failure = failure_class::unknown;  // of that exception
  std::string frame;  // where it was thrown (exception_text.h); empty: not known
};

client_output read_client_output(std::string_view text);

}  // namespace dm::flink
