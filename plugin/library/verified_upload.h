// A file of this node brought to HDFS, and read back: what stands there is what was meant.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cluster/hdfs.h"
#include "library/local_digests.h"

namespace dm::library {

// path must be a name of one's own: the file is there, and empty, before its content. UNAVAILABLE:
// what HDFS has afterwards has another length or digest. What was made is left to the caller then.
result<void> upload_verified(const io::operation& op, cluster::hdfs& hdfs, const local_file& file,
                             const std::string& path, const std::string& permission);

// SHA-256 of what HDFS has of a file of that length; 64 hex digits.
result<std::string> digest_on_hdfs(const io::operation& op, cluster::hdfs& hdfs,
                                   const std::string& path, std::int64_t bytes);

}  // namespace dm::library
