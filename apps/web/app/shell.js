// What is around every page: header, menu, messages; and loading the page that the route means.
import { html, signal, useEffect, useLayoutEffect, useSignal, useSignalEffect } from './html.js';
import { pages } from './pages.js';
import { replace, route, signInAddress } from './router.js';
import { session, signOut } from './session.js';
import { choose, theme, THEMES } from './theme.js';
import { Menu } from './ui/menu.js';
import { Problem } from './ui/problem.js';
import { openShortcuts, Shortcuts } from './ui/shortcuts.js';
import { Toasts } from './ui/toast.js';
import { Uploads } from './uploading/indicator.js';

// The page that was asked for comes before the picture in the header.
const AFTER_MILLISECONDS = 800;

export function Shell() {
  useSignalEffect(askWho);
  return html`
    <a class="skip" href="#main">Skip to the content</a>
    <${Header} />
    <main id="main" tabindex="-1"><${Page} /></main>
    <${Toasts} />
    <${Shortcuts} />
  `;
}

function Header() {
  const menu = session.value ? pages.filter((page) => page.menu) : [];
  return html`
    <header class="top">
      <a class="mark" href="/">
        <img src=${new URL('../images/mark.svg', import.meta.url).href} alt="" width="32" height="32" />Mocshelf
      </a>
      <nav aria-label="Pages">
        ${menu.map((page) => html`<a href=${page.path} aria-current=${current(page)}>${page.menu}</a>`)}
      </nav>
      <${Uploads} />
      <${Account} />
    </header>
  `;
}

function current(page) {
  return route.value.page === page ? 'page' : undefined;
}

function Account() {
  const user = session.value?.user;
  const leave = () => {
    signOut();
    // Whoever signs in next begins at the root.
    replace('/sign-in');
  };
  const face = user ? html`<${Face} user=${user} />` : '◐';
  return html`
    <${Menu} label=${user ? `Account of ${user.name}` : 'Appearance'} face=${face}>
      ${user && html`<p class="who"><strong>${user.name}</strong><span>${user.email}</span></p>`}
      <fieldset class="themes">
        <legend>Appearance</legend>
        ${THEMES.map(
          ({ name, label }) => html`
            <label>
              <input type="radio" name="theme" checked=${theme.value === name} onChange=${() => choose(name)} />
              ${label}
            </label>
          `,
        )}
      </fieldset>
      ${user && html`<button type="button" onClick=${openShortcuts}>Keyboard shortcuts <kbd>?</kbd></button>`}
      ${user && html`<button type="button" onClick=${leave}>Sign out</button>`}
    <//>
  `;
}

const Portrait = signal(null);

/** The user's initials, until their picture is there. */
function Face({ user }) {
  useEffect(() => {
    const arrive = (module) => (Portrait.value = module.Portrait);
    const timer = setTimeout(() => import('./portrait.js').then(arrive, () => {}), AFTER_MILLISECONDS);
    return () => clearTimeout(timer);
  }, []);
  const letters = initials(user.name);
  return Portrait.value ? html`<${Portrait.value} user=${user}>${letters}<//>` : letters;
}

function initials(name) {
  const words = name.split(/[\s@._-]+/).filter(Boolean);
  return words.slice(0, 2).map((word) => [...word][0].toUpperCase()).join('');
}

const OFFLINE = 'You are offline. This page is loaded when you are connected.';
const OUTDATED = 'This page could not be loaded. There may be a new version.';
const loaded = signal({ page: null, Component: null });

/** Loads the first page; when it cannot be loaded, the page itself says so. */
export async function prepare() {
  askWho();
  const { page } = route.value;
  const module = await page.load().catch(() => null);
  if (module) loaded.value = { page, Component: module.default };
}

/** Whoever is not signed in is asked who they are, before a page that is not open. */
function askWho() {
  if (!session.value && !route.value.page.open) replace(signInAddress());
}

function Page() {
  const problem = useSignal(null);
  const { page, params, query, path } = route.value;
  const { Component } = loaded.value;
  const allowed = Boolean(page.open || session.value);

  useEffect(() => {
    problem.value = null;
    if (!allowed || loaded.peek().page === page) return undefined;
    let wanted = true;
    const arrive = (module) => {
      if (wanted) loaded.value = { page, Component: module.default };
    };
    const fail = (cause) => {
      console.error(cause);
      if (wanted) problem.value = navigator.onLine ? OUTDATED : OFFLINE;
    };
    page.load().then(arrive, fail);
    return () => {
      wanted = false;
    };
  }, [page, allowed]);

  const shown = loaded.value.page === page && allowed;
  useLayoutEffect(() => {
    if (!shown) return;
    document.title = `${page.title} · Mocshelf`;
    comeBack(route.value);
    // Whoever uses a screen reader hears where they are; on the first page the browser says so itself.
    if (moved) document.getElementById('main').focus({ preventScroll: true });
    moved = true;
  }, [shown, path]);

  if (problem.value) {
    // Without a connection a reload would leave nothing at all.
    const again = () => navigator.onLine && location.reload();
    return html`<${Problem} problem=${new Error(problem.value)} again=${again} />`;
  }
  if (!shown) return html`<p class="loading" role="status"><span class="spinner" />Loading …</p>`;
  return html`<${Component} key=${path} params=${params} query=${query} />`;
}

let moved = false;

/** Scrolls to where the user was on the page. */
function comeBack({ scroll, followed }) {
  scrollTo(0, scroll);
  const link = followed && document.querySelector(`main a[href="${CSS.escape(followed.href)}"]`);
  // The heights of what was never in sight are estimates: what is above the link may be higher or lower than it was.
  if (link) scrollBy(0, link.getBoundingClientRect().top - followed.top);
}
