// engine_ops: snapshots, accesses, ring depths and fence checks against an engine, beside the naive one. Any
// difference in an answer, in the whole visible state, or in a snapshot held since earlier is a finding.
#include <sstream>

#include "fuzz/byte_reader.h"
#include "fuzz/finding.h"
#include "fuzz/read_routes.h"
#include "fuzz/targets.h"

namespace fencepost::fuzz {

void FuzzEngineOps(Input input) {
  constexpr std::size_t kMostCommands = 24;
  ByteReader bytes(input);
  property::EngineLockstep lockstep(ReadEngineSetup(&bytes));
  for (std::size_t i = 0; i < kMostCommands && !bytes.empty(); ++i) {
    const property::EngineCommand command = ReadEngineCommand(&bytes);
    const model::Difference difference = lockstep.Step(command);
    if (!difference.has_value()) continue;
    std::ostringstream where;
    where << "command " << i + 1 << ", " << command;
    RequireNoDifference(difference, where.str());
  }
  RequireNoDifference(lockstep.Finish(), "at the end");
}

}  // namespace fencepost::fuzz
