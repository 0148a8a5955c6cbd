// What the opaque dm_call of the ABI is, and the operation that runs under one.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/call.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "input/settings.h"
#include "io/json.h"

namespace dm::boundary {

namespace {

// Long enough to mean "no limit", short enough that no clock overflows.
constexpr std::uint64_t longest_timeout_ms = std::uint64_t{10} * 365 * 24 * 3600 * 1000;
// Enough for any tracing system's id; what is longer would only fill log lines.
constexpr std::size_t longest_correlation_id = 256;

io::steady_time deadline_of(const dm_session& session, const dm_call* call, std::string_view verb) {
  std::uint64_t timeout = call == nullptr ? 0 : call->timeout_ms;
  if (timeout == 0) {
    timeout = static_cast<std::uint64_t>(
        std::max<std::int64_t>(0, input::timeout_ms(session.session.settings(), verb)));
  }
  return std::chrono::steady_clock::now() + io::milliseconds(std::min(timeout, longest_timeout_ms));
}

}  // namespace

result<void> read_call_options(const dm_call_options& options, dm_call& call) {
  if (options.struct_size < sizeof options.struct_size) {
    return fail(status_code::invalid_argument,
                fmt::format("dm_call_options.struct_size is {}; it must be sizeof(dm_call_options)",
                            options.struct_size));
  }
  if (DM_HAS_MEMBER(dm_call_options, &options, timeout_ms)) call.timeout_ms = options.timeout_ms;
  if (DM_HAS_MEMBER(dm_call_options, &options, user)) call.user = options.user;
  if (DM_HAS_MEMBER(dm_call_options, &options, on_event)) call.on_event = options.on_event;
  if (DM_HAS_MEMBER(dm_call_options, &options, correlation_id)) {
    const std::optional<std::string_view> id = borrow(options.correlation_id);
    if (!id) {
      return fail(status_code::invalid_argument,
                  "dm_call_options.correlation_id has a size but its data pointer is NULL");
    }
    call.correlation_id = single_line(id->substr(0, longest_correlation_id));
  }
  return {};
}

result<call_use> call_use::begin(const dm_session& session, dm_call* call) {
  if (call == nullptr) return call_use(nullptr);
  if (call->session != &session) {
    return fail(status_code::invalid_argument, "The dm_call belongs to another session",
                "Open a call with call_open() of the session that runs the operation.");
  }
  if (call->busy.exchange(true, std::memory_order_acq_rel)) {
    return fail(status_code::failed_precondition,
                "The dm_call serves another operation already; nothing has been done",
                "Open one call per operation that runs at the same time (DM-16).");
  }
  return call_use(call);
}

running_operation::running_operation(const dm_session& session, dm_call* call,
                                     std::string_view verb)
    : session_(session),
      call_(call),
      cancel_(call == nullptr ? own_.emplace() : call->cancel),
      verb_(verb),
      correlation_id_(call == nullptr ? std::string_view()
                                      : std::string_view(call->correlation_id)),
      operation_(deadline_of(session, call, verb), &cancel_) {
  operation_.set_log(session.host.threshold(),
                     [this](io::log_level level, std::string_view message) {
                       std::string line(verb_);
                       if (!component_.empty()) line.append(" ").append(component_);
                       if (!correlation_id_.empty())
                         line.append(" [").append(correlation_id_).append("]");
                       line.append(": ").append(message);
                       session_.host.log(level, line);
                     });
  if (call != nullptr && call->on_event != nullptr) {
    operation_.set_events(
        [this](std::string_view phase, std::string_view message, const io::progress_facts& facts) {
          send_event(phase, message, facts);
        });
  }
  session.running.add(cancel_);
}

running_operation::~running_operation() { session_.running.remove(cancel_); }

void running_operation::set_component(std::string text) { component_ = std::move(text); }

void running_operation::send_event(std::string_view phase, std::string_view message,
                                   const io::progress_facts& facts) const {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", 1);
  io::put(writer, "event", "progress");
  io::put(writer, "phase", phase);
  if (!component_.empty()) io::put(writer, "component", component_);
  if (!correlation_id_.empty()) io::put(writer, "correlation_id", correlation_id_);
  io::put(writer, "message", message);
  io::put_optional(writer, "application_id", facts.application_id);
  io::put_optional(writer, "job_id", facts.job_id);
  io::put_optional(writer, "operation", facts.operation);
  if (facts.done) io::put(writer, "done", *facts.done);
  if (facts.total) io::put(writer, "total", *facts.total);
  writer.EndObject();
  const std::string event(io::text(buffer));
  call_->on_event(call_->user, lend(event));
}

}  // namespace dm::boundary
