/** Grants that somebody took back, and those of the other cloud; the gate has the rest. */
import "../e2e/grants.test";
