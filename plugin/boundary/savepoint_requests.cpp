// The requests of the extension dm.savepoint/1, from JSON to what the lifecycle takes.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/savepoint_requests.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "boundary/request_reader.h"
#include "flink/hdfs_location.h"
#include "input/text_rules.h"

namespace dm::boundary {

namespace {

constexpr std::string_view a_path = "an absolute HDFS path without .., with or without hdfs://";
constexpr std::string_view an_id = "the id of a restore point, as list tells it";
constexpr std::size_t longest_id = 255;  // of a directory that somebody made by hand

// As it was given: whose HDFS it names is for the verb to know. "" and a problem when it is none.
std::string hdfs_path(request_reader& reader, std::string_view name, const std::string& given) {
  const auto location = flink::parse_hdfs_location(given);
  if (location && input::plain_absolute_path(location->path)) return given;
  reader.add(name, input::shown(given), std::string(a_path));
  return {};
}

bool is_id(std::string_view text) {
  return text.size() <= longest_id && input::single_line(text) && text != "." && text != ".." &&
         text.find('/') == std::string_view::npos;
}

std::string restore_point_id(request_reader& reader, std::string_view name) {
  std::string given = reader.required_text(name);
  if (is_id(given)) return given;
  reader.add(name, input::shown(given), std::string(an_id));
  return {};
}

// An id, "latest", or an HDFS path.
std::string restore_point(request_reader& reader, std::string_view name, std::string given) {
  if (given.find('/') != std::string::npos) return hdfs_path(reader, name, given);
  if (is_id(given)) return given;
  reader.add(name, input::shown(given), "the id of a restore point, latest, or an HDFS path");
  return {};
}

flink::savepoint_format read_format(request_reader& reader) {
  return reader.word("format", {"canonical", "native"}) == "native"
             ? flink::savepoint_format::native
             : flink::savepoint_format::canonical;
}

std::vector<std::string_view> state_words() {
  using state::restore_point_state;
  constexpr std::array states = {restore_point_state::in_progress, restore_point_state::completed,
                                 restore_point_state::discovered,  restore_point_state::failed,
                                 restore_point_state::damaged,     restore_point_state::claimed,
                                 restore_point_state::disposing,   restore_point_state::disposed};
  std::vector<std::string_view> words;
  for (const restore_point_state state : states) words.push_back(state::to_string(state));
  return words;
}

// Who asks about which component, and the end of every reader of one.
template <class Request>
result<Request> finished(request_reader& reader, Request read, std::string_view what) {
  read.user = reader.text("user");
  auto data = read_component(reader);
  if (auto end = reader.finish(what); !end) return fail(std::move(end.error()));
  read.data = std::move(*data);
  return read;
}

result<savepoint::pin_request> read_protection(const io::json_value& request,
                                               std::string_view what) {
  request_reader reader(request, "$");
  reader.check_schema();
  savepoint::pin_request read;
  read.savepoint = restore_point_id(reader, "savepoint");
  read.reason = reader.text("reason");
  if (!input::single_line(read.reason) || read.reason.size() > 1000)
    reader.add("reason", input::shown(read.reason), "one line of at most 1000 bytes");
  return finished(reader, std::move(read), what);
}

// The new version of the package in a plan, but for the names and the account of the component.
// What it returns are the properties.
const io::json_value* read_next(request_reader& reader, const io::json_value& given,
                                lifecycle::plan_request& plan) {
  request_reader next(given, "$.next");
  lifecycle::create_request& read = plan.next.emplace();
  plan.start = next.flag("start", true);
  read.package = next.required_text("package");
  read.staged_path = next.required_text("staged_path");
  read.user = next.text("user");
  const io::json_value* properties = next.required_object("properties");
  reader.adopt(next);
  return properties;
}

}  // namespace

result<lifecycle::trigger_request> read_trigger_request(const io::json_value& request) {
  request_reader reader(request, "$");
  reader.check_schema();
  lifecycle::trigger_request read;
  read.operation = reader.operation_id("operation");
  read.format = read_format(reader);
  if (const std::string directory = reader.text("directory"); !directory.empty())
    read.directory = hdfs_path(reader, "directory", directory);
  read.wait = reader.flag("wait", true);
  return finished(reader, std::move(read), "The trigger request");
}

result<list_batch> read_list_request(const io::json_value& request) {
  request_reader reader(request, "$");
  reader.check_schema();
  list_batch batch;
  batch.request.states = reader.word_list("states", state_words());
  batch.request.kind = reader.optional_word("kind", {"savepoint", "checkpoint"});
  batch.request.limit = reader.number("limit", batch.request.limit, 1, 1000);
  batch.request.after = reader.text("after");
  if (!is_id(batch.request.after))
    reader.add("after", input::shown(batch.request.after), std::string(an_id));
  batch.request.verify = reader.flag("verify", true);
  const io::json_value* components = reader.required_array("components");
  if (auto end = reader.finish("The list request"); !end) return fail(std::move(end.error()));
  component_batch read = read_components(*components, "the list request");
  batch.request.components = std::move(read.components);
  batch.entries = std::move(read.entries);
  return batch;
}

result<lifecycle::resume_request> read_resume_request(const io::json_value& request) {
  request_reader reader(request, "$");
  reader.check_schema();
  lifecycle::resume_request read;
  read.savepoint = restore_point(reader, "savepoint", reader.required_text("savepoint"));
  read.claim_mode = reader.optional_word("claim_mode", {"no_claim", "claim", "legacy"});
  read.allow_non_restored_state = reader.flag("allow_non_restored_state", false);
  read.foreign = reader.flag("foreign", false);
  read.wait = reader.flag("wait", true);
  read.keep_wanted = reader.flag("keep_wanted", false);
  return finished(reader, std::move(read), "The resume request");
}

result<savepoint::dispose_request> read_dispose_request(const io::json_value& request) {
  request_reader reader(request, "$");
  reader.check_schema();
  savepoint::dispose_request read;
  read.savepoint = restore_point_id(reader, "savepoint");
  read.force = reader.flag("force", false);
  return finished(reader, std::move(read), "The dispose request");
}

result<savepoint::pin_request> read_pin_request(const io::json_value& request) {
  return read_protection(request, "The pin request");
}

result<savepoint::pin_request> read_unpin_request(const io::json_value& request) {
  return read_protection(request, "The unpin request");
}

result<lifecycle::plan_request> read_plan_request(const io::json_value& request) {
  request_reader reader(request, "$");
  reader.check_schema();
  lifecycle::plan_request plan;
  if (std::string savepoint = reader.text("savepoint"); !savepoint.empty())
    plan.savepoint = restore_point(reader, "savepoint", std::move(savepoint));
  plan.accept_state_loss = reader.flag("accept_state_loss", false);
  const io::json_value* properties = nullptr;
  if (const io::json_value* next = reader.object("next"); next != nullptr)
    properties = read_next(reader, *next, plan);
  result<lifecycle::plan_request> read = finished(reader, std::move(plan), "The plan request");
  if (!read || !read->next) return read;
  read->next->name = read->data.name;
  if (read->next->user.empty()) read->next->user = read->data.user;
  read->next->properties = package::read_properties(*properties);
  return read;
}

}  // namespace dm::boundary
