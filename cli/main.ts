#!/usr/bin/env node
/** The entry point of the CLI. The build makes one large file of program.ts and everything it imports. */
import "../lib/startup/compile-cache";
import "./program";
