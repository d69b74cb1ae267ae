#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Sockets of several processes, and processes that change: the right one is named.
exec bash tests/accuracy/guest.sh --short 8 9 10 15 16 26
