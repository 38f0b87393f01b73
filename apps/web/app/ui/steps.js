// Arrow keys in a grid of elements, whatever the width gives them as columns.

/** How far the key leads from the element at this place, null when it is none of these keys. */
export function step(key, elements, at) {
  const columns = inOneRow(elements);
  const steps = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: columns,
    ArrowUp: -columns,
    Home: -at,
    End: elements.length - 1 - at,
  };
  return steps[key] ?? null;
}

/** Where the step ends: beyond the first there is nothing, from the last full row down there is only the end. */
export function landing(at, by, count) {
  const to = at + by;
  return to < 0 ? at : Math.min(to, count - 1);
}

function inOneRow(elements) {
  const below = elements.findIndex((one) => one.offsetTop > elements[0].offsetTop);
  return below === -1 ? elements.length : below;
}
