// The Deployment Manager, by /healthz, /readyz and /metrics.
// SPDX-License-Identifier: Apache-2.0
#include "health/manager_probe.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "health/component_figures.h"
#include "health/shown_text.h"
#include "io/json.h"

namespace dm::health {

namespace {

constexpr std::size_t small_answer = 256 << 10;
constexpr std::size_t metrics_limit = std::size_t{16} << 20;

// The JSON of an answer with one of the statuses that mean something.
result<io::json_document> document_of(const result<io::http_response>& response,
                                      const std::string& path, long other_status) {
  if (!response) return fail(response.error());
  if (response->status == 401 || response->status == 403)
    return fail(
        response->status == 401 ? status_code::unauthenticated : status_code::permission_denied,
        fmt::format("{} answered HTTP {}", path, response->status));
  if ((response->status != 200 && response->status != other_status) || !response->json())
    return fail(status_code::unavailable,
                fmt::format("{} answered HTTP {} with {}", path, response->status,
                            response->content_type.empty() ? "no content type"
                                                           : shown(response->content_type, 60)));
  auto document = io::parse_json(response->body, "the answer to " + path);
  if (document && !document->IsObject())
    return fail(status_code::unavailable, "the answer to " + path + " is no object");
  return document;
}

}  // namespace

manager_probe::manager_probe(std::string url, std::string token, limits limit)
    : url_(std::move(url)), token_(std::move(token)), limit_(std::move(limit)), address_(url_) {}

std::vector<io::http_request> manager_probe::ask() {
  std::vector<io::http_request> requests;
  if (std::exchange(asked_, true)) return requests;
  if (barred_ = address_.barred(); barred_) return requests;
  for (const char* path : {"/healthz", "/readyz", "/metrics"}) {
    requests.push_back(address_.get(path));
    requests.back().max_body_bytes = small_answer;
    if (!token_.empty()) requests.back().headers = {"Authorization: Bearer " + token_};
  }
  requests.back().headers.emplace_back("Accept: text/plain");
  requests.back().max_body_bytes = metrics_limit;
  answers_.resize(requests.size());
  return requests;
}

void manager_probe::take(std::size_t index, timed_answer answer) {
  answers_[index] = std::move(answer);
}

finding manager_probe::conclude() {
  finding found;
  found.subject = "Deployment Manager " + shown(url_, 200);
  if (barred_) {
    note_failure(found, found.subject, *barred_);
    return found;
  }
  const bool alive = conclude_alive(found);
  const bool ready = alive && conclude_ready(found);
  found.figures.push_back({"flink.deployment_manager_available_success", alive});
  found.figures.push_back({"flink.deployment_manager_available_ms", found.took_ms});
  found.figures.push_back({"flink.deployment_manager_ready_success", ready});
  if (alive) {
    conclude_components(found);
  } else {
    found.warn(
        "how the components are could not be told, since the Deployment Manager was not "
        "there to ask");
  }
  return found;
}

bool manager_probe::conclude_alive(finding& found) {
  const auto health = document_of(answers_[0].response, "/healthz", 200);
  if (!health || io::string_member_or(*health, "status", "") != "ok") {
    note_failure(found, found.subject,
                 health ? fail(status_code::unavailable, "/healthz is none of its own").value()
                        : health.error());
    return false;
  }
  found.took_ms = answers_[0].took_ms;
  found.says.emplace_back("answers");
  note_slow(found, found.subject, found.took_ms, limit_.latency);
  return true;
}

bool manager_probe::conclude_ready(finding& found) {
  const auto ready = document_of(answers_[1].response, "/readyz", 503);
  if (!ready) {
    found.warn(fmt::format("{}: whether it can take work could not be told: {}", found.subject,
                           shown(ready.error().message)));
    return false;
  }
  const std::string status = io::string_member_or(*ready, "status", "");
  if (status == "ready") {
    found.says.emplace_back("ready");
    return true;
  }
  std::string why;
  const io::json_value* checks = io::member(*ready, "checks");
  if (checks != nullptr && checks->IsObject()) {
    for (const auto& check : checks->GetObject()) {
      if (why.size() > 400 || io::view(check.value) == "pass") continue;
      why += fmt::format("{}{}: {}", why.empty() ? "" : "; ", shown(io::view(check.name), 40),
                         shown(io::view(check.value), 160));
    }
  }
  if (status == "not ready") {
    found.fault(fmt::format("{} is not ready to take work: {}", found.subject, why));
  } else {
    found.warn(found.subject +
               ": whether it can take work could not be told: /readyz is none of "
               "its own");
  }
  return false;
}

void manager_probe::conclude_components(finding& found) {
  const auto untold = [&](const std::string& why) {
    found.warn("how the components are could not be told: " + why);
  };
  const auto& response = answers_[2].response;
  if (!response) return untold(shown(response.error().message));
  if (response->status != 200 || response->content_type != "text/plain")
    return untold(fmt::format("/metrics answered HTTP {}", response->status));
  const auto seen = read_components(response->body);
  if (!seen) return untold("/metrics: " + shown(seen.error().message));
  judge_components(*seen, limit_, found);
}

}  // namespace dm::health
