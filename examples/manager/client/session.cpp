// What a command works with.
// SPDX-License-Identifier: Apache-2.0
#include "client/session.h"

#include "client/measure.h"
#include "client/own_words.h"
#include "client/text.h"

#include <fmt/format.h>

#include <cstdlib>

namespace dmctl {
namespace {

// Of whose state somebody wants to know: an application, a package. The object of a clean-up
// and of what is done to the fleet is the namespace, which is not what was asked about.
std::string_view state_after(const json::value& operation) {
  const std::string_view kind = json::text_of(operation, "kind");
  if (kind == "housekeeping" || kind == "fleet") return {};
  return json::text_of(operation, "state");
}

}  // namespace

std::string operations_of(std::string_view object, std::string_view verb) {
  return fmt::format("find out: dmctl list operations --object {} --verb {}", object, verb);
}

const chosen_place& session::chosen() {
  if (!chosen_) {
    chosen_ = choose_place(read_contexts(contexts_file()), options_.context, options_.where,
                           [](const char* name) { return std::getenv(name); });
  }
  return *chosen_;
}

server& session::manager() {
  if (!manager_) {
    const place& where = chosen().where;
    wire_ = std::make_unique<connection>(where, options_.connect_timeout, stop_);
    manager_ = std::make_unique<server>(*wire_, where.user, options_.request_timeout);
  }
  return *manager_;
}

exit_code session::finish_write(const server::reply& begun, const std::string& what) {
  if (begun.operation.empty()) {
    throw problem(exit_code::unreachable,
                  fmt::format("the {} was answered with {} and no operation: this is not what a "
                              "Deployment Manager does",
                              what, begun.status));
  }
  if (options_.wait) return finish_operation(begun.operation, what);
  if (!out_.json()) {
    out_.line(fmt::format("accepted: {}, as operation {}", what, begun.operation));
    out_.note(fmt::format("dmctl wait {}  waits for its end", begun.operation));
    return exit_code::done;
  }
  json::document told = json::make_object();
  json::set(told, "id", begun.operation, told.GetAllocator());
  try {
    told = manager().get(target({"operations", begun.operation}));
  } catch (const problem&) {
    // It was accepted, which is what matters; the id is enough to ask again.
  }
  out_.document(told);
  return exit_code::done;
}

exit_code session::finish_operation(const std::string& id, const std::string& what) {
  progress shown(out_.where(), out_.json(), out_.err());
  const json::document ended = await_operation(manager(), id, shown, options_.timeout);
  shown.clear();
  const exit_code code = code_of_operation(ended);
  if (out_.json()) {
    out_.document(ended);
    return code;
  }
  const std::string information = in_own_words(json::text_of(ended, "information"));
  if (code == exit_code::failed) {
    const bool cancelled = json::text_of(ended, "status") == "CANCELLED";
    std::string text = fmt::format("{} {}", what, cancelled ? "was cancelled" : "failed");
    if (!information.empty()) text += ": " + information;
    problem told(code, text);
    if (const auto state = state_after(ended); !state.empty()) {
      told.add_note(fmt::format("{} is {}", json::text_of(ended, "object"), state));
    }
    throw told;
  }
  tell_end(ended, what, shown.elapsed());
  return code;
}

void session::tell_end(const json::value& operation, const std::string& what,
                       std::chrono::milliseconds took) {
  const std::string state(state_after(operation));
  const std::string_view status = json::text_of(operation, "status");
  const std::string information = in_own_words(json::text_of(operation, "information"));
  const std::string time = out_.where().toned(tone::dim, shown_duration(took));
  const auto word = [&](std::string_view one) {
    return out_.where().toned(tone_of_state(one), harmless(one));
  };
  if (status == "SUCCEEDED" && !state.empty()) {
    out_.made_line(fmt::format("{} is {}  {}", harmless(json::text_of(operation, "object")),
                               word(state), time));
  } else {
    out_.made_line(fmt::format("{}: {}  {}", harmless(what), word(status), time));
  }
  if (!information.empty()) out_.line(information, "  ");
}

void session::tell_next(const std::string& next) {
  if (!next.empty()) out_.note(fmt::format("there are more: --after '{}'", next));
}

}  // namespace dmctl
