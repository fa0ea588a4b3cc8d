// The numbers of the catalog in the words of error messages: "version 7", "group 2".
#pragma once

#include <string>

#include "fencepost/base/ids.h"

namespace fencepost {

std::string NameOf(Version version);
std::string NameOf(GroupId group);

}  // namespace fencepost
