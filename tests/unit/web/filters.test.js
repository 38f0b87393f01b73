import assert from 'node:assert/strict';
import { test } from 'node:test';
import { address, narrowed, NONE, parameters, read } from '../../../apps/web/app/pages/shelf/filters.js';

test('filters go into an address and come back', () => {
  const filters = { ...NONE, q: 'crane & more', theme: 'Technic', sort: 'parts' };
  const found = address(filters);

  assert.equal(found, '/?q=crane+%26+more&theme=Technic&sort=parts');
  assert.deepEqual(read(new URLSearchParams(found.slice(2))), filters);
  assert.equal(address(NONE), '/');
});

test('the API is asked in its own words, and never for what an address has made up', () => {
  const made = parameters({ ...NONE, q: `  ${'🧱'.repeat(300)}`, type: 'spaceship', sort: 'colour' });

  assert.deepEqual(made, { search: '🧱'.repeat(200), type: '', theme: '', tag: '' });
  assert.deepEqual(parameters({ ...NONE, sort: 'few' }).order, 'asc');
});

test('sorting leaves nothing out, blanks are no search', () => {
  assert.equal(narrowed({ ...NONE, sort: 'title', q: '  ' }), false);
  assert.equal(narrowed({ ...NONE, tag: 'sea' }), true);
});
