// The console's data logger.
// SPDX-License-Identifier: Apache-2.0
#include "health/data_logger.h"

#include <fmt/format.h>

#include <span>

#include "health/shown_text.h"
#include "io/json.h"

namespace dm::health {

namespace {

struct item {
  figure what;
  std::vector<std::string> causes;
};

std::string list_text(const std::vector<std::string>& list) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartArray();
  for (const std::string& one : list) io::string(writer, one);
  writer.EndArray();
  return std::string(io::text(buffer));
}

std::string body_of(std::span<const item> items, io::wall_time at) {
  const std::int64_t timestamp = at.time_since_epoch().count();
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::key(writer, "data");
  writer.StartArray();
  for (const item& one : items) {
    writer.StartObject();
    io::put(writer, "source", "flink");
    io::put(writer, "metric", one.what.metric);
    std::visit([&](const auto& value) { io::put(writer, "value", value); }, one.what.value);
    io::put(writer, "causes", list_text(one.causes));
    io::put(writer, "timestamp", timestamp);
    writer.EndObject();
  }
  writer.EndArray();
  io::put(writer, "timestamp", timestamp);
  writer.EndObject();
  return std::string(io::text(buffer));
}

}  // namespace

std::vector<std::string> posted_bodies(const report& all) {
  std::vector<item> items;
  for (const finding& one : all.findings) {
    for (const figure& each : one.figures) items.push_back({each, {}});
  }
  items.push_back({{all.metric, std::string(to_string(all.severity()))}, all.causes()});
  std::string whole = body_of(items, all.at);
  if (whole.size() <= most_posted_bytes) return {std::move(whole)};
  std::vector<std::string> bodies;
  for (const item& one : items) bodies.push_back(body_of(std::span(&one, 1), all.at));
  return bodies;
}

result<void> post(const io::operation& op, io::http_client& http, const std::string& url,
                  const report& all) {
  for (std::string& body : posted_bodies(all)) {
    io::http_request request;
    request.method = "POST";
    request.url = url;
    request.headers = {"Content-Type: application/json", "Connection: close"};
    request.body = std::move(body);
    request.timeout = request.connect_timeout = io::until_deadline;
    request.max_body_bytes = 64 << 10;
    request.leaves_resolver = true;
    const auto answer = http.perform(op, request);
    if (!answer) return fail(answer.error());
    if (answer->status != 200)
      return fail(status_code::unavailable,
                  fmt::format("POST {} answered HTTP {}: {}", shown(io::printable_url(url), 200),
                              answer->status, shown(answer->body, 200)));
  }
  return {};
}

}  // namespace dm::health
