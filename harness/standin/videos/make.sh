#!/bin/sh
# Draws the videos that the stand-in serves: a sunrise over hills, for every length and shape that
# Kling makes. Needs Debian's ffmpeg (apt-get install ffmpeg). Run it in this folder.
#
#   sky: night and day, the day fading in    sun: rises from behind the hills
#   hills: two ridges that drift at different speeds
set -eu
cd "$(dirname "$0")"

layers=$(mktemp -d)
trap 'rm -rf "$layers"' EXIT

draw() { # name width height geq-expressions
	ffmpeg -v error -y -f lavfi -i "color=black:s=$2x$3,format=rgba,geq=$4" -frames:v 1 "$layers/$1.png"
}

film() { # shape width height
	shape=$1 w=$2 h=$3 wide=$(($2 * 2)) sun=$(($3 * 9 / 5))

	draw night "$w" "$h" "r='24+170*pow(Y/H,2.2)':g='26+72*pow(Y/H,1.8)':b='74+36*Y/H':a=255"
	draw day "$w" "$h" "r='92+163*pow(Y/H,1.3)':g='160+62*pow(Y/H,1.2)':b='226-46*Y/H':a=255"
	# A disc with a soft edge in a wide glow; r is the distance from its middle, in heights of the picture.
	draw sun "$sun" "$sun" "r=255:g='238-60*min(1,hypot(X-W/2,Y-H/2)/$h*2.4)':b='196-130*min(1,hypot(X-W/2,Y-H/2)/$h*2.4)':a='255*max(clip((0.115-hypot(X-W/2,Y-H/2)/$h)*90,0,1),0.62*pow(max(0,1-hypot(X-W/2,Y-H/2)/$h/0.9),2.6))'"
	draw far "$wide" "$h" "r='88+28*Y/H':g='74+30*Y/H':b='116+10*Y/H':a='255*clip(Y-H*(0.66+0.045*sin(X/$h*3.1)+0.028*sin(X/$h*7.3+1)),0,1)'"
	draw near "$wide" "$h" "r='34+12*Y/H':g='50+26*Y/H':b='62':a='255*clip(Y-H*(0.80+0.050*sin(X/$h*2.3+2)+0.018*sin(X/$h*6.1)),0,1)'"

	for seconds in 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		ffmpeg -v error -y \
			-framerate 24 -loop 1 -i "$layers/night.png" -framerate 24 -loop 1 -i "$layers/day.png" \
			-framerate 24 -loop 1 -i "$layers/sun.png" \
			-framerate 24 -loop 1 -i "$layers/far.png" -framerate 24 -loop 1 -i "$layers/near.png" \
			-filter_complex "
				[1]fade=t=in:st=0:d=$seconds:alpha=1[day];
				[0][day]overlay[sky];
				[sky][2]overlay=x='W*(0.34+0.24*t/$seconds)-w/2':y='H*(0.74-0.46*t/$seconds)-h/2'[sunny];
				[sunny][3]overlay=x='-W*(0.10+0.012*t)'[ridge];
				[ridge][4]overlay=x='-W*(0.10+0.030*t)',format=yuv420p" \
			-t "$seconds" -an -c:v libx264 -profile:v main -preset veryslow -crf 34 -g 480 -threads 1 \
			-bsf:v filter_units=remove_types=6 -fflags +bitexact -flags:v +bitexact \
			-map_metadata -1 -movflags +faststart "$shape-${seconds}s.mp4"
	done
}

film 16x9 320 180
film 9x16 180 320
film 1x1 240 240
