// catalog_ops: saves, raw writes, damaged records and compactions against the catalog and its store, beside
// the naive ones. Any difference in an answer, or in what a reader sees at any timestamp, is a finding.
#include <sstream>

#include "fuzz/byte_reader.h"
#include "fuzz/finding.h"
#include "fuzz/read_routes.h"
#include "fuzz/targets.h"

namespace fencepost::fuzz {

void FuzzCatalogOps(Input input) {
  constexpr std::size_t kMostCommands = 24;
  ByteReader bytes(input);
  property::CatalogLockstep lockstep(ReadCatalogSetup(&bytes));
  for (std::size_t i = 0; i < kMostCommands && !bytes.empty(); ++i) {
    const property::CatalogCommand command = ReadCatalogCommand(&bytes);
    const model::Difference difference = lockstep.Step(command);
    if (!difference.has_value()) continue;
    std::ostringstream where;
    where << "command " << i + 1 << ", " << command;
    RequireNoDifference(difference, where.str());
  }
  RequireNoDifference(lockstep.Finish(), "at the end");
}

}  // namespace fencepost::fuzz
