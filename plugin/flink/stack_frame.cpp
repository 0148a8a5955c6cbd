// Whose code a stack frame is, by its full class name.
// SPDX-License-Identifier: Apache-2.0
#include "flink/stack_frame.h"

#include <algorithm>
#include <array>

namespace dm::flink {
namespace {

template <std::size_t size>
bool starts_with_one_of(std::string_view text, const std::array<std::string_view, size>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return text.starts_with(prefix); });
}

constexpr std::array<std::string_view, 11> helpers = {"java.",
                                                      "javax.",
                                                      "jdk.",
                                                      "sun.",
                                                      "com.sun.",
                                                      "scala.",
                                                      "org.apache.flink.util.Preconditions",
                                                      "org.apache.flink.util.ExceptionUtils",
                                                      "org.apache.flink.util.function.",
                                                      "org.apache.flink.util.concurrent.",
                                                      "org.ietf.jgss."};

constexpr std::array<std::string_view, 9> clients = {"org.apache.hadoop.",  "org.apache.zookeeper.",
                                                     "org.apache.curator.", "akka.",
                                                     "org.apache.pekko.",   "io.netty.",
                                                     "com.google.",         "org.apache.kerby.",
                                                     "org.apache.http."};

// What a program brings or chooses: sources, sinks and libraries on top of Flink.
constexpr std::array<std::string_view, 11> chosen = {"org.apache.flink.streaming.api.functions.",
                                                     "org.apache.flink.connector.",
                                                     "org.apache.flink.connectors.",
                                                     "org.apache.flink.formats.",
                                                     "org.apache.flink.streaming.connectors.",
                                                     "org.apache.flink.table.",
                                                     "org.apache.flink.cep.",
                                                     "org.apache.flink.batch.",
                                                     "org.apache.flink.python.",
                                                     "org.apache.flink.cdc.",
                                                     "org.apache.flink.examples."};

}  // namespace

std::string_view without_module(std::string_view frame) {
  for (;;) {
    const auto slash = frame.substr(0, frame.find('(')).find('/');
    // "my.Job$$Lambda$14/0x0000.run(Unknown Source)" names a class, no module.
    if (slash == std::string_view::npos ||
        frame.substr(0, slash).find('$') != std::string_view::npos) {
      return frame;
    }
    frame.remove_prefix(slash + 1);
  }
}

bool throws_for_others(std::string_view frame) { return starts_with_one_of(frame, helpers); }

bool works_for_others(std::string_view frame) {
  return throws_for_others(frame) || starts_with_one_of(frame, clients);
}

bool of_flink(std::string_view frame_or_class) {
  return frame_or_class.starts_with("org.apache.flink.") &&
         !starts_with_one_of(frame_or_class, chosen);
}

}  // namespace dm::flink
