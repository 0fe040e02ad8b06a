const day = 24 * 3600 * 1000;

/** Whole days, rounded down; "1 day" or "12 days". */
export function daysUntil(end: Date, now = Date.now()): string {
  const days = Math.floor((end.getTime() - now) / day);
  return days === 1 ? "1 day" : `${days} days`;
}
