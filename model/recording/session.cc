#include "model/recording/session.h"

namespace fencepost::model::recording {

CatalogStoreOptions RecordedCatalogOptions() {
  CatalogStoreOptions options;
  options.compatibility = Compatibility::kReference;
  options.max_read_attempts = 1;
  return options;
}

Session::Session()
    : catalog_(&store_, RecordedCatalogOptions()), storeless_catalog_(nullptr, RecordedCatalogOptions()) {}

CatalogStore* Session::Catalog(CatalogChoice choice) {
  switch (choice) {
    case CatalogChoice::kOfSequence:
      return &catalog_;
    case CatalogChoice::kStoreless:
      return &storeless_catalog_;
    case CatalogChoice::kAbsent:
      return nullptr;
  }
  return nullptr;
}

CatalogStore& Session::CatalogObject(CatalogChoice choice) {
  CatalogStore* const catalog = Catalog(choice);
  return catalog != nullptr ? *catalog : storeless_catalog_;
}

Engine* Session::FindEngine(const std::string& name) {
  const auto found = engines_.find(name);
  return found == engines_.end() ? nullptr : found->second.get();
}

void Session::SetEngine(const std::string& name, std::unique_ptr<Engine> engine) {
  engines_[name] = std::move(engine);
}

}  // namespace fencepost::model::recording
