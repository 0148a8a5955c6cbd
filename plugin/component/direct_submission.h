// A submission without Flink's client, as it stands in the incarnation's record before it is sent:
// the application's id, and where the document is that may be sent again with it, any number of
// times.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "io/json.h"

namespace dm::component {

struct direct_submission {
  std::string application_id;  // given by YARN for this incarnation alone
  std::string staging;         // HDFS directory with its configuration; goes with the application
  std::string sha256;          // of document()

  std::string document() const { return staging + "/submission.json"; }
};

// An object of that name, in a record of the log.
void put(io::json_writer& writer, std::string_view name, const direct_submission& submission);
// nullopt: there is none, or one without an id.
std::optional<direct_submission> read_direct_submission(const io::json_value* value);

}  // namespace dm::component
