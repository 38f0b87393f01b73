// Which square of a picture becomes the avatar: moved with pointer or keys, closer and farther.
import { html, useEffect, useRef, useSignal } from '../../html.js';

const SIDE = 320;
const AVATAR_SIDE = 512;
const QUALITY = 0.92;
const CLOSEST = 4;
const KEY_PART = 0.04;
const PREVIEWS = [96, 48];

/** The square of a picture of this size that is in view: `{x, y, side}` in its pixels, never beyond its edges. */
export function square({ width, height }, { x, y, zoom }) {
  const side = Math.min(width, height) / zoom;
  return {
    x: clamp(x - side / 2, width - side),
    y: clamp(y - side / 2, height - side),
    side,
  };
}

/** `bitmap` is the whole picture; `done` gets the square as a JPEG file. */
export function Crop({ bitmap, done, children }) {
  const view = useSignal({ x: bitmap.width / 2, y: bitmap.height / 2, zoom: 1 });
  const stage = useRef(null);
  const previews = useRef([]);
  const pointers = useRef(new Map());

  const { zoom } = view.value;
  useEffect(() => {
    for (const canvas of [stage.current, ...previews.current]) draw(canvas, bitmap, view.value);
  }, [view.value]);

  /** Moves by pixels of the picture and zooms by a factor; stays where there is picture. */
  const change = (right, down, factor = 1) => {
    const before = view.value;
    const closer = Math.min(CLOSEST, Math.max(1, before.zoom * factor));
    const { x, y, side } = square(bitmap, { x: before.x - right, y: before.y - down, zoom: closer });
    view.value = { x: x + side / 2, y: y + side / 2, zoom: closer };
  };
  const perPixel = () => square(bitmap, view.value).side / stage.current.clientWidth;

  const down = (event) => {
    stage.current.setPointerCapture(event.pointerId);
    pointers.current.set(event.pointerId, event);
  };
  const move = (event) => {
    const before = pointers.current.get(event.pointerId);
    if (!before) return;
    const others = [...pointers.current.values()].filter((one) => one.pointerId !== event.pointerId);
    pointers.current.set(event.pointerId, event);
    // With two fingers the distance between them counts, and each of them moves half.
    const share = others.length > 0 ? 0.5 : 1;
    const factor = others.length > 0 ? distance(event, others[0]) / distance(before, others[0]) : 1;
    const scale = perPixel() * share;
    change((event.clientX - before.clientX) * scale, (event.clientY - before.clientY) * scale, factor);
  };
  const up = (event) => pointers.current.delete(event.pointerId);
  const wheel = (event) => {
    event.preventDefault();
    change(0, 0, Math.exp(-event.deltaY / 400));
  };
  const key = (event) => {
    const step = square(bitmap, view.value).side * KEY_PART;
    const moves = {
      ArrowLeft: [step, 0],
      ArrowRight: [-step, 0],
      ArrowUp: [0, step],
      ArrowDown: [0, -step],
      '+': [0, 0, 1.1],
      '=': [0, 0, 1.1],
      '-': [0, 0, 1 / 1.1],
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    change(...moves[event.key]);
  };
  const finish = async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: AVATAR_SIDE, height: AVATAR_SIDE });
    draw(canvas, bitmap, view.value);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
    await done(new File([blob], 'avatar.jpg', { type: 'image/jpeg' }));
  };
  return html`
    <div class="crop">
      <div class="stage">
        <canvas ref=${stage} width=${SIDE * 2} height=${SIDE * 2} tabindex="0" role="application"
          aria-label="The part that is shown. Arrow keys move the picture, plus and minus change its size."
          onPointerDown=${down} onPointerMove=${move} onPointerUp=${up} onPointerCancel=${up} onWheel=${wheel}
          onKeyDown=${key} />
      </div>
      <div class="previews" aria-hidden="true">
        ${PREVIEWS.map((side, index) => html`
          <canvas ref=${(canvas) => canvas && (previews.current[index] = canvas)} width=${side * 2} height=${side * 2}
            class=${`side-${side}`} />
        `)}
      </div>
      <label class="zoom">
        <span>Size</span>
        <input type="range" min="1" max=${CLOSEST} step="0.01" value=${zoom}
          onInput=${({ target }) => change(0, 0, Number(target.value) / view.value.zoom)} />
      </label>
    </div>
    ${children(finish)}
  `;
}

function draw(canvas, bitmap, view) {
  const { x, y, side } = square(bitmap, view);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  // What is transparent would be black in a JPEG.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, x, y, side, side, 0, 0, canvas.width, canvas.height);
}

function distance(one, other) {
  return Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY));
}

function clamp(value, most) {
  return Math.min(Math.max(value, 0), Math.max(most, 0));
}
