// The last twelve months, as the API counts them: in UTC.

const MONTHS = 12;

/** `{name, short, count}` for this month and those before, of the API's `{date: "2026-03", count}`. */
export function monthly(found, now = new Date()) {
  const counts = new Map();
  for (const { date, count } of found) counts.set(date, (counts.get(date) ?? 0) + count);
  return Array.from({ length: MONTHS }, (_, index) => {
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - (MONTHS - 1 - index), 1));
    return { ...named(month), count: counts.get(month.toISOString().slice(0, 7)) ?? 0 };
  });
}

/** What a month of the API's is called. */
export function monthName(date) {
  return named(new Date(`${date}-01T00:00:00Z`)).name;
}

function named(month) {
  return {
    name: month.toLocaleDateString('en', { month: 'long', year: 'numeric', timeZone: 'UTC' }),
    short: month.toLocaleDateString('en', { month: 'short', timeZone: 'UTC' }),
  };
}
