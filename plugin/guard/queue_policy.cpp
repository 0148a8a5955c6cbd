// Asking the node's queue policy.
// SPDX-License-Identifier: Apache-2.0
#include "guard/queue_policy.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "cluster/queue_name.h"
#include "component/kept_text.h"
#include "guard/client_end.h"
#include "io/file.h"
#include "io/process.h"
#include "io/trimmed.h"

namespace dm::guard {

using component::queue_answer;
using component::queue_word;

namespace {

// Of each of its outputs; a queue's name has 255 at most.
constexpr std::size_t output_limit = 64 << 10;

// What the program prints into one pipe.
class printed {
 public:
  // The end that the program writes to; nullopt: no pipe is to be had.
  std::optional<io::unique_fd> open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
    reading_ = io::unique_fd(ends[0]);
    io::unique_fd writing(ends[1]);
    if (::fcntl(reading_.get(), F_SETFL, O_NONBLOCK) != 0) return std::nullopt;
    return writing;
  }

  // Takes what is there. false: it is more than may be.
  bool read() {
    std::array<char, 4096> piece{};
    while (reading_) {
      const ssize_t count = ::read(reading_.get(), piece.data(), piece.size());
      if (count > 0) text_.append(piece.data(), static_cast<std::size_t>(count));
      if (text_.size() > output_limit) return false;
      if (count > 0 || (count < 0 && errno == EINTR)) continue;
      if (count == 0 || errno != EAGAIN) reading_ = {};
      break;
    }
    return true;
  }

  bool open_still() const { return static_cast<bool>(reading_); }
  int descriptor() const { return reading_.get(); }
  const std::string& text() const { return text_; }

 private:
  io::unique_fd reading_;
  std::string text_;
};

class conversation {
 public:
  explicit conversation(const policy_question& question) : question_(question) {
    answer_.requested = question.requested;
  }

  result<queue_answer> hold(const io::operation& op, io::http_client& wait) {
    auto started = start();
    if (!started) return not_told(started.error().text());
    io::process& program = *started;
    const auto over = std::chrono::steady_clock::now() + question_.limit;
    for (;;) {
      const auto left =
          std::max(io::milliseconds(0),
                   std::chrono::ceil<io::milliseconds>(over - std::chrono::steady_clock::now()));
      auto ready = wait.wait_readable(op, descriptors(program), left);
      // Whoever leaves here ends the program with all that it has started.
      if (!ready) return fail(ready.error());
      if (!output_.read() || !errors_.read())
        return not_told(
            fmt::format("it printed more than {} KiB and was ended", output_limit >> 10));
      if (!*ready) {
        return not_told(fmt::format("it had not ended after {:.1f} s and was ended",
                                    static_cast<double>(question_.limit.count()) / 1000.0));
      }
      if (!program.ended()) continue;
      // Before it is reaped, so that the number is still its own: what it left behind goes, too.
      program.signal_group(SIGKILL);
      const auto end = program.try_reap();
      if (!end) continue;
      if (!output_.read() || !errors_.read())
        return not_told(fmt::format("it printed more than {} KiB", output_limit >> 10));
      return judge(*end);
    }
  }

 private:
  result<io::process> start() {
    auto output = output_.open();
    auto errors = errors_.open();
    if (!output || !errors)
      return fail(io::errno_error(errno, "make a pipe for", question_.program));
    io::process_spec spec;
    spec.argv = {question_.program};
    if (!question_.requested.empty()) spec.argv.push_back(question_.requested);
    spec.environment = {{"HOME", question_.directory},
                        {"USER", question_.user},
                        {"LOGNAME", question_.user},
                        {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
                        {"LANG", "C.UTF-8"}};
    spec.directory = question_.directory;
    spec.output = output->get();
    spec.error = errors->get();
    spec.group_dies_with_parent = true;  // its ten seconds end with whoever counts them
    return io::process::spawn(spec);
  }

  std::vector<int> descriptors(const io::process& program) const {
    std::vector<int> open{program.descriptor()};
    for (const printed* one : {&output_, &errors_}) {
      if (one->open_still()) open.push_back(one->descriptor());
    }
    return open;
  }

  queue_answer judge(const io::process_exit& end) {
    if (end.success()) return named(io::trimmed(output_.text()));
    const std::string words =
        component::kept_line(io::trimmed(output_.text()).empty() ? io::trimmed(errors_.text())
                                                                 : io::trimmed(output_.text()));
    // A closed list: all other codes are those of a shell that did not find something, or of a
    // program that has failed (INV-10).
    static constexpr std::array<queue_word, 3> refusals{queue_word::no_map, queue_word::no_rule,
                                                        queue_word::not_allowed};
    if (end.signal == 0 && end.code >= 1 && end.code <= 3) {
      answer_.word = refusals.at(static_cast<std::size_t>(end.code - 1));
      answer_.text = words;
      return answer_;
    }
    return not_told(fmt::format("it ended with {}{}{}", client_end{end, false}.text(),
                                words.empty() ? "" : ": ", words));
  }

  queue_answer named(std::string_view line) {
    if (line.empty()) return not_told("it ended with exit code 0 and printed no queue");
    if (line.find('\n') != std::string_view::npos) {
      return not_told("it printed more than one line instead of a queue: " +
                      component::kept_line(line, 120));
    }
    if (!cluster::is_queue_name(line))
      return not_told("it printed what is no YARN queue: " + component::kept_line(line, 120));
    answer_.word = queue_word::queue;
    answer_.queue = line;
    answer_.text = component::kept_line(io::trimmed(errors_.text()));
    return answer_;
  }

  queue_answer not_told(std::string why) {
    answer_.word = queue_word::not_told;
    answer_.text = std::move(why);
    return answer_;
  }

  const policy_question& question_;
  queue_answer answer_;
  printed output_;
  printed errors_;
};

}  // namespace

result<queue_answer> ask_queue_policy(const io::operation& op, io::http_client& wait,
                                      const policy_question& question) {
  return conversation(question).hold(op, wait);
}

}  // namespace dm::guard
