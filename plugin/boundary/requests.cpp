// The requests of the verbs, from JSON to what the lifecycle takes. Each reader reports all
// problems of a request at once.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/requests.h"

#include <utility>

#include <fmt/format.h>

#include "boundary/component_entries.h"
#include "boundary/request_reader.h"

namespace dm::boundary {

namespace {

// Which savepoint a stop takes; what is asked for must make sense together.
void read_savepoint_of_stop(request_reader& reader, lifecycle::stop_request& read) {
  read.savepoint = reader.optional_flag("savepoint");
  read.operation = reader.operation_id("operation");
  read.format = reader.word("format", {"canonical", "native"}) == "native"
                    ? flink::savepoint_format::native
                    : flink::savepoint_format::canonical;
  read.drain = reader.flag("drain", false);
  read.kill = reader.flag("kill", false);
  if (read.kill && read.savepoint == true)
    reader.add("kill", "true", "false: a job that is killed takes no savepoint");
  const bool without = read.kill || read.savepoint == false;
  const std::string_view why = read.kill ? "the job is killed" : "no savepoint is wanted";
  if (read.drain && without) reader.add("drain", "true", fmt::format("false: {}", why));
  if (!read.operation.empty() && without)
    reader.add("operation", read.operation, fmt::format("absent: {}", why));
  // Who drains or names an operation wants its savepoint, whatever the component's default is.
  if (!without && !read.savepoint && (read.drain || !read.operation.empty())) read.savepoint = true;
}

}  // namespace

result<lifecycle::validate_request> read_validate_request(const io::json_value& request) {
  using lifecycle::validation_scope;
  request_reader reader(request, "$");
  reader.check_schema();
  lifecycle::validate_request read;
  const std::string scope = reader.word("scope", {"properties", "package", "staged"});
  read.scope = scope == "package"  ? validation_scope::package
               : scope == "staged" ? validation_scope::staged
                                   : validation_scope::properties;
  read.online = reader.flag("online", false);
  read.name = reader.component_name(read.scope != validation_scope::package);
  read.user = reader.text("user");
  read.files = reader.texts("files");
  read.staged_path = read.scope == validation_scope::staged ? reader.required_text("staged_path")
                                                            : reader.text("staged_path");
  const io::json_value* properties = reader.required_object("properties");
  if (auto finished = reader.finish("The validate request"); !finished)
    return fail(std::move(finished.error()));
  read.properties = package::read_properties(*properties);
  return read;
}

result<lifecycle::create_request> read_create_request(const io::json_value& request) {
  request_reader reader(request, "$");
  reader.check_schema();
  lifecycle::create_request read;
  read.name = reader.component_name();
  read.user = reader.required_text("user");
  read.package = reader.required_text("package");
  read.staged_path = reader.required_text("staged_path");
  const io::json_value* properties = reader.required_object("properties");
  if (auto finished = reader.finish("The create request"); !finished)
    return fail(std::move(finished.error()));
  read.properties = package::read_properties(*properties);
  return read;
}

result<lifecycle::start_request> read_start_request(const io::json_value& request) {
  request_reader reader(request, "$");
  reader.check_schema();
  lifecycle::start_request read;
  read.user = reader.text("user");
  read.wait = reader.flag("wait", true);
  read.accept_state_loss = reader.flag("accept_state_loss", false);
  read.keep_wanted = reader.flag("keep_wanted", false);
  auto data = read_component(reader);
  if (auto finished = reader.finish("The start request"); !finished)
    return fail(std::move(finished.error()));
  read.data = std::move(*data);
  return read;
}

result<lifecycle::stop_request> read_stop_request(const io::json_value& request) {
  request_reader reader(request, "$");
  reader.check_schema();
  lifecycle::stop_request read;
  read.user = reader.text("user");
  read.wait = reader.flag("wait", true);
  read_savepoint_of_stop(reader, read);
  auto data = read_component(reader);
  if (auto finished = reader.finish("The stop request"); !finished)
    return fail(std::move(finished.error()));
  read.data = std::move(*data);
  return read;
}

result<lifecycle::destroy_request> read_destroy_request(const io::json_value& request) {
  request_reader reader(request, "$");
  reader.check_schema();
  lifecycle::destroy_request read;
  read.user = reader.text("user");
  read.dispose_savepoints = reader.word("savepoints", {"keep", "dispose"}) == "dispose";
  read.keep_logs = reader.word("logs", {"remove", "keep"}) == "keep";
  auto data = read_component(reader);
  if (auto finished = reader.finish("The destroy request"); !finished)
    return fail(std::move(finished.error()));
  read.data = std::move(*data);
  return read;
}

result<lifecycle::find_request> read_find_request(const io::json_value& request) {
  request_reader reader(request, "$");
  reader.check_schema();
  lifecycle::find_request read;
  read.name = {reader.required_text("namespace"), reader.text("application"),
               reader.text("component")};
  if (read.name.application.empty() && !read.name.component.empty())
    reader.add("application", "absent", "the application that the component belongs to");
  // What is not asked for is well-formed by definition.
  component::component_name checked = read.name;
  if (checked.application.empty()) checked.application = "a";
  if (checked.component.empty()) checked.component = "c";
  if (!checked.name_space.empty()) reader.add(component::check_name(checked));
  if (auto finished = reader.finish("The find request"); !finished)
    return fail(std::move(finished.error()));
  return read;
}

result<status_batch> read_status_request(const io::json_value& request) {
  request_reader reader(request, "$");
  reader.check_schema();
  status_batch batch;
  batch.request.detail = reader.flag("detail", false);
  const io::json_value* components = reader.required_array("components");
  if (auto finished = reader.finish("The status request"); !finished)
    return fail(std::move(finished.error()));

  component_batch read = read_components(*components, "the status request");
  batch.request.components = std::move(read.components);
  batch.entries = std::move(read.entries);
  return batch;
}

}  // namespace dm::boundary
