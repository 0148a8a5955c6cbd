// The ResourceManager, or the pair of them: finds the active one, asks it, kills through it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

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

struct queue_capacity {
  std::string name;
  bool running = true;                 // state RUNNING
  std::int64_t maximum_memory_mb = 0;  // largest container; 0 unknown
};

// Thread-safe; stateless but for the address that answered last as active. Errors are UNAVAILABLE
// while no active ResourceManager answers (INV-4: that is never a proof of anything),
// PERMISSION_DENIED, UNAUTHENTICATED.
class resource_manager {
 public:
  // addresses: "http://host:port", in order of preference; user: sent as user.name.
  resource_manager(io::http_client& http, std::vector<std::string> addresses, std::string user);

  // The applications that carry the tag: one request when the remembered address is still the
  // active one. Their presence is proof; their absence is not.
  result<application_listing> find(const io::operation& op, const std::string& tag);

  // The same, and absence counts: asked from a ResourceManager that was ACTIVE, with the same
  // startedOn, before and after. (Just after a restart one answers 200 with an empty, then a
  // partial list.)
  result<application_listing> find_confirmed(const io::operation& op, const std::string& tag);

  // Asks for one application's end. Sending it again is harmless and sometimes needed (D-32).
  result<void> kill(const io::operation& op, const std::string& application_id);

  result<resource_manager_info> active(const io::operation& op);
  // All leaf queues of the scheduler; NOT UNAVAILABLE but empty for a scheduler that is not known.
  result<std::vector<queue_capacity>> queues(const io::operation& op);
  // Total memory of the cluster and of its largest node, in MB.
  struct capacity {
    std::int64_t total_memory_mb = 0;
    std::int64_t largest_node_memory_mb = 0;
    std::int64_t maximum_allocation_mb = 0;
  };
  result<capacity> cluster_capacity(const io::operation& op);

  // For a request that is batched with others: the address to try first.
  std::string preferred_address() const;
  const std::vector<std::string>& addresses() const { return addresses_; }

 private:
  void prefer(const std::string& address);
  // One GET at the active ResourceManager. UNAVAILABLE unless it answered 200 with JSON.
  // answered_by: who did.
  result<io::http_response> ask(const io::operation& op, const std::string& path,
                                std::string* answered_by);
  result<io::json_document> ask_document(const io::operation& op, const std::string& path);

  io::http_client& http_;
  std::vector<std::string> addresses_;
  std::string user_;
  mutable std::mutex mutex_;
  std::size_t preferred_ = 0;  // index of the address that answered last as active
};

}  // namespace dm::cluster
