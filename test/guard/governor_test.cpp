// The governor: who is restarted, when, and who is given up; computed from the log alone.
// SPDX-License-Identifier: Apache-2.0
#include "guard/governor.h"

#include <catch2/catch.hpp>

using namespace dm::component;
using dm::guard::longest_delay;
using dm::guard::verdict;
namespace io = dm::io;
using std::chrono::seconds;

namespace {

constexpr double middle = 0.5;  // no jitter

// At the moment of the end, as the guard's own clock has it.
verdict judge(const guard_spec& spec, const log_snapshot& log, const end_fact& end, double jitter) {
  return dm::guard::judge(spec, log, end, end.ended_at, jitter);
}

guard_spec spec_of(respawn value, job_type type = job_type::streaming, int attempts = 3) {
  guard_spec spec;
  spec.respawn = value;
  spec.job_type = type;
  spec.restart_attempts = attempts;
  spec.respawn_delay_ms = 1000;
  spec.restart_window_ms = 600'000;
  return spec;
}

// A run, and incarnations after it, each some seconds after the one before.
struct history {
  log_snapshot log;
  io::wall_time clock = io::from_epoch_ms(1'795'439'455'951);
  std::uint64_t number = 0;

  history() { add(record_kind::run); }
  std::uint64_t add(record_kind kind) {
    log_record record;
    record.number = ++number;
    record.kind = kind;
    record.written_at = clock;
    log.records[number] = record;
    clock += seconds(1);
    return number;
  }
  // An incarnation that ended after `lived`; the newest one's end is what is judged.
  end_fact incarnation(outcome value, seconds lived = seconds(5), bool counts = true) {
    end_fact end;
    end.epoch = add(record_kind::incarnation);
    end.outcome = value;
    end.failure_class = value == outcome::failed ? "user_exception" : "";
    clock += lived;
    end.ended_at = clock;
    end.lived_ms = std::chrono::milliseconds(lived).count();
    end.counts = counts;
    return end;
  }
  end_fact incarnation(const char* failure_class, bool counts = true) {
    end_fact end = incarnation(outcome::failed, seconds(5), counts);
    end.failure_class = failure_class;
    return end;
  }
  void past(outcome value, seconds lived = seconds(5), bool counts = true) {
    const end_fact end = incarnation(value, lived, counts);
    log.ends[end.epoch] = end;
  }
  void past(const char* failure_class, bool counts = true) {
    const end_fact end = incarnation(failure_class, counts);
    log.ends[end.epoch] = end;
  }
};

}  // namespace

TEST_CASE("respawn type, outcome and class decide what follows an end") {
  using d = decision;
  struct row {
    respawn value;
    job_type type;
    outcome ended;
    const char* failure_class;
    decision expected;
  };
  const auto always = respawn::always;
  const auto on_failure = respawn::on_failure;
  const auto never = respawn::never;
  const auto streaming = job_type::streaming;
  const auto batch = job_type::batch;
  const row table[] = {
      {always, streaming, outcome::completed, "", d::none},
      {always, batch, outcome::completed, "", d::none},
      {never, batch, outcome::completed, "", d::none},
      {always, streaming, outcome::stopped, "", d::none},
      {never, streaming, outcome::stopped, "", d::none},
      {always, streaming, outcome::killed, "", d::restart},
      {on_failure, streaming, outcome::killed, "", d::none},
      {never, streaming, outcome::killed, "", d::none},
      {always, streaming, outcome::failed, "user_exception", d::restart},
      {on_failure, streaming, outcome::failed, "user_exception", d::restart},
      {on_failure, batch, outcome::failed, "user_exception", d::restart},
      {never, streaming, outcome::failed, "user_exception", d::give_up},
      {on_failure, streaming, outcome::failed, "no_resources", d::restart},
      {on_failure, streaming, outcome::failed, "cluster_lost", d::restart},
      {on_failure, streaming, outcome::failed, "unknown", d::restart},
      {on_failure, streaming, outcome::failed, "", d::restart},
      {on_failure, streaming, outcome::failed, "of a later version", d::restart},
      {always, streaming, outcome::failed, "program_invalid", d::give_up},
      {always, streaming, outcome::failed, "state_incompatible", d::give_up},
      {always, batch, outcome::failed, "queue_refused", d::restart},
      {on_failure, streaming, outcome::failed, "submission_timeout", d::restart},
      {never, streaming, outcome::failed, "submission_timeout", d::give_up},
      {on_failure, streaming, outcome::failed, "start_refused", d::restart},
      // Nothing has run: respawn_type has nothing to say.
      {never, batch, outcome::failed, "node_trouble", d::restart},
      {never, batch, outcome::failed, "no_resources", d::restart},
      {always, streaming, outcome::unknown, "", d::restart},
      {on_failure, streaming, outcome::unknown, "", d::restart},
      {never, streaming, outcome::unknown, "", d::give_up},
      {always, batch, outcome::unknown, "", d::give_up},
      {on_failure, batch, outcome::unknown, "", d::give_up},
  };
  for (const row& r : table) {
    CAPTURE(to_string(r.value), to_string(r.type), to_string(r.ended), r.failure_class);
    history h;
    end_fact end = h.incarnation(r.ended);
    end.failure_class = r.failure_class;
    const verdict judged = judge(spec_of(r.value, r.type), h.log, end, middle);
    CHECK(judged.decision == r.expected);
    CHECK_FALSE(judged.reason.empty());
    CHECK((judged.restart_at != io::wall_time{}) == (r.expected == d::restart));
  }
}

TEST_CASE("nothing follows once the component is not wanted any more") {
  history h;
  const end_fact end = h.incarnation(outcome::failed);
  h.add(record_kind::stop);
  CHECK(judge(spec_of(respawn::always), h.log, end, middle).decision == decision::none);
  CHECK(judge(spec_of(respawn::always), log_snapshot{}, end, middle).decision == decision::none);
}

TEST_CASE("the budget is counted from the log") {
  const guard_spec spec = spec_of(respawn::always, job_type::streaming, 3);
  for (int before = 0; before < 6; ++before) {
    CAPTURE(before);
    history h;
    for (int i = 0; i < before; ++i) h.past(outcome::failed);
    const verdict judged = judge(spec, h.log, h.incarnation(outcome::failed), middle);
    CHECK(judged.decision == (before < 3 ? decision::restart : decision::give_up));
  }
}

TEST_CASE("a budget of nothing gives up at the first failure") {
  history h;
  const guard_spec spec = spec_of(respawn::always, job_type::streaming, 0);
  CHECK(judge(spec, h.log, h.incarnation(outcome::failed), middle).decision == decision::give_up);
}

TEST_CASE("killed ends use up the budget as failures do") {
  history h;
  h.past(outcome::killed);
  h.past(outcome::killed);
  h.past(outcome::failed);
  CHECK(judge(spec_of(respawn::always), h.log, h.incarnation(outcome::failed), middle).decision ==
        decision::give_up);
}

TEST_CASE("what is the cluster's or the node's is waited out without end, with words") {
  const char* failure_class =
      GENERATE("no_resources", "queue_refused", "cluster_lost", "node_trouble", "");
  CAPTURE(failure_class);
  const guard_spec spec = spec_of(respawn::on_failure, job_type::streaming, 0);
  history h;
  const auto end_now = [&] {
    end_fact end = h.incarnation(failure_class);
    if (end.failure_class.empty()) end.outcome = outcome::unknown;  // lost by YARN
    return end;
  };
  io::milliseconds expected{1000};
  for (int i = 0; i < 30; ++i) {
    const end_fact end = end_now();
    const verdict judged = judge(spec, h.log, end, middle);
    CHECK(judged.decision == decision::restart);
    CHECK(judged.waiting.starts_with("waiting for th"));
    CHECK(judged.restart_at - end.ended_at == std::min(expected, longest_delay));
    h.log.ends[end.epoch] = end;
    if (expected < longest_delay) expected *= 2;
  }
  // The program's own failure: its budget is untouched, and its first pause is short.
  const guard_spec two = spec_of(respawn::on_failure, job_type::streaming, 2);
  const verdict first = judge(two, h.log, h.incarnation("user_exception"), middle);
  CHECK(first.decision == decision::restart);
  CHECK(first.reason.find("restart 1 of 2") != std::string::npos);
  CHECK(first.waiting.empty());
}

TEST_CASE("what the queue policy refuses is waited out, too, and its words stand as they are") {
  const guard_spec spec = spec_of(respawn::never, job_type::batch, 0);
  history h;
  for (int i = 0; i < 30; ++i) {
    const end_fact end = h.incarnation("queue_policy_refused", false);
    const verdict judged = judge(spec, h.log, end, middle);
    CHECK(judged.decision == decision::restart);
    CHECK(judged.reason.starts_with("waiting for the queue policy"));
    CHECK(judged.waiting.empty());
    h.log.ends[end.epoch] = end;
  }
}

TEST_CASE("a bad hour of the cluster forgives the program nothing") {
  const guard_spec spec = spec_of(respawn::on_failure, job_type::streaming, 2);
  history h;
  h.past("user_exception");
  h.past("cluster_lost");
  h.past("user_exception");
  h.past("no_resources");
  CHECK(judge(spec, h.log, h.incarnation("user_exception"), middle).decision == decision::give_up);
}

TEST_CASE("a job that has run is not restarted against respawn_type, whoever is to blame") {
  history h;
  end_fact end = h.incarnation("cluster_lost");
  end.application_id = "application_1_0001";
  CHECK(judge(spec_of(respawn::never), h.log, end, middle).decision == decision::give_up);
}

TEST_CASE("a node that refuses to start the client is tried several times, whatever the budget") {
  const guard_spec spec = spec_of(respawn::on_failure, job_type::streaming, 0);
  history h;
  for (int i = 0; i < 5; ++i) {
    CAPTURE(i);
    CHECK(judge(spec, h.log, h.incarnation("start_refused", false), middle).decision ==
          decision::restart);
    h.log.records.erase(h.number--);
    h.past("start_refused", false);
  }
  CHECK(judge(spec, h.log, h.incarnation("start_refused", false), middle).decision ==
        decision::give_up);
}

TEST_CASE("a later retry after a give-up is part of the verdict, where it is wanted") {
  guard_spec spec = spec_of(respawn::on_failure, job_type::streaming, 0);
  history h;
  const end_fact end = h.incarnation(GENERATE("user_exception", "program_invalid"));
  CHECK(judge(spec, h.log, end, middle).restart_at == io::wall_time{});
  spec.retry_after_give_up_ms = 3'600'000;
  const verdict judged = judge(spec, h.log, end, middle);
  CHECK(judged.decision == decision::give_up);
  CHECK(judged.restart_at == end.ended_at + std::chrono::hours(1));
}

TEST_CASE(
    "the moment of a restart is told by the guard's own clock, and no wait is out of bounds") {
  history h;
  end_fact end = h.incarnation("user_exception");
  const io::wall_time now = end.ended_at;
  end.ended_at += std::chrono::hours(GENERATE(-1, 1));  // by the ResourceManager's clock
  const verdict judged = dm::guard::judge(spec_of(respawn::always), h.log, end, now, middle);
  CHECK(judged.restart_at == now + seconds(1));
  // The node's clock was set back, or forward, after that was recorded.
  using dm::guard::wait_until;
  CHECK(wait_until(now + std::chrono::hours(5), now, longest_delay) == longest_delay * 6 / 5);
  CHECK(wait_until(now - std::chrono::hours(5), now, longest_delay) == io::milliseconds(0));
  CHECK(wait_until(now + seconds(2), now, longest_delay) == seconds(2));
}

TEST_CASE(
    "how long an incarnation lived is told by one clock, not by when its record was written") {
  const guard_spec spec = spec_of(respawn::always, job_type::streaming, 1);
  history h;
  h.past("user_exception");
  end_fact end = h.incarnation("user_exception");
  end.ended_at += std::chrono::hours(1);  // a ResourceManager an hour ahead
  CHECK(judge(spec, h.log, end, middle).decision == decision::give_up);
  end.lived_ms = -1;  // a record of an earlier version tells only this
  CHECK(judge(spec, h.log, end, middle).decision == decision::restart);
}

TEST_CASE("one that lived longer than the window starts the count anew") {
  const guard_spec spec = spec_of(respawn::always, job_type::streaming, 2);
  SECTION("itself") {
    history h;
    for (int i = 0; i < 5; ++i) h.past(outcome::failed);
    CHECK(judge(spec, h.log, h.incarnation(outcome::failed, seconds(600)), middle).decision ==
          decision::restart);
  }
  SECTION("one before") {
    history h;
    for (int i = 0; i < 5; ++i) h.past(outcome::failed);
    h.past(outcome::failed, seconds(600));
    CHECK(judge(spec, h.log, h.incarnation(outcome::failed), middle).decision == decision::restart);
    h.past(outcome::failed);
    CHECK(judge(spec, h.log, h.incarnation(outcome::failed), middle).decision == decision::give_up);
  }
  SECTION("a day each, for a year") {
    history h;
    for (int i = 0; i < 365; ++i) h.past(outcome::failed, std::chrono::hours(24));
    CHECK(judge(spec, h.log, h.incarnation(outcome::failed, std::chrono::hours(24)), middle)
              .decision == decision::restart);
  }
}

TEST_CASE("a new run starts the count anew") {
  history h;
  for (int i = 0; i < 5; ++i) h.past(outcome::failed);
  h.add(record_kind::stop);
  h.add(record_kind::run);
  CHECK(judge(spec_of(respawn::always), h.log, h.incarnation(outcome::failed), middle).decision ==
        decision::restart);
}

TEST_CASE("a run that continues another goes on with its count") {
  history h;
  h.past(outcome::failed);
  h.past(outcome::failed);
  h.add(record_kind::stop);  // its savepoint failed: the run goes on
  h.add(record_kind::run);
  h.log.records[h.number].continues = 1;
  const verdict again =
      judge(spec_of(respawn::always), h.log, h.incarnation(outcome::failed), middle);
  CHECK(again.reason.find("restart 3 of 3") != std::string::npos);
  h.past(outcome::failed);
  CHECK(judge(spec_of(respawn::always), h.log, h.incarnation(outcome::failed), middle).decision ==
        decision::give_up);
}

TEST_CASE("a burnt epoch is followed at once and uses up nothing") {
  const guard_spec spec = spec_of(respawn::never, job_type::batch, 0);
  history h;
  const end_fact burnt = h.incarnation(outcome::unknown, seconds(0), false);
  const verdict judged = judge(spec, h.log, burnt, middle);
  CHECK(judged.decision == decision::restart);
  CHECK(judged.restart_at == burnt.ended_at);

  history mixed;
  for (int i = 0; i < 10; ++i) mixed.past(outcome::unknown, seconds(0), false);
  mixed.past(outcome::failed);
  mixed.past(outcome::unknown, seconds(0), false);
  const guard_spec two = spec_of(respawn::always, job_type::streaming, 2);
  CHECK(judge(two, mixed.log, mixed.incarnation(outcome::failed), middle).decision ==
        decision::restart);
}

TEST_CASE("a start that was refused for want of a restore point is not tried again") {
  history h;
  end_fact refused = h.incarnation(outcome::failed, seconds(0), false);
  refused.failure_class = "no-restore-point";
  const verdict judged = judge(spec_of(respawn::always), h.log, refused, middle);
  CHECK(judged.decision == decision::give_up);
  CHECK(judged.reason.find("no-restore-point") != std::string::npos);
}

TEST_CASE("delays double, spread by a fifth, and are bounded") {
  const guard_spec spec = spec_of(respawn::always, job_type::streaming, 1000);
  history h;
  io::milliseconds expected{1000};
  for (int i = 0; i < 40; ++i) {
    CAPTURE(i);
    const end_fact end = h.incarnation(outcome::failed);
    const auto delay = [&](double jitter) {
      return judge(spec, h.log, end, jitter).restart_at - end.ended_at;
    };
    CHECK(delay(middle) == std::min(expected, longest_delay));
    CHECK(delay(0.0) == std::min(expected * 4 / 5, longest_delay));
    CHECK(delay(1.0) == std::min(expected * 6 / 5, longest_delay));
    CHECK(delay(17.0) <= longest_delay);
    CHECK(delay(-17.0) > io::milliseconds(0));
    h.log.ends[end.epoch] = end;
    if (expected < 2 * longest_delay) expected *= 2;
  }
}

TEST_CASE("no delay stays no delay") {
  guard_spec spec = spec_of(respawn::always);
  spec.respawn_delay_ms = 0;
  history h;
  const end_fact end = h.incarnation(outcome::failed);
  CHECK(judge(spec, h.log, end, middle).restart_at == end.ended_at);
}

TEST_CASE("the largest settings overflow nothing") {
  guard_spec spec = spec_of(respawn::always, job_type::streaming, 1'000'000);
  spec.respawn_delay_ms = 86'400'000;
  history h;
  for (int i = 0; i < 100; ++i) h.past(outcome::failed);
  const end_fact end = h.incarnation(outcome::failed);
  CHECK(judge(spec, h.log, end, 1.0).restart_at == end.ended_at + longest_delay);
}
