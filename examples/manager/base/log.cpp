// The Deployment Manager's log: one event a line in logfmt.
// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include "base/clock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <iterator>
#include <mutex>
#include <system_error>

namespace manager::log {
namespace {

std::atomic<level> lowest_written{level::info};
std::atomic<int> descriptor{STDERR_FILENO};
std::mutex opening;
std::filesystem::path log_file;  // guarded by opening
thread_local std::string request;

std::string_view word(level at) {
  constexpr std::array<std::string_view, 6> words = {"TRACE",   "DEBUG", "INFO",
                                                     "WARNING", "ERROR", "OFF"};
  return words.at(static_cast<std::size_t>(at));
}

// sd-daemon(3): the priorities of syslog.
int priority(level at) {
  constexpr std::array<int, 6> priorities = {7, 7, 6, 4, 3, 3};
  return priorities.at(static_cast<std::size_t>(at));
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

void append_escaped(std::string& to, char c) {
  if (is_control(c)) {
    fmt::format_to(std::back_inserter(to), "\\x{:02x}", static_cast<unsigned char>(c));
  } else {
    to += c;
  }
}

// JOURNAL_STREAM is "device:inode" of the stream that systemd has handed over (systemd.exec(5)).
bool is_journal() {
  static const bool answer = [] {
    struct stat status {};
    const char* told = std::getenv("JOURNAL_STREAM");
    return told != nullptr && ::fstat(STDERR_FILENO, &status) == 0 &&
           fmt::format("{}:{}", status.st_dev, status.st_ino) == told;
  }();
  return answer;
}

int open_for_appending(const std::filesystem::path& file) {
  const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (opened < 0) {
    throw std::system_error(errno, std::generic_category(),
                            "cannot write the log " + file.string());
  }
  return opened;
}

// The descriptor's number stays, so that a line under way on another thread never meets a closed
// one.
void use(int opened) {
  const int used = descriptor.load();
  if (used == STDERR_FILENO) {
    descriptor = opened;
    return;
  }
  ::dup3(opened, used, O_CLOEXEC);
  ::close(opened);
}

}  // namespace

void set_threshold(level lowest) { lowest_written = lowest; }
level threshold() { return lowest_written; }

void open(const std::filesystem::path& file) {
  const std::lock_guard lock(opening);
  use(open_for_appending(file));
  log_file = file;
}

void reopen() {
  std::string problem;
  {
    const std::lock_guard lock(opening);
    if (log_file.empty()) return;
    try {
      use(open_for_appending(log_file));
    } catch (const std::system_error& failed) {
      problem = failed.what();
    }
  }
  if (!problem.empty()) error("event=log_not_reopened information={}", problem);
}

std::string logfmt_value(std::string_view value) {
  bool plain = !value.empty();
  for (const char c : value) plain = plain && c != ' ' && c != '"' && c != '=' && !is_control(c);
  if (plain) return std::string(value);
  std::string result = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else {
      append_escaped(result, c);
    }
  }
  return result + '"';
}

request_scope::request_scope(std::string id) : before_(std::move(request)) {
  request = std::move(id);
}
request_scope::~request_scope() { request = std::move(before_); }

void write(level at, std::string_view fields) {
  if (at < lowest_written.load()) return;
  const int to = descriptor.load();
  std::string line = to == STDERR_FILENO && is_journal()
                         ? fmt::format("<{}>", priority(at))
                         : fmt::format("time={} level={} ", to_rfc3339(now_ms()), word(at));
  for (const char c : fields) append_escaped(line, c);
  if (!request.empty()) line += " request=" + logfmt_value(request);
  line += '\n';
  // Nobody is left to tell when the log itself cannot be written.
  [[maybe_unused]] const ssize_t written = ::write(to, line.data(), line.size());
}

}  // namespace manager::log
