// Builds package archives, by libarchive.
// SPDX-License-Identifier: Apache-2.0
#include "support/package_builder.h"

#include <archive.h>
#include <archive_entry.h>

#include <stdexcept>

namespace manager_test {

package_builder::package_builder(const std::filesystem::path& file, compression how)
    : archive_(archive_write_new()) {
  switch (how) {
    case compression::none:
      break;
    case compression::gzip:
      archive_write_add_filter_gzip(archive_);
      break;
    case compression::bzip2:
      archive_write_add_filter_bzip2(archive_);
      break;
    case compression::xz:
      archive_write_add_filter_xz(archive_);
      break;
    case compression::zstd:
      archive_write_add_filter_zstd(archive_);
      break;
  }
  archive_write_set_format_pax_restricted(archive_);
  if (archive_write_open_filename(archive_, file.c_str()) != ARCHIVE_OK) {
    throw std::runtime_error(archive_error_string(archive_));
  }
}

package_builder::~package_builder() { archive_write_free(archive_); }

void package_builder::close() { archive_write_close(archive_); }

void package_builder::add(const std::string& path, unsigned type, unsigned mode,
                          const std::string& content, const std::string& symbolic,
                          const std::string& hard) {
  archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, path.c_str());
  archive_entry_set_filetype(entry, type);
  archive_entry_set_perm(entry, static_cast<mode_t>(mode));
  archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
  if (!symbolic.empty()) archive_entry_set_symlink(entry, symbolic.c_str());
  if (!hard.empty()) archive_entry_set_hardlink(entry, hard.c_str());
  const int code = archive_write_header(archive_, entry);
  archive_entry_free(entry);
  if (code != ARCHIVE_OK) throw std::runtime_error(archive_error_string(archive_));
  archive_write_data(archive_, content.data(), content.size());
}

package_builder& package_builder::directory(const std::string& path) {
  add(path, AE_IFDIR, 0755, "", "", "");
  return *this;
}

package_builder& package_builder::file(const std::string& path, const std::string& content) {
  add(path, AE_IFREG, 0644, content, "", "");
  return *this;
}

package_builder& package_builder::executable(const std::string& path, const std::string& content) {
  add(path, AE_IFREG, 0755, content, "", "");
  return *this;
}

package_builder& package_builder::symbolic_link(const std::string& path,
                                                const std::string& target) {
  add(path, AE_IFLNK, 0777, "", target, "");
  return *this;
}

package_builder& package_builder::hard_link(const std::string& path, const std::string& target) {
  add(path, AE_IFREG, 0644, "", "", target);
  return *this;
}

package_builder& package_builder::device(const std::string& path) {
  add(path, AE_IFCHR, 0644, "", "", "");
  return *this;
}

package_builder& package_builder::zeroes(const std::string& path, std::size_t size) {
  add(path, AE_IFREG, 0644, std::string(size, '\0'), "", "");
  return *this;
}

void write_simple_package(const std::filesystem::path& directory, const std::string& package) {
  const std::string component = package + "/fake/main/";
  package_builder(directory / (package + ".tar.gz"))
      .directory(package)
      .file(component + "properties.json",
            R"({"main_jar":"main.jar","count":3,"db_password":"hush"})")
      .file(component + "application.properties", "a=b\n")
      .file(component + "main.jar", "not really a jar")
      .close();
}

}  // namespace manager_test
