import assert from 'node:assert/strict';
import test from 'node:test';
import { hasLevel, lineOf } from '../../../apps/web/console/lines.js';
import { age, length } from '../../../apps/web/console/words.js';

const AT = 1_000;

test('an event has its moment, its level and what it says of itself', () => {
  const told = { time: '2026-01-02T03:04:05.678Z', level: 'error', event: 'request.crashed', function: 'mocs' };
  const line = lineOf({ at: AT, line: JSON.stringify({ ...told, requestId: 'r1', error: 'KeyError', trace: 'x', ms: 7 }) });

  assert.deepEqual(line, {
    at: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    level: 'error',
    event: 'request.crashed',
    function: 'mocs',
    requestId: 'r1',
    facts: [['ms', 7]],
    trace: 'x',
    problem: 'KeyError',
  });
});

test('a metric is its figures', () => {
  const found = { _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'MocsCreated' }] }] }, Function: 'mocs', MocsCreated: 1 };

  const line = lineOf({ at: AT, line: JSON.stringify(found) });

  assert.deepEqual([line.level, line.function, line.facts, line.at], ['metric', 'mocs', [['MocsCreated', 1]], AT]);
});

test('whatever else was written is shown as it is', () => {
  for (const text of ['here I am', '[1, 2]', 'null', '7', '{"cut": of']) {
    const { level, event, at } = lineOf({ at: AT, line: text });
    assert.deepEqual([level, event, at], ['print', text, AT]);
  }
});

test('a level lets worse lines through, metrics and prints are only themselves', () => {
  const shown = (asked) => ['info', 'warning', 'error', 'metric', 'print'].filter((level) => hasLevel({ level }, asked));

  assert.deepEqual(shown(''), ['info', 'warning', 'error', 'metric', 'print']);
  assert.deepEqual(shown('warning'), ['warning', 'error']);
  assert.deepEqual(shown('metric'), ['metric']);
});

test('lengths and ages have the digits that tell something', () => {
  assert.deepEqual([0.123, 12.34, 999.6, 12_340].map(length), ['0.12 ms', '12.3 ms', '1000 ms', '12.3 s']);
  assert.deepEqual([-1, 59, 61, 7300, 200_000].map(age), ['0 s', '59 s', '1 min', '2 h', '2 d']);
});
