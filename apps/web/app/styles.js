// A page's own style sheet, loaded with its module.

/** Resolves when the style sheet applies: `await styles(import.meta.url, './shelf.css')`. */
export function styles(base, name) {
  const href = new URL(name, base).href;
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href });
    link.onload = () => resolve();
    link.onerror = () => reject(new Error(`${href} cannot be loaded`));
    document.head.append(link);
  });
}
