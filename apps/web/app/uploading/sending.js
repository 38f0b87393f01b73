// The way of one file: a session, its bytes to S3, and what the API makes of them. Every step may be repeated.
import { get, post, remove } from '../api.js';
import { Failure } from '../request.js';
import { transfer } from '../transfer.js';
import { ROLES } from './roles.js';

const AHEAD_MILLISECONDS = 60_000;
// Reasons of the API for which sending the same bytes again helps.
const AGAIN = ['EXPIRED', 'CANCELLED', 'CHECKSUM_MISMATCH', 'SIZE_MISMATCH', 'FAILED'];

/**
 * Sends a file and tells of each step by `change`; afterwards its state is `checking`, or `lost` without bytes.
 *
 * What a step before a reload has done is found out first, so that nothing is sent twice.
 */
export async function send(item, mocId, file, { change, progress, signal }) {
  let now = item;
  const tell = (changed) => {
    now = { ...now, ...changed };
    change(changed);
  };
  if (now.session && (await arrived(now, tell))) return;
  if (!file) {
    tell({ state: 'lost' });
    return;
  }
  tell({ state: 'sending', problem: null });
  const request = await opened(now, mocId, tell, signal);
  try {
    await transfer(request, file, { progress, signal });
  } catch (failure) {
    if (failure.status !== 403) throw failure;
    // The request is too old for S3, or the clock of this machine is wrong: a new session helps.
    tell(anew());
    throw new Failure(failure.message, { status: 503, code: failure.code });
  }
  tell({ state: 'checking', sentAt: Date.now() });
}

/** What the API has made of a file, as the change of its item; empty when it is not done yet. */
export async function outcome(item) {
  const { data } = await get(`/api/uploads/${item.session}`);
  const [file] = data.files;
  if (file.status === 'ready') {
    const { resource, derived, notes } = file;
    return { state: resource.type === 'image' ? 'linking' : 'ready', resource, derived, notes, reason: null };
  }
  return file.status === 'rejected' ? refused(file.reason) : {};
}

/** Has the API look for the bytes, should the storage not have told it. */
export function look(item) {
  return post(`/api/uploads/${item.session}/complete`, undefined, { key: undefined });
}

/** Shows a photo of the gallery with the MOC. */
export async function link(item, mocId) {
  const body = { galleryImageId: item.resource.id };
  await post(`/api/mocs/${mocId}/gallery-images`, body, { key: `link-${item.id}` });
}

/** Gives up a session; what is ready stays. */
export async function abandon(session) {
  try {
    await remove(`/api/uploads/${session}`);
  } catch {
    // It ends by itself within a day.
  }
}

/** The change that has an item begin again from nothing. */
export function anew() {
  return { session: null, key: crypto.randomUUID(), reason: null };
}

/** Whether the bytes are with the API already. */
async function arrived(item, change) {
  try {
    const { data } = await look(item);
    if (data.files[0].status === 'waiting') return false;
    change({ state: 'checking', sentAt: Date.now() });
    return true;
  } catch (failure) {
    if (failure.status !== 404) throw failure;
    change(anew());
    return false;
  }
}

async function opened(item, mocId, change, signal) {
  let answer = await open(item, mocId, item.key, signal);
  // The same key gets the same answer, which may be too old by now.
  if (Date.parse(answer.data.files[0].expiresAt) - Date.now() < AHEAD_MILLISECONDS) {
    await abandon(answer.data.id);
    const fresh = anew();
    change(fresh);
    answer = await open(item, mocId, fresh.key, signal);
  }
  change({ session: answer.data.id });
  return answer.data.files[0];
}

function open(item, mocId, key, signal) {
  const { purpose, ...options } = ROLES[item.role].declared;
  const file = { name: item.name, size: item.size, contentType: item.type, ...options, ...item.options };
  const target = purpose === 'moc-file' ? { mocId } : {};
  return post('/api/uploads', { purpose, ...target, files: [file] }, { key, signal });
}

function refused(reason) {
  const asked = reason.details.some(({ code }) => code === 'SCHEME_REQUIRED');
  if (asked) return { state: 'asking', reason };
  // A new session is begun when somebody tries again.
  if (AGAIN.includes(reason.code)) return { state: 'failed', problem: reason.message, ...anew() };
  return { state: 'refused', reason };
}

/** Whether trying again by itself may help. */
export function passes(failure) {
  return failure instanceof Failure && (failure.status === 0 || failure.status >= 500 || failure.status === 429);
}
