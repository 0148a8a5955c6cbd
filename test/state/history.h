// A component's log and its restore points, made up step by step, for tests.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "state/lineage.h"

namespace dm::test {

using component::log_record;
using component::log_snapshot;
using component::record_kind;
using component::state_policy;
using state::candidate;
using state::restore_point;
using state::restore_point_state;

struct history {
  log_snapshot log;
  std::vector<restore_point> points;

  log_record& add(record_kind kind) {
    const std::uint64_t number = log.newest_number() + 1;
    log_record& record = log.records[number];
    record.number = number;
    record.kind = kind;
    return record;
  }
  history& run(bool accept_state_loss = false) {
    add(record_kind::run).accept_state_loss = accept_state_loss;
    return *this;
  }
  history& run_from(const std::string& path, const std::string& claim_mode = {}) {
    log_record& record = add(record_kind::run);
    record.restore_path = path;
    record.restore_id = path.substr(1);
    record.claim_mode = claim_mode;
    return *this;
  }
  history& stop() {
    add(record_kind::stop);
    return *this;
  }
  history& go_on(std::uint64_t run) {  // a stop whose savepoint failed
    add(record_kind::stop);
    add(record_kind::run).continues = run;
    return *this;
  }
  history& incarnation(const std::string& from = {}) {
    add(record_kind::incarnation).restore_path = from;
    return *this;
  }
  history& burnt(const std::string& from = {}) {
    incarnation(from);
    log.ends[log.newest_number()].counts = false;
    return *this;
  }
  restore_point& made(const std::string& path, std::uint64_t epoch, std::int64_t checkpoint_id,
                      restore_point_state state = restore_point_state::completed) {
    restore_point point;
    point.id = path.substr(1);
    point.path = path;
    point.epoch = epoch;
    point.checkpoint_id = checkpoint_id;
    point.state = state;
    points.push_back(point);
    return points.back();
  }
  std::vector<std::string> paths(state_policy policy = state_policy::optional) const {
    std::vector<std::string> found;
    for (const candidate& one : state::trace(log, points, policy).candidates)
      found.push_back(one.point.path);
    return found;
  }
  bool may_be_empty(state_policy policy) const {
    return state::trace(log, points, policy).allowed_to_start_empty;
  }
};

}  // namespace dm::test
