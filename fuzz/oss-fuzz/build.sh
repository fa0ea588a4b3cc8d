#!/bin/bash -eu
exec "$SRC/fencepost/fuzz/build.sh"
