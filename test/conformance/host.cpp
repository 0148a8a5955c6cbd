// A host for tests: it knows flink.so by its C header only, and loads it as a deployment manager
// does.
// SPDX-License-Identifier: Apache-2.0
#include "host.h"

#include <dlfcn.h>

#include <stdexcept>
#include <utility>

namespace conformance {

library::library() : handle_(dlopen(PLUGIN_PATH, RTLD_NOW | RTLD_LOCAL)) {
  if (handle_ == nullptr) throw std::runtime_error(dlerror());
  entry_ = reinterpret_cast<dm_plugin_entry_function>(dlsym(handle_, DM_PLUGIN_ENTRY_SYMBOL));
  if (entry_ == nullptr) throw std::runtime_error(dlerror());
  plugin_ = entry_(DM_PLUGIN_ABI_MAJOR);
  if (plugin_ == nullptr) throw std::runtime_error("the plugin does not speak this major");
}

void library::unload() {
  if (handle_ != nullptr) dlclose(std::exchange(handle_, nullptr));
}

recorder::recorder(std::int32_t level) {
  host_.struct_size = sizeof host_;
  host_.user = this;
  host_.log_level = level;
  host_.log = log;
}

void recorder::log(void* user, std::int32_t level, dm_string message) {
  auto* self = static_cast<recorder*>(user);
  {
    const std::lock_guard lock(self->mutex_);
    self->lines_.push_back({level, std::string(message.data, message.size),
                            std::this_thread::get_id(), message.data[message.size] == '\0'});
  }
  if (self->react_) self->react_();
}

std::vector<log_line> recorder::lines() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

bool recorder::logged(std::string_view part) const {
  const std::lock_guard lock(mutex_);
  for (const log_line& line : lines_) {
    if (line.text.find(part) != std::string::npos) return true;
  }
  return false;
}

std::string reply::error_code() const {
  if (!json.IsObject() || !json.HasMember("error") || !json["error"].HasMember("code")) return {};
  return json["error"]["code"].GetString();
}

std::string reply::error_message() const {
  if (!json.IsObject() || !json.HasMember("error") || !json["error"].HasMember("message"))
    return {};
  return json["error"]["message"].GetString();
}

bool reply::has_detail(std::string_view path) const {
  if (!json.IsObject() || !json.HasMember("error")) return false;
  for (const auto& detail : json["error"]["details"].GetArray()) {
    if (detail["path"].GetString() == path) return true;
  }
  return false;
}

session::session(const library& plugin, const recorder& record, const std::string& environment)
    : plugin_(plugin) {
  dm_document document{};
  const dm_status status = plugin->open(record.host(), lend(environment), &session_, &document);
  const std::string why(document.data == nullptr ? "" : document.data, document.size);
  plugin->release(&document);
  if (status != DM_STATUS_OK) throw std::runtime_error("open: " + why);
}

void session::close() { plugin_->close(std::exchange(session_, nullptr)); }

reply session::run(dm_operation verb, std::string_view request, dm_call* call) const {
  return conformance::run(plugin_, verb, session_, call, lend(request));
}

call::call(const library& plugin, const session& owner, std::uint64_t timeout_ms,
           std::string_view correlation_id)
    : plugin_(plugin) {
  dm_call_options options{};
  options.struct_size = sizeof options;
  options.timeout_ms = timeout_ms;
  options.correlation_id = lend(correlation_id);
  options.user = this;
  options.on_event = on_event;
  if (plugin->call_open(owner.get(), &options, &call_) != DM_STATUS_OK)
    throw std::runtime_error("call_open");
}

void call::on_event(void* user, dm_string event) {
  auto* self = static_cast<call*>(user);
  const std::lock_guard lock(self->mutex_);
  self->events_.emplace_back(event.data, event.size);
  self->threads_.push_back(std::this_thread::get_id());
}

std::vector<std::string> call::events() const {
  const std::lock_guard lock(mutex_);
  return events_;
}

std::vector<std::thread::id> call::event_threads() const {
  const std::lock_guard lock(mutex_);
  return threads_;
}

dm_string lend(std::string_view text) { return {text.data(), text.size()}; }

reply run(const library& plugin, dm_operation verb, dm_session* session, dm_call* call,
          dm_string request) {
  dm_document document{};
  reply copied;
  copied.status = verb(session, call, request, &document);
  if (document.data != nullptr) {
    copied.text.assign(document.data, document.size);
    copied.ends_in_nul = document.data[document.size] == '\0';
    copied.json.Parse<rapidjson::kParseValidateEncodingFlag | rapidjson::kParseIterativeFlag>(
        copied.text.data(), copied.text.size());
  }
  plugin->release(&document);
  return copied;
}

const dm_savepoint& savepoint_table(const library& plugin) {
  const auto* table =
      static_cast<const dm_savepoint*>(plugin->extension(lend(DM_SAVEPOINT_EXTENSION)));
  if (table == nullptr || !DM_HAS_MEMBER(dm_savepoint, table, plan))
    throw std::runtime_error("the plugin has no savepoints");
  return *table;
}

const dm_metrics& metrics_table(const library& plugin) {
  const auto* table = static_cast<const dm_metrics*>(plugin->extension(lend(DM_METRICS_EXTENSION)));
  if (table == nullptr || !DM_HAS_MEMBER(dm_metrics, table, figures))
    throw std::runtime_error("the plugin has no figures");
  return *table;
}

const dm_diagnosis& diagnosis_table(const library& plugin) {
  const auto* table =
      static_cast<const dm_diagnosis*>(plugin->extension(lend(DM_DIAGNOSIS_EXTENSION)));
  if (table == nullptr || !DM_HAS_MEMBER(dm_diagnosis, table, explain))
    throw std::runtime_error("the plugin has no diagnosis");
  return *table;
}

std::vector<named_verb> table_verbs(const library& plugin) {
  return {{"validate", plugin->validate}, {"create", plugin->create}, {"destroy", plugin->destroy},
          {"start", plugin->start},       {"stop", plugin->stop},     {"status", plugin->status}};
}

std::vector<named_verb> verbs(const library& plugin) {
  const dm_savepoint& savepoint = savepoint_table(plugin);
  std::vector<named_verb> all = table_verbs(plugin);
  all.insert(all.end(), {{"trigger", savepoint.trigger},
                         {"list", savepoint.list},
                         {"resume", savepoint.resume},
                         {"dispose", savepoint.dispose},
                         {"pin", savepoint.pin},
                         {"unpin", savepoint.unpin},
                         {"plan", savepoint.plan},
                         {"figures", metrics_table(plugin).figures}});
  const dm_diagnosis& diagnosis = diagnosis_table(plugin);
  all.insert(all.end(), {{"incidents", diagnosis.incidents}, {"explain", diagnosis.explain}});
  return all;
}

}  // namespace conformance
