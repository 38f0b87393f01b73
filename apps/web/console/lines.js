// A line of a function's log, as far as it can be read.

export const LEVELS = [
  { name: '', label: 'All levels' },
  { name: 'info', label: 'Events' },
  { name: 'warning', label: 'Warnings and errors' },
  { name: 'error', label: 'Errors' },
  { name: 'metric', label: 'Metrics' },
  { name: 'print', label: 'Printed' },
];
const RANKS = { info: 1, warning: 2, error: 3, critical: 3 };
const OWN = ['time', 'level', 'event', 'function', 'requestId', 'trace', 'error', 'problem'];

/** `level` is that of the line, `metric` for one that carries figures, `print` for one that is no event. */
export function lineOf({ line, at }) {
  const found = parsed(line);
  if (!found) return { at, level: 'print', event: line, function: '', requestId: '', facts: [], trace: '' };
  if (found._aws) return metric(found, at);
  const { level = 'info', event = '', requestId = '', trace = '', error = '', problem = '' } = found;
  return {
    at: Date.parse(found.time) || at,
    level,
    event,
    function: found.function ?? '',
    requestId,
    facts: Object.entries(found).filter(([name]) => !OWN.includes(name)),
    trace,
    problem: error || problem,
  };
}

/** Whether a line has the level that is asked for, or a worse one. */
export function hasLevel({ level }, asked) {
  if (!asked || level === asked) return true;
  return RANKS[asked] !== undefined && RANKS[level] >= RANKS[asked];
}

function metric(found, at) {
  const names = found._aws.CloudWatchMetrics?.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)) ?? [];
  const facts = names.map((name) => [name, found[name]]);
  return { at, level: 'metric', event: 'metric', function: found.Function ?? '', requestId: '', facts, trace: '' };
}

function parsed(line) {
  try {
    const found = JSON.parse(line);
    return found && typeof found === 'object' && !Array.isArray(found) ? found : null;
  } catch {
    return null;
  }
}
