// Reads java.lang.Throwable's printed form line by line, in one pass.
// SPDX-License-Identifier: Apache-2.0
#include "flink/exception_text.h"

#include "flink/stack_frame.h"
#include "flink/yarn_diagnostics.h"
#include "io/error.h"
#include "io/trimmed.h"
#include "io/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dm::flink {
namespace {

constexpr std::size_t longest_message = 8192;  // of YARN with the end of a log in it
constexpr std::size_t longest_kept_message = 1000;
constexpr std::size_t longest_word = 300;  // no path and no name is longer; base64 is
constexpr std::size_t longest_chain = 32;

bool name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$';
}

// Length of a qualified class name at the start ("java.io.IOException"), else 0.
std::size_t class_name_length(std::string_view text) {
  std::size_t i = 0;
  std::size_t part = 0;
  std::size_t parts = 0;
  for (; i < text.size(); ++i) {
    if (name_character(text[i])) {
      ++part;
    } else if (text[i] == '.' && part > 0 && i + 1 < text.size() && name_character(text[i + 1])) {
      ++parts;
      part = 0;
    } else {
      break;
    }
  }
  if (parts == 0 || part == 0) return 0;
  const auto last = text.substr(0, i).rfind('.') + 1;
  return text[last] >= 'A' && text[last] <= 'Z' ? i : 0;
}

// "java.io.IOException: text", "java.io.IOException" or "RemoteException(java.io.IOException):
// text".
bool split_class(std::string_view text, std::string& class_name, std::string_view& message) {
  const std::size_t length = class_name_length(text);
  if (length == 0) return false;
  std::string_view name = text.substr(0, length);
  std::string_view rest = text.substr(length);
  if (rest.starts_with('(')) {
    const std::size_t inner = class_name_length(rest.substr(1));
    if (inner != 0 && rest.size() > inner + 1 && rest[inner + 1] == ')') {
      name = rest.substr(1, inner);
      rest.remove_prefix(inner + 2);
    }
  }
  if (!rest.empty() && !rest.starts_with(": ") && rest != ":") return false;
  class_name = name;
  message = rest.empty() ? rest : rest.substr(std::min<std::size_t>(rest.size(), 2));
  return true;
}

std::string_view trim(std::string_view text) { return io::trimmed(text, io::line_blanks); }

// One printable line: control characters become blanks, words nobody can read (base64) are cut.
std::string readable(std::string_view text) {
  std::string line;
  std::size_t word = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7F) {
      if (!line.empty() && line.back() != ' ') line += ' ';
      word = 0;
      continue;
    }
    ++word;
    if (word < longest_word) line += c;
    if (word == longest_word) line += "...";
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return io::valid_utf8(line);
}

exception_cause read_cause(std::string_view line) {
  exception_cause cause;
  // "java.lang.NullPointerException at my.Job.map(Job.java:12)" is a summary made here.
  constexpr std::string_view at = " at ";
  const std::size_t name_length = class_name_length(line);
  if (name_length != 0 && line.substr(name_length).starts_with(at) && line.ends_with(')')) {
    cause.class_name = line.substr(0, name_length);
    cause.frame = line.substr(name_length + at.size());
    return cause;
  }
  std::string_view message = line;
  std::string name;
  // An exception made of another one repeats that one's text: "CompletionException:
  // java.io.IOException: text". Only Flink's carrier of exceptions repeats it for certain.
  bool certain = true;
  for (std::string_view rest; split_class(message, name, rest); message = rest) {
    cause.class_name = name;
    if (!certain) continue;
    const std::string_view own = message.substr(0, class_name_length(message));
    certain = own == "org.apache.flink.util.SerializedThrowable";
    cause.thrown_class = own == "org.apache.hadoop.ipc.RemoteException" ? name : std::string(own);
  }
  cause.message = message;
  return cause;
}

constexpr std::size_t longest_frame = 200;

// "a.B.c(B.java:1) ~[b.jar:?]", as log4j writes it, without the jar.
std::string_view without_jar(std::string_view frame) {
  const std::size_t end = frame.find(") ");
  return end == std::string_view::npos ? frame : frame.substr(0, end + 1);
}

void read_frame(std::string_view frame, exception_cause& cause) {
  frame = frame.substr(0, longest_frame);
  const std::string_view name = without_module(frame);
  if (cause.thrower.empty() && !throws_for_others(name)) cause.thrower = name;
  if (cause.owner.empty() && !works_for_others(name)) cause.owner = name;
}

// "... 12 more", or a line of a log that goes on after the stack trace: "2026-01-31 23:59:59,123
// INFO ...".
bool ends_message(std::string_view line, std::string_view text) {
  if (text.starts_with("... ") && text.ends_with(" more")) return true;
  const auto digit = [&](std::size_t i) { return line[i] >= '0' && line[i] <= '9'; };
  return line.size() > 20 && digit(0) && digit(3) && line[4] == '-' && digit(5) && line[7] == '-' &&
         line[10] == ' ' && line[13] == ':';
}

// Said of the program as a whole; the causes below it tell how it was noticed.
bool of_the_whole_program(const exception_cause& cause) {
  return cause.message.starts_with("The program's entry point class") ||
         cause.message.starts_with("Error while opening jar file");
}

// Says nothing without the exception around it, which names the host or the file.
bool too_short_to_say(const exception_cause& cause) {
  constexpr std::array<std::string_view, 6> generic = {
      "Connection refused",  "Connection reset", "Connection reset by peer", "Broken pipe", "null",
      "Connection timed out"};
  return std::find(generic.begin(), generic.end(), cause.message) != generic.end();
}

// At most `limit` bytes, with what shows that something was cut.
std::string cut(std::string_view text, std::size_t limit) {
  constexpr std::size_t dots = 3;
  return text.size() <= limit ? first_line(text, limit)
                              : first_line(text, limit > dots ? limit - dots : 0);
}

// "around: below", of which the part below is the one that must not be lost.
std::string joined(const std::string& around, const std::string& below, std::size_t limit) {
  constexpr std::string_view colon = ": ";
  const std::size_t least = limit / 4;
  const std::size_t left = limit > below.size() + colon.size() ? limit - below.size() - 2 : 0;
  std::string text = cut(around, std::max(least, left));
  return cut((text += colon) += below, limit);
}

std::string sentence(const exception_cause& cause) {
  if (cause.class_name.empty()) return cause.message;
  if (!cause.message.empty() && cause.message != "null")
    return cause.class_name + ": " + cause.message;
  if (!cause.frame.empty()) return cause.class_name + " at " + cause.frame;
  return cause.class_name;
}

}  // namespace

std::vector<exception_cause> exception_chain(std::string_view stack_trace) {
  constexpr std::string_view caused_by = "Caused by: ";
  std::vector<exception_cause> chain;
  bool frames = false;      // the message has ended, its frames or something else follow
  bool suppressed = false;  // what follows is of an exception beside the chain
  while (!stack_trace.empty()) {
    const auto end = std::min(stack_trace.find('\n'), stack_trace.size());
    const std::string_view line = stack_trace.substr(0, end);
    stack_trace.remove_prefix(std::min(end + 1, stack_trace.size()));
    const std::string_view text = trim(line);
    if (text.empty()) continue;
    const bool indented = line.front() == ' ' || line.front() == '\t';
    if (line.starts_with(caused_by)) {
      chain.push_back(read_cause(trim(line.substr(caused_by.size()))));
      frames = false;
      suppressed = false;
      // A chain this long is a loop or an attack; the ends of it tell what happened.
      if (chain.size() > longest_chain) chain.erase(chain.begin() + longest_chain / 2);
    } else if (chain.empty()) {
      chain.push_back(read_cause(text));
    } else if (indented && text.starts_with("at ")) {
      const std::string_view frame = without_jar(text.substr(3));
      if (!frames && chain.back().frame.empty()) chain.back().frame = frame;
      if (!suppressed) read_frame(frame, chain.back());
      frames = true;
    } else if (indented && text.starts_with("Suppressed: ")) {
      suppressed = frames = true;
    } else if (ends_message(line, text)) {
      frames = true;
    } else if (!frames && chain.back().message.size() < longest_message) {
      if (!chain.back().message.empty()) chain.back().message += ' ';
      chain.back().message += text;
    }
  }
  for (exception_cause& cause : chain) {
    cause.message = first_line(readable(cause.message), longest_message);
    cause.frame = first_line(readable(cause.frame), longest_frame);
    cause.class_name = first_line(cause.class_name, 200);
    cause.thrower = readable(cause.thrower);
    cause.owner = readable(cause.owner);
  }
  return chain;
}

std::string exception_summary(std::string_view stack_trace, std::size_t limit) {
  const auto chain = exception_chain(stack_trace);
  if (chain.empty()) return {};
  const exception_cause& innermost = chain.back();
  if (const auto whole = std::find_if(chain.begin(), chain.end(), of_the_whole_program);
      whole != chain.end()) {
    // What is below may be the only fact: both class file versions, what is wrong with the zip.
    const bool new_fact = whole->message.find(innermost.message) == std::string::npos;
    return new_fact ? joined(sentence(*whole), sentence(innermost), limit)
                    : cut(sentence(*whole), limit);
  }
  if (too_short_to_say(innermost) && chain.size() > 1) {
    const exception_cause& around = chain[chain.size() - 2];
    if (!around.message.empty()) return joined(sentence(around), innermost.message, limit);
  }
  constexpr std::string_view yarn = "Diagnostics from YARN: ";
  if (const auto at = innermost.message.find(yarn); at != std::string::npos) {
    if (const yarn_failure told = read_yarn_diagnostics(innermost.message.substr(at + yarn.size()));
        told.kind != yarn_failure_kind::other) {
      return cut(told.sentence, limit);
    }
  }
  return cut(sentence(innermost), limit);
}

std::string telling_frame(std::string_view stack_trace) {
  const auto chain = exception_chain(stack_trace);
  if (chain.empty()) return {};
  return chain.back().owner.empty() ? chain.back().frame : chain.back().owner;
}

std::string exception_outline(std::string_view stack_trace) {
  std::string outline;
  for (const exception_cause& cause : exception_chain(stack_trace)) {
    if (!outline.empty()) outline += "Caused by: ";
    // A message that begins with the name of a class is told without its wrapper, but kept with it.
    if (!cause.thrown_class.empty() && cause.thrown_class != cause.class_name)
      outline += cause.thrown_class + ": ";
    outline += cause.class_name;
    if (!cause.class_name.empty() && !cause.message.empty()) outline += ": ";
    outline += first_line(cause.message, longest_kept_message) + "\n";
    const std::string* before = nullptr;
    for (const std::string* frame : {&cause.frame, &cause.thrower, &cause.owner}) {
      if (!frame->empty() && (before == nullptr || *frame != *before))
        outline += "\tat " + *frame + "\n";
      before = frame;
    }
  }
  return outline;
}

}  // namespace dm::flink
