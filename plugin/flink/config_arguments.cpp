// component_flink_config_args: split into words, each checked and brought into the form that the
// version accepts.
// SPDX-License-Identifier: Apache-2.0
#include "flink/configuration_value.h"
#include "flink/dialect.h"
#include "flink/memory_size.h"
#include "flink/run_options.h"
#include "io/ascii_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace dm::flink {
namespace {

struct words {
  std::vector<std::string> list;
  std::string problem;  // empty: none
};

// Blanks separate; '...' is literal; in "..." and outside a backslash takes the next character as
// it is.
words split(std::string_view text) {
  words result;
  std::string word;
  bool inside = false;  // a word has begun, perhaps an empty one in quotes
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7F) {
      result.problem =
          fmt::format("control character 0x{:02X} at offset {}", static_cast<unsigned>(byte), i);
      return result;
    }
    if (c == '\\' && quote != '\'') {
      if (i + 1 == text.size()) {
        result.problem = "it ends in a backslash";
        return result;
      }
      word += text[++i];
      inside = true;
    } else if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      inside = true;
    } else if (c == ' ' || c == '\t') {
      if (inside) result.list.push_back(std::move(word));
      word.clear();
      inside = false;
    } else {
      word += c;
      inside = true;
    }
  }
  if (quote != 0) result.problem = fmt::format("the quote {} is not closed", quote);
  if (inside) result.list.push_back(std::move(word));
  return result;
}

bool positive_number(std::string_view text) {
  return !text.empty() && text.size() <= 6 && text.front() != '0' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "1024", "1g", "512 mb": what Flink's MemorySize reads. Returns it with a unit, or nothing.
std::optional<std::string> memory_with_unit(std::string_view text) {
  const auto number_end = text.find_first_not_of("0123456789");
  const std::string_view number = text.substr(0, number_end);
  if (!positive_number(number.substr(0, 6)) || number.size() > 15) return std::nullopt;
  if (number_end == std::string_view::npos) return std::string(text) + "m";
  std::string unit = io::lower_ascii(text.substr(number_end));
  std::erase(unit, ' ');
  if (!is_memory_unit(unit)) return std::nullopt;
  return std::string(number) + unit;
}

class checker {
 public:
  checker(const version& version, submission_mode mode, std::string_view path)
      : version_(version), mode_(mode), path_(path) {}

  void check(const std::vector<std::string>& list) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      std::string name = list[i];
      std::optional<std::string> value;
      if (!name.starts_with('-') || name == "-" || name == "--") {
        refuse(name, "options only: the client would take this for the jar");
        continue;
      }
      // "-Dkey=value" is one word; "--parallelism=4" and "-p=4" are a name and a value.
      if (name.starts_with("-D") && name.size() > 2 && find_run_option(name) == nullptr) {
        value = name.substr(2);
        name = "-D";
      } else if (const auto equals = name.find('='); equals != std::string::npos) {
        value = name.substr(equals + 1);
        name.resize(equals);
      }
      const run_option* option = find_run_option(name);
      if (option == nullptr) {
        refuse(list[i], name.starts_with("-yD") ? "\"-yD key=value\", with a blank after -yD"
                                                : "an option of flink run, its name in full");
        continue;
      }
      if (!option->takes_value && value) {
        refuse(list[i], fmt::format("{} without a value", option->name));
        continue;
      }
      if (option->takes_value && !value) {
        // A word that is an option itself is none's value, or one forgotten value would hide the
        // next option.
        const bool missing =
            i + 1 >= list.size() || list[i + 1].empty() || find_run_option(list[i + 1]) != nullptr;
        if (missing) {
          refuse(list[i], option->use == option_use::refused
                              ? std::string(option->text)
                              : fmt::format("a value after {}", option->name));
          continue;
        }
        value = list[++i];
      }
      apply(*option, value.value_or(""));
    }
  }

  config_arguments take() { return std::move(result_); }

 private:
  void refuse(std::string_view found, std::string allowed) {
    result_.problems.push_back(
        {path_, fmt::format("\"{}\"", first_line(found, 120)), std::move(allowed)});
  }

  void apply(const run_option& option, const std::string& value) {
    const std::string written =
        option.takes_value ? fmt::format("{} {}", option.name, value) : std::string(option.name);
    if (option.use != option_use::refused && 100 * version_.major + version_.minor < option.since) {
      refuse(written, fmt::format("{} is not known to Flink {}: it came with {}.{}", option.name,
                                  version_.text, option.since / 100, option.since % 100));
      return;
    }
    switch (option.use) {
      case option_use::refused:
        refuse(written, std::string(option.text));
        return;
      case option_use::attached:
        if (mode_ != submission_mode::attached) {
          refuse(written,
                 "only with component_flink_submission \"attached\": otherwise the client does not "
                 "stay");
          return;
        }
        result_.options.emplace_back(option.name);
        return;
      case option_use::pass:
        if (value.empty() || value.front() == '-' || value.front() == '"') {
          refuse(written, "a value that does not begin with '-' or '\"'");
          return;
        }
        if (std::string reason = configuration_value_reason(version_, mode_, option.text, value);
            !reason.empty()) {
          refuse(written, std::move(reason));
          return;
        }
        result_.options.emplace_back(option.name);
        result_.options.push_back(value);
        return;
      case option_use::parallelism:
        if (!positive_number(value)) {
          refuse(written, "a positive number");
          return;
        }
        result_.options.emplace_back(option.name);
        result_.options.push_back(value);
        result_.configuration.emplace_back(option.text, value);
        return;
      case option_use::number:
        if (!positive_number(value)) {
          refuse(written, "a positive number");
          return;
        }
        add_property(written, std::string(option.text), value);
        return;
      case option_use::memory:
        if (const auto size = memory_with_unit(value)) {
          add_property(written, std::string(option.text), *size);
        } else {
          refuse(written, "a size such as 1024, 1024m or 2g; megabytes when no unit is given");
        }
        return;
      case option_use::key:
        add_property(written, std::string(option.text), value);
        return;
      case option_use::property:
        check_property(written, value);
        return;
    }
  }

  void check_property(const std::string& written, const std::string& value) {
    const auto equals = value.find('=');
    if (equals == std::string::npos || equals == 0) {
      refuse(written, "key=value");
      return;
    }
    const std::string key = value.substr(0, equals);
    if (key.find_first_of(" \t'\"#") != std::string::npos || key.front() == '-') {
      refuse(written, "a Flink key without blanks, quotes and '#', and not beginning with '-'");
      return;
    }
    if (std::string reason = reserved_key_reason(key); !reason.empty()) {
      refuse(written,
             fmt::format("another key: {} is set by the deployment manager; {}", key, reason));
      return;
    }
    add_property(written, key, value.substr(equals + 1));
  }

  // The one form for all keys: what comes from an option and what comes from a property then cannot
  // differ in rank.
  void add_property(const std::string& written, const std::string& key, const std::string& value) {
    if (std::string reason = configuration_value_reason(version_, mode_, key, value);
        !reason.empty()) {
      refuse(written, std::move(reason));
      return;
    }
    result_.options.emplace_back(main_in_cluster(mode_) ? "-D" : "-yD");
    result_.options.push_back(fmt::format("{}={}", key, value));
    result_.configuration.emplace_back(key, value);
  }

  const version& version_;
  submission_mode mode_;
  std::string path_;
  config_arguments result_;
};

}  // namespace

config_arguments check_config_arguments(const version& version, submission_mode mode,
                                        std::string_view text, std::string_view path) {
  const words words = split(text);
  if (!words.problem.empty()) {
    config_arguments result;
    result.problems.push_back({std::string(path),
                               fmt::format("\"{}\": {}", first_line(text, 120), words.problem),
                               "options separated by blanks, values with blanks in quotes"});
    return result;
  }
  checker checker(version, mode, path);
  checker.check(words.list);
  return checker.take();
}

}  // namespace dm::flink
