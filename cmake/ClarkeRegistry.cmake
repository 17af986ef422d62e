# Registries are folders. Adding an item is one new file and no edit elsewhere: the folder is
# globbed (CONFIGURE_DEPENDS re-globs at every build), sorted, and a const table is generated. The
# file's stem is the item's id; a missing or misspelt descriptor is a link error that names it.

# clarke_sources(VAR FOLDER...): appends the folders' own *.c to VAR.
function(clarke_sources list_var)
  set(all ${${list_var}})
  foreach(folder IN LISTS ARGN)
    file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.c)
    list(SORT files)
    list(APPEND all ${files})
  endforeach()
  set(${list_var} ${all} PARENT_SCOPE)
endfunction()

# clarke_registry(TABLES SOURCES KIND FOLDER HEADER): appends the generated table to TABLES and the
# folder's files to SOURCES. The table is `clarke_<KIND>s`, its rows `clarke_<KIND>_<stem>`. With SINGLE
# as a last argument the table is of the float objects of cmake/ClarkeTwice.cmake, and `_single` is
# appended to both names.
function(clarke_registry tables_var sources_var kind folder header)
  file(GLOB files CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
       ${PROJECT_SOURCE_DIR}/${folder}/*.c)
  list(SORT files)
  set(all ${${sources_var}})
  set(externs "")
  set(rows "")
  set(suffix "")
  if("SINGLE" IN_LIST ARGN)
    set(suffix _single)
  endif()
  foreach(file IN LISTS files)
    get_filename_component(stem ${file} NAME_WE)
    if(NOT stem MATCHES "^[a-z][a-z0-9_]*$")
      message(FATAL_ERROR "${file}: an item's id is lower_snake_case")
    endif()
    string(APPEND externs "extern const clarke_${kind}_desc clarke_${kind}_${stem}${suffix};\n")
    string(APPEND rows "    {\"${stem}\", \"${file}\", &clarke_${kind}_${stem}${suffix}},\n")
    if(NOT suffix)
      list(APPEND all ${PROJECT_SOURCE_DIR}/${file})
    endif()
  endforeach()
  list(LENGTH files count)
  set(plural ${kind}s)
  if(kind STREQUAL "loss")
    set(plural losses)
  endif()
  if(count EQUAL 0)
    set(include "")
  else()
    set(include "#include \"${header}\"\n")
  endif()
  if(suffix)
    string(PREPEND include "#define CLARKE_SINGLE\n")
  endif()
  string(APPEND rows "    {0}\n")
  set(generated ${PROJECT_BINARY_DIR}/generated/clarke_${kind}${suffix}_table.c)
  file(CONFIGURE OUTPUT ${generated} CONTENT
"/* Generated from ${folder}/ by cmake/ClarkeRegistry.cmake. */
${include}#include \"core/registry.h\"

${externs}
static const clarke_entry entries[] = {
${rows}};

const clarke_registry clarke_${plural}${suffix} = {\"${kind}\", ${count}, entries};
" @ONLY)
  set(${sources_var} ${all} PARENT_SCOPE)
  set(${tables_var} ${${tables_var}} ${generated} PARENT_SCOPE)
endfunction()
