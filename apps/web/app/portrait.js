// The user's picture in the header: there once it is loaded, until then and without one their initials.
import { get } from './api.js';
import { html, signal, useEffect } from './html.js';
import { current } from './pictures.js';
import { removed } from './removing.js';
import { session } from './session.js';

// The page that was asked for comes first.
const AFTER_MILLISECONDS = 800;
const PATH = '/api/users/me/avatar';

const portrait = signal(null);

/** Shows the picture of a profile, as the API has given it. */
export async function portray({ id, avatarUrl }) {
  const address = avatarUrl && current(avatarUrl);
  const image = Object.assign(new Image(), { src: address ?? '' });
  const good = address && (await image.decode().then(() => true, () => false));
  if (session.peek()?.user.id === id) portrait.value = good ? address : null;
}

export function Portrait({ user }) {
  useEffect(() => {
    const timer = setTimeout(load, AFTER_MILLISECONDS);
    return () => {
      clearTimeout(timer);
      portrait.value = null;
    };
  }, [user.id]);
  if (!portrait.value || removed.value.has(PATH)) return initials(user.name);
  return html`<img src=${portrait.value} alt="" width="44" height="44" />`;
}

async function load() {
  // Without its picture the header is as good.
  await get('/api/users/me').then(({ data }) => portray(data), () => {});
}

function initials(name) {
  const words = name.split(/[\s@._-]+/).filter(Boolean);
  return words.slice(0, 2).map((word) => [...word][0].toUpperCase()).join('');
}
