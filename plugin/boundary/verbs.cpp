// The verbs behind the table: a request read, carried out under its call, answered.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/verbs.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "boundary/call.h"
#include "boundary/replies.h"
#include "boundary/request_reader.h"
#include "boundary/requests.h"

namespace dm::boundary {

namespace {

error wrong_argument(std::string message, std::string hint = {}) {
  error e;
  e.code = status_code::invalid_argument;
  e.message = std::move(message);
  e.hint = std::move(hint);
  return e;
}

void log_failure(const io::operation& op, const error& failure) {
  op.log(io::log_level::warning, fmt::format("{}: {}", to_string(failure.code), failure.text()));
}

outcome refused(const running_operation& running, error failure) {
  log_failure(running.operation(), failure);
  return failed(std::move(failure), {{}, std::string(running.correlation_id())});
}

// What every verb has in common: the deadline begun, the arguments checked, the call taken, the
// document parsed. `carry_out` gets the running operation and the request's document.
template <class CarryOut>
outcome run(dm_session* session, dm_call* call, std::string_view verb, dm_string request,
            CarryOut carry_out) {
  if (session == nullptr) {
    return failed(wrong_argument(fmt::format("{} was called without a session", verb),
                                 "Pass the session that open() made."),
                  {});
  }
  running_operation running(*session, call, verb);
  const result<call_use> use = call_use::begin(*session, call);
  if (!use) return refused(running, use.error());
  const std::string what = fmt::format("The {} request", verb);
  const std::optional<std::string_view> text = borrow(request);
  if (!text)
    return refused(running, wrong_argument(what + " has a size but its data pointer is NULL"));
  // A call may be cancelled before its operation begins (DM-20).
  if (auto proceed = running.operation().check("the operation to begin"); !proceed) {
    return refused(running, std::move(proceed.error()));
  }
  result<io::json_document> document = parse_request(*text, what);
  if (!document) return refused(running, std::move(document.error()));
  return carry_out(running, *document);
}

// Failures at warning, changes at info, the rest at debug: a host that polls does not fill its log.
template <class Reply>
void log_end(const io::operation& op, const Reply& reply) {
  if (reply.failure) {
    log_failure(op, *reply.failure);
    return;
  }
  bool changed = false;
  if constexpr (requires { reply.changed; }) changed = reply.changed;
  op.log(changed ? io::log_level::info : io::log_level::debug,
         changed ? "done" : "done; nothing was changed");
}

const component::component_name& name_of(const auto& request) {
  if constexpr (requires { request.data; }) {
    return request.data.name;
  } else {
    return request.name;
  }
}

// A verb on one component. `read` makes its request of the document, `act` is the lifecycle's
// function.
template <class Read, class Act>
outcome run_on_component(dm_session* session, dm_call* call, std::string_view verb,
                         dm_string request, Read read, Act act) {
  return run(session, call, verb, request,
             [&](running_operation& running, const io::json_document& document) {
               const auto parsed = read(document);
               if (!parsed) return refused(running, parsed.error());
               const std::string component = name_of(*parsed).text();
               running.set_component(component);
               const io::operation& op = running.operation();
               op.log(io::log_level::debug,
                      fmt::format("begins, within {} ms", op.remaining().count()));
               const auto reply = act(session->session, op, *parsed);
               log_end(op, reply);
               return write_reply(reply, {component, std::string(running.correlation_id())});
             });
}

}  // namespace

outcome validate(dm_session* session, dm_call* call, dm_string request) {
  return run_on_component(session, call, "validate", request, read_validate_request,
                          lifecycle::validate);
}

outcome create(dm_session* session, dm_call* call, dm_string request) {
  return run_on_component(session, call, "create", request, read_create_request, lifecycle::create);
}

outcome destroy(dm_session* session, dm_call* call, dm_string request) {
  return run_on_component(session, call, "destroy", request, read_destroy_request,
                          lifecycle::destroy);
}

outcome start(dm_session* session, dm_call* call, dm_string request) {
  return run_on_component(session, call, "start", request, read_start_request, lifecycle::start);
}

outcome stop(dm_session* session, dm_call* call, dm_string request) {
  return run_on_component(session, call, "stop", request, read_stop_request, lifecycle::stop);
}

outcome status(dm_session* session, dm_call* call, dm_string request) {
  return run(session, call, "status", request,
             [&](running_operation& running, const io::json_document& document) {
               const result<status_batch> batch = read_status_request(document);
               if (!batch) return refused(running, batch.error());
               const io::operation& op = running.operation();
               const io::wall_time observed_at = io::now();
               const auto observed = lifecycle::status(session->session, op, batch->request);
               // Half an answer of a cancelled batch would read as if the cluster had not answered.
               if (op.cancelled())
                 return refused(running,
                                op.check("the services that know the components' states").error());
               op.log(io::log_level::debug,
                      fmt::format("done, {} components", batch->entries.size()));
               return write_status(observed_at, batch->entries, observed, batch->request.detail,
                                   {{}, std::string(running.correlation_id())});
             });
}

}  // namespace dm::boundary
