// What this node says of its components: supervisord, and the component's files. Inside observation
// only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "context/session.h"
#include "observation/observed_component.h"

namespace dm::observation {

// One question for each program, or one for all of them. None for components of other nodes: their
// supervisord is not ours to ask (D-9).
class supervisor_question {
 public:
  supervisor_question(context::session& session, const observed_batch& batch);

  const std::vector<io::http_request>& requests() const { return requests_; }
  void take(std::span<const result<io::http_response>> answers);

 private:
  void take_all(const result<io::http_response>& answer);

  supervisor::supervisor& supervisor_;
  observed_batch here_;
  std::vector<io::http_request> requests_;
};

// Whether the components of this node can run here: what their guards would only tell a log that
// they cannot write. What is not looked at in the operation's time is not known.
void look_at_files(const context::session& session, const io::operation& op,
                   const observed_batch& batch);

}  // namespace dm::observation
