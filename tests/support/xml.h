// What an XML parser that is not ours (libxml2's xmllint) says of a text.
#pragma once

#include <fstream>
#include <string>

#include "tests/support/run_shell.h"
#include "tests/support/scratch_path.h"

namespace fencepost {

// Empty when the text is well-formed and, with a schema (a path), valid; else what is wrong. A machine
// without xmllint (Debian: libxml2-utils) is a failure, not a pass.
inline std::string XmlMistakes(const std::string& xml, const std::string& schema = "") {
  const std::string path = ScratchPath("document.xml");
  std::ofstream(path, std::ios::binary) << xml;
  const std::string option = schema.empty() ? "" : " --schema " + schema;
  const ProgramRun run = RunShell("xmllint --nonet --noout" + option + " " + path);
  if (run.exit_status == 0) return "";
  return run.output.empty() ? "xmllint failed" : run.output;
}

inline std::string JUnitMistakes(const std::string& xml) {
  return XmlMistakes(xml, std::string(FENCEPOST_SOURCE_DIR) + "/tests/data/junit/junit.xsd");
}

}  // namespace fencepost
