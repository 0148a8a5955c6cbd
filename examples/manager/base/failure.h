// What goes wrong in the Deployment Manager, in the classes that the REST API and its clients know.
// A failure is thrown where it is found and turned into an HTTP answer, or an `information` text,
// in one place. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace manager {

enum class failure_kind {
  failed_validation,  // 400: the request or the package is wrong
  forbidden,          // 403
  not_found,          // 404
  conflicting_state,  // 409
  too_large,          // 413
  no_space,           // 507: the disk is full, or a quota is used up
  not_offered,        // 501: the plugin has no such extension
  failed_creation,    // 500
  failed_connection,  // 503: a service does not answer
  cancelled,          // only inside workers: the Deployment Manager is shutting down
  unknown             // 500: everything else
};

/// One thing that is wrong with a document: where, what was found, what is allowed.
struct problem {
  std::string path;
  std::string found;
  std::string allowed;
  std::string message;
};

/// A list of problems ends after so many, with one that says so: neither the answer nor the work
/// may be many times as large as what was sent. Who collects them may stop when he has more.
inline constexpr std::size_t most_problems = 100;

/// "path: message (found x, allowed y)"
std::string to_text(const problem& one);
/// All of them, separated by "; ".
std::string to_text(const std::vector<problem>& all);

/// Whose state forbids something.
struct refused_state {
  std::string kind;       // "application", "package"
  std::string object;     // its name
  std::string state;      // the contract's word
  std::string under_way;  // the operation that is under way with it, a JSON object; empty: none
};

class failure : public std::runtime_error {
 public:
  failure(failure_kind kind, const std::string& text) : std::runtime_error(text), kind_(kind) {}
  failure(failure_kind kind, const std::string& text, std::vector<problem> problems)
      : std::runtime_error(text), kind_(kind), problems_(std::move(problems)) {}

  /// A refusal because of an object's state; the text says what can be done.
  static failure wrong_state(failure_kind kind, refused_state why, const std::string& text);
  /// All problems at once, after a heading; at most most_problems of them.
  static failure invalid(std::string_view heading, std::vector<problem> problems);

  /// The same, with what was tried before the text, unless that begins so.
  failure while_doing(std::string_view what) const;

  failure_kind kind() const { return kind_; }
  const std::optional<refused_state>& state() const { return state_; }
  const std::vector<problem>& problems() const { return problems_; }

 private:
  failure_kind kind_;
  std::optional<refused_state> state_;
  std::vector<problem> problems_;
};

/// The word that clients know for it: "FailedValidation", "NotFound" and so on.
std::string_view class_name(failure_kind kind);
int http_status(failure_kind kind);

}  // namespace manager
