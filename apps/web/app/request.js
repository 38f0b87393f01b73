// The only `fetch`: with an end in time, and with failures that people can read.

/** What went wrong with a request. `message` is for people; `status` is 0 when there was no answer. */
export class Failure extends Error {
  constructor(message, { status = 0, code = '', details = [], requestId = '' } = {}) {
    super(message);
    this.name = 'Failure';
    Object.assign(this, { status, code, details, requestId });
  }

  /** The message about one field, if the answer had one. */
  about(field) {
    return this.details.find((detail) => detail.field === field)?.message ?? '';
  }
}

/** The response. A Failure when there is none; whoever aborts by `signal` gets the AbortError. */
export async function request(url, { signal, seconds = 30, ...options } = {}) {
  const late = AbortSignal.timeout(seconds * 1000);
  try {
    return await fetch(url, {
      credentials: 'omit',
      ...options,
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
  } catch (problem) {
    if (signal?.aborted) throw problem;
    if (late.aborted) throw new Failure('There was no answer in time. Try again.');
    if (!navigator.onLine) throw new Failure('You are offline. Try again when you are connected.');
    throw new Failure('Mocshelf cannot be reached. Check your connection and try again.');
  }
}

/** The JSON of a response, null when it has none. */
export async function content(response) {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
