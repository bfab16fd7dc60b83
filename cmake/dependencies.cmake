# SPDX-License-Identifier: Apache-2.0
# Every library we stand on: Debian 12 packages, and a few npm packages. scripts/setup installs them.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS headers json locale)
find_package(ICU 72 REQUIRED COMPONENTS uc i18n data)
find_package(SQLite3 REQUIRED)
find_package(tomlplusplus 3.3 CONFIG REQUIRED)
find_package(CLI11 2.1 CONFIG REQUIRED)
find_package(spdlog 1.10 CONFIG REQUIRED)
find_package(fmt 9 CONFIG REQUIRED)
find_package(tl-expected CONFIG REQUIRED)
find_path(MUSTACHE_INCLUDE kainjow/mustache.hpp REQUIRED)
pkg_check_modules(PQ REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(CBOR REQUIRED IMPORTED_TARGET libcbor)
pkg_check_modules(CMARK REQUIRED IMPORTED_TARGET libcmark-gfm)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(MMDB REQUIRED IMPORTED_TARGET libmaxminddb)
pkg_check_modules(GMIME REQUIRED IMPORTED_TARGET gmime-3.0)
pkg_check_modules(XML2 REQUIRED IMPORTED_TARGET libxml-2.0)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(IDN2 REQUIRED IMPORTED_TARGET libidn2)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
find_package(ZLIB REQUIRED)
find_package(yaml-cpp 0.7 CONFIG REQUIRED)

# DuckDB comes as npm packages: the library in one, its header in another of the same version.
set(AVOW_PACKAGES ${CMAKE_SOURCE_DIR}/third_party/node_modules)
set(DUCKDB_LIBRARY ${AVOW_PACKAGES}/@duckdb/node-bindings-linux-x64/libduckdb.so)
if(NOT EXISTS ${DUCKDB_LIBRARY})
  message(FATAL_ERROR "third_party/node_modules is missing: run scripts/setup")
endif()
# Its include folder holds the whole of DuckDB: the one header we use stands alone.
configure_file(${AVOW_PACKAGES}/duckdb/src/duckdb/src/include/duckdb.h
               ${CMAKE_BINARY_DIR}/generated/duckdb/duckdb.h COPYONLY)
add_library(duckdb SHARED IMPORTED GLOBAL)
set_target_properties(duckdb PROPERTIES IMPORTED_LOCATION ${DUCKDB_LIBRARY} IMPORTED_SONAME libduckdb.so)
target_include_directories(duckdb SYSTEM INTERFACE ${CMAKE_BINARY_DIR}/generated/duckdb)

if(AVOW_TESTS)
  enable_testing()
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()

add_library(mustache INTERFACE)
target_include_directories(mustache SYSTEM INTERFACE ${MUSTACHE_INCLUDE})

# Asio and Beast compile once, for every room that speaks over the network.
add_library(asio STATIC ${CMAKE_SOURCE_DIR}/third_party/asio_impl.cc)
target_compile_definitions(asio PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                                       BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(asio PUBLIC Boost::headers OpenSSL::SSL Threads::Threads)
