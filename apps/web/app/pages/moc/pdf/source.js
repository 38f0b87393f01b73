// The bytes of a PDF, a piece at a time, so that the first page of a large file is there at once.
import { Failure, request } from '../../../request.js';
import { downloadAddress } from '../moc.js';

/** How pdf.js asks for pieces of a file of the MOC; `failed` hears why a piece is not to be had. */
export function pieces({ PDFDataRangeTransport }, file, failed) {
  const leaving = new AbortController();
  let address = file.fileUrl;
  let whole = null;

  const fetched = async (begin, end) => {
    // Without a cache: what the browser kept of another request may lack the header that lets pages read it.
    const headers = { range: `bytes=${begin}-${end - 1}` };
    return request(address, { headers, cache: 'no-store', signal: leaving.signal });
  };
  const bytes = async (begin, end) => {
    if (whole) return whole.slice(begin, end);
    let response = await fetched(begin, end);
    if (response.status === 403) {
      // Addresses are good for an hour, and builds take longer.
      address = await downloadAddress(file);
      response = await fetched(begin, end);
    }
    if (!response.ok) throw new Failure('The file cannot be read. Try again, or download it.');
    const content = await response.arrayBuffer();
    if (response.status === 206) return content;
    // A store that knows no ranges sends everything.
    whole = content;
    return whole.slice(begin, end);
  };

  class Pieces extends PDFDataRangeTransport {
    async requestDataRange(begin, end) {
      try {
        this.onDataRange(begin, new Uint8Array(await bytes(begin, end)));
      } catch (problem) {
        if (!leaving.signal.aborted) failed(problem);
      }
    }

    abort() {
      leaving.abort();
    }
  }
  return new Pieces(file.size, null);
}
