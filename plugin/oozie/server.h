// The Oozie server, by its REST API.
// Source: Oozie WebServicesAPI; answers and error codes seen on Oozie 5.2.1.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "io/http.h"
#include "oozie/answer.h"
#include "oozie/job_definition.h"

namespace dm::oozie {

// Thread-safe. Errors as in answer.h; a server that is away, slow or says anything else is
// UNAVAILABLE, and nothing follows from it.
class server {
 public:
  // url: "http://host:port/oozie"; user: as whom it is asked.
  server(io::http_client& http, std::string url, std::string user)
      : http_(http), url_(std::move(url)), user_(std::move(user)) {}

  // The coordinators of this very name and user, those that have ended too. None: Oozie has none; a
  // submission that it is still at work on is not among them.
  result<std::vector<coordinator>> find(const io::operation& op, const std::string& name);
  // With its newest actions.
  result<coordinator> look_up(const io::operation& op, const std::string& id, int actions);
  result<workflow> look_up_workflow(const io::operation& op, const std::string& id);
  // The new coordinator's id. error::maybe_done: it may have been taken all the same.
  result<std::string> submit(const io::operation& op, const job_properties& configuration);
  // Of a coordinator, with the workflows of its that run. One that has ended, too, takes it.
  result<void> kill(const io::operation& op, const std::string& id);
  result<void> resume(const io::operation& op, const std::string& id);

  // The two look-ups as requests to be batched with others'.
  io::http_request find_request(const std::string& name) const;
  io::http_request look_up_request(const std::string& id, int actions) const;

  const std::string& url() const { return url_; }
  std::string who() const { return "Oozie " + url_; }

 private:
  io::http_request request(const std::string& path) const;
  result<void> change(const io::operation& op, const std::string& id, const char* action);

  io::http_client& http_;
  std::string url_;
  std::string user_;
};

// Those of the answer that are really of this name and user: a filter that a server ignores must
// not make other people's coordinators ours.
std::vector<coordinator> own(std::vector<coordinator> listed, const std::string& name,
                             const std::string& user);

}  // namespace dm::oozie
