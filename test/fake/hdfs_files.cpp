// An HDFS namespace in memory, with the semantics and the exceptions of Hadoop 3.3.6 but no
// permission checks.
// SPDX-License-Identifier: Apache-2.0
#include "fake/hdfs_files.h"

#include <algorithm>

#include "io/time.h"

namespace dm::fake {

namespace {

hdfs_exception not_found(const std::string& message) {
  return {404, "FileNotFoundException", "java.io.FileNotFoundException", message};
}
hdfs_exception already_exists(const std::string& message) {
  return {403, "FileAlreadyExistsException", "org.apache.hadoop.fs.FileAlreadyExistsException",
          message};
}
hdfs_exception io_exception(const std::string& message) {
  return {403, "IOException", "java.io.IOException", message};
}
hdfs_exception parent_not_directory(const std::string& path) {
  return {403, "ParentNotDirectoryException", "org.apache.hadoop.fs.ParentNotDirectoryException",
          path + " (is not a directory)"};
}

std::string below(const std::string& path) { return path == "/" ? "/" : path + "/"; }

}  // namespace

hdfs_files::hdfs_files() { add("/", kind::directory, "root", "755"); }

std::string hdfs_files::clean(const std::string& path) {
  if (path.empty() || path[0] != '/' || path.find(':') != std::string::npos) {
    throw hdfs_exception(400, "InvalidPathException", "org.apache.hadoop.fs.InvalidPathException",
                         "Invalid path name Invalid file name: " + path);
  }
  std::string cleaned;
  for (const char c : path) {
    if (c != '/' || cleaned.empty() || cleaned.back() != '/') cleaned += c;
  }
  if (cleaned.size() > 1 && cleaned.back() == '/') cleaned.pop_back();
  return cleaned;
}

std::string hdfs_files::parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string hdfs_files::name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

hdfs_files::node* hdfs_files::find(const std::string& path) {
  const auto found = nodes_.find(path);
  return found == nodes_.end() ? nullptr : &found->second;
}
const hdfs_files::node* hdfs_files::find(const std::string& path) const {
  const auto found = nodes_.find(path);
  return found == nodes_.end() ? nullptr : &found->second;
}

void hdfs_files::add(const std::string& path, kind what, const std::string& owner,
                     const std::string& permission) {
  node fresh;
  fresh.what = what;
  fresh.owner = owner;
  fresh.permission = permission;
  fresh.modified_ms = io::now().time_since_epoch().count();
  fresh.id = next_id_++;
  nodes_[path] = std::move(fresh);
}

void hdfs_files::make_parents(const std::string& path, const std::string& owner,
                              const std::string& permission) {
  const std::string parent = parent_of(path);
  const node* existing = find(parent);
  if (existing != nullptr) {
    if (existing->what == kind::file) throw parent_not_directory(parent);
    return;
  }
  make_parents(parent, owner, permission);
  add(parent, kind::directory, owner, permission);
}

std::vector<std::string> hdfs_files::children_of(const std::string& path) const {
  std::vector<std::string> children;
  const std::string prefix = below(path);
  for (auto it = nodes_.upper_bound(prefix); it != nodes_.end() && it->first.starts_with(prefix);
       ++it) {
    if (it->first.find('/', prefix.size()) == std::string::npos) children.push_back(it->first);
  }
  return children;
}

hdfs_files::entry hdfs_files::entry_of(const std::string& path, const std::string& name) const {
  const node& found = *find(path);
  entry shown;
  shown.name = name;
  shown.status = found;
  shown.status.content.clear();
  shown.length = static_cast<std::int64_t>(found.content.size());
  shown.children =
      found.what == kind::directory ? static_cast<std::int64_t>(children_of(path).size()) : 0;
  return shown;
}

hdfs_files::entry hdfs_files::status(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  if (find(clean(path)) == nullptr) throw not_found("File does not exist: " + path);
  return entry_of(clean(path), "");
}

std::vector<hdfs_files::entry> hdfs_files::list(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const std::string at = clean(path);
  const node* found = find(at);
  if (found == nullptr) throw not_found("File " + path + " does not exist.");
  if (found->what == kind::file) return {entry_of(at, "")};
  std::vector<entry> entries;
  for (const std::string& child : children_of(at))
    entries.push_back(entry_of(child, name_of(child)));
  return entries;
}

hdfs_files::summary hdfs_files::content_summary(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const std::string at = clean(path);
  if (find(at) == nullptr) throw not_found("File does not exist: " + path);
  summary total;
  for (const auto& [name, one] : nodes_) {
    if (name != at && !name.starts_with(below(at))) continue;
    total.length += static_cast<std::int64_t>(one.content.size());
    ++(one.what == kind::file ? total.files : total.directories);
  }
  return total;
}

std::string hdfs_files::open(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const node* found = find(clean(path));
  if (found == nullptr) throw not_found("File does not exist: " + path);
  if (found->what == kind::directory) throw not_found("Path is not a file: " + path);
  return found->content;
}

void hdfs_files::check_open(const std::string& path, std::int64_t offset) const {
  const std::lock_guard lock(mutex_);
  const node* found = find(clean(path));
  if (found == nullptr) throw not_found("File " + path + " not found.");
  const auto length = static_cast<std::int64_t>(found->content.size());
  if (offset < 0 || (offset >= length && length > 0)) {
    throw io_exception("Offset=" + std::to_string(offset) + " out of the range [0, " +
                       std::to_string(length) + "); OPEN, path=" + path);
  }
}

void hdfs_files::create(const std::string& path, const std::string& content,
                        const std::string& owner, const std::string& permission, bool overwrite,
                        bool create_parents) {
  const std::lock_guard lock(mutex_);
  const std::string at = clean(path);
  if (const node* found = find(at)) {
    if (found->what == kind::directory)
      throw already_exists(path + " already exists as a directory");
    if (!overwrite) throw already_exists(path + " for client 127.0.0.1 already exists");
  }
  if (!create_parents && find(parent_of(at)) == nullptr) {
    throw not_found("Parent directory doesn't exist: " + parent_of(at));
  }
  make_parents(at, owner, "755");
  add(at, kind::file, owner, permission);
  find(at)->content = content;
}

bool hdfs_files::make_directories(const std::string& path, const std::string& owner,
                                  const std::string& permission) {
  const std::lock_guard lock(mutex_);
  const std::string at = clean(path);
  if (const node* found = find(at)) {
    if (found->what == kind::file) throw already_exists("Path is not a directory: " + path);
    return true;
  }
  make_parents(at, owner, permission);
  add(at, kind::directory, owner, permission);
  return true;
}

void hdfs_files::move(const std::string& from, const std::string& to) {
  tree moved;
  for (auto it = nodes_.lower_bound(from); it != nodes_.end() && it->first.starts_with(from);) {
    if (it->first == from || it->first.starts_with(below(from))) {
      moved[to + it->first.substr(from.size())] = std::move(it->second);
      it = nodes_.erase(it);
    } else {
      ++it;
    }
  }
  nodes_.merge(moved);
}

void hdfs_files::erase(const std::string& path) {
  std::erase_if(nodes_, [&](const auto& one) {
    return one.first == path || one.first.starts_with(below(path));
  });
}

void hdfs_files::rename(const std::string& from, const std::string& to, options how) {
  const std::lock_guard lock(mutex_);
  const std::string source = clean(from);
  const std::string destination = clean(to);
  const node* moved = find(source);
  if (moved == nullptr) throw not_found("rename source " + from + " is not found.");
  if (source == destination) {
    throw already_exists("The source " + from + " and destination " + to + " are the same");
  }
  if (destination.starts_with(below(source))) {
    throw io_exception("Rename destination " + to + " is a directory or file under source " + from);
  }
  if (const node* replaced = find(destination)) {
    if (replaced->what != moved->what) {
      throw io_exception("Source " + from + " and destination " + to + " must both be directories");
    }
    if (how == options::none) throw already_exists("rename destination " + to + " already exists");
    if (!children_of(destination).empty()) {
      throw io_exception("rename destination directory is not empty: " + to);
    }
  }
  const node* parent = find(parent_of(destination));
  if (parent == nullptr) throw not_found("rename destination parent " + to + " not found.");
  if (parent->what == kind::file) {
    throw hdfs_exception(403, "ParentNotDirectoryException",
                         "org.apache.hadoop.fs.ParentNotDirectoryException",
                         "rename destination parent " + to + " is a file.");
  }
  erase(destination);
  move(source, destination);
}

bool hdfs_files::plain_rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(mutex_);
  const std::string source = clean(from);
  std::string destination = clean(to);
  if (find(source) == nullptr) return false;
  const node* target = find(destination);
  // Into an existing directory, silently: the reason why nobody should use it.
  if (target != nullptr && target->what == kind::directory)
    destination = below(destination) + name_of(source);
  if (find(destination) != nullptr || find(parent_of(destination)) == nullptr) return false;
  if (destination.starts_with(below(source))) return false;
  move(source, destination);
  return true;
}

bool hdfs_files::remove(const std::string& path, bool recursive) {
  const std::lock_guard lock(mutex_);
  const std::string at = clean(path);
  if (find(at) == nullptr || at == "/") return false;
  if (!recursive && !children_of(at).empty()) {
    throw hdfs_exception(403, "PathIsNotEmptyDirectoryException",
                         "org.apache.hadoop.fs.PathIsNotEmptyDirectoryException",
                         "`" + path + " is non empty': Directory is not empty");
  }
  erase(at);
  return true;
}

void hdfs_files::set_permission(const std::string& path, const std::string& permission) {
  const std::lock_guard lock(mutex_);
  node* found = find(clean(path));
  if (found == nullptr) throw not_found("Directory/File does not exist " + path);
  found->permission = permission;
}

void hdfs_files::set_owner(const std::string& path, const std::string& owner) {
  const std::lock_guard lock(mutex_);
  node* found = find(clean(path));
  if (found == nullptr) throw not_found("Directory/File does not exist " + path);
  found->owner = owner;
}

void hdfs_files::set_modified(const std::string& path, std::int64_t modified_ms) {
  const std::lock_guard lock(mutex_);
  if (node* found = find(clean(path)); found != nullptr) found->modified_ms = modified_ms;
}

void hdfs_files::put(const std::string& path, const std::string& content) {
  create(path, content, "test", "640", true, true);
}

std::optional<std::string> hdfs_files::get(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const node* found = find(clean(path));
  if (found == nullptr || found->what == kind::directory) return std::nullopt;
  return found->content;
}

bool hdfs_files::exists(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  return find(clean(path)) != nullptr;
}

std::vector<std::string> hdfs_files::names(const std::string& directory) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> found;
  for (const std::string& child : children_of(clean(directory))) found.push_back(name_of(child));
  return found;
}

std::vector<std::string> hdfs_files::all_files() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> files;
  for (const auto& [path, one] : nodes_) {
    if (one.what == kind::file) files.push_back(path);
  }
  return files;
}

}  // namespace dm::fake
