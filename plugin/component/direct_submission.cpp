// A submission without Flink's client, to JSON and back.
// SPDX-License-Identifier: Apache-2.0
#include "component/direct_submission.h"

namespace dm::component {

void put(io::json_writer& writer, std::string_view name, const direct_submission& submission) {
  io::key(writer, name);
  writer.StartObject();
  io::put(writer, "application_id", submission.application_id);
  io::put(writer, "staging", submission.staging);
  io::put(writer, "sha256", submission.sha256);
  writer.EndObject();
}

std::optional<direct_submission> read_direct_submission(const io::json_value* value) {
  if (value == nullptr || !value->IsObject()) return std::nullopt;
  direct_submission submission;
  submission.application_id = io::string_member_or(*value, "application_id", "");
  submission.staging = io::string_member_or(*value, "staging", "");
  submission.sha256 = io::string_member_or(*value, "sha256", "");
  if (submission.application_id.empty() || !submission.staging.starts_with('/'))
    return std::nullopt;
  return submission;
}

}  // namespace dm::component
