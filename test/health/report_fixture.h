// A report put together by a test.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "health/finding.h"

namespace dm::test {

inline health::report some_report() {
  health::report all;
  all.metric = "hadoop.flink.health";
  all.at = io::from_epoch_ms(1'795'438'656'146);
  all.took_ms = 412;
  health::finding history;
  history.subject = "history server http://h:8082";
  history.took_ms = 12;
  history.says = {"Flink 1.20.5", "3 jobs"};
  history.figures = {{"flink.history_server_available_success", true},
                     {"flink.installed_flink_version", std::string("1.20.5")},
                     {"flink.history_server_available_ms", std::int64_t{12}}};
  all.findings.push_back(history);
  return all;
}

}  // namespace dm::test
