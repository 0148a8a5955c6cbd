// supervisord's XML-RPC interface over imaginary processes.
// SPDX-License-Identifier: Apache-2.0
#include "fake/supervisord.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <pugixml.hpp>
#include <sstream>

namespace dm::fake {

namespace {

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '&')
      safe += "&amp;";
    else if (c == '<')
      safe += "&lt;";
    else if (c == '>')
      safe += "&gt;";
    else
      safe += c;
  }
  return safe;
}

std::string string_value(const std::string& text) {
  return "<value><string>" + escaped(text) + "</string></value>\n";
}
std::string int_value(std::int64_t number) {
  return fmt::format("<value><int>{}</int></value>\n", number);
}
std::string boolean_value(bool value) {
  return fmt::format("<value><boolean>{}</boolean></value>\n", value ? 1 : 0);
}
std::string array_value(const std::string& elements) {
  return "<value><array><data>\n" + elements + "</data></array></value>\n";
}
std::string member(const std::string& name, const std::string& value) {
  return "<member>\n<name>" + name + "</name>\n" + value + "</member>\n";
}

int state_code(const std::string& state) {
  const std::map<std::string, int> codes = {{"STOPPED", 0},  {"STARTING", 10}, {"RUNNING", 20},
                                            {"BACKOFF", 30}, {"STOPPING", 40}, {"EXITED", 100},
                                            {"FATAL", 200}};
  const auto found = codes.find(state);
  return found == codes.end() ? 1000 : found->second;
}

std::string info_value(const supervised_process& p) {
  return "<value><struct>\n" + member("name", string_value(p.name)) +
         member("group", string_value(p.name)) + member("start", int_value(p.started_s)) +
         member("stop", int_value(p.stopped_s)) + member("now", int_value(1'795'439'443)) +
         member("state", int_value(state_code(p.state))) +
         member("statename", string_value(p.state)) +
         member("spawnerr", string_value(p.spawn_error)) +
         member("exitstatus", int_value(p.exit_status)) + member("logfile", string_value("")) +
         member("stdout_logfile", string_value("")) + member("stderr_logfile", string_value("")) +
         member("pid", int_value(p.pid)) + member("description", string_value("")) +
         "</struct></value>\n";
}

std::string base64(const std::string& bytes) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8U | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += i + j > bytes.size() ? '=' : alphabet[(group >> (18 - 6 * j)) & 0x3FU];
    }
  }
  return text;
}

// "name" or "group:name", or "group:*".
std::string program_of(const std::string& name) { return name.substr(0, name.find(':')); }

}  // namespace

supervisord::supervisord(std::string config_dir)
    : supervisord(std::move(config_dir), std::string()) {}

supervisord::supervisord(std::string config_dir, const std::string& unix_socket)
    : config_dir_(std::move(config_dir)),
      server_([this](const request& asked) { return answer(asked); }, unix_socket) {}

void supervisord::require_login(std::string user, std::string password) {
  const std::lock_guard lock(mutex_);
  login_ = base64(user + ":" + password);
}

void supervisord::fail_reload(const std::string& text) {
  const std::lock_guard lock(mutex_);
  reload_fault_ = text;
}

void supervisord::fail_start(const std::string& program, int code, const std::string& text) {
  const std::lock_guard lock(mutex_);
  start_faults_[program] = {code, text};
}

void supervisord::add(supervised_process process) {
  const std::lock_guard lock(mutex_);
  const std::string name = process.name;
  processes_[name] = std::move(process);
  const auto sections = read_config();
  if (const auto section = sections.find(name); section != sections.end())
    active_[name] = section->second;
  else
    active_[name] = {};
  configured_ = active_;
}

void supervisord::change(const std::string& name,
                         const std::function<void(supervised_process&)>& how) {
  const std::lock_guard lock(mutex_);
  if (const auto found = processes_.find(name); found != processes_.end()) how(found->second);
}

std::optional<supervised_process> supervisord::process(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = processes_.find(name);
  return found == processes_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> supervisord::names() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> all;
  for (const auto& [name, process] : processes_) all.push_back(name);
  return all;
}

void supervisord::on_start(std::function<void(const std::string&)> started) {
  const std::lock_guard lock(mutex_);
  started_ = std::move(started);
}

void supervisord::on_stop(std::function<void(const std::string&)> stopped) {
  const std::lock_guard lock(mutex_);
  stopped_ = std::move(stopped);
}

std::map<std::string, std::string> supervisord::read_config() const {
  std::map<std::string, std::string> sections;
  if (config_dir_.empty()) return sections;
  for (const auto& file : std::filesystem::directory_iterator(config_dir_)) {
    if (file.path().extension() != ".conf") continue;
    std::ifstream stream(file.path());
    std::string current;
    for (std::string line; std::getline(stream, line);) {
      const std::string start = "[program:";
      if (line.starts_with(start))
        current = line.substr(start.size(), line.find(']') - start.size());
      if (!current.empty()) sections[current] += line + "\n";
    }
  }
  return sections;
}

std::string supervisord::reload() {
  if (!reload_fault_.empty()) throw fault{92, "CANT_REREAD: " + reload_fault_};
  if (config_dir_.empty())
    configured_ = active_;
  else
    configured_ = read_config();
  std::string added, changed, removed;
  for (const auto& [name, section] : configured_) {
    const auto old = active_.find(name);
    if (old == active_.end())
      added += string_value(name);
    else if (old->second != section)
      changed += string_value(name);
  }
  for (const auto& [name, section] : active_) {
    if (!configured_.contains(name)) removed += string_value(name);
  }
  return array_value(array_value(array_value(added) + array_value(changed) + array_value(removed)));
}

supervised_process& supervisord::known(const std::string& name) {
  const auto found = processes_.find(program_of(name));
  if (found == processes_.end()) throw fault{10, "BAD_NAME: " + name};
  return found->second;
}

void supervisord::start(supervised_process& process) {
  if (const auto scripted = start_faults_.find(process.name); scripted != start_faults_.end())
    throw scripted->second;
  process.state = "RUNNING";
  process.pid = next_pid_++;
  process.started_s = 1'795'439'443;
  process.exit_status = 0;
}

std::string supervisord::call(const std::string& method, const values& arguments,
                              std::string& started, std::string& stopped) {
  const std::string name = arguments.empty() ? std::string() : arguments.front();
  if (method == "supervisor.getAllProcessInfo") {
    std::string all;
    for (const auto& [key, process] : processes_) all += info_value(process);
    return array_value(all);
  }
  if (method == "supervisor.getProcessInfo") return info_value(known(name));
  if (method == "supervisor.getSupervisorVersion") return string_value("4.2.5");
  if (method == "supervisor.getState") {
    return "<value><struct>\n" + member("statecode", int_value(1)) +
           member("statename", string_value("RUNNING")) + "</struct></value>\n";
  }
  if (method == "supervisor.reloadConfig") return reload();
  if (method == "supervisor.addProcessGroup") {
    const auto section = configured_.find(name);
    if (section == configured_.end()) throw fault{10, "BAD_NAME: " + name};
    if (processes_.contains(name)) throw fault{90, "ALREADY_ADDED: " + name};
    active_[name] = section->second;
    supervised_process& process = processes_[name];
    process.name = name;
    if (section->second.find("autostart=false") == std::string::npos) {
      start(process);
      started = name;
    }
    return boolean_value(true);
  }
  if (method == "supervisor.removeProcessGroup") {
    if (known(name).alive()) throw fault{91, "STILL_RUNNING: " + name};
    processes_.erase(name);
    active_.erase(name);
    return boolean_value(true);
  }
  if (method == "supervisor.startProcess") {
    supervised_process& process = known(name);
    if (process.alive()) throw fault{60, "ALREADY_STARTED: " + name};
    start(process);
    started = process.name;
    return boolean_value(true);
  }
  if (method == "supervisor.stopProcess") {
    supervised_process& process = known(name);
    if (!process.alive()) throw fault{70, "NOT_RUNNING: " + name};
    process.state = "STOPPED";
    process.pid = 0;
    process.stopped_s = 1'795'439'444;
    stopped = process.name;
    return boolean_value(true);
  }
  throw fault{1, "UNKNOWN_METHOD"};
}

response supervisord::answer(const request& asked) {
  std::unique_lock lock(mutex_);
  if (!login_.empty() && asked.header("authorization") != "Basic " + login_) {
    response r = text(401, "<head>\n<title>Error response</title>\n</head>", "text/html");
    r.headers.emplace_back("WWW-Authenticate", "Basic realm=\"default\"");
    return r;
  }
  if (asked.path != "/RPC2")
    return text(404, "<head>\n<title>Error response</title>\n</head>", "text/html");
  pugi::xml_document document;
  if (!document.load_buffer(asked.body.data(), asked.body.size()))
    return text(400, "", "text/html");
  const pugi::xml_node root = document.child("methodCall");
  values arguments;
  for (const pugi::xml_node param : root.child("params").children("param")) {
    const pugi::xml_node value = param.child("value");
    arguments.emplace_back(value.first_child().type() == pugi::node_element
                               ? value.first_child().child_value()
                               : value.child_value());
  }
  std::string body = "<?xml version='1.0'?>\n<methodResponse>\n";
  std::string started;
  std::string stopped;
  try {
    body += "<params>\n<param>\n" +
            call(root.child("methodName").child_value(), arguments, started, stopped) +
            "</param>\n</params>\n";
  } catch (const fault& f) {
    body += "<fault>\n<value><struct>\n" + member("faultCode", int_value(f.code)) +
            member("faultString", string_value(f.text)) + "</struct></value>\n</fault>\n";
  }
  const auto tell_started = started_;
  const auto tell_stopped = stopped_;
  lock.unlock();
  if (!started.empty() && tell_started) tell_started(started);
  if (!stopped.empty() && tell_stopped) tell_stopped(stopped);
  return text(200, body + "</methodResponse>\n", "text/xml");
}

}  // namespace dm::fake
