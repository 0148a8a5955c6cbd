// The configuration directory of a component's own Flink client.
// SPDX-License-Identifier: Apache-2.0
#include "package/client_configuration.h"

#include <algorithm>

#include <fmt/format.h>

#include "input/text_rules.h"
#include "io/directory.h"
#include "io/file.h"
#include "io/utf8.h"

namespace dm::package {

namespace {

constexpr std::string_view containers_file = "log4j.properties";
constexpr std::string_view client_file = "log4j-cli.properties";
constexpr std::size_t most_links = 200;

// A value of a Java properties file, which is read as Latin-1, with escapes.
std::string escaped(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = io::character_length(text, at);
    const auto byte = static_cast<unsigned char>(text[at]);
    if (length <= 1) {
      if (byte == '\\' || (byte == ' ' && at == 0)) result += '\\';
      result += text[at++];
      continue;
    }
    std::uint32_t point = byte & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i)
      point = point << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    if (point >= 0x10000) {
      result += fmt::format("\\u{:04X}\\u{:04X}", 0xD7C0 + (point >> 10), 0xDC00 + (point & 0x3FF));
    } else {
      result += fmt::format("\\u{:04X}", point);
    }
    at += length;
  }
  return result;
}

// An appender that rolls by size: the newest of the rolled files is .1.
std::string rolling_appender(std::string_view key, std::string_view name, std::string_view file,
                             const logging& logging) {
  return fmt::format(
      "appender.{0}.name = {1}\n"
      "appender.{0}.type = RollingFile\n"
      "appender.{0}.append = true\n"
      "appender.{0}.fileName = {2}\n"
      "appender.{0}.filePattern = {2}.%i\n"
      "appender.{0}.layout.type = PatternLayout\n"
      "appender.{0}.layout.pattern = {3}\n"
      "appender.{0}.policies.type = Policies\n"
      "appender.{0}.policies.size.type = SizeBasedTriggeringPolicy\n"
      "appender.{0}.policies.size.size = {4}\n"
      "appender.{0}.strategy.type = DefaultRolloverStrategy\n"
      "appender.{0}.strategy.fileIndex = min\n"
      "appender.{0}.strategy.max = {5}\n\n",
      key, name, file, escaped(logging.pattern), logging.file_bytes, logging.files);
}

constexpr std::string_view head =
    "# Written by the deployment manager's flink plugin for this component; changes made by hand "
    "are\n"
    "# lost. Its properties component_flink_log_* say what is in it.\n\n";

// Loggers of the libraries, as Flink's own files have them in every version: of the name Akka had
// up to 1.17 and Pekko has since, whichever is not there says nothing.
constexpr std::string_view quiet_libraries =
    "logger.akka.name = akka\n"
    "logger.akka.level = INFO\n"
    "logger.pekko.name = org.apache.pekko\n"
    "logger.pekko.level = INFO\n"
    "logger.kafka.name = org.apache.kafka\n"
    "logger.kafka.level = INFO\n"
    "logger.hadoop.name = org.apache.hadoop\n"
    "logger.hadoop.level = INFO\n"
    "logger.zookeeper.name = org.apache.zookeeper\n"
    "logger.zookeeper.level = INFO\n"
    "logger.shaded_zookeeper.name = org.apache.flink.shaded.zookeeper3\n"
    "logger.shaded_zookeeper.level = INFO\n"
    "logger.netty.name = org.jboss.netty.channel.DefaultChannelPipeline\n"
    "logger.netty.level = OFF\n\n";

std::string containers_logging(const logging& logging) {
  std::string text(head);
  text += "# Levels can be changed in a container's copy while it runs.\nmonitorInterval = 30\n\n";
  text += fmt::format(
      "rootLogger.level = {0}\nrootLogger.appenderRef.file.ref = MainAppender\n\n"
      "# What the program logs by LoggerFactory.getLogger(\"{1}\") stands in flink.log, too.\n"
      "logger.user.name = {1}\nlogger.user.level = {0}\n"
      "logger.user.appenderRef.user.ref = UserAppender\n\n",
      logging.level, user_logger);
  text += quiet_libraries;
  text += rolling_appender("main", "MainAppender", "${sys:log.file}", logging);
  // LOG_DIRS is YARN's own, and names several directories on a node that has several.
  text += rolling_appender(
      "user", "UserAppender",
      fmt::format("${{env:{}:-${{env:LOG_DIRS}}}}/flink.log", log_directory_variable), logging);
  return text;
}

// The client's: its log as a file, and on the console what the guard reads there, whatever level
// is wanted for the rest.
std::string client_logging(const logging& logging) {
  std::string text(head);
  text += fmt::format("rootLogger.level = {}\nrootLogger.appenderRef.file.ref = FileAppender\n\n",
                      logging.level);
  text += rolling_appender("file", "FileAppender", "${sys:log.file}", logging);
  for (const auto& [key, name] :
       {std::pair("yarn", "org.apache.flink.yarn"),
        std::pair("yarncli", "org.apache.flink.yarn.cli.FlinkYarnSessionCli"),
        std::pair("hadoop", "org.apache.hadoop")}) {
    text += fmt::format(
        "logger.{0}.name = {1}\nlogger.{0}.level = INFO\n"
        "logger.{0}.appenderRef.console.ref = ConsoleAppender\n",
        key, name);
  }
  text +=
      "logger.hive.name = org.apache.hadoop.hive\nlogger.hive.level = INFO\n"
      "logger.hive.additivity = false\nlogger.hive.appenderRef.file.ref = FileAppender\n"
      "logger.hadoopnative.name = org.apache.hadoop.util.NativeCodeLoader\n"
      "logger.hadoopnative.level = OFF\n"
      "logger.netty.name = org.jboss.netty.channel.DefaultChannelPipeline\n"
      "logger.netty.level = OFF\n\n";
  text += fmt::format(
      "appender.console.name = ConsoleAppender\nappender.console.type = CONSOLE\n"
      "appender.console.layout.type = PatternLayout\n"
      "appender.console.layout.pattern = {}\n",
      logging::default_pattern);
  return text;
}

}  // namespace

bool is_log_pattern(std::string_view text) {
  constexpr std::size_t longest = 500;
  return text.size() <= longest && input::single_line(text) && text.ends_with("%n") &&
         text.find("${") == std::string_view::npos;
}

std::optional<client_configuration> plan_client_configuration(const std::string& source,
                                                              const package::logging& logging) {
  // By its entry ".", since the site's directory may be a link to another one.
  const auto directory = io::open_directory(source + "/.");
  if (!directory) return std::nullopt;
  auto entries = io::entries_of(directory->get(), source);
  if (!entries) return std::nullopt;
  std::vector<std::string> names = std::move(*entries);
  if (std::find(names.begin(), names.end(), containers_file) == names.end() ||
      names.size() > most_links)
    return std::nullopt;
  client_configuration planned;
  planned.source = source;
  std::sort(names.begin(), names.end());
  for (std::string& name : names) {
    if (name != containers_file && name != client_file) planned.links.push_back(std::move(name));
  }
  planned.files = {{std::string(containers_file), containers_logging(logging)},
                   {std::string(client_file), client_logging(logging)}};
  return planned;
}

}  // namespace dm::package
