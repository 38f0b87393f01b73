// What the header says of uploads, on every page. The queue itself is loaded once there is time for it.
import { html, signal, useEffect } from '../html.js';
import { route } from '../router.js';
import { session } from '../session.js';
import { styles } from '../styles.js';

const queue = signal(null);
// The page that was asked for comes first.
const AFTER_MILLISECONDS = 800;

export function Uploads() {
  useEffect(() => {
    const timer = setTimeout(start, AFTER_MILLISECONDS);
    return () => clearTimeout(timer);
  }, []);
  if (!session.value || !queue.value || route.value.path === '/add') return null;
  const { moving, needy, share } = queue.value;
  if (moving.value.length === 0 && needy.value.length === 0) return null;
  const percent = Math.floor(share(null) * 100);
  const words = moving.value.length ? `${moving.value.length} uploading` : 'Uploads need you';
  return html`
    <a class="uploads" href="/add" aria-label=${moving.value.length ? `${words}, ${percent} percent` : words}>
      <svg viewBox="0 0 36 36" width="22" height="22" aria-hidden="true">
        <circle class="groove" cx="18" cy="18" r="15" pathLength="100" />
        <circle class="bar" cx="18" cy="18" r="15" pathLength="100" stroke-dasharray=${`${percent} 100`} />
      </svg>
      <span>${words}</span>
    </a>
  `;
}

async function start() {
  if (queue.value) return;
  try {
    await Promise.all([import('./work.js'), styles(import.meta.url, './uploads.css')]);
    queue.value = { ...(await import('./queue.js')), ...(await import('./amounts.js')) };
  } catch {
    // What is left of a visit before goes on with the next connection.
    addEventListener('online', start, { once: true });
  }
}
