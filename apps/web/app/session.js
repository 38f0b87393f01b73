// Who is signed in. Tokens are in memory and in this tab's session storage, nowhere else; tabs tell each other.
import * as cognito from './cognito.js';
import { signOutThere } from './hosted.js';
import { signal } from './html.js';
import { Failure } from './request.js';
import { settings } from './settings.js';
import { say } from './ui/toast.js';

const KEY = 'mocshelf.session';
export const ENDED = 'Your session has ended. Sign in again.';
const ASK_MILLISECONDS = 150;
// A token is renewed while it is still good for a request that takes its time.
const AHEAD_MILLISECONDS = 60_000;

/** `{access, id, refresh, expires, user: {id, email, name}}`, null when nobody is signed in. */
export const session = signal(null);

const tabs = new BroadcastChannel('mocshelf.session');
let asked = () => {};

tabs.onmessage = ({ data }) => {
  const mine = session.value?.user.id;
  if (data.ask && session.value) tabs.postMessage({ tokens: tokensOf(session.value), user: mine });
  if (data.tokens && !mine) asked(data.tokens);
  // Each tab may be somebody else's.
  if (data.tokens && mine === data.user) use(data.tokens);
  if (data.ended && mine === data.ended) forget();
};

/** Takes up the session of this tab before it was reloaded, or of another tab. */
export async function restore() {
  const kept = sessionStorage.getItem(KEY);
  const tokens = kept ? JSON.parse(kept) : await fromAnotherTab();
  if (tokens) use(tokens);
}

/** Begins a session with new tokens. */
export function begin(tokens) {
  use(tokens);
  tell();
}

/** An access token that is good for a while yet. A Failure when none can be had. */
export async function token() {
  if (session.value && session.value.expires - Date.now() < AHEAD_MILLISECONDS) await renew();
  if (!session.value) throw new Failure(ENDED, { status: 401 });
  return session.value.access;
}

let renewing = null;

/** Has Cognito give new tokens, once however many requests want them, in however many tabs. */
export function renew() {
  renewing ??= navigator.locks.request('mocshelf.renew', renewNow).finally(() => {
    renewing = null;
  });
  return renewing;
}

/** Ends the session here and in the other tabs, and with Cognito; `signing-out` is heard before, while it holds. */
export async function signOut() {
  dispatchEvent(new Event('signing-out'));
  const { refresh } = session.value;
  tabs.postMessage({ ended: session.value.user.id });
  forget();
  // The tokens are forgotten in any case, and end by themselves.
  await cognito.revoke(refresh).catch(() => {});
  if (settings.cognito.login) signOutThere();
}

/** Ends a session that is no good any more; `why` is shown. */
export function end(why) {
  if (!session.value) return;
  tabs.postMessage({ ended: session.value.user.id });
  forget();
  say(why);
}

async function renewNow() {
  const before = session.value;
  if (!before) return;
  try {
    use(await cognito.refreshed(before.refresh));
    tell();
  } catch (problem) {
    // Another tab's new tokens may have arrived meanwhile.
    if (problem.code !== 'NotAuthorizedException') throw problem;
    if (session.value === before) end(ENDED);
  }
}

function use(tokens) {
  session.value = { ...tokens, user: userOf(tokens.id) };
  sessionStorage.setItem(KEY, JSON.stringify(tokens));
}

function forget() {
  sessionStorage.removeItem(KEY);
  session.value = null;
}

function tell() {
  tabs.postMessage({ tokens: tokensOf(session.value), user: session.value.user.id });
}

function tokensOf({ access, id, refresh, expires }) {
  return { access, id, refresh, expires };
}

function fromAnotherTab() {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), ASK_MILLISECONDS);
    asked = (tokens) => {
      clearTimeout(timer);
      asked = () => {};
      resolve(tokens);
    };
    tabs.postMessage({ ask: true });
  });
}

/** The user whom an ID token is about; Cognito has signed it, and the API asks for its own proof. */
function userOf(token) {
  const payload = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
  const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
  const { sub, email, name } = JSON.parse(new TextDecoder().decode(bytes));
  return { id: sub, email, name: name ?? email };
}
