/** Dates of a run, moved to the page's own day: the distances stay, which are what they tell. */
const day = 24 * 60 * 60 * 1000;

/** Days before the run behind which a date is history, such as when a product was retired, and stays. */
const history = 30;

/** The day on which, as the page has it, everything was run. */
const pageDay = "2027-01-15";

/**
 * @param today the day of the run: `YYYY-MM-DD`, UTC
 * @returns the text with every date moved and every time of day made noon
 */
export function onPageDay(text: string, today: string): string {
  return text
    .replace(/\b(20\d\d-\d\d-\d\d)(?=\b|T)/gu, (_, date: string) => moved(date, today))
    .replace(/(?<!\d)\d\d:\d\d:\d\d(?=\.\d+Z|Z)/gu, "12:00:00")
    .replace(/(?<=12:00:00)\.\d+(?=Z)/gu, ".000")
    .replace(/\b\d\d:\d\d(?= UTC)/gu, "12:00");
}

/** By whole years where the calendar's day is the same, give or take one: two years are 730 days or 731. By days else. */
function moved(date: string, today: string): string {
  const days = Math.round((Date.parse(date) - Date.parse(today)) / day);
  if (days < -history) return date;
  const years = Math.round((Date.parse(date) - Date.parse(today)) / day / 365.25);
  const anniversary = Date.parse(`${Number(today.slice(0, 4)) + years}${today.slice(4)}`);
  const beside = Math.round((Date.parse(date) - anniversary) / day);
  if (years !== 0 && Math.abs(beside) <= 1) return `${Number(pageDay.slice(0, 4)) + years}${pageDay.slice(4)}`;
  return new Date(Date.parse(pageDay) + days * day).toISOString().slice(0, 10);
}

/** Does the work within one day: what is dated by two of them is done again. Midnight is UTC's. */
export async function withinOneDay<T>(work: (today: string) => Promise<T>, now: () => number = Date.now): Promise<T> {
  const today = () => new Date(now()).toISOString().slice(0, 10);
  for (;;) {
    const before = today();
    const result = await work(before);
    if (before === today()) return result;
  }
}
