// The flink command of application mode, read back.
// SPDX-License-Identifier: Apache-2.0
#include "flink/application_command.h"

#include <fmt/format.h>

#include "flink/command_builder.h"
#include "io/ascii_case.h"

namespace dm::flink {

namespace {

// The keys that -s, -n and --claimMode stand for have new names since 1.20.
bool new_names(const version& version) { return at_least(version, 1, 20); }

void set_claim_mode(const version& version, const std::string& mode, application_command& command) {
  command.configuration[new_names(version) ? "execution.state-recovery.claim-mode"
                                           : "execution.savepoint-restore-mode"] =
      io::upper_ascii(mode);
}

class reader {
 public:
  reader(const version& version, const std::vector<std::string>& argv)
      : version_(version), argv_(argv) {}

  result<application_command> read() {
    const std::string_view action = version_.major >= 2 ? "run" : "run-application";
    if (argv_.size() < 4 || argv_[1] != action || argv_[2] != "-t" ||
        argv_[3] != "yarn-application") {
      return fail(status_code::invalid_argument,
                  fmt::format("the command is no \"flink {} -t yarn-application\"", action),
                  "create the component again");
    }
    std::size_t at = 4;
    while (at < argv_.size() && argv_[at].starts_with('-')) at = option(at);
    if (at < argv_.size()) {
      command_.jar = argv_[at];
      command_.arguments.assign(argv_.begin() + static_cast<std::ptrdiff_t>(at) + 1, argv_.end());
    }
    if (!command_.jar.starts_with('/')) refuse(command_.jar, "the absolute path of a jar");
    if (problems_.empty()) return std::move(command_);
    error e;
    e.code = status_code::invalid_argument;
    e.message = fmt::format("the flink command cannot be submitted without its client: {}: {}",
                            problems_.front().found, problems_.front().allowed);
    e.details = std::move(problems_);
    return fail(std::move(e));
  }

 private:
  void refuse(std::string_view found, std::string allowed) {
    problems_.push_back(
        {"the flink command", fmt::format("\"{}\"", first_line(found, 120)), std::move(allowed)});
  }

  // The index behind the option and its value.
  std::size_t option(std::size_t at) {
    const std::string& name = argv_[at];
    if (name == "-n") {
      command_.configuration[new_names(version_) ? "execution.state-recovery.ignore-unclaimed-state"
                                                 : "execution.savepoint.ignore-unclaimed-state"] =
          "true";
      return at + 1;
    }
    if (at + 1 >= argv_.size()) {
      refuse(name, "an option with a value");
      return at + 1;
    }
    const std::string& value = argv_[at + 1];
    if (name == "-D") {
      const auto equals = value.find('=');
      if (equals == std::string::npos || equals == 0) {
        refuse(value, "key=value");
      } else {
        command_.configuration[value.substr(0, equals)] = value.substr(equals + 1);
      }
    } else if (name == "-p") {
      command_.configuration["parallelism.default"] = value;
    } else if (name == "-c") {
      command_.main_class = value;
    } else if (name == "-s") {
      command_.configuration[new_names(version_) ? "execution.state-recovery.path"
                                                 : "execution.savepoint.path"] = value;
    } else if (name == "--claimMode" || name == "--restoreMode") {
      set_claim_mode(version_, value, command_);
    } else {
      refuse(name,
             "the client's application mode for this option (component_flink_submission "
             "\"application\")");
    }
    return at + 2;
  }

  const version& version_;
  const std::vector<std::string>& argv_;
  application_command command_;
  std::vector<problem> problems_;
};

}  // namespace

result<application_command> read_application_command(const version& version,
                                                     const std::vector<std::string>& argv) {
  return reader(version, argv).read();
}

}  // namespace dm::flink
