#!/usr/bin/env node
/** The door of the command. Behind it is one large file, which the build makes of program.ts and everything it loads. */
import "../startup/compile-cache";
import "./program";
