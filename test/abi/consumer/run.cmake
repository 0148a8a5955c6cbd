# Installs this project into a folder of its own, moves it, and builds the consumer against it: once by find_package, once
# by pkg-config. Run as: cmake -D... -P run.cmake
#   BUILD  this project's build folder;  WORK_DIRECTORY, SOURCE, C_COMPILER, CONFIGURATION
file(REMOVE_RECURSE ${WORK_DIRECTORY})
file(MAKE_DIRECTORY ${WORK_DIRECTORY})

function(run)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${WORK_DIRECTORY} RESULT_VARIABLE code OUTPUT_VARIABLE output
                  ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command} ended with ${code}:\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK_DIRECTORY}/first --config "${CONFIGURATION}")
file(RENAME ${WORK_DIRECTORY}/first ${WORK_DIRECTORY}/installed)
file(GLOB_RECURSE plugin ${WORK_DIRECTORY}/installed/flink.so)
file(GLOB_RECURSE guard ${WORK_DIRECTORY}/installed/flink-guard)
file(GLOB_RECURSE pkgconfig ${WORK_DIRECTORY}/installed/dm-plugin.pc)
if(NOT plugin MATCHES "/deployment-manager/plugins/flink.so$" OR NOT guard MATCHES "/deployment-manager/bin/flink-guard$")
  message(FATAL_ERROR "flink.so or flink-guard is not where it belongs: '${plugin}' '${guard}'")
endif()
run(${guard} --help)

run(${CMAKE_COMMAND} -S ${SOURCE} -B by_cmake -D CMAKE_PREFIX_PATH=${WORK_DIRECTORY}/installed
    -D CMAKE_C_COMPILER=${C_COMPILER})
run(${CMAKE_COMMAND} --build by_cmake)
run(by_cmake/host by_cmake/empty.so ${plugin})
if(NOT output MATCHES "\"name\":\"empty\"" OR NOT output MATCHES "\"name\":\"flink\"")
  message(FATAL_ERROR "the host built by find_package printed: ${output}")
endif()

get_filename_component(pkgconfig ${pkgconfig} DIRECTORY)
set(ENV{PKG_CONFIG_PATH} ${pkgconfig})
run(pkg-config --exact-version=1.1 dm-plugin)
run(pkg-config --cflags dm-plugin)
string(STRIP "${output}" flags)
separate_arguments(flags UNIX_COMMAND "${flags}")
run(pkg-config --variable=versionscript dm-plugin)
string(STRIP "${output}" version_script)
run(${C_COMPILER} -std=c11 -shared -fPIC ${flags} ${SOURCE}/plugin.c -o empty.so -Wl,--version-script,${version_script})
run(${C_COMPILER} -std=gnu11 ${flags} ${SOURCE}/host.c -o host -ldl)
run(./host ./empty.so ${plugin})
if(NOT output MATCHES "\"name\":\"flink\"")
  message(FATAL_ERROR "the host built by pkg-config printed: ${output}")
endif()
file(REMOVE_RECURSE ${WORK_DIRECTORY})
