// The configuration file of flink-health.
// SPDX-License-Identifier: Apache-2.0
#include "health/settings_file.h"

#include <set>

#include "health/shown_text.h"
#include "io/json.h"
#include "io/secret.h"

namespace dm::health {

namespace {

std::string found_at(const io::json_value& value, const std::string& path) {
  return io::secret_name(path) ? "***" : shown(io::to_text(value), 80);
}

// One object: members are taken out by name, and what is left over is told at the end.
class object_reader {
 public:
  object_reader(const io::json_value* object, std::string path, problem_list& problems)
      : object_(object), path_(std::move(path)), problems_(problems) {
    if (object_ != nullptr && !object_->IsObject()) {
      problems_.push_back({path_, found_at(*object_, path_), "an object"});
      object_ = nullptr;
    }
  }

  void take(const char* name, std::string& into) {
    const io::json_value* value = member(name);
    if (value == nullptr) return;
    if (!value->IsString()) return refuse(name, *value, "a text");
    into = io::view(*value);
  }
  void take(const char* name, std::vector<std::string>& into) {
    const io::json_value* value = member(name);
    if (value == nullptr) return;
    if (!value->IsArray()) return refuse(name, *value, "a list of texts");
    into.clear();
    for (const io::json_value& one : value->GetArray()) {
      if (!one.IsString()) return refuse(name, *value, "a list of texts");
      into.emplace_back(io::view(one));
    }
  }
  void take(const char* name, std::int64_t& into) {
    const io::json_value* value = member(name);
    if (value == nullptr) return;
    if (!value->IsInt64()) return refuse(name, *value, "a whole number");
    into = value->GetInt64();
  }
  void take(const char* name, io::milliseconds& into) {
    std::int64_t number = into.count();
    take(name, number);
    into = io::milliseconds(number);
  }
  void take(const char* name, level& into) {
    const io::json_value* value = member(name);
    if (value == nullptr) return;
    for (const level one : {level::ok, level::warn, level::error}) {
      if (value->IsString() && io::view(*value) == to_string(one)) {
        into = one;
        return;
      }
    }
    refuse(name, *value, "ERROR, WARN or OK");
  }
  void take(const char* name, std::map<std::string, std::int64_t>& into) {
    const io::json_value* value = member(name);
    if (value == nullptr) return;
    if (!value->IsObject()) return refuse(name, *value, "an object of whole numbers");
    for (const auto& one : value->GetObject()) {
      if (!one.value.IsInt64()) return refuse(name, *value, "an object of whole numbers");
      into[std::string(io::view(one.name))] = one.value.GetInt64();
    }
  }
  object_reader child(const char* name) { return {member(name), path_of(name), problems_}; }

  void finish() {
    if (object_ == nullptr) return;
    std::string known;
    for (const std::string& one : known_) known += (known.empty() ? "" : ", ") + one;
    for (const auto& one : object_->GetObject()) {
      const std::string name = shown(io::view(one.name), 80);
      if (!known_.contains(name)) problems_.push_back({path_of(name), "not known", known});
    }
  }

 private:
  const io::json_value* member(const char* name) {
    known_.insert(name);
    return object_ == nullptr ? nullptr : io::member(*object_, name);
  }
  std::string path_of(const std::string& name) const { return path_ + "." + name; }
  void refuse(const char* name, const io::json_value& value, const char* allowed) {
    problems_.push_back({path_of(name), found_at(value, path_of(name)), allowed});
  }

  const io::json_value* object_;
  std::string path_;
  problem_list& problems_;
  std::set<std::string, std::less<>> known_;
};

void read_limits(object_reader reader, limits& into) {
  reader.take("probe_ms", into.probe);
  reader.take("run_ms", into.run);
  reader.take("latency_ms", into.latency);
  reader.take("figures_age_s", into.figures_age_s);
  reader.take("checkpoint_age_s", into.checkpoint_age_s);
  reader.take("checkpoint_age_of", into.checkpoint_age_of);
  reader.take("failed_components", into.failed_components);
  reader.finish();
}

}  // namespace

settings read_settings(std::string_view text, const std::string& name, problem_list& problems) {
  settings read;
  const auto document = io::parse_json(text, name);
  if (!document) {
    problems.push_back({name, shown(document.error().message), "a JSON object"});
    return read;
  }
  object_reader root(&*document, "$", problems);
  root.take("metric", read.metric);
  root.take("user", read.user);
  root.take("history_servers", read.history_servers);
  root.take("archives", read.archives);
  root.take("resource_managers", read.resource_managers);
  root.take("name_nodes", read.name_nodes);
  object_reader supervisord = root.child("supervisord");
  supervisord.take("url", read.supervisord);
  supervisord.take("user", read.supervisord_user);
  supervisord.take("password_file", read.supervisord_password_file);
  supervisord.finish();
  object_reader manager = root.child("deployment_manager");
  manager.take("url", read.deployment_manager);
  manager.take("token_file", read.token_file);
  manager.finish();
  root.take("post", read.post);
  root.take("graphite", read.graphite);
  read_limits(root.child("limits"), read.limit);
  root.finish();
  return read;
}

}  // namespace dm::health
