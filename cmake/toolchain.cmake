# SPDX-License-Identifier: Apache-2.0
# Compiler, linker and warnings: the same for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD AND NOT AVOW_SANITIZE)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wshadow -Wconversion -Wswitch-enum -Wnon-virtual-dtor -Werror
                    -fstack-protector-strong -fno-omit-frame-pointer)
add_link_options(-Wl,-z,relro,-z,now)
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  # Line tables only: stack traces stay readable and the build stays quick.
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -D_FORTIFY_SOURCE=2")
  set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g1 -D_FORTIFY_SOURCE=2")
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 warns of these inside the headers of the standard library and of ICU; clang watches ours.
  add_compile_options(-Wno-conversion -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds
                      -Wno-dangling-pointer -Wno-stringop-overread -Wno-free-nonheap-object)
endif()
if(AVOW_SANITIZE)
  add_compile_options(-fsanitize=${AVOW_SANITIZE} -fno-sanitize-recover=all -U_FORTIFY_SOURCE)
  add_link_options(-fsanitize=${AVOW_SANITIZE})
endif()
if(AVOW_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(AVOW_FAULTS)
  add_compile_definitions(AVOW_FAULTS=1)
endif()
