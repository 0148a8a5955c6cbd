// An SQLite database: one connection, statements prepared once.
// SPDX-License-Identifier: Apache-2.0
#include "registry/database.h"

#include "base/file.h"
#include "base/log.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace manager {
namespace {

// What users sent may hold secrets. SQLite gives the file's mode to its log as well.
std::string made_private(const std::filesystem::path& file) {
  const file_descriptor made(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!made.valid() || ::fchmod(made.get(), 0600) != 0) {
    throw std::system_error(errno, std::generic_category(),
                            fmt::format("cannot open the registry {}", file.string()));
  }
  return file.string();
}

// A file's name as SQLite's URIs have it.
std::string uri_of(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char c : file.string()) {
    if (c == '%' || c == '?' || c == '#') {
      uri += fmt::format("%{:02x}", static_cast<unsigned>(c));
    } else {
      uri += c;
    }
  }
  return uri;
}

constexpr int busy_ms = 5000;

class sqlite_category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "sqlite"; }
  std::string message(int code) const override { return sqlite3_errstr(code); }
};

std::error_code error_of(int code, int system) {
  static const sqlite_category sqlite;
  const bool full = (code & 0xFF) == SQLITE_FULL ||
                    ((code & 0xFF) == SQLITE_IOERR && (system == ENOSPC || system == EDQUOT));
  return full ? std::make_error_code(std::errc::no_space_on_device) : std::error_code(code, sqlite);
}

// The statement and SQLite's words on it are for the log: what is thrown is told to clients.
database_error refusal(sqlite3* connection, std::string_view sql, int code) {
  const int system = sqlite3_system_errno(connection);
  database_error problem(fmt::format("registry: {}", sqlite3_errstr(code)), code, system);
  if (!problem.passes()) {
    log::error("event=registry_error information={} statement={}", sqlite3_errmsg(connection), sql);
  }
  return problem;
}

}  // namespace

database_error::database_error(const std::string& text, int code, int system)
    : std::system_error(error_of(code, system)), text_(text), code_(code) {
  // SQLite tells some of these as errors of reading and writing only.
  if ((code & 0xFF) == SQLITE_IOERR && this->code() == std::errc::no_space_on_device) {
    text_ += ": the disk is full";
  }
}

bool database_error::passes() const {
  switch (code_ & 0xFF) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      return true;
    default:
      return false;
  }
}

database_query::database_query(database_query&& other) noexcept
    : connection_(other.connection_),
      statement_(std::exchange(other.statement_, nullptr)),
      next_parameter_(other.next_parameter_) {}

database_query::~database_query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void database_query::check(int code) const {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
  throw refusal(connection_, sqlite3_sql(statement_), code);
}

void database_query::bind(std::int64_t number) {
  check(sqlite3_bind_int64(statement_, next_parameter_++, number));
}

void database_query::bind(std::string_view text) {
  check(sqlite3_bind_text64(statement_, next_parameter_++, text.data() ? text.data() : "",
                            text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void database_query::bind(const std::optional<std::string>& text) {
  if (text) {
    bind(std::string_view(*text));
  } else {
    check(sqlite3_bind_null(statement_, next_parameter_++));
  }
}

bool database_query::step() {
  const int code = sqlite3_step(statement_);
  check(code);
  return code == SQLITE_ROW;
}

std::int64_t database_query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string database_query::text(int column) const {
  return optional_text(column).value_or(std::string());
}

std::optional<std::string> database_query::optional_text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  const int size = sqlite3_column_bytes(statement_, column);
  return std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

database::database(const std::filesystem::path& file, const std::string& name, int flags)
    : file_(file) {
  if (sqlite3_open_v2(name.c_str(), &connection_, flags | SQLITE_OPEN_FULLMUTEX, nullptr) !=
      SQLITE_OK) {
    const std::string why = connection_ ? sqlite3_errmsg(connection_) : "out of memory";
    sqlite3_close(connection_);
    throw std::runtime_error(fmt::format("cannot open the registry {}: {}", file.string(), why));
  }
  sqlite3_extended_result_codes(connection_, 1);
  sqlite3_busy_timeout(connection_, busy_ms);
}

database database::to_look_at(const std::filesystem::path& file) {
  // Without a log nobody has it open, and SQLite would make one, were the file not immutable.
  const bool has_log = std::filesystem::exists(file.string() + "-wal");
  return {file, uri_of(file) + (has_log ? "?mode=ro" : "?immutable=1"),
          SQLITE_OPEN_READONLY | SQLITE_OPEN_URI};
}

database::database(const std::filesystem::path& file)
    : database(file, made_private(file), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) {
  script("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;");
}

database::~database() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(connection_);
}

void database::script(const char* sql) {
  char* message = nullptr;
  const int code = sqlite3_exec(connection_, sql, nullptr, nullptr, &message);
  if (code != SQLITE_OK) {
    const std::string why = message ? message : sqlite3_errmsg(connection_);
    sqlite3_free(message);
    throw database_error(fmt::format("registry {}: {}", file_.string(), why), code,
                         sqlite3_system_errno(connection_));
  }
}

std::int64_t database::changes() const { return sqlite3_changes64(connection_); }

std::int64_t database::work() const {
  std::int64_t steps = 0;
  for (const auto& [sql, statement] : statements_) {
    steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
  }
  return steps;
}

database_query database::prepare(std::string_view sql) {
  auto found = statements_.find(std::string(sql));
  if (found == statements_.end()) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(connection_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) {
      throw refusal(connection_, sql, code);
    }
    found = statements_.emplace(std::string(sql), statement).first;
  }
  return {connection_, found->second};
}

}  // namespace manager
