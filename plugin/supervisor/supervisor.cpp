// The calls of supervisord's interface, and what its faults mean. Source:
// supervisor/rpcinterface.py of 4.2.5.
// SPDX-License-Identifier: Apache-2.0
#include "supervisor/supervisor.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace dm::supervisor {
namespace {

using io::milliseconds;
using answer = std::variant<rpc_value, rpc_fault>;

// supervisor/xmlrpc.py, class Faults.
namespace fault_code {
constexpr int shutdown_state = 6;
constexpr int bad_name = 10;
constexpr int no_file = 20;
constexpr int not_executable = 21;
constexpr int spawn_error = 50;
constexpr int already_started = 60;
constexpr int not_running = 70;
constexpr int already_added = 90;
constexpr int still_running = 91;
constexpr int cant_reread = 92;
}  // namespace fault_code

// Waiting for a state: at once after a short time, and never more often than twice a second for
// long.
class growing_interval {
 public:
  milliseconds next() {
    const milliseconds now = current_;
    current_ = std::min(current_ * 2, milliseconds(500));
    return now;
  }

 private:
  milliseconds current_{20};
};

// How often another client's reload may come between ours and what we do with it before we say so.
constexpr int attempts = 5;

tl::unexpected<error> unexpected_fault(const rpc_fault& fault, std::string_view tried,
                                       std::string_view url) {
  if (fault.code == fault_code::shutdown_state) {
    return fail(status_code::unavailable,
                fmt::format("{}: supervisord at {} is shutting down ({})", tried, url,
                            first_line(fault.text)),
                "call again when supervisord is up");
  }
  return fail(status_code::internal, fmt::format("{}: supervisord at {} answered fault {}: {}",
                                                 tried, url, fault.code, first_line(fault.text)));
}

tl::unexpected<error> unexpected_answer(std::string_view tried, std::string_view url) {
  return fail(status_code::unavailable,
              fmt::format("{}: the answer of {} is not what supervisord 4.2 sends", tried, url),
              "check that the address is supervisord's");
}

const rpc_value* find(const rpc_value::structure& members, const std::string& name) {
  const auto member = members.find(name);
  return member == members.end() ? nullptr : &member->second;
}

std::string text_of(const rpc_value::structure& members, const std::string& name) {
  const rpc_value* value = find(members, name);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(&value->value);
  return text == nullptr ? std::string() : *text;
}

std::int64_t number_of(const rpc_value::structure& members, const std::string& name) {
  const rpc_value* value = find(members, name);
  const auto* number = value == nullptr ? nullptr : std::get_if<std::int64_t>(&value->value);
  return number == nullptr ? 0 : *number;
}

std::optional<process_information> read_information(const rpc_value::structure& members) {
  process_information process;
  process.name = text_of(members, "name");
  process.group = text_of(members, "group");
  process.state = text_of(members, "statename");
  process.exit_status = static_cast<int>(number_of(members, "exitstatus"));
  process.pid = static_cast<int>(number_of(members, "pid"));
  process.started_s = number_of(members, "start");
  process.stopped_s = number_of(members, "stop");
  process.spawn_error = text_of(members, "spawnerr");
  if (process.name.empty() || process.state.empty()) return std::nullopt;
  return process;
}

// One of the three lists of reloadConfig's [[added, changed, removed]].
bool listed(const rpc_value& reload, std::size_t index, const std::string& program) {
  const auto* outer = std::get_if<rpc_value::list>(&reload.value);
  if (outer == nullptr || outer->empty()) return false;
  const auto* lists = std::get_if<rpc_value::list>(&outer->front().value);
  if (lists == nullptr || index >= lists->size()) return false;
  const auto* names = std::get_if<rpc_value::list>(&(*lists)[index].value);
  if (names == nullptr) return false;
  return std::any_of(names->begin(), names->end(), [&](const rpc_value& name) {
    const auto* text = std::get_if<std::string>(&name.value);
    return text != nullptr && *text == program;
  });
}

result<void> check_status(const io::http_response& response, const std::string& url) {
  if (response.status == 401) {
    return fail(status_code::unauthenticated,
                fmt::format("supervisord at {} refused the user name or password (HTTP 401)", url),
                "compare supervisor_user and supervisor_password with supervisord's configuration");
  }
  if (response.status == 200) return {};
  return fail(status_code::unavailable,
              fmt::format("supervisord at {} answered HTTP {}", url, response.status),
              response.status == 500 ? "its own log names the cause"
                                     : "check that the address ends in /RPC2");
}

result<answer> read_answer(const io::http_response& response, const std::string& url) {
  if (auto good = check_status(response, url); !good) return fail(std::move(good.error()));
  auto read = read_response(response.body);
  if (!read)
    return fail_while(fmt::format("reading the answer of supervisord at {}", url),
                      std::move(read.error()));
  return read;
}

}  // namespace

supervisor::supervisor(io::http_client& http, endpoint endpoint)
    : http_(http), endpoint_(std::move(endpoint)) {}

io::http_request supervisor::request(std::string body) const {
  io::http_request request;
  request.method = "POST";
  constexpr std::string_view unix_scheme = "unix://";
  if (std::string_view(endpoint_.url).starts_with(unix_scheme)) {
    request.unix_socket = endpoint_.url.substr(unix_scheme.size());
    request.url = "http://localhost/RPC2";
  } else {
    request.url = endpoint_.url;
    const auto authority = request.url.find("://");
    const auto path = request.url.find('/', authority == std::string::npos ? 0 : authority + 3);
    if (path == std::string::npos) {
      request.url += "/RPC2";
    } else if (path + 1 == request.url.size()) {
      request.url += "RPC2";
    }
  }
  request.headers = {"Content-Type: text/xml", "Accept: text/xml"};
  request.body = std::move(body);
  if (!endpoint_.user.empty()) request.user_password = endpoint_.user + ":" + endpoint_.password;
  return request;
}

result<answer> supervisor::call(const io::operation& op, std::string_view method,
                                const std::vector<rpc_argument>& arguments) {
  io::http_request asked = request(render_call(method, arguments));
  // supervisord answers one call after the other, and reloading a thousand programs takes seconds.
  asked.timeout = io::until_deadline;
  const auto response = http_.perform(op, asked);
  if (!response) {
    return fail_while(fmt::format("asking supervisord at {} ({})", endpoint_.url, method),
                      response.error());
  }
  return read_answer(*response, endpoint_.url);
}

io::http_request supervisor::all_processes_request() const {
  return request(render_call("supervisor.getAllProcessInfo", {}));
}

result<std::vector<process_information>> supervisor::read_all_processes(
    const io::http_response& response) const {
  if (auto good = check_status(response, endpoint_.url); !good)
    return fail(std::move(good.error()));
  std::vector<process_information> processes;
  auto read = read_structures(response.body, [&](const rpc_value::structure& members) {
    auto process = read_information(members);
    if (process) processes.push_back(std::move(*process));
    return process.has_value();
  });
  if (!read)
    return fail_while(fmt::format("listing the programs of supervisord at {}", endpoint_.url),
                      std::move(read.error()));
  if (*read) return unexpected_fault(**read, "listing supervisord's programs", endpoint_.url);
  return processes;
}

result<std::vector<process_information>> supervisor::all_processes(const io::operation& op) {
  const auto response = http_.perform(op, all_processes_request());
  if (!response) {
    return fail_while(fmt::format("asking supervisord at {} for its programs", endpoint_.url),
                      response.error());
  }
  return read_all_processes(*response);
}

io::http_request supervisor::process_request(const std::string& program) const {
  return request(render_call("supervisor.getProcessInfo", {program}));
}

result<std::optional<process_information>> supervisor::read_process(
    const io::http_response& response, const std::string& program) const {
  const std::string tried = fmt::format("asking for program {}", program);
  auto read = read_answer(response, endpoint_.url);
  if (!read) return tl::unexpected<error>(std::move(read.error()));
  if (const auto* fault = std::get_if<rpc_fault>(&*read)) {
    if (fault->code == fault_code::bad_name) return std::optional<process_information>();
    return unexpected_fault(*fault, tried, endpoint_.url);
  }
  const auto* members = std::get_if<rpc_value::structure>(&std::get<rpc_value>(*read).value);
  auto process = members == nullptr ? std::nullopt : read_information(*members);
  if (!process) return unexpected_answer(tried, endpoint_.url);
  return process;
}

result<std::optional<process_information>> supervisor::process(const io::operation& op,
                                                               const std::string& program) {
  const auto response = http_.perform(op, process_request(program));
  if (!response) {
    return fail_while(
        fmt::format("asking supervisord at {} for program {}", endpoint_.url, program),
        response.error());
  }
  return read_process(*response, program);
}

result<void> supervisor::apply(const io::operation& op, const std::string& program) {
  const std::string tried = fmt::format("loading the program file of {}", program);
  for (int attempt = 0; attempt < attempts; ++attempt) {
    auto reload = call(op, "supervisor.reloadConfig", {});
    if (!reload) return tl::unexpected<error>(std::move(reload.error()));
    if (const auto* fault = std::get_if<rpc_fault>(&*reload)) {
      if (fault->code != fault_code::cant_reread)
        return unexpected_fault(*fault, tried, endpoint_.url);
      return fail(
          status_code::failed_precondition,
          fmt::format(
              "{}: supervisord at {} cannot read its configuration: {}. Nothing was changed in it; "
              "the programs it has go on",
              tried, endpoint_.url, first_line(fault->text)),
          "repair or remove the file or section that supervisord names, then call again");
    }
    const rpc_value& lists = std::get<rpc_value>(*reload);
    const bool added = listed(lists, 0, program);
    const bool changed = listed(lists, 1, program);
    const bool removed = listed(lists, 2, program);
    if (!added && !changed && !removed) return {};

    if (changed || removed) {
      if (auto stopped = stop(op, program); !stopped)
        return fail_while(tried, std::move(stopped.error()));
      auto removal = call(op, "supervisor.removeProcessGroup", {program});
      if (!removal) return tl::unexpected<error>(std::move(removal.error()));
      if (const auto* fault = std::get_if<rpc_fault>(&*removal)) {
        // STILL_RUNNING: somebody started it again. BAD_NAME: somebody removed it. Both: look
        // again.
        if (fault->code == fault_code::still_running) continue;
        if (fault->code != fault_code::bad_name)
          return unexpected_fault(*fault, tried, endpoint_.url);
      }
    }
    if (added || changed) {
      auto addition = call(op, "supervisor.addProcessGroup", {program});
      if (!addition) return tl::unexpected<error>(std::move(addition.error()));
      if (const auto* fault = std::get_if<rpc_fault>(&*addition)) {
        // ALREADY_ADDED: another client's update added it from the same file. BAD_NAME: the file
        // went away meanwhile.
        if (fault->code == fault_code::bad_name) continue;
        if (fault->code != fault_code::already_added)
          return unexpected_fault(*fault, tried, endpoint_.url);
      }
    }
    // Another client's update may have come between the reload and this: what is loaded now
    // decides.
    auto loaded = process(op, program);
    if (!loaded) return fail_while(tried, std::move(loaded.error()));
    if (loaded->has_value() != removed) return {};
  }
  return fail(
      status_code::unavailable,
      fmt::format(
          "{}: other clients of supervisord at {} changed the same program {} times in between",
          tried, endpoint_.url, attempts),
      "find out who else updates this supervisord (supervisorctl, another deployment manager), "
      "then call again");
}

result<bool> supervisor::start(const io::operation& op, const std::string& program) {
  const std::string tried = fmt::format("starting program {}", program);
  growing_interval interval;
  for (int attempt = 0; attempt < attempts;) {
    auto started = call(op, "supervisor.startProcess", {program, false});
    if (!started) return tl::unexpected<error>(std::move(started.error()));
    if (const auto* fault = std::get_if<rpc_fault>(&*started)) {
      switch (fault->code) {
        case fault_code::already_started:
          return false;
        case fault_code::bad_name:
          return fail(
              status_code::not_found,
              fmt::format("{}: supervisord at {} has no such program", tried, endpoint_.url),
              "check that supervisor_config_dir is in the [include] files of supervisord's "
              "configuration");
        case fault_code::no_file:
        case fault_code::not_executable:
          return fail(status_code::failed_precondition,
                      fmt::format("{}: supervisord at {} cannot run its command: {}", tried,
                                  endpoint_.url, first_line(fault->text)),
                      "the program file names the guard's path: is it installed there?");
        case fault_code::spawn_error:
          break;  // also said of a program that ran and ended at once: its state tells them apart
        default:
          return unexpected_fault(*fault, tried, endpoint_.url);
      }
    }
    auto process = this->process(op, program);
    if (!process) return fail_while(tried, std::move(process.error()));
    if (!process->has_value()) {  // removed meanwhile: the next call says BAD_NAME
      ++attempt;
      continue;
    }
    const process_information& now = **process;
    if (now.state == "STARTING" || now.state == "RUNNING" || now.state == "EXITED") return true;
    if (now.state == "BACKOFF" || now.state == "FATAL") {
      return fail(
          status_code::resource_exhausted,
          fmt::format("{}: supervisord at {} could not make the process: {}; its state is {}",
                      tried, endpoint_.url, first_line(now.spawn_error), now.state),
          "see supervisord's log; minfds and the process limit of its user are the usual causes");
    }
    // STOPPING: startProcess answered true and did nothing, since the old process is not gone yet.
    // STOPPED: somebody stopped it again, which may be said only a few times.
    if (now.state != "STOPPING") ++attempt;
    if (auto waited = http_.sleep(op, interval.next()); !waited)
      return fail_while(tried, std::move(waited.error()));
  }
  return fail(status_code::unavailable,
              fmt::format("{}: supervisord at {} reports it stopped after each of {} starts", tried,
                          endpoint_.url, attempts),
              "find out who else stops this program, then call again");
}

result<bool> supervisor::stop(const io::operation& op, const std::string& program) {
  const std::string tried = fmt::format("stopping program {}", program);
  bool ran = true;
  auto stopped = call(op, "supervisor.stopProcess", {program, false});
  if (!stopped) return tl::unexpected<error>(std::move(stopped.error()));
  if (const auto* fault = std::get_if<rpc_fault>(&*stopped)) {
    if (fault->code == fault_code::bad_name) return false;
    // Also said of a program that is STOPPING already, whose end is to be waited for.
    if (fault->code != fault_code::not_running)
      return unexpected_fault(*fault, tried, endpoint_.url);
    ran = false;
  }
  auto told = std::chrono::steady_clock::now();
  milliseconds until_told_again{1000};
  for (growing_interval interval;;) {
    auto process = this->process(op, program);
    if (!process) return fail_while(tried, std::move(process.error()));
    if (!process->has_value() || (*process)->state != "STOPPING") return ran;
    ran = true;
    if (std::chrono::steady_clock::now() - told > until_told_again) {
      // Rationale: a SIGTERM that reaches supervisord's child between its fork and the program's
      // exec is lost: the handler that takes it is supervisord's own, and goes with the exec. What
      // comes of it does not matter, the state is looked at anyway.
      if (auto again = call(op, "supervisor.signalProcess", {program, "TERM"}); !again)
        return fail_while(tried, std::move(again.error()));
      told = std::chrono::steady_clock::now();
      until_told_again *= 2;
    }
    if (auto waited = http_.sleep(op, interval.next()); !waited) {
      return fail_while(fmt::format("{}: it was told to end and has not ended yet (pid {})", tried,
                                    (*process)->pid),
                        std::move(waited.error()));
    }
  }
}

}  // namespace dm::supervisor
