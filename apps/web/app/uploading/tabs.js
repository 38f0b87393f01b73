// The tabs of this browser: one works the queue, all of them show it.
import { signal } from '../html.js';

/** Whether this tab is the one that works. */
export const working = signal(false);

const channel = new BroadcastChannel('mocshelf.uploads');

/** Tells the other tabs; what they are told arrives at `listen`. */
export function tell(message) {
  channel.postMessage(message);
}

export function listen(hear) {
  channel.onmessage = ({ data }) => hear(data);
}

/** Waits until no other tab works, and works until this one is closed. */
export function workOnce(begin) {
  navigator.locks.request('mocshelf.uploads', () => {
    working.value = true;
    begin();
    return new Promise(() => {});
  });
}
