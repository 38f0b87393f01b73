import assert from 'node:assert/strict';
import { test } from 'node:test';
import { match } from '../../../apps/web/app/matching.js';

const shelf = { path: '/' };
const moc = { path: '/mocs/:id' };
const add = { path: '/mocs/add' };
const pages = [shelf, add, moc];

test('an address means the first page that fits, with what stands for its names', () => {
  assert.deepEqual(match(pages, '/'), { page: shelf, params: {} });
  assert.deepEqual(match(pages, '/mocs/add'), { page: add, params: {} });
  assert.deepEqual(match(pages, '/mocs/4%2F2/'), { page: moc, params: { id: '4/2' } });
});

test('an address that fits none means nothing', () => {
  assert.equal(match(pages, '/mocs'), null);
  assert.equal(match(pages, '/mocs/1/2'), null);
});

test('an address that is badly encoded is taken as it is', () => {
  assert.equal(match(pages, '/mocs/%E0%A4%A').params.id, '%E0%A4%A');
});
