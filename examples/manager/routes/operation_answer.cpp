// Answers of routes that begin an operation or tell of one.
// SPDX-License-Identifier: Apache-2.0
#include "routes/operation_answer.h"

#include "base/names.h"
#include "http/error_body.h"
#include "operation/operation_document.h"
#include "routes/program_words.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace manager {
namespace {

http_response put_off(const route_tools& tools, const std::string& operation,
                      std::chrono::seconds longest, std::function<http_response()> answer) {
  http_response response;
  response.later = [&tools, operation, longest,
                    answer = std::move(answer)](const http_response::promise& promise) {
    const auto done = [answer, give = promise.answer] {
      try {
        give(answer());
      } catch (...) {
        give(response_of_current_exception());
      }
    };
    tools.waits.wait(operation, longest, done, promise.abandoned);
  };
  return response;
}

json::document whole_document(const route_tools& tools, const std::string& operation) {
  // In this order: what has ended by the time of the second look has left its record before.
  if (const auto live = tools.runner.board().view(operation)) return to_document(*live);
  if (const auto left = tools.runner.set_aside().find(operation)) return to_document(*left);
  const auto ended =
      tools.memory.transact([&](registry_view& view) { return view.history.find(operation); });
  if (ended) return to_document(*ended);
  const auto left =
      tools.memory.transact([&](registry_view& view) { return view.operations.find(operation); });
  if (left) return to_document(*left);
  throw failure(failure_kind::not_found,
                fmt::format("there is no operation {}, or it is forgotten by now: GET /operations "
                            "lists those that are known",
                            operation));
}

}  // namespace

std::optional<std::chrono::seconds> wait_of(const http_request& request) {
  const auto given = request.query_value("wait");
  if (!given || *given == "true" || *given == "false") return std::nullopt;
  int seconds = 0;
  const char* const end = given->data() + given->size();
  const auto read = std::from_chars(given->data(), end, seconds);
  if (read.ec != std::errc() || read.ptr != end || seconds < 0 || seconds > longest_wait) {
    throw failure::invalid(
        "Invalid query",
        {{"wait", printable(*given), fmt::format("whole seconds from 0 to {}", longest_wait), ""}});
  }
  return std::chrono::seconds(seconds);
}

json::document document_of(const route_tools& tools, const std::string& operation,
                           const caller& who) {
  json::document document = whole_document(tools, operation);
  word_reader(tools, who).withhold_of_operation(document);
  return document;
}

void add_under_way(json::document& into, const route_tools& tools, const std::string& noun,
                   const std::string& name) {
  const auto known = tools.runner.board().view_of_object(noun, name);
  if (!known) return;
  json::document operation = to_document(*known);
  operation.RemoveMember("progress");
  operation.RemoveMember("state_before");
  auto& memory = into.GetAllocator();
  json::set(into, "under_way", json::copy(operation, memory), memory);
}

void add_set_aside(json::document& into, const route_tools& tools, const std::string& noun,
                   const std::string& name) {
  const auto left = tools.runner.set_aside().of_object(noun, name);
  if (left.empty()) return;
  auto& memory = into.GetAllocator();
  json::value list(rapidjson::kArrayType);
  for (const set_aside_operation& one : left) {
    list.PushBack(json::copy(to_document(one), memory), memory);
  }
  json::set(into, "set_aside", std::move(list), memory);
}

http_response accepted(const route_tools& tools, const http_request& request,
                       const std::string& operation, http_response at_once) {
  const auto longest = wait_of(request);
  http_response response =
      longest ? put_off(tools, operation, *longest,
                        [&tools, operation, who = request.who] {
                          json::document body = document_of(tools, operation, who);
                          const bool ended = json::find(body, "ended_at") != nullptr;
                          return http_response::of(body, ended ? 200 : 202);
                        })
              : std::move(at_once);
  response.headers.emplace_back("Location", "/operations/" + operation);
  return response;
}

http_response when_settled(const route_tools& tools, const http_request& request,
                           const std::string& noun, const std::string& name,
                           std::function<http_response()> answer) {
  const auto longest = wait_of(request);
  const auto under_way = longest ? tools.runner.board().view_of_object(noun, name) : std::nullopt;
  if (!under_way) return answer();
  return put_off(tools, under_way->operation.id, *longest, std::move(answer));
}

}  // namespace manager
