// One file straight to S3, with progress. The only XMLHttpRequest: `fetch` does not tell how much was sent.
import { Failure } from './request.js';

// As long as something moves it is not late.
const SILENCE_MILLISECONDS = 60_000;

/** Sends the file as the API's request says; `progress` gets the bytes that were sent. A Failure, or AbortError. */
export function transfer({ url, fields }, file, { progress, signal = new AbortController().signal }) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', file);
    const request = new XMLHttpRequest();
    let timer = 0;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), SILENCE_MILLISECONDS);
    };
    const abort = () => request.abort();
    request.upload.onprogress = ({ loaded, total }) => {
      wait();
      // The fields go with the file, and are not counted.
      progress(Math.min(file.size, Math.max(0, loaded - (total - file.size))));
    };
    request.onloadend = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      const { status } = request;
      if (signal.aborted) reject(signal.reason);
      else if (status >= 200 && status < 300) resolve();
      else reject(new Failure(words(request), { status, code: codeOf(request) }));
    };
    signal.addEventListener('abort', abort);
    wait();
    request.open('POST', url);
    request.send(form);
  });
}

function words(request) {
  if (request.status === 0) return 'The connection broke off.';
  return `The storage refused the file (${codeOf(request) || request.status}).`;
}

function codeOf(request) {
  return /<Code>(\w+)<\/Code>/.exec(request.responseText)?.[1] ?? '';
}
