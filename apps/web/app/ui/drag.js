// What a list looks like while one of its items is held. Nothing in the document moves before it is put down: items
// are only drawn elsewhere, so neither focus nor pointer is lost on the way.

const THRESHOLD_PIXELS = 6;
const EDGE_PIXELS = 90;
const FASTEST_PIXELS = 18;
const SLACK_PIXELS = 12;
const SETTLE_MILLISECONDS = 160;

/** One list's; `list` is a reference to its element, the hooks get `{from, to}`. */
export class Drag {
  justDragged = false;
  #held = null;
  #pointer = null;
  #list;
  #hooks;

  constructor(list, hooks) {
    this.#list = list;
    this.#hooks = hooks;
  }

  /** The place at which the held item would be put down. */
  get to() {
    return this.#held?.to ?? 0;
  }

  /** A press on a handle, or of a mouse on a `.grip` or anywhere that does nothing else, may become a drag. */
  begin = (event) => {
    const item = [...this.#list.current.children].indexOf(event.target.closest('li'));
    const handle = event.target.closest('.handle');
    const idle = !event.target.closest('a, button, input, textarea, select');
    const free = event.pointerType === 'mouse' && (idle || event.target.closest('.grip'));
    if (item === -1 || event.button !== 0 || !event.isPrimary || !(handle || free)) return;
    this.#pointer = { item, id: event.pointerId, x: event.pageX, y: event.pageY, client: event };
    addEventListener('pointermove', this.#move);
    addEventListener('pointerup', this.#release);
    addEventListener('pointercancel', this.cancel);
    addEventListener('keydown', this.#escape, true);
  };

  /** Picks up the item at this place. */
  lift(from) {
    const list = this.#list.current;
    const slots = [...list.children].map(slotOf);
    this.#held = { from, to: from, slots };
    list.classList.add('moving');
    slots[from].item.classList.add('held');
    this.#hooks.lifted({ from, to: from });
  }

  /** Takes in what has come to the end of the list since the item was picked up. */
  grow() {
    if (!this.#held) return;
    const { slots } = this.#held;
    slots.push(...[...this.#list.current.children].slice(slots.length).map(slotOf));
  }

  /** Shows what it would be to put the item down here. */
  over(to) {
    const { from, slots } = this.#held;
    if (to === this.#held.to) return;
    this.#held.to = to;
    for (const [index, { item, x, y }] of slots.entries()) {
      const slot = slots[placeOf(index, from, to)];
      if (index !== from || !this.#dragging) item.style.translate = `${slot.x - x}px ${slot.y - y}px`;
    }
    this.#hooks.over({ from, to });
    // Keys may lead out of sight.
    if (!this.#dragging) scrollTo(slots[from].item);
  }

  drop() {
    const held = this.#letGo();
    if (held) this.#hooks.dropped(held);
  }

  cancel = () => {
    const held = this.#letGo();
    if (held) this.#hooks.returned(held);
  };

  get #dragging() {
    return Boolean(this.#pointer?.dragging);
  }

  #move = (event) => {
    if (event.pointerId !== this.#pointer.id) return;
    this.#pointer.client = event;
    if (!this.#dragging) {
      const { x, y, item } = this.#pointer;
      if (Math.hypot(event.pageX - x, event.pageY - y) < THRESHOLD_PIXELS) return;
      const before = this.#letGo(true);
      if (before) this.#hooks.returned(before);
      this.#pointer.dragging = true;
      getSelection().removeAllRanges();
      this.lift(item);
      requestAnimationFrame(this.#scroll);
    }
    event.preventDefault();
    this.#follow();
  };

  /** Draws the item where the pointer is; it would be put down at the nearest place. */
  #follow() {
    const { client, x, y } = this.#pointer;
    const { from, slots } = this.#held;
    const { item, x: left, y: top } = slots[from];
    // Beyond the list the page would grow, and scroll for ever.
    const right = within(slots.map((slot) => slot.x - left), client.clientX + scrollX - x);
    const down = within(slots.map((slot) => slot.y - top), client.clientY + scrollY - y);
    item.style.translate = `${right}px ${down}px`;
    const distances = slots.map((slot) => Math.hypot(left + right - slot.x, top + down - slot.y));
    this.over(distances.indexOf(Math.min(...distances)));
  }

  #scroll = () => {
    if (!this.#dragging || !this.#held) return;
    const { clientY } = this.#pointer.client;
    const near = Math.min(clientY, innerHeight - clientY);
    if (near < EDGE_PIXELS) {
      const pixels = Math.ceil((1 - Math.max(near, 0) / EDGE_PIXELS) * FASTEST_PIXELS);
      scrollBy({ top: clientY < innerHeight / 2 ? -pixels : pixels, behavior: 'instant' });
      this.#follow();
    }
    requestAnimationFrame(this.#scroll);
  };

  #release = (event) => {
    if (event.pointerId !== this.#pointer.id) return;
    if (!this.#dragging) {
      this.#unlisten();
      return;
    }
    this.justDragged = true;
    this.#forgetDrag();
    this.drop();
  };

  #escape = (event) => {
    if (event.key !== 'Escape' || !this.#dragging) return;
    event.stopPropagation();
    this.cancel();
    // The button is still down.
    this.justDragged = true;
    addEventListener('pointerup', this.#forgetDrag, { once: true });
  };

  /** Once the click is over that ends every press. */
  #forgetDrag = () => setTimeout(() => (this.justDragged = false));

  /** Draws everything at its own place again; what was held, null when nothing was. */
  #letGo(listening = false) {
    const held = this.#held;
    const dragged = this.#dragging;
    if (!listening) this.#unlisten();
    if (!held) return null;
    this.#held = null;
    this.#list.current?.classList.remove('moving');
    const { item } = held.slots[held.from];
    const before = item.getBoundingClientRect();
    for (const slot of held.slots) slot.item.style.translate = '';
    item.classList.remove('held');
    if (dragged) settle(item, before);
    return { from: held.from, to: held.to };
  }

  #unlisten() {
    this.#pointer = null;
    removeEventListener('pointermove', this.#move);
    removeEventListener('pointerup', this.#release);
    removeEventListener('pointercancel', this.cancel);
    removeEventListener('keydown', this.#escape, true);
  }
}

function slotOf(item) {
  return { item, x: item.offsetLeft, y: item.offsetTop };
}

/** The way, if it is not beyond the shortest and the longest of the ways that there are, but for a little. */
function within(ways, way) {
  return Math.max(Math.min(...ways) - SLACK_PIXELS, Math.min(way, Math.max(...ways) + SLACK_PIXELS));
}

/** Where the item at `index` is while the one at `from` is held over `to`. */
function placeOf(index, from, to) {
  if (index === from) return to;
  if (index > from && index <= to) return index - 1;
  return index < from && index >= to ? index + 1 : index;
}

/** Has the item glide from where it was let go to its new place, once that is known. */
function settle(item, before) {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  requestAnimationFrame(() => {
    const { left, top } = item.getBoundingClientRect();
    const start = `${before.left - left}px ${before.top - top}px`;
    item.animate({ translate: [start, '0 0'] }, { duration: SETTLE_MILLISECONDS, easing: 'ease-out' });
  });
}

function scrollTo(item) {
  item.scrollIntoView({ block: 'nearest', behavior: 'instant' });
}
