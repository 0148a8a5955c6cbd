// An edge node for tests: a Flink installation, a guard, install root and supervisord's directory
// in a temporary directory, and a supervisord that answers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "../io/temporary_directory.h"
#include "context/session.h"
#include "fake/supervisord.h"
#include "package/properties.h"

namespace dm::test {

// Entries of a zip: name and content.
using zip_entries = std::vector<std::pair<std::string, std::string>>;
std::string make_zip(const std::string& path, const zip_entries& entries);  // returns path
// A jar with one class, example.Job, that its manifest names.
zip_entries job_jar();

void write_text(const std::string& path, const std::string& content);  // makes its directories too
std::string read_text(const std::string& path);
bool exists(const std::string& path);
unsigned mode_of(const std::string& path);
std::vector<std::string> names_in(const std::string& directory);  // sorted
// All files below, with their content.
std::map<std::string, std::string> tree_of(const std::string& directory);

// JSON in one line of a test: single quotes become double ones.
io::json_document json(std::string text);

class node {
 public:
  explicit node(const std::string& flink_version = "1.20.5");

  // The environment document; more settings as members of a JSON object, such as
  // "'default_queue':'x'".
  std::string document(const std::string& more_environment = {},
                       const std::string& more_settings = {}) const;
  context::session& session();
  // Another session with other settings.
  void reopen(const std::string& more_environment, const std::string& more_settings = {});

  // Stages a component folder with a jar (app.jar) and application.properties, and returns its
  // path.
  std::string stage(const std::string& name = "staged");

  const std::string& path() const { return directory_.path(); }
  std::string install_root() const { return path() + "/opt"; }
  std::string config_dir() const { return path() + "/conf.d"; }
  std::string flink_home() const { return path() + "/flink"; }
  fake::supervisord& supervisord() { return *supervisord_; }
  // An account that this process may set up: nobody for root, else its own.
  const std::string& user() const { return user_; }

 private:
  temporary_directory directory_;
  std::string user_;
  std::unique_ptr<fake::supervisord> supervisord_;
  std::unique_ptr<context::session> session_;
};

}  // namespace dm::test
