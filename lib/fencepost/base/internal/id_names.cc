#include "fencepost/base/internal/id_names.h"

namespace fencepost {

std::string NameOf(Version version) { return "version " + std::to_string(version.value); }

std::string NameOf(GroupId group) { return "group " + std::to_string(group.value); }

}  // namespace fencepost
