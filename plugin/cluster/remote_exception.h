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

// What a Hadoop service was asked: a refusal means something only as the answer to a question that
// it can answer.
enum class question {
  look_at,  // WebHDFS, GETFILESTATUS
  list,
  sum_up,
  open,  // OPEN, at the NameNode and at a DataNode
  create,
  make_directory,
  set_permission,
  rename,
  remove,
  cluster,      // the ResourceManager's own state, its queues, a list of applications
  application,  // one application by its id
  node,         // one NodeManager by its id
  kill,
  submit,  // an id for an application, and the application
};

// The code of a definite no: one of a closed list of (question, HTTP status, exception's class), as
// seen on Hadoop 3.3.6 (D-50). WebHDFS makes a 403 of every IOException and YARN a 404, whether a
// file is missing or a DataNode: nullopt, nothing follows from the answer (INV-4).
std::optional<status_code> definite_no(question asked, long status, std::string_view exception);

// The error for an answer that is not the expected one. `tried` says what was tried and where.
// NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, RESOURCE_EXHAUSTED, INVALID_ARGUMENT by
// definite_no; UNAUTHENTICATED for a 401; else UNAVAILABLE. Never FAILED_PRECONDITION: what is
// wrong with a file's content only its reader can say.
error answer_error(question asked, const io::http_response& response, const std::string& tried);

// OK when this is a 200 or 202 with JSON, as only an active ResourceManager gives it. A standby
// answers 307, with or without Location; older ones 200 with text or HTML.
result<void> require_active_answer(question asked, const io::http_response& response,
                                   const std::string& who);

}  // namespace dm::cluster
