// How a container ended, as its NodeManager tells it.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/container_end.h"

#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "io/json.h"
#include "io/utf8.h"

namespace dm::cluster {

namespace {

constexpr std::size_t largest_answer = std::size_t{1} << 20;
constexpr std::size_t longest_diagnostics = std::size_t{16} << 10;
constexpr int no_exit_code = -1000;  // ContainerExitStatus.INVALID: it has not ended

io::http_request request(std::string url, const std::string& user) {
  io::http_request made;
  if (!user.empty())
    url += (url.find('?') == std::string::npos ? "?user.name=" : "&user.name=") +
           io::percent_encode(user);
  made.url = std::move(url);
  made.headers = {"Accept: application/json"};
  made.max_body_bytes = largest_answer;
  made.timeout = io::milliseconds(5'000);
  return made;
}

tl::unexpected<error> none(const io::http_response& response) {
  return fail(status_code::unavailable,
              fmt::format("the NodeManager answered HTTP {} and tells nothing of the container: it "
                          "does not know it, or not any more",
                          response.status));
}

std::optional<int> exit_code_in(const io::json_value& object, const char* name) {
  const auto code = io::integer_member(object, name);
  if (!code || *code == no_exit_code || *code < std::numeric_limits<int>::min() ||
      *code > std::numeric_limits<int>::max())
    return std::nullopt;
  return static_cast<int>(*code);
}

std::int64_t megabytes_in(const io::json_value& object, const char* name) {
  constexpr double most = 1e12;
  const io::json_value* value = io::member(object, name);
  if (value == nullptr || !value->IsNumber()) return -1;
  const double number = value->GetDouble();
  return number >= 0 && number < most ? std::llround(number) : -1;
}

}  // namespace

io::http_request container_state_request(const container_place& container,
                                         const std::string& user) {
  return request(fmt::format("{}/ws/v1/node/containers/{}", container.node, container.id), user);
}

io::http_request container_metrics_request(const container_place& container,
                                           const std::string& user) {
  return request(fmt::format("{}/jmx?qry=Hadoop:service=NodeManager,name=ContainerResource_{}",
                             container.node, container.id),
                 user);
}

result<container_end> read_container_state(const io::http_response& response) {
  if (response.status != 200 || !response.json()) return none(response);
  const auto document = io::parse_json(response.body, "what the NodeManager tells of a container");
  const io::json_value* container = document ? io::member(*document, "container") : nullptr;
  if (container == nullptr || !container->IsObject()) return none(response);
  container_end end;
  const std::string state = io::string_member_or(*container, "state", "");
  if (state.empty()) return none(response);
  if (state == "DONE") end.exit_code = exit_code_in(*container, "exitCode");
  // NodeManager's ContainerState on the way from RUNNING to DONE.
  constexpr std::array<std::string_view, 4> on_the_way = {
      "KILLING", "EXITED_WITH_SUCCESS", "EXITED_WITH_FAILURE", "CONTAINER_CLEANEDUP_AFTER_KILL"};
  for (const std::string_view one : on_the_way) end.ending = end.ending || state == one;
  if (end.exit_code) {
    end.diagnostics = io::string_member_or(*container, "diagnostics", "");
    end.diagnostics.resize(io::character_boundary(end.diagnostics, longest_diagnostics));
  }
  return end;
}

result<container_end> read_container_metrics(const io::http_response& response) {
  if (response.status != 200 || !response.json()) return none(response);
  const auto document = io::parse_json(response.body, "the NodeManager's metrics");
  const io::json_value* beans = document ? io::member(*document, "beans") : nullptr;
  if (beans == nullptr || !beans->IsArray() || beans->Empty() || !(*beans)[0].IsObject())
    return none(response);
  const io::json_value& bean = (*beans)[0];
  container_end end;
  end.exit_code = exit_code_in(bean, "ExitCode");
  end.ending = !end.exit_code;
  end.used_mb = megabytes_in(bean, "PMemUsageMBsMaxMBs");
  end.limit_mb = megabytes_in(bean, "pMemLimitMBs");
  return end;
}

}  // namespace dm::cluster
