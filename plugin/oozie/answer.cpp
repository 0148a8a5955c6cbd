// Oozie's answers, read with everything that they may lack.
// SPDX-License-Identifier: Apache-2.0
#include "oozie/answer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "io/json.h"
#include "oozie/schedule.h"

namespace dm::oozie {

namespace {

constexpr std::size_t longest_id = 80;

tl::unexpected<error> no_answer(const std::string& who, std::string_view why) {
  return fail(status_code::unavailable, fmt::format("{} answered {}", who, why),
              "nothing follows from this about any run; see Oozie's log");
}

struct meaning {
  std::string_view code;
  question asked;
  status_code status;
};

// Each seen on 5.2.1. E0307, for one, is both a file that is missing and an HDFS that is away.
constexpr std::array meanings{
    meaning{"E0604", question::look_up, status_code::not_found},  // job does not exist
    meaning{"E0605", question::look_up, status_code::not_found},
    meaning{"E0604", question::change, status_code::not_found},
    meaning{"E0605", question::change, status_code::not_found},
    meaning{"E0701", question::submission, status_code::invalid_argument},  // schema
    meaning{"E1002", question::submission, status_code::invalid_argument},  // no application path
    meaning{"E1003", question::submission, status_code::invalid_argument},  // attributes
    meaning{"E1004", question::submission, status_code::invalid_argument},  // expressions
    meaning{"E0501", question::submission, status_code::permission_denied},
    meaning{"E0508", question::look_up, status_code::permission_denied},
    meaning{"E0508", question::change, status_code::permission_denied},
};

result<io::json_document> document_of(const io::http_response& response, const std::string& who) {
  auto document = io::parse_json(response.body, "the answer of " + who);
  if (!document || !document->IsObject()) return no_answer(who, "no JSON object");
  return document;
}

io::wall_time date_member(const io::json_value& object, std::string_view name) {
  return from_http_date(io::string_member_or(object, name, "")).value_or(io::wall_time{});
}

coordinator coordinator_of(const io::json_value& object) {
  coordinator found;
  found.id = io::string_member_or(object, "coordJobId", "");
  found.name = io::string_member_or(object, "coordJobName", "");
  found.status = io::string_member_or(object, "status", "");
  found.user = io::string_member_or(object, "user", "");
  found.end_at = date_member(object, "endTime");
  found.next_materialized_at = date_member(object, "nextMaterializedTime");
  const io::json_value* actions = io::member(object, "actions");
  if (actions == nullptr || !actions->IsArray()) return found;
  for (const io::json_value& one : actions->GetArray()) {
    if (!one.IsObject()) continue;
    coordinator_action action;
    action.number = io::integer_member(one, "actionNumber").value_or(0);
    action.status = io::string_member_or(one, "status", "");
    action.workflow_id = io::string_member_or(one, "externalId", "");
    action.nominal_at = date_member(one, "nominalTime");
    action.error_code = io::string_member_or(one, "errorCode", "");
    action.error_message = first_line(io::string_member_or(one, "errorMessage", ""));
    if (!is_job_id(action.workflow_id, 'W')) action.workflow_id.clear();
    found.actions.push_back(std::move(action));
  }
  std::sort(found.actions.begin(), found.actions.end(),
            [](const auto& a, const auto& b) { return a.number > b.number; });
  return found;
}

}  // namespace

job_phase phase_of_job(std::string_view status) {
  static constexpr std::array<std::string_view, 5> under_way{"PREP", "RUNNING", "RUNNINGWITHERROR",
                                                             "PREMATER", "READY"};
  static constexpr std::array<std::string_view, 6> suspended{
      "SUSPENDED", "SUSPENDEDWITHERROR", "PREPSUSPENDED",
      "PAUSED",    "PAUSEDWITHERROR",    "PREPPAUSED"};
  static constexpr std::array<std::string_view, 3> ended_badly{"KILLED", "FAILED", "DONEWITHERROR"};
  const auto is_one_of = [status](const auto& words) {
    return std::find(words.begin(), words.end(), status) != words.end();
  };
  if (is_one_of(under_way)) return job_phase::under_way;
  if (is_one_of(suspended)) return job_phase::suspended;
  if (status == "SUCCEEDED") return job_phase::succeeded;
  return is_one_of(ended_badly) ? job_phase::ended_badly : job_phase::unknown;
}

bool is_job_id(std::string_view text, char letter) {
  if (text.size() < 5 || text.size() > longest_id || text[text.size() - 2] != '-' ||
      text.back() != letter)
    return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

std::optional<run_name> parse_run(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || !is_job_id(text.substr(0, dot), 'W')) return std::nullopt;
  run_name run{std::string(text.substr(0, dot)), 0};
  const std::string_view number = text.substr(dot + 1);
  const auto [end, code] = std::from_chars(number.data(), number.data() + number.size(), run.rerun);
  if (code != std::errc() || end != number.data() + number.size() || run.rerun < 0 ||
      run.rerun > 1'000'000)
    return std::nullopt;
  return run;
}

result<void> require_answer(question asked, const io::http_response& response,
                            const std::string& who) {
  if (response.status >= 200 && response.status < 300) return {};
  if (response.status == 401)
    return fail(status_code::unauthenticated, fmt::format("{} asks who this is (401)", who),
                "Kerberos is not supported yet");
  if (response.status == 400 || response.status == 401 || response.status == 403) {
    for (const meaning& one : meanings) {
      if (one.code != response.header || one.asked != asked) continue;
      const auto document = io::parse_json(response.body, "its error");
      const std::string words =
          document ? first_line(io::string_member_or(*document, "errorMessage", "")) : "";
      return fail(one.status,
                  fmt::format("{} says {}", who, words.empty() ? std::string(one.code) : words));
    }
  }
  const auto document = io::parse_json(response.body, "its error");
  const std::string words = document && document->IsObject()
                                ? first_line(io::string_member_or(*document, "errorMessage", ""))
                                : "";
  return no_answer(who, fmt::format("{}{}{}", response.status, words.empty() ? "" : ": ", words));
}

result<std::vector<coordinator>> read_coordinators(const io::http_response& response,
                                                   const std::string& who) {
  if (auto good = require_answer(question::look_up, response, who); !good)
    return fail(std::move(good.error()));
  auto document = document_of(response, who);
  if (!document) return fail(std::move(document.error()));
  const io::json_value* jobs = io::member(*document, "coordinatorjobs");
  if (jobs == nullptr || !jobs->IsArray()) return no_answer(who, "without coordinatorjobs");
  std::vector<coordinator> found;
  for (const io::json_value& one : jobs->GetArray()) {
    coordinator job = coordinator_of(one);
    if (!is_job_id(job.id, 'C')) return no_answer(who, "with a coordinator that has no id");
    found.push_back(std::move(job));
  }
  return found;
}

result<coordinator> read_coordinator(const io::http_response& response, const std::string& who) {
  if (auto good = require_answer(question::look_up, response, who); !good)
    return fail(std::move(good.error()));
  auto document = document_of(response, who);
  if (!document) return fail(std::move(document.error()));
  coordinator found = coordinator_of(*document);
  if (!is_job_id(found.id, 'C') || found.status.empty())
    return no_answer(who, "without a coordinator's id and status");
  return found;
}

result<workflow> read_workflow(const io::http_response& response, const std::string& who) {
  if (auto good = require_answer(question::look_up, response, who); !good)
    return fail(std::move(good.error()));
  auto document = document_of(response, who);
  if (!document) return fail(std::move(document.error()));
  workflow found;
  found.id = io::string_member_or(*document, "id", "");
  found.name = io::string_member_or(*document, "appName", "");
  found.status = io::string_member_or(*document, "status", "");
  found.parent_id = io::string_member_or(*document, "parentId", "");
  if (!is_job_id(found.id, 'W') || found.status.empty())
    return no_answer(who, "without a workflow's id and status");
  return found;
}

result<std::string> read_submitted(const io::http_response& response, const std::string& who) {
  if (auto good = require_answer(question::submission, response, who); !good)
    return fail(std::move(good.error()));
  auto document = document_of(response, who);
  if (!document) return fail(std::move(document.error()));
  std::string id = io::string_member_or(*document, "id", "");
  if (!is_job_id(id, 'C')) return no_answer(who, "without a coordinator's id");
  return id;
}

}  // namespace dm::oozie
