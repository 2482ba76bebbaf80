import { crc32, deflateRawSync } from 'node:zlib';

/** One file of an archive, and what the archive says against the truth of it. */
export interface MadeEntry {
  readonly name: string;
  readonly content: Uint8Array | string;
  readonly isStored?: boolean;
  readonly flags?: number;
  readonly method?: number;
  readonly stated?: {
    readonly crc?: number;
    readonly expandedBytes?: number;
    readonly compressedBytes?: number;
  };
  /** Points at the bytes of an earlier entry. */
  readonly at?: number;
}

/** Returns a zip archive with these files. */
export function zipOf(entries: readonly MadeEntry[], comment = ''): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, isStored = false, flags = 0, stated = {}, ...other } of entries) {
    const bytes = Buffer.from(content);
    const packed = isStored ? bytes : deflateRawSync(bytes);
    const label = Buffer.from(name);
    const fixed = Buffer.alloc(26);
    fixed.writeUInt16LE(20, 0);
    fixed.writeUInt16LE(flags, 2);
    fixed.writeUInt16LE(other.method ?? (isStored ? 0 : 8), 4);
    fixed.writeUInt32LE(stated.crc ?? crc32(bytes), 10);
    fixed.writeUInt32LE(stated.compressedBytes ?? packed.length, 14);
    fixed.writeUInt32LE(stated.expandedBytes ?? bytes.length, 18);
    fixed.writeUInt16LE(label.length, 22);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), fixed, label, packed);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(other.at ?? at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fixed, tail, label);
    at += 30 + label.length + packed.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, list, end, Buffer.from(comment)]);
}
