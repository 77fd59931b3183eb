#!/bin/sh
# From a data folder to the weights that ship. Run it again to go on after an interruption.
set -eu
data=$1 base=$2 run=$3 out=$4
# Without these, glibc gives every large tensor back to the system and a step takes a third
# longer; one arena and a limit keep it from holding on to 12 GB instead. A waiting thread that
# sleeps leaves its core to the thread it is waiting for.
export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=3000000000 MALLOC_ARENA_MAX=1 OMP_WAIT_POLICY=passive
python -m training.train "$data" --base "$base" --out "$run/first" --course first \
    --minutes "${MINUTES:-95}" --cache "$run/cache"
python -m training.train "$data" --base "$run/first/final" --out "$run/second" --course second \
    --minutes "${MINUTES:-95}" --cache "$run/cache" --rate 1.2e-4 --seed 29
python -m training.average "$run/first/final" "$run/second/final" "$run/mean"
python -m training.export "$run/mean" "$out"
python -m training.no_answer "$out" "$data"
