// What the cluster can hold, as the ResourceManager says it: queues, nodes, the largest container.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "cluster/resource_manager.h"
#include "io/json.h"
#include "io/url.h"

namespace dm::cluster {

namespace {

constexpr int deepest_queue = 32;

constexpr std::int64_t largest = std::int64_t{1} << 40;  // MB; nobody has more

// 0, which is "not known", for what can be no size.
std::int64_t integer_or_zero(const io::json_value* object, std::string_view name) {
  if (object == nullptr) return 0;
  const std::int64_t value = io::integer_member(*object, name).value_or(0);
  return value < 0 || value > largest ? 0 : value;
}

// A list, which Hadoop 2's Jersey wrote as the element itself when there is one.
template <class Visit>
void each(const io::json_value* list, const Visit& visit) {
  if (list == nullptr) return;
  if (list->IsObject()) visit(*list);
  if (list->IsArray()) {
    for (const auto& element : list->GetArray()) visit(element);
  }
}

// CapacityScheduler nests {"queues":{"queue":[...]}}, FairScheduler
// {"childQueues":{"queue":[...]}}.
const io::json_value* children(const io::json_value& queue) {
  for (const std::string_view name : {"queues", "childQueues"}) {
    if (const io::json_value* list = io::member(queue, name)) return io::member(*list, "queue");
  }
  return nullptr;
}

// Walks the scheduler's queues. Sources: CapacityScheduler's CSQueueStore (a short name counts when
// no other queue has it), FairScheduler's QueueManager (root. is put before what lacks it).
class walk {
 public:
  queue_listing run(const io::json_value& root, bool fair) {
    fair_ = fair;
    listing_.makes_queues = fair;  // allow-undeclared-pools is on unless somebody set it
    collect(root, "", 0, std::nullopt, 0);
    for (queue_capacity& leaf : listing_.leaves)
      leaf.name_is_enough = !fair && times_[leaf.name] == 1;
    return std::move(listing_);
  }

 private:
  void collect(const io::json_value& queue, const std::string& parent,
               std::int64_t inherited_maximum, std::optional<access_list> submitters, int depth) {
    if (depth > deepest_queue || !queue.IsObject()) return;
    std::int64_t maximum = integer_or_zero(io::member(queue, "maximumAllocation"), "memory");
    if (maximum == 0) maximum = inherited_maximum;
    add_lists(queue, submitters);
    const io::json_value* below = children(queue);
    std::string name = io::string_member_or(queue, "queueName", depth == 0 ? "root" : "");
    if (name.empty() || (depth == 0 && below == nullptr && !fair_ && name == "root")) return;
    // FairScheduler writes whole paths.
    std::string path =
        parent.empty() || name.starts_with(parent + ".") ? name : parent + "." + name;
    name = path.substr(path.rfind('.') + 1);
    ++times_[name];
    if (below != nullptr) {
      listing_.makes_queues = listing_.makes_queues || makes_children(queue);
      each(below, [&](const io::json_value& child) {
        collect(child, path, maximum, submitters, depth + 1);
      });
      return;
    }
    queue_capacity leaf;
    leaf.path = std::move(path);
    leaf.name = std::move(name);
    leaf.running = io::string_member_or(queue, "state", "RUNNING") == "RUNNING";
    leaf.maximum_memory_mb = maximum;
    leaf.submitters = std::move(submitters);
    listing_.leaves.push_back(std::move(leaf));
  }

  // What a queue allows, those below it allow, too.
  static void add_lists(const io::json_value& queue, std::optional<access_list>& submitters) {
    const io::json_value* lists = io::member(queue, "queueAcls");
    if (lists == nullptr || (lists = io::member(*lists, "queueAcl")) == nullptr) return;
    each(lists, [&](const io::json_value& list) {
      const std::string of = io::string_member_or(list, "accessType", "");
      if (of != "SUBMIT_APP" && of != "ADMINISTER_QUEUE") return;
      if (!submitters) submitters.emplace();
      submitters->add(io::string_member_or(list, "accessControlList", ""));
    });
  }

  static bool makes_children(const io::json_value& queue) {
    const std::string kind = io::string_member_or(queue, "autoCreationEligibility", "off");
    return kind != "off" || io::bool_member(queue, "autoCreateChildQueueEnabled").value_or(false);
  }

  bool fair_ = false;
  queue_listing listing_;
  std::map<std::string, int> times_;  // of a short name, among all queues
};

}  // namespace

result<io::json_document> resource_manager::ask_document(const io::operation& op,
                                                         const std::string& path) {
  const auto found = ask(op, question::cluster, path);
  if (!found) return fail(found.error());
  auto document = io::parse_json(
      found->response.body, "the answer of the ResourceManager " + found->address + " to " + path);
  if (!document) document.error().code = status_code::unavailable;
  return document;
}

const queue_capacity* queue_listing::find(std::string_view wanted) const {
  for (const queue_capacity& leaf : leaves) {
    if (leaf.path == wanted || (leaf.name_is_enough && leaf.name == wanted)) return &leaf;
  }
  return nullptr;
}

result<queue_listing> resource_manager::queues(const io::operation& op) {
  const auto document = ask_document(op, "/ws/v1/cluster/scheduler");
  if (!document) return fail(document.error());
  const io::json_value* scheduler = io::member(*document, "scheduler");
  const io::json_value* info =
      scheduler != nullptr ? io::member(*scheduler, "schedulerInfo") : nullptr;
  if (info == nullptr) return queue_listing();
  if (const io::json_value* root = io::member(*info, "rootQueue")) return walk().run(*root, true);
  if (io::string_member_or(*info, "type", "") == "fifoScheduler") {
    queue_listing one;  // whatever an application asks for, this is where it comes
    one.leaves.push_back({"default", "default", true, true, 0, std::nullopt});
    one.makes_queues = true;
    return one;
  }
  return walk().run(*info, false);
}

result<queue_access> resource_manager::may_submit(const io::operation& op,
                                                  const std::string& queue) {
  const auto document = ask_document(
      op, fmt::format("/ws/v1/cluster/queues/{}/access?queue-acl-type=SUBMIT_APPLICATIONS&user={}",
                      io::percent_encode(queue), io::percent_encode(user_)));
  if (!document) {
    if (document.error().code == status_code::permission_denied) return queue_access::untold;
    return fail(document.error());
  }
  // Hadoop 3.3.6 writes it as a text.
  const io::json_value* allowed = io::member(*document, "allowed");
  const std::string said = allowed == nullptr ? "" : io::scalar_text(*allowed);
  if (said == "true") return queue_access::allowed;
  if (said == "false") return queue_access::denied;
  return fail(status_code::unavailable,
              "the ResourceManager's answer about the access to the queue " + queue +
                  " does not say whether it is allowed");
}

result<resource_manager::capacity> resource_manager::cluster_capacity(const io::operation& op) {
  const auto metrics = ask_document(op, "/ws/v1/cluster/metrics");
  if (!metrics) return fail(metrics.error());
  const auto nodes = ask_document(op, "/ws/v1/cluster/nodes");
  if (!nodes) return fail(nodes.error());
  const auto leaves = queues(op);
  if (!leaves) return fail(leaves.error());

  capacity found;
  found.total_memory_mb = integer_or_zero(io::member(*metrics, "clusterMetrics"), "totalMB");
  if (const io::json_value* list = io::member(*nodes, "nodes")) {
    each(io::member(*list, "node"), [&](const io::json_value& node) {
      if (io::string_member_or(node, "state", "") != "RUNNING") return;
      const std::int64_t memory =
          integer_or_zero(&node, "usedMemoryMB") + integer_or_zero(&node, "availMemoryMB");
      found.largest_node_memory_mb = std::max(found.largest_node_memory_mb, memory);
    });
  }
  // Not in the REST API but as a property of queues, and there only where the scheduler shows it.
  for (const queue_capacity& leaf : leaves->leaves) {
    found.maximum_allocation_mb = std::max(found.maximum_allocation_mb, leaf.maximum_memory_mb);
  }
  return found;
}

result<std::int64_t> read_active_nodes(const io::http_response& response,
                                       const std::string& address) {
  const std::string who = "the ResourceManager " + address;
  if (auto good = require_active_answer(question::cluster, response, who); !good)
    return fail(std::move(good.error()));
  const auto metrics = io::parse_json(response.body, "the answer of " + who);
  const io::json_value* found = metrics ? io::member(*metrics, "clusterMetrics") : nullptr;
  const auto nodes = found != nullptr ? io::integer_member(*found, "activeNodes") : std::nullopt;
  if (!nodes || *nodes < 0) {
    return fail(status_code::unavailable,
                who + " answered /ws/v1/cluster/metrics without activeNodes");
  }
  return *nodes;
}

result<std::int64_t> resource_manager::active_nodes(const io::operation& op) {
  const auto found = ask(op, question::cluster, "/ws/v1/cluster/metrics");
  if (!found) return fail(found.error());
  return read_active_nodes(found->response, found->address);
}

}  // namespace dm::cluster
