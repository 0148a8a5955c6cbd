// The Deployment Manager's configuration: one JSON file, described key by key in README.md.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/access_settings.h"
#include "base/failure.h"
#include "base/json.h"
#include "base/log.h"
#include "housekeeping/housekeeping_settings.h"
#include "http/http_limits.h"
#include "http/http_listener_options.h"
#include "plugin/watchdog_limits.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace manager {

struct archive_limits {
  std::uint64_t package_bytes = 1ULL << 30;
  std::uint64_t unpacked_bytes = 4ULL << 30;
  std::uint64_t file_bytes = 2ULL << 30;
  std::uint64_t entries = 10000;
  std::uint64_t descriptor_bytes = 1ULL << 20;  // properties.json and its like
  std::uint64_t reserve_bytes = 256ULL << 20;   // what stays free on the disk
  std::uint64_t user_bytes = 10ULL << 30;       // of one account's uploads
};

/// Zero: the plugin's own default for the verb.
struct verb_timeouts {
  std::chrono::milliseconds validate{10'000};
  std::chrono::milliseconds create{120'000};
  std::chrono::milliseconds start{300'000};
  std::chrono::milliseconds stop{600'000};
  std::chrono::milliseconds destroy{600'000};
  std::chrono::milliseconds status{10'000};
  std::chrono::milliseconds trigger{600'000};
  std::chrono::milliseconds list{60'000};
  std::chrono::milliseconds resume{900'000};  // it may stop the job first
  std::chrono::milliseconds dispose{120'000};
  std::chrono::milliseconds pin{30'000};
  std::chrono::milliseconds plan{60'000};
  std::chrono::milliseconds inspect{120'000};
  std::chrono::milliseconds clean{600'000};
  std::chrono::milliseconds logs{30'000};  // to find and to read them
  std::chrono::milliseconds figures{30'000};
};

struct configuration {
  std::vector<http_listener_options> listeners;
  http_limits http;
  std::filesystem::path port_file;
  std::uint64_t request_bytes = 0;  // of a JSON body; also http.body_bytes
  identity_settings identity;
  access_rules access;

  json::document environment;  // an object; the plugins get it as it is
  std::string name_space;      // environment.namespace
  std::map<std::string, std::string, std::less<>> plugin_settings;  // type -> JSON object
  std::filesystem::path plugins_path;

  std::filesystem::path data_root;
  std::filesystem::path stage_root;
  std::filesystem::path install_root;
  std::string package_repository;  // an absolute directory, or the address of a service

  std::string package_callback;
  std::string application_callback;
  std::chrono::milliseconds callback_timeout{10'000};
  std::filesystem::path callback_secret_file;  // empty: callbacks are not signed

  std::size_t deployer_thread_limit = 0;  // in each lane
  std::int64_t history_count = 10'000;
  std::chrono::hours history_age{24 * 90};
  std::vector<std::string> protected_hdfs_paths;
  std::vector<std::string> hdfs_directory_roots;
  std::vector<std::string> hdfs_refused_roots;
  std::chrono::milliseconds status_cache{2'000};
  std::chrono::milliseconds metrics_interval{30'000};  // 0: components are not looked at
  std::chrono::milliseconds figures_interval{60'000};  // 0: nobody asks their jobs for figures
  std::filesystem::path log_file;                      // empty: the standard error stream
  std::chrono::milliseconds hdfs_timeout{30'000};
  housekeeping_settings housekeeping;
  verb_timeouts timeouts;
  watchdog_limits watchdog;
  archive_limits limits;
  std::size_t log_follows = 50;  // clients that follow logs at once
  log::level log_level = log::level::info;

  bool repository_is_service() const;
};

/// Reads a configuration; relative paths are relative to `base`. On any problem returns nullopt and
/// adds all of them to `problems`. Touches neither files nor network.
std::optional<configuration> parse_configuration(std::string_view text,
                                                 const std::filesystem::path& base,
                                                 std::vector<problem>& problems);

/// The same, but gives with problems, too, what could be read, with defaults in place of what is
/// wrong: to look for more of them. nullopt when it is no JSON.
std::optional<configuration> read_configuration(std::string_view text,
                                                const std::filesystem::path& base,
                                                std::vector<problem>& problems);

/// What only shows on the machine: paths that are missing or not writable. Adds to `problems`.
void check_paths(const configuration& checked, std::vector<problem>& problems);

}  // namespace manager
