import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawing } from '../../../apps/web/app/ui/drawing.js';

test('a title always has the same drawing, and another title another', () => {
  assert.deepEqual(drawing('Baker Street'), drawing('Baker Street'));
  assert.notEqual(drawing('Baker Street').address, drawing('Baker Streat').address);
});

test('any title can be drawn, inside its picture', () => {
  for (const title of ['', '🏰', 'x'.repeat(255)]) {
    const svg = decodeURIComponent(drawing(title).address);
    const tops = [...svg.matchAll(/M\d+ (-?\d+)h/g)].map(([, y]) => Number(y));
    assert.ok(tops.length > 20);
    assert.ok(Math.min(...tops) >= 0, title);
  }
});
