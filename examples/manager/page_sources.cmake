# Writes OUTPUT, a C++ file that holds the texts of FILES: a script, run while building.
set(text "// Made by page_sources.cmake from the folder page.
#include \"routes/page_sources.h\"

namespace manager {

const std::vector<page_source>& page_sources() {
  static const std::vector<page_source> all = {
")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  file(READ ${file} content)
  string(FIND "${content}" ")page_text\"" mark)
  if(NOT mark EQUAL -1)
    message(FATAL_ERROR "${file}: the text )page_text\" cannot be in it")
  endif()
  string(APPEND text "      {\"${name}\", R\"page_text(${content})page_text\"},\n")
endforeach()
string(APPEND text "  };
  return all;
}

}  // namespace manager
")
file(WRITE ${OUTPUT} "${text}")
