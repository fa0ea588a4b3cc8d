// Everything that Fencepost offers, in one include.
//
//   base/     errors, key ranges, numbers with types, the runtime seam
//   store/    the store interface, and a store in memory
//   catalog/  the durable catalog of routes, how a process starts from it and keeps up with it
//   engine/   one process's picture of the catalog: who owns a key, now and at recent versions
//   fence/    who may let a write in: the published fence and the logged fence (PROTOCOL.md)
//   move/     moving a range from one group to another
//   txn/      transactions across groups
//
// Each header below stands by itself and opens with its concept, its invariant and its threading rule. What
// lies in a folder internal/ is machinery: it is not installed, and may change at any time.
#pragma once

#include "fencepost/base/asio_runtime.h"
#include "fencepost/base/compatibility.h"
#include "fencepost/base/error.h"
#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"
#include "fencepost/base/log.h"
#include "fencepost/base/route.h"
#include "fencepost/base/runtime.h"
#include "fencepost/catalog/bootstrap.h"
#include "fencepost/catalog/catalog_store.h"
#include "fencepost/catalog/codec.h"
#include "fencepost/catalog/watcher.h"
#include "fencepost/engine/engine.h"
#include "fencepost/engine/hotspot_policy.h"
#include "fencepost/engine/route_history.h"
#include "fencepost/engine/route_table.h"
#include "fencepost/fence/claims.h"
#include "fencepost/fence/logged_fence.h"
#include "fencepost/fence/owner_fence.h"
#include "fencepost/fence/ownership.h"
#include "fencepost/fence/ownership_codec.h"
#include "fencepost/fence/ownership_entry.h"
#include "fencepost/move/initial_ownership.h"
#include "fencepost/move/move_record.h"
#include "fencepost/move/move_transport.h"
#include "fencepost/move/range_mover.h"
#include "fencepost/store/memory_store.h"
#include "fencepost/store/mvcc_store.h"
#include "fencepost/txn/coordinator.h"
#include "fencepost/txn/resolver.h"
#include "fencepost/txn/retry.h"
#include "fencepost/txn/transaction.h"
#include "fencepost/txn/transaction_transport.h"
#include "fencepost/version.h"
