#include "fuzz/targets.h"

#include <array>

namespace fencepost::fuzz {

std::span<const Target> AllTargets() {
  static constexpr std::array<Target, 9> kTargets = {{
      {"catalog_ops", FuzzCatalogOps},
      {"codec", FuzzCodec},
      {"codec_roundtrip", FuzzCodecRoundtrip},
      {"engine_ops", FuzzEngineOps},
      {"fence_ops", FuzzFenceOps},
      {"history", FuzzHistory},
      {"recording", FuzzRecording},
      {"scenario_file", FuzzScenarioFile},
      {"sim", FuzzSim},
  }};
  return kTargets;
}

}  // namespace fencepost::fuzz
