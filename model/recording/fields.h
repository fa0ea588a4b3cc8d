// Typed access to untrusted JSON: the value types of a recording (FORMAT.md section 2), read and written.
//
// A Field is one place in a document, with the path to it. Reading it as a type that it does not have, or
// stepping into a member that is not there, notes a Problem once and answers a harmless value; so a reader
// reads everything it needs in one go and asks at the end whether all of it was there. Nothing here throws,
// and no allocation is sized by a number in the document.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fencepost/base/route.h"
#include "fencepost/store/mvcc_store.h"

namespace fencepost::model::recording {

// The first thing found wrong with a document.
class Problem {
 public:
  bool found() const { return !reason_.empty(); }
  // A phrase such as: in.routes[2].end is missing.
  const std::string& reason() const { return reason_; }
  // Keeps the first of all reasons.
  void Note(std::string reason);

 private:
  std::string reason_;
};

class Field {
 public:
  // `document` and `problem` must outlive the field. `path` is how messages call the document; may be empty.
  Field(const nlohmann::json& document, std::string path, Problem& problem);

  // A member that has to be there.
  Field At(std::string_view member) const;
  // A member that may be missing.
  std::optional<Field> Find(std::string_view member) const;
  // The elements of a list.
  std::vector<Field> Elements() const;
  bool IsNull() const;

  std::uint64_t U64() const;
  // A small non-negative number, at most `max`.
  std::uint64_t Count(std::uint64_t max = std::numeric_limits<std::uint64_t>::max()) const;
  bool Bool() const;
  std::string Text() const;
  std::string Bytes() const;
  std::optional<std::string> BytesOrAbsent() const;
  std::vector<std::string> ListOfBytes() const;
  RouteDescriptor Descriptor() const;
  std::vector<RouteDescriptor> Descriptors() const;
  Route EngineRoute() const;

  // Checks of a type without reading a value.
  void CheckObject() const;
  void CheckNumber() const;

  const nlohmann::json& value() const { return *value_; }

  // Notes that this place is not what it should be, e.g. Reject("is not a point of section 5.7").
  void Reject(std::string_view what) const;

 private:
  void Expected(std::string_view type) const;

  const nlohmann::json* value_;  // null json once something was missing on the way here
  bool broken_ = false;          // the problem on the way here is noted already
  std::string path_;
  Problem* problem_;
};

// The inverse of the readers above.
std::string HexOf(std::string_view bytes);
nlohmann::json ToJson(std::uint64_t number);  // a string, as u64 is written
nlohmann::json ToJson(const std::optional<std::string>& bytes);
nlohmann::json ToJson(const RouteDescriptor& route);
nlohmann::json ToJson(const std::vector<RouteDescriptor>& routes);
nlohmann::json ToJson(const Route& route);
nlohmann::json ToJson(const std::vector<Route>& routes);
nlohmann::json PairsToJson(std::span<const KeyValue> pairs);

// One line of text for people and files; bytes that are not UTF-8 are replaced.
std::string OneLine(const nlohmann::json& value);

}  // namespace fencepost::model::recording
