// Bearer tokens.
// SPDX-License-Identifier: Apache-2.0
#include "access/tokens.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/json.h"
#include "base/names.h"
#include "configuration/configuration_reader.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace manager {
namespace {

constexpr std::size_t largest_file = 4U << 20;
constexpr std::size_t secret_bytes = 32;
constexpr std::size_t hash_digits = 64;
constexpr std::string_view prefix = "dm_";

std::string hex(const unsigned char* bytes, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += fmt::format("{:02x}", bytes[i]);
  return text;
}

// The secret has 256 random bits: nothing slower than SHA-256 is needed to keep it from being
// found.
std::string hash_of(std::string_view secret) { return sha256_of(secret); }

std::string random_hex(std::size_t bytes) {
  std::string raw(bytes, '\0');
  auto* into = reinterpret_cast<unsigned char*>(raw.data());
  if (RAND_bytes(into, static_cast<int>(bytes)) != 1) {
    throw std::runtime_error("the system gave no random numbers");
  }
  return hex(into, bytes);
}

bool is_hex(std::string_view text, std::size_t size) {
  return text.size() == size &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

token_entry read_entry(configuration_reader reader, std::vector<problem>& problems,
                       const std::string& path) {
  token_entry entry;
  entry.id = reader.required_text("id");
  entry.hash = reader.required_text("hash");
  entry.user = reader.required_text("user");
  const std::string expires = reader.required_text("expires");
  entry.comment = reader.text("comment", "");
  for (const std::string& word : reader.texts("roles", {})) {
    const auto one = parse_role(word);
    if (one) {
      entry.roles.add(*one);
    } else {
      problems.push_back({path + ".roles", printable(word), std::string(role_words), ""});
    }
  }
  if (!is_hex(entry.hash, hash_digits)) {
    problems.push_back({path + ".hash", "", "64 hexadecimal digits", ""});
  }
  if (!is_account_name(entry.user)) {
    problems.push_back({path + ".user", printable(entry.user), "an account's name", ""});
  }
  const auto until = from_rfc3339(expires);
  if (until) {
    entry.expires_ms = *until;
  } else {
    problems.push_back({path + ".expires", printable(expires), "2027-01-31T00:00:00Z", ""});
  }
  reader.finish();
  return entry;
}

std::vector<token_entry> parse_tokens(const std::string& text, const std::string& file) {
  std::string syntax;
  const auto parsed = json::parse(text, syntax);
  std::vector<problem> problems;
  std::vector<token_entry> entries;
  const json::value* list = parsed && parsed->IsObject() ? json::find(*parsed, "tokens") : nullptr;
  if (list == nullptr || !list->IsArray()) {
    problems.push_back({"$.tokens", "", "a list of tokens", syntax});
  } else {
    for (rapidjson::SizeType i = 0; i < list->Size(); ++i) {
      const std::string path = fmt::format("$.tokens[{}]", i);
      entries.push_back(
          read_entry(configuration_reader(&(*list)[i], path, problems), problems, path));
    }
  }
  if (!problems.empty()) throw failure::invalid("Token file " + file, std::move(problems));
  return entries;
}

std::string to_text(const std::vector<token_entry>& entries) {
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::value list(rapidjson::kArrayType);
  for (const token_entry& entry : entries) {
    json::value one(rapidjson::kObjectType);
    json::set(one, "id", entry.id, memory);
    json::set(one, "hash", entry.hash, memory);
    json::set(one, "user", entry.user, memory);
    json::value roles(rapidjson::kArrayType);
    for (const role each : {role::read, role::deploy, role::operate, role::administer}) {
      const bool listed = each == role::administer || !entry.roles.has(role::administer);
      if (!entry.roles.has(each) || !listed) continue;
      roles.PushBack(json::make_string(to_text(each), memory), memory);
    }
    json::set(one, "roles", std::move(roles), memory);
    json::set(one, "expires", to_rfc3339(entry.expires_ms), memory);
    json::set(one, "comment", entry.comment, memory);
    list.PushBack(one, memory);
  }
  json::set(body, "tokens", std::move(list), memory);
  return json::to_pretty_text(body) + "\n";
}

/// Held while the file is changed, so that two commands at a time lose nothing.
class file_change {
 public:
  explicit file_change(const std::filesystem::path& file) {
    const std::string name = file.string() + ".lock";
    lock_ = file_descriptor(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock_.valid() || ::flock(lock_.get(), LOCK_EX) != 0) {
      throw std::system_error(errno, std::generic_category(), "cannot lock " + name);
    }
  }

 private:
  file_descriptor lock_;
};

void write_tokens(const std::filesystem::path& file, const std::vector<token_entry>& entries) {
  unfinished_file made(file.has_parent_path() ? file.parent_path() : ".");
  made.write(to_text(entries));
  made.publish(file);
}

std::vector<token_entry> read_if_there(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {};
  return read_tokens(file);
}

}  // namespace

std::vector<token_entry> read_tokens(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    throw failure(failure_kind::failed_validation,
                  fmt::format("token file {}: {} (deployment-manager token create makes it)",
                              file.string(), std::generic_category().message(errno)));
  }
  if ((status.st_mode & 0077) != 0) {
    throw failure(failure_kind::failed_validation,
                  fmt::format("token file {} is open to other accounts (mode {:o}): chmod 600 it",
                              file.string(), status.st_mode & 07777));
  }
  return parse_tokens(read_text(file, largest_file), file.string());
}

std::string create_token(const std::filesystem::path& file, const std::string& user, role_set roles,
                         std::chrono::hours lifetime, const std::string& comment) {
  if (!is_account_name(user)) {
    throw failure(failure_kind::failed_validation,
                  fmt::format("\"{}\" is no account's name", printable(user)));
  }
  const file_change change(file);
  auto entries = read_if_there(file);
  token_entry made;
  made.id = random_hex(4);
  const std::string secret = random_hex(secret_bytes);
  made.hash = hash_of(secret);
  made.user = user;
  made.roles = roles;
  made.expires_ms =
      now_ms() + std::chrono::duration_cast<std::chrono::milliseconds>(lifetime).count();
  made.comment = printable(comment);
  entries.push_back(made);
  write_tokens(file, entries);
  return fmt::format("{}{}_{}", prefix, made.id, secret);
}

bool revoke_token(const std::filesystem::path& file, const std::string& id) {
  const file_change change(file);
  auto entries = read_tokens(file);
  const auto removed =
      std::erase_if(entries, [&](const token_entry& entry) { return entry.id == id; });
  if (removed != 0) write_tokens(file, entries);
  return removed != 0;
}

token_store::token_store(std::filesystem::path file)
    : file_(std::move(file)), entries_(std::make_shared<const std::vector<token_entry>>()) {
  reload();
}

void token_store::reload() {
  if (file_.empty()) return;
  auto fresh = std::make_shared<const std::vector<token_entry>>(read_tokens(file_));
  const std::lock_guard lock(mutex_);
  entries_ = std::move(fresh);
}

std::optional<token_store::match> token_store::find(std::string_view token,
                                                    std::int64_t now_ms) const {
  if (!token.starts_with(prefix)) return std::nullopt;
  token.remove_prefix(prefix.size());
  const std::size_t mark = token.find('_');
  if (mark == std::string_view::npos) return std::nullopt;
  const std::string_view id = token.substr(0, mark);
  const std::string hash = hash_of(token.substr(mark + 1));
  const auto entries = [&] {
    const std::lock_guard lock(mutex_);
    return entries_;
  }();
  for (const token_entry& entry : *entries) {
    if (entry.id != id || entry.hash.size() != hash.size()) continue;
    if (CRYPTO_memcmp(entry.hash.data(), hash.data(), hash.size()) != 0) continue;
    if (entry.expires_ms <= now_ms) return std::nullopt;
    return match{entry.user, entry.roles};
  }
  return std::nullopt;
}

}  // namespace manager
