// Where files are dropped: the zone, the whole page around it, the file picker, and pasting.
import { html, useEffect, useRef, useSignal } from '../../html.js';

/** `take` gets the files. `small` is for a page that has some already. */
export function Drop({ take, small }) {
  const input = useRef(null);
  const over = useSignal(false);
  useEffect(() => everywhere(take, over), [take]);
  const pick = (event) => {
    take([...event.target.files]);
    // The same file can be chosen again.
    event.target.value = '';
  };
  const asked = small ? 'More files? Drop them here' : 'Drop everything here';
  return html`
    <div class=${`drop ${small ? 'small' : ''} ${over.value ? 'over' : ''}`}>
      <div class="plate" aria-hidden="true" />
      <div class="ask">
        <p class="big">${over.value ? 'Let go, anywhere' : asked}</p>
        ${!small && html`
          <p>Instructions as PDF, a Studio model (<code>.io</code>), LDraw or LXF, parts lists from Rebrickable,
            BrickLink and others, photos. All at once, in any order.</p>
        `}
        <label class="button quiet">
          Choose files
          <input ref=${input} type="file" multiple class="hidden" onChange=${pick} />
        </label>
      </div>
    </div>
  `;
}

/** Listens on the whole page; returns what ends it. */
function everywhere(take, over) {
  let depth = 0;
  const holds = (event) => event.dataTransfer?.types.includes('Files');
  const heard = {
    dragenter: (event) => {
      if (!holds(event)) return;
      depth += 1;
      over.value = true;
    },
    dragleave: (event) => {
      if (!holds(event)) return;
      depth -= 1;
      if (depth <= 0) over.value = false;
    },
    dragover: (event) => {
      // Without this the browser would show the file instead of giving it to us.
      if (holds(event)) event.preventDefault();
    },
    drop: async (event) => {
      if (!holds(event)) return;
      event.preventDefault();
      depth = 0;
      over.value = false;
      take(await unfolded(event.dataTransfer));
    },
    paste: (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      take(files);
    },
  };
  for (const [name, hear] of Object.entries(heard)) document.addEventListener(name, hear);
  return () => {
    for (const [name, hear] of Object.entries(heard)) document.removeEventListener(name, hear);
  };
}

/** The files of a drop, those in folders too. */
async function unfolded(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const plain = [...transfer.files];
  if (!entries.some((entry) => entry.isDirectory)) return plain;
  const files = await Promise.all(entries.map(filesOf));
  // What systems leave in folders is nobody's file.
  return files.flat().filter(({ name }) => !name.startsWith('.') && !['Thumbs.db', 'desktop.ini'].includes(name));
}

async function filesOf(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const found = [];
  // A reader gives a hundred entries at a time.
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    found.push(...some);
  }
  return (await Promise.all(found.map(filesOf))).flat();
}
