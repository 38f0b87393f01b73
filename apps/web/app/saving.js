// Files that go from the page into the user's downloads.

/** Saves a blob under a name. */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  follow(address, name);
  // Some browsers read it only after the click is over.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Has the browser fetch an address that answers with an attachment; the page stays. */
export function follow(address, name = '') {
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
}
