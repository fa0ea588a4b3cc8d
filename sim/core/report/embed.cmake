# cmake -DFOLDER=FOLDER -DSCRIPTS=A.js,B.js -DTO=FILE.cc -P embed.cmake: a C++ source whose PageTemplate() answers
# the folder's page.html with its style and its scripts in it.
file(READ "${FOLDER}/page.html" page)
file(READ "${FOLDER}/page.css" style)
set(script "")
string(REPLACE "," ";" names "${SCRIPTS}")
foreach(name IN LISTS names)
  file(READ "${FOLDER}/${name}" part)
  string(APPEND script "${part}\n")
endforeach()
string(REPLACE "@STYLE@" "${style}" page "${page}")
string(REPLACE "@SCRIPT@" "${script}" page "${page}")
file(WRITE "${TO}.html" "${page}")
file(READ "${TO}.html" bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
string(REGEX REPLACE "(('.x[0-9a-f][0-9a-f]',){16})" "\\1\n    " bytes "${bytes}")
file(WRITE "${TO}" "// Made from sim/core/report/page/; edit that.
#include \"sim/core/report/page.h\"

namespace fencepost::sim {
namespace {

constexpr char kBytes[] = {
    ${bytes}};

}  // namespace

std::string_view PageTemplate() { return std::string_view(kBytes, sizeof(kBytes)); }

}  // namespace fencepost::sim
")
