// The ResourceManager, or the pair of them: finds the active one, asks it, kills through it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/access_list.h"
#include "cluster/node_manager.h"
#include "cluster/remote_exception.h"
#include "cluster/replicas.h"
#include "cluster/yarn_application.h"
#include "io/json.h"

namespace dm::cluster {

// What /ws/v1/cluster/info says.
struct resource_manager_info {
  std::string address;
  std::string ha_state;         // ACTIVE, STANDBY, INITIALIZING
  std::int64_t started_on = 0;  // differs by ResourceManager and by start (D-34)
  std::string version;          // Hadoop's
};

// An answer, and who gave it.
struct application_listing {
  std::vector<yarn_application> applications;
  std::string address;          // of the ResourceManager that answered
  std::int64_t started_on = 0;  // of that ResourceManager; 0 when it was not asked (find)
};

// What is known of one application that was asked for by its id.
struct application_answer {
  std::optional<yarn_application> application;  // nullopt: definitely unknown
  std::string address;                          // of the ResourceManager that answered
  std::int64_t started_on = 0;  // of that ResourceManager; 0 when it was not asked (found)
};

struct queue_capacity {
  std::string path;                    // "root.a.b"
  std::string name;                    // "b"
  bool name_is_enough = false;         // no other queue has it, and the scheduler takes it alone
  bool running = true;                 // state RUNNING
  std::int64_t maximum_memory_mb = 0;  // largest container; 0 unknown
  // Whom its own lists or those of the queues above it let submit, or administer, which is more.
  // nullopt: the scheduler shows none.
  std::optional<access_list> submitters;
};

// What the ResourceManager says of a user and a queue. untold: it tells administrators of the queue
// alone, and who asks is none; so access lists are in force.
enum class queue_access { allowed, denied, untold };

struct queue_listing {
  std::vector<queue_capacity> leaves;  // empty for a scheduler that is not known
  bool makes_queues = false;  // so a queue that is not there may come to be with its application

  // The leaf that an application gets into which asks for `wanted`: by its path, or by its name
  // where that is enough. Upper and lower case differ, as they do for YARN.
  const queue_capacity* find(std::string_view wanted) const;
};

// Thread-safe. The active one is asked; all of them side by side while it is not known, or silent.
// Errors are UNAVAILABLE while no active ResourceManager answers (INV-4: that is never a proof of
// anything), PERMISSION_DENIED, UNAUTHENTICATED.
class resource_manager {
 public:
  // The service is the session's, so that what one client learns of it all know (D-55). The user is
  // sent as user.name with each request: a ResourceManager with access lists shows an anonymous
  // reader other people's view.
  resource_manager(io::http_client& http, std::shared_ptr<replicas> service, std::string user)
      : http_(http), replicas_(std::move(service)), user_(std::move(user)) {}
  // "http://host:port" each; for a single client.
  resource_manager(io::http_client& http, std::vector<std::string> addresses, std::string user)
      : resource_manager(http, std::make_shared<replicas>(std::move(addresses)), std::move(user)) {}

  // The applications that carry the tag: one request when the remembered address is still the
  // active one. Their presence is proof; their absence is not.
  result<application_listing> find(const io::operation& op, const std::string& tag);

  // The same, and absence counts: asked from a ResourceManager that was ACTIVE, with the same
  // startedOn, before and after. (Just after a restart one answers 200 with an empty, then a
  // partial list.)
  result<application_listing> find_confirmed(const io::operation& op, const std::string& tag);

  // All applications of the user that it remembers, with or without tags, by the same rule: those
  // that have ended are among them for as long as it keeps them.
  result<application_listing> find_of_user(const io::operation& op, const std::string& user);

  // One application by its id, whatever its tags and whoever may list it. Found as soon as one
  // ResourceManager says so; unknown only by an ACTIVE one's own words (404 NotFoundException),
  // with the same startedOn before and after. Just after a restart it denies for a second what it
  // is about to recover, so a single denial is no end. UNAVAILABLE: could not tell.
  result<application_answer> find_application(const io::operation& op,
                                              const std::string& application_id);

  // The containers of an application's attempt that live now, its ApplicationMaster's too; none of
  // those that have ended. The attempt's id as parse_container_id tells it.
  result<std::vector<container_place>> containers(const io::operation& op,
                                                  const std::string& application_id,
                                                  const std::string& attempt_id);

  // Where a node's NodeManager answers, "http://host:port", by the node's id, "host:45454".
  // NOT_FOUND: YARN says that it has no such node. UNAVAILABLE: it shows no address of it, or could
  // not be asked.
  result<std::string> node_address(const io::operation& op, const std::string& node_id);

  // A value of Hadoop's configuration as this ResourceManager has it; nullopt: it does not tell.
  std::optional<std::string> configured(const io::operation& op, const std::string& key);

  // An id that nobody else gets, and the largest container that can be asked for. An id that is not
  // used costs nothing. PERMISSION_DENIED: this cluster takes no submissions by REST.
  struct new_application {
    std::string id;
    std::int64_t maximum_memory_mb = 0;  // 0: not told
    std::int64_t maximum_cores = 0;
  };
  result<new_application> ask_for_application(const io::operation& op);
  // Submits the application that the document describes (JSON of POST /ws/v1/cluster/apps). Sent
  // again with the same id it makes no second application, whatever became of the first attempt; so
  // does one of an application that has ended. INVALID_ARGUMENT, PERMISSION_DENIED: nothing was
  // submitted. UNAVAILABLE: it may have been.
  result<void> submit(const io::operation& op, const std::string& document);

  // Asks for one application's end. Sending it again is harmless and sometimes needed (D-32).
  result<void> kill(const io::operation& op, const std::string& application_id);

  result<resource_manager_info> active(const io::operation& op);
  // The leaf queues of the scheduler; a scheduler that is not known is no error.
  result<queue_listing> queues(const io::operation& op);
  // Whether the user that this client asks as may submit to the queue. UNAVAILABLE: could not tell.
  result<queue_access> may_submit(const io::operation& op, const std::string& queue);
  // Total memory of the cluster and of its largest node, in MB.
  struct capacity {
    std::int64_t total_memory_mb = 0;
    std::int64_t largest_node_memory_mb = 0;
    std::int64_t maximum_allocation_mb = 0;
  };
  result<capacity> cluster_capacity(const io::operation& op);
  // How many NodeManagers are in service. None: the cluster has just started, and no application
  // can.
  result<std::int64_t> active_nodes(const io::operation& op);

  // Requests to one ResourceManager that go side by side with others'; their readers are below.
  io::http_request info_request(const std::string& address) const;
  io::http_request active_nodes_request(const std::string& address) const;

  // For a request that is batched with others: the address to try first.
  std::string preferred_address() const { return replicas_->likely(); }
  const std::vector<std::string>& addresses() const { return replicas_->addresses(); }
  // For who sends the requests itself.
  replicas& service() const { return *replicas_; }

 private:
  // A GET's answer, and who gave it.
  struct answered {
    io::http_response response;
    std::string address;
  };
  result<answered> ask(const io::operation& op, question asked, const std::string& path);
  // A request to the active one that changes something, and may be sent again: to the one that was
  // active last, then to the one that is.
  result<io::http_response> change(
      const io::operation& op,
      const std::function<result<io::http_response>(const std::string& address)>& send);
  result<io::http_response> post(const io::operation& op, const std::string& path,
                                 const std::string& body);
  result<io::json_document> ask_document(const io::operation& op, const std::string& path);
  std::string with_user(std::string path) const;
  // As find_confirmed; request: to the address that it is given.
  result<application_listing> list_confirmed(
      const io::operation& op,
      const std::function<io::http_request(const std::string& address)>& request,
      const std::string& asked_for);
  result<void> changed_since(const io::operation& op, const resource_manager_info& before,
                             const std::string& asked_for);
  error none_active(const std::vector<replicas::answer>& answers, question asked) const;

  io::http_client& http_;
  std::shared_ptr<replicas> replicas_;
  std::string user_;
};

// Each of them answers this for itself, a standby too. UNAVAILABLE: not a ResourceManager's answer.
result<resource_manager_info> read_info(const io::http_response& response,
                                        const std::string& address);
// Only the active one answers this.
result<std::int64_t> read_active_nodes(const io::http_response& response,
                                       const std::string& address);

}  // namespace dm::cluster
