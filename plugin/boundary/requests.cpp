// The requests of the verbs, from JSON to what the lifecycle takes. Each reader reports all
// problems of a request at once.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/requests.h"

#include <utility>

#include <fmt/format.h>

#include "boundary/request_reader.h"

namespace dm::boundary {

namespace {

// Reads the three names and `data`, which say which component is meant, in every verb after create.
std::optional<lifecycle::component_data> read_component(request_reader& reader) {
  const std::size_t before = reader.problems().size();
  const component::component_name name = reader.component_name();
  const io::json_value* data = reader.required_object("data");
  if (reader.problems().size() == before) reader.add(component::check_name(name));
  if (reader.problems().size() != before)
    return std::nullopt;  // what data is checked against is not known
  result<lifecycle::component_data> read = lifecycle::read_component_data(*data, name);
  if (read) return std::move(*read);
  if (read.error().details.empty()) {
    reader.add("data", first_line(read.error().message), "what create returned");
  } else {
    reader.add(std::move(read.error().details));
  }
  return std::nullopt;
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
  read.properties = lifecycle::read_properties(*properties);
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
  read.properties = lifecycle::read_properties(*properties);
  return read;
}

result<lifecycle::start_request> read_start_request(const io::json_value& request) {
  request_reader reader(request, "$");
  reader.check_schema();
  lifecycle::start_request read;
  read.user = reader.text("user");
  read.wait = reader.flag("wait", true);
  read.accept_state_loss = reader.flag("accept_state_loss", false);
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
  read.savepoint = reader.flag("savepoint", false);
  read.drain = reader.flag("drain", false);
  read.kill = reader.flag("kill", false);
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
  auto data = read_component(reader);
  if (auto finished = reader.finish("The destroy request"); !finished)
    return fail(std::move(finished.error()));
  read.data = std::move(*data);
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

  for (rapidjson::SizeType i = 0; i < components->Size(); ++i) {
    const io::json_value& element = (*components)[i];
    status_entry entry;
    request_reader entry_reader(element, fmt::format("$.components[{}]", i));
    std::optional<lifecycle::component_data> data;
    if (element.IsObject()) {
      entry.name = {io::string_member_or(element, "namespace", ""),
                    io::string_member_or(element, "application", ""),
                    io::string_member_or(element, "component", "")};
      data = read_component(entry_reader);
    } else {
      entry_reader.add({{"$", std::string(type_name(element)), "an object"}});
    }
    if (auto finished = entry_reader.finish(fmt::format("Entry {} of the status request", i));
        !finished) {
      entry.failure = std::move(finished.error());
    } else {
      batch.request.components.push_back(std::move(*data));
    }
    batch.entries.push_back(std::move(entry));
  }
  return batch;
}

}  // namespace dm::boundary
