# SPDX-License-Identifier: Apache-2.0
# A room is one static library made of every .cc file in its folder. USES names the rooms it may
# include (tools/tidy checks the same table against the includes); LIBRARIES are private to it.
# Unit tests are the *_test.cc beside the code and link into one program per room.
# TEST_ENGINES: some of the tests run on PostgreSQL too; those run in one program, on one cluster.
# SQL files (sql/<function>.sql) become constants in a generated header <room>/statements.hh.

function(avow_room name)
  cmake_parse_arguments(ROOM "TEST_ENGINES" "" "USES;LIBRARIES;TEST_USES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")

  file(GLOB statements CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/sql/*.sql)
  if(statements)
    avow_statements(${name} "${statements}")
  endif()

  if(NOT sources)
    add_library(avow_${name} INTERFACE)
    return()
  endif()
  add_library(avow_${name} STATIC ${sources})
  target_include_directories(avow_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)
  foreach(used ${ROOM_USES})
    target_link_libraries(avow_${name} PUBLIC avow_${used})
  endforeach()
  target_link_libraries(avow_${name} PRIVATE ${ROOM_LIBRARIES})

  if(AVOW_TESTS AND tests)
    add_executable(${name}_tests ${tests})
    target_link_libraries(${name}_tests PRIVATE avow_${name} ${ROOM_LIBRARIES} GTest::gmock
                                                GTest::gtest_main)
    foreach(used ${ROOM_TEST_USES})
      target_link_libraries(${name}_tests PRIVATE avow_${used})
    endforeach()
    target_compile_definitions(${name}_tests PRIVATE AVOW_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    gtest_discover_tests(${name}_tests TEST_PREFIX "${name}/" TEST_FILTER "-*postgres*" DISCOVERY_TIMEOUT 60
                         PROPERTIES LABELS unit TIMEOUT 300)
    if(ROOM_TEST_ENGINES)
      add_test(NAME ${name}/@postgres COMMAND ${name}_tests --gtest_filter=*postgres*)
      set_tests_properties(${name}/@postgres PROPERTIES LABELS unit TIMEOUT 600)
    endif()
  endif()
endfunction()

# One `inline constexpr std::string_view` per SQL file, named after the function that runs it.
function(avow_statements room files)
  set(header "#pragma once\n// Generated from src/${room}/sql by cmake/room.cmake.\n#include <string_view>\n")
  string(APPEND header "namespace avow::${room}::statements {\n")
  foreach(file ${files})
    get_filename_component(statement ${file} NAME_WE)
    file(READ ${file} text)
    string(STRIP "${text}" text)
    string(APPEND header "inline constexpr std::string_view ${statement} = R\"sql(${text})sql\";\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  string(APPEND header "}  // namespace avow::${room}::statements\n")
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/${room}/statements.hh CONTENT "${header}" @ONLY)
endfunction()
