# Sources in the working precision of core/real.h are compiled twice: with the library in double,
# and here in float with suffixed symbols. These are all activations and losses, and every
# <folder>/lib/*_real.c, so that adding one is one new file.

# clarke_compile_twice(TARGET [FILE...]): adds the float objects to TARGET. Without files, the
# folders are searched.
function(clarke_compile_twice target)
  set(files ${ARGN})
  if(NOT files)
    file(GLOB files CONFIGURE_DEPENDS
      ${PROJECT_SOURCE_DIR}/parts/activations/*.c ${PROJECT_SOURCE_DIR}/parts/losses/*.c
      ${PROJECT_SOURCE_DIR}/parts/lib/*_real.c ${PROJECT_SOURCE_DIR}/problems/lib/*_real.c
      ${PROJECT_SOURCE_DIR}/methods/lib/*_real.c)
  endif()
  list(SORT files)
  # Their loops are over long arrays: vectorised, which changes no result without -ffast-math.
  set_source_files_properties(${files} PROPERTIES COMPILE_OPTIONS "-O3;-fno-trapping-math"
    TARGET_DIRECTORY ${target})
  add_library(${target}_single OBJECT ${files})
  target_compile_definitions(${target}_single PRIVATE CLARKE_SINGLE)
  target_include_directories(${target}_single PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target}_single PRIVATE clarke_flags GSL::gsl)
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:${target}_single>)
endfunction()
