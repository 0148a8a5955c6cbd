// What a component's log says at one moment, and what follows from it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "component/log_record.h"

namespace dm::component {

struct unreadable_file {
  bool damaged = false;  // by its content, or of a later version; else HDFS does not give it out
  error reason;
};

struct log_snapshot {
  std::map<std::uint64_t, log_record> records;
  std::map<std::uint64_t, application_fact> applications;  // by epoch
  std::map<std::uint64_t, checkpoint_fact> checkpoints;    // by epoch
  std::map<std::uint64_t, end_fact> ends;                  // by epoch
  // Old ones that could not be read, by file name. What they say is not known, which is not the
  // same as that there is none.
  std::map<std::string, unreadable_file> unreadable;

  const log_record* newest_intent() const;  // run or stop; nullptr: never started
  // The newest incarnation of a scheduled component's run; nullptr: there is none.
  const log_record* incarnation_of(std::string_view run_name) const;
  const log_record* newest_incarnation() const;  // nullptr: never submitted
  std::uint64_t newest_number() const;           // 0: empty
  bool wanted() const;                           // the newest intent is a run
  // Of a claimed epoch for which nothing was submitted there was no client.
  bool had_client(std::uint64_t epoch) const;
  // The first of the runs that the newest intent continues, its own number when it continues none;
  // 0: the newest intent is no run. What belongs to the desired state at hand comes after it.
  std::uint64_t run_began() const;
  // The newest incarnation that belongs to the newest run intent, or to one that it continues;
  // nullptr when there is none (yet).
  const log_record* current_incarnation() const;
  // The component was destroyed by this stop: what is before it is a former life, whose failures
  // are nobody's concern any more. 0: never.
  std::uint64_t life_began() const;
  // Its state was deleted with that stop: nothing before it is part of the lineage. 0: never.
  std::uint64_t state_ended() const;
  // Of the newest incarnation that had one, as far as is known; empty: none.
  std::string newest_application() const;
  // Whether that record is there, but could not be read.
  bool is_unreadable(std::uint64_t number) const;
};

}  // namespace dm::component
