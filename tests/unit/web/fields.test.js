import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changed, fieldsOf, toSend, written } from '../../../apps/web/app/pages/moc/fields.js';

const MOC = {
  type: 'moc',
  title: 'Crane',
  author: 'Ada',
  partsCount: 2750,
  theme: null,
  subtheme: null,
  setNumber: null,
  uploadedDate: '2026-03-01T12:00:00.000Z',
  description: null,
  tags: ['motor'],
};

test('a form that nobody has touched has nothing to send', () => {
  assert.deepEqual(changed(written(MOC), written(MOC)), []);
});

test('only what was changed is sent, as the API takes it', () => {
  const form = { ...written(MOC), partsCount: ' 12 ', author: ' ', tags: ['motor', 'red'] };
  const names = changed(written(MOC), form);

  assert.deepEqual(names.toSorted(), ['author', 'partsCount', 'tags']);
  assert.deepEqual(toSend(MOC, form, names), { author: null, partsCount: 12, tags: ['motor', 'red'] });
});

test('what is no number goes to the API as it is, which says what is wrong with it', () => {
  assert.deepEqual(toSend(MOC, { partsCount: 'many' }, ['partsCount']), { partsCount: 'many' });
});

test('a day is sent as a time of that day, wherever the browser is', () => {
  const { uploadedDate } = toSend(MOC, { uploadedDate: '2026-07-15' }, ['uploadedDate']);

  assert.equal(written({ ...MOC, uploadedDate }).uploadedDate, '2026-07-15');
});

test('a set has a brand, a MOC a designer', () => {
  const names = (type) => fieldsOf({ type }).map(([name]) => name);

  assert.ok(names('set').includes('brand') && !names('set').includes('author'));
  assert.ok(names('moc').includes('author') && !names('moc').includes('retired'));
});
