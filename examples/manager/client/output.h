// Where a command writes: what it was asked for to the standard output, what people may want to
// know beside it to the standard error stream. With --json the former is one document (of a follow:
// one a line).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/problem.h"
#include "client/table.h"
#include "client/terminal.h"

#include <cstdio>
#include <string>
#include <string_view>

namespace dmctl {

class output {
 public:
  output(terminal where, bool as_json, std::FILE* out = stdout, std::FILE* err = stderr)
      : where_(where), json_(as_json), out_(out), err_(err) {}

  bool json() const { return json_; }
  const terminal& where() const { return where_; }
  std::FILE* err() const { return err_; }

  /// With --json only.
  void document(const json::value& told);
  void document_line(const json::value& told);
  /// For people: a line whose text is from elsewhere, folded to the terminal's width behind
  /// `indent`.
  void line(std::string_view text, std::string_view indent = "");
  /// A paragraph behind `mark`, whose further lines stand below its text.
  void item(std::string_view text, std::string_view mark = "  ");
  /// A line made here, colours and all; parts from elsewhere have been made harmless.
  void made_line(std::string_view text);
  void heading(std::string_view text);
  /// "name   text", of a list of facts. Nothing where there is no text.
  void fact(std::string_view name, std::string_view text);
  void fact_state(std::string_view name, std::string_view state);
  void rows(const table& of);
  /// A log's text, as it is but for what would move a cursor.
  void log_text(std::string_view text);

  /// Beside what was asked for; with --json, too.
  void note(std::string_view text);
  void report(const problem& what);
  /// What was written has arrived; throws problem (failed) where it has not: a full disk.
  void finish();

 private:
  void write(std::FILE* to, std::string_view text);

  terminal where_;
  bool json_;
  std::FILE* out_;
  std::FILE* err_;
};

}  // namespace dmctl
