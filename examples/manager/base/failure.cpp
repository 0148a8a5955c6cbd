// What goes wrong in the Deployment Manager: words and HTTP codes of each class.
// SPDX-License-Identifier: Apache-2.0
#include "base/failure.h"

#include <fmt/format.h>

#include <utility>

namespace manager {

std::string to_text(const problem& one) {
  std::string text = one.path;
  if (!one.message.empty()) text += (text.empty() ? "" : ": ") + one.message;
  if (!one.found.empty() || !one.allowed.empty()) {
    const std::string found = one.found.empty() ? "" : "found " + one.found;
    const std::string allowed = one.allowed.empty() ? "" : "allowed: " + one.allowed;
    text +=
        fmt::format(" ({}{}{})", found, !found.empty() && !allowed.empty() ? ", " : "", allowed);
  }
  return text;
}

std::string to_text(const std::vector<problem>& all) {
  std::string text;
  for (const problem& one : all) text += (text.empty() ? "" : "; ") + to_text(one);
  return text;
}

failure failure::wrong_state(failure_kind kind, refused_state why, const std::string& text) {
  failure result(kind, text);
  result.state_ = std::move(why);
  return result;
}

failure failure::invalid(std::string_view heading, std::vector<problem> problems) {
  if (problems.size() > most_problems) {
    problems.resize(most_problems);
    problems.push_back({"...", "", "", "there are more; these are the first"});
  }
  const std::string text = fmt::format("{}: {}", heading, to_text(problems));
  return {failure_kind::failed_validation, text, std::move(problems)};
}

failure failure::while_doing(std::string_view what) const {
  const std::string_view text = this->what();
  if (text.starts_with(what)) return *this;
  failure result(kind_, fmt::format("{}: {}", what, text), problems_);
  result.state_ = state_;
  return result;
}

std::string_view class_name(failure_kind kind) {
  switch (kind) {
    case failure_kind::failed_validation:
      return "FailedValidation";
    case failure_kind::forbidden:
      return "Forbidden";
    case failure_kind::not_found:
      return "NotFound";
    case failure_kind::conflicting_state:
      return "ConflictingState";
    case failure_kind::too_large:
      return "TooLarge";
    case failure_kind::no_space:
      return "NoSpace";
    case failure_kind::not_offered:
      return "NotOffered";
    case failure_kind::failed_creation:
      return "FailedCreation";
    case failure_kind::failed_connection:
      return "FailedConnection";
    case failure_kind::cancelled:
      return "Cancelled";
    case failure_kind::unknown:
      break;
  }
  return "Exception";
}

int http_status(failure_kind kind) {
  switch (kind) {
    case failure_kind::failed_validation:
      return 400;
    case failure_kind::forbidden:
      return 403;
    case failure_kind::not_found:
      return 404;
    case failure_kind::conflicting_state:
      return 409;
    case failure_kind::too_large:
      return 413;
    case failure_kind::no_space:
      return 507;
    case failure_kind::not_offered:
      return 501;
    case failure_kind::failed_connection:
    case failure_kind::cancelled:
      return 503;
    case failure_kind::failed_creation:
    case failure_kind::unknown:
      break;
  }
  return 500;
}

}  // namespace manager
