#!/bin/sh
# From a data folder to the weights that ship. Run it again to go on after an interruption.
set -eu
data=$1 base=$2 run=$3 out=$4
# Without these, glibc gives every large tensor back to the system and a step takes a third
# longer; a waiting thread that sleeps leaves its core to the thread it is waiting for.
export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=68719476736 OMP_WAIT_POLICY=passive
python -m training.train "$data" --base "$base" --out "$run" --minutes "${MINUTES:-100}"
python -m training.export "$run/final" "$out"
python -m training.no_answer "$out" "$data"
