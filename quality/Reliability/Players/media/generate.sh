#!/usr/bin/env bash
# Two minutes of a test picture in one file, for HLS and DASH. Requires ffmpeg; the result is committed.
cd "$(dirname "$0")" && ffmpeg -y -loglevel error -f lavfi -i 'testsrc=size=64x36:rate=2:duration=120' \
  -c:v libx264 -profile:v baseline -pix_fmt yuv420p -crf 40 -g 8 -keyint_min 8 -sc_threshold 0 \
  -f dash -seg_duration 4 -single_file 1 -single_file_name stream.mp4 -hls_playlist 1 -use_timeline 1 stream.mpd
