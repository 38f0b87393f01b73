// A file through an upload session: declared, sent straight to S3, watched until it is ready or refused.
import { get, post, remove } from './api.js';
import { Failure, pause } from './request.js';
import { transfer } from './transfer.js';

const FIRST_MILLISECONDS = 250;
const LONGEST_MILLISECONDS = 2500;
const PATIENCE_MILLISECONDS = 3 * 60_000;

/**
 * What has become of the file, as `{type, id}`; a Failure when it was refused.
 *
 * `target` is the session's: `{purpose, albumId}` or the like; `file` is `{name, contentType, content}` with what the
 * purpose has beside; `progress` gets the part that is sent, from 0 to 1.
 */
export async function send(target, { content, ...file }, { progress = () => {}, signal } = {}) {
  const declared = { ...file, size: content.size };
  const { data: session } = await post('/api/uploads', { ...target, files: [declared] }, { signal });
  const path = `/api/uploads/${session.id}`;
  try {
    await transfer(session.files[0], content, { progress: (bytes) => progress(bytes / content.size), signal });
    progress(1);
    // Only a hint, which saves the way through the queue.
    await post(`${path}/complete`, undefined, { signal }).catch(() => {});
    return await settled(path, signal);
  } catch (failure) {
    if (signal?.aborted) remove(path).catch(() => {});
    throw failure;
  }
}

async function settled(path, signal) {
  const end = Date.now() + PATIENCE_MILLISECONDS;
  for (let wait = FIRST_MILLISECONDS; Date.now() < end; wait = Math.min(wait * 1.5, LONGEST_MILLISECONDS)) {
    const { data } = await get(path, { signal });
    const { status, reason, resource } = data.files[0];
    if (status === 'ready') return resource;
    if (status === 'rejected') throw new Failure(reason.message, { code: reason.code });
    await pause(wait, signal);
  }
  throw new Failure('The file was sent, but checking it takes long. It will appear when that is done.');
}
