// The picture of a MOC; without one, or when it cannot be loaded, a drawing made from the title.
import { html, useSignal } from '../html.js';
import { drawing } from './drawing.js';

/** `address` may be null. It is decoration: the title stands beside it. */
export function Cover({ address, title }) {
  const broken = useSignal(null);
  if (!address || broken.value === address) return html`<${Drawn} title=${title} />`;
  return html`
    <img
      class="cover"
      src=${address}
      alt=""
      loading="lazy"
      decoding="async"
      onError=${() => (broken.value = address)}
    />
  `;
}

function Drawn({ title }) {
  const { ground, address } = drawing(title);
  return html`<img class=${`cover ${ground}`} src=${address} alt="" loading="lazy" decoding="async" />`;
}
