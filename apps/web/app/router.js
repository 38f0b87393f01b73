// Addresses and history: `route` is the page that is meant, links of the app change it without a reload.
import { signal } from './html.js';
import { match } from './matching.js';
import { missing, pages } from './pages.js';

/**
 * `{page, params, query, path, scroll, followed}`; `scroll` is where the user was when they left this entry of the
 * history, `followed` the link by which: `{href, top}`, `top` in pixels from the top of the window.
 */
export const route = signal(read());

// Pages fill with what they load, so only the app knows when there is something to scroll to.
history.scrollRestoration = 'manual';

addEventListener('popstate', () => {
  route.value = read();
});

addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]');
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute('download')) return;
  if (link.origin !== location.origin || !match(pages, link.pathname)) return;
  // A part of this page, such as what the skip link leads to.
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  remember({ href: link.getAttribute('href'), top: link.getBoundingClientRect().top });
  come(link.pathname + link.search);
});

addEventListener('pagehide', () => remember());

/** Goes to an address of the app. */
export function go(address) {
  remember();
  come(address);
}

function come(address) {
  history.pushState({}, '', address);
  route.value = read();
}

/** Puts another address in the place of this one; the page stays. */
export function replace(address) {
  history.replaceState(history.state, '', address);
  route.value = read();
}

/** The address of a sign-in that leads back here. */
export function signInAddress() {
  const here = location.pathname + location.search;
  return here === '/' ? '/sign-in' : `/sign-in?${new URLSearchParams({ next: here })}`;
}

/** Where to go after signing in: an address of the app, whatever the query says. */
export function nextAddress(query) {
  const next = query.get('next') ?? '/';
  return next.startsWith('/') && new URL(next, location.origin).origin === location.origin ? next : '/';
}

function remember(followed = null) {
  history.replaceState({ ...history.state, scroll: scrollY, followed }, '');
}

function read() {
  const found = match(pages, location.pathname) ?? { page: missing, params: {} };
  const query = new URLSearchParams(location.search);
  const { scroll = 0, followed = null } = history.state ?? {};
  return { ...found, query, path: location.pathname, scroll, followed };
}
