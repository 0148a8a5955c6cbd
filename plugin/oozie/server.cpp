// Requests to Oozie.
// SPDX-License-Identifier: Apache-2.0
#include "oozie/server.h"

#include <algorithm>

#include <fmt/format.h>

#include "io/url.h"

namespace dm::oozie {

namespace {
constexpr io::milliseconds patience{10'000};
// A submission makes the first runs before it answers.
constexpr io::milliseconds patience_for_changes{60'000};
constexpr std::size_t longest_answer = std::size_t{8} << 20;
}  // namespace

io::http_request server::request(const std::string& path) const {
  io::http_request request;
  request.url =
      fmt::format("{}/v2/{}{}user.name={}", url_, path,
                  path.find('?') == std::string::npos ? '?' : '&', io::percent_encode(user_));
  request.timeout = patience;
  request.max_body_bytes = longest_answer;
  request.kept_header = "oozie-error-code";
  return request;
}

io::http_request server::find_request(const std::string& name) const {
  return request(fmt::format("jobs?jobtype=coordinator&len=100&filter={}",
                             io::percent_encode("name=" + name + ";user=" + user_)));
}

io::http_request server::look_up_request(const std::string& id, int actions) const {
  return request(
      fmt::format("job/{}?show=info&order=desc&len={}", io::percent_encode(id), actions));
}

result<std::vector<coordinator>> server::find(const io::operation& op, const std::string& name) {
  auto response = http_.perform(op, find_request(name));
  if (!response) return fail_while("asking " + who(), std::move(response.error()));
  auto listed = read_coordinators(*response, who());
  if (!listed) return listed;
  return own(std::move(*listed), name, user_);
}

result<coordinator> server::look_up(const io::operation& op, const std::string& id, int actions) {
  auto response = http_.perform(op, look_up_request(id, actions));
  if (!response) return fail_while("asking " + who(), std::move(response.error()));
  return read_coordinator(*response, who());
}

result<workflow> server::look_up_workflow(const io::operation& op, const std::string& id) {
  auto response =
      http_.perform(op, request(fmt::format("job/{}?show=info&len=0", io::percent_encode(id))));
  if (!response) return fail_while("asking " + who(), std::move(response.error()));
  return read_workflow(*response, who());
}

result<std::string> server::submit(const io::operation& op, const job_properties& configuration) {
  io::http_request submission = request("jobs?action=start");
  submission.method = "POST";
  submission.headers = {"Content-Type: application/xml;charset=UTF-8"};
  submission.body = to_xml(configuration);
  submission.timeout = patience_for_changes;
  auto response = http_.perform(op, submission);
  if (!response) return fail_while("submitting to " + who(), std::move(response.error()));
  auto id = read_submitted(*response, who());
  // A refusal has changed nothing; what else it may have answered says nothing of that.
  if (!id) id.error().maybe_done = id.error().code == status_code::unavailable;
  return id;
}

result<void> server::change(const io::operation& op, const std::string& id, const char* action) {
  io::http_request asked = request(fmt::format("job/{}?action={}", io::percent_encode(id), action));
  asked.method = "PUT";
  asked.timeout = patience_for_changes;
  auto response = http_.perform(op, asked);
  if (!response) return fail_while("asking " + who(), std::move(response.error()));
  return require_answer(question::change, *response, who());
}

result<void> server::kill(const io::operation& op, const std::string& id) {
  return change(op, id, "kill");
}

result<void> server::resume(const io::operation& op, const std::string& id) {
  return change(op, id, "resume");
}

std::vector<coordinator> own(std::vector<coordinator> listed, const std::string& name,
                             const std::string& user) {
  std::erase_if(listed,
                [&](const coordinator& one) { return one.name != name || one.user != user; });
  std::sort(listed.begin(), listed.end(),
            [](const coordinator& a, const coordinator& b) { return a.id < b.id; });
  return listed;
}

}  // namespace dm::oozie
