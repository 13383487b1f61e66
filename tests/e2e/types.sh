#!/usr/bin/env bash
# Terminals of every kind, from none at all to one of 16 million colours, in UTF-8 and in the C locale: drawn on, or refused
# with a reason, and always given back as they were.
. "$(dirname "$0")/lib.sh"
export XDG_DATA_HOME=$folder/data XDG_CONFIG_HOME=$folder/config

/usr/bin/python3 -B "$(dirname "$0")/terminal_types.py" "$program" demo --seed 2
