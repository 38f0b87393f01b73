// The API: every call carries a token that is good, and every refusal becomes a Failure with words for people.
import { content, Failure, pause, request } from './request.js';
import { end, ENDED, renew, token } from './session.js';
import { settings } from './settings.js';

const ATTEMPTS = 3;
const LONGEST_WAIT = 10;

/**
 * The answer's JSON (`data`, and `total`, `page`, `limit` of lists) with the `etag` of what it describes.
 * `query` leaves out what is empty; `version` is the `etag` that must still hold; `keepalive` outlives the page.
 */
export function get(path, options = {}) {
  return call('GET', path, options);
}

/** Creates something, at most once however often it is tried. */
export function post(path, body, options = {}) {
  return call('POST', path, { key: crypto.randomUUID(), ...options, body });
}

export function put(path, body, options = {}) {
  return call('PUT', path, { ...options, body });
}

export function patch(path, body, options = {}) {
  return call('PATCH', path, { ...options, body });
}

export function remove(path, options = {}) {
  return call('DELETE', path, options);
}

/** A file that the API makes, as `{blob, name, headers}`. */
export async function download(path, options = {}) {
  const response = await answered('GET', path, options);
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'download';
  return { blob: await response.blob(), name, headers: response.headers };
}

async function call(method, path, options) {
  const response = await answered(method, path, options);
  const answer = await content(response);
  if (!answer && response.status !== 204) throw new Failure('The answer broke off. Try again.');
  return { ...answer, etag: response.headers.get('etag') };
}

/** A response that is good. `keepalive` has the request outlive the page. */
async function answered(method, path, { query = {}, body, key, version, signal, keepalive } = {}) {
  const url = address(path, query);
  const form = body instanceof FormData;
  const headers = {};
  if (body !== undefined && !form) headers['content-type'] = 'application/json';
  if (key) headers['idempotency-key'] = key;
  if (version) headers['if-match'] = version;
  const options = { method, body: body === undefined || form ? body : JSON.stringify(body), signal, keepalive };
  // What may be tried again: reading, and creating under a key.
  const attempts = method === 'GET' || key ? ATTEMPTS : 1;
  for (let attempt = 1; ; attempt += 1) {
    const response = await authorized(url, headers, options);
    if (response.ok) return response;
    const failure = refusal(response, await content(response));
    if (attempt === attempts || ![429, 503].includes(response.status)) throw failure;
    await pause(wait(response, attempt), signal);
  }
}

async function authorized(url, headers, options) {
  const send = async () =>
    request(url, { ...options, headers: { ...headers, authorization: `Bearer ${await token()}` } });
  const response = await send();
  if (response.status !== 401) return response;
  // The clock of this machine may be wrong, or the key that signed the token was changed.
  await renew();
  const second = await send();
  if (second.status === 401) end(ENDED);
  return second;
}

function address(path, query) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const search = new URLSearchParams(given).toString();
  return `${settings.api}${path}${search && `?${search}`}`;
}

/** Milliseconds until the next attempt: what the API asks for, else 1 s, doubling, with jitter. */
function wait(response, attempt) {
  const asked = Number(response.headers.get('retry-after'));
  const seconds = asked > 0 ? Math.min(asked, LONGEST_WAIT) : 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
  return seconds * 1000;
}

// Answers of the gateway itself have a message that helps nobody.
const GATEWAY = {
  401: ENDED,
  408: 'The request took too long. Try again.',
  413: 'This is too large to be sent.',
  429: 'That was a bit much at once. Wait a moment and try again.',
  503: 'Mocshelf is busy. Try again in a moment.',
  504: 'Mocshelf did not answer in time. Try again.',
};

function refusal(response, answer) {
  const error = answer?.error;
  const { status } = response;
  const requestId = error?.requestId ?? response.headers.get('x-request-id') ?? '';
  const message = error?.message ?? GATEWAY[status] ?? 'Something went wrong. Try again.';
  return new Failure(message, { status, code: error?.code, details: error?.details ?? [], requestId });
}
