// Who asks: every request carries one. Made by the identification before any handler runs; handlers
// and services read it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace manager {

/// What somebody may do. Read: every GET, and plans. Deploy: packages. Operate: applications, one's
/// own. Administer: everything, on everything, and in the name of others.
enum class role { read, deploy, operate, administer };

class role_set {
 public:
  constexpr role_set() = default;
  constexpr role_set(std::initializer_list<role> roles) {
    for (const role one : roles) add(one);
  }
  static constexpr role_set all() {
    return {role::read, role::deploy, role::operate, role::administer};
  }

  constexpr void add(role one) { bits_ |= bit(one); }
  /// Who administers may do the rest, too.
  constexpr bool has(role one) const { return (bits_ & (bit(one) | bit(role::administer))) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  /// What both allow: a token's roles are a limit to those of its user.
  constexpr role_set limited_to(role_set most) const {
    if (most.has(role::administer)) return *this;
    if (has(role::administer)) return most;
    role_set both;
    both.bits_ = bits_ & most.bits_;
    return both;
  }
  friend constexpr bool operator==(role_set left, role_set right) = default;

 private:
  static constexpr std::uint8_t bit(role one) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(one));
  }
  std::uint8_t bits_ = 0;
};

/// How somebody proved who he is.
enum class proof {
  none,              // nobody said who he is
  peer_credentials,  // the kernel, of the other end of a unix socket
  token,             // a bearer token
  proxy_header,      // a trusted proxy
  certificate,       // a client's TLS certificate
  trusted_name       // user.name, believed as it is
};
std::string_view to_text(proof how);
std::string_view to_text(role one);
std::optional<role> parse_role(std::string_view word);
inline constexpr std::string_view role_words = "read, deploy, operate, administer";

struct caller {
  std::string user;  // who the request acts as; empty: nobody
  role_set roles;    // of that user, within the limits of the proof
  proof how = proof::none;
  std::string by;           // who proved himself, where the request acts for another; else empty
  std::string from;         // "127.0.0.1:40312", "socket uid=1000 pid=4711"
  std::string request_id;   // also the answer's X-Request-Id
  bool has_account = true;  // false: the proven name is no account of this machine; it only reads
};

/// Nobody is named where names are believed (trust_user_name).
inline bool reads_unnamed(const caller& who) {
  return who.how == proof::none && who.roles.has(role::read);
}

}  // namespace manager
