#!/usr/bin/env bash
# A terminal that is resized 200 times a second, gets a megabyte of garbage, and a mouse that talks nonsense: nothing of it
# ends the program, and `q` does, with the terminal as it was.
#
# BOOKTOP_SECONDS: how long it is resized (2 where it is not set).
. "$(dirname "$0")/lib.sh"
export XDG_DATA_HOME=$folder/data XDG_CONFIG_HOME=$folder/config

/usr/bin/python3 -B "$(dirname "$0")/terminal_storm.py" "${BOOKTOP_SECONDS:-2}" "$program" demo --seed 3
