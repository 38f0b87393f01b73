// An album in the order its owner gives it. What is shown does not wait for the API.
import { post } from '../../api.js';
import { moved } from '../../ui/reorder.js';
import { say } from '../../ui/toast.js';
import { pathOf } from './albums.js';
import { renew, stand } from './images.js';

let saving = Promise.resolve();

/** Moves one of the images that are shown to the place of another. */
export function reorder(list, from, to) {
  const shown = list.images.peek();
  const { id } = shown[from];
  const before = shown[from - 1]?.id ?? null;
  const after = moved(shown, from, to)[to - 1]?.id ?? null;
  stand(list, id, after);
  // One at a time, because the next may go behind this one.
  saving = saving.then(() => save(list, id, after, before));
}

/** Puts an image of an album behind another one of it, with null first. */
export function putBehind(album, imageId, after) {
  return post(`${pathOf(album)}/reorder`, { imageId, after });
}

async function save(list, id, after, before) {
  try {
    await putBehind(list.album, id, after);
  } catch (failure) {
    stand(list, id, before);
    say(`The new order was not kept. ${failure.message}`);
    // Something is not as it was thought to be, such as a photo that was deleted elsewhere.
    if (failure.status > 0) renew(list);
  }
}
