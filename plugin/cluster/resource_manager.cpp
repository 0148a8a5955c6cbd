// The ResourceManager, or the pair of them: finds the active one, asks it, kills through it.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/resource_manager.h"

#include <fmt/format.h>

#include <algorithm>

#include "cluster/remote_exception.h"
#include "io/json.h"

namespace dm::cluster {

namespace {

// A standby without an active one takes a second per request and answers one after the other; a
// healthy one milliseconds.
constexpr io::milliseconds info_timeout{5'000};

io::http_request info_request(const std::string& address) {
  io::http_request request;
  request.url = address + "/ws/v1/cluster/info";
  request.timeout = info_timeout;
  request.max_body_bytes = std::size_t{1} << 20;
  return request;
}

result<resource_manager_info> read_info(const result<io::http_response>& response,
                                        const std::string& address) {
  const std::string who = "the ResourceManager " + address;
  if (!response) return fail(response.error());
  if (auto answered = require_active_answer(question::cluster, *response, who); !answered) {
    return fail(std::move(answered.error()));
  }
  const auto document = io::parse_json(response->body, "the answer of " + who);
  const io::json_value* info = document ? io::member(*document, "clusterInfo") : nullptr;
  const auto started_on = info != nullptr ? io::integer_member(*info, "startedOn") : std::nullopt;
  if (!started_on) {
    return fail(status_code::unavailable,
                who + " answered /ws/v1/cluster/info without a clusterInfo");
  }
  resource_manager_info found;
  found.address = address;
  found.started_on = *started_on;
  found.ha_state = io::string_member_or(*info, "haState", "");
  found.version = io::string_member_or(*info, "hadoopVersion", "");
  return found;
}

// A service that may come back by itself, as opposed to one that has said no.
bool may_be_elsewhere(const error& e) { return e.code == status_code::unavailable; }

}  // namespace

resource_manager::resource_manager(io::http_client& http, std::vector<std::string> addresses,
                                   std::string user)
    : http_(http), addresses_(std::move(addresses)), user_(std::move(user)) {}

std::string resource_manager::preferred_address() const {
  const std::lock_guard lock(mutex_);
  return addresses_.empty() ? std::string() : addresses_[preferred_];
}

void resource_manager::prefer(const std::string& address) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find(addresses_.begin(), addresses_.end(), address);
  if (found != addresses_.end()) preferred_ = static_cast<std::size_t>(found - addresses_.begin());
}

result<resource_manager_info> resource_manager::active(const io::operation& op) {
  if (addresses_.empty()) {
    return fail(status_code::invalid_argument, "no address of a ResourceManager is configured");
  }
  error none;
  none.code = status_code::unavailable;
  bool authentication = true;
  // The two may both call themselves active for a while: the one that was believed before goes
  // first.
  const auto consider = [&](const result<io::http_response>& response,
                            const std::string& address) -> std::optional<resource_manager_info> {
    auto info = read_info(response, address);
    if (info && info->ha_state == "ACTIVE") return std::move(*info);
    authentication = authentication && !info && info.error().code == status_code::unauthenticated;
    const std::string said =
        info ? "its state is " + first_line(info->ha_state, 40) : info.error().message;
    none.causes.push_back({"resourcemanager " + address, first_line(said)});
    return std::nullopt;
  };

  const std::string first = preferred_address();
  const auto answer = http_.perform(op, info_request(first));
  if (auto info = consider(answer, first)) return std::move(*info);
  if (auto going_on = op.check("a ResourceManager"); !going_on)
    return fail(std::move(going_on.error()));

  std::vector<io::http_request> requests;
  std::vector<std::string> others;
  for (const std::string& address : addresses_) {
    if (address == first) continue;
    others.push_back(address);
    requests.push_back(info_request(address));
  }
  const auto answers = http_.perform_all(op, requests);
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (auto info = consider(answers[i], others[i])) {
      prefer(info->address);
      return std::move(*info);
    }
  }
  if (auto going_on = op.check("a ResourceManager"); !going_on)
    return fail(std::move(going_on.error()));
  if (authentication) none.code = status_code::unauthenticated;
  none.message =
      fmt::format("no active ResourceManager among the {} configured", addresses_.size());
  for (const error_cause& cause : none.causes) none.message += "; " + cause.message;
  none.hint =
      "nothing follows from this about any application; see 'yarn rmadmin -getAllServiceState'";
  return fail(std::move(none));
}

result<io::http_response> resource_manager::ask(const io::operation& op, const std::string& path,
                                                std::string* answered_by) {
  const auto get = [&](const std::string& address) -> result<io::http_response> {
    io::http_request request;
    request.url = address + path;
    auto response = http_.perform(op, request);
    if (!response) return response;
    if (auto good =
            require_active_answer(question::cluster, *response, "the ResourceManager " + address);
        !good) {
      return fail(std::move(good.error()));
    }
    if (answered_by != nullptr) *answered_by = address;
    return response;
  };
  const std::string first = preferred_address();
  if (first.empty()) {
    return fail(status_code::invalid_argument, "no address of a ResourceManager is configured");
  }
  auto response = get(first);
  // The Location of a standby's redirect is not followed: which hosts are asked is a matter of
  // configuration (D-34).
  if (response || !may_be_elsewhere(response.error()) || addresses_.size() == 1) return response;
  auto now_active = active(op);
  if (!now_active) return fail(std::move(now_active.error()));
  return get(now_active->address);
}

result<application_listing> resource_manager::find(const io::operation& op,
                                                   const std::string& tag) {
  application_listing listing;
  const std::string path = applications_request("", tag).url;
  const auto response = ask(op, path, &listing.address);
  if (!response) return fail(response.error());
  auto applications = read_applications(*response, listing.address);
  if (!applications) return fail(std::move(applications.error()));
  listing.applications = std::move(*applications);
  return listing;
}

result<application_listing> resource_manager::find_confirmed(const io::operation& op,
                                                             const std::string& tag) {
  const auto before = active(op);
  if (!before) return fail(before.error());
  const auto response = http_.perform(op, applications_request(before->address, tag));
  if (!response) return fail(response.error());
  auto applications = read_applications(*response, before->address);
  if (!applications) return fail(std::move(applications.error()));
  const auto after = read_info(http_.perform(op, info_request(before->address)), before->address);
  if (!after) return fail(after.error());
  if (after->ha_state != "ACTIVE" || after->started_on != before->started_on) {
    return fail(
        status_code::unavailable,
        "the ResourceManager " + before->address +
            " changed (restart or failover) while it was asked for the applications tagged " + tag,
        "its list may be incomplete; ask again");
  }
  return application_listing{std::move(*applications), before->address, before->started_on};
}

result<void> resource_manager::kill(const io::operation& op, const std::string& application_id) {
  if (!is_application_id(application_id)) {
    return fail(status_code::invalid_argument,
                "'" + first_line(application_id, 80) + "' is not the id of a YARN application");
  }
  const auto put = [&](const std::string& address) -> result<void> {
    io::http_request request;
    request.method = "PUT";
    request.url = address + "/ws/v1/cluster/apps/" + application_id +
                  "/state?user.name=" + io::percent_encode(user_);
    request.headers = {"Content-Type: application/json"};
    request.body = R"({"state":"KILLED"})";
    const auto response = http_.perform(op, request);
    if (!response) return fail(response.error());
    return require_active_answer(question::kill, *response,
                                 "the ResourceManager " + address + ", asked to kill " +
                                     application_id + " as user " + user_);
  };
  const std::string first = preferred_address();
  if (first.empty()) {
    return fail(status_code::invalid_argument, "no address of a ResourceManager is configured");
  }
  // A kill that was carried out without an answer may be sent again (D-32), so every failure may go
  // to the other one.
  auto killed = put(first);
  if (killed || !may_be_elsewhere(killed.error()) || addresses_.size() == 1) return killed;
  const auto now_active = active(op);
  if (!now_active) return fail(now_active.error());
  return put(now_active->address);
}

}  // namespace dm::cluster
