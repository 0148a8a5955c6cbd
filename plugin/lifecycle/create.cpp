// create: lays a component out on this node and starts nothing. Idempotent by digest (INV-5): what
// is there already is left, what a killed create left unfinished is finished, and on failure what
// was made is unmade.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/create.h"

#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "context/other_owner.h"
#include "input/text_rules.h"
#include "lifecycle/scheduling.h"
#include "package/preparation.h"
#include "package/schedule_plan.h"
#include "placement/account.h"
#include "placement/component_files.h"
#include "placement/component_plan.h"
#include "placement/kept_logs.h"

namespace dm::lifecycle {

using context::component_view;
using context::session;
using input::component_data;
using input::invalid;
using input::settings;
using input::shown;
using input::single_line;
using package::component_layout;
using package::layout_of;
using package::preparation;
using package::prepare;
using placement::account;
using placement::application_lock;
using placement::component_content;
using placement::component_plan;
using placement::digest_of;
using placement::find_run_as_account;
using placement::place_component_directory;
using placement::place_submission_slots;
using placement::placed_spec;
using placement::plan_component;
using placement::read_program_file;
using placement::refresh_node_files;
using placement::remove_component_directory;
using placement::remove_empty_parents;
using placement::remove_program_file;
using placement::write_program_file;

namespace {

// HDFS is not needed to lay a component out, so it is not waited for.
constexpr io::milliseconds log_limit{5'000};
// For undoing what a cancelled or overdue operation made.
constexpr io::milliseconds undo_limit{10'000};

std::vector<problem> check_request(const create_request& request) {
  std::vector<problem> problems = component::check_name(request.name);
  if (request.user.empty() || !single_line(request.user)) {
    problems.push_back({"$.user", shown(request.user), "the account that the application runs as"});
  }
  if (request.package.size() > 255 || !single_line(request.package)) {
    problems.push_back(
        {"$.package", shown(request.package), "at most 255 bytes of text on one line"});
  }
  if (!request.staged_path.starts_with('/') || !single_line(request.staged_path)) {
    problems.push_back({"$.staged_path", shown(request.staged_path),
                        "the absolute path of the staged component folder"});
  }
  return problems;
}

result<void> check_programs(const settings& settings) {
  for (const auto& [path, setting] :
       {std::pair(settings.guard, "guard"), std::pair(settings.flink_command, "flink_home")}) {
    if (::access(path.c_str(), X_OK) == 0) continue;
    return fail(status_code::failed_precondition,
                fmt::format("{} is no program that can be run on this node", path),
                fmt::format("correct the setting {}", setting));
  }
  return {};
}

// One creation under way, and what of it would have to be undone.
class creation {
 public:
  creation(session& session, const io::operation& op, const create_request& request,
           preparation& prepared, const account& account, component_plan plan, create_reply& reply)
      : session_(session),
        op_(op),
        request_(request),
        prepared_(prepared),
        account_(account),
        plan_(std::move(plan)),
        reply_(reply),
        layout_(layout_of(session.settings(), request.name)) {}

  result<void> run() {
    if (auto renderable = supervisor::render_program_file(plan_.program); !renderable) {
      return fail(std::move(renderable.error()));
    }
    // Asked before anything is made: a supervisord that is down is the most frequent obstacle, and
    // leaves no trace so.
    if (auto answers = session_.supervisor().process(op_, plan_.program.name); !answers) {
      return fail(std::move(answers.error()));
    }
    if (auto ours = check_log(); !ours) return ours;
    auto lock = application_lock::take(session_.settings(), session_.http(), op_, request_.name);
    if (!lock) return fail(std::move(lock.error()));
    auto made = make(*lock);
    if (made) return made;
    error failure = std::move(made.error());
    if (auto undone = undo(*lock); !undone) {
      failure.causes.push_back({"undoing what was made", undone.error().message});
      failure.hint += (failure.hint.empty() ? "" : "; ") +
                      std::string("what could not be undone is removed by destroy");
      reply_.data = data();
    }
    static_cast<void>(remove_empty_parents(session_.settings(), io::operation::within(undo_limit),
                                           std::move(*lock), request_.name));
    return fail(std::move(failure));
  }

  component_data data() const {
    component_data data;
    data.name = request_.name;
    data.id = component::component_id(request_.name);
    data.node = session_.settings().node;
    data.user = account_.name;
    data.directory = layout_.directory;
    data.program = plan_.program.name;
    data.program_file = layout_.program_file;
    data.job_name = plan_.spec.job_name;
    data.digest = plan_.spec.digest;
    data.state_root = plan_.spec.state_root;
    data.flink_version = plan_.spec.flink_version;
    data.job_type = plan_.spec.job_type;
    data.submission = plan_.spec.submission;
    data.submission_reason = plan_.spec.submission_reason;
    data.state = plan_.spec.state;
    data.retention = prepared_.reading.descriptor.retention;
    data.schedule = prepared_.reading.descriptor.schedule;
    return data;
  }

 private:
  result<void> make(const application_lock& lock) {
    auto placed = placed_spec(layout_, lock);
    if (!placed) return fail(std::move(placed.error()));
    if (placed->has_value() && (*placed)->digest != plan_.spec.digest)
      return refuse_other(**placed);
    if (placed->has_value()) {
      auto renewed = refresh_node_files(layout_, account_, plan_.spec, data(),
                                        prepared_.reading.descriptor.client_configuration);
      if (!renewed) return fail(std::move(renewed.error()));
      reply_.changed = *renewed;
    } else {
      if (auto made = make_directory(lock); !made) return made;
    }
    if (auto scheduled = schedule(); !scheduled) return scheduled;
    // Those of the version before, or of one that was rolled back.
    auto logs = placement::take_logs_back(op_, lock, request_.name, account_);
    if (!logs) return fail_while("taking the component's logs back", std::move(logs.error()));
    logs_taken_back_ = *logs;
    if (auto slots = place_submission_slots(session_.settings(), lock); !slots) return slots;
    if (auto in_time = op_.check("the program file to be written"); !in_time) return in_time;
    op_.progress("program", "writing the program file");
    previous_program_ = read_program_file(layout_);
    auto program_file = supervisor::render_program_file(plan_.program);
    if (!program_file) return fail(std::move(program_file.error()));
    if (previous_program_ == *program_file) {
      auto loaded = session_.supervisor().process(op_, plan_.program.name);
      if (!loaded) return fail(std::move(loaded.error()));
      if (loaded->has_value()) return {};
    }
    reply_.changed = true;
    program_written_ = true;
    if (auto written = write_program_file(layout_.program_file, *program_file); !written)
      return written;
    if (auto applied = session_.supervisor().apply(op_, plan_.program.name); !applied)
      return applied;
    if (auto loaded = confirm_loaded(); !loaded) return loaded;
    if (!directory_made_) return {};
    // supervisord has started its guard, which ends by itself, since nothing is wanted yet; who
    // asks in between should not see it at work.
    if (auto stopped = session_.supervisor().stop(op_, plan_.program.name); !stopped)
      return fail(std::move(stopped.error()));
    return {};
  }

  // What Oozie is to be given lies beside the component's log, which is made for it.
  result<void> schedule() {
    const component_data mine = data();
    if (!mine.schedule) return {};
    component_view view(session_, mine);
    op_.progress("files", "writing the workflow and the coordinator to HDFS");
    if (auto ready = view.log().prepare(op_, mine.state_root); !ready) return ready;
    const std::string queue =
        package::launcher_queue(session_.settings(), prepared_.reading.descriptor);
    return place_schedule(view, op_, queue);
  }

  result<void> make_directory(const application_lock& lock) {
    // What an interrupted create or destroy left.
    if (auto cleaned = remove_component_directory(op_, lock, request_.name); !cleaned)
      return fail(std::move(cleaned.error()));
    if (auto in_time = op_.check("the component's directory to be made"); !in_time) return in_time;
    op_.progress("files", "copying the package's files");
    component_content content;
    content.staged_path = request_.staged_path;
    content.top_level = prepared_.top_level;
    content.application_properties = prepared_.application_properties;
    content.configuration = prepared_.reading.descriptor.client_configuration;
    content.spec = plan_.spec;
    content.data = data();
    if (auto made = place_component_directory(op_, layout_, lock, request_.name, account_, content);
        !made)
      return made;
    directory_made_ = true;
    reply_.changed = true;
    return {};
  }

  // A name whose log is another account's could neither be started nor, once it is laid out, be
  // taken for this account's. Only a refusal of HDFS means that (INV-10); all else is found at the
  // start.
  result<void> check_log() {
    const component_data mine = data();
    const io::operation soon = op_.limited_to(log_limit);
    component_view view(session_, mine);
    auto seen = view.log().read_newest(soon);
    if (seen || seen.error().code != status_code::permission_denied) return {};
    auto owner = context::other_owner(view, soon);
    if (!owner || !*owner) return {};
    return fail(
        status_code::failed_precondition,
        fmt::format("{} on HDFS is {}'s, and {} may not read it; nothing was made. {}",
                    view.directory(), **owner, account_.name, seen.error().message),
        fmt::format("create the application under another name or as {}, or have {} or HDFS's "
                    "superuser remove or hand over that directory",
                    **owner, **owner));
  }

  // supervisord reads its files without a word when the directory is in none of its [include]
  // sections.
  result<void> confirm_loaded() {
    auto loaded = session_.supervisor().process(op_, plan_.program.name);
    if (!loaded) return fail(std::move(loaded.error()));
    if (loaded->has_value()) return {};
    return fail(status_code::failed_precondition,
                fmt::format("supervisord at {} has read its configuration and does not know {}",
                            session_.supervisor().url(), layout_.program_file),
                fmt::format("add \"files = {}/*.conf\" to the [include] section of supervisord's "
                            "configuration, or correct "
                            "the setting supervisor_config_dir",
                            session_.settings().supervisor_config_dir));
  }

  tl::unexpected<error> refuse_other(const component::guard_spec& found) const {
    return fail(status_code::already_exists,
                fmt::format("{} exists on this node already, as user {}, from another package, "
                            "other properties or another "
                            "Flink (digest {}… there, {}… asked for); nothing was changed",
                            request_.name.text(), found.user, found.digest.substr(0, 12),
                            plan_.spec.digest.substr(0, 12)),
                "destroy it first, or create the application under another name");
  }

  // Only what this call made: a component that was there before stays as it was.
  result<void> undo(const application_lock& lock) {
    result<void> outcome;
    const auto note = [&](const auto& step) {
      if (!step && outcome) outcome = fail(step.error());
    };
    if (program_written_) {
      if (previous_program_ && !directory_made_) {
        note(write_program_file(layout_.program_file, *previous_program_));
      } else {
        note(remove_program_file(layout_));
      }
      // Not under the operation: that one may have been cancelled. A configuration that supervisord
      // cannot read has changed nothing in it (FAILED_PRECONDITION).
      const auto withdrawn =
          session_.supervisor().apply(io::operation::within(undo_limit), plan_.program.name);
      if (!withdrawn && withdrawn.error().code != status_code::failed_precondition) note(withdrawn);
    }
    if (directory_made_ && data().schedule) {
      const component_data mine = data();
      component_view view(session_, mine);
      note(remove_schedule(view, io::operation::within(undo_limit)));
    }
    if (directory_made_ && logs_taken_back_) note(placement::set_logs_aside(lock, request_.name));
    if (directory_made_)
      note(remove_component_directory(io::operation::within(undo_limit), lock, request_.name));
    if (outcome) reply_.changed = false;
    return outcome;
  }

  session& session_;
  const io::operation& op_;
  const create_request& request_;
  preparation& prepared_;
  const account& account_;
  component_plan plan_;
  create_reply& reply_;
  component_layout layout_;
  bool directory_made_ = false;
  bool logs_taken_back_ = false;
  bool program_written_ = false;
  std::optional<std::string> previous_program_;
};

result<component_data> create_component(session& session, const io::operation& op,
                                        const create_request& request, create_reply& reply) {
  const settings& settings = session.settings();
  if (auto problems = check_request(request); !problems.empty()) {
    return fail(invalid("the create request cannot be used", std::move(problems)));
  }
  auto account = find_run_as_account(request.user);
  preparation prepared =
      prepare(settings, op, request.name, request.properties, request.staged_path, true);
  reply.warnings = std::move(prepared.reading.warnings);
  if (auto failure = prepared.reading.failure(request.name)) return fail(std::move(*failure));
  if (prepared.obstacle) return fail(std::move(*prepared.obstacle));
  if (!account) return fail(std::move(account.error()));
  if (auto there = check_programs(settings); !there) return fail(std::move(there.error()));
  auto plan = plan_component(settings, request.name, request.package, prepared.reading.descriptor,
                             *prepared.installed, *account);
  if (!plan) return fail(std::move(plan.error()));
  plan->spec.digest = digest_of(*plan, prepared.files, request.properties);
  creation creation(session, op, request, prepared, *account, std::move(*plan), reply);
  if (auto made = creation.run(); !made) return fail(std::move(made.error()));
  return creation.data();
}

}  // namespace

create_reply create(session& session, const io::operation& op, const create_request& request) {
  create_reply reply;
  auto created = create_component(session, op, request, reply);
  if (created) {
    reply.data = std::move(*created);
    return reply;
  }
  error failure = std::move(created.error());
  failure.component = request.name.text();
  if (failure.details.empty())
    failure.message = fmt::format("cannot create {}: {}", request.name.text(), failure.message);
  reply.failure = std::move(failure);
  return reply;
}

}  // namespace dm::lifecycle
