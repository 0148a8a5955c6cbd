// Writes its arguments, each ended by a zero byte, into the file that the first one names: what
// execve really handed over.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <string>

int main(int count, char** arguments) {
  if (count < 2) return 2;
  // Under another name first, so that a reader never sees half of it.
  const std::string path = arguments[1];
  const std::string unfinished = path + ".part";
  std::FILE* file = std::fopen(unfinished.c_str(), "wb");
  if (file == nullptr) return 1;
  for (int i = 2; i < count; ++i) {
    std::fputs(arguments[i], file);
    std::fputc('\0', file);
  }
  if (std::fclose(file) != 0) return 1;
  return std::rename(unfinished.c_str(), path.c_str()) == 0 ? 0 : 1;
}
