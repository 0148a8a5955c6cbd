// A ResourceManager's REST API, active or standby, over an imaginary YARN cluster.
// SPDX-License-Identifier: Apache-2.0
#include "fake/resource_manager.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "io/json.h"
#include "io/time.h"

namespace dm::fake {

namespace {

const std::string base = "/ws/v1/cluster";

response answer_json(int status, std::string body) {
  response r = json(status, std::move(body));
  r.content_type = "application/json;charset=utf-8";
  r.chunked = true;
  return r;
}

response refusal(int status, const std::string& exception, const std::string& message) {
  return answer_json(status, "{\"RemoteException\":{\"exception\":" + json_quoted(exception) +
                                 ",\"message\":" + json_quoted(message) + ",\"javaClassName\":" +
                                 json_quoted("org.apache.hadoop.yarn.webapp." + exception) + "}}");
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start < list.size();) {
    const std::size_t end = std::min(list.find(',', start), list.size());
    parts.push_back(list.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

std::int64_t next_start() {
  static std::atomic<std::int64_t> next{1'795'438'290'778};
  return next.fetch_add(1000);
}

std::string memory(std::int64_t megabytes) {
  return "{\"memory\":" + std::to_string(megabytes) + ",\"vCores\":64}";
}

std::int64_t largest_mb(const yarn_queue& queue) {
  return queue.maximum_allocation_mb > 0 ? queue.maximum_allocation_mb : 6144;
}

std::string scheduler(const std::vector<yarn_queue>& queues) {
  std::string list;
  for (const yarn_queue& queue : queues) {
    if (!list.empty()) list += ',';
    list += "{\"type\":\"capacitySchedulerLeafQueueInfo\",\"capacity\":100.0,\"queueName\":" +
            json_quoted(queue.name) + ",\"state\":" + json_quoted(queue.state);
    if (queue.maximum_allocation_mb > 0)
      list += ",\"maximumAllocation\":" + memory(queue.maximum_allocation_mb);
    if (!queue.submitters.empty()) {
      list +=
          ",\"queueAcls\":{\"queueAcl\":[{\"accessType\":\"SUBMIT_APP\",\"accessControlList\":" +
          json_quoted(queue.submitters) +
          "},{\"accessType\":\"ADMINISTER_QUEUE\",\"accessControlList\":\"yarn-admin \"},"
          "{\"accessType\":\"APPLICATION_MAX_PRIORITY\",\"accessControlList\":\"*\"}]}";
    }
    list += "}";
  }
  return "{\"scheduler\":{\"schedulerInfo\":{\"type\":\"capacityScheduler\",\"capacity\":100.0,"
         "\"queueName\":\"root\","
         "\"queues\":{\"queue\":[" +
         list + "]}}}}";
}

// Whether a user may submit to a queue: told to who administers it. Without access lists everybody
// does.
response access(const request& asked, const std::vector<yarn_queue>& queues) {
  const std::string start = base + "/queues/";
  std::string name = asked.path.substr(start.size());
  name.resize(name.rfind('/'));
  const std::string user = asked.argument("user");
  const std::string caller = asked.argument("user.name");
  bool lists = false;
  bool allowed = false;
  for (const yarn_queue& queue : queues) {
    lists = lists || !queue.submitters.empty();
    if (queue.name != name && "root." + queue.name != name) continue;
    const std::string users = "," + queue.submitters.substr(0, queue.submitters.find(' ')) + ",";
    allowed = queue.submitters.empty() || users.find("," + user + ",") != std::string::npos;
  }
  if (lists && caller != "yarn-admin") {
    return refusal(403, "ForbiddenException",
                   "java.lang.Exception: User=" + caller + " doesn't haven access to queue=" +
                       name + " so it cannot check ACLs for other users.");
  }
  return answer_json(
      200, fmt::format(R"({{"allowed":"{}","user":"{}","diagnostics":""}})", allowed, user));
}

std::string nodes(const std::vector<yarn_node>& all) {
  std::string list;
  for (const yarn_node& node : all) {
    if (!list.empty()) list += ',';
    list += fmt::format(
        R"({{"rack":"/default-rack","state":"{}","id":"localhost:20010","usedMemoryMB":{},"availMemoryMB":{}}})",
        node.state, node.used_mb, node.available_mb);
  }
  return "{\"nodes\":{\"node\":[" + list + "]}}";
}

std::string metrics(const std::vector<yarn_node>& all) {
  std::int64_t total = 0;
  int active = 0;
  for (const yarn_node& node : all) {
    if (node.state != "RUNNING") continue;
    total += node.used_mb + node.available_mb;
    ++active;
  }
  return fmt::format(
      R"({{"clusterMetrics":{{"appsSubmitted":12,"totalMB":{},"totalNodes":{},"activeNodes":{}}}}})",
      total, all.size(), active);
}

// A node's id is its name and another port than that of its pages; here it is the same one.
std::string node_id_of(const std::string& address) {
  return address.substr(address.find("//") + 2);
}

// As RMWebServices of Hadoop 3.3.6 writes it: without the name that its other lists have.
std::string containers(const std::vector<std::pair<std::string, std::string>>& all) {
  if (all.empty()) return "{}";
  std::string list;
  for (const auto& [id, node] : all) {
    list +=
        (list.empty() ? "" : ",") +
        fmt::format(
            R"({{"containerId":"{0}","allocatedMB":"640","allocatedVCores":"1","assignedNodeId":"localhost:20010",)"
            R"("priority":"0","startedTime":"1795438900000","finishedTime":"0","elapsedTime":"1000",)"
            R"("logUrl":"{1}/node/containerlogs/{0}/pnda","containerExitStatus":"0","containerState":"RUNNING",)"
            R"("nodeHttpAddress":"{1}","nodeId":"{2}"}})",
            id, node, node_id_of(node));
  }
  return "{\"container\":[" + list + "]}";
}

}  // namespace

std::string application_json(const yarn_application& a, const std::string& address, bool all) {
  std::string tags;
  for (const std::string& tag : a.tags) tags += (tags.empty() ? "" : ",") + tag;
  std::string text =
      "{\"id\":" + json_quoted(a.id) + ",\"user\":" + json_quoted(a.user) +
      ",\"name\":" + json_quoted(a.name) + ",\"queue\":" + json_quoted(a.queue) +
      ",\"state\":" + json_quoted(a.state) + ",\"finalStatus\":" + json_quoted(a.final_status) +
      ",\"progress\":100.0,\"trackingUI\":\"ApplicationMaster\",\"trackingUrl\":" +
      json_quoted(address + "/proxy/" + a.id + "/") +
      ",\"diagnostics\":" + json_quoted(a.diagnostics) +
      ",\"clusterId\":1795438290778,\"applicationType\":\"Apache Flink\",\"applicationTags\":" +
      json_quoted(tags) + ",\"priority\":0";
  if (!all) {
    return text +
           ",\"startedTime\":0,\"launchTime\":0,\"finishedTime\":0,\"elapsedTime\":0,"
           "\"allocatedMB\":0,\"runningContainers\":0,\"unmanagedApplication\":false}";
  }
  text +=
      ",\"startedTime\":" + std::to_string(a.started_ms) +
      ",\"finishedTime\":" + std::to_string(a.finished_ms) + ",\"elapsedTime\":" +
      std::to_string((a.finished_ms > 0 ? a.finished_ms : io::now().time_since_epoch().count()) -
                     a.started_ms);
  if (!a.am_rpc_address.empty()) text += ",\"amRPCAddress\":" + json_quoted(a.am_rpc_address);
  if (!a.am_container_logs.empty())
    text += ",\"amContainerLogs\":" + json_quoted(a.am_container_logs);
  // The two members of one name are YARN's own.
  return text + ",\"allocatedMB\":" + std::to_string(a.allocated_mb) +
         ",\"runningContainers\":" + std::to_string(a.running_containers) +
         ",\"resourceSecondsMap\":{\"entry\":{\"key\":\"memory-mb\",\"value\":\"4662\"},\"entry\":{"
         "\"key\":\"vcores\","
         "\"value\":\"14\"}},\"timeouts\":{\"timeout\":[{\"type\":\"LIFETIME\",\"expiryTime\":"
         "\"UNLIMITED\","
         "\"remainingTimeInSeconds\":-1}]}}";
}

resource_manager::resource_manager(std::shared_ptr<yarn_cluster> cluster)
    : cluster_(std::move(cluster)),
      started_on_(next_start()),
      server_([this](const request& asked) { return answer(asked); }) {}

void resource_manager::set_active() {
  const std::lock_guard lock(mutex_);
  active_ = true;
}

void resource_manager::set_standby(const std::string& address_of_active) {
  const std::lock_guard lock(mutex_);
  active_ = false;
  other_ = address_of_active;
}

std::int64_t resource_manager::started_on() const {
  const std::lock_guard lock(mutex_);
  return started_on_;
}

void resource_manager::set_started_on(std::int64_t ms) {
  const std::lock_guard lock(mutex_);
  started_on_ = ms;
}

void resource_manager::restart(int empty_answers) {
  const std::lock_guard lock(mutex_);
  started_on_ = next_start();
  empty_answers_ = empty_answers;
}

void resource_manager::set_view_of_others(view what) {
  const std::lock_guard lock(mutex_);
  others_ = what;
}

bool resource_manager::sees(const request& asked, const yarn_application& application) const {
  return others_ == view::all || asked.argument("user.name") == application.user;
}

void resource_manager::set_kill(kill_behaviour behaviour, int times) {
  const std::lock_guard lock(mutex_);
  kill_ = behaviour;
  kill_times_ = times;
}

int resource_manager::kills_asked() const {
  const std::lock_guard lock(mutex_);
  return kills_;
}

void resource_manager::set_takes_submissions(bool takes) {
  const std::lock_guard lock(mutex_);
  takes_submissions_ = takes;
}

void resource_manager::on_submission(std::function<void(yarn_application&)> change) {
  const std::lock_guard lock(mutex_);
  on_submission_ = std::move(change);
}

std::vector<std::string> resource_manager::submissions() const {
  const std::lock_guard lock(mutex_);
  return submissions_;
}

int resource_manager::ids_given() const {
  const std::lock_guard lock(mutex_);
  return ids_given_;
}

std::string resource_manager::info() const {
  return fmt::format(
      R"({{"clusterInfo":{{"id":{0},"startedOn":{0},"state":"STARTED","haState":"{1}","resourceManagerVersion":"3.3.6","hadoopVersion":"3.3.6"}}}})",
      started_on_, active_ ? "ACTIVE" : "STANDBY");
}

response resource_manager::answer(const request& asked) {
  std::unique_lock lock(mutex_);
  if (asked.path == base + "/info") return answer_json(200, info());
  if (!active_) {
    response r = text(307, "Can not find any active RM. Will retry in next 6 seconds.\n");
    if (!other_.empty()) {
      r.body = "This is standby RM. The redirect url is: " + asked.target + "\n";
      r.headers.emplace_back("Location", other_ + asked.target);
    } else {
      r.headers.emplace_back("Refresh", "6;url=" + server_.address() + asked.target);
    }
    return r;
  }
  if (asked.method == "POST" && asked.path.starts_with(base + "/apps")) {
    // In plain words, though it says that it is JSON.
    if (!takes_submissions_) return answer_json(403, "App submission via REST is disabled.");
    if (asked.path == base + "/apps/new-application") return new_application();
    if (asked.path == base + "/apps") return submit(asked);
  }
  if (asked.path == base + "/apps") return answer_json(200, applications(asked));
  if (asked.path.find("/appattempts") != std::string::npos && !asked.path.ends_with("/containers"))
    return attempts(asked);
  const auto sees_all = [&](const yarn_application& one) { return sees(asked, one); };
  if (asked.path.starts_with(base + "/apps/") && asked.method == "GET" &&
      !asked.path.ends_with("/state")) {
    const auto one = cluster_->find(asked.path.substr((base + "/apps/").size()));
    if (one)
      return answer_json(
          200, "{\"app\":" + application_json(*one, server_.address(), sees_all(*one)) + "}");
  }
  lock.unlock();
  if (asked.path == base + "/metrics") return answer_json(200, metrics(cluster_->nodes()));
  if (asked.path == base + "/nodes") return answer_json(200, nodes(cluster_->nodes()));
  if (asked.path.starts_with(base + "/nodes/")) {
    const std::string id = asked.path.substr((base + "/nodes/").size());
    if (!cluster_->had_node("http://" + id)) {
      return refusal(404, "NotFoundException",
                     "java.lang.Exception: nodeId, " + id + ", is not found");
    }
    return answer_json(200, fmt::format(R"({{"node":{{"rack":"/default-rack","state":"RUNNING",)"
                                        R"("id":"{0}","nodeHTTPAddress":"{0}"}}}})",
                                        id));
  }
  if (asked.path.starts_with(base + "/queues/") && asked.path.ends_with("/access"))
    return access(asked, cluster_->queues());
  if (asked.path == base + "/scheduler") return answer_json(200, scheduler(cluster_->queues()));
  if (asked.path == "/conf") {
    const auto value = cluster_->configured(asked.argument("name"));
    if (!value) return text(404, "", "application/json;charset=utf-8");
    return answer_json(200, "{\"property\":{\"key\":" + json_quoted(asked.argument("name")) +
                                ",\"value\":" + json_quoted(*value) +
                                ",\"isFinal\":false,\"resource\":\"yarn-site.xml\"}}");
  }
  if (const std::size_t at = asked.path.find("/appattempts/");
      at != std::string::npos && asked.path.ends_with("/containers")) {
    const std::string apps = base + "/apps/";
    const auto one = cluster_->find(asked.path.substr(apps.size(), at - apps.size()));
    return answer_json(200, containers(one ? one->containers : decltype(one->containers)()));
  }
  if (asked.path.starts_with(base + "/apps/")) {
    std::string id = asked.path.substr((base + "/apps/").size());
    const bool state = id.ends_with("/state");
    if (state) id.resize(id.size() - std::string("/state").size());
    const auto found = cluster_->find(id);
    if (!found) {
      return refusal(404, "NotFoundException",
                     "java.lang.Exception: app with id: " + id + " not found");
    }
    if (asked.method == "PUT" && state) return kill(asked, id);
    if (state) return answer_json(200, "{\"state\":" + json_quoted(found->state) + "}");
  }
  return text(404, "<html>Sorry, got error 404</html>", "text/html;charset=utf-8");
}

// The list, or one attempt; each application has one.
response resource_manager::attempts(const request& asked) const {
  const std::string start = base + "/apps/";
  const std::size_t end = asked.path.find('/', start.size());
  const auto one = cluster_->find(asked.path.substr(start.size(), end - start.size()));
  if (!one || !sees(asked, *one))
    return refusal(404, "NotFoundException", "java.lang.Exception: app with id not found");
  const std::string rest = one->id.substr(one->id.find('_'));
  const std::string attempt = "appattempt" + rest + "_000001";
  const std::string container = "container" + rest + "_01_000001";
  if (asked.path.ends_with("/appattempts")) {
    return answer_json(
        200,
        fmt::format(
            R"({{"appAttempts":{{"appAttempt":[{{"id":1,"startTime":{0},"finishedTime":{1},"containerId":"{2}","nodeHttpAddress":"localhost:28752","nodeId":"localhost:28750","logsLink":{3},"blacklistedNodes":"","nodesBlacklistedBySystem":"","appAttemptId":"{4}","exportPorts":"null"}}]}}}})",
            one->started_ms, one->finished_ms, container, json_quoted(one->am_container_logs),
            attempt));
  }
  if (!asked.path.ends_with("/" + attempt))
    return refusal(404, "NotFoundException", "java.lang.Exception: app attempt with id not found");
  return answer_json(
      200,
      fmt::format(
          R"({{"appAttemptId":"{}","host":"localhost","rpcPort":"44967","trackingUrl":"","originalTrackingUrl":"","diagnosticsInfo":{},"appAttemptState":"{}","amContainerId":"{}","startedTime":"{}","finishedTime":"{}"}})",
          attempt, json_quoted(one->attempt_diagnostics), one->state, container, one->started_ms,
          one->finished_ms));
}

std::string resource_manager::applications(const request& asked) {
  if (empty_answers_ > 0) {
    --empty_answers_;
    return "{\"apps\":{}}";
  }
  const std::string tags = asked.argument("applicationTags");
  const auto found = tags.empty() ? cluster_->applications() : cluster_->tagged(split(tags));
  std::string list;
  for (const yarn_application& application : found) {
    const bool all = sees(asked, application);
    if (!asked.argument("user").empty() && asked.argument("user") != application.user) continue;
    if (!all && others_ == view::filtered) continue;
    list += (list.empty() ? "" : ",") + application_json(application, server_.address(), all);
  }
  if (list.empty()) return "{\"apps\":{}}";
  return "{\"apps\":{\"app\":[" + list + "]}}";
}

response resource_manager::new_application() {
  ++ids_given_;
  const yarn_queue queue = cluster_->queues().front();
  return answer_json(
      200,
      fmt::format(
          R"({{"application-id":"{}","maximum-resource-capability":{{"memory":{},"vCores":64,"resourceInformations":{{"resourceInformation":[{{"attributes":{{}},"maximumAllocation":9223372036854775807,"minimumAllocation":0,"name":"memory-mb","resourceType":"COUNTABLE","units":"Mi","value":{}}}]}}}}}})",
          cluster_->new_id(), largest_mb(queue), largest_mb(queue)));
}

// Of an id that it knows already it makes nothing, and says so with the same words.
response resource_manager::submit(const request& asked) {
  const auto bad = [](const std::string& message) {
    return refusal(400, "BadRequestException", "java.lang.Exception: " + message);
  };
  const auto document = io::parse_json(asked.body, "a submission");
  if (!document) {
    return refusal(400, "WebApplicationException",
                   "javax.xml.bind.UnmarshalException\n - with linked exception:\n"
                   "[javax.xml.stream.XMLStreamException: "
                   "com.fasterxml.jackson.core.io.JsonEOFException]");
  }
  yarn_application application;
  application.id = io::string_member_or(*document, "application-id", "");
  if (!application.id.starts_with("application_"))
    return bad("Could not parse application id " + application.id);
  const std::vector<yarn_queue> queues = cluster_->queues();
  const io::json_value* resource = io::member(*document, "resource");
  if (resource != nullptr &&
      io::integer_member(*resource, "memory").value_or(0) > largest_mb(queues.front()))
    return bad("Requested more memory than configured max");
  if (const io::json_value* tags = io::member(*document, "application-tags")) {
    for (const io::json_value& tag : io::member(*tags, "tag")->GetArray()) {
      application.tags.emplace_back(io::view(tag));
      if (application.tags.back().size() > 100) {
        return bad("java.lang.IllegalArgumentException: Tag " + application.tags.back() +
                   " is too long, maximum allowed length of a tag is 100");
      }
    }
  }
  application.name = io::string_member_or(*document, "application-name", "N/A");
  application.queue = io::string_member_or(*document, "queue", "default");
  application.user = asked.argument("user.name", "dr.who");
  application.state = "ACCEPTED";
  application.started_ms = io::now().time_since_epoch().count();
  const bool known = std::any_of(queues.begin(), queues.end(), [&](const yarn_queue& queue) {
    return application.queue == queue.name || application.queue == "root." + queue.name;
  });
  if (cluster_->find(application.id)) {
    // Nothing comes of it.
  } else if (!known) {
    application.state = application.final_status = "FAILED";
    application.diagnostics = "Application " + application.id + " submitted by user " +
                              application.user + " to unknown queue: " + application.queue;
    application.finished_ms = application.started_ms;
  } else if (on_submission_) {
    on_submission_(application);
  }
  submissions_.push_back(asked.body);
  cluster_->submit_once(application);
  response r = text(202, "", "application/json;charset=utf-8");
  r.headers.emplace_back("Location", server_.address() + base + "/apps/" + application.id);
  return r;
}

response resource_manager::kill(const request& asked, const std::string& id) {
  kill_behaviour behaviour = kill_behaviour::at_once;
  {
    const std::lock_guard lock(mutex_);
    ++kills_;
    behaviour = kill_;
    if (kill_times_ > 0 && --kill_times_ == 0) kill_ = kill_behaviour::at_once;
  }
  if (behaviour == kill_behaviour::denied) {
    return answer_json(403, "Unauthorized attempt to kill appid " + id + " by remote user " +
                                asked.argument("user.name"));
  }
  if (asked.argument("user.name").empty() || behaviour == kill_behaviour::refused) {
    return refusal(403, "ForbiddenException",
                   "java.lang.Exception: The default static user cannot carry out this operation.");
  }
  if (asked.body.find("\"KILLED\"") == std::string::npos) {
    return refusal(400, "BadRequestException",
                   "java.lang.Exception: Only 'KILLED' is allowed as a target state.");
  }
  const std::string before = cluster_->find(id)->state;
  if (behaviour == kill_behaviour::lost)
    return answer_json(202, "{\"state\":" + json_quoted(before) + "}");
  const bool ended = cluster_->find(id)->terminal();
  cluster_->kill(id, asked.argument("user.name"));
  return ended ? answer_json(200, "{\"state\":" + json_quoted(before) + "}")
               : answer_json(202, "{\"state\":\"KILLING\"}");
}

}  // namespace dm::fake
