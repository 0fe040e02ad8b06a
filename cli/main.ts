#!/usr/bin/env node
/** The entry point of the CLI. It loads one large file, which the build makes of program.ts and everything it imports. */
import "../lib/startup/compile-cache";
import "./program";
