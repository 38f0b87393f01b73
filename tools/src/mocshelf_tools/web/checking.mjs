// Reads modules as a browser would, without running them: syntax, imports, and whether what is imported is exported.
// Standard input is a JSON object of sources by address; each problem is a line of the output.
import { SourceTextModule } from 'node:vm';

// What is only loaded when it is needed, and style sheets.
const LATER = /\bimport\(\s*(['"])([^'"]+)\1\s*\)|\b(?:URL|styles)\(\s*(?:import\.meta\.url,\s*)?(['"])([^'"]+)\3/g;
const COMMENT = /^\s*(\/\/|\/?\*).*$/gm;

const sources = JSON.parse(await read(process.stdin));
const modules = new Map();
const problems = [];

for (const [address, source] of Object.entries(sources)) {
  if (!/\.m?js$/.test(address)) continue;
  try {
    modules.set(address, new SourceTextModule(source, { identifier: address }));
  } catch (problem) {
    // The stack begins with the place and the line, where Node knows them.
    const [place] = problem.stack.split('\n    at ');
    problems.push(place.includes(address) ? place : `${address}: ${place}`);
  }
  for (const [, , imported, , named] of source.replaceAll(COMMENT, '').matchAll(LATER)) {
    const found = there(imported ?? named, address);
    if (!(found in sources) && !address.includes('/vendor/')) problems.push(lacks(address, imported ?? named));
  }
}

// A module that cannot be read would only be missed by all others.
for (const [address, module] of problems.length ? [] : modules) {
  if (module.status !== 'unlinked') continue;
  try {
    await module.link((specifier, { identifier }) => {
      const found = modules.get(there(specifier, identifier));
      if (!found) throw new Error(lacks(identifier, specifier));
      return found;
    });
  } catch (problem) {
    problems.push(problem.message.includes(address) ? problem.message : `${address}: ${problem.message}`);
  }
}

if (problems.length) {
  console.log([...new Set(problems)].join('\n'));
  process.exitCode = 1;
}

function there(specifier, from) {
  return /^\.{1,2}\//.test(specifier) ? new URL(specifier, `file://${from}`).pathname : specifier;
}

function lacks(address, specifier) {
  return `${address} imports ${specifier}, which is not there`;
}

async function read(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}
