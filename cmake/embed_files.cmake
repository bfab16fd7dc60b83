# SPDX-License-Identifier: Apache-2.0
# avow_embed_files(target function NAME FILE NAME FILE …): a library with a function that gives the
# bytes of these files by name. `function` is declared by the room that uses it.

function(avow_embed_files target function)
  set(generated ${CMAKE_BINARY_DIR}/generated/${target})
  set(assembly ".section .rodata\n")
  set(externs "")
  set(rows "")
  set(depends "")
  set(pairs ${ARGN})
  while(pairs)
    list(POP_FRONT pairs name file)
    string(MAKE_C_IDENTIFIER "${target}_${name}" symbol)
    string(APPEND assembly ".global ${symbol}\n.global ${symbol}_end\n"
                           "${symbol}:\n.incbin \"${file}\"\n${symbol}_end:\n.byte 0\n")
    string(APPEND externs "extern const char ${symbol}[];\nextern const char ${symbol}_end[];\n")
    string(APPEND rows "    if (name == \"${name}\") return {${symbol}, ${symbol}_end};\n")
    list(APPEND depends ${file})
  endwhile()
  string(APPEND assembly ".section .note.GNU-stack,\"\",@progbits\n")
  file(CONFIGURE OUTPUT ${generated}/files.S CONTENT "${assembly}" @ONLY)
  file(CONFIGURE OUTPUT ${generated}/files.cc CONTENT "#include <string_view>\n
extern \"C\" {\n${externs}}\n\nnamespace avow {\n
std::string_view ${function}(std::string_view name);
std::string_view ${function}(std::string_view name) {\n${rows}    return {};\n}\n\n}  // namespace avow\n" @ONLY)
  set_source_files_properties(${generated}/files.S PROPERTIES OBJECT_DEPENDS "${depends}")
  add_library(${target} STATIC ${generated}/files.S ${generated}/files.cc)
endfunction()
