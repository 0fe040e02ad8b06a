/** A calendar's first turn by the command, and what stops a turn; the gate has the rest. */
import "../e2e/calendar.test";
