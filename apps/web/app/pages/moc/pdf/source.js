// The bytes of a PDF as pdf.js wants them: all of them in their order, and at once those that it is waiting for.
import { Failure, request } from '../../../request.js';
import { downloadAddress } from '../moc.js';

export const PIECE_BYTES = 2 ** 18;
// What is not worth to be asked for in pieces.
const SMALL_BYTES = 2 * PIECE_BYTES;
const LONGEST_SECONDS = 3600;

/** Whether a file only comes as a whole. */
export function isSmall(file) {
  return file.size <= SMALL_BYTES;
}

/** The source of a file for pdf.js; `failed` hears why something that is waited for does not come. */
export function source({ PDFDataRangeTransport }, file, failed) {
  const leaving = new AbortController();
  let address = file.fileUrl;
  let whole = null;

  const fetched = async (headers) => {
    const ask = () => request(address, { headers, signal: leaving.signal, seconds: LONGEST_SECONDS });
    const response = await ask();
    if (response.status !== 403) return checked(response);
    // Addresses are good for an hour, and builds take longer.
    address = await downloadAddress(file);
    return checked(await ask());
  };
  const piece = async (begin, end) => {
    if (whole) return whole.slice(begin, end);
    const response = await fetched({ range: `bytes=${begin}-${end - 1}` });
    const content = await response.arrayBuffer();
    if (response.status === 206) return content;
    // A store that knows no ranges sends everything.
    whole = content;
    return whole.slice(begin, end);
  };

  class Source extends PDFDataRangeTransport {
    async requestDataRange(begin, end) {
      try {
        this.onDataRange(begin, new Uint8Array(await piece(begin, end)));
      } catch (problem) {
        if (!leaving.signal.aborted) failed(problem);
      }
    }

    async flow() {
      try {
        const reader = (await fetched({})).body.getReader();
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
          this.onDataProgressiveRead(part.value);
        }
        this.onDataProgressiveDone();
      } catch (problem) {
        // What is missing of a large file is asked for when it is needed.
        if (!leaving.signal.aborted && isSmall(file)) failed(problem);
      }
    }

    abort() {
      leaving.abort();
    }
  }
  const made = new Source(file.size, null);
  made.flow();
  return made;
}

function checked(response) {
  if (!response.ok) throw new Failure('The file cannot be read. Try again, or download it.');
  return response;
}
