const HATCH_PX = 7;

/** Returns slanted lines of a colour as a fill; null where the canvas gives none. */
export function hatchPattern(
  context: CanvasRenderingContext2D,
  colour: string,
  alpha: number,
): CanvasPattern | null {
  const tile = document.createElement('canvas');
  tile.width = tile.height = HATCH_PX;
  const pen = tile.getContext('2d');
  if (!pen) return null;
  pen.strokeStyle = colour;
  pen.globalAlpha = alpha;
  pen.lineWidth = 1;
  pen.beginPath();
  // Drawn past the corners, so that tiles join without gaps.
  for (const shift of [-HATCH_PX, 0, HATCH_PX]) {
    pen.moveTo(shift - 1, HATCH_PX + 1);
    pen.lineTo(shift + HATCH_PX + 1, -1);
  }
  pen.stroke();
  return context.createPattern(tile, 'repeat');
}
