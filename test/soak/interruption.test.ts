/** A run that is cut off, also as its provider starts; the gate has the rest. */
import "../e2e/interruption.test";
