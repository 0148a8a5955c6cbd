// A file on HDFS that is there whole or not at all: the one way in which documents get their names.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "cluster/hdfs.h"

namespace dm::component {

// Written under a name of its own that begins with a dot, which no reader looks at, and renamed:
// a created file exists, empty, before its content. The errors are those of hdfs::create and
// hdfs::rename; what is left of the temporary file is removed then, best effort.
result<void> place_file(const io::operation& op, cluster::hdfs& hdfs, const std::string& directory,
                        std::string_view name, std::string_view content,
                        cluster::hdfs::rename_option option);

// One that whoever wrote it did not live to rename.
bool is_temporary_name(std::string_view name);

}  // namespace dm::component
