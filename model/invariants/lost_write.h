// No lost write: every append that a client was told of is in the final list of its key, exactly once.
//
// Cruder than isolation, and independent of it: it needs no reads, and names the write that is gone. The
// final lists are what the owners hold once everything is at rest.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "fencepost/base/ids.h"
#include "model/invariants/violation.h"

namespace fencepost::model {

// An append whose transaction a client was told is committed. Elements of one key are all different.
struct AcknowledgedAppend {
  std::string key;
  std::int64_t element = 0;
  std::string client;  // who was told
};

struct FinalList {
  GroupId owner;
  std::vector<std::int64_t> elements;
};

// `finals` has every key that has an owner with a list of it. The first loss or repetition in the order of
// `told`. O(told * list).
Verdict CheckNoLostWrite(std::span<const AcknowledgedAppend> told,
                         const std::map<std::string, FinalList>& finals);

}  // namespace fencepost::model
