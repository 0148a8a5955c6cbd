// One savepoint under way: whatever has become of it is found, recorded, and only then gone on
// from.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/savepoint_operation.h"

#include <algorithm>

#include <fmt/format.h>

#include "flink/job_manager.h"
#include "input/text_rules.h"
#include "savepoint/savepoint_conclusion.h"
#include "savepoint/savepoint_exchange.h"

namespace dm::savepoint {

using context::component_view;
using input::component_data;
using input::shown;
using observation::live_job;

namespace {

using state::operation_kind;
using standing = enum exchange_answer::standing;

// A small job's savepoint takes 50 ms, a large one's minutes: what waiting adds is an eighth of
// what it has taken so far.
constexpr io::milliseconds first_poll{10};
constexpr int poll_fraction = 8;
constexpr io::milliseconds longest_poll{1000};
constexpr io::milliseconds longest_silence{3000};

io::milliseconds poll_interval(io::steady_time began) {
  const auto elapsed =
      std::chrono::duration_cast<io::milliseconds>(std::chrono::steady_clock::now() - began);
  return std::clamp(elapsed / poll_fraction, first_poll, longest_poll);
}

class course {
 public:
  course(component_view& view, const io::operation& op, const std::optional<live_job>& job,
         savepoint_progress& progress)
      : view_(view),
        op_(op),
        data_(view.data()),
        ledger_(view.ledger()),
        job_(job),
        progress_(progress) {}

  result<void> run(const state::requested_record& requested, bool wait) {
    progress_.requested = requested;
    auto fresh = take_up(requested);
    if (!fresh) return fail(std::move(fresh.error()));
    if (progress_.finished) return {};
    if (!*fresh) {
      auto found = conclude_from_files();
      if (!found) return fail(std::move(found.error()));
      if (*found) return {};
    }
    if (!job_) return conclude_lost();
    if (auto continuable = check_job(); !continuable) return continuable;
    return follow(wait, *fresh);
  }

 private:
  const state::requested_record& requested() const { return progress_.requested; }
  std::string named() const {
    return fmt::format("savepoint {} of {}", requested().operation, data_.name.text());
  }

  // The records that stand, or the first one of this operation. true: nobody can have sent a
  // request for it yet, or a second one does no harm.
  result<bool> take_up(const state::requested_record& requested) {
    auto stands = ledger_.requested(op_, requested.operation);
    if (!stands) return fail(std::move(stands.error()));
    if (!*stands) {
      auto written = ledger_.write_requested(op_, requested);
      if (!written) return fail(std::move(written.error()));
      // Another call of the same operation was faster: it may have sent the request by now.
      const bool own = written->requested_at == requested.requested_at &&
                       written->node == requested.node && written->user == requested.user;
      progress_.requested = std::move(*written);
      progress_.recorded = true;
      return check_kind(requested.kind).map([own] { return own; });
    }
    progress_.requested = std::move(**stands);
    progress_.recorded = true;
    auto recorded = ledger_.recorded_result(op_, requested.operation);
    if (!recorded) return fail(std::move(recorded.error()));
    if (*recorded) {
      progress_.result = std::move(**recorded);
      progress_.finished = progress_.recorded_before = true;
      return false;
    }
    return check_kind(requested.kind).map([] { return false; });
  }

  // A trigger may ask what became of a stop's savepoint, but only a stop sends for one.
  result<void> check_kind(operation_kind wanted) {
    may_send_ = requested().kind == wanted;
    if (may_send_ || wanted == operation_kind::trigger) return {};
    return fail(status_code::failed_precondition,
                fmt::format("operation {} of {} is a {} that {} asked for at {}, not a {}",
                            requested().operation, data_.name.text(), to_string(requested().kind),
                            shown(requested().user), io::to_rfc3339(requested().requested_at),
                            to_string(wanted)),
                "use another operation id");
  }

  tl::unexpected<error> not_asked_yet() const {
    return fail(status_code::failed_precondition,
                fmt::format("{} belongs to a stop, which has not asked Flink for it yet", named()),
                "stop again to carry it on");
  }

  result<void> check_job() {
    if (job_->job_id == requested().job_id) return {};
    if (job_->job_id.empty()) {
      return fail(
          status_code::unavailable,
          fmt::format("{}: {}; what became of it is not known yet", named(), job_->described()),
          "ask again with the same operation");
    }
    progress_.job_gone = true;
    return fail(
        status_code::failed_precondition,
        fmt::format("{} was asked of job {} ({}), which has gone without completing it; now "
                    "job {} lives ({})",
                    named(), requested().job_id, requested().application_id, job_->job_id,
                    job_->application_id),
        "take a new savepoint with another operation id");
  }

  result<void> follow(bool wait, bool fresh) {
    auto flink = version();
    if (!flink) return fail(std::move(flink.error()));
    savepoint_exchange exchange(view_, op_, requested(), *job_, *flink);
    const io::steady_time began = std::chrono::steady_clock::now();
    std::optional<io::steady_time> silent_since;
    exchange_answer answer;  // a fresh one needs no question
    for (;;) {
      if (!fresh) {
        auto asked = exchange.ask();
        if (!asked) return goes_on(std::move(asked.error()));
        answer = std::move(*asked);
      }
      if (answer.standing == standing::unknown) {
        // Completed and forgotten, or never asked for.
        auto found = fresh ? result<bool>(false) : conclude_from_files();
        if (!found) return goes_on(std::move(found.error()));
        if (*found) return {};
        if (!may_send_) return not_asked_yet();
        auto sent = exchange.send();
        if (!sent) return not_sent(std::move(sent.error()));
        answer = std::move(*sent);
        progress_.sent = progress_.sent || answer.standing == standing::under_way;
        tell(fmt::format("{} was asked for", named()));
      }
      fresh = false;
      switch (answer.standing) {
        case standing::completed:
          return conclude(std::move(answer.location));
        case standing::failed:
          return conclude_failed(std::move(answer.failure));
        case standing::silent: {
          // Somebody else may have read a stop's only result: then it leaves, and the files tell.
          auto found = conclude_from_files();
          if (!found) return goes_on(std::move(found.error()));
          if (*found) return {};
          const auto now = std::chrono::steady_clock::now();
          if (!silent_since) silent_since = now;
          if (now - *silent_since >= longest_silence) return goes_on(std::move(answer.problem));
          break;
        }
        case standing::under_way:
        case standing::unknown:
          silent_since.reset();
          if (!wait && answer.standing == standing::under_way) return {};
          break;
      }
      if (auto slept = view_.http().sleep(op_, poll_interval(began)); !slept) {
        auto in_time = op_.check("Flink to complete it");
        return goes_on(std::move(in_time ? slept.error() : in_time.error()));
      }
    }
  }

  result<flink::version> version() {
    if (!data_.flink_version.empty()) return flink::parse_version(data_.flink_version);
    auto response = view_.http().perform(op_, flink::config_request(job_->job_manager));
    if (!response) return fail(std::move(response.error()));
    auto text = flink::read_flink_version(*response, job_->job_manager);
    if (!text) return fail(std::move(text.error()));
    return flink::parse_version(*text);
  }

  // An error that leaves the savepoint as it is.
  result<void> goes_on(error problem) const {
    problem.message =
        fmt::format("{} goes on, its result is not known yet: {}", named(), problem.message);
    problem.hint = "ask again: its result is waited for, and no second one is taken";
    problem.why = reason_code::savepoint_goes_on;
    return fail(std::move(problem));
  }

  result<void> not_sent(error problem) {
    if (problem.code == status_code::permission_denied) return conclude_failed(problem.message);
    if (problem.code == status_code::not_found) {
      progress_.job_gone = true;
      problem.code = status_code::failed_precondition;
      problem.message = fmt::format("{}: the JobManager has no job {} any more ({})", named(),
                                    requested().job_id, problem.message);
      problem.hint = "look at the status of the component";
      return fail(std::move(problem));
    }
    return goes_on(std::move(problem));
  }

  // The savepoint that the operation's directory holds, whoever has seen it completed. true: there
  // is one.
  result<bool> conclude_from_files() {
    auto found = ledger_.find_in(op_, requested().directory);
    if (!found) {
      if (found.error().code == status_code::not_found) return false;
      if (found.error().code != status_code::permission_denied)
        return fail(std::move(found.error()));
      // The job writes as the same user: where that may not even look, there is no savepoint.
      if (auto failed = conclude_failed(found.error().message); !failed)
        return fail(std::move(failed.error()));
      return true;
    }
    if (!*found) return false;
    if (auto concluded = conclude((*found)->path); !concluded)
      return fail(std::move(concluded.error()));
    return true;
  }

  result<void> conclude(std::string path) {
    return finish(conclusion().completed(std::move(path)));
  }

  result<void> conclude_failed(std::string reason) {
    return finish(conclusion().failed(std::move(reason)));
  }

  // Nothing lives that could still write it, and it is not there.
  result<void> conclude_lost() {
    return conclude_failed(fmt::format("its job {} ({}) ended before the savepoint was complete",
                                       requested().job_id, requested().application_id));
  }

  savepoint_conclusion conclusion() { return savepoint_conclusion(view_, op_, requested(), job_); }

  result<void> finish(result<state::result_record> result) {
    if (!result) return goes_on(std::move(result.error()));
    progress_.result = std::move(*result);
    progress_.finished = true;
    tell(progress_.result->completed
             ? fmt::format("{} is complete at {}", named(), progress_.result->path)
             : fmt::format("{} has failed: {}", named(), progress_.result->failure));
    return {};
  }

  void tell(const std::string& message) const {
    io::progress_facts facts;
    facts.application_id = requested().application_id;
    facts.job_id = requested().job_id;
    facts.operation = requested().operation;
    op_.progress("savepoint", message, facts);
  }

  component_view& view_;
  const io::operation& op_;
  const component_data& data_;
  state::savepoint_ledger& ledger_;
  const std::optional<live_job>& job_;
  savepoint_progress& progress_;
  bool may_send_ = true;
};

}  // namespace

result<void> carry_on_savepoint(component_view& view, const io::operation& op,
                                const state::requested_record& requested,
                                const std::optional<live_job>& job, bool wait,
                                savepoint_progress& progress) {
  progress = {};
  return course(view, op, job, progress).run(requested, wait);
}

state::restore_point as_restore_point(const savepoint_progress& progress) {
  return progress.result ? state::point_of(*progress.result) : state::point_of(progress.requested);
}

result<void> check_order(const component_data& data, const std::string& operation,
                         flink::savepoint_format format) {
  if (!operation.empty() && !state::is_operation_id(operation)) {
    return fail(status_code::invalid_argument,
                fmt::format("{} is no id of an operation", shown(operation)),
                "1 to 64 of A-Z a-z 0-9 _ -, not beginning with a hyphen");
  }
  const auto version = flink::parse_version(data.flink_version);
  if (format == flink::savepoint_format::native && version &&
      *version < flink::version{1, 15, 0, {}}) {
    return fail(status_code::failed_precondition,
                fmt::format("{} runs Flink {}, which has canonical savepoints only; native ones "
                            "came with 1.15",
                            data.name.text(), data.flink_version),
                "leave \"format\" out");
  }
  return {};
}

}  // namespace dm::savepoint
