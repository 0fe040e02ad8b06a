/** Every problem of a new subscription; the gate has a sample. */
import "../e2e/first-day.test";
