// Hadoop's TFile as NodeManagers write it when they aggregate logs.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/tfile.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace dm::cluster {

namespace {

constexpr std::array<unsigned char, 16> magic = {0xd1, 0x11, 0xd3, 0x68, 0x91, 0xb5, 0xd7, 0xb6,
                                                 0x39, 0xdf, 0x41, 0x40, 0x92, 0xba, 0xe1, 0x50};
constexpr std::int64_t tail_bytes = 8 + 4 + 16;  // place of the index, version, magic
constexpr std::int64_t largest_index = std::int64_t{4} << 20;
constexpr std::int64_t buffer_bytes = std::int64_t{64} << 10;
constexpr int most_reads = 1000;
constexpr std::size_t most_files = 5000;
constexpr std::int64_t most_blocks = 100'000;
constexpr std::size_t most_extents = 200'000;  // of all files in it
constexpr std::int64_t longest_text = 64 << 10;
constexpr std::int64_t longest_piece = std::int64_t{1} << 40;

tl::unexpected<error> damaged(std::string_view what) {
  return fail(status_code::failed_precondition,
              fmt::format("it is no TFile that can be read here: {}", what));
}

tl::unexpected<error> too_many(std::string_view what) {
  return fail(status_code::resource_exhausted,
              fmt::format("the aggregated log has more {} than are looked at", what));
}

// Reads forwards, by blocks, and jumps.
class cursor {
 public:
  cursor(const range_reader& read, std::int64_t end) : read_(read), end_(end) {}

  std::int64_t at() const { return at_; }
  void move_to(std::int64_t offset) { at_ = offset; }

  result<unsigned char> byte() {
    if (at_ < buffer_at_ || at_ >= buffer_at_ + static_cast<std::int64_t>(buffer_.size())) {
      if (auto filled = fill(); !filled) return fail(std::move(filled.error()));
    }
    return static_cast<unsigned char>(buffer_[static_cast<std::size_t>(at_++ - buffer_at_)]);
  }

  result<std::int64_t> big_endian(int bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) {
      const auto next = byte();
      if (!next) return fail(next.error());
      value = value << 8 | *next;
    }
    return static_cast<std::int64_t>(value);
  }

  // TFile's own numbers of variable length.
  result<std::int64_t> number() {
    const auto first = byte();
    if (!first) return fail(first.error());
    const auto code = static_cast<int>(static_cast<signed char>(*first));
    if (code >= -32) return code;
    const int row = (code + 128) / 8;
    if (row >= 7) return with_rest(code + 52, 1);
    if (row >= 3) return with_rest(code + 88, 2);
    if (row >= 1) return with_rest(code + 112, 3);
    const int bytes = code + 129;
    const auto rest = big_endian(bytes);
    if (!rest) return rest;
    const int unused = 64 - 8 * bytes;  // its sign is that of its first byte
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(*rest) << unused) >> unused;
  }

  result<std::string> text() {
    const auto length = number();
    if (!length) return fail(length.error());
    return bytes(*length);
  }

  result<std::string> bytes(std::int64_t length) {
    if (length < 0 || length > longest_text) return damaged("a text that cannot be");
    std::string text;
    for (std::int64_t i = 0; i < length; ++i) {
      const auto next = byte();
      if (!next) return fail(next.error());
      text += static_cast<char>(*next);
    }
    return text;
  }

 private:
  result<std::int64_t> with_rest(int high, int bytes) {
    const auto rest = big_endian(bytes);
    if (!rest) return rest;
    return static_cast<std::int64_t>(high) * (std::int64_t{1} << (8 * bytes)) + *rest;
  }

  result<void> fill() {
    if (at_ < 0 || at_ >= end_) return damaged("something points behind its end");
    if (++reads_ > most_reads) return too_many("pieces");
    auto more = read_(at_, std::min(buffer_bytes, end_ - at_));
    if (!more) return fail(std::move(more.error()));
    if (more->empty()) return damaged("it is shorter than it was said to be");
    buffer_ = std::move(*more);
    buffer_at_ = at_;
    return {};
  }

  const range_reader& read_;
  std::int64_t end_;
  std::int64_t at_ = 0;
  std::int64_t buffer_at_ = 0;
  std::string buffer_;
  int reads_ = 0;
};

struct region {
  std::int64_t offset = 0;
  std::int64_t stored_bytes = 0;
};

result<region> read_region(cursor& in) {
  const auto offset = in.number();
  if (!offset) return fail(offset.error());
  const auto stored = in.number();
  if (!stored) return fail(stored.error());
  const auto raw = in.number();
  if (!raw) return fail(raw.error());
  if (*offset < 0 || *stored < 0 || *offset > longest_piece || *stored > longest_piece)
    return damaged("a block that cannot be");
  return region{*offset, *stored};
}

// Where the data blocks are.
result<std::vector<region>> read_blocks(cursor& in, std::int64_t file_bytes) {
  if (file_bytes < tail_bytes) return damaged("it is too short");
  in.move_to(file_bytes - tail_bytes);
  const auto index_at = in.big_endian(8);
  if (!index_at) return fail(index_at.error());
  if (auto version = in.big_endian(4); !version) return fail(version.error());
  for (const unsigned char expected : magic) {
    const auto found = in.byte();
    if (!found) return fail(found.error());
    if (*found != expected) return damaged("its end is not that of one");
  }
  if (*index_at < 0 || *index_at > file_bytes || file_bytes - *index_at > largest_index)
    return damaged("its index is nowhere in it");
  in.move_to(*index_at);
  const auto count = in.number();
  if (!count) return fail(count.error());
  std::optional<region> index;
  for (std::int64_t i = 0; i < *count && !index; ++i) {
    const auto name = in.text();
    if (!name) return fail(name.error());
    const auto compression = in.text();
    if (!compression) return fail(compression.error());
    auto place = read_region(in);
    if (!place) return fail(place.error());
    if (*compression != "none")
      return damaged("it is compressed with " + first_line(*compression, 20));
    if (*name == "data:BCFile.index") index = *place;
  }
  if (!index) return damaged("it has no index of its blocks");
  in.move_to(index->offset);
  const auto compression = in.text();
  if (!compression) return fail(compression.error());
  if (*compression != "none")
    return damaged("it is compressed with " + first_line(*compression, 20));
  const auto blocks = in.number();
  if (!blocks) return fail(blocks.error());
  if (*blocks > most_blocks) return too_many("blocks");
  std::vector<region> found;
  for (std::int64_t i = 0; i < *blocks; ++i) {
    auto place = read_region(in);
    if (!place) return fail(place.error());
    found.push_back(*place);
  }
  return found;
}

// A value, whose pieces are joined.
class value_cursor {
 public:
  explicit value_cursor(cursor& in) : in_(in) {}

  // Whether there is another byte.
  result<bool> more() {
    while (left_ == 0 && !last_) {
      const auto length = in_.number();
      if (!length) return fail(length.error());
      if (*length > longest_piece || *length < -longest_piece)
        return damaged("a piece that cannot be");
      last_ = *length >= 0;
      left_ = *length < 0 ? -*length : *length;
    }
    return left_ > 0;
  }

  result<std::string> java_text() {
    std::int64_t length = 0;
    for (int i = 0; i < 2; ++i) {
      const auto next = byte();
      if (!next) return fail(next.error());
      length = length << 8 | *next;
    }
    std::string text;
    for (std::int64_t i = 0; i < length; ++i) {
      const auto next = byte();
      if (!next) return fail(next.error());
      text += static_cast<char>(*next);
    }
    return text;
  }

  // The places of the next `length` bytes, over which it goes; at most `most` places.
  result<std::vector<tfile_extent>> skip(std::int64_t length, std::size_t most) {
    std::vector<tfile_extent> extents;
    while (length > 0) {
      const auto there = more();
      if (!there) return fail(there.error());
      if (!*there) return damaged("a log in it ends early");
      if (extents.size() >= most) return too_many("pieces");
      const std::int64_t part = std::min(left_, length);
      extents.push_back({in_.at(), part});
      in_.move_to(in_.at() + part);
      left_ -= part;
      length -= part;
    }
    return extents;
  }

 private:
  result<unsigned char> byte() {
    const auto there = more();
    if (!there) return fail(there.error());
    if (!*there) return damaged("a value in it ends early");
    --left_;
    return in_.byte();
  }

  cursor& in_;
  std::int64_t left_ = 0;
  bool last_ = false;
};

// The log files of one value.
result<void> read_value(cursor& in, const std::string& container,
                        std::vector<aggregated_file>& files, std::size_t& extents_found) {
  value_cursor value(in);
  for (;;) {
    const auto there = value.more();
    if (!there) return fail(there.error());
    if (!*there) return {};
    if (!container.starts_with("container_")) {
      // What the file says of itself: version, owner, access list.
      if (auto skipped = value.skip(1, 1); !skipped) return fail(skipped.error());
      continue;
    }
    aggregated_file file;
    file.container = container;
    auto name = value.java_text();
    if (!name) return fail(std::move(name.error()));
    file.name = std::move(*name);
    const auto length = value.java_text();
    if (!length) return fail(length.error());
    const char* end = length->data() + length->size();
    const auto [stop, code] = std::from_chars(length->data(), end, file.size_bytes);
    if (code != std::errc() || stop != end || file.size_bytes < 0)
      return damaged("a log in it has no length");
    auto extents = value.skip(file.size_bytes, most_extents - extents_found);
    if (!extents) return fail(std::move(extents.error()));
    extents_found += extents->size();
    file.extents = std::move(*extents);
    if (files.size() >= most_files) return too_many("files");
    files.push_back(std::move(file));
  }
}

}  // namespace

result<std::vector<aggregated_file>> read_aggregated_files(const range_reader& read,
                                                           std::int64_t file_bytes) {
  cursor in(read, file_bytes);
  const auto blocks = read_blocks(in, file_bytes);
  if (!blocks) return fail(blocks.error());
  std::vector<aggregated_file> files;
  std::size_t extents_found = 0;
  std::int64_t end = 0;
  for (const region& block : *blocks) {
    // One after the other: blocks that name the same bytes again and again would have no end.
    if (block.offset < end) return damaged("blocks that overlap");
    in.move_to(block.offset);
    while (in.at() < block.offset + block.stored_bytes) {
      const auto key_bytes = in.number();
      if (!key_bytes) return fail(key_bytes.error());
      auto key = in.bytes(*key_bytes);
      if (!key) return fail(std::move(key.error()));
      // writeUTF's two bytes of length come first.
      const std::string container = key->size() < 2 ? std::string() : key->substr(2);
      if (auto value = read_value(in, container, files, extents_found); !value)
        return fail(std::move(value.error()));
    }
    end = in.at();
  }
  return files;
}

result<std::string> read_aggregated_part(const range_reader& read, const aggregated_file& file,
                                         std::int64_t from, std::int64_t length) {
  std::string part;
  std::int64_t passed = 0;
  for (const tfile_extent& extent : file.extents) {
    const std::int64_t begin = std::max<std::int64_t>(0, from - passed);
    passed += extent.length;
    const std::int64_t wanted = length - static_cast<std::int64_t>(part.size());
    if (begin >= extent.length || wanted <= 0) continue;
    auto bytes = read(extent.offset + begin, std::min(extent.length - begin, wanted));
    if (!bytes) return bytes;
    part += *bytes;
  }
  return part;
}

}  // namespace dm::cluster
