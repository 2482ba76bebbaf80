import { createHash } from 'node:crypto';

/** Answers as storage hosts give them: S3 and those that speak like it. */

/** An answer before anything goes wrong with it. */
export interface StorageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Returns an error as XML. */
export function storageError(
  status: number,
  code: string,
  message: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): StorageAnswer {
  const key = escaped(path.slice(1));
  const body = Buffer.from(
    `${HEAD}<Error><Code>${code}</Code><Message>${message}</Message><Key>${key}</Key></Error>`,
  );
  return { status, headers: { 'content-type': 'application/xml', ...headers }, body };
}

export const noSuchKey = (path: string): StorageAnswer =>
  storageError(404, 'NoSuchKey', 'The specified key does not exist.', path);

/** Returns a file with its length, its ETag and its date; also a range of it, and nothing where the asker has it. */
export function fileAnswer(
  bytes: Uint8Array,
  file: { readonly contentType: string; readonly modifiedMs: number },
  asked: Readonly<Record<string, string | string[] | undefined>>,
): StorageAnswer {
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
  const headers = {
    'content-type': file.contentType,
    'accept-ranges': 'bytes',
    etag,
    'last-modified': new Date(file.modifiedMs).toUTCString(),
  };
  if (asked['if-none-match'] === etag) return { status: 304, headers, body: Buffer.alloc(0) };
  const range = /^bytes=(\d+)-(\d*)$/.exec(String(asked['range'] ?? ''));
  // A file that was issued anew in between is sent whole.
  if (range === null || (asked['if-range'] ?? etag) !== etag) return { status: 200, headers, body: bytes };
  const [from, to] = [Number(range[1]), Math.min(Number(range[2] || bytes.length - 1), bytes.length - 1)];
  if (from >= bytes.length || to < from)
    return storageError(416, 'InvalidRange', 'The requested range is not satisfiable', '/');
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${from}-${to}/${bytes.length}` },
    body: bytes.subarray(from, to + 1),
  };
}

const MOST_KEYS = 1_000;

/** What a bucket has below a prefix. Sizes are not stated: a file is made when it is asked for. */
export interface Listed {
  readonly folders: readonly string[];
  readonly files: readonly { readonly key: string; readonly modifiedMs: number }[];
}

/** Returns one page of a bucket's listing; `marker` is the last key of the page before. */
export function listingAnswer(prefix: string, listed: Listed, marker = ''): StorageAnswer {
  const files = listed.files.filter(({ key }) => key > marker).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const page = files.slice(0, MOST_KEYS);
  const next =
    files.length > page.length ? `<NextMarker>${escaped(page.at(-1)?.key ?? '')}</NextMarker>` : '';
  const contents = page.map(
    ({ key, modifiedMs }) =>
      `<Contents><Key>${escaped(key)}</Key><LastModified>${new Date(modifiedMs).toISOString()}</LastModified></Contents>`,
  );
  const folders = listed.folders.map(
    (folder) => `<CommonPrefixes><Prefix>${escaped(folder)}</Prefix></CommonPrefixes>`,
  );
  const body =
    `${HEAD}<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>data.binance.vision</Name>` +
    `<Prefix>${escaped(prefix)}</Prefix><Marker>${escaped(marker)}</Marker>${next}<MaxKeys>${MOST_KEYS}</MaxKeys>` +
    `<Delimiter>/</Delimiter><IsTruncated>${String(next !== '')}</IsTruncated>${contents.join('')}${folders.join('')}` +
    '</ListBucketResult>';
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: Buffer.from(body) };
}
