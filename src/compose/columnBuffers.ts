/**
 * Returns the buffers behind the columns of plain data, each once: what can be handed over to another thread instead of
 * copied. A column that is a part of a larger buffer is left out, and copied: the rest of its buffer is somebody else's.
 */
export function columnBuffers(value: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const visit = (one: unknown): void => {
    if (typeof one !== 'object' || one === null) return;
    if (!ArrayBuffer.isView(one)) return Object.values(one).forEach(visit);
    const { buffer, byteLength } = one;
    if (buffer instanceof ArrayBuffer && byteLength > 0 && byteLength === buffer.byteLength)
      buffers.add(buffer);
  };
  visit(value);
  return [...buffers];
}
