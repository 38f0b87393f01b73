// The MOC that is shown, with its files, pictures and parts lists, and what changes it.
import { get, patch, post, remove } from '../../api.js';
import { batch, signal } from '../../html.js';
import { Failure, request } from '../../request.js';
import { session } from '../../session.js';
import { forget } from '../shelf/shelf.js';

// Addresses of files and pictures are good for an hour.
const FRESH_MILLISECONDS = 50 * 60_000;
// A copy of a picture, made to be the cover.
const COVER = /^cover-\d+\.webp$/;

/** As in `GET /api/mocs/{id}`; null while it is not there yet. */
export const moc = signal(null);
/** The version that the next change is made to. */
export const version = signal('');
export const problem = signal(null);

let wanted = null;
let at = 0;

export function address(id) {
  return `/api/mocs/${encodeURIComponent(id)}`;
}

/** Of one of its parts lists. */
export function listAddress({ mocId, id }) {
  return `${address(mocId)}/parts-lists/${id}`;
}

/** Shows the MOC; if it was shown already, as it was until the answer is there. */
export function show(id) {
  wanted = id;
  const same = moc.peek()?.id === id && moc.peek().userId === session.peek().user.id;
  if (!same) moc.value = null;
  return reload();
}

/** Asks for the MOC again. What is shown stays when that fails, unless it is gone. */
export async function reload() {
  const id = wanted;
  problem.value = null;
  try {
    const { data, etag } = await get(address(id));
    if (id === wanted) take(data, etag);
  } catch (failure) {
    if (id !== wanted) return;
    if (failure.status === 403 || failure.status === 404) moc.value = null;
    if (!moc.peek()) problem.value = failure;
  }
}

/** Asks again when the addresses of its files are about to expire. */
export function refresh() {
  if (moc.peek() && Date.now() - at > FRESH_MILLISECONDS) reload();
}

/** Changes fields of the MOC in its version; a Failure with status 412 when there is a newer one. */
export async function change(fields, of = version.peek()) {
  const { data, etag } = await patch(address(moc.peek().id), fields, { version: of });
  take({ ...moc.peek(), ...data }, etag);
  forget();
}

/** The MOC as it is by now, without showing it: `{data, etag}`. */
export function newer() {
  return get(address(moc.peek().id));
}

export function take(data, etag) {
  at = Date.now();
  batch(() => {
    moc.value = data;
    version.value = etag;
  });
}

/** Puts a list as the API has answered it in the place of the one before. */
export function takeList(list) {
  if (moc.peek()?.id !== list.mocId) return;
  moc.value = { ...moc.peek(), partsLists: moc.peek().partsLists.map((one) => (one.id === list.id ? list : one)) };
}

/**
 * Makes a picture the cover. The API knows covers as files of their own, so the picture is sent as one; the copy
 * that was made for the cover before goes.
 */
export async function makeCover({ url }) {
  const { id, files } = moc.peek();
  // What the browser kept of the picture lacks the header that lets pages read it.
  const picture = await request(url, { cache: 'no-store' });
  if (!picture.ok) throw new Failure('The picture cannot be read. Reload the page and try again.');
  const form = new FormData();
  form.append('fileType', 'thumbnail');
  form.append('file', await picture.blob(), `cover-${Date.now()}.webp`);
  await post(`${address(id)}/files`, form);
  const before = files.filter((file) => file.fileType === 'thumbnail' && COVER.test(file.originalFilename));
  // A copy that stays is of no harm.
  await Promise.all(before.map((file) => remove(`${address(id)}/files/${file.id}`).catch(() => {})));
  forget();
  await reload();
}

/** Where a file's bytes are for the next hour, as an attachment. */
export async function downloadAddress(file) {
  const { data } = await get(`${address(file.mocId)}/files/${file.id}/download`, { query: { format: 'json' } });
  return data.downloadUrl;
}

/** The pictures that are shown as such: without the cover, which has its own place. */
export function pictures({ images, files, thumbnailUrl }) {
  const covers = new Set(files.filter((file) => file.fileType === 'thumbnail').map((file) => file.id));
  return images.filter((image) => !(covers.has(image.fileId) && samePlace(image.url, thumbnailUrl)));
}

/** Whether two addresses are of the same object: signatures differ from answer to answer. */
function samePlace(one, other) {
  return Boolean(one && other) && one.split('?')[0] === other.split('?')[0];
}
