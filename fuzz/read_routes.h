// Routes, and what engines and catalogs are asked to do with them, out of a fuzzer's bytes: the commands of
// tests/property's locksteps, which RapidCheck draws there.
//
// Keys come from AllKeys(), numbers are small or at the far end, so that commands meet what earlier ones
// left.
#pragma once

#include "fuzz/byte_reader.h"
#include "tests/property/catalog_lockstep.h"
#include "tests/property/engine_lockstep.h"
#include "tests/property/generators.h"

namespace fencepost::fuzz {

property::CatalogSetup ReadCatalogSetup(ByteReader* bytes);
property::CatalogCommand ReadCatalogCommand(ByteReader* bytes);

property::EngineSetup ReadEngineSetup(ByteReader* bytes);
property::EngineCommand ReadEngineCommand(ByteReader* bytes);

}  // namespace fencepost::fuzz
