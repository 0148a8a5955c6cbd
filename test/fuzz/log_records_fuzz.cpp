// The component's log on HDFS: what is read is written back the same.
// SPDX-License-Identifier: Apache-2.0
#include "component/incident.h"
#include "component/log_record.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dm::component;
  const std::string_view text = dm::fuzz::text_of(data, size);
  if (const auto record = read_log_record(text, 7)) {
    const auto again = read_log_record(to_json(*record), 7);
    dm::fuzz::require(again && to_json(*again) == to_json(*record),
                      "a record survives being written");
  }
  if (const auto fact = read_application_fact(text, 7)) {
    dm::fuzz::require(read_application_fact(to_json(*fact), 7).has_value(),
                      "an application record survives");
  }
  if (const auto fact = read_end_fact(text, 7)) {
    dm::fuzz::require(read_end_fact(to_json(*fact), 7).has_value(), "an end record survives");
  }
  if (const auto head = read_incident_head(text, "7-end")) {
    incident again;
    again.head = *head;
    dm::fuzz::require(read_incident_head(to_json(again), "7-end").has_value(),
                      "an incident's head survives being written");
  }
  (void)read_incident_document(text, "7-end");
  return 0;
}
