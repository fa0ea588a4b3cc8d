// The marks of what happens to saves, which need to know more than who saves does: hit as the events of the
// catalog come in.
//
// Single-threaded.
#pragma once

#include <map>
#include <set>

#include "sim/core/simulation/stage.h"
#include "sim/world/events/catalog_events.h"
#include "sim/world/store/catalog_record.h"

namespace fencepost::sim {

class SaveMarks {
 public:
  // Nothing is owned.
  SaveMarks(Stage* stage, const CatalogRecord* record);
  SaveMarks(const SaveMarks&) = delete;  // subscriptions point at it
  SaveMarks& operator=(const SaveMarks&) = delete;

 private:
  void OnBegan(const SaveBegan& began);
  void OnEnded(const SaveEnded& ended);
  void OnBootstrapEnded(const SaveEnded& ended);

  Stage* stage_;
  const CatalogRecord* record_;
  std::set<SaveToken> landed_;
  std::set<SaveToken> ended_;
  std::set<SaveToken> answer_lost_;
  std::set<SaveToken> over_nothing_;  // bootstraps that began before the first version
  std::map<SaveToken, Version> expected_;
};

}  // namespace fencepost::sim
