// One line of a parts list: ticked off, or counted piece by piece.
import { html, useComputed, useLayoutEffect, useRef } from '../../../html.js';
import { have, set } from './lines.js';

/** `turn` says that Tab leads here; `enter` is called when it has got here. */
export function Row({ line, index, top, height, turn, enter }) {
  const box = useRef(null);
  const typed = useRef(null);
  const there = useComputed(() => have(line)).value;
  const { colour, quantity } = line;
  const complete = there === quantity;
  useLayoutEffect(() => {
    box.current.indeterminate = there > 0 && !complete;
  }, [there, complete]);

  const step = (by) => set([[line, have(line) + by]]);
  const all = () => set([[line, complete ? 0 : quantity]]);
  const key = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const runs = { '+': () => step(1), '=': () => step(1), '-': () => step(-1), Enter: () => typed.current.select() };
    if (!(event.key in runs)) return;
    event.preventDefault();
    runs[event.key]();
  };
  const keyTyped = (event) => {
    const runs = { ArrowUp: () => step(1), ArrowDown: () => step(-1), Enter: back, Escape: back };
    if (!(event.key in runs)) return;
    event.preventDefault();
    runs[event.key]();
  };
  // Leaving the field is what takes the number.
  const back = () => box.current.focus();
  const type = (event) => {
    const pieces = Number.parseInt(event.target.value, 10);
    if (pieces >= 0) set([[line, pieces]]);
    event.target.value = have(line);
  };
  const name = `${line.title} ${line.partNumber}${colour.name && `, ${colour.name}`}`;
  return html`
    <div class=${complete ? 'parts-row complete' : 'parts-row'} role="row" aria-rowindex=${index + 2}
      data-line=${index} style=${{ top: `${top}px`, height: `${height}px` }} onFocusIn=${enter}>
      <span role="cell">
        <label class="parts-tick">
          <input ref=${box} type="checkbox" checked=${complete} tabindex=${turn ? 0 : -1}
            aria-label=${`${name}: ${there} of ${quantity}`} onChange=${all} onKeyDown=${key} />
        </label>
      </span>
      <span role="cell" class="parts-what">
        <${Swatch} colour=${colour} />
        <span class="parts-text">
          <span class="parts-title">${line.partName ?? html`${line.title} ${line.partNumber}`}</span>
          <span class="fine">
            ${[line.partName && line.partNumber, colour.name, line.spare && 'spare'].filter(Boolean).join(' · ')}
          </span>
        </span>
      </span>
      <span role="cell" class="parts-stepper">
        <button type="button" tabindex="-1" aria-label="One less" disabled=${there === 0}
          onClick=${() => step(-1)}>−</button>
        <input ref=${typed} tabindex="-1" inputmode="numeric" autocomplete="off" aria-label=${`Pieces of ${name}`}
          value=${there} onChange=${type} onKeyDown=${keyTyped} onFocus=${(event) => event.target.select()} />
        <button type="button" tabindex="-1" aria-label="One more" disabled=${complete}
          onClick=${() => step(1)}>+</button>
        <span class="parts-need">of ${quantity.toLocaleString('en')}</span>
      </span>
    </div>
  `;
}

function Swatch({ colour: { rgb, transparent } }) {
  if (!rgb) return html`<i class="swatch unknown" aria-hidden="true" />`;
  return html`
    <i class=${transparent ? 'swatch clear' : 'swatch'} style=${{ '--colour': `#${rgb}` }} aria-hidden="true" />
  `;
}
