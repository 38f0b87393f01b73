// Which page an address means.

/** `{page, params}` for the path, null when no page of the table is meant. */
export function match(pages, path) {
  const parts = split(path);
  for (const page of pages) {
    const params = compare(split(page.path), parts);
    if (params) return { page, params };
  }
  return null;
}

function split(path) {
  return path.split('/').filter(Boolean);
}

function compare(pattern, parts) {
  if (pattern.length !== parts.length) return null;
  const params = {};
  for (const [index, part] of pattern.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = decode(parts[index]);
    else if (part !== parts[index]) return null;
  }
  return params;
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
