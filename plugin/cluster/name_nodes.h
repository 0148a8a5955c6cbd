// The NameNodes of an HDFS as WebHDFS is asked of them: reads of any that serves, changes of the
// active one alone. Inside cluster only; cluster/hdfs.h is what others use.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "cluster/remote_exception.h"
#include "cluster/replicas.h"
#include "io/http.h"

namespace dm::cluster {

// OK for an absolute path that means the same to us, to the URL parser and to the NameNode (INV-8).
result<void> check_path(const std::string& path);

// Thread-safe.
class name_nodes {
 public:
  name_nodes(io::http_client& http, std::shared_ptr<replicas> service, std::string user)
      : http_(http), replicas_(std::move(service)), user_(std::move(user)) {}

  // One operation, "op=...&...", at the NameNode that serves. The answer may be a refusal.
  // UNAVAILABLE: none serves, or the answer got lost (then maybe_done for a change, and the other
  // NameNode is not asked: it would answer for what the first one may have done).
  result<io::http_response> ask(const io::operation& op, question asked, const char* method,
                                const std::string& path, const std::string& query);

  // The address of the active one, for requests that go side by side; asks when none is known.
  result<std::string> active_address(const io::operation& op);
  io::http_request request(const std::string& address, const char* method, const std::string& path,
                           const std::string& query) const;

  replicas& service() const { return *replicas_; }
  const std::string& user() const { return user_; }

 private:
  result<std::size_t> find_active(const io::operation& op);
  result<io::http_response> read(const io::operation& op, question asked, const std::string& path,
                                 const std::string& query);
  result<io::http_response> change(const io::operation& op, question asked, const char* method,
                                   const std::string& path, const std::string& query);
  // What to make of answers of which none was good: one that says more than "not me", or an error.
  result<io::http_response> none_good(question asked, const std::string& tried,
                                      std::vector<replicas::answer> answers) const;

  io::http_client& http_;
  std::shared_ptr<replicas> replicas_;
  std::string user_;
};

}  // namespace dm::cluster
