// What all verbs have in common: the arguments checked, the operation begun, the request read, its
// end logged.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/verb_run.h"

#include <utility>

namespace dm::boundary {

namespace {

error wrong_argument(std::string message, std::string hint = {}) {
  error e;
  e.code = status_code::invalid_argument;
  e.message = std::move(message);
  e.hint = std::move(hint);
  return e;
}

}  // namespace

void log_failure(const io::operation& op, const error& failure) {
  op.log(io::log_level::warning, fmt::format("{}: {}", to_string(failure.code), failure.text()));
}

outcome refused(const running_operation& running, error failure) {
  log_failure(running.operation(), failure);
  return failed(std::move(failure), {{}, std::string(running.correlation_id())});
}

outcome refused_without_session(std::string_view verb) {
  return failed(wrong_argument(fmt::format("{} was called without a session", verb),
                               "Pass the session that open() made."),
                {});
}

result<io::json_document> begin(const running_operation& running, dm_string request) {
  const std::string what = fmt::format("The {} request", running.verb());
  const std::optional<std::string_view> text = borrow(request);
  if (!text) return fail(wrong_argument(what + " has a size but its data pointer is NULL"));
  if (auto proceed = running.operation().check("the operation to begin"); !proceed)
    return fail(std::move(proceed.error()));
  return parse_request(*text, what);
}

}  // namespace dm::boundary
