// A NameNode's WebHDFS and one DataNode's, over an HDFS in memory.
// SPDX-License-Identifier: Apache-2.0
#include "fake/name_node.h"

#include <algorithm>

#include "io/url.h"

namespace dm::fake {

namespace {

constexpr std::string_view prefix = "/webhdfs/v1";

response refusal(const hdfs_exception& e, const std::string& stack = {}) {
  return json(e.status, "{\"RemoteException\":{\"exception\":" + json_quoted(e.name) +
                            ",\"javaClassName\":" + json_quoted(e.java_class) +
                            ",\"message\":" + json_quoted(e.what() + stack) + "}}");
}

hdfs_exception standby(const std::string& category) {
  return {403, "StandbyException", "org.apache.hadoop.ipc.StandbyException",
          "Operation category " + category +
              " is not supported in state standby. Visit https://s.apache.org/sbnn-error"};
}

hdfs_exception safe_mode(const std::string& path) {
  return {403, "SafeModeException", "org.apache.hadoop.hdfs.server.namenode.SafeModeException",
          "Cannot change " + path + ". Name node is in safe mode."};
}

hdfs_exception illegal(const std::string& message) {
  return {400, "IllegalArgumentException", "java.lang.IllegalArgumentException", message};
}

std::string number(std::int64_t value) { return std::to_string(value); }

std::string file_status(const hdfs_files::entry& entry) {
  const bool file = entry.status.what == hdfs_files::kind::file;
  return "{\"accessTime\":0,\"blockSize\":" + std::string(file ? "134217728" : "0") +
         ",\"childrenNum\":" + number(entry.children) + ",\"fileId\":" + number(entry.status.id) +
         ",\"group\":\"root\",\"length\":" + number(entry.length) +
         ",\"modificationTime\":" + number(entry.status.modified_ms) +
         ",\"owner\":" + json_quoted(entry.status.owner) +
         ",\"pathSuffix\":" + json_quoted(entry.name) +
         ",\"permission\":" + json_quoted(entry.status.permission) +
         ",\"replication\":" + (file ? "1" : "0") + ",\"storagePolicy\":0,\"type\":\"" +
         (file ? "FILE" : "DIRECTORY") + "\"}";
}

std::string statuses(const std::vector<hdfs_files::entry>& entries) {
  std::string text;
  for (const auto& entry : entries) text += (text.empty() ? "" : ",") + file_status(entry);
  return "{\"FileStatuses\":{\"FileStatus\":[" + text + "]}}";
}

response done(bool value) {
  return json(200, value ? "{\"boolean\":true}" : "{\"boolean\":false}");
}
response done() { return text(200, "", "application/octet-stream"); }

std::string path_of(const request& asked) {
  return asked.path.substr(std::min(prefix.size(), asked.path.size()));
}

bool valid_permission(const std::string& octal) {
  return !octal.empty() && octal.find_first_not_of("01234567") == std::string::npos;
}

}  // namespace

name_node::name_node(std::shared_ptr<hdfs_files> files)
    : files_(std::move(files)),
      data_node_([this](const request& asked) { return data_node_answer(asked); }),
      server_([this](const request& asked) { return name_node_answer(asked); }) {}

void name_node::set_location(const std::string& location) {
  const std::lock_guard lock(mutex_);
  location_ = location;
}

void name_node::keep_others_out_of(const std::string& directory) {
  const std::lock_guard lock(mutex_);
  private_ = directory;
}

void name_node::check_access(const std::string& path, const std::string& user, bool lists) const {
  const std::lock_guard lock(mutex_);
  const bool inside = path.starts_with(private_ + "/");
  if (private_.empty() || !(inside || (lists && path == private_))) return;
  const std::string owner = files_->status(private_).status.owner;
  if (owner == user) return;
  throw hdfs_exception(
      403, "AccessControlException", "org.apache.hadoop.security.AccessControlException",
      "Permission denied: user=" + user + ", access=" + (inside ? "EXECUTE" : "READ_EXECUTE") +
          ", inode=\"" + private_ + "\":" + owner + ":supergroup:drwxr-x---");
}

response name_node::redirect(const request& asked, const std::string& path) {
  std::string location = data_node_.address() + std::string(prefix) +
                         io::percent_encode(path, true) + "?op=" + asked.argument("op") +
                         "&user.name=" + io::percent_encode(asked.argument("user.name")) +
                         "&namenoderpcaddress=localhost:8020";
  for (const char* name : {"overwrite", "createparent", "permission", "offset", "length"}) {
    if (asked.query.contains(name))
      location += std::string("&") + name + "=" + asked.argument(name);
  }
  {
    const std::lock_guard lock(mutex_);
    if (!location_.empty()) location = location_;
  }
  if (asked.argument("noredirect") == "true" && !ignores_noredirect_) {
    return json(200, "{\"Location\":" + json_quoted(location) + "}");
  }
  response r = text(307, "", "application/octet-stream");
  r.headers.emplace_back("Location", location);
  return r;
}

response name_node::name_node_answer(const request& asked) {
  // The bean FSNamesystemState, which a standby shows, too.
  if (asked.path == "/jmx")
    return json(
        200, std::string(R"({"beans":[{"name":"Hadoop:service=NameNode,name=FSNamesystemState",)") +
                 R"("modelerType":"org.apache.hadoop.hdfs.server.namenode.FSNamesystem",)" +
                 R"("BlocksTotal":3,"FSState":")" + (safe_mode_ ? "safeMode" : "Operational") +
                 R"(","NumLiveDataNodes":)" + std::to_string(live_data_nodes_) +
                 R"(,"NumDeadDataNodes":0}]})");
  if (!asked.path.starts_with(prefix))
    return text(404, "<html>Error 404 Not Found</html>", "text/html;charset=iso-8859-1");
  const std::string op = asked.argument("op");
  const std::string path = path_of(asked);
  const std::string user = asked.argument("user.name", "dr.who");
  const std::string permission = asked.argument("permission", op == "MKDIRS" ? "755" : "644");
  try {
    if (!valid_permission(permission)) {
      throw illegal("Invalid value for webhdfs parameter \"permission\": Failed to parse \"" +
                    permission + "\" as a radix-8 short integer.");
    }
    // A standby sends CREATE on to a DataNode all the same, which finds the active one.
    if (asked.method == "PUT" && op == "CREATE") return redirect(asked, path);
    if (standby_) throw standby(asked.method == "GET" ? "READ" : "WRITE");
    check_access(path, user, op.starts_with("LISTSTATUS"));
    if (safe_mode_ && asked.method != "GET") throw safe_mode(path);
    if (asked.method == "GET") {
      if (op == "GETFILESTATUS")
        return json(200, "{\"FileStatus\":" + file_status(files_->status(path)) + "}");
      if (op == "LISTSTATUS") return json(200, statuses(files_->list(path)));
      if (op == "LISTSTATUS_BATCH" && batch_listing_) {
        auto entries = files_->list(path);
        const std::string start_after = asked.argument("startAfter");
        std::erase_if(entries,
                      [&](const auto& e) { return !start_after.empty() && e.name <= start_after; });
        const std::size_t rest = entries.size() - std::min<std::size_t>(entries.size(), page_size_);
        entries.resize(entries.size() - rest);
        return json(200, "{\"DirectoryListing\":{\"partialListing\":" + statuses(entries) +
                             ",\"remainingEntries\":" + std::to_string(rest) + "}}");
      }
      if (op == "GETCONTENTSUMMARY") {
        const auto total = files_->content_summary(path);
        return json(200, "{\"ContentSummary\":{\"directoryCount\":" + number(total.directories) +
                             ",\"ecPolicy\":\"\",\"fileCount\":" + number(total.files) +
                             ",\"length\":" + number(total.length) +
                             ",\"quota\":-1,\"spaceConsumed\":" + number(total.length) +
                             ",\"spaceQuota\":-1,\"typeQuota\":{}}}");
      }
      if (op == "OPEN") {
        files_->check_open(path, std::strtoll(asked.argument("offset", "0").c_str(), nullptr, 10));
        return redirect(asked, path);
      }
      if (op == "GETHOMEDIRECTORY")
        return json(200, "{\"Path\":" + json_quoted("/user/" + user) + "}");
    }
    if (asked.method == "PUT") {
      if (op == "MKDIRS") return done(files_->make_directories(path, user, permission));
      if (op == "SETPERMISSION") {
        files_->set_permission(path, permission);
        return done();
      }
      if (op == "SETOWNER") {
        files_->set_owner(path, asked.argument("owner"));
        return done();
      }
      if (op == "RENAME") {
        const std::string options = asked.argument("renameoptions");
        if (options.empty()) return done(files_->plain_rename(path, asked.argument("destination")));
        files_->rename(
            path, asked.argument("destination"),
            options == "OVERWRITE" ? hdfs_files::options::overwrite : hdfs_files::options::none);
        return done();
      }
    }
    if (asked.method == "DELETE" && op == "DELETE") {
      return done(files_->remove(path, asked.argument("recursive") == "true"));
    }
    throw illegal("Invalid value for webhdfs parameter \"op\": " + op + " is not a valid " +
                  asked.method + " operation.");
  } catch (const hdfs_exception& e) {
    return refusal(e);
  }
}

response name_node::data_node_answer(const request& asked) {
  const std::string path = path_of(asked);
  // A DataNode passes the NameNode's whole stack on.
  const std::string stack =
      "\n\tat "
      "org.apache.hadoop.hdfs.server.namenode.FSNamesystem.startFile(FSNamesystem.java:2625)";
  response r;
  try {
    if (asked.argument("op") == "CREATE") {
      if (safe_mode_) throw safe_mode(path);
      files_->create(path, asked.body, asked.argument("user.name"),
                     asked.argument("permission", "644"), asked.argument("overwrite") == "true",
                     asked.argument("createparent", "false") == "true");
      r = text(201, "", "");
      r.headers.emplace_back("Location", "hdfs://localhost:8020" + path);
    } else {
      std::string content = files_->open(path);
      const auto offset = std::strtoul(asked.argument("offset", "0").c_str(), nullptr, 10);
      content.erase(0, offset);
      if (asked.query.contains("length"))
        content.resize(std::min<std::size_t>(
            content.size(), std::strtoul(asked.argument("length").c_str(), nullptr, 10)));
      r = text(200, std::move(content), "application/octet-stream");
    }
  } catch (const hdfs_exception& e) {
    r = refusal(e, stack);
    r.content_type = "application/json; charset=utf-8";
  }
  r.close = true;
  return r;
}

}  // namespace dm::fake
