#include "fuzz/targets.h"

#include <array>

namespace fencepost::fuzz {

std::span<const Target> AllTargets() {
  static constexpr std::array<Target, 11> kTargets = {{
      {"catalog_ops", FuzzCatalogOps},
      {"codec", FuzzCodec},
      {"codec_roundtrip", FuzzCodecRoundtrip},
      {"engine_ops", FuzzEngineOps},
      {"explore_file", FuzzExploreFile},
      {"fence_ops", FuzzFenceOps},
      {"history", FuzzHistory},
      {"recording", FuzzRecording},
      {"repro_file", FuzzReproFile},
      {"scenario_file", FuzzScenarioFile},
      {"sim", FuzzSim},
  }};
  return kTargets;
}

}  // namespace fencepost::fuzz
