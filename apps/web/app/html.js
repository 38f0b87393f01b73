// What pages are written with. Only this module knows where the libraries are.
import htm from '../vendor/htm.mjs';
import { h } from '../vendor/preact.mjs';

export { cloneElement, Component, createRef, Fragment, render } from '../vendor/preact.mjs';
export { useEffect, useLayoutEffect, useMemo, useRef } from '../vendor/preact-hooks.mjs';
export { batch, computed, effect, signal, untracked } from '../vendor/preact-signals-core.mjs';
export { useComputed, useSignal, useSignalEffect } from '../vendor/preact-signals.mjs';

export const html = htm.bind(h);
