# SPDX-License-Identifier: Apache-2.0
# Puts every file below the folders, and files named one by one, into the program: a library with a
# table of (path, bytes), each path relative to the root, without the steps that lead out of it. The
# bytes come in by the assembler's .incbin, which is quick for any size.

function(avow_embed target root)
  set(generated ${CMAKE_BINARY_DIR}/generated/${target})
  set(assembly ".section .rodata\n")
  set(table "#include \"base/embedded.hh\"\n\nextern \"C\" {\n")
  set(rows "")
  set(number 0)
  set(depends "")
  foreach(folder ${ARGN})
    if(IS_DIRECTORY ${root}/${folder} OR NOT EXISTS ${root}/${folder})
      file(GLOB_RECURSE found RELATIVE ${root} CONFIGURE_DEPENDS ${root}/${folder}/*)
      list(APPEND files ${found})
    else()
      list(APPEND files ${folder})
    endif()
  endforeach()
  foreach(file ${files})
    string(APPEND assembly ".global avow_file_${number}\n.global avow_file_${number}_end\n"
                           "avow_file_${number}:\n.incbin \"${root}/${file}\"\navow_file_${number}_end:\n.byte 0\n")
    string(APPEND table "extern const char avow_file_${number}[];\nextern const char avow_file_${number}_end[];\n")
    string(REGEX REPLACE "^(\\.\\./)+" "" key ${file})
    string(APPEND rows "    {\"${key}\", {avow_file_${number}, avow_file_${number}_end}},\n")
    list(APPEND depends ${root}/${file})
    math(EXPR number "${number} + 1")
  endforeach()
  string(APPEND assembly ".section .note.GNU-stack,\"\",@progbits\n")
  string(APPEND table "}\n\nnamespace avow {\n\nconst std::map<std::string_view, std::string_view>& embedded_files() {\n"
                      "    static const std::map<std::string_view, std::string_view> files{\n${rows}    };\n"
                      "    return files;\n}\n\n}  // namespace avow\n")
  file(CONFIGURE OUTPUT ${generated}/files.S CONTENT "${assembly}" @ONLY)
  file(CONFIGURE OUTPUT ${generated}/files.cc CONTENT "${table}" @ONLY)
  set_source_files_properties(${generated}/files.S PROPERTIES OBJECT_DEPENDS "${depends}")
  add_library(${target} STATIC ${generated}/files.S ${generated}/files.cc)
  target_link_libraries(${target} PUBLIC avow_base)
endfunction()
