// Zips, read by the rules of java.util.zip.ZipFile. Sources: PKWARE's APPNOTE 6.3 (layout), OpenJDK
// 17's ZipFile.Source (what is refused, which of two entries counts).
// SPDX-License-Identifier: Apache-2.0
#include "package/zip_file.h"

#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include <fmt/format.h>

#include "input/text_rules.h"
#include "io/file.h"

namespace dm::package {

using input::shown;

namespace {

constexpr std::uint64_t largest_directory = std::uint64_t{128} << 20;
constexpr std::size_t most_entries = 1'000'000;
constexpr std::size_t block_size = std::size_t{64} << 10;

constexpr std::size_t end_size = 22;
constexpr std::size_t end64_size = 56;
constexpr std::size_t locator64_size = 20;
constexpr std::size_t entry_size = 46;
constexpr std::size_t local_size = 30;
constexpr std::size_t longest_comment = 65'535;
constexpr std::uint64_t in_the_zip64_field = 0xFFFFFFFF;
constexpr int stored = 0;
constexpr int deflated = 8;

// Little-endian, at an offset that the caller has checked.
std::uint64_t number(std::string_view bytes, std::size_t offset, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i > 0; --i) {
    value = value << 8U | static_cast<unsigned char>(bytes[offset + i - 1]);
  }
  return value;
}

class file_bytes {
 public:
  file_bytes(const io::operation& op, int descriptor, std::string_view name)
      : op_(op), descriptor_(descriptor), name_(name) {}

  result<std::uint64_t> size() const {
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) return fail(io::errno_error(errno, "look at", name_));
    return static_cast<std::uint64_t>(status.st_size);
  }

  result<std::string> read(std::uint64_t offset, std::uint64_t size) const {
    const auto total = this->size();
    if (!total) return fail(total.error());
    if (offset > *total || size > *total - offset) return damaged("it is cut off");
    std::string bytes(static_cast<std::size_t>(size), '\0');
    for (std::size_t done = 0; done < bytes.size();) {
      if (auto going_on = op_.check("reading a jar"); !going_on)
        return fail(std::move(going_on.error()));
      const ssize_t got = ::pread(descriptor_, bytes.data() + done,
                                  std::min<std::size_t>(bytes.size() - done, std::size_t{1} << 20),
                                  static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return fail(io::errno_error(errno, "read", name_));
      if (got == 0) return damaged("it is cut off");  // meanwhile
      done += static_cast<std::size_t>(got);
    }
    return bytes;
  }

  tl::unexpected<error> damaged(std::string_view why) const {
    return fail(status_code::failed_precondition,
                fmt::format("{} is no readable zip file: {}", name_, why),
                "build the jar again; an upload in text mode or one that was cut off damages it");
  }

 private:
  const io::operation& op_;
  int descriptor_;
  std::string_view name_;
};

struct directory_place {
  std::uint64_t offset = 0;  // in the file
  std::uint64_t size = 0;
  std::uint64_t shift = 0;  // of all offsets: what stands before the zip
};

// The larger record of a zip with more or larger entries than the old one can count.
result<std::optional<directory_place>> find_end64(const file_bytes& file, std::uint64_t end,
                                                  std::uint64_t size32, std::uint64_t offset32) {
  if (end < locator64_size) return std::nullopt;
  const auto locator = file.read(end - locator64_size, locator64_size);
  if (!locator) return fail(locator.error());
  if (!locator->starts_with("PK\x06\x07")) return std::nullopt;
  const std::uint64_t place = number(*locator, 8, 8);
  if (place > end || end - place < end64_size) return std::nullopt;
  const auto record = file.read(place, end64_size);
  if (!record) return fail(record.error());
  if (!record->starts_with("PK\x06\x06")) return std::nullopt;
  const std::uint64_t size = number(*record, 40, 8);
  const std::uint64_t offset = number(*record, 48, 8);
  // Both records speak of one directory, or the locator is a chance hit.
  if ((size32 != in_the_zip64_field && size32 != size) ||
      (offset32 != in_the_zip64_field && offset32 != offset))
    return std::nullopt;
  if (size > place || offset > place - size)
    return file.damaged("its directory does not lie in the file");
  return directory_place{place - size, size, place - size - offset};
}

result<directory_place> find_directory(const file_bytes& file) {
  const auto total = file.size();
  if (!total) return fail(total.error());
  if (*total < end_size) return file.damaged("it is too short for one");
  const std::uint64_t tail_size = std::min<std::uint64_t>(*total, end_size + longest_comment);
  const auto tail = file.read(*total - tail_size, tail_size);
  if (!tail) return fail(tail.error());
  for (std::size_t at = tail->size() - end_size + 1; at-- > 0;) {
    if (tail->compare(at, 4, "PK\x05\x06") != 0) continue;
    const std::uint64_t end = *total - tail_size + at;
    const std::uint64_t size = number(*tail, at + 12, 4);
    const std::uint64_t offset = number(*tail, at + 16, 4);
    const bool at_the_end = at + end_size + number(*tail, at + 20, 2) == tail->size();
    auto larger = find_end64(file, end, size, offset);
    if (!larger) return fail(std::move(larger.error()));
    if (*larger) return **larger;
    if (size > end || offset > end - size) {
      if (at_the_end) return file.damaged("its directory does not lie in the file");
      continue;
    }
    const directory_place place{end - size, size, end - size - offset};
    if (at_the_end) return place;
    // Bytes behind the end, or the signature within a comment: the directory itself tells.
    if (size < 4) continue;
    const auto first = file.read(place.offset, 4);
    if (!first) return fail(first.error());
    if (*first == "PK\x01\x02") return place;
  }
  return file.damaged("it has no directory at its end");
}

// The 64-bit values of an entry whose 32-bit fields are full.
void read_zip64_field(std::string_view extra, zip_entry& entry) {
  while (extra.size() >= 4) {
    const std::uint64_t id = number(extra, 0, 2);
    const std::size_t size =
        std::min<std::size_t>(static_cast<std::size_t>(number(extra, 2, 2)), extra.size() - 4);
    std::string_view field = extra.substr(4, size);
    extra.remove_prefix(4 + size);
    if (id != 1) continue;
    for (std::uint64_t* value : {&entry.size_bytes, &entry.compressed_bytes, &entry.offset}) {
      if (*value != in_the_zip64_field || field.size() < 8) continue;
      *value = number(field, 0, 8);
      field.remove_prefix(8);
    }
    return;
  }
}

}  // namespace

result<zip_file> zip_file::open(const io::operation& op, int descriptor, std::string_view name) {
  const file_bytes file(op, descriptor, name);
  const auto place = find_directory(file);
  if (!place) return fail(place.error());
  if (place->size > largest_directory) return file.damaged("its directory is larger than 128 MiB");
  const auto directory = file.read(place->offset, place->size);
  if (!directory) return fail(directory.error());
  zip_file zip(descriptor, name);
  std::string_view rest = *directory;
  while (rest.size() >= entry_size) {
    if (auto going_on = op.check("reading a jar"); !going_on)
      return fail(std::move(going_on.error()));
    if (!rest.starts_with("PK\x01\x02")) return file.damaged("its directory is damaged");
    const std::size_t name_size = number(rest, 28, 2);
    const std::size_t extra_size = number(rest, 30, 2);
    const std::size_t whole = entry_size + name_size + extra_size + number(rest, 32, 2);
    if (whole > rest.size()) return file.damaged("its directory is damaged");
    zip_entry entry;
    entry.name = rest.substr(entry_size, name_size);
    entry.encrypted = (number(rest, 8, 2) & 1U) != 0;
    entry.method = static_cast<int>(number(rest, 10, 2));
    entry.compressed_bytes = number(rest, 20, 4);
    entry.size_bytes = number(rest, 24, 4);
    entry.offset = number(rest, 42, 4);
    read_zip64_field(rest.substr(entry_size + name_size, extra_size), entry);
    entry.offset += place->shift;
    if (entry.encrypted || (entry.method != stored && entry.method != deflated)) {
      return fail(
          status_code::failed_precondition,
          fmt::format("{} cannot be opened by Java: its entry {} is {}", name, shown(entry.name),
                      entry.encrypted ? "encrypted"
                                      : fmt::format("compressed by method {}; Java reads "
                                                    "stored (0) and deflated (8) entries",
                                                    entry.method)),
          "build the jar with the jar tool, Maven or Gradle");
    }
    if (zip.entries_.size() >= most_entries) {
      return fail(status_code::failed_precondition,
                  fmt::format("{} has more than {} entries", name, most_entries));
    }
    zip.last_of_name_[entry.name] = zip.entries_.size();
    zip.entries_.push_back(std::move(entry));
    rest.remove_prefix(whole);
  }
  if (!rest.empty()) return file.damaged("its directory is damaged");
  return zip;
}

const zip_entry* zip_file::find(const std::string& name) const {
  const auto found = last_of_name_.find(name);
  return found == last_of_name_.end() ? nullptr : &entries_[found->second];
}

result<std::string> zip_file::read(const io::operation& op, const zip_entry& entry,
                                   std::size_t limit) const {
  const file_bytes file(op, descriptor_, name_);
  const auto local = file.read(entry.offset, local_size);
  if (!local) return fail(local.error());
  if (!local->starts_with("PK\x03\x04"))
    return file.damaged(fmt::format("the entry {} is damaged", shown(entry.name)));
  const auto too_large = [&] {
    return fail(
        status_code::failed_precondition,
        fmt::format("the entry {} of {} has more than {} bytes", shown(entry.name), name_, limit));
  };
  if (entry.size_bytes > limit) return too_large();
  std::uint64_t offset = entry.offset + local_size + number(*local, 26, 2) + number(*local, 28, 2);
  if (entry.method == stored) return file.read(offset, entry.size_bytes);

  z_stream stream{};
  if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return fail(status_code::resource_exhausted, "no memory to read a jar");
  const struct end_of_stream {
    z_stream* stream;
    ~end_of_stream() { ::inflateEnd(stream); }
  } end{&stream};
  std::string text;
  std::string input;
  std::string block(block_size, '\0');
  std::uint64_t left = entry.compressed_bytes;
  for (int outcome = Z_OK; outcome != Z_STREAM_END;) {
    if (stream.avail_in == 0 && left > 0) {
      auto bytes = file.read(offset, std::min<std::uint64_t>(left, block_size));
      if (!bytes) return fail(std::move(bytes.error()));
      input = std::move(*bytes);
      offset += input.size();
      left -= input.size();
      stream.next_in = reinterpret_cast<Bytef*>(input.data());
      stream.avail_in = static_cast<uInt>(input.size());
    }
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    outcome = ::inflate(&stream, Z_NO_FLUSH);
    if (outcome != Z_OK && outcome != Z_STREAM_END)
      return file.damaged(fmt::format("the entry {} is damaged", shown(entry.name)));
    text.append(block, 0, block.size() - stream.avail_out);
    if (text.size() > limit) return too_large();
  }
  return text;
}

}  // namespace dm::package
