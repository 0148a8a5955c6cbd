// What all verbs have in common: the arguments checked, the operation begun, the request read, its
// end logged.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "boundary/call.h"
#include "boundary/firewall.h"
#include "boundary/replies.h"
#include "boundary/request_reader.h"

namespace dm::boundary {

void log_failure(const io::operation& op, const error& failure);
// The outcome of a verb that got no further than its request.
outcome refused(const running_operation& running, error failure);
outcome refused_without_session(std::string_view verb);
// `request` as a JSON object, unless the call was cancelled before the operation began (DM-20).
result<io::json_document> begin(const running_operation& running, dm_string request);

// The deadline begun, the arguments checked, the call taken, the document parsed. `carry_out` gets
// the running operation and the request's document.
template <class CarryOut>
outcome run(dm_session* session, dm_call* call, std::string_view verb, dm_string request,
            CarryOut carry_out) {
  if (session == nullptr) return refused_without_session(verb);
  running_operation running(*session, call, verb);
  const result<call_use> use = call_use::begin(*session, call);
  if (!use) return refused(running, use.error());
  result<io::json_document> document = begin(running, request);
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
// function; write_reply() of its reply must be declared where this is used.
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
               const reply_context context{component, std::string(running.correlation_id())};
               return write_reply(reply, context);
             });
}

}  // namespace dm::boundary
