// What dmctl cannot do, with how it ends and all that is known of why.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "client/exit_code.h"

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace dmctl {

namespace json = manager::json;

class problem : public std::runtime_error {
 public:
  problem(exit_code code, const std::string& text, std::vector<std::string> notes = {})
      : std::runtime_error(text), code_(code), notes_(std::move(notes)) {}

  /// What an answer that is no success says: its information, details, what is under way.
  static problem of_answer(long status, std::string_view body);

  exit_code code() const { return code_; }
  /// 0 where there was no answer.
  long http_status() const { return http_status_; }
  /// More lines for people: each detail, what is under way, what can be done.
  const std::vector<std::string>& notes() const { return notes_; }
  void add_note(std::string note) { notes_.push_back(std::move(note)); }
  /// Of what is wrong with a request: where, as the user knows it, "--limit" for "limit".
  void name_places(const std::function<std::string(const std::string& path)>& name);

  /// {"error": {"exit_code", "information"[, "http_status"][, "answer"][, "notes"]}}
  json::document to_document() const;

 private:
  exit_code code_;
  long http_status_ = 0;
  std::string body_;  // the answer's, where it is JSON
  std::vector<std::string> notes_;
  std::vector<std::string> paths_;  // with which the first of the notes begin
};

exit_code code_of_status(long http_status);

}  // namespace dmctl
