// From the Deployment Manager's errors to what people read.
// SPDX-License-Identifier: Apache-2.0
#include "client/problem.h"

#include "client/own_words.h"
#include "client/text.h"

#include <fmt/format.h>

namespace dmctl {
namespace {

// "$.flink.main.parallelism: found 0, allowed 1 to 100 (message)"
std::string detail_line(const json::value& detail) {
  std::string line(json::text_of(detail, "path"));
  const auto add = [&](std::string_view before, std::string_view text) {
    if (text.empty()) return;
    line += fmt::format("{}{}{}", line.empty() ? "" : before, before == ": " ? "" : "", text);
  };
  add(": ", in_own_words(json::text_of(detail, "message")));
  const std::string_view found = json::text_of(detail, "found");
  const std::string allowed = in_own_words(json::text_of(detail, "allowed"));
  if (!found.empty()) line += fmt::format("\n    found:   {}", found);
  if (!allowed.empty()) line += fmt::format("\n    allowed: {}", allowed);
  return line;
}

std::string under_way_line(const json::value& operation) {
  return fmt::format("under way: {} by {} since {}; dmctl wait {}",
                     json::text_of(operation, "verb"), json::text_of(operation, "user"),
                     json::text_of(operation, "accepted_at"), json::text_of(operation, "id"));
}

std::string advice_of(long status) {
  if (status == 401) {
    return "who asks is not proved; dmctl show context says with what dmctl tries";
  }
  return {};
}

}  // namespace

exit_code code_of_status(long status) {
  switch (status) {
    case 400:
    case 405:
    case 413:
    case 414:
    case 415:
    case 431:
      return exit_code::usage;
    case 401:
    case 403:
    case 421:
      return exit_code::forbidden;
    case 404:
      return exit_code::not_found;
    case 409:
      return exit_code::conflict;
    case 408:
    case 502:
    case 503:
    case 504:
      return exit_code::unreachable;
    default:
      return exit_code::failed;
  }
}

problem problem::of_answer(long status, std::string_view body) {
  std::string ignored;
  const auto parsed = json::parse(body, ignored);
  if (!parsed || !parsed->IsObject() || json::text_of(*parsed, "information").empty()) {
    // Not the Deployment Manager's own words: a proxy's page, for instance. What it proves is that
    // somebody else answers, so it is no definite no.
    problem strange(exit_code::unreachable,
                    fmt::format("the answer has the code {} and is not a Deployment Manager's; is "
                                "there something else at this address?",
                                status));
    strange.http_status_ = status;
    if (!body.empty()) strange.add_note("it begins: " + cut(harmless(body.substr(0, 400)), 200));
    return strange;
  }
  problem result(code_of_status(status), in_own_words(json::text_of(*parsed, "information")));
  result.http_status_ = status;
  result.body_ = std::string(body);
  if (const json::value* details = json::find(*parsed, "details");
      details != nullptr && details->IsArray()) {
    for (const auto& detail : details->GetArray()) {
      result.add_note(detail_line(detail));
      result.paths_.emplace_back(json::text_of(detail, "path"));
    }
  }
  if (const json::value* under_way = json::find(*parsed, "under_way"); under_way != nullptr) {
    result.add_note(under_way_line(*under_way));
  }
  if (auto advice = advice_of(status); !advice.empty()) result.add_note(std::move(advice));
  return result;
}

void problem::name_places(const std::function<std::string(const std::string& path)>& name) {
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    if (paths_[i].empty()) continue;
    std::string named = name(paths_[i]);
    notes_[i].replace(0, paths_[i].size(), named);
    paths_[i] = std::move(named);
  }
}

json::document problem::to_document() const {
  json::document document = json::make_object();
  auto& memory = document.GetAllocator();
  json::value error(rapidjson::kObjectType);
  json::set(error, "exit_code", static_cast<std::int64_t>(number(code_)), memory);
  json::set(error, "information", std::string_view(what()), memory);
  if (http_status_ != 0) {
    json::set(error, "http_status", static_cast<std::int64_t>(http_status_), memory);
  }
  std::string ignored;
  if (const auto answer = json::parse(body_, ignored); !body_.empty() && answer) {
    json::set(error, "answer", json::copy(*answer, memory), memory);
  }
  if (!notes_.empty()) {
    json::value notes(rapidjson::kArrayType);
    for (const std::string& note : notes_) notes.PushBack(json::make_string(note, memory), memory);
    json::set(error, "notes", std::move(notes), memory);
  }
  json::set(document, "error", std::move(error), memory);
  return document;
}

}  // namespace dmctl
