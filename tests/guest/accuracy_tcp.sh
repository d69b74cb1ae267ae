#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Connections: no packet has a wrong owner, and none is without its right one.
exec bash tests/accuracy/guest.sh --short 1 2 3 4 5 6 7
