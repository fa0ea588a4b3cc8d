// What a simulation is made of, as descriptors with stable names: kinds of faults, marks, invariants, actors
// and events.
//
// A descriptor is a constant beside the code that it describes, and counts for a simulation once that has
// registered it (vocabulary.h). Hashes, draws and files know it by its name alone: never by its place among
// others, its address, or the order of registration. So adding one changes nothing for runs that do not use
// it, and renaming one is a change of format.
//
// Names are lower-case words joined by hyphens, e.g. "network-drop".
//
// Thread-safe: constants.
#pragma once

#include <cstdint>
#include <string_view>

namespace fencepost::sim {

// The stable hash of a name: 64-bit FNV-1a of its bytes (Fowler, Noll, Vo).
constexpr std::uint64_t NameKey(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return hash;
}

// Something that the world may do to the code under test.
struct FaultKind {
  constexpr FaultKind(const char* the_name, std::string_view the_family, std::string_view the_summary)
      : name(the_name), family(the_family), summary(the_summary), label(the_name), key(NameKey(the_name)) {}

  std::string_view name;     // as in scenario files
  std::string_view family;   // groups them in listings, e.g. "network"
  std::string_view summary;  // one line
  const char* label;         // the name, as draws want it
  std::uint64_t key;
};

// A situation that runs must sometimes reach for their passing to mean anything.
struct MarkKind {
  constexpr MarkKind(std::string_view the_name, std::string_view the_summary)
      : name(the_name), summary(the_summary), key(NameKey(the_name)) {}

  std::string_view name;
  std::string_view summary;
  std::uint64_t key;
};

// A sentence that has to be true of every run.
struct InvariantKind {
  constexpr InvariantKind(std::string_view the_name, std::string_view the_summary)
      : name(the_name), summary(the_summary), key(NameKey(the_name)) {}

  std::string_view name;
  std::string_view summary;
  std::uint64_t key;
};

// Whoever acts. Actors of a kind are called after it: "node-1", "node-2".
struct ActorKind {
  constexpr ActorKind(std::string_view the_name, std::string_view the_summary)
      : name(the_name), summary(the_summary), key(NameKey(the_name)) {}

  std::string_view name;
  std::string_view summary;
  std::uint64_t key;
};

// Something that happens. Each kind is the type of its events (event.h).
struct EventKind {
  // `category`: what reports colour and filter by, e.g. "client".
  constexpr EventKind(std::string_view the_name, std::string_view the_category)
      : name(the_name), category(the_category), key(NameKey(the_name)) {}

  std::string_view name;
  std::string_view category;
  std::uint64_t key;
};

}  // namespace fencepost::sim
