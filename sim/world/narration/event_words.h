// The events of this world in words: one clause each, in plain English, that names the actor.
//
// This is the only place where they are put into words. Nothing reads them back: reports decide by the events
// themselves, and words may change without changing anything else.
//
// Thread-safe: registration aside, pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/runtime/trace.h"
#include "sim/core/vocabulary/vocabulary.h"
#include "sim/world/events/client_events.h"

namespace fencepost::sim {

// Registers every event type of sim/world/events that a trace can have, with its words. The files are called
// after those of the events: catalog_words.cc for events/catalog_events.h.
void AddEventWords(Vocabulary* vocabulary);

void AddCatalogWords(Vocabulary* vocabulary);
void AddClientWords(Vocabulary* vocabulary);
void AddGroupWords(Vocabulary* vocabulary);
void AddMoveWords(Vocabulary* vocabulary);
void AddNodeWords(Vocabulary* vocabulary);
void AddWorldWords(Vocabulary* vocabulary);

// "node-1", or "the world".
std::string NameIn(const Trace& trace, ActorId actor);

// "1 route", "2 routes". REQUIRES: the plural of `noun` has an s.
std::string Counted(std::uint64_t count, std::string_view noun);

// "append 1 to k000, read k001"; with what each step saw: "append 1 to k000, k001 was [2 3]".
std::string DescribeSteps(const std::vector<ListStep>& steps);
std::string DescribeSteps(const TransactionCommitted& committed);

// "read k7", "write 3 to k7", "compare-and-set k7 from 2 to 3".
std::string DescribeRegisterUse(const RegisterBegan& began);
// "read k7 as 3", "written k7", "compared and set k7": what it has done.
std::string DescribeRegisterUse(const RegisterDone& done);

}  // namespace fencepost::sim
