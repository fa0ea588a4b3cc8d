#!/bin/bash -eu
# What OSS-Fuzz and ClusterFuzzLite run. They set SRC, WORK, OUT, CC, CXX, CXXFLAGS (with the sanitizer and the
# coverage) and LIB_FUZZING_ENGINE, and expect in OUT, for each target: the program, NAME.options, NAME.dict and
# NAME_seed_corpus.zip. .ci/fuzz-check calls it the same way.
cd "$(dirname "$0")/.."

# The packaged Abseil, fmt and RapidCheck are built with libstdc++.
CXXFLAGS=${CXXFLAGS//-stdlib=libc++/}

cmake -S . -B "$WORK/build" -G Ninja \
  -DCMAKE_CXX_COMPILER="$CXX" -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS="$CXXFLAGS" \
  -DFENCEPOST_BUILD_PROGRAM=OFF -DFENCEPOST_BUILD_FUZZERS=ON \
  -DFENCEPOST_FUZZING_ENGINE="$LIB_FUZZING_ENGINE" -DFENCEPOST_BATCHED=ON \
  -DCMAKE_BUILD_RPATH='$ORIGIN/lib' -DCMAKE_EXE_LINKER_FLAGS=-Wl,--disable-new-dtags

targets=()
for options in fuzz/options/*.options; do targets+=("$(basename "$options" .options)"); done
cmake --build "$WORK/build" --target "${targets[@]}"

for target in "${targets[@]}"; do
  cp "$WORK/build/fuzz/$target" "fuzz/options/$target.options" "$OUT/"
  if [ -e "fuzz/dictionaries/$target.dict" ]; then cp "fuzz/dictionaries/$target.dict" "$OUT/"; fi
  rm -f "$OUT/${target}_seed_corpus.zip"
  (cd "fuzz/corpus/${target#fuzz_}" && zip -q -r "$OUT/${target}_seed_corpus.zip" .)
done

# The run-time image has none of the packages: the shared libraries go along, and the programs look there.
mkdir -p "$OUT/lib"
for target in "${targets[@]}"; do
  ldd "$WORK/build/fuzz/$target" | awk '$3 ~ /lib(absl|fmt|xxhash|stdc\+\+)/ { print $3 }' |
    xargs -r cp -n -L -t "$OUT/lib"
done
