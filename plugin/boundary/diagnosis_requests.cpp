// The requests of the extension dm.diagnosis/1, from JSON to what its verbs take.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/diagnosis_requests.h"

#include <string>
#include <string_view>
#include <utility>

#include "boundary/request_reader.h"
#include "component/incident.h"
#include "input/text_rules.h"

namespace dm::boundary {

namespace {

constexpr std::string_view an_id = "the id of an incident, as the list tells it";
constexpr std::int64_t longest_page = 100;

std::string incident_id(request_reader& reader, std::string_view name) {
  std::string given = reader.text(name);
  if (given.empty() || component::epoch_of_incident(given)) return given;
  reader.add(name, input::shown(given), std::string(an_id));
  return {};
}

template <class Request>
result<Request> finished(request_reader& reader, Request read, std::string_view what) {
  auto data = read_component(reader);
  if (auto end = reader.finish(what); !end) return fail(std::move(end.error()));
  read.data = std::move(*data);
  return read;
}

}  // namespace

result<diagnosis::incidents_request> read_incidents_request(const io::json_value& request) {
  request_reader reader(request, "$");
  reader.check_schema();
  diagnosis::incidents_request read;
  read.incident = incident_id(reader, "incident");
  read.limit = reader.number("limit", read.limit, 1, longest_page);
  read.after = incident_id(reader, "after");
  if (!read.incident.empty() && !read.after.empty())
    reader.add("after", read.after, "absent: one incident is asked for");
  return finished(reader, std::move(read), "The incidents request");
}

result<diagnosis::explain_request> read_explain_request(const io::json_value& request) {
  request_reader reader(request, "$");
  reader.check_schema();
  return finished(reader, diagnosis::explain_request{}, "The explain request");
}

}  // namespace dm::boundary
