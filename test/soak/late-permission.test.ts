/** A permission that was declared late, granted in each way; the gate has an ordinary account. */
import "../e2e/late-permission.test";
