// The ResourceManager, or the pair of them: finds the active one, asks it, kills through it.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/resource_manager.h"

#include <fmt/format.h>

#include <algorithm>

#include "io/json.h"
#include "io/time.h"
#include "io/trimmed.h"

namespace dm::cluster {

namespace {

// A standby without an active one takes a second per request and answers one after the other; a
// healthy one milliseconds.
constexpr io::milliseconds info_timeout{5'000};

std::string who(const std::string& address) { return "the ResourceManager " + address; }

result<resource_manager_info> read_info(const result<io::http_response>& response,
                                        const std::string& address) {
  if (!response) return fail(response.error());
  return cluster::read_info(*response, address);
}

tl::unexpected<error> no_address() {
  return fail(status_code::invalid_argument, "no address of a ResourceManager is configured");
}

tl::unexpected<error> no_application_id(const std::string& text) {
  return fail(status_code::invalid_argument,
              "'" + first_line(text, 80) + "' is not the id of a YARN application");
}

// Of a question that only the active one answers.
bool says_standby(const io::http_response& response) { return response.status == 307; }

// Hadoop says this one without a RemoteException.
bool denies_the_kill(const io::http_response& response, const std::string& application_id) {
  return response.status == 403 && response.body.find("Unauthorized attempt to kill appid " +
                                                      application_id) != std::string::npos;
}

// This one, too: yarn.webapp.enable-rest-app-submissions is false (seen on Hadoop 3.3.6).
bool takes_no_submissions(const io::http_response& response) {
  return response.status == 403 &&
         io::trimmed(response.body) == "App submission via REST is disabled.";
}

}  // namespace

result<resource_manager_info> read_info(const io::http_response& response,
                                        const std::string& address) {
  if (auto good = require_active_answer(question::cluster, response, who(address)); !good)
    return fail(std::move(good.error()));
  const auto document = io::parse_json(response.body, "the answer of " + who(address));
  const io::json_value* info = document ? io::member(*document, "clusterInfo") : nullptr;
  const auto started_on = info != nullptr ? io::integer_member(*info, "startedOn") : std::nullopt;
  if (!started_on || *started_on < 0 || *started_on > io::latest_ms) {
    return fail(status_code::unavailable,
                who(address) + " answered /ws/v1/cluster/info without a valid clusterInfo");
  }
  resource_manager_info found;
  found.address = address;
  found.started_on = *started_on;
  found.ha_state = io::string_member_or(*info, "haState", "");
  found.version = io::string_member_or(*info, "hadoopVersion", "");
  return found;
}

std::string resource_manager::with_user(std::string path) const {
  if (user_.empty()) return path;
  path += path.find('?') == std::string::npos ? "?user.name=" : "&user.name=";
  return path + io::percent_encode(user_);
}

io::http_request resource_manager::info_request(const std::string& address) const {
  io::http_request request;
  request.url = with_user(address + "/ws/v1/cluster/info");
  request.timeout = info_timeout;
  request.max_body_bytes = std::size_t{1} << 20;
  return request;
}

io::http_request resource_manager::active_nodes_request(const std::string& address) const {
  io::http_request request = info_request(address);
  request.url = with_user(address + "/ws/v1/cluster/metrics");
  return request;
}

error resource_manager::none_active(const std::vector<replicas::answer>& answers,
                                    question asked) const {
  error none;
  none.code = status_code::unavailable;
  bool authentication = true;
  for (const replicas::answer& one : answers) {
    const std::string& address = replicas_->addresses()[one.index];
    const auto info = read_info(one.response, address);
    const auto good = one.response ? require_active_answer(asked, *one.response, who(address))
                                   : result<void>(fail(one.response.error()));
    // The operation's own end is told as that.
    if (!one.response && one.response.error().code != status_code::unavailable)
      return one.response.error();
    authentication = authentication && !good && good.error().code == status_code::unauthenticated;
    none.causes.push_back({"resourcemanager " + address,
                           first_line(!good  ? good.error().message
                                      : info ? "its state is " + first_line(info->ha_state, 40)
                                             : info.error().message)});
  }
  if (authentication) none.code = status_code::unauthenticated;
  none.message = fmt::format("no active ResourceManager among the {} configured", answers.size());
  for (const error_cause& cause : none.causes) none.message += "; " + cause.message;
  none.hint =
      "nothing follows from this about any application; see 'yarn rmadmin -getAllServiceState'";
  return none;
}

result<resource_manager_info> resource_manager::active(const io::operation& op) {
  if (addresses().empty()) return no_address();
  auto said = replicas_->ask(
      http_, op, [this](const std::string& address) { return info_request(address); },
      [](const io::http_response& response) {
        const auto info = read_info(response, "");
        return info && info->ha_state == "ACTIVE";
      },
      [](const io::http_response& response) {
        const auto info = read_info(response, "");
        return info && info->ha_state == "STANDBY";
      });
  if (!said.good) return fail(none_active(said.of_no_use, question::cluster));
  return read_info(said.good->response, addresses()[said.good->index]);
}

result<resource_manager::answered> resource_manager::ask(const io::operation& op, question asked,
                                                         const std::string& path) {
  if (addresses().empty()) return no_address();
  // The Location of a standby's redirect is not followed: which hosts are asked is a matter of
  // configuration (D-34).
  auto said = replicas_->ask(
      http_, op,
      [&](const std::string& address) {
        io::http_request request;
        request.url = with_user(address + path);
        return request;
      },
      [&](const io::http_response& response) {
        const auto good = require_active_answer(asked, response, "");
        return good || good.error().code != status_code::unavailable;
      },
      says_standby);
  if (!said.good) {
    if (addresses().size() > 1) return fail(none_active(said.of_no_use, asked));
    auto& only = said.of_no_use.front().response;
    if (!only) return fail(std::move(only.error()));
    said.good = replicas::answer{0, std::move(only)};
  }
  const std::string& address = addresses()[said.good->index];
  auto& response = said.good->response;
  if (auto good = require_active_answer(asked, *response, who(address)); !good)
    return fail(std::move(good.error()));
  return answered{std::move(*response), address};
}

result<application_listing> resource_manager::find(const io::operation& op,
                                                   const std::string& tag) {
  const auto found = ask(op, question::cluster, applications_request("", tag).url);
  if (!found) return fail(found.error());
  auto applications = read_applications(found->response, found->address);
  if (!applications) return fail(std::move(applications.error()));
  return application_listing{std::move(*applications), found->address, 0};
}

result<void> resource_manager::changed_since(const io::operation& op,
                                             const resource_manager_info& before,
                                             const std::string& asked_for) {
  const auto after = read_info(http_.perform(op, info_request(before.address)), before.address);
  if (!after) return fail(after.error());
  if (after->ha_state == "ACTIVE" && after->started_on == before.started_on) return {};
  return fail(status_code::unavailable,
              fmt::format("{} changed (restart or failover) while it was asked for {}",
                          who(before.address), asked_for),
              "what it knows may be incomplete; ask again");
}

result<application_listing> resource_manager::list_confirmed(
    const io::operation& op,
    const std::function<io::http_request(const std::string& address)>& request,
    const std::string& asked_for) {
  const auto before = active(op);
  if (!before) return fail(before.error());
  const auto response = http_.perform(op, request(before->address));
  if (!response) return fail(response.error());
  auto applications = read_applications(*response, before->address);
  if (!applications) return fail(std::move(applications.error()));
  if (auto same = changed_since(op, *before, asked_for); !same)
    return fail(std::move(same.error()));
  return application_listing{std::move(*applications), before->address, before->started_on};
}

result<application_listing> resource_manager::find_confirmed(const io::operation& op,
                                                             const std::string& tag) {
  return list_confirmed(
      op, [&](const std::string& address) { return applications_request(address, tag, user_); },
      "the applications tagged " + tag);
}

result<application_listing> resource_manager::find_of_user(const io::operation& op,
                                                           const std::string& user) {
  return list_confirmed(
      op, [&](const std::string& address) { return user_applications_request(address, user); },
      "the applications of user " + user);
}

result<application_answer> resource_manager::find_application(const io::operation& op,
                                                              const std::string& application_id) {
  if (!is_application_id(application_id)) return no_application_id(application_id);
  const std::string path = "/ws/v1/cluster/apps/" + application_id;
  const auto found = ask(op, question::application, path);
  if (found) {
    auto application = read_application(found->response, found->address, application_id);
    if (!application) return fail(std::move(application.error()));
    return application_answer{std::move(*application), found->address, 0};
  }
  if (found.error().code != status_code::not_found) return fail(found.error());
  const auto before = active(op);
  if (!before) return fail(before.error());
  io::http_request request;
  request.url = with_user(before->address + path);
  const auto response = http_.perform(op, request);
  if (!response) return fail(response.error());
  auto application = read_application(*response, before->address, application_id);
  if (application)
    return application_answer{std::move(*application), before->address, before->started_on};
  if (application.error().code != status_code::not_found)
    return fail(std::move(application.error()));
  if (auto same = changed_since(op, *before, application_id); !same)
    return fail(std::move(same.error()));
  return application_answer{std::nullopt, before->address, before->started_on};
}

result<io::http_response> resource_manager::change(
    const io::operation& op,
    const std::function<result<io::http_response>(const std::string& address)>& send) {
  if (addresses().empty()) return no_address();
  const std::optional<std::size_t> known = replicas_->active();
  if (known || addresses().size() == 1) {
    auto sent = send(addresses()[known.value_or(0)]);
    if (sent || sent.error().code != status_code::unavailable || addresses().size() == 1)
      return sent;
    replicas_->forget(*known);
  }
  const auto now_active = active(op);
  if (!now_active) return fail(now_active.error());
  return send(now_active->address);
}

result<io::http_response> resource_manager::post(const io::operation& op, const std::string& path,
                                                 const std::string& body) {
  return change(op, [&](const std::string& address) -> result<io::http_response> {
    io::http_request request;
    request.method = "POST";
    request.url = with_user(address + path);
    request.headers = {"Content-Type: application/json"};
    request.body = body;
    auto response = http_.perform(op, request);
    if (!response) return response;
    if (response->status == 202) return response;  // without a body, and so without a type
    const std::string tried =
        fmt::format("{}, asked for POST {} as user {}", who(address), path, user_);
    if (takes_no_submissions(*response))
      return fail(status_code::permission_denied,
                  tried + ": HTTP 403, " + first_line(response->body));
    if (auto good = require_active_answer(question::submit, *response, tried); !good)
      return fail(std::move(good.error()));
    return response;
  });
}

result<resource_manager::new_application> resource_manager::ask_for_application(
    const io::operation& op) {
  const auto response = post(op, "/ws/v1/cluster/apps/new-application", "");
  if (!response) return fail(response.error());
  const auto document = io::parse_json(response->body, "the answer to new-application");
  new_application given;
  if (document) given.id = io::string_member_or(*document, "application-id", "");
  if (!is_application_id(given.id)) {
    return fail(status_code::unavailable,
                "the ResourceManager answered /ws/v1/cluster/apps/new-application without an id");
  }
  if (const io::json_value* most = io::member(*document, "maximum-resource-capability")) {
    given.maximum_memory_mb = io::integer_member(*most, "memory").value_or(0);
    given.maximum_cores = io::integer_member(*most, "vCores").value_or(0);
  }
  return given;
}

result<void> resource_manager::submit(const io::operation& op, const std::string& document) {
  const auto response = post(op, "/ws/v1/cluster/apps", document);
  if (!response) return fail(response.error());
  if (response->status == 202) return {};
  return fail(status_code::unavailable,
              fmt::format("the ResourceManager answered POST /ws/v1/cluster/apps with HTTP {}",
                          response->status),
              "whether it has taken the application is told by its id alone");
}

result<void> resource_manager::kill(const io::operation& op, const std::string& application_id) {
  if (!is_application_id(application_id)) return no_application_id(application_id);
  // A kill that was carried out without an answer may be sent again (D-32), so every failure may go
  // to the other one.
  const auto killed = change(op, [&](const std::string& address) -> result<io::http_response> {
    io::http_request request;
    request.method = "PUT";
    request.url = with_user(address + "/ws/v1/cluster/apps/" + application_id + "/state");
    request.headers = {"Content-Type: application/json"};
    request.body = R"({"state":"KILLED"})";
    auto response = http_.perform(op, request);
    if (!response) return response;
    const std::string tried =
        fmt::format("{}, asked to kill {} as user {}", who(address), application_id, user_);
    if (denies_the_kill(*response, application_id))
      return fail(status_code::permission_denied,
                  tried + ": HTTP 403, " + first_line(response->body));
    if (auto good = require_active_answer(question::kill, *response, tried); !good)
      return fail(std::move(good.error()));
    return response;
  });
  if (!killed) return fail(killed.error());
  return {};
}

}  // namespace dm::cluster
