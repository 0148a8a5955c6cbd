// Finds the telling part of YARN's diagnostics.
// SPDX-License-Identifier: Apache-2.0
#include "flink/yarn_diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>

#include "flink/localization_failure.h"
#include "io/error.h"
#include "io/utf8.h"

namespace dm::flink {
namespace {

constexpr std::size_t longest_part = 200;

// Whose container it was, and the property that says how much memory it asks for.
struct role {
  std::string_view name;
  std::string_view memory_property;
};
constexpr role job_manager_role{"JobManager", "component_flink_jobmanager_memory"};
constexpr role task_manager_role{"TaskManager", "component_flink_taskmanager_memory"};

// Hadoop's ContainerExitStatus; {}: whose container.
struct yarn_code {
  int code;
  yarn_failure_kind kind;
  std::string_view meaning;
};
constexpr std::array yarn_codes = {
    yarn_code{-1000, yarn_failure_kind::localization,
              "the files of the {}'s container could not be brought to its node"},
    yarn_code{-100, yarn_failure_kind::released,
              "YARN took back the {}'s container: its node was lost or is being drained"},
    yarn_code{-101, yarn_failure_kind::released, "the disks of the {}'s node failed or are full"},
    yarn_code{-102, yarn_failure_kind::released, "YARN preempted the {}'s container"},
    yarn_code{-103, yarn_failure_kind::memory_limit, "virtual"},
    yarn_code{-104, yarn_failure_kind::memory_limit, "physical"},
    yarn_code{-105, yarn_failure_kind::released, "the {}'s container was stopped"},
    yarn_code{-106, yarn_failure_kind::released, "the ResourceManager ended the {}'s container"},
    yarn_code{-107, yarn_failure_kind::released,
              "the {}'s container was ended after its application"},
    yarn_code{-108, yarn_failure_kind::released,
              "the NodeManager's scheduler ended the {}'s container"},
};

std::string_view between(std::string_view text, std::string_view begin, std::string_view end) {
  const auto at = text.find(begin);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + begin.size());
  return text.substr(0, text.find(end));
}

// One line, without blanks around it.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return io::valid_utf8(line);
}

// What the container's shell wrote last, behind "Last 4096 bytes of prelaunch.err :". The heading
// may stand twice, with "Last 4096 bytes of stderr :" below it.
std::string last_words(std::string_view diagnostics) {
  std::string words;
  for (;;) {
    const auto at = diagnostics.find("Last 4096 bytes of ");
    if (at == std::string_view::npos) return words;
    diagnostics.remove_prefix(at + 1);
    const auto colon = diagnostics.find(" :");
    if (colon == std::string_view::npos) return words;
    std::string_view block = diagnostics.substr(colon + 2);
    for (const std::string_view end :
         {"Last 4096 bytes of ", "\n[20", " [20", "For more detailed output"}) {
      block = block.substr(0, block.find(end));
    }
    std::string line = one_line(block);
    if (line.empty()) continue;
    if (line.size() > longest_part) line = "..." + line.substr(line.size() - longest_part);
    words = io::valid_utf8(line);
  }
}

// The first line behind "Failing this attempt.Diagnostics: [2026-11-26 10:00:00.123]".
std::string attempt_diagnostics(std::string_view diagnostics) {
  std::string_view text = between(diagnostics, "Diagnostics: ", "\n");
  if (text.starts_with('[')) text.remove_prefix(std::min(text.find(']') + 1, text.size()));
  for (const std::string_view end : {"For more detailed output", "Container id: "})
    text = text.substr(0, text.find(end));
  return first_line(one_line(text), longest_part);
}

std::string memory_sentence(const role& whose, std::string_view kind, const std::string& usage) {
  const std::string what =
      fmt::format("YARN killed the {}'s container, which used more {} memory than it asked for{}{}",
                  whose.name, kind, usage.empty() ? "" : ": ", usage);
  return what + (kind == "physical"
                     ? fmt::format("; raise {}", whose.memory_property)
                     : fmt::format("; raise {}, or have YARN's yarn.nodemanager.vmem-pmem-ratio "
                                   "raised",
                                   whose.memory_property));
}

std::string usage_in(std::string_view diagnostics) {
  return first_line(one_line(between(diagnostics, "Current usage: ", ". Killing container")),
                    longest_part);
}

void read_own_end(const role& whose, int code, std::string_view diagnostics,
                  yarn_failure& failure) {
  constexpr int signal_base = 128;
  constexpr int last_signal = 31;
  if (code > signal_base && code <= signal_base + last_signal) {
    failure.kind = yarn_failure_kind::signal;
    const int signal = code - signal_base;
    // Nobody sends these: the process did what it must not, and will do so again, unless its
    // machine is broken. It counts as an attempt, or it would be started for ever.
    if (signal == SIGILL || signal == SIGABRT || signal == SIGFPE || signal == SIGSEGV) {
      failure.sentence = fmt::format(
          "the {}'s process crashed by signal {} (exit code {}); what its JVM says of that stands "
          "in its .out file",
          whose.name, signal, code);
      return;
    }
    failure.failure = failure_class::cluster_lost;
    failure.sentence =
        fmt::format("the {}'s process was killed by signal {} on its machine (exit code {})",
                    whose.name, code - signal_base, code);
    return;
  }
  failure.kind = yarn_failure_kind::exit_code;
  // The shell's own codes: the command could not be executed, was not found.
  if (code == 126 || code == 127) failure.failure = failure_class::not_started;
  const std::string words = last_words(diagnostics);
  failure.sentence = fmt::format("the {}'s container ended with exit code {}{}{}", whose.name, code,
                                 code == 126   ? " (a command could not be executed)"
                                 : code == 127 ? " (a command was not found)"
                                               : "",
                                 words.empty() ? "" : ": ");
  failure.sentence += words;
}

// usage: of memory, in words; may be empty.
void read_exit(const role& whose, int code, std::string_view diagnostics, const std::string& usage,
               yarn_failure& failure) {
  failure.exit_code = code;
  const auto* known = std::find_if(yarn_codes.begin(), yarn_codes.end(),
                                   [&](const yarn_code& one) { return one.code == code; });
  if (known == yarn_codes.end()) {
    read_own_end(whose, code, diagnostics, failure);
    return;
  }
  failure.kind = known->kind;
  failure.failure = failure_class::cluster_lost;
  if (known->kind == yarn_failure_kind::memory_limit) {
    failure.failure = failure_class::memory_exceeded;
    failure.sentence = memory_sentence(whose, known->meaning, usage);
    return;
  }
  std::string words;
  if (known->kind == yarn_failure_kind::localization) {
    // YARN's code does not tell whose trouble it was.
    localization_failure told = read_localization_failure(diagnostics);
    words = std::move(told.sentence);
    failure.failure = told.failure;
  } else {
    words = attempt_diagnostics(diagnostics);
  }
  failure.sentence =
      fmt::format("{} (YARN's code {}){}{}", fmt::format(fmt::runtime(known->meaning), whose.name),
                  code, words.empty() ? "" : ": ", words);
}

}  // namespace

std::optional<int> number_after(std::string_view text, std::string_view words) {
  const auto at = text.find(words);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + words.size());
  while (text.starts_with(' ')) text.remove_prefix(1);
  int number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() ? std::optional<int>(number) : std::nullopt;
}

yarn_failure read_yarn_diagnostics(std::string_view diagnostics) {
  yarn_failure failure;
  if (const auto code = number_after(diagnostics, "exitCode:")) {
    read_exit(job_manager_role, *code, diagnostics, usage_in(diagnostics), failure);
  } else if (diagnostics.find("ApplicationMaster for attempt ") != std::string_view::npos &&
             diagnostics.find(" timed out") != std::string_view::npos) {
    failure.kind = yarn_failure_kind::no_heartbeat;
    failure.failure = failure_class::cluster_lost;
    failure.sentence = "YARN heard nothing of the JobManager any more: " +
                       std::string(between(diagnostics, "due to ", "\n"));
  } else {
    exception_cause said;
    said.thrown_class = "org.apache.hadoop.yarn.exceptions.YarnException";
    said.class_name = said.thrown_class;
    said.message = one_line(diagnostics.substr(0, diagnostics.find('\n')));
    failure.failure = classify_failure(std::vector<exception_cause>{said});
    if (failure.failure != failure_class::unknown) failure.kind = yarn_failure_kind::refused;
    failure.sentence = said.message;
  }
  failure.sentence = first_line(one_line(failure.sentence));
  return failure;
}

yarn_failure read_task_manager_exit(int code, std::string_view diagnostics, std::int64_t used_mb,
                                    std::int64_t limit_mb) {
  std::string usage = usage_in(diagnostics);
  if (usage.empty() && used_mb > 0 && limit_mb > 0)
    usage = fmt::format("{} MB of {} MB physical memory used", used_mb, limit_mb);
  yarn_failure failure;
  read_exit(task_manager_role, code, diagnostics, usage, failure);
  failure.sentence = first_line(one_line(failure.sentence));
  return failure;
}

}  // namespace dm::flink
