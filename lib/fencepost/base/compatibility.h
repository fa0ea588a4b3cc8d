// One switch for the few places where the contract and the reference implementation part.
//
// The default is always the contract's answer. `kReference` selects what the reference did at revision
// ebdf8eb; it exists to replay its recordings and to import a catalog that it wrote, for repair. Each class
// that has the switch lists in its header exactly what it changes.
#pragma once

namespace fencepost {

enum class Compatibility {
  kNone,       // the contract
  kReference,  // the reference implementation at revision ebdf8eb
};

}  // namespace fencepost
