// The folders of an edge node for benchmarks.
// SPDX-License-Identifier: Apache-2.0
#include "edge_node.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>

#include <archive.h>
#include <archive_entry.h>

#include "support/class_bytes.h"

namespace dm::bench {

namespace {

namespace fs = std::filesystem;

void write_jar(const std::string& path) {
  const auto check = [&](bool done) {
    if (!done) throw std::runtime_error("cannot write " + path);
  };
  archive* writer = archive_write_new();
  check(archive_write_set_format_zip(writer) == ARCHIVE_OK);
  check(archive_write_open_filename(writer, path.c_str()) == ARCHIVE_OK);
  for (const auto& [name, content] :
       {std::pair<std::string, std::string>("META-INF/MANIFEST.MF",
                                            "Manifest-Version: 1.0\r\n\r\n"),
        std::pair<std::string, std::string>("example/Job.class", dm::test::class_bytes())}) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    check(archive_write_header(writer, entry) == ARCHIVE_OK);
    check(archive_write_data(writer, content.data(), content.size()) ==
          static_cast<la_ssize_t>(content.size()));
    archive_entry_free(entry);
  }
  check(archive_write_close(writer) == ARCHIVE_OK);
  archive_write_free(writer);
}

void write_program(const std::string& path, const char* content) {
  std::ofstream(path) << content;
  fs::permissions(path, fs::perms{0755});
}

}  // namespace

edge_node::edge_node() {
  std::string pattern = (fs::temp_directory_path() / "dm-bench-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path_ = pattern;
  fs::permissions(path_, fs::perms{0755});
  for (const char* folder : {"flink/bin", "flink/lib", "conf.d", "opt", "staged"})
    fs::create_directories(path_ + "/" + folder);
  std::ofstream(path_ + "/flink/lib/flink-dist-1.20.5.jar") << "a jar by its name";
  write_program(path_ + "/flink/bin/flink", "#!/bin/false\n");
  write_program(path_ + "/flink-guard", "#!/bin/sh\nexec sleep 100000\n");
  write_jar(staged() + "/job.jar");
}

edge_node::~edge_node() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string run_as_user() {
  if (::geteuid() == 0) return "nobody";
  const passwd* own = ::getpwuid(::geteuid());
  if (own == nullptr) throw std::runtime_error("this user has no account");
  return own->pw_name;
}

}  // namespace dm::bench
