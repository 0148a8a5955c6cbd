// A YARN application as the ResourceManager's REST API shows it: asked for, and read by SAX.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/yarn_application.h"

#include <fmt/format.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <array>
#include <limits>

#include "cluster/remote_exception.h"
#include "io/json.h"
#include "io/time.h"
#include "io/utf8.h"

namespace dm::cluster {

namespace {

constexpr std::size_t longest_diagnostics = 4096;
constexpr std::size_t longest_field = 1024;
constexpr unsigned deepest = 64;

// The members of an application that are kept, by where they go.
struct text_field {
  std::string_view name;
  std::string yarn_application::*place;
  std::size_t limit;
};
constexpr std::array<text_field, 10> text_fields = {{
    {"id", &yarn_application::id, longest_field},
    {"name", &yarn_application::name, longest_field},
    {"user", &yarn_application::user, longest_field},
    {"queue", &yarn_application::queue, longest_field},
    {"state", &yarn_application::state, longest_field},
    {"finalStatus", &yarn_application::final_status, longest_field},
    {"diagnostics", &yarn_application::diagnostics, longest_diagnostics},
    {"trackingUrl", &yarn_application::tracking_url, longest_field},
    {"amRPCAddress", &yarn_application::am_rpc_address, longest_field},
    {"amContainerLogs", &yarn_application::am_container_logs, longest_field},
}};

struct number_field {
  std::string_view name;
  std::int64_t yarn_application::*place;
  std::int64_t least;
  std::int64_t most;
};
// -1 stands for "not any more": an application that ended holds nothing.
constexpr std::int64_t most_megabytes = std::int64_t{1} << 40;
constexpr std::array<number_field, 5> number_fields = {{
    {"startedTime", &yarn_application::started_ms, 0, io::latest_ms},
    {"finishedTime", &yarn_application::finished_ms, 0, io::latest_ms},
    {"elapsedTime", &yarn_application::elapsed_ms, -1, io::latest_ms},
    {"runningContainers", &yarn_application::running_containers, -1, 100'000'000},
    {"allocatedMB", &yarn_application::allocated_mb, -1, most_megabytes},
}};

std::vector<std::string> split_tags(std::string_view list) {
  std::vector<std::string> tags;
  while (!list.empty()) {
    const std::string_view tag = list.substr(0, list.find(','));
    if (!tag.empty()) tags.emplace_back(tag);
    list.remove_prefix(std::min(tag.size() + 1, list.size()));
  }
  return tags;
}

// YARN writes "N/A:-1" for an application that has not registered yet; a listening one has a port.
bool is_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || text.size() - colon > 6) return false;
  const std::string_view port = text.substr(colon + 1);
  int number = 0;
  for (const char c : port) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + (c - '0');
  }
  const std::string_view host = text.substr(0, colon);
  const bool valid_host = std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == ':' || c == '[' || c == ']';
  });
  return valid_host && number >= 1 && number <= 65535;
}

// Walks {"apps":{"app":[{...}, ...]}}, or {"app":{...}}, and keeps of each application the members
// above. An answer of 10 MB is mostly resource requests, which a tree of values would hold in full.
class reader : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, reader> {
 public:
  std::vector<yarn_application> applications;
  bool saw_applications = false;  // the member "apps" of the answer, whatever it holds
  std::string impossible;         // the name of a number that cannot be

  bool Default() {
    consume_key();
    return true;
  }
  bool Null() { return Default(); }
  bool Int(int i) { return number(i); }
  bool Uint(unsigned i) { return number(i); }
  bool Int64(std::int64_t i) { return number(i); }
  bool Double(double) { return number(-2); }  // no number of YARN's that is kept is one
  bool Uint64(std::uint64_t i) {
    return number(static_cast<std::int64_t>(
        std::min<std::uint64_t>(i, std::numeric_limits<std::int64_t>::max())));
  }

  bool String(const char* data, rapidjson::SizeType size, bool) {
    const std::string_view value(data, size);
    if (in_application()) {
      yarn_application& application = applications.back();
      if (key_ == "applicationTags") application.tags = split_tags(value);
      for (const text_field& field : text_fields) {
        if (key_ == field.name) {
          application.*field.place = value.substr(0, io::character_boundary(value, field.limit));
        }
      }
    }
    consume_key();
    return true;
  }

  bool Key(const char* data, rapidjson::SizeType size, bool) {
    key_.assign(data, std::min<std::size_t>(size, 32));  // longer than any that is looked for
    if (depth_ == 1 && key_ == "apps") saw_applications = true;
    return true;
  }

  bool StartObject() {
    if (++depth_ > deepest) return false;
    if (depth_ == 2 && key_ == "apps") in_apps_ = true;
    const bool alone = depth_ == 2 && key_ == "app";
    // The list's elements; Hadoop 2's Jersey wrote a list of one as the element itself.
    if (alone || (in_apps_ && ((in_list_ && depth_ == 4) || (depth_ == 3 && key_ == "app")))) {
      applications.emplace_back();
      application_depth_ = depth_;
    }
    consume_key();
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    if (depth_ == application_depth_) application_depth_ = 0;
    if (depth_ == 2) in_apps_ = false;
    --depth_;
    return true;
  }
  bool StartArray() {
    if (++depth_ > deepest) return false;
    if (in_apps_ && depth_ == 3 && key_ == "app") in_list_ = true;
    consume_key();
    return true;
  }
  bool EndArray(rapidjson::SizeType) {
    if (depth_ == 3) in_list_ = false;
    --depth_;
    return true;
  }

 private:
  bool in_application() const { return application_depth_ != 0 && depth_ == application_depth_; }
  void consume_key() { key_.clear(); }
  bool number(std::int64_t value) {
    if (in_application()) {
      for (const number_field& field : number_fields) {
        if (key_ != field.name) continue;
        if (value < field.least || value > field.most) impossible = std::string(field.name);
        applications.back().*field.place = std::max<std::int64_t>(value, 0);
      }
    }
    consume_key();
    return true;
  }

  std::string key_;
  unsigned depth_ = 0;
  unsigned application_depth_ = 0;
  bool in_apps_ = false;
  bool in_list_ = false;
};

}  // namespace

bool yarn_application::has_tag(std::string_view lower_case_tag) const {
  return std::find(tags.begin(), tags.end(), lower_case_tag) != tags.end();
}

bool is_application_id(std::string_view text) {
  constexpr std::string_view prefix = "application_";
  if (!text.starts_with(prefix) || text.size() > 64) return false;
  text.remove_prefix(prefix.size());
  const std::size_t middle = text.find('_');
  const auto digits = [](std::string_view part) {
    return !part.empty() &&
           std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return middle != std::string_view::npos && digits(text.substr(0, middle)) &&
         digits(text.substr(middle + 1));
}

io::http_request applications_request(const std::string& address, const std::string& tag,
                                      const std::string& user) {
  io::http_request request;
  request.url = address + "/ws/v1/cluster/apps?applicationTags=" + io::percent_encode(tag) +
                "&deSelects=resourceRequests";
  if (!user.empty()) request.url += "&user.name=" + io::percent_encode(user);
  return request;
}

io::http_request user_applications_request(const std::string& address, const std::string& user) {
  io::http_request request;
  const std::string name = io::percent_encode(user);
  request.url = address + "/ws/v1/cluster/apps?user=" + name +
                "&deSelects=resourceRequests&user.name=" + name;
  return request;
}

namespace {

result<reader> read(question asked, const io::http_response& response, const std::string& address) {
  const std::string who = "the ResourceManager " + address;
  if (auto answered = require_active_answer(asked, response, who); !answered) {
    return fail(std::move(answered.error()));
  }
  reader handler;
  rapidjson::MemoryStream stream(response.body.data(), response.body.size());
  rapidjson::Reader parser;
  constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
  const rapidjson::ParseResult parsed = parser.Parse<flags>(stream, handler);
  const auto strange = [&](const std::string& what) {
    return fail(status_code::unavailable, who + " answered the question for applications with " +
                                              what +
                                              "; nothing follows from that about any application");
  };
  if (parsed.IsError() || stream.Tell() != response.body.size()) {
    return strange(fmt::format("something that is not JSON (at byte {} of {})",
                               parsed.IsError() ? parsed.Offset() : stream.Tell(),
                               response.body.size()));
  }
  if (!handler.impossible.empty()) return strange("a '" + handler.impossible + "' that cannot be");
  const bool expected =
      asked == question::application ? handler.applications.size() == 1 : handler.saw_applications;
  if (!expected) {
    return strange(fmt::format("JSON that has no member '{}'",
                               asked == question::application ? "app" : "apps"));
  }
  for (yarn_application& application : handler.applications) {
    if (!is_application_id(application.id)) {
      return strange("an application whose id is '" + first_line(application.id, 80) + "'");
    }
    if (!is_address(application.am_rpc_address)) application.am_rpc_address.clear();
    for (std::string* url : {&application.tracking_url, &application.am_container_logs}) {
      if (!url->starts_with("http://") && !url->starts_with("https://")) url->clear();
    }
    application.restricted_view = application.started_ms == 0;
  }
  return handler;
}

}  // namespace

result<std::vector<yarn_application>> read_applications(const io::http_response& response,
                                                        const std::string& address) {
  auto all = read(question::cluster, response, address);
  if (!all) return fail(std::move(all.error()));
  return std::move(all->applications);
}

result<yarn_application> read_application(const io::http_response& response,
                                          const std::string& address,
                                          const std::string& application_id) {
  auto one = read(question::application, response, address);
  if (!one) return fail(std::move(one.error()));
  yarn_application& application = one->applications.front();
  if (application.id == application_id) return std::move(application);
  return fail(status_code::unavailable,
              fmt::format("the ResourceManager {} was asked for {} and answered with {}", address,
                          application_id, application.id));
}

}  // namespace dm::cluster
