// The user's picture in the header: there once it is loaded.
import { get } from './api.js';
import { html, signal, useEffect } from './html.js';
import { current } from './pictures.js';
import { removed } from './removing.js';
import { session } from './session.js';

const PATH = '/api/users/me/avatar';

const portrait = signal(null);

/** Shows the picture of a profile, as the API has given it. */
export async function portray({ id, avatarUrl }) {
  const address = avatarUrl && current(avatarUrl);
  const good = address && (await loads(address));
  if (session.peek()?.user.id === id) portrait.value = good ? address : null;
}

/** Whether there is a picture at the address, which the browser then has. */
function loads(address) {
  const image = Object.assign(new Image(), { src: address });
  return image.decode().then(() => true, () => false);
}

/** `children` stand for the picture as long as there is none. */
export function Portrait({ user, children }) {
  useEffect(() => {
    load();
    return () => {
      portrait.value = null;
    };
  }, [user.id]);
  if (!portrait.value || removed.value.has(PATH)) return children;
  return html`<img src=${portrait.value} alt="" width="44" height="44" />`;
}

async function load() {
  // Without its picture the header is as good.
  await get('/api/users/me').then(({ data }) => portray(data), () => {});
}
