// An SQLite database: one connection, statements prepared once, values always bound, never pasted.
// Not thread-safe by itself: the registry serialises its users.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace manager {

/// What SQLite refused. As an error of the system: std::errc::no_space_on_device where the disk is
/// full, so that whoever answers a request tells the two apart; else of SQLite's own category.
class database_error : public std::system_error {
 public:
  /// `code`: SQLite's extended result code; `system`: errno of the last call that failed.
  database_error(const std::string& text, int code, int system);

  const char* what() const noexcept override { return text_.c_str(); }

  /// Whether it may succeed later as it is: a full disk, an I/O error, a lock that another process
  /// holds. Else the statement itself is wrong, or the file.
  bool passes() const;

 private:
  std::string text_;
  int code_;
};

/// One run of a prepared statement. Gives the statement back, reset, when it goes.
class database_query {
 public:
  database_query(sqlite3* connection, sqlite3_stmt* statement)
      : connection_(connection), statement_(statement) {}
  ~database_query();
  database_query(database_query&& other) noexcept;
  database_query& operator=(database_query&&) = delete;

  void bind(std::int64_t number);
  void bind(int number) { bind(std::int64_t{number}); }
  void bind(bool flag) { bind(std::int64_t{flag}); }
  void bind(std::string_view text);
  void bind(const std::string& text) { bind(std::string_view(text)); }
  void bind(const char* text) { bind(std::string_view(text)); }
  void bind(const std::optional<std::string>& text);

  /// True while there is a row. Throws database_error with SQLite's own text.
  bool step();

  std::int64_t integer(int column) const;
  std::string text(int column) const;
  std::optional<std::string> optional_text(int column) const;

 private:
  void check(int code) const;

  sqlite3* connection_;
  sqlite3_stmt* statement_;
  int next_parameter_ = 1;
};

class database {
 public:
  /// Opens or makes the file, with a write-ahead log and full durability.
  explicit database(const std::filesystem::path& file);
  /// Opens a file that is there to look at it. Nothing is written and no file is made, also where
  /// it is in use at the moment. Throws std::runtime_error.
  static database to_look_at(const std::filesystem::path& file);
  ~database();
  database(const database&) = delete;
  database& operator=(const database&) = delete;

  /// `sql` holds one statement; it is prepared once and kept.
  template <typename... Values>
  database_query query(std::string_view sql, const Values&... values) {
    database_query result = prepare(sql);
    (result.bind(values), ...);
    return result;
  }

  /// Runs a statement that returns no rows.
  template <typename... Values>
  void run(std::string_view sql, const Values&... values) {
    query(sql, values...).step();
  }

  /// Runs several statements without parameters (a schema).
  void script(const char* sql);

  /// Rows changed by the last statement.
  std::int64_t changes() const;
  /// Steps of SQLite's machine in all statements so far: what a query costs, whatever the machine
  /// and its load.
  std::int64_t work() const;

 private:
  database(const std::filesystem::path& file, const std::string& name, int flags);
  database_query prepare(std::string_view sql);

  std::filesystem::path file_;
  sqlite3* connection_ = nullptr;
  std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace manager
