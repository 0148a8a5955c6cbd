// An edge node in a temporary directory.
// SPDX-License-Identifier: Apache-2.0
#include "support/node.h"

#include <archive.h>
#include <archive_entry.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "support/class_bytes.h"

namespace dm::test {

namespace fs = std::filesystem;

std::string make_zip(const std::string& path, const zip_entries& entries) {
  archive* writer = archive_write_new();
  REQUIRE(archive_write_set_format_zip(writer) == ARCHIVE_OK);
  REQUIRE(archive_write_open_filename(writer, path.c_str()) == ARCHIVE_OK);
  for (const auto& [name, content] : entries) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    REQUIRE(archive_write_header(writer, entry) == ARCHIVE_OK);
    REQUIRE(archive_write_data(writer, content.data(), content.size()) ==
            static_cast<la_ssize_t>(content.size()));
    archive_entry_free(entry);
  }
  REQUIRE(archive_write_close(writer) == ARCHIVE_OK);
  archive_write_free(writer);
  return path;
}

zip_entries job_jar() {
  return {{"META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nMain-Class: example.Job\r\n\r\n"},
          {"example/Job.class", class_bytes()}};
}

void write_text(const std::string& path, const std::string& content) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream file(path, std::ios::binary);
  file << content;
  REQUIRE(file.flush());
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool exists(const std::string& path) { return fs::exists(fs::symlink_status(path)); }

unsigned mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  if (!fs::exists(directory)) return names;
  for (const auto& entry : fs::directory_iterator(directory))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

std::map<std::string, std::string> tree_of(const std::string& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file())
      files[fs::relative(entry.path(), directory)] = read_text(entry.path());
  }
  return files;
}

io::json_document json(std::string text) {
  std::replace(text.begin(), text.end(), '\'', '"');
  auto document = io::parse_json(text, "a test's JSON");
  INFO(text);
  REQUIRE(document);
  return std::move(*document);
}

node::node(const std::string& flink_version) {
  write_text(flink_home() + "/lib/flink-dist-" + flink_version + ".jar", "");
  write_text(flink_home() + "/opt/flink-python-" + flink_version + ".jar", "");
  for (const std::string& program : {flink_home() + "/bin/flink", path() + "/bin/flink-guard"}) {
    write_text(program, "#!/bin/sh\n");
    fs::permissions(program, fs::perms::owner_all);
  }
  fs::create_directories(install_root());
  fs::create_directories(config_dir());
  supervisord_ = std::make_unique<fake::supervisord>(config_dir());
  if (::geteuid() == 0) {
    user_ = "nobody";
  } else {
    const passwd* entry = ::getpwuid(::geteuid());
    REQUIRE(entry != nullptr);
    user_ = entry->pw_name;
  }
}

std::string node::document(const std::string& more_environment,
                           const std::string& more_settings) const {
  // Of members that are given twice the first one is read, so what comes first replaces the rest.
  std::string text =
      "{'schema':1,'environment':{" + more_environment + (more_environment.empty() ? "" : ",") +
      "'namespace':'prod','yarn_resource_manager_host':'127.0.0.1','yarn_resource_manager_port':1,"
      "'webhdfs_host':'127.0.0.1','webhdfs_port':'1'},'settings':{" +
      more_settings + (more_settings.empty() ? "" : ",") + "'flink_home':'" + flink_home() +
      "','guard':'" + path() + "/bin/flink-guard','install_root':'" + install_root() +
      "','supervisor_config_dir':'" + config_dir() + "','supervisor_url':'" + supervisord_->url() +
      "','node':'edge1','flink_environment':{'HADOOP_CLASSPATH':'/hadoop/lib'}}}";
  std::replace(text.begin(), text.end(), '\'', '"');
  return text;
}

void node::reopen(const std::string& more_environment, const std::string& more_settings) {
  auto settings = input::read_settings(document(more_environment, more_settings), "");
  if (!settings) FAIL(settings.error().text());
  session_ = std::make_unique<context::session>(std::move(*settings));
}

context::session& node::session() {
  if (!session_) reopen({});
  return *session_;
}

std::string node::stage(const std::string& name) {
  const std::string folder = path() + "/" + name;
  fs::create_directories(folder);
  make_zip(folder + "/app.jar", job_jar());
  write_text(folder + "/application.properties", "greeting=hello\n");
  return folder;
}

}  // namespace dm::test
