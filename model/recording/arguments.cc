#include "model/recording/arguments.h"

#include <fmt/format.h>

namespace fencepost::model::recording {
namespace {

constexpr const char* kDefaultEngine = "e";

Injection ReadInjection(const Field& write) {
  const Field op = write.At("op");
  const std::string name = op.Text();
  if (name == "raw_put") {
    return InjectedPut{write.At("key").Bytes(), write.At("value").Bytes(), Timestamp(write.At("ts").U64())};
  }
  if (name == "raw_delete") {
    return InjectedDelete{write.At("key").Bytes(), Timestamp(write.At("ts").U64())};
  }
  if (name == "compact") {
    return InjectedCompaction{Timestamp(write.At("min_ts").U64())};
  }
  op.Reject("is not raw_put, raw_delete or compact");
  return InjectedCompaction{};
}

}  // namespace

std::string EngineNameIn(const Field& in) {
  const std::optional<Field> engine = in.Find("engine");
  return engine.has_value() ? engine->Text() : kDefaultEngine;
}

std::optional<std::string> EngineNameOrNoneIn(const Field& in) {
  const std::optional<Field> engine = in.Find("engine");
  if (engine.has_value() && engine->IsNull()) {
    return std::nullopt;
  }
  return EngineNameIn(in);
}

Answer NoSuchEngine(const std::string& name) {
  Answer answer;
  answer.bad_input = fmt::format("engine \"{}\" was not made in this sequence", name);
  return answer;
}

CatalogChoice CatalogIn(const Field& in) {
  const std::optional<Field> catalog = in.Find("catalog");
  if (!catalog.has_value()) {
    return CatalogChoice::kOfSequence;
  }
  if (catalog->IsNull()) {
    return CatalogChoice::kAbsent;
  }
  if (catalog->value() != "storeless") {
    catalog->Reject("is neither null nor \"storeless\"");
  }
  return CatalogChoice::kStoreless;
}

Race RaceIn(const Field& in) {
  Race race;
  const Field point = in.At("point");
  const std::string name = point.Text();
  if (const auto known = RacePointFromName(name)) {
    race.point = *known;
  } else {
    point.Reject("is not after_read_ts, before_scan, before_commit_ts or before_apply");
  }
  for (const Field& write : in.At("inject").Elements()) {
    race.injections.push_back(ReadInjection(write));
  }
  return race;
}

}  // namespace fencepost::model::recording
