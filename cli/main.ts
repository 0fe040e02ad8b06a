#!/usr/bin/env node
/** The CLI's entry point; the build makes one file of program.ts and its imports. */
import "../lib/startup/compile-cache";
import "./program";
