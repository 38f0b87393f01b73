// PDFs as documents of pages, read by pdf.js in a worker. Files come from anywhere, so none of their scripts run.
import { Failure } from '../../../request.js';
import * as pdfjs from '../../../../vendor/pdfjs-dist.mjs';
import { isSmall, PIECE_BYTES, source } from './source.js';

// A picture of more pixels is left out: it would take the memory of the whole tab.
const MOST_PIXELS = 100_000_000;
const WORKER = new URL('../../../../vendor/pdfjs-dist-worker.mjs', import.meta.url).href;

pdfjs.GlobalWorkerOptions.workerSrc = WORKER;

/** `{pdf, close}` of a file; `failed` hears what goes wrong later. A Failure when it cannot be opened. */
export async function open(file, failed) {
  let fail;
  const broken = new Promise((_, reject) => {
    fail = reject;
  });
  const tell = (problem) => {
    fail(problem);
    failed(problem);
  };
  const folder = (name) => new URL(`pdfjs-dist/${name}/`, WORKER).href;
  const task = pdfjs.getDocument({
    range: source(pdfjs, file, tell),
    rangeChunkSize: PIECE_BYTES,
    disableRange: isSmall(file),
    enableXfa: false,
    // The content security policy lets nothing be compiled; the decoders are there as modules, too.
    useWasm: false,
    wasmUrl: folder('wasm'),
    cMapUrl: folder('cmaps'),
    standardFontDataUrl: folder('standard_fonts'),
    maxImageSize: MOST_PIXELS,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
  });
  const close = () => task.destroy();
  try {
    return { pdf: await Promise.race([task.promise, broken]), close };
  } catch (problem) {
    close();
    throw words(problem);
  }
}

function words(problem) {
  if (problem instanceof Failure) return problem;
  if (problem.name === 'PasswordException') {
    return new Failure('This PDF is protected with a password. Download it and open it in another program.');
  }
  console.warn(problem);
  return new Failure('This PDF is damaged, or something in it is unknown here. Download it and try another program.');
}
