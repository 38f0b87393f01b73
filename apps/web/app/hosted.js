// Cognito's own pages: an authorization code, bound to this browser by PKCE (RFC 7636).
import { content, Failure, request } from './request.js';
import { settings } from './settings.js';

const KEY = 'mocshelf.signing-in';
const SCOPES = 'openid email profile aws.cognito.signin.user.admin';

/** Leaves for the page where users sign in, or `signup`; afterwards they come back to the address `next`. */
export async function leaveFor(page, next) {
  const verifier = random();
  const state = random();
  sessionStorage.setItem(KEY, JSON.stringify({ verifier, state, next }));
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const asked = new URLSearchParams({
    client_id: settings.cognito.clientId,
    response_type: 'code',
    scope: SCOPES,
    redirect_uri: callback(),
    state,
    code_challenge: base64url(new Uint8Array(hash)),
    code_challenge_method: 'S256',
  });
  location.assign(`${settings.cognito.login}${page === 'signup' ? '/signup' : '/oauth2/authorize'}?${asked}`);
}

/** The tokens for the code that Cognito has sent the user back with, and where they wanted to go. */
export async function arrived(query) {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  sessionStorage.removeItem(KEY);
  if (query.get('error')) {
    throw new Failure(query.get('error_description') ?? 'Signing in was stopped. Try again.');
  }
  // Somebody else's code would sign this browser in as somebody else.
  if (!kept || !query.get('code') || query.get('state') !== kept.state) {
    throw new Failure('This sign-in was not begun here, or too long ago. Try again.');
  }
  const response = await request(`${settings.cognito.login}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: settings.cognito.clientId,
      code: query.get('code'),
      redirect_uri: callback(),
      code_verifier: kept.verifier,
    }),
  });
  const answer = await content(response);
  if (!response.ok || !answer) throw new Failure('Signing in did not work. Try again.', { status: response.status });
  const tokens = {
    access: answer.access_token,
    id: answer.id_token,
    refresh: answer.refresh_token,
    expires: Date.now() + answer.expires_in * 1000,
  };
  return { tokens, next: kept.next };
}

/** Leaves for the page that forgets the user, and comes back to the root. */
export function signOutThere() {
  const asked = new URLSearchParams({ client_id: settings.cognito.clientId, logout_uri: `${location.origin}/` });
  location.assign(`${settings.cognito.login}/logout?${asked}`);
}

function callback() {
  return `${location.origin}/signed-in`;
}

function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
