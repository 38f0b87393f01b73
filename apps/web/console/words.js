// How the console writes moments and lengths.

/** `14:03:27.512` */
export function clock(milliseconds) {
  const moment = new Date(milliseconds);
  const pad = (number, digits = 2) => String(number).padStart(digits, '0');
  const time = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map((part) => pad(part)).join(':');
  return `${time}.${pad(moment.getMilliseconds(), 3)}`;
}

/** Milliseconds with as many digits as tell something. */
export function length(milliseconds) {
  if (milliseconds >= 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0)} ms`;
}

export function age(seconds) {
  const [size, unit] = [[86_400, 'd'], [3600, 'h'], [60, 'min']].find(([least]) => seconds >= least) ?? [1, 's'];
  return `${Math.max(0, Math.floor(seconds / size))} ${unit}`;
}
