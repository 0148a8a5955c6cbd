// Finds the application, the job and the failure in a client's output. Sources: Flink 1.13, 1.20
// and 2.3, recorded in test/flink/recorded.
// SPDX-License-Identifier: Apache-2.0
#include "flink/client_output.h"

#include "flink/exception_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dm::flink {
namespace {

// What stands before an id that this client made. Ids elsewhere may be another application's.
constexpr std::array<std::string_view, 4> application_announcements = {
    "Submitting application master ", "Submitted application ", "of application '",
    "yarn application -kill "};
constexpr std::string_view job_announcement = "ob has been submitted with JobID ";
constexpr std::string_view exception_announcement =
    "The program finished with the following exception:";
constexpr std::string_view python_abort = "org.apache.flink.client.program.ProgramAbortException";
constexpr std::string_view missing_job = "The program didn't contain a Flink job";
constexpr std::string_view usage_hint =
    "Use the help option (-h or --help) to get help on the command.";

bool digit(char c) { return c >= '0' && c <= '9'; }
bool hex_digit(char c) { return digit(c) || (c >= 'a' && c <= 'f'); }

std::string_view leading(std::string_view text, bool (*accepts)(char)) {
  return text.substr(0, static_cast<std::size_t>(
                            std::find_if_not(text.begin(), text.end(), accepts) - text.begin()));
}

// "application_1700000000000_0012", or empty.
std::string_view application_id_at(std::string_view text) {
  constexpr std::string_view prefix = "application_";
  if (!text.starts_with(prefix)) return {};
  const std::string_view cluster = leading(text.substr(prefix.size()), digit);
  std::size_t length = prefix.size() + cluster.size();
  if (cluster.empty() || cluster.size() > 20 || length >= text.size() || text[length] != '_')
    return {};
  const std::string_view number = leading(text.substr(length + 1), digit);
  if (number.empty() || number.size() > 20) return {};
  return text.substr(0, length + 1 + number.size());
}

std::string_view job_id_at(std::string_view text) {
  const std::string_view id = leading(text, hex_digit);
  return id.size() == 32 ? id : std::string_view();
}

void add_once(std::vector<std::string>& ids, std::string_view id) {
  if (!id.empty() && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.emplace_back(id);
}

void read_ids(std::string_view line, client_output& output) {
  for (const std::string_view announcement : application_announcements) {
    if (const auto at = line.find(announcement); at != std::string_view::npos) {
      add_once(output.application_ids, application_id_at(line.substr(at + announcement.size())));
    }
  }
  if (const auto at = line.find(job_announcement); at != std::string_view::npos) {
    add_once(output.job_ids, job_id_at(line.substr(at + job_announcement.size())));
  }
}

std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// A failure as the client told it: a stack trace, or a sentence.
struct told {
  std::string_view text;
  bool java = true;  // text is a stack trace that the JVM printed
};

// What the last Python traceback ends with: "ValueError: no such column"; where Java failed below
// Python, Java's exception, which py4j prints after ": ".
told python_exception(std::string_view text) {
  const auto at = text.rfind("Traceback (most recent call last):");
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at);
  text = text.substr(0, text.find(python_abort));
  take_line(text);
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty() || line.front() == ' ' || line.front() == '\t') continue;
    constexpr std::string_view java = ": ";
    if (text.starts_with(java)) return {text.substr(java.size()), true};
    return {line, false};
  }
  return {};
}

// An option or a jar that the client refused: the words stand before the hint to its help.
std::string_view refused_arguments(std::string_view text) {
  const auto at = text.rfind(usage_hint);
  if (at == std::string_view::npos) return {};
  text = text.substr(0, at);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
    text.remove_suffix(1);
  const auto begin = text.rfind('\n');
  return begin == std::string_view::npos ? text : text.substr(begin + 1);
}

// The stack trace of a failure: after its announcement, or where a Python program's client prints
// it without one. Output of another thread may follow; its own stack trace begins with these words
// (Hadoop's shutdown hook: "Trying to access closed classloader", printed with exit code 0 too).
std::string_view failure_trace(std::string_view text) {
  std::string_view trace;
  if (const auto at = text.rfind(exception_announcement); at != std::string_view::npos) {
    trace = text.substr(at + exception_announcement.size());
  } else if (const auto abort = text.rfind(python_abort); abort != std::string_view::npos) {
    trace = text.substr(abort);
  }
  return trace.substr(0, trace.find("\nException in thread "));
}

void take(std::string_view told, failure_class failure, client_output& output) {
  output.exception = exception_summary(told);
  output.frame = telling_frame(told);
  output.failure = failure;
}

void read_failure(std::string_view text, client_output& output) {
  if (const std::string_view trace = failure_trace(text); !trace.empty()) {
    const bool python = trace.find(python_abort) != std::string_view::npos;
    const told own = python ? python_exception(text) : told{};
    if (own.text.empty()) return take(trace, classify_failure(trace), output);
    // The Python process wrote this: the program's own words, whatever they look like.
    const failure_class failure =
        own.java ? classify_failure(own.text) : failure_class::user_exception;
    return take(own.text, permanent(failure) ? failure_class::user_exception : failure, output);
  }
  if (const auto at = text.find(missing_job); at != std::string_view::npos) {
    // Today there may have been nothing to do.
    return take(text.substr(at, text.substr(at).find('\n')), failure_class::user_exception, output);
  }
  const std::string_view refused = refused_arguments(text);
  if (!refused.empty()) take(refused, failure_class::program_invalid, output);
}

}  // namespace

client_output read_client_output(std::string_view text) {
  client_output output;
  for (std::string_view rest = text; !rest.empty();) read_ids(take_line(rest), output);
  read_failure(text, output);
  return output;
}

}  // namespace dm::flink
