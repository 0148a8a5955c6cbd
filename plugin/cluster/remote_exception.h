// How Hadoop's web services say no: HTTP status, RemoteException, and the answers of a standby.
// Inside cluster only. Source: Hadoop 3.3.6, ResourceManager and WebHDFS.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "io/http.h"

namespace dm::cluster {

// {"RemoteException":{"exception":"FileNotFoundException","message":"..."}}
struct remote_exception {
  std::string name;
  std::string message;  // first line
};

// Absent when the answer is no such document.
std::optional<remote_exception> read_remote_exception(const io::http_response& response);

// The code that an exception's class means; by class, since any IOException is a 403.
status_code code_of(const remote_exception& exception);

// The error for an answer that is not the expected one. `tried` says what was tried and where.
error answer_error(const io::http_response& response, const std::string& tried);

// OK when this is a 200 or 202 with JSON, as only an active ResourceManager gives it. A standby
// answers 307, with or without Location; older ones 200 with text or HTML.
result<void> require_active_answer(const io::http_response& response, const std::string& who);

}  // namespace dm::cluster
