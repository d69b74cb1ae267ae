#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Datagrams, ports that several have or nobody, and several readers of events.
exec bash tests/accuracy/guest.sh --short 11 12 13 19 20 21
