include(Precompile)

# dm_add_room(<folder> SOURCES <files> ROOMS <folders> [PUBLIC <targets>] [PRIVATE <targets>])
#
# A static library dm_<folder> of the folder the call stands in. ROOMS are the only other folders of the plugin whose
# headers its files may include; a file that includes another one ends the configuration with the file's name, and so does
# a room that is not there yet, so that the arrows point one way only.
function(dm_add_room folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;ROOMS;PUBLIC;PRIVATE" ${ARGN})
  set(name dm_${folder})
  add_library(${name} STATIC ${ARG_SOURCES})
  foreach(room ${ARG_ROOMS})
    if(NOT TARGET dm_${room})
      message(FATAL_ERROR "${folder} may not use ${room}: it is no room below it")
    endif()
    target_link_libraries(${name} PUBLIC dm_${room})
  endforeach()
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE dm_warnings ${ARG_PRIVATE})
  dm_precompile(${name})
  # "io/error.h": every folder hands out its own headers under its own name, and nothing else.
  set(headers ${CMAKE_BINARY_DIR}/include/${name})
  file(MAKE_DIRECTORY ${headers})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${headers}/${folder} SYMBOLIC)
  target_include_directories(${name} PUBLIC ${headers})
  dm_check_includes(${folder} "${ARG_ROOMS}")
endfunction()

# What a room may use is less than what the compiler would find: the headers of its rooms lead to those of theirs.
function(dm_check_includes folder rooms)
  get_property(all GLOBAL PROPERTY DM_ROOMS)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.h ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  # A change of an include is looked at again without a call of cmake.
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${files})
  foreach(file ${files})
    file(STRINGS ${file} lines REGEX "^#include \"[a-z_]+/")
    foreach(line ${lines})
      string(REGEX REPLACE "^#include \"([a-z_]+)/.*" "\\1" included "${line}")
      if(included IN_LIST all AND NOT included STREQUAL folder AND NOT included IN_LIST rooms)
        cmake_path(GET file FILENAME short)
        string(REPLACE ";" ", " allowed "${rooms}")
        message(FATAL_ERROR "plugin/${folder}/${short}: ${line} is against the arrows; ${folder} may use: ${allowed}")
      endif()
    endforeach()
  endforeach()
endfunction()
